//! Figures over a list: counts, sums, means, extremes, different and empty values, for the whole list or by up to two
//! fields. One pass over each column that is asked for.

use super::compile::{Asker, compile_text};
use super::filter::{At, FieldPath};
use super::group::{GroupKey, Groups, currency, int_value};
use super::keys::{Compared, Part};
use super::page::Ask;
use super::path::End;
use super::rowset::RowSet;
use super::scan::Scan;
use super::view::View;
use super::{Aggregate, Figure, Figures, Group, Measure, MeasureKind};
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::money::{Decimal, Money, UNITS};
use crate::base::{Error, Problem, Result};
use crate::model::{Field, Kind};
use crate::records::columns::{self, Column};
use crate::records::read;
use crate::store::Reads;
use crate::store::column::{CHUNK_ROWS, IntLists, IntsChunk, Physical, TextLists, bits};
use std::collections::HashMap;
use std::rc::Rc;

/// Fields to group by at most.
pub const GROUP_FIELDS_MAX: usize = 2;
/// Measures at most.
pub const MEASURES_MAX: usize = 20;
/// Groups in an answer at most.
pub const GROUPS_MAX: usize = 50_000;
/// Pairs of groups up to which each pair has a place of its own while counting.
const DENSE_MAX: usize = 1 << 22;

impl<R: Reads> Ask<'_, R> {
    /// Figures over a list.
    ///
    /// # Errors
    /// [`Error::Invalid`] where filter, group or measures are wrong, [`Error::NotFound`] where there is no such object.
    pub fn aggregate(&self, aggregate: &Aggregate) -> Result<Figures> {
        let asker = self.asker();
        let object = self.schema.object_by_id(aggregate.object).ok_or(Error::NotFound)?;
        let predicate = compile_text(&asker, object.id, &aggregate.filter)?;
        let (keys, measures) = resolve(&asker, aggregate)?;
        let scan = self.scan();
        let rows = scan.found(object.id, &predicate)?;
        let groups: Result<Vec<Groups>> = keys.iter().map(|k| k.groups(&scan, &rows, asker.week_start)).collect();
        let cells = Cells::count(scan.view(object.id)?, &rows, groups?)?;
        let mut figures = Vec::new();
        for (measure, field) in &measures {
            figures.push(self.figures(&scan, object.id, &rows, &cells, measure, *field)?);
        }
        let mut answer = Vec::new();
        for cell in cells.in_order(&asker, &keys) {
            let mut values = Vec::new();
            for (i, key) in keys.iter().enumerate() {
                values.push(match cells.key(i, cell) {
                    (Some(part), row) => key.value(self.tx, part, *row)?,
                    (None, _) => None,
                });
            }
            let figures = figures.iter().map(|f: &Vec<Figure>| f[cell].clone()).collect();
            answer.push(Group { keys: values, count: cells.counts[cell], figures });
        }
        Ok(Figures { groups: answer, total: rows.count() })
    }

    fn figures(
        &self,
        scan: &Scan<'_>,
        object: ObjectId,
        rows: &RowSet,
        cells: &Cells<'_>,
        measure: &Measure,
        field: Measured<'_>,
    ) -> Result<Vec<Figure>> {
        let view = scan.view(object)?;
        let over = Over { view: &view, rows, cells, column: field.column };
        Ok(match measure.kind {
            MeasureKind::Sum | MeasureKind::Avg => over.sums(field.field, measure.kind)?,
            MeasureKind::Unique => over.unique()?.into_iter().map(count_figure).collect(),
            MeasureKind::Empty => {
                let present = over.present()?;
                cells.counts.iter().zip(present).map(|(all, some)| count_figure(all - some)).collect()
            }
            MeasureKind::Min | MeasureKind::Max => {
                let mut figures = Vec::new();
                for best in over.extremes(measure.kind == MeasureKind::Max)? {
                    figures.push(match best {
                        None => Figure::Nothing,
                        Some((part, row)) => self.extreme(object, field.field, part, row)?,
                    });
                }
                figures
            }
        })
    }

    /// A smallest or largest value as its record writes it.
    fn extreme(&self, object: ObjectId, field: &Field, part: Part, row: u64) -> Result<Figure> {
        if let (Part::Int(n), false) = (&part, field.kind == Kind::Currency) {
            return Ok(int_value(field, *n).map_or(Figure::Nothing, Figure::Value));
        }
        let values = read::fields_of_any(self.tx, RecordRef::new(object, Row(row)), &[field.id])?;
        let written = values.and_then(|(_, v)| v.get(field.id).cloned());
        Ok(written.map_or_else(
            || match part {
                Part::Text(text) => Figure::Value(crate::model::Value::Text(String::from_utf8_lossy(&text).into())),
                Part::Int(n) => Figure::Number(Decimal(n)),
            },
            Figure::Value,
        ))
    }
}

