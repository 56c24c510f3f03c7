//! What a comparison with a value means for each kind of field: tests of the field's column.

use super::compile::Asker;
use super::filter::{Op, Operand, Term};
use super::moment::{When, when};
use super::path::nearest;
use super::predicate::{Ints, Predicate, Texts};
use crate::base::id::OptionId;
use crate::base::money::{Currency, Decimal, UNITS};
use crate::base::text::fold;
use crate::base::{phone, time};
use crate::model::{Field, Kind, Object};
use crate::records::columns::{Column, currency_int, pack};
use crate::store::column::Physical;

/// Options listed in an error at most.
const SHOWN_OPTIONS_MAX: usize = 12;

/// A comparison of a field that is no relation to a fixed object.
pub struct Comparison<'a> {
    /// Who asks.
    pub asker: &'a Asker<'a>,
    /// The object of the field.
    pub object: &'a Object,
    /// The field.
    pub field: &'a Field,
    /// Its column; `None` for long text and files.
    pub column: Option<Column>,
}

/// Why a value does not fit, in a sentence.
type Fit<T> = Result<T, String>;

/// The text of a term that must be one text without stars.
pub fn plain(operand: &Operand) -> Fit<&str> {
    match (&operand.first, operand.more.is_empty()) {
        (Term::Word(text) | Term::Text { text, open_start: false, open_end: false }, true) => Ok(text),
        (Term::Text { .. }, true) => Err("A * does not work here.".into()),
        (Term::Call(name, _), true) => Err(format!("{name}() does not fit here.")),
        (_, false) => Err("Only dates can be added to.".into()),
    }
}

/// Whether a value is an empty quoted text, which means "empty".
pub fn is_blank(operand: &Operand) -> bool {
    operand.more.is_empty()
        && matches!(&operand.first, Term::Text { text, open_start: false, open_end: false } if text.trim().is_empty())
}

