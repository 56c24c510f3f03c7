//! Evaluates predicates over columns, chunk by chunk, to sets of rows. What an actor may see is one more set, and a path
//! counts only records at its other end that are live and that they may see.

use super::kept::{Kept, Name, Stamp, Thing};
use super::narrow::Narrowed;
use super::predicate::{Ints, Linked, Predicate, Texts};
use super::rowset::RowSet;
use super::view::View;
use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, Row};
use crate::base::text::fold;
use crate::model::object::{standard, system_field};
use crate::model::{Actor, Kind, Schema, Value, rules};
use crate::records::State;
use crate::records::columns::{self, Column, unpack};
use crate::store::Reads;
use crate::store::codec::RecordView;
use crate::store::column::{CHUNK_ROWS, Dictionary, IntLists, IntsChunk, Physical, TextLists, TextsChunk, Words, bits};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// Linked rows up to which a path is tested as a list of numbers rather than against a set.
const FEW_ROWS: u64 = 16;
/// Values of an `IN` from which a dictionary is walked beside them rather than searched for each.
const MANY_TEXTS: usize = 32;
/// Records up to which a long text is read in each rather than looked up in an index of words.
const FEW_RECORDS: u64 = 2_000;
/// Different numbers of a chunk up to which an `IN` is looked up in a table.
const TABLE_MAX: u64 = 8_192;

/// Finds rows of long texts by an index. Without one, their records are read one by one.
pub trait TextLookup {
    /// Rows whose `field` may have `needle` (folded) in it: all that have, perhaps some more. `None` where the index can't
    /// tell.
    fn rows(&self, object: ObjectId, field: FieldId, needle: &str) -> Option<Vec<Row>>;
}

/// A snapshot through the eyes of an actor.
pub struct Scan<'a> {
    /// The snapshot.
    pub tx: &'a dyn Reads,
    /// The data model.
    pub schema: &'a Schema,
    /// Who looks.
    pub actor: &'a Actor,
    /// Finds words in long texts.
    pub lookup: Option<&'a dyn TextLookup>,
    views: RefCell<HashMap<ObjectId, Rc<View<'a>>>>,
    /// What earlier queries left to use.
    pub kept: Option<&'a Kept>,
    walls: RefCell<HashMap<ObjectId, Option<Arc<RowSet>>>>,
}

impl<'a> Scan<'a> {
    /// A snapshot through the eyes of `actor`.
    pub fn new(tx: &'a dyn Reads, schema: &'a Schema, actor: &'a Actor) -> Self {
        let (views, walls) = (RefCell::new(HashMap::new()), RefCell::new(HashMap::new()));
        Self { tx, schema, actor, lookup: None, kept: None, views, walls }
    }