/// A field that is measured.
#[derive(Clone, Copy)]
struct Measured<'a> {
    field: &'a Field,
    column: Column,
}

type Resolved<'a> = (Vec<GroupKey<'a>>, Vec<(&'a Measure, Measured<'a>)>);

fn resolve<'a>(asker: &Asker<'a>, aggregate: &'a Aggregate) -> Result<Resolved<'a>> {
    let mut problems = Vec::new();
    let (mut keys, mut measures) = (Vec::new(), Vec::new());
    if aggregate.group.len() > GROUP_FIELDS_MAX {
        problems.push(Problem::new("group", "too_many", format!("Group by {GROUP_FIELDS_MAX} fields at most.")));
    }
    if aggregate.measures.len() > MEASURES_MAX {
        problems.push(Problem::new("measures", "too_many", format!("Ask for {MEASURES_MAX} figures at most.")));
    }
    for text in &aggregate.group {
        match GroupKey::resolve(asker, aggregate.object, text) {
            Ok(key) => keys.push(key),
            Err(problem) => problems.push(problem),
        }
    }
    for measure in &aggregate.measures {
        match resolve_measure(asker, aggregate.object, measure) {
            Ok(measured) => measures.push((measure, measured)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok((keys, measures)) } else { Err(Error::Invalid(problems)) }
}

fn resolve_measure<'a>(
    asker: &Asker<'a>,
    object: ObjectId,
    measure: &Measure,
) -> std::result::Result<Measured<'a>, Problem> {
    let name = measure.field.trim();
    let wrong = |message: String| Problem::new(name, "value", message);
    let path = FieldPath { names: vec![name.to_owned()], at: At(0) };
    let here = asker.schema.object_by_id(object).ok_or_else(|| wrong("There is no such object.".into()))?;
    let field = match asker.names().field(here, name) {
        Some(field) => field,
        None => match asker.names().resolve(object, &path, "measures")?.end {
            End::Field(field) => field,
            End::Record => return Err(wrong(format!("“{name}” is no field that can be measured."))),
        },
    };
    let Some(column) = columns::column(here, field) else {
        return Err(wrong(format!("“{name}” is long text or files, which can't be measured.")));
    };
    let summed = matches!(measure.kind, MeasureKind::Sum | MeasureKind::Avg);
    if summed && !matches!(field.kind, Kind::Number | Kind::Currency | Kind::Rating) {
        return Err(wrong(format!("“{name}” is no number, so it has no sum or mean.")));
    }
    let ordered = !matches!(
        field.kind,
        Kind::Select
            | Kind::MultiSelect
            | Kind::Stage
            | Kind::Pipeline
            | Kind::Person
            | Kind::Relation
            | Kind::Relations
    );
    if matches!(measure.kind, MeasureKind::Min | MeasureKind::Max) && !ordered {
        return Err(wrong(format!("“{name}” has no smallest or largest value.")));
    }
    Ok(Measured { field, column })
}

fn count_figure(n: u64) -> Figure {
    Figure::Number(Decimal::whole(n as i64).unwrap_or_default())
}