impl Comparison<'_> {
    /// The field has a value.
    pub fn present(&self) -> Predicate {
        match self.column {
            Some(column) if matches!(column.physical, Physical::Ints | Physical::IntLists) => {
                Predicate::Ints(column, Ints::Any)
            }
            Some(column) => Predicate::Texts(column, Texts::Any),
            None => Predicate::Read(self.field.id, Texts::Any),
        }
    }

    /// `field op value`; `Ne` is turned round by the caller and does not come here.
    pub fn test(&self, op: Op, operand: &Operand) -> Fit<Predicate> {
        let Some(column) = self.column else { return self.read(op, operand) };
        let ints = |test: Ints| Predicate::Ints(column, test);
        match self.field.kind {
            Kind::Text | Kind::Link | Kind::FullName | Kind::Address | Kind::Emails | Kind::Tags => {
                Ok(Predicate::Texts(column, texts(op, operand)?))
            }
            Kind::Phones => Ok(Predicate::Texts(column, self.phone(op, operand)?)),
            Kind::Number | Kind::Currency => Ok(ints(range(op, number(operand)?.0)?)),
            Kind::Rating => Ok(ints(stars(op, number(operand)?.0)?)),
            Kind::CurrencyCode => {
                let code = plain(operand)?.parse::<Currency>().map_err(|e| e.to_string())?;
                equal_only(op, "A currency")?;
                Ok(ints(Ints::In(vec![currency_int(code)])))
            }
            Kind::Date => Ok(ints(self.day(op, operand)?)),
            Kind::DateTime => Ok(ints(self.moment(op, operand)?)),
            Kind::YesNo => {
                equal_only(op, "Yes or no")?;
                let yes = match plain(operand)?.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "1" => 1,
                    "false" | "no" | "0" => 0,
                    other => return Err(format!("“{}” is neither true nor false.", short(other))),
                };
                Ok(ints(Ints::Range(yes, yes)))
            }
            Kind::Select | Kind::MultiSelect | Kind::Stage | Kind::Pipeline => Ok(ints(self.option(op, operand)?)),
            Kind::Relation | Kind::Relations | Kind::Person => {
                equal_only(op, "A link")?;
                Ok(ints(Ints::In(vec![self.any_record(plain(operand)?)?])))
            }
            Kind::LongText | Kind::File => self.read(op, operand),
        }
    }

    /// Long text is compared record by record.
    fn read(&self, op: Op, operand: &Operand) -> Fit<Predicate> {
        if self.field.kind == Kind::File {
            return Err("Files can only be tested with is_empty(…).".into());
        }
        match texts(op, operand)? {
            Texts::Range(..) => Err("Long text can't be put in order; use : to look for words in it.".into()),
            test => Ok(Predicate::Read(self.field.id, test)),
        }
    }

    fn phone(&self, op: Op, operand: &Operand) -> Fit<Texts> {
        let (text, open_start, open_end) = match (&operand.first, operand.more.is_empty()) {
            (Term::Word(text), true) => (text, false, false),
            (Term::Text { text, open_start, open_end }, true) => (text, *open_start, *open_end),
            _ => return Err("A phone number is compared with a text.".into()),
        };
        let digits = phone::digits(text);
        let whole = phone::e164(text, self.asker.region);
        if digits.is_empty() && !(open_start || open_end) {
            return Err("A phone number is found by its digits.".into());
        }
        match (op, open_start, open_end) {
            (Op::Has, ..) | (Op::Eq, true, true) => Ok(Texts::Contains(digits)),
            (Op::Eq, true, false) => Ok(Texts::Suffix(digits)),
            (Op::Eq, false, true) if text.trim_start().starts_with('+') => Ok(Texts::Prefix(format!("+{digits}"))),
            (Op::Eq, false, true) => Ok(Texts::Prefix(digits)),
            (Op::Eq, false, false) => {
                let mut all = vec![format!("+{digits}"), digits];
                all.extend(whole);
                all.sort();
                all.dedup();
                Ok(Texts::In(all))
            }
            _ => Err("Phone numbers can't be put in order.".into()),
        }
    }

    fn day(&self, op: Op, operand: &Operand) -> Fit<Ints> {
        let now = self.asker.now();
        let day = match when(operand, &now)? {
            When::Day(day) => day,
            When::Moment(at) => time::day_of(at, now.zone),
        };
        range(op, i64::from(day))
    }

    fn moment(&self, op: Op, operand: &Operand) -> Fit<Ints> {
        let now = self.asker.now();
        let day = match when(operand, &now)? {
            When::Moment(at) => return range(op, at),
            When::Day(day) => time::day_range(day, now.zone),
        };
        match op {
            Op::Eq | Op::Has => Ok(Ints::Range(day.start, day.end - 1)),
            Op::Lt | Op::Ge => range(op, day.start),
            Op::Le => range(Op::Lt, day.end),
            Op::Gt => range(Op::Ge, day.end),
            Op::Ne => Err("This comparison does not fit here.".into()),
        }
    }

    fn option(&self, op: Op, operand: &Operand) -> Fit<Ints> {
        let options = self.asker.options(self.object, self.field);
        if let (Op::Eq, Term::Text { text, open_start, open_end }) = (op, &operand.first)
            && (*open_start || *open_end)
        {
            let test = texts(op, operand)?;
            let _ = text;
            return Ok(some_options(&options, &test));
        }
        let text = plain(operand)?;
        if op == Op::Has {
            let contains = Texts::Contains(fold(text));
            let found = some_options(&options, &contains);
            return if found == Ints::In(Vec::new()) { Err(unknown_option(text, &options)) } else { Ok(found) };
        }
        let mut chosen: Vec<usize> = (0..options.len()).filter(|&i| options[i].is(text)).collect();
        if chosen.is_empty() {
            chosen = (0..options.len()).filter(|&i| options[i].is_labelled(text)).collect();
        }
        let (Some(first), Some(last)) = (chosen.first(), chosen.last()) else {
            return Err(unknown_option(text, &options));
        };
        let all: Vec<usize> = match op {
            Op::Lt => (0..*first).collect(),
            Op::Le => (0..*last + 1).collect(),
            Op::Gt => (*last + 1..options.len()).collect(),
            Op::Ge => (*first..options.len()).collect(),
            _ => chosen,
        };
        let mut ids: Vec<i64> = all.into_iter().map(|i| i64::from(options[i].id.0)).collect();
        ids.sort_unstable();
        Ok(Ints::In(ids))
    }

    /// `contacts/12` for a link to any object.
    fn any_record(&self, text: &str) -> Fit<i64> {
        let wanted = "Name the record with its object, such as \"contacts/12\".";
        let (object, row) = text.split_once('/').ok_or(wanted)?;
        let object = self.asker.schema.object(object.trim()).ok_or(wanted)?;
        let row = row.trim().parse::<u64>().map_err(|_| wanted)?;
        Ok(pack(object.id, row.min(u64::MAX >> 17)))
    }
}

