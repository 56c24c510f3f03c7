//! Groups of an aggregate: which rows have which key. A key is a column's value as it lies there, a part of the calendar, or
//! what a linked record has; a list puts its record into a group for each element.

use super::compile::{Asker, resolve_key};
use super::filter::{At, FieldPath};
use super::keys::{Compared, Part};
use super::path::{End, Step};
use super::predicate::Key;
use super::rowset::RowSet;
use super::scan::Scan;
use super::view::View;
use crate::base::id::{ObjectId, OptionId, RecordRef, Row};
use crate::base::money::{Currency, Decimal};
use crate::base::text::fold;
use crate::base::time::{self, Unit};
use crate::base::{Error, Problem, Result};
use crate::model::object::standard;
use crate::model::{Field, Kind, Value};
use crate::records::columns::{self, Column, unpack};
use crate::records::read;
use crate::store::Reads;
use crate::store::column::{CHUNK_ROWS, IntLists, Physical, TextLists, bits};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Groups of one field at most.
const GROUPS_MAX: usize = 50_000;
/// Numbers of a chunk that are looked up in a table rather than in a map, when they lie so close together.
const TABLE_MAX: u64 = 4_096;

/// A field to group by, resolved.
#[derive(Debug)]
pub struct GroupKey<'a> {
    by: By,
    field: Option<&'a Field>,
    /// A link or a person is grouped by the record, of this object.
    target: Option<ObjectId>,
    unit: Option<Unit>,
    object: ObjectId,
}

#[derive(Debug)]
enum By {
    /// The column itself.
    Column(Column),
    /// What a linked record has.
    Linked(Key),
}

/// Rows and their groups.
pub struct Groups {
    /// Group of each row; 0 for those with an empty value.
    single: Vec<u32>,
    /// Further groups of rows whose list has several elements.
    further: HashMap<u64, Vec<u32>>,
    /// Key and first row of each group, by number; group 0 has none.
    pub keys: Vec<(Option<Part>, u64)>,
}

impl Groups {
    /// How many groups, the empty one included.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The first group of a row, and the others.
    #[inline]
    pub fn of(&self, row: u64) -> (u32, &[u32]) {
        let first = self.single.get(row as usize).copied().unwrap_or_default();
        if self.further.is_empty() {
            return (first, &[]);
        }
        (first, self.further.get(&row).map_or(&[], Vec::as_slice))
    }
}

impl<'a> GroupKey<'a> {
    /// Resolves a field, a path, or a part of the calendar (`close_date.month`).
    ///
    /// # Errors
    /// A problem of `group`.
    pub fn resolve(asker: &Asker<'a>, object: ObjectId, text: &str) -> std::result::Result<Self, Problem> {
        let wrong = |message: String| Problem::new("group", "value", message);
        let mut names: Vec<String> = text.trim().split('.').map(str::to_owned).collect();
        let unit = match names.as_slice() {
            [_, .., last] => Unit::parse(last).filter(|_| !last.ends_with('s')),
            _ => None,
        };
        if unit.is_some() {
            names.pop();
        }
        let path = FieldPath { names, at: At(0) };
        let resolved = asker.names().resolve(object, &path, "group")?;
        let here = asker.schema.object_by_id(object);
        if let (End::Record, Some(last)) = (resolved.end, resolved.steps.last()) {
            let Step::Forward(column, target, _) = last else {
                return Err(wrong(format!("“{path}” leads to many records; group their own list.")));
            };
            if resolved.steps.len() > 1 || unit.is_some() {
                return Err(wrong(format!("“{path}” is a record; group by one of its fields.")));
            }
            return Ok(Self { by: By::Column(*column), field: None, target: Some(*target), unit, object });
        }
        let End::Field(field) = resolved.end else {
            return Err(wrong("Grouping by id gives nothing to count.".into()));
        };
        if unit.is_some() && !matches!(field.kind, Kind::Date | Kind::DateTime) {
            return Err(wrong(format!("“{path}” is no date, so it has no days, weeks, months, quarters or years.")));
        }
        let by = if resolved.steps.is_empty() {
            let column = here.and_then(|o| columns::column(o, field));
            By::Column(column.ok_or_else(|| wrong(format!("“{path}” is long text or files; nothing groups by it.")))?)
        } else {
            // Options are grouped as they are and put in order afterwards.
            By::Linked(plain(resolve_key(asker, object, &path, "group")?.0))
        };
        Ok(Self { by, field: Some(field), target: None, unit, object })
    }