/// Every combination of groups that occurs, and how many rows it has.
struct Cells<'a> {
    view: Rc<View<'a>>,
    groups: Vec<Groups>,
    /// The place of a pair; where there are few, directly.
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
    /// The pair of each cell.
    pairs: Vec<(u32, u32)>,
    counts: Vec<u64>,
}

impl<'a> Cells<'a> {
    fn count(view: Rc<View<'a>>, rows: &RowSet, groups: Vec<Groups>) -> Result<Self> {
        let size = groups.iter().map(Groups::len).product::<usize>();
        let dense = vec![u32::MAX; if size <= DENSE_MAX { size } else { 0 }];
        let (sparse, pairs, counts) = (HashMap::new(), Vec::new(), Vec::new());
        let mut cells = Self { view, groups, dense, sparse, pairs, counts };
        if cells.groups.is_empty() {
            cells.pairs.push((0, 0));
            cells.counts.push(rows.count());
            cells.dense = vec![0];
            return Ok(cells);
        }
        let mut counts: Vec<u64> = Vec::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let Self { dense, sparse, groups, .. } = &mut cells;
        let width = groups.get(1).map_or(1, Groups::len);
        for row in rows.rows() {
            each_pair(groups, row, |a, b| {
                let place = a as usize * width + b as usize;
                let cell = match dense.get_mut(place) {
                    Some(cell) => cell,
                    None => sparse.entry(place as u64).or_insert(u32::MAX),
                };
                if *cell == u32::MAX {
                    *cell = counts.len() as u32;
                    counts.push(0);
                    pairs.push((a, b));
                }
                counts[*cell as usize] += 1;
            });
            if counts.len() > GROUPS_MAX {
                let message = format!("This gives more than {GROUPS_MAX} groups; filter first or group more coarsely.");
                return Err(Error::invalid("group", "too_many", message));
            }
        }
        (cells.counts, cells.pairs) = (counts, pairs);
        Ok(cells)
    }

    /// Calls `f` with each cell that a row is in.
    #[inline]
    fn each(&self, row: u64, mut f: impl FnMut(usize)) {
        if self.groups.is_empty() {
            return f(0);
        }
        let width = self.groups.get(1).map_or(1, Groups::len);
        each_pair(&self.groups, row, |a, b| {
            let place = a as usize * width + b as usize;
            let cell = self.dense.get(place).copied().or_else(|| self.sparse.get(&(place as u64)).copied());
            if let Some(cell) = cell.filter(|c| *c != u32::MAX) {
                f(cell as usize);
            }
        });
    }

    /// The key of a cell's `i`-th group field, and a row that has it.
    fn key(&self, i: usize, cell: usize) -> &(Option<Part>, u64) {
        let (a, b) = self.pairs[cell];
        &self.groups[i].keys[if i == 0 { a } else { b } as usize]
    }

    /// Cells by their keys, empty ones last.
    fn in_order(&self, asker: &Asker<'_>, keys: &[GroupKey<'_>]) -> Vec<usize> {
        let places: Vec<Vec<(bool, Option<Part>)>> = keys
            .iter()
            .zip(&self.groups)
            .map(|(key, groups)| {
                let place = |part: &Option<Part>| (part.is_none(), part.as_ref().map(|p| key.place(asker, p)));
                groups.keys.iter().map(|(part, _)| place(part)).collect()
            })
            .collect();
        let mut cells: Vec<usize> = (0..self.counts.len()).collect();
        cells.sort_by_key(|cell| {
            let (a, b) = self.pairs[*cell];
            (places.first().map(|p| &p[a as usize]), places.get(1).map(|p| &p[b as usize]))
        });
        cells
    }
}

#[inline]
fn each_pair(groups: &[Groups], row: u64, mut f: impl FnMut(u32, u32)) {
    let (first, more) = groups[0].of(row);
    let Some(second) = groups.get(1) else {
        f(first, 0);
        more.iter().for_each(|a| f(*a, 0));
        return;
    };
    let (other, others) = second.of(row);
    for a in std::iter::once(first).chain(more.iter().copied()) {
        f(a, other);
        others.iter().for_each(|b| f(a, *b));
    }
}

