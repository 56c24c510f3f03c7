//! Walking a table in key order, and the same with staged changes laid over it. Pure order: nothing here decides what
//! is kept.

use super::{Direction, Visit, fault};
use crate::base::Result;
use redb::AccessGuard;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

/// Bounds of a scan, as both redb and the standard maps take them.
pub(super) type Bounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// Staged changes of one table; `None` is a deletion.
pub(super) type Staged = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

type Guard<'a> = AccessGuard<'a, &'static [u8]>;
type TableRange<'a> = redb::Range<'a, &'static [u8], &'static [u8]>;

/// The bounds of `from <= key < to`, an empty `to` meaning no end; `None` where nothing can lie between.
pub(super) fn bounds<'a>(from: &'a [u8], to: &'a [u8]) -> Option<Bounds<'a>> {
    if to.is_empty() {
        return Some((Bound::Included(from), Bound::Unbounded));
    }
    (from < to).then_some((Bound::Included(from), Bound::Excluded(to)))
}

/// The pairs of a table's range, in one direction.
pub(super) struct Pairs<'a> {
    range: TableRange<'a>,
    direction: Direction,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(range: TableRange<'a>, direction: Direction) -> Self {
        Self { range, direction }
    }

    fn next(&mut self) -> Result<Option<(Guard<'a>, Guard<'a>)>> {
        let next = match self.direction {
            Direction::Forward => self.range.next(),
            Direction::Backward => self.range.next_back(),
        };
        next.transpose().map_err(fault::reading)
    }
}

/// Visits every pair.
pub(super) fn walk(mut pairs: Pairs<'_>, visit: &mut Visit<'_>) -> Result<()> {
    while let Some((key, value)) = pairs.next()? {
        if visit(key.value(), value.value())?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Visits every pair as it is with the staged changes laid over the table.
pub(super) fn walk_over(
    mut pairs: Pairs<'_>,
    staged: &Staged,
    bounds: Bounds<'_>,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let direction = pairs.direction;
    let mut changes = staged.range::<[u8], _>(bounds);
    let mut next_change = || match direction {
        Direction::Forward => changes.next(),
        Direction::Backward => changes.next_back(),
    };
    let mut below = pairs.next()?;
    let mut above = next_change();
    loop {
        let order = match (&below, &above) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((below, _)), Some((above, _))) => match direction {
                Direction::Forward => below.value().cmp(above.as_slice()),
                Direction::Backward => above.as_slice().cmp(below.value()),
            },
        };
        let mut flow = ControlFlow::Continue(());
        if order == Ordering::Less {
            if let Some((key, value)) = &below {
                flow = visit(key.value(), value.value())?;
            }
            below = pairs.next()?;
        } else {
            if let Some((key, Some(value))) = above {
                flow = visit(key, value)?;
            }
            if order == Ordering::Equal {
                below = pairs.next()?;
            }
            above = next_change();
        }
        if flow.is_break() {
            return Ok(());
        }
    }
}