    /// The groups of the rows of a set.
    pub fn groups(&self, scan: &Scan<'_>, within: &RowSet, week_start: Weekday) -> Result<Groups> {
        let view = scan.view(self.object)?;
        let mut numbers = Numbers {
            ids: HashMap::new(),
            groups: Groups {
                single: vec![0; view.chunks * CHUNK_ROWS],
                further: HashMap::new(),
                keys: vec![(None, 0)],
            },
        };
        let calendar = self.calendar(scan, week_start);
        match &self.by {
            By::Column(column) if matches!(column.physical, Physical::IntLists | Physical::TextLists) => {
                self.lists(&view, *column, within, &mut numbers)?;
            }
            By::Column(column) => {
                let compared = Compared::Plain(*column);
                numbers.fill(&view, &compared, within, calendar)?;
            }
            By::Linked(key) => {
                let compared = Compared::prepare(scan, key)?;
                numbers.fill(&view, &compared, within, calendar)?;
            }
        }
        Ok(numbers.groups)
    }

    fn calendar(&self, scan: &Scan<'_>, week_start: Weekday) -> Option<Calendar> {
        let field = self.field?;
        let unit = self.unit.or((field.kind == Kind::DateTime).then_some(Unit::Day))?;
        (field.kind == Kind::DateTime || unit != Unit::Day).then(|| Calendar {
            unit,
            week_start,
            zone: (field.kind == Kind::DateTime).then(|| scan.actor.zone.clone()),
            met: Vec::new(),
        })
    }

    fn lists(&self, view: &View<'_>, column: Column, within: &RowSet, numbers: &mut Numbers) -> Result<()> {
        view.each(column, within, &mut |chunk, wanted, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let first = (chunk * CHUNK_ROWS) as u64;
            let mut too_many = Ok(());
            let mut put = |row: usize, part: Part| {
                if bits::has(wanted, row) && too_many.is_ok() {
                    too_many = numbers.put(first + row as u64, part);
                }
            };
            match column.physical {
                Physical::IntLists => IntLists::read(bytes)?.each(|row, n| put(row, Part::Int(n))),
                Physical::TextLists => {
                    let chunk = TextLists::read(bytes)?;
                    chunk.each(|row, code| put(row, Part::Text(chunk.dictionary.get(code).to_vec())));
                }
                Physical::Ints | Physical::Texts => {}
            }
            too_many
        })
    }

    /// Where a key stands among the others: options in their order, everything else by itself.
    pub fn place(&self, asker: &Asker<'_>, part: &Part) -> Part {
        if let (Some(field), Part::Int(n)) = (self.field, part)
            && matches!(field.kind, Kind::Select | Kind::MultiSelect | Kind::Stage | Kind::Pipeline)
        {
            let owner = asker.schema.objects.iter().find(|o| o.fields.iter().any(|f| std::ptr::eq(f, field)));
            let options = owner.map(|o| asker.options(o, field)).unwrap_or_default();
            let at = options.iter().position(|o| i64::from(o.id.0) == *n).unwrap_or(usize::MAX >> 1);
            return Part::Int(at as i64);
        }
        part.clone()
    }

    /// A group's key as a value, read where it must be from the group's first record.
    pub fn value<R: Reads>(&self, tx: &R, part: &Part, row: u64) -> Result<Option<Value>> {
        let n = match part {
            Part::Int(n) => *n,
            Part::Text(text) => return self.text(tx, text, row).map(Some),
        };
        if let Some(target) = self.target {
            return Ok(Some(match target == standard::MEMBERS {
                true => Value::Member(Row(n as u64)),
                false => Value::Records(vec![match &self.by {
                    By::Column(column) if column.packed => {
                        let (object, row) = unpack(n);
                        RecordRef::new(object, Row(row))
                    }
                    _ => RecordRef::new(target, Row(n as u64)),
                }]),
            }));
        }
        let Some(field) = self.field else { return Ok(None) };
        if self.unit.is_some() || field.kind == Kind::DateTime {
            return Ok(i32::try_from(n).ok().map(Value::Date));
        }
        Ok(int_value(field, n))
    }

    /// A text as its first record writes it; over a relation, as the linked record does.
    fn text<R: Reads>(&self, tx: &R, folded: &[u8], row: u64) -> Result<Value> {
        let folded = String::from_utf8_lossy(folded).into_owned();
        let Some(field) = self.field else { return Ok(Value::Text(folded)) };
        let mut id = RecordRef::new(self.object, Row(row));
        if let By::Linked(key) = &self.by {
            let mut key = key;
            while let Key::Through(column, _, inner) = key {
                let next = read::fields_of_any(tx, id, &[column.field])?.and_then(|(_, v)| match v.get(column.field) {
                    Some(Value::Member(row)) => Some(RecordRef::new(standard::MEMBERS, *row)),
                    Some(Value::Records(all)) => all.first().copied(),
                    _ => None,
                });
                let Some(next) = next else { return Ok(Value::Text(folded)) };
                (id, key) = (next, inner.as_ref());
            }
        }
        let written = read::fields_of_any(tx, id, &[field.id])?.and_then(|(_, v)| v.get(field.id).cloned());
        Ok(match written {
            Some(Value::Text(text)) => Value::Text(text),
            Some(Value::Address(address)) => Value::Address(address),
            Some(Value::List(all)) => Value::Text(all.into_iter().find(|t| fold(t) == folded).unwrap_or(folded)),
            _ => Value::Text(folded),
        })
    }
}