/// A column over the cells.
struct Over<'c, 'a> {
    view: &'c View<'a>,
    rows: &'c RowSet,
    cells: &'c Cells<'a>,
    column: Column,
}

impl Over<'_, '_> {
    /// Sums or means; of money, one per currency.
    fn sums(&self, field: &Field, kind: MeasureKind) -> Result<Vec<Figure>> {
        let codes = if field.kind == Kind::Currency { Some(self.codes()?) } else { None };
        let scale = if field.kind == Kind::Rating { UNITS } else { 1 };
        let mut sums: Vec<(i64, Vec<(i128, i128)>)> = Vec::new();
        self.view.each(self.column, self.rows, &mut |chunk, wanted, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let ints = IntsChunk::read(bytes)?;
            let mut values = [0; CHUNK_ROWS];
            ints.fill(&mut values);
            let first = chunk * CHUNK_ROWS;
            bits::each(&bits::and(wanted, ints.present()), |i| {
                let code = codes.as_ref().map_or(0, |c| c[first + i]);
                let place = sums.iter().position(|(c, _)| *c == code).unwrap_or_else(|| {
                    sums.push((code, vec![(0, 0); self.cells.counts.len()]));
                    sums.len() - 1
                });
                let by_cell = &mut sums[place].1;
                self.cells.each((first + i) as u64, |cell| {
                    by_cell[cell].0 += i128::from(values[i]) * i128::from(scale);
                    by_cell[cell].1 += 1;
                });
            });
            Ok(())
        })?;
        sums.sort_by_key(|(code, _)| *code);
        let figure = |(sum, n): (i128, i128)| {
            let exact = if kind == MeasureKind::Avg { (2 * sum + n).div_euclid(2 * n) } else { sum };
            Decimal(exact.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
        };
        let of_cell = |cell: usize| {
            let mut some = sums.iter().filter(|(_, by_cell)| by_cell[cell].1 > 0).peekable();
            match (some.peek().is_some(), codes.is_some()) {
                (false, _) => Figure::Nothing,
                (true, false) => {
                    some.next().map_or(Figure::Nothing, |(_, by_cell)| Figure::Number(figure(by_cell[cell])))
                }
                (true, true) => Figure::Money(
                    some.map(|(code, by_cell)| Money { amount: figure(by_cell[cell]), currency: currency(*code) })
                        .collect(),
                ),
            }
        };
        Ok((0..self.cells.counts.len()).map(of_cell).collect())
    }

    /// The currency of each row.
    fn codes(&self) -> Result<Vec<i64>> {
        let mut codes = vec![0; self.cells.view.chunks * CHUNK_ROWS];
        let column = Column { part: 1, ..self.column };
        self.view.each(column, self.rows, &mut |chunk, _, bytes| {
            let Some(bytes) = bytes else { return Ok(()) };
            let mut values = [0; CHUNK_ROWS];
            IntsChunk::read(bytes)?.fill(&mut values);
            codes[chunk * CHUNK_ROWS..(chunk + 1) * CHUNK_ROWS].copy_from_slice(&values);
            Ok(())
        })?;
        Ok(codes)
    }

    /// Rows with a value, by cell.
    fn present(&self) -> Result<Vec<u64>> {
        let mut counts = vec![0; self.cells.counts.len()];
        Compared::Plain(self.column).each(self.view, self.rows, &mut |_, wanted, keys| {
            let here = bits::and(wanted, &keys.present);
            if self.cells.groups.is_empty() {
                counts[0] += bits::count(&here);
            } else {
                bits::each(&here, |i| self.cells.each(keys.row(i), |cell| counts[cell] += 1));
            }
            Ok(())
        })?;
        Ok(counts)
    }