    /// The columns of an object.
    pub fn view(&self, object: ObjectId) -> Result<Rc<View<'a>>> {
        if let Some(view) = self.views.borrow().get(&object) {
            return Ok(Rc::clone(view));
        }
        let view = Rc::new(View::open(self.tx, self.schema, object)?);
        self.views.borrow_mut().insert(object, Rc::clone(&view));
        Ok(view)
    }

    /// The rows of an object in this state that the actor may see.
    pub fn seen(&self, object: ObjectId, state: State) -> Result<RowSet> {
        let all = self.view(object)?.state(state)?;
        Ok(match self.wall(object)? {
            Some(wall) => all.and(&wall),
            None => all,
        })
    }

    /// The rows that the actor may see, in whatever state; `None` where they may see all.
    pub fn wall(&self, object: ObjectId) -> Result<Option<Arc<RowSet>>> {
        if let Some(wall) = self.walls.borrow().get(&object) {
            return Ok(wall.clone());
        }
        let members = rules::sees_records_of(self.actor).filter(|_| rules::walled(self.actor, object));
        let wall = match members {
            None => None,
            Some(members) => Some(self.wall_of(object, members)?),
        };
        self.walls.borrow_mut().insert(object, wall.clone());
        Ok(wall)
    }

    fn wall_of(&self, object: ObjectId, members: Vec<Row>) -> Result<Arc<RowSet>> {
        let stamp = self.stamp(&[object, standard::CONTACTS])?;
        let name = Name::Wall(object, members.clone());
        if let Some(Thing::Wall(wall)) = self.kept.and_then(|kept| kept.get(&name, &stamp))
            && wall.0.len() == self.view(object)?.chunks
        {
            return Ok(wall);
        }
        let wall = Arc::new(self.build_wall(object, &members)?);
        if let Some(kept) = self.kept {
            kept.put(name, stamp, Thing::Wall(Arc::clone(&wall)));
        }
        Ok(wall)
    }

    /// How far these objects have come in this snapshot.
    pub fn stamp(&self, objects: &[ObjectId]) -> Result<Stamp> {
        let touched = |object: &ObjectId| Ok((*object, columns::counter(self.tx, &columns::touched_counter(*object))?));
        objects.iter().map(touched).collect()
    }

    /// The live rows of an object that the actor may see and that pass: by the index where it helps.
    pub fn found(&self, object: ObjectId, predicate: &Predicate) -> Result<RowSet> {
        let Some(Narrowed { rows, rest }) = self.narrowed(object, predicate)? else {
            return self.passing(object, predicate, &self.seen(object, State::Live)?);
        };
        let seen = match self.wall(object)? {
            Some(wall) if !rows.is_empty() => rows.and(&wall),
            _ => rows,
        };
        self.passing(object, &rest, &seen)
    }

    /// The rows, in whatever state, that one of these members (sorted) made or looks after.
    pub fn tied(&self, object: ObjectId, members: &[Row]) -> Result<RowSet> {
        let view = self.view(object)?;
        let all = RowSet(vec![bits::ALL; view.chunks]);
        let theirs = Ints::In(members.iter().map(|m| m.0 as i64).collect());
        let mut tied = RowSet::none(view.chunks);
        for field in [system_field::CREATED_BY, system_field::OWNER] {
            if let Some(column) = self.column(&view, field) {
                tied = tied.or(&self.ints(&view, column, &theirs, &all)?);
            }
        }
        Ok(tied)
    }

    fn build_wall(&self, object: ObjectId, members: &[Row]) -> Result<RowSet> {
        let view = self.view(object)?;
        let mut seen = self.tied(object, members)?;
        if let Some(column) = self.column(&view, system_field::CONTACT_ROWS)
            && let Some(contacts) = self.wall(standard::CONTACTS)?
        {
            let others = RowSet(vec![bits::ALL; view.chunks]).without(&seen);
            let hang = self.linked(&view, column, standard::CONTACTS, &contacts, &others)?;
            seen = seen.or(&hang);
        }
        Ok(seen)
    }

    fn column(&self, view: &View<'_>, field: FieldId) -> Option<Column> {
        view.object.field_by_id(field).and_then(|f| columns::column(view.object, f))
    }

    /// The rows of `within` that pass.
    pub fn passing(&self, object: ObjectId, predicate: &Predicate, within: &RowSet) -> Result<RowSet> {
        let view = self.view(object)?;
        Ok(match predicate {
            Predicate::And(parts) => {
                let mut left = within.clone();
                let mut parts: Vec<&Predicate> = parts.iter().collect();
                parts.sort_by_key(|p| cost(p));
                for part in parts {
                    left = self.passing(object, part, &left)?;
                }
                left
            }
            Predicate::Or(parts) => {
                let (mut found, mut left) = (RowSet::none(view.chunks), within.clone());
                for part in parts {
                    let more = self.passing(object, part, &left)?;
                    left = left.without(&more);
                    found = found.or(&more);
                }
                found
            }
            Predicate::Not(inner) => within.without(&self.passing(object, inner, within)?),
            Predicate::Row(test) => rows(test, within),
            Predicate::Ints(column, test) => self.ints(&view, *column, test, within)?,
            Predicate::Texts(column, test) => self.texts(&view, *column, test, within)?,
            Predicate::Read(field, test) => self.read(&view, *field, test, within)?,
            Predicate::Through(column, linked) => self.through(&view, *column, linked, within)?,
            Predicate::Inverse(columns, linked) => self.inverse(&view, columns, linked, within)?,
        })
    }

    fn ints(&self, view: &View<'_>, column: Column, test: &Ints, within: &RowSet) -> Result<RowSet> {
        let mut found = RowSet::none(view.chunks);
        view.each(column, within, &mut |chunk, wanted, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let words = match column.physical {
                Physical::Ints => test_ints(&IntsChunk::read(bytes)?, test),
                Physical::IntLists => test_int_lists(&IntLists::read(bytes)?, test),
                Physical::Texts | Physical::TextLists => bits::NONE,
            };
            found.0[chunk] = bits::and(&words, wanted);
            Ok(())
        })?;
        Ok(found)
    }

    fn texts(&self, view: &View<'_>, column: Column, test: &Texts, within: &RowSet) -> Result<RowSet> {
        let mut found = RowSet::none(view.chunks);
        let finder = TextTest::new(test);
        view.each(column, within, &mut |chunk, wanted, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let words = match column.physical {
                Physical::Texts => {
                    let texts = TextsChunk::read(bytes)?;
                    match finder.codes(&texts.dictionary) {
                        Codes::Range(codes) => texts.range(codes),
                        Codes::Some(flags) => {
                            let mut codes = [0; CHUNK_ROWS];
                            texts.fill(&mut codes);
                            bits::from_fn(|i| flags.get(codes[i] as usize).copied().unwrap_or_default())
                        }
                    }
                }
                Physical::TextLists => test_text_lists(&TextLists::read(bytes)?, &finder),
                Physical::Ints | Physical::IntLists => bits::NONE,
            };
            found.0[chunk] = bits::and(&words, wanted);
            Ok(())
        })?;
        Ok(found)
    }

    /// Reads records one by one: about 1 to 5 µs for each row that the cheaper tests beside it have left, unless an index
    /// of words narrows them down.
    fn read(&self, view: &View<'_>, field: FieldId, test: &Texts, within: &RowSet) -> Result<RowSet> {
        let mut candidates = within.clone();
        if let (Some(lookup), Texts::Contains(needle)) = (self.lookup, test)
            && within.count() > FEW_RECORDS
            && let Some(rows) = lookup.rows(view.object.id, field, needle)
        {
            let mut some = RowSet::none(view.chunks);
            rows.iter().for_each(|row| some.insert(row.0));
            candidates = candidates.and(&some);
        }
        let files = view.object.field_by_id(field).is_some_and(|f| f.kind == Kind::File);
        let mut found = RowSet::none(view.chunks);
        view.each_record(&candidates, &mut |row, bytes| {
            if let Some((tag, value)) = RecordView::parse(bytes)?.field(field) {
                let passes = match test {
                    Texts::Any => true,
                    _ if files => false,
                    test => matches!(Value::decode(tag, value)?, Value::Text(text) if test.passes(&fold(&text))),
                };
                if passes {
                    found.insert(row);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The rows at the other end of a relation that count.
    fn targets(&self, linked: &Linked) -> Result<RowSet> {
        self.found(linked.object, &linked.passes)
    }

    fn through(&self, view: &View<'_>, column: Column, linked: &Linked, within: &RowSet) -> Result<RowSet> {
        let targets = self.targets(linked)?;
        self.linked(view, column, linked.object, &targets, within)
    }

    /// Rows that point through `column` to one of `targets` of `object`.
    fn linked(
        &self,
        view: &View<'_>,
        column: Column,
        object: ObjectId,
        targets: &RowSet,
        within: &RowSet,
    ) -> Result<RowSet> {
        if targets.count() <= FEW_ROWS {
            let pack = |row: u64| if column.packed { columns::pack(object, row) } else { row as i64 };
            let test = Ints::In(targets.rows().map(pack).collect());
            return self.ints(view, column, &test, within);
        }
        let counts = |n: i64| match (column.packed, unpack(n)) {
            (true, (to, row)) => to == object && targets.has(row),
            (false, _) => targets.has(n as u64),
        };
        let mut found = RowSet::none(view.chunks);
        view.each(column, within, &mut |chunk, wanted, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let mut words = bits::NONE;
            match column.physical {
                Physical::Ints => {
                    let ints = IntsChunk::read(bytes)?;
                    let mut values = [0; CHUNK_ROWS];
                    ints.fill(&mut values);
                    bits::each(&bits::and(wanted, ints.present()), |i| {
                        if counts(values[i]) {
                            bits::set(&mut words, i, true);
                        }
                    });
                }
                Physical::IntLists => words = IntLists::read(bytes)?.rows_with(counts),
                Physical::Texts | Physical::TextLists => {}
            }
            found.0[chunk] = bits::and(&words, wanted);
            Ok(())
        })?;
        Ok(found)
    }

    fn inverse(&self, view: &View<'_>, columns: &[Column], linked: &Linked, within: &RowSet) -> Result<RowSet> {
        let sources = self.targets(linked)?;
        let other = self.view(linked.object)?;
        let mut found = RowSet::none(view.chunks);
        for column in columns {
            let mut insert = |n: i64| match (column.packed, unpack(n)) {
                (true, (to, row)) if to == view.object.id => found.insert(row),
                (true, _) => {}
                (false, _) => found.insert(n as u64),
            };
            other.each(*column, &sources, &mut |_, wanted, bytes| {
                let Some(bytes) = bytes else { return Ok(()) };
                match column.physical {
                    Physical::Ints => {
                        let ints = IntsChunk::read(bytes)?;
                        let mut values = [0; CHUNK_ROWS];
                        ints.fill(&mut values);
                        bits::each(&bits::and(wanted, ints.present()), |i| insert(values[i]));
                    }
                    Physical::IntLists => IntLists::read(bytes)?.each(|row, n| {
                        if bits::has(wanted, row) {
                            insert(n);
                        }
                    }),
                    Physical::Texts | Physical::TextLists => {}
                }
                Ok(())
            })?;
        }
        Ok(found.and(within))
    }
}

/// What a predicate costs compared with others, roughly; the cheap ones go first.
fn cost(predicate: &Predicate) -> u32 {
    match predicate {
        Predicate::Row(_) => 0,
        Predicate::Ints(column, _) if column.physical == Physical::Ints => 1,
        Predicate::Ints(..) => 3,
        Predicate::Texts(_, Texts::Contains(_) | Texts::Suffix(_)) => 6,
        Predicate::Texts(..) => 3,
        Predicate::Not(inner) => cost(inner),
        Predicate::And(parts) | Predicate::Or(parts) => parts.iter().map(cost).sum::<u32>().min(90),
        Predicate::Through(_, linked) | Predicate::Inverse(_, linked) => 8 + cost(&linked.passes),
        Predicate::Read(..) => 100,
    }
}

fn rows(test: &Ints, within: &RowSet) -> RowSet {
    let mut found = RowSet::none(within.0.len());
    match test {
        Ints::Any => return within.clone(),
        Ints::In(all) => {
            for row in all.iter().filter_map(|n| u64::try_from(*n).ok()).filter(|row| within.has(*row)) {
                found.insert(row);
            }
        }
        Ints::Range(..) => within.rows().filter(|row| test.passes(*row as i64)).for_each(|row| found.insert(row)),
    }
    found
}

fn test_ints(chunk: &IntsChunk<'_>, test: &Ints) -> Words {
    match test {
        Ints::Any => *chunk.present(),
        Ints::Range(low, high) => chunk.range(*low, *high),
        Ints::In(all) => {
            let from = all.partition_point(|n| *n < chunk.low);
            let to = all.partition_point(|n| *n <= chunk.high);
            let here = &all[from..to.max(from)];
            if here.len() <= 3 {
                return here.iter().fold(bits::NONE, |found, n| {
                    let more = chunk.range(*n, *n);
                    std::array::from_fn(|i| found[i] | more[i])
                });
            }
            let mut values = [0; CHUNK_ROWS];
            chunk.fill(&mut values);
            let span = chunk.high.wrapping_sub(chunk.low) as u64;
            let found = if span < TABLE_MAX {
                let mut table = vec![false; span as usize + 1];
                here.iter().for_each(|n| table[n.wrapping_sub(chunk.low) as usize] = true);
                bits::from_fn(|i| table.get(values[i].wrapping_sub(chunk.low) as usize).copied().unwrap_or_default())
            } else {
                bits::from_fn(|i| here.binary_search(&values[i]).is_ok())
            };
            bits::and(&found, chunk.present())
        }
    }
}

fn test_int_lists(chunk: &IntLists<'_>, test: &Ints) -> Words {
    if *test == Ints::Any {
        return chunk.present();
    }
    chunk.rows_with(|n| test.passes(n))
}

fn test_text_lists(chunk: &TextLists<'_>, finder: &TextTest<'_>) -> Words {
    match finder.codes(&chunk.dictionary) {
        Codes::Range(codes) if codes.is_empty() => bits::NONE,
        Codes::Range(codes) => chunk.rows_with(|code| codes.contains(&code)),
        Codes::Some(flags) => chunk.rows_with(|code| flags.get(code as usize).copied().unwrap_or_default()),
    }
}

/// Codes of a dictionary.
enum Codes {
    Range(Range<u32>),
    /// By code; 0 is never set.
    Some(Vec<bool>),
}

/// A test of texts, made ready for many dictionaries.
struct TextTest<'a> {
    test: &'a Texts,
    finder: memchr::memmem::Finder<'a>,
}

impl<'a> TextTest<'a> {
    fn new(test: &'a Texts) -> Self {
        let needle = match test {
            Texts::Contains(needle) => needle.as_bytes(),
            _ => b"",
        };
        Self { test, finder: memchr::memmem::Finder::new(needle) }
    }

    fn codes(&self, dictionary: &Dictionary<'_>) -> Codes {
        let end = dictionary.len() as u32 + 1;
        match self.test {
            Texts::Any => Codes::Range(1..end),
            Texts::Prefix(prefix) => Codes::Range(dictionary.prefix(prefix.as_bytes())),
            Texts::In(all) if all.len() == 1 => match dictionary.code(all[0].as_bytes()) {
                Some(code) => Codes::Range(code..code + 1),
                None => Codes::Range(0..0),
            },
            Texts::In(all) => several(dictionary, all),
            Texts::Range(low, high) => {
                let from = low.as_ref().map_or(1, |(t, equal)| {
                    let t = t.as_bytes();
                    dictionary.partition(|x| if *equal { x < t } else { x <= t })
                });
                let to = high.as_ref().map_or(end, |(t, equal)| {
                    let t = t.as_bytes();
                    dictionary.partition(|x| if *equal { x <= t } else { x < t })
                });
                Codes::Range(from..to.max(from))
            }
            Texts::Suffix(suffix) => {
                let mut flags = vec![false; end as usize];
                dictionary.each(|code, text| flags[code as usize] = text.ends_with(suffix.as_bytes()));
                Codes::Some(flags)
            }
            Texts::Contains(needle) => self.contains(dictionary, needle.len()),
        }
    }

    /// Searches all texts of the dictionary at once; a match across the border of two does not count.
    fn contains(&self, dictionary: &Dictionary<'_>, length: usize) -> Codes {
        let arena = dictionary.arena();
        if length == 0 {
            return Codes::Range(1..dictionary.len() as u32 + 1);
        }
        let (mut at, mut code, mut flags) = (0, 1, Vec::new());
        while let Some(found) = arena.get(at..).and_then(|rest| self.finder.find(rest)) {
            let place = at + found;
            code = dictionary.covering(place, code);
            let span = dictionary.span(code);
            if place + length <= span.end {
                if flags.is_empty() {
                    flags = vec![false; dictionary.len() + 1];
                }
                flags[code as usize] = true;
                at = span.end.max(place + 1);
            } else {
                at = place + 1;
            }
        }
        if flags.is_empty() { Codes::Range(0..0) } else { Codes::Some(flags) }
    }
}

fn several(dictionary: &Dictionary<'_>, all: &[String]) -> Codes {
    let mut flags = vec![false; dictionary.len() + 1];
    if all.len() < MANY_TEXTS {
        for code in all.iter().filter_map(|t| dictionary.code(t.as_bytes())) {
            flags[code as usize] = true;
        }
        return Codes::Some(flags);
    }
    let mut code = 1;
    for text in all {
        while code as usize <= dictionary.len() && dictionary.get(code) < text.as_bytes() {
            code += 1;
        }
        if code as usize <= dictionary.len() && dictionary.get(code) == text.as_bytes() {
            flags[code as usize] = true;
        }
    }
    Codes::Some(flags)
}
