//! A search for an actor: finds candidates that they may see, reads each of them again for them and shows it. While the
//! index is being built, names, e-mails and phones are also asked of the columns, and the answer says so.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef};
use crate::model::{Actor, Kind, Schema, rules};
use crate::records::query::{Query, Start};
use crate::records::search::query::{Candidate, Found, Tier};
use crate::records::search::rank::{Rank, by_name};
use crate::records::search::shown::{Showing, hit};
use crate::records::search::typed::Typed;
use crate::records::search::{Contacts, Hit, Search, SearchQuery, SearchResults};
use crate::records::{Engine, Record, State, label, read};
use crate::store::ReadTx;
use std::collections::HashMap;

/// Hits of one answer at most.
pub const HITS_MAX: usize = 200;
/// Candidates with typos that are read again, to show the closest ones first.
const CLOSEST_OF: usize = 40;

/// Answers a search.
pub fn answer(engine: &Engine, search: &Search, actor: &Actor, query: &SearchQuery) -> Result<SearchResults> {
    let typed = Typed::new(&query.text);
    let schema = engine.schema();
    let wanted = |object: ObjectId| query.object.is_none_or(|o| o == object);
    let mut objects: Vec<ObjectId> = (schema.objects.iter())
        .filter(|o| o.searchable && rules::may(actor, rules::Action::See, o.id))
        .map(|o| o.id)
        .filter(|o| query.count_all || wanted(*o))
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
    let rank = Rank { opened: &query.opened };
    let reading = Reading { tx: engine.store().read()?, schema: &schema, actor, typed: &typed, rank };
    found.candidates.retain(|c| wanted(c.id.object));
    reading.add_opened(&objects, &wanted, &mut found)?;
    reading.rank.sort(&mut found.candidates);
    reading.results(found, limit, query.each.unwrap_or(limit), partial)
}

impl SearchResults {
    /// Keeps the best hits, best first: of one object only so many, as long as others have some.
    fn keep_best(&mut self, limit: usize, each: usize) {
        self.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut taken: HashMap<ObjectId, usize> = HashMap::new();
        let within = |hit: &mut Hit| {
            let of_object = taken.entry(hit.id.object).or_default();
            *of_object += 1;
            *of_object <= each
        };
        let mut kept: Vec<Hit> = self.hits.extract_if(.., within).collect();
        kept.append(&mut self.hits);
        kept.truncate(limit);
        kept.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.hits = kept;
    }

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
    rank: Rank<'a>,
}

impl Reading<'_> {
    /// Reads the best candidates again, no more of one object than `each` while others have some, and those with typos
    /// beyond what is shown, to show the closest ones.
    fn results(&self, found: Found, limit: usize, each: usize, partial: bool) -> Result<SearchResults> {
        let mut results = SearchResults { hits: Vec::new(), counts: found.counts, partial };
        let (mut taken, mut spare) = (HashMap::new(), Vec::new());
        let mut typos = 0;
        for candidate in &found.candidates {
            let typo = candidate.tier == Tier::Typo;
            typos += usize::from(typo);
            if results.hits.len() >= limit && (!typo || typos > CLOSEST_OF) {
                break;
            }
            let of_object: &mut usize = taken.entry(candidate.id.object).or_default();
            if *of_object >= each && !typo {
                spare.push(candidate);
                continue;
            }
            *of_object += usize::from(self.read(candidate, &mut results)?);
        }
        for candidate in spare {
            if results.hits.len() >= limit {
                break;
            }
            self.read(candidate, &mut results)?;
        }
        results.keep_best(limit, each);
        Ok(results)
    }

    /// Adds the hit of a candidate, or takes it out of the count; tells whether there was one.
    fn read(&self, candidate: &Candidate, results: &mut SearchResults) -> Result<bool> {
        let hit = self.hit(candidate)?;
        let found = hit.is_some();
        match hit {
            Some(hit) => results.hits.push(hit),
            None => results.leave_out(candidate.id.object),
        }
        Ok(found)
    }

    /// Adds what the asker opened lately and whose name matches: where many match, the index gives only the newest.
    fn add_opened(&self, objects: &[ObjectId], wanted: &dyn Fn(ObjectId) -> bool, found: &mut Found) -> Result<()> {
        let missing: Vec<RecordRef> = (self.rank.opened.iter().copied())
            .filter(|id| wanted(id.object) && objects.contains(&id.object))
            .filter(|id| found.counts.iter().any(|(o, n)| *o == id.object && *n > super::COUNT_MAX))
            .filter(|id| found.candidates.iter().all(|c| c.id != *id))
            .collect();
        let labels = label::labels(&self.tx, self.schema, self.actor, &missing)?;
        found.candidates.extend(labels.iter().flatten().filter_map(|label| by_name(label, self.typed)));
        Ok(())
    }

    /// The hit of a candidate, where the actor may see the record and something in it that matches.
    fn hit(&self, candidate: &Candidate) -> Result<Option<Hit>> {
        let Some(object) = self.schema.object_by_id(candidate.id.object) else { return Ok(None) };
        let record = match read::get(&self.tx, self.schema, self.actor, candidate.id) {
            Ok(record) if record.state == State::Live => record,
            Ok(_) | Err(crate::base::Error::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        // Values of fields that the actor may not see are not in the record, so nothing of them matches.
        let label = label::text(object, &record.values);
        let showing = Showing { schema: self.schema, object, record, label, title: &|id| self.title(id) };
        Ok(hit(showing, candidate, self.typed, self.rank.bonus(candidate.id)))
    }

    fn title(&self, id: RecordRef) -> Option<String> {
        let labels = label::labels(&self.tx, self.schema, self.actor, &[id]).ok()?;
        labels.into_iter().next().flatten().map(|l| l.text)
    }
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
