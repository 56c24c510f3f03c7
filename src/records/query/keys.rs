//! Sort keys of records, chunk by chunk. A key is compared where it lies: a threshold is looked up once in a chunk's
//! dictionary and then only small numbers are compared.

use super::kept::{Name, Thing};
use super::predicate::Key;
use super::rowset::RowSet;
use super::scan::Scan;
use super::view::View;
use crate::base::Result;
use crate::base::id::ObjectId;
use crate::model::rules;
use crate::records::State;
use crate::records::columns::{Column, unpack};
use crate::store::column::{CHUNK_ROWS, Dictionary, IntLists, IntsChunk, Physical, TextLists, TextsChunk, Words, bits};
use std::collections::HashMap;
use std::sync::Arc;

/// What a record has to be sorted by; empty has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A number, or an option's place.
    Int(i64),
    /// A folded text.
    Text(Vec<u8>),
}

/// No rank: the linked record has no such value, or there is none that counts.
const UNRANKED: u32 = u32::MAX;

/// Numbers of options up to which their places are found in a table.
const OPTION_TABLE_MAX: usize = 4_096;

/// The place of each option in its field's list.
#[derive(Debug, Clone)]
pub struct Places {
    /// By the option's number; negative for none.
    table: Vec<i64>,
    /// Of options with larger numbers.
    others: HashMap<i64, i64>,
}

impl Places {
    fn new(options: &[i64]) -> Self {
        let (mut table, mut others) = (Vec::new(), HashMap::new());
        for (option, place) in options.iter().zip(0..) {
            match usize::try_from(*option).ok().filter(|n| *n < OPTION_TABLE_MAX) {
                Some(n) => {
                    table.resize(table.len().max(n + 1), -1);
                    table[n] = place;
                }
                None => drop(others.insert(*option, place)),
            }
        }
        Self { table, others }
    }

    #[inline]
    fn of(&self, option: i64) -> Option<i64> {
        match self.table.get(option as usize) {
            Some(place) => Some(*place).filter(|p| *p >= 0),
            None if self.others.is_empty() => None,
            None => self.others.get(&option).copied(),
        }
    }
}

/// Keys of records at the other end of a relation, by their row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranks {
    object: ObjectId,
    by_row: Vec<u32>,
    /// What each rank stands for, in order.
    pub values: Vec<Part>,
}

/// What is compared, made ready for many chunks.
#[derive(Debug, Clone)]
pub enum Compared {
    /// The row number.
    Row,
    /// Values as they are.
    Plain(Column),
    /// Options by their place.
    Options(Column, Places),
    /// Keys of linked records.
    Linked(Column, Arc<Ranks>),
}

/// The keys of one chunk.
pub struct Keys<'c> {
    /// Rows that have one.
    pub present: Words,
    /// Small stand-ins, comparable within the chunk.
    pub local: &'c [i64; CHUNK_ROWS],
    first: u64,
    dictionary: Option<Dictionary<'c>>,
    ranks: Option<&'c Ranks>,
}

impl Keys<'_> {
    /// The stand-in of a key in this chunk, and whether the chunk may have that very key; else the stand-in of the next larger
    /// one.
    pub fn place(&self, part: &Part) -> (i64, bool) {
        match (part, &self.dictionary, self.ranks) {
            (Part::Text(text), Some(dictionary), _) => {
                let code = dictionary.partition(|t| t < text.as_slice());
                let exact = code as usize <= dictionary.len() && dictionary.get(code) == text.as_slice();
                (i64::from(code), exact)
            }
            (part, None, Some(ranks)) => {
                let at = ranks.values.partition_point(|v| v < part);
                (at as i64, ranks.values.get(at) == Some(part))
            }
            (Part::Int(n), None, None) => (*n, true),
            // A key of another type: the field was changed since; everything comes after it.
            _ => (i64::MIN, false),
        }
    }

    /// The key of a row that has one.
    pub fn part(&self, at: usize) -> Part {
        let local = self.local[at];
        match (&self.dictionary, self.ranks) {
            (Some(dictionary), _) => Part::Text(dictionary.get(local as u32).to_vec()),
            (None, Some(ranks)) => ranks.values.get(local as usize).cloned().unwrap_or(Part::Int(0)),
            (None, None) => Part::Int(local),
        }
    }

    /// The row at a place of the chunk.
    pub fn row(&self, at: usize) -> u64 {
        self.first + at as u64
    }

    /// The chunk's dictionary, where its keys are texts.
    pub fn dictionary(&self) -> Option<&Dictionary<'_>> {
        self.dictionary.as_ref()
    }

    /// What the ranks stand for, where the keys are those of linked records.
    pub fn ranked(&self) -> bool {
        self.ranks.is_some()
    }
}