/// One choice of a select, stage or pipeline field, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// What a record holds.
    pub id: OptionId,
    /// API name.
    pub name: &'a str,
    /// What people read.
    pub label: &'a str,
    /// The pipeline of a stage; empty for others.
    pub pipeline: &'a str,
}

impl Named<'_> {
    fn is(&self, text: &str) -> bool {
        self.name == text || (!self.pipeline.is_empty() && text.split_once('.') == Some((self.pipeline, self.name)))
    }

    fn is_labelled(&self, text: &str) -> bool {
        let text = fold(text);
        fold(self.label) == text || fold(self.name) == text
    }
}

fn some_options(options: &[Named<'_>], test: &Texts) -> Ints {
    let fits = |o: &&Named<'_>| test.passes(&fold(o.label)) || test.passes(o.name);
    let mut ids: Vec<i64> = options.iter().filter(fits).map(|o| i64::from(o.id.0)).collect();
    ids.sort_unstable();
    Ints::In(ids)
}

fn unknown_option(text: &str, options: &[Named<'_>]) -> String {
    let shown = short(text);
    if let Some(near) = nearest(text, options.iter().map(|o| o.name)) {
        return format!("There is no option “{shown}”; did you mean “{near}”?");
    }
    let mut names: Vec<&str> = Vec::new();
    for option in options {
        if !names.contains(&option.name) {
            names.push(option.name);
        }
    }
    let more = if names.len() > SHOWN_OPTIONS_MAX { ", …" } else { "" };
    names.truncate(SHOWN_OPTIONS_MAX);
    format!("There is no option “{shown}”; there are {}{more}.", names.join(", "))
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn number(operand: &Operand) -> Fit<Decimal> {
    let text = plain(operand)?;
    text.trim().parse::<Decimal>().map_err(|e| e.to_string())
}

fn equal_only(op: Op, what: &str) -> Fit<()> {
    match op {
        Op::Eq | Op::Has => Ok(()),
        _ => Err(format!("{what} can't be put in order; use = or !=.")),
    }
}

fn range(op: Op, n: i64) -> Fit<Ints> {
    Ok(match op {
        Op::Eq | Op::Has => Ints::Range(n, n),
        Op::Lt if n == i64::MIN => Ints::In(Vec::new()),
        Op::Lt => Ints::Range(i64::MIN, n - 1),
        Op::Le => Ints::Range(i64::MIN, n),
        Op::Gt if n == i64::MAX => Ints::In(Vec::new()),
        Op::Gt => Ints::Range(n + 1, i64::MAX),
        Op::Ge => Ints::Range(n, i64::MAX),
        Op::Ne => return Err("This comparison does not fit here.".into()),
    })
}

/// Whole stars against a number that may have decimals.
fn stars(op: Op, n: i64) -> Fit<Ints> {
    let (floor, whole) = (n.div_euclid(UNITS), n.rem_euclid(UNITS) == 0);
    match op {
        _ if whole => range(op, floor),
        Op::Eq | Op::Has => Ok(Ints::In(Vec::new())),
        Op::Lt | Op::Le => range(Op::Le, floor),
        _ => range(Op::Gt, floor),
    }
}

fn texts(op: Op, operand: &Operand) -> Fit<Texts> {
    let (text, open_start, open_end) = match (&operand.first, operand.more.is_empty()) {
        (Term::Word(text), true) => (text, false, false),
        (Term::Text { text, open_start, open_end }, true) => (text, *open_start, *open_end),
        (Term::Call(name, _), true) => return Err(format!("{name}() is no text.")),
        (_, false) => return Err("Only dates can be added to.".into()),
    };
    let text = fold(text);
    if open_start || open_end {
        match op {
            Op::Eq if text.is_empty() => return Ok(Texts::Any),
            Op::Eq if open_start && open_end => return Ok(Texts::Contains(text)),
            Op::Eq if open_start => return Ok(Texts::Suffix(text)),
            Op::Eq => return Ok(Texts::Prefix(text)),
            Op::Has => {}
            _ => return Err("A * works with = and != only.".into()),
        }
    }
    Ok(match op {
        Op::Eq => Texts::In(vec![text]),
        Op::Has if text.is_empty() => Texts::Any,
        Op::Has => Texts::Contains(text),
        Op::Lt => Texts::Range(None, Some((text, false))),
        Op::Le => Texts::Range(None, Some((text, true))),
        Op::Gt => Texts::Range(Some((text, false)), None),
        Op::Ge => Texts::Range(Some((text, true)), None),
        Op::Ne => return Err("This comparison does not fit here.".into()),
    })
}
