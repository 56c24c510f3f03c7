//! A page of a list: which rows it has, how many the whole list has, and where the page stands in it. Every answer is
//! made from one set of rows: what passes the filter and the actor may see.

use super::compile::{Asker, compile_sort, compile_text};
use super::cursor;
use super::kept::{Kept, Name, Thing};
use super::order::{Order, Place, Way};
use super::rowset::RowSet;
use super::scan::{Scan, TextLookup};
use super::{Neighbours, Page, Query, Start};
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::limits::PAGE_MAX;
use crate::base::{Error, Result};
use crate::model::{Actor, Schema, rules};
use crate::records::{State, read};
use crate::store::Reads;

/// Positions up to which a page is taken from the first rows rather than looked for.
const NEAR: u64 = 1_000;

/// Everything an answer is made from: a snapshot, the data model, who asks and when.
pub struct Ask<'a, R: Reads> {
    /// The snapshot.
    pub tx: &'a R,
    /// The data model.
    pub schema: &'a Schema,
    /// Who asks.
    pub actor: &'a Actor,
    /// Now.
    pub now: Millis,
    /// Finds words in long texts.
    pub lookup: Option<&'a dyn TextLookup>,
    /// What earlier queries left to use.
    pub kept: Option<&'a Kept>,
}

impl<'a, R: Reads> Ask<'a, R> {
    pub(super) fn asker(&self) -> Asker<'a> {
        Asker::new(self.schema, self.actor, self.now)
    }

    pub(super) fn scan(&self) -> Scan<'a> {
        let mut scan = Scan::new(self.tx, self.schema, self.actor);
        scan.lookup = self.lookup;
        scan.kept = self.kept;
        scan
    }

    /// The rows of a list.
    fn rows(&self, scan: &Scan<'a>, query: &Query) -> Result<RowSet> {
        let predicate = compile_text(&self.asker(), query.object, &query.filter)?;
        if query.trashed {
            return scan.passing(query.object, &predicate, &scan.seen(query.object, State::Trashed)?);
        }
        scan.found(query.object, &predicate)
    }

    fn order(&self, scan: &Scan<'a>, query: &Query) -> Result<Order<'a>> {
        let sort = compile_sort(&self.asker(), query.object, &query.sort)?;
        Order::new(scan, query.object, &sort)
    }

    /// A page of a list.
    ///
    /// # Errors
    /// [`Error::Invalid`] where filter, sort or cursor are wrong, [`Error::NotFound`] where there is no such object.
    pub fn list(&self, query: &Query) -> Result<Page> {
        let object = self.schema.object_by_id(query.object).ok_or(Error::NotFound)?;
        let scan = self.scan();
        let rows = self.rows(&scan, query)?;
        let order = self.order(&scan, query)?;
        let (mark, total) = (cursor::mark(self.actor, query), rows.count());
        let (position, places) = find(&order, &rows, query, mark)?;
        let mut records = Vec::with_capacity(places.len());
        for place in &places {
            let id = RecordRef::new(query.object, Row(place.row));
            let stored = read::stored(self.tx, id)?
                .ok_or_else(|| Error::Internal("a column knows a record that is gone; run `aventora check`".into()))?;
            records.push(read::shown(self.actor, object, id, stored));
        }
        let end = position + places.len() as u64;
        let next = places.last().filter(|_| end < total).map(|p| cursor::write(mark, p));
        let previous = places.first().filter(|_| position > 0).map(|p| cursor::write(mark, p));
        Ok(Page { records, total, position, next, previous })
    }

    /// How many live records of an object there are; `None` for an actor who doesn't see all of them, to whom it would cost a
    /// list. Counted once after each change of the object.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such object.
    pub fn count(&self, object: ObjectId) -> Result<Option<u64>> {
        if !rules::may(self.actor, rules::Action::See, object) || rules::walled(self.actor, object) {
            return Ok(None);
        }
        let scan = self.scan();
        let (name, stamp) = (Name::Count(object), scan.stamp(&[object])?);
        if let Some(Thing::Count(count)) = self.kept.and_then(|kept| kept.get(&name, &stamp)) {
            return Ok(Some(count));
        }
        let count = scan.seen(object, State::Live)?.count();
        if let Some(kept) = self.kept {
            kept.put(name, stamp, Thing::Count(count));
        }
        Ok(Some(count))
    }

    /// The records before and after one in a list; `None` where it is not in it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where filter or sort are wrong, [`Error::NotFound`] where there is no such object.
    pub fn neighbours(&self, query: &Query, id: RecordRef) -> Result<Option<Neighbours>> {
        let scan = self.scan();
        let rows = self.rows(&scan, query)?;
        if id.object != query.object || !rows.has(id.row.0) {
            return Ok(None);
        }
        let order = self.order(&scan, query)?;
        let Some(place) = order.places(&[id.row.0])?.pop() else { return Ok(None) };
        let (after, before) = (order.after(&rows, &place, Way::Forward)?, order.after(&rows, &place, Way::Backward)?);
        let one = |set: &RowSet, way| -> Result<Option<RecordRef>> {
            Ok(order.first(set, 1, way)?.first().map(|p| RecordRef::new(query.object, Row(p.row))))
        };
        Ok(Some(Neighbours {
            position: before.count(),
            total: rows.count(),
            previous: one(&before, Way::Backward)?,
            next: one(&after, Way::Forward)?,
        }))
    }
}

/// The position of a page in the list and the places of its rows.
fn find(order: &Order<'_>, rows: &RowSet, query: &Query, mark: u64) -> Result<(u64, Vec<Place>)> {
    let (limit, total) = (query.limit.clamp(1, PAGE_MAX), rows.count());
    match &query.start {
        Start::First => Ok((0, order.first(rows, limit, Way::Forward)?)),
        Start::Last => {
            let places = reversed(order.first(rows, limit, Way::Backward)?);
            Ok((total - places.len() as u64, places))
        }
        Start::After(text) => {
            let place = cursor::read(mark, order.levels(), text)?;
            let rest = order.after(rows, &place, Way::Forward)?;
            Ok((total - rest.count(), order.first(&rest, limit, Way::Forward)?))
        }
        Start::Before(text) => {
            let place = cursor::read(mark, order.levels(), text)?;
            let rest = order.after(rows, &place, Way::Backward)?;
            let places = reversed(order.first(&rest, limit, Way::Backward)?);
            Ok((rest.count() - places.len() as u64, places))
        }
        Start::Position(position) if *position >= total => Ok((total, Vec::new())),
        Start::Position(position) if *position <= NEAR => {
            let mut places = order.first(rows, limit + *position as usize, Way::Forward)?;
            places.drain(..(*position as usize).min(places.len()));
            Ok((*position, places))
        }
        Start::Position(position) => {
            let Some(place) = order.nth(rows, *position)? else { return Ok((total, Vec::new())) };
            let mut rest = order.after(rows, &place, Way::Forward)?;
            rest.insert(place.row);
            Ok((total - rest.count(), order.first(&rest, limit, Way::Forward)?))
        }
    }
}

fn reversed(mut places: Vec<Place>) -> Vec<Place> {
    places.reverse();
    places
}