impl Compared {
    /// Makes a key ready.
    pub fn prepare(scan: &Scan<'_>, key: &Key) -> Result<Self> {
        Ok(match key {
            Key::Row => Self::Row,
            Key::Column(column, options) if options.is_empty() => Self::Plain(*column),
            Key::Column(column, options) => Self::Options(*column, Places::new(options)),
            Key::Through(column, object, inner) => Self::Linked(*column, Ranks::of_linked(scan, *object, inner)?),
        })
    }

    /// Calls `visit` with the keys of each chunk that has rows of `within`.
    pub fn each(
        &self,
        view: &View<'_>,
        within: &RowSet,
        visit: &mut dyn FnMut(usize, &Words, &Keys<'_>) -> Result<()>,
    ) -> Result<()> {
        let column = match self {
            Self::Row => return self.each_row(view, within, visit),
            Self::Plain(column) | Self::Options(column, _) | Self::Linked(column, _) => *column,
        };
        let mut local = [0; CHUNK_ROWS];
        view.each(column, within, &mut |chunk, wanted, bytes| {
            let first = (chunk * CHUNK_ROWS) as u64;
            let ranks = match self {
                Self::Linked(_, ranks) => Some(ranks.as_ref()),
                _ => None,
            };
            let Some(bytes) = bytes else {
                let keys = Keys { present: bits::NONE, local: &local, first, dictionary: None, ranks };
                return visit(chunk, wanted, &keys);
            };
            let (mut present, dictionary) = load(column, bytes, &mut local)?;
            match self {
                Self::Options(_, places) => map(&mut present, &mut local, |n| places.of(n)),
                Self::Linked(column, ranks) => map(&mut present, &mut local, |n| ranks.of(n, column.packed)),
                Self::Row | Self::Plain(_) => {}
            }
            visit(chunk, wanted, &Keys { present, local: &local, first, dictionary, ranks })
        })
    }

    fn each_row(
        &self,
        view: &View<'_>,
        within: &RowSet,
        visit: &mut dyn FnMut(usize, &Words, &Keys<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut local = [0; CHUNK_ROWS];
        for chunk in (0..view.chunks).filter(|c| within.any_in(*c)) {
            let first = (chunk * CHUNK_ROWS) as u64;
            local.iter_mut().zip(first as i64..).for_each(|(l, row)| *l = row);
            let keys = Keys { present: bits::ALL, local: &local, first, dictionary: None, ranks: None };
            visit(chunk, &within.0[chunk], &keys)?;
        }
        Ok(())
    }
}

fn map(present: &mut Words, local: &mut [i64; CHUNK_ROWS], f: impl Fn(i64) -> Option<i64>) {
    let had = *present;
    bits::each(&had, |i| match f(local[i]) {
        Some(n) => local[i] = n,
        None => bits::set(present, i, false),
    });
}

/// The first value of each row, as a number or a code, and the dictionary of the codes.
fn load<'c>(column: Column, bytes: &'c [u8], local: &mut [i64; CHUNK_ROWS]) -> Result<(Words, Option<Dictionary<'c>>)> {
    let mut codes = [0; CHUNK_ROWS];
    Ok(match column.physical {
        Physical::Ints => {
            let chunk = IntsChunk::read(bytes)?;
            chunk.fill(local);
            (*chunk.present(), None)
        }
        Physical::IntLists => {
            let chunk = IntLists::read(bytes)?;
            let mut present = bits::NONE;
            chunk.each(|row, n| {
                if !bits::has(&present, row) {
                    local[row] = n;
                    bits::set(&mut present, row, true);
                }
            });
            (present, None)
        }
        Physical::Texts => {
            let chunk = TextsChunk::read(bytes)?;
            chunk.fill(&mut codes);
            local.iter_mut().zip(&codes).for_each(|(l, c)| *l = i64::from(*c));
            (bits::from_fn(|i| codes[i] != 0), Some(chunk.dictionary))
        }
        Physical::TextLists => {
            let chunk = TextLists::read(bytes)?;
            chunk.fill_first(&mut codes);
            local.iter_mut().zip(&codes).for_each(|(l, c)| *l = i64::from(*c));
            (bits::from_fn(|i| codes[i] != 0), Some(chunk.dictionary))
        }
    })
}

impl Ranks {
    /// The ranks of the records of `object` by a key: those of an earlier query, where nothing was written since and the
    /// asker sees all of them.
    fn of_linked(scan: &Scan<'_>, object: ObjectId, key: &Key) -> Result<Arc<Self>> {
        let mut objects = vec![object];
        let mut inner = key;
        while let Key::Through(_, next, deeper) = inner {
            objects.push(*next);
            inner = deeper;
        }
        let build = || Ok(Arc::new(Self::build(scan, object, &Compared::prepare(scan, key)?)?));
        let Some(kept) = scan.kept.filter(|_| !objects.iter().any(|o| rules::walled(scan.actor, *o))) else {
            return build();
        };
        let (name, stamp) = (Name::Ranks(object, key.clone()), scan.stamp(&objects)?);
        if let Some(Thing::Ranks(ranks)) = kept.get(&name, &stamp) {
            return Ok(ranks);
        }
        let ranks = build()?;
        kept.put(name, stamp, Thing::Ranks(Arc::clone(&ranks)));
        Ok(ranks)
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        let heap = |part: &Part| if let Part::Text(text) = part { text.capacity() } else { 0 };
        let values = self.values.capacity() * size_of::<Part>() + self.values.iter().map(heap).sum::<usize>();
        self.by_row.capacity() * size_of::<u32>() + values
    }

