//! A search for an actor: finds candidates that they may see, reads each of them again for them and shows it. While the
//! index is being built, names, e-mails and phones are also asked of the columns, and the answer says so.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef};
use crate::model::{Actor, Kind, Object, Schema, rules};
use crate::records::query::{Query, Start};
use crate::records::search::query::{Candidate, Found, Tier};
use crate::records::search::shown::{Showing, hit};
use crate::records::search::typed::Typed;
use crate::records::search::{Contacts, Hit, Search, SearchQuery, SearchResults};
use crate::records::{Engine, Record, State, label, read};
use crate::store::ReadTx;

/// Hits of one answer at most.
pub const HITS_MAX: usize = 200;
/// Candidates with typos that are read again, to show the closest ones first.
const CLOSEST_OF: usize = 40;

/// Answers a search.
pub fn answer(engine: &Engine, search: &Search, actor: &Actor, query: &SearchQuery) -> Result<SearchResults> {
    let typed = Typed::new(&query.text);
    let schema = engine.schema();
    let mut objects: Vec<ObjectId> = (schema.objects.iter())
        .filter(|o| o.searchable && rules::may(actor, rules::Action::See, o.id))
        .map(|o| o.id)
        .filter(|o| query.object.is_none_or(|wanted| wanted == *o))
        .collect();
    let limit = query.limit.min(HITS_MAX);
    if typed.is_empty() || limit == 0 || objects.is_empty() {
        return Ok(SearchResults::default());
    }
    let sight = search.sights.of(engine.store(), &schema, actor, &objects)?;
    objects.retain(|object| sight.sees_any(*object));
    let visible = |id, contacts: Contacts<'_>| sight.sees(id, contacts);
    let (mut found, partial) = search.find(&typed, &objects, limit, &visible)?;
    if partial {
        add_from_columns(engine, actor, &schema, &objects, query, &mut found);
    }
    // A snapshot taken after the candidates were found: what was deleted meanwhile is not shown.
    let reading = Reading { tx: engine.store().read()?, schema: &schema, actor, typed: &typed };
    let mut results = SearchResults { hits: Vec::new(), counts: found.counts, partial };
    let mut typos = 0;
    for candidate in &found.candidates {
        typos += usize::from(candidate.tier == Tier::Typo);
        let enough = results.hits.len() >= limit && (candidate.tier != Tier::Typo || typos > CLOSEST_OF);
        if enough {
            break;
        }
        match reading.hit(candidate)? {
            Some(hit) => results.hits.push(hit),
            None => results.leave_out(candidate.id.object),
        }
    }
    results.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    results.hits.truncate(limit);
    Ok(results)
}

impl SearchResults {
    fn leave_out(&mut self, object: ObjectId) {
        if let Some((_, count)) = self.counts.iter_mut().find(|(o, n)| *o == object && *n <= super::COUNT_MAX) {
            *count -= 1;
        }
        self.counts.retain(|(_, count)| *count > 0);
    }
}

struct Reading<'a> {
    tx: ReadTx,
    schema: &'a Schema,
    actor: &'a Actor,
    typed: &'a Typed,
}

impl Reading<'_> {
    /// The hit of a candidate, where the actor may see the record and something in it that matches.
    fn hit(&self, candidate: &Candidate) -> Result<Option<Hit>> {
        let Some(object) = self.schema.object_by_id(candidate.id.object) else { return Ok(None) };
        let record = match read::get(&self.tx, self.schema, self.actor, candidate.id) {
            Ok(record) if record.state == State::Live => record,
            Ok(_) | Err(crate::base::Error::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let shown = visible_fields(self.actor, object);
        let showing = Showing {
            schema: self.schema,
            object: &shown,
            values: &record.values,
            label: label::text(object, &record.values),
            title: &|id| self.title(id),
        };
        Ok(hit(showing, candidate, self.typed))
    }

    fn title(&self, id: RecordRef) -> Option<String> {
        let labels = label::labels(&self.tx, self.schema, self.actor, &[id]).ok()?;
        labels.into_iter().next().flatten().map(|l| l.text)
    }
}

/// The object without the fields that the actor may not see.
fn visible_fields(actor: &Actor, object: &Object) -> Object {
    let mut shown = object.clone();
    shown.fields.retain(|f| f.id == object.title || rules::field_visible(actor, object.id, f.id));
    shown
}

/// Adds records whose name, e-mail or phone holds what was typed, from lists; what fails there is only not added.
fn add_from_columns(
    engine: &Engine,
    actor: &Actor,
    schema: &Schema,
    objects: &[ObjectId],
    query: &SearchQuery,
    found: &mut Found,
) {
    let text: String = query.text.chars().filter(|c| !matches!(c, '"' | '\\' | '*' | '\n')).collect();
    for object in objects.iter().filter_map(|id| schema.object_by_id(*id)) {
        let fields = object.fields.iter().filter(|f| {
            rules::field_visible(actor, object.id, f.id)
                && (f.id == object.title || matches!(f.kind, Kind::Emails | Kind::Phones))
        });
        let filter: Vec<String> = fields.map(|f| format!("{} : \"{}\"", f.name, text.trim())).collect();
        let list = Query {
            object: object.id,
            filter: filter.join(" OR "),
            sort: String::new(),
            start: Start::First,
            limit: query.limit.min(HITS_MAX),
            trashed: false,
        };
        let Ok(page) = engine.list(actor, &list) else { continue };
        for record in &page.records {
            add(record, found);
        }
        let total = usize::try_from(page.total).unwrap_or(usize::MAX).min(super::COUNT_MAX + 1);
        match found.counts.iter_mut().find(|(o, _)| *o == object.id) {
            Some((_, count)) => *count = (*count).max(total),
            None if total > 0 => found.counts.push((object.id, total)),
            None => {}
        }
    }
}

fn add(record: &Record, found: &mut Found) {
    if found.candidates.iter().all(|c| c.id != record.id) {
        found.candidates.push(Candidate { id: record.id, tier: Tier::Other, cost: 0, updated_at: 0 });
    }
}