    /// Different values, by cell. Texts are told apart by 64 bits of hash: among a million, one in ten million answers
    /// counts one too few.
    fn unique(&self) -> Result<Vec<u64>> {
        let one = self.cells.groups.is_empty();
        let (mut all, mut pairs) = (Vec::new(), Vec::new());
        let mut put = |row: u64, value: u64| {
            if one {
                all.push(value);
            } else {
                self.cells.each(row, |cell| pairs.push((cell as u32, value)));
            }
        };
        match self.column.physical {
            Physical::Ints | Physical::Texts => {
                Compared::Plain(self.column).each(self.view, self.rows, &mut |_, wanted, keys| {
                    let hashes = keys.dictionary().map(hashes);
                    let of = |i: usize| match &hashes {
                        Some(hashes) => hashes.get(keys.local[i] as usize).copied().unwrap_or_default(),
                        None => keys.local[i] as u64,
                    };
                    let mut last = None;
                    bits::each(&bits::and(wanted, &keys.present), |i| {
                        let value = of(i);
                        if !one || last != Some(value) {
                            put(keys.row(i), value);
                        }
                        last = Some(value);
                    });
                    Ok(())
                })?;
            }
            Physical::IntLists | Physical::TextLists => {
                self.view.each(self.column, self.rows, &mut |chunk, wanted, bytes| {
                    let Some(bytes) = bytes else { return Ok(()) };
                    let first = (chunk * CHUNK_ROWS) as u64;
                    let mut put = |row: usize, value| {
                        if bits::has(wanted, row) {
                            put(first + row as u64, value);
                        }
                    };
                    if self.column.physical == Physical::IntLists {
                        IntLists::read(bytes)?.each(|row, n| put(row, n as u64));
                    } else {
                        let lists = TextLists::read(bytes)?;
                        let hashes = hashes(&lists.dictionary);
                        lists.each(|row, code| put(row, hashes.get(code as usize).copied().unwrap_or_default()));
                    }
                    Ok(())
                })?;
            }
        }
        if one {
            all.sort_unstable();
            all.dedup();
            return Ok(vec![all.len() as u64]);
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut counts = vec![0; self.cells.counts.len()];
        pairs.iter().for_each(|(cell, _)| counts[*cell as usize] += 1);
        Ok(counts)
    }

    /// Smallest or largest key with its row, by cell.
    fn extremes(&self, largest: bool) -> Result<Vec<Option<(Part, u64)>>> {
        let mut best: Vec<Option<(Part, u64)>> = vec![None; self.cells.counts.len()];
        Compared::Plain(self.column).each(self.view, self.rows, &mut |_, wanted, keys| {
            // The best so far as this chunk's stand-ins, so that most rows cost one comparison of numbers.
            let mut here: Vec<Option<(i64, bool)>> =
                best.iter().map(|b| b.as_ref().map(|(part, _)| keys.place(part))).collect();
            bits::each(&bits::and(wanted, &keys.present), |i| {
                let local = keys.local[i];
                self.cells.each(keys.row(i), |cell| {
                    let better = match (here[cell], largest) {
                        (None, _) => true,
                        (Some((at, _)), false) => local < at,
                        (Some((at, true)), true) => local > at,
                        (Some((at, false)), true) => local >= at,
                    };
                    if better {
                        here[cell] = Some((local, true));
                        best[cell] = Some((keys.part(i), keys.row(i)));
                    }
                });
            });
            Ok(())
        })?;
        Ok(best)
    }
}

/// A hash of each text of a dictionary, by code.
fn hashes(dictionary: &crate::store::column::Dictionary<'_>) -> Vec<u64> {
    let hash = |text: &[u8]| {
        let (words, rest) = text.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let mixed = words.iter().fold(rest.len() as u64 + 1, |h, w| mix(h ^ u64::from_le_bytes(*w)));
        mix(mixed ^ u64::from_le_bytes(last))
    };
    let mut all = Vec::with_capacity(dictionary.len() + 1);
    all.push(hash(&[]));
    dictionary.each(|_, text| all.push(hash(text)));
    all
}

fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ (n >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    n ^ (n >> 32)
}