    /// Ranks the records of `object` that count by what is compared of them.
    fn build(scan: &Scan<'_>, object: ObjectId, compared: &Compared) -> Result<Self> {
        let view = scan.view(object)?;
        let seen = scan.seen(object, State::Live)?;
        // Each different value gets a number when it is first seen, a text once per chunk; only they are sorted.
        let (mut by_row, mut found) = (vec![UNRANKED; view.chunks * CHUNK_ROWS], Found::default());
        compared.each(&view, &seen, &mut |_, wanted, keys| {
            let codes = keys.dictionary().map_or(0, |d| d.len() + 1);
            let mut numbers = vec![UNRANKED; codes];
            bits::each(&bits::and(wanted, &keys.present), |i| {
                let number = match numbers.get_mut(keys.local[i] as usize).filter(|_| codes > 0) {
                    Some(number) => {
                        if *number == UNRANKED {
                            *number = found.number(keys.part(i));
                        }
                        *number
                    }
                    None => found.number(keys.part(i)),
                };
                by_row[keys.row(i) as usize] = number;
            });
            Ok(())
        })?;
        let mut values: Vec<(Part, u32)> = found.0.into_iter().collect();
        values.sort_unstable();
        let mut ranks = vec![UNRANKED; values.len()];
        values.iter().zip(0..).for_each(|((_, number), rank)| ranks[*number as usize] = rank);
        by_row.iter_mut().filter(|n| **n != UNRANKED).for_each(|n| *n = ranks[*n as usize]);
        Ok(Self { object, by_row, values: values.into_iter().map(|(part, _)| part).collect() })
    }

    fn of(&self, n: i64, packed: bool) -> Option<i64> {
        let row = match (packed, unpack(n)) {
            (true, (object, row)) if object == self.object => row as usize,
            (true, _) => return None,
            (false, _) => usize::try_from(n).ok()?,
        };
        self.by_row.get(row).filter(|r| **r != UNRANKED).map(|r| i64::from(*r))
    }
}

/// Different values, numbered as they are found.
#[derive(Default)]
struct Found(HashMap<Part, u32>);

impl Found {
    fn number(&mut self, part: Part) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(part).or_insert(next)
    }
}