/// The same key with options as they are.
fn plain(key: Key) -> Key {
    match key {
        Key::Column(column, _) => Key::Column(column, Vec::new()),
        Key::Through(column, object, inner) => Key::Through(column, object, Box::new(plain(*inner))),
        Key::Row => Key::Row,
    }
}

/// The value that a column's number stands for.
pub fn int_value(field: &Field, n: i64) -> Option<Value> {
    Some(match field.kind {
        Kind::Number | Kind::Currency => Value::Number(Decimal(n)),
        Kind::Rating => Value::Rating(u8::try_from(n).ok()?),
        Kind::CurrencyCode => Value::Text(currency(n).to_string()),
        Kind::Date => Value::Date(i32::try_from(n).ok()?),
        Kind::DateTime => Value::Time(n),
        Kind::YesNo => Value::Bool(n != 0),
        Kind::Select | Kind::MultiSelect | Kind::Stage | Kind::Pipeline => {
            Value::Choice(OptionId(u32::try_from(n).ok()?))
        }
        Kind::Person => Value::Member(Row(n as u64)),
        Kind::Relation | Kind::Relations => {
            let (object, row) = unpack(n);
            Value::Records(vec![RecordRef::new(object, Row(row))])
        }
        _ => return None,
    })
}

/// The currency that a column's number stands for.
pub fn currency(n: i64) -> Currency {
    Currency([(n >> 16) as u8, (n >> 8) as u8, n as u8])
}

/// Gives groups their numbers.
struct Numbers {
    ids: HashMap<Part, u32>,
    groups: Groups,
}

impl Numbers {
    fn id(&mut self, part: &Part, row: u64) -> Result<u32> {
        if let Some(id) = self.ids.get(part) {
            return Ok(*id);
        }
        if self.groups.keys.len() > GROUPS_MAX {
            let message =
                format!("This gives more than {GROUPS_MAX} groups; filter first or group by something coarser.");
            return Err(Error::invalid("group", "too_many", message));
        }
        let id = self.groups.keys.len() as u32;
        self.ids.insert(part.clone(), id);
        self.groups.keys.push((Some(part.clone()), row));
        Ok(id)
    }

    /// The group of a value, or of the part of the calendar it lies in.
    #[inline]
    fn number(&mut self, calendar: &mut Option<Calendar>, part: &Part, row: u64) -> Result<u32> {
        let (Some(calendar), Part::Int(n)) = (calendar, part) else { return self.id(part, row) };
        if let Some(id) = calendar.group(*n) {
            return Ok(id);
        }
        let (first, from, to) = calendar.part(*n);
        let id = self.id(&Part::Int(first), row)?;
        calendar.meet(from, to, id);
        Ok(id)
    }

    fn put(&mut self, row: u64, part: Part) -> Result<()> {
        let id = self.id(&part, row)?;
        let first = &mut self.groups.single[row as usize];
        if *first == 0 {
            *first = id;
        } else if *first != id {
            let more = self.groups.further.entry(row).or_default();
            if !more.contains(&id) {
                more.push(id);
            }
        }
        Ok(())
    }

    fn fill(
        &mut self,
        view: &View<'_>,
        compared: &Compared,
        within: &RowSet,
        mut calendar: Option<Calendar>,
    ) -> Result<()> {
        // Ranks and plain numbers mean the same in every chunk; codes of a dictionary do not.
        let mut everywhere: HashMap<i64, u32> = HashMap::new();
        compared.each(view, within, &mut |_, wanted, keys| {
            let wanted = bits::and(wanted, &keys.present);
            let (mut low, mut high) = (i64::MAX, i64::MIN);
            bits::each(&wanted, |i| (low, high) = (low.min(keys.local[i]), high.max(keys.local[i])));
            if low > high {
                return Ok(());
            }
            let span = high.wrapping_sub(low) as u64;
            let mut table = vec![0_u32; if span < TABLE_MAX { span as usize + 1 } else { 0 }];
            let codes = keys.dictionary().is_some();
            let mut failed = Ok(());
            bits::each(&wanted, |i| {
                let local = keys.local[i];
                let slot = local.wrapping_sub(low) as usize;
                let known = match table.get(slot) {
                    Some(id) => *id,
                    None => everywhere.get(&local).copied().unwrap_or_default(),
                };
                let id = if known != 0 {
                    known
                } else {
                    let known = if codes { None } else { everywhere.get(&local).copied() };
                    let id = match known {
                        Some(id) => id,
                        None => self.number(&mut calendar, &keys.part(i), keys.row(i)).unwrap_or_else(|e| {
                            failed = Err(e);
                            0
                        }),
                    };
                    if !codes && calendar.as_ref().is_none_or(|c| c.zone.is_none()) {
                        everywhere.insert(local, id);
                    }
                    if let Some(place) = table.get_mut(slot) {
                        *place = id;
                    }
                    id
                };
                self.groups.single[keys.row(i) as usize] = id;
            });
            failed
        })
    }
}

/// Parts of the calendar, for many days or moments quickly: each part that was met is a range of numbers with its group.
struct Calendar {
    unit: Unit,
    week_start: Weekday,
    /// The zone of moments; days have none.
    zone: Option<TimeZone>,
    /// First number, number after the last, group; in order.
    met: Vec<(i64, i64, u32)>,
}

impl Calendar {
    /// The group of the part that a day or moment lies in, where it was met before.
    #[inline]
    fn group(&self, n: i64) -> Option<u32> {
        let after = self.met.partition_point(|(from, ..)| *from <= n);
        let (_, to, group) = *self.met.get(after.checked_sub(1)?)?;
        (n < to).then_some(group)
    }

    /// The first day of the part that a day or moment lies in, and the part's numbers.
    fn part(&self, n: i64) -> (i64, i64, i64) {
        let day = match &self.zone {
            Some(zone) => time::day_of(n, zone),
            None => n.clamp(i64::from(time::DAY_MIN), i64::from(time::DAY_MAX)) as i32,
        };
        let first = time::start_of(self.unit, day, self.week_start);
        let next = time::add(self.unit, first, 1).ok();
        let number = |day: i32| self.zone.as_ref().map_or(i64::from(day), |zone| time::start_of_day(day, zone));
        (i64::from(first), number(first), next.map_or(i64::MAX, number))
    }

    fn meet(&mut self, from: i64, to: i64, group: u32) {
        let at = self.met.partition_point(|(start, ..)| *start <= from);
        self.met.insert(at, (from, to, group));
    }
}
