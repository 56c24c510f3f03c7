//! From a filter or sort as text to what it means for an actor: names become fields they may see, values become tests of
//! columns. Nothing here reads a record; a text that stands for a linked record becomes a test of its title.

use super::filter::{Expr, FieldPath, Op, Operand, Term, parse};
use super::moment::Now;
use super::operand::{Comparison, Named, is_blank, plain};
use super::path::{End, Names, Resolved, Step};
use super::predicate::{Ints, Key, Level, Linked, Predicate, Sort, Texts};
use super::sort::parse_sort;
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, Row};
use crate::base::{Error, Problem, Result};
use crate::model::object::standard;
use crate::model::{Actor, ActorKind, Field, Kind, Object, Role, Schema, Scope};
use crate::records::columns::{self, Column};
use jiff::civil::Weekday;
use std::sync::Arc;

/// The data model, who asks, and when and where they are.
#[derive(Debug, Clone)]
pub struct Asker<'a> {
    /// The data model.
    pub schema: &'a Schema,
    /// Who asks: their fields, their `me()`, their time zone.
    pub actor: &'a Actor,
    /// Now.
    pub now: Millis,
    /// The workspace's first day of the week.
    pub week_start: Weekday,
    /// The workspace's phone region, such as `US`.
    pub region: &'a str,
}

impl<'a> Asker<'a> {
    /// An asker in a workspace of US phone numbers whose weeks begin on Monday.
    pub fn new(schema: &'a Schema, actor: &'a Actor, now: Millis) -> Self {
        Self { schema, actor, now, week_start: Weekday::Monday, region: "US" }
    }

    pub(super) fn now(&self) -> Now<'a> {
        Now { now: self.now, zone: &self.actor.zone, week_start: self.week_start }
    }

    pub(super) fn names(&self) -> Names<'a> {
        Names { schema: self.schema, actor: self.actor }
    }

    /// The choices of a select, stage or pipeline field, in order.
    pub(super) fn options(&self, object: &Object, field: &'a Field) -> Vec<Named<'a>> {
        let pipelines = self.schema.pipelines.iter().filter(|p| p.object == object.id);
        match field.kind {
            Kind::Stage => pipelines
                .flat_map(|p| {
                    p.stages.iter().map(|s| Named { id: s.id, name: &s.name, label: &s.label, pipeline: &p.name })
                })
                .collect(),
            Kind::Pipeline => {
                pipelines.map(|p| Named { id: p.id, name: &p.name, label: &p.label, pipeline: "" }).collect()
            }
            _ => {
                field.options.iter().map(|o| Named { id: o.id, name: &o.name, label: &o.label, pipeline: "" }).collect()
            }
        }
    }
}

/// What a filter text means for records of `object`.
///
/// # Errors
/// [`Error::Invalid`] with every problem of `filter`, each with its place.
pub fn compile_text(asker: &Asker<'_>, object: ObjectId, text: &str) -> Result<Predicate> {
    compile(asker, object, &parse(text)?)
}

/// What a filter means for records of `object`.
///
/// # Errors
/// [`Error::Invalid`] with every problem of `filter`, each with its place.
pub fn compile(asker: &Asker<'_>, object: ObjectId, expr: &Expr) -> Result<Predicate> {
    let mut compiler = Compiler { asker, object, problems: Vec::new() };
    let predicate = compiler.expr(expr);
    if compiler.problems.is_empty() { Ok(predicate) } else { Err(Error::Invalid(compiler.problems)) }
}

/// What a sort text means for records of `object`; blank text is the object's default sort.
///
/// # Errors
/// [`Error::Invalid`] with every problem of `sort`, each with its place.
pub fn compile_sort(asker: &Asker<'_>, object: ObjectId, text: &str) -> Result<Sort> {
    let text = match asker.schema.object_by_id(object) {
        Some(here) if text.trim().is_empty() => &here.default_sort,
        _ => text,
    };
    let (mut levels, mut problems) = (Vec::new(), Vec::new());
    for key in parse_sort(text)? {
        match resolve_key(asker, object, &key.path, "sort") {
            Ok((found, _)) => levels.push(Level { key: found, descending: key.descending }),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(Sort { levels }) } else { Err(Error::Invalid(problems)) }
}

/// What records are sorted or grouped by under this path, and the field at its end; for a path that ends on a linked
/// record: the record's title.
pub(super) fn resolve_key<'a>(
    asker: &Asker<'a>,
    object: ObjectId,
    path: &FieldPath,
    word: &str,
) -> std::result::Result<(Key, Option<&'a Field>), Problem> {
    let names = asker.names();
    let wrong = |message: String| Problem::new(word, "unsortable", message).at(path.at.0);
    let Resolved { steps, object: end, end: field } = names.resolve(object, path, word)?;
    let field = match field {
        End::Field(field) => Some(field),
        End::Record if path.names.last().is_some_and(|n| n == "id") => None,
        End::Record => end.field_by_id(end.title),
    };
    let mut key = match field {
        None => Key::Row,
        Some(field) => {
            let Some(column) = columns::column(end, field) else {
                return Err(wrong(format!("“{path}” is long text or files, which have no order.")));
            };
            let options = asker.options(end, field).iter().map(|o| i64::from(o.id.0)).collect();
            Key::Column(column, options)
        }
    };
    for step in steps.into_iter().rev() {
        let Step::Forward(column, target, _) = step else {
            return Err(wrong(format!("“{path}” leads to many records, so it gives no order.")));
        };
        key = Key::Through(column, target, Box::new(key));
    }
    Ok((key, field))
}

/// Whether a filter text is good for records of `object`, for somebody who may see everything.
///
/// # Errors
/// [`Error::Invalid`] with every problem.
pub fn check_filter(schema: &Schema, object: ObjectId, text: &str) -> Result<()> {
    let actor = checker();
    compile_text(&Asker::new(schema, &actor, 0), object, text).map(drop)
}

/// Whether a sort text is good for records of `object`, for somebody who may see everything.
///
/// # Errors
/// [`Error::Invalid`] with every problem.
pub fn check_sort(schema: &Schema, object: ObjectId, text: &str) -> Result<()> {
    let actor = checker();
    compile_sort(&Asker::new(schema, &actor, 0), object, text).map(drop)
}

/// Somebody to check texts for: any member, who may see everything.
fn checker() -> Actor {
    let role = Role {
        name: "admin".into(),
        label: String::new(),
        scope: Scope::All,
        write: false,
        delete: false,
        purge: false,
        bulk: false,
        settings: false,
        hidden: Vec::new(),
    };
    Actor {
        member: Row(1),
        kind: ActorKind::System("check"),
        role: Arc::new(role),
        team: Vec::new(),
        address: None,
        zone: jiff::tz::TimeZone::UTC,
        language: "en".into(),
        color_mode: "system",
    }
}

struct Compiler<'a> {
    asker: &'a Asker<'a>,
    object: ObjectId,
    problems: Vec<Problem>,
}

impl Compiler<'_> {
    fn expr(&mut self, expr: &Expr) -> Predicate {
        match expr {
            Expr::And(parts) => Predicate::And(parts.iter().map(|p| self.expr(p)).collect()),
            Expr::Or(parts) => Predicate::Or(parts.iter().map(|p| self.expr(p)).collect()),
            Expr::Not(inner) => self.expr(inner).negated(),
            Expr::Compare(path, Op::Ne, value) => self.any(path, Op::Eq, std::slice::from_ref(value)).negated(),
            Expr::Compare(path, op, value) => self.any(path, *op, std::slice::from_ref(value)),
            Expr::In(path, values) => self.any(path, Op::Eq, values),
            Expr::Between(path, low, high) => self.between(path, low, high),
            Expr::IsEmpty(path) => self.present(path).negated(),
            Expr::HasAll(path, values) => {
                Predicate::And(values.iter().map(|v| self.any(path, Op::Eq, std::slice::from_ref(v))).collect())
            }
            Expr::HasNone(path, values) => self.any(path, Op::Eq, values).negated(),
        }
    }

    fn resolve(&mut self, path: &FieldPath) -> Option<Resolved<'_>> {
        match self.asker.names().resolve(self.object, path, "filter") {
            Ok(resolved) => Some(resolved),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn problem(&mut self, path: &FieldPath, at: usize, message: String) -> Predicate {
        let message = format!("{path}: {message}");
        self.problems.push(Problem::new("filter", "value", message).at(at));
        Predicate::none()
    }

    fn present(&mut self, path: &FieldPath) -> Predicate {
        let asker = self.asker;
        let Some(resolved) = self.resolve(path) else { return Predicate::none() };
        let inner = match resolved.end {
            End::Field(field) => comparison(asker, resolved.object, field).present(),
            End::Record => Predicate::all(),
        };
        walk(inner, resolved.steps)
    }

    /// The field is between two values, both included.
    fn between(&mut self, path: &FieldPath, low: &Operand, high: &Operand) -> Predicate {
        let asker = self.asker;
        let Some(resolved) = self.resolve(path) else { return Predicate::none() };
        let End::Field(field) = resolved.end else {
            return self.problem(path, path.at.0, "a record can't be put in order.".into());
        };
        let comparison = comparison(asker, resolved.object, field);
        let ends = comparison.test(Op::Ge, low).map_err(|m| (low.at.0, m)).and_then(|a| {
            let b = comparison.test(Op::Le, high).map_err(|m| (high.at.0, m))?;
            Ok((a, b))
        });
        let steps = resolved.steps;
        match ends {
            Ok((a, b)) => walk(both(a, b), steps),
            Err((at, message)) => self.problem(path, at, message),
        }
    }

    /// The field compares so with any of the values.
    fn any(&mut self, path: &FieldPath, op: Op, values: &[Operand]) -> Predicate {
        let asker = self.asker;
        let Some(resolved) = self.resolve(path) else { return Predicate::none() };
        let Resolved { steps, object, end } = resolved;
        let mut parts = Vec::new();
        let mut empty = false;
        for value in values {
            if op == Op::Eq && is_blank(value) {
                empty = true;
                continue;
            }
            let part = match end {
                End::Field(field) => comparison(asker, object, field).test(op, value),
                End::Record => record(asker, &steps, object, op, value),
            };
            match part {
                Ok(part) => parts.push(part),
                Err(message) => return self.problem(path, value.at.0, message),
            }
        }
        if !empty {
            return walk(one_of(parts), steps);
        }
        let present = match end {
            End::Field(field) => comparison(asker, object, field).present(),
            End::Record => Predicate::all(),
        };
        let absent = walk(present, steps.clone()).negated();
        if parts.is_empty() { absent } else { Predicate::Or(vec![absent, walk(one_of(parts), steps)]) }
    }
}

fn comparison<'a>(asker: &'a Asker<'a>, object: &'a Object, field: &'a Field) -> Comparison<'a> {
    Comparison { asker, object, field, column: columns::column(object, field) }
}

/// A test of the record at the end of a path: by id, `me()`, or its title.
fn record(
    asker: &Asker<'_>,
    steps: &[Step],
    object: &Object,
    op: Op,
    value: &Operand,
) -> std::result::Result<Predicate, String> {
    if let (Term::Call(name, arguments), true) = (&value.first, value.more.is_empty())
        && name.eq_ignore_ascii_case("me")
        && arguments.is_empty()
    {
        return match (object.id == standard::MEMBERS, asker.actor.member) {
            (false, _) => Err("me() is a member of the workspace, and this is none.".into()),
            (true, Row(0)) => Err("me() means nothing here, because no person asks.".into()),
            (true, Row(me)) => Ok(Predicate::Row(Ints::In(vec![me as i64]))),
        };
    }
    let row = plain(value).ok().and_then(|text| text.parse::<i64>().ok());
    if let Some(row) = row {
        return match op {
            Op::Eq | Op::Has => Ok(Predicate::Row(Ints::In(vec![row]))),
            Op::Lt => Ok(Predicate::Row(Ints::Range(i64::MIN, row.saturating_sub(1)))),
            Op::Le => Ok(Predicate::Row(Ints::Range(i64::MIN, row))),
            Op::Gt => Ok(Predicate::Row(Ints::Range(row.saturating_add(1), i64::MAX))),
            Op::Ge => Ok(Predicate::Row(Ints::Range(row, i64::MAX))),
            Op::Ne => Err("This comparison does not fit here.".into()),
        };
    }
    if steps.is_empty() {
        return Err("An id is a number.".into());
    }
    if !matches!(op, Op::Eq | Op::Has) {
        return Err("a record can't be put in order; use = or !=.".into());
    }
    let names = asker.names();
    let title = object.field_by_id(object.title).filter(|t| names.field(object, &t.name).is_some());
    let Some(title) = title else { return Err("Name the record by its id.".into()) };
    let mut tests = vec![comparison(asker, object, title).test(op, value)?];
    if object.id == standard::MEMBERS
        && let Some(email) = names.field(object, "email")
    {
        tests.push(comparison(asker, object, email).test(op, value)?);
    }
    Ok(one_of(tests))
}

/// `inner` at the end of the steps.
fn walk(inner: Predicate, steps: Vec<Step>) -> Predicate {
    steps.into_iter().rev().fold(inner, |passes, step| match step {
        // Colleagues are never walled, so a person field is as good as the member it names.
        Step::Forward(column, _, Kind::Person) if matches!(passes, Predicate::Row(_)) => match passes {
            Predicate::Row(test) => Predicate::Ints(column, test),
            other => other,
        },
        Step::Forward(column, _, Kind::Person) if passes == Predicate::all() => Predicate::Ints(column, Ints::Any),
        Step::Forward(column, object, _) => Predicate::Through(column, Box::new(Linked { object, passes })),
        Step::Inverse(columns, object) => Predicate::Inverse(columns, Box::new(Linked { object, passes })),
    })
}

/// One of these tests, put together where they look at one column.
fn one_of(mut parts: Vec<Predicate>) -> Predicate {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    if let Some(ints) = merged_ints(&parts) {
        return ints;
    }
    if let Some(texts) = merged_texts(&parts) {
        return texts;
    }
    Predicate::Or(parts)
}

fn merged_ints(parts: &[Predicate]) -> Option<Predicate> {
    let mut all: Vec<i64> = Vec::new();
    let mut on: Option<Option<Column>> = None;
    for part in parts {
        let (column, test) = match part {
            Predicate::Ints(column, test) => (Some(*column), test),
            Predicate::Row(test) => (None, test),
            _ => return None,
        };
        if on.replace(column).is_some_and(|c| c != column) {
            return None;
        }
        match test {
            Ints::In(more) => all.extend(more),
            Ints::Range(a, b) if a == b => all.push(*a),
            _ => return None,
        }
    }
    all.sort_unstable();
    all.dedup();
    Some(match on? {
        Some(column) => Predicate::Ints(column, Ints::In(all)),
        None => Predicate::Row(Ints::In(all)),
    })
}

fn merged_texts(parts: &[Predicate]) -> Option<Predicate> {
    let mut all: Vec<String> = Vec::new();
    let mut on: Option<Column> = None;
    for part in parts {
        let Predicate::Texts(column, Texts::In(more)) = part else { return None };
        if on.replace(*column).is_some_and(|c| c != *column) {
            return None;
        }
        all.extend(more.iter().cloned());
    }
    all.sort();
    all.dedup();
    on.map(|column| Predicate::Texts(column, Texts::In(all)))
}

/// Both tests of one value; on a list, of the same element.
fn both(a: Predicate, b: Predicate) -> Predicate {
    match (a, b) {
        (Predicate::Ints(column, Ints::Range(low, top)), Predicate::Ints(_, Ints::Range(bottom, high))) => {
            Predicate::Ints(column, Ints::Range(low.max(bottom), top.min(high)))
        }
        (Predicate::Texts(column, Texts::Range(low, None)), Predicate::Texts(_, Texts::Range(None, high))) => {
            Predicate::Texts(column, Texts::Range(low, high))
        }
        (Predicate::Ints(column, Ints::In(a)), Predicate::Ints(_, Ints::In(b))) => {
            let all: Vec<i64> = a.into_iter().filter(|n| b.contains(n)).collect();
            Predicate::Ints(column, Ints::In(all))
        }
        (a, b) => Predicate::And(vec![a, b]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Millis;
    use crate::model::object::system_field;
    use crate::records::query::fixture::{actor, schema};

    /// 2026-11-26 03:30 UTC, still the 25th in Toronto.
    const NOW: Millis = 1_795_663_800_000;

    fn compiled(object: u16, text: &str) -> Predicate {
        let (schema, actor) = (schema(), actor());
        compile_text(&Asker::new(&schema, &actor, NOW), ObjectId(object), text)
            .unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn wrong(object: u16, text: &str) -> (Option<usize>, String) {
        let (schema, actor) = (schema(), actor());
        match compile_text(&Asker::new(&schema, &actor, NOW), ObjectId(object), text) {
            Err(Error::Invalid(problems)) => (problems[0].at, problems[0].message.clone()),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_day_is_a_whole_day_in_the_zone_of_the_one_who_asks() {
        let Predicate::Ints(_, Ints::Range(from, to)) = compiled(2, "created_at = today()") else { panic!() };
        // November 25 in Toronto, five hours behind.
        assert_eq!((from, to), (1_795_582_800_000, 1_795_582_800_000 + 86_399_999));
        assert_eq!(compiled(2, "created_at <= 2026-11-25"), compiled(2, "created_at < 2026-11-26"));
        assert_eq!(compiled(4, "close_date = now()"), compiled(4, "close_date = 2026-11-25"));
        assert_eq!(compiled(4, "close_date <= end_of(month) - days(5)"), compiled(4, "close_date <= 2026-11-25"));
        assert_eq!(compiled(4, "close_date >= months(3)"), compiled(4, "close_date >= today() + months(3)"));
    }

    #[test]
    fn unequal_includes_empty() {
        assert_eq!(compiled(2, "city != Toronto"), compiled(2, "NOT city = toronto"));
        assert_eq!(compiled(2, "city = \"\""), compiled(2, "is_empty(city)"));
    }

    #[test]
    fn values_of_one_field_become_one_test() {
        assert_eq!(compiled(2, "city IN (a, B, a)"), compiled(2, "city IN (b, a)"));
        assert!(matches!(compiled(2, "id IN (3, 1)"), Predicate::Row(Ints::In(all)) if all == [1, 3]));
        let Predicate::Ints(_, Ints::In(all)) = compiled(2, "status IN (active, \"New lead\")") else { panic!() };
        assert_eq!(all, [1, 2]);
    }

    #[test]
    fn me_and_records_are_found_by_id_or_title() {
        let Predicate::Ints(column, Ints::In(me)) = compiled(2, "owner = me()") else { panic!() };
        assert_eq!((column.field, me), (system_field::OWNER, vec![7]));
        let Predicate::Through(_, linked) = compiled(2, "company = Acme") else { panic!() };
        assert!(matches!(linked.passes, Predicate::Texts(_, Texts::In(_))));
        assert!(matches!(compiled(2, "deals.amount > 5"), Predicate::Inverse(fields, _) if fields.len() == 2));
        assert!(matches!(compiled(2, "NOT is_empty(deals)"), Predicate::Inverse(..)));
    }

    #[test]
    fn a_hidden_field_is_told_like_one_that_does_not_exist() {
        let (schema, mut actor) = (schema(), actor());
        let ask = |actor: &Actor, text: &str| {
            compile_text(&Asker::new(&schema, actor, NOW), ObjectId(2), text).expect_err(text).to_string()
        };
        let absent = ask(&actor, "zebra = 1");
        let field = schema.object("contacts").expect("contacts").field("city").expect("city").id;
        Arc::make_mut(&mut actor.role).hidden = vec![(ObjectId(2), field)];
        assert_eq!(ask(&actor, "city = 1").replace("city", "zebra"), absent);
        assert_eq!(ask(&actor, "contact_rows = 1").replace("contact_rows", "zebra"), absent);
    }

    #[test]
    fn mistakes_name_the_place_and_suggest() {
        let (at, message) = wrong(2, "city = a AND citi = b");
        assert_eq!(at, Some(13));
        assert!(message.contains("did you mean “city”"), "{message}");
        let (at, message) = wrong(2, "status = activ");
        assert_eq!(at, Some(9));
        assert!(message.contains("did you mean “active”"), "{message}");
        assert!(wrong(2, "status = zzzzzzz").1.contains("active"));
        assert_eq!(wrong(4, "close_date = 2026-02-30").0, Some(13));
        assert_eq!(wrong(4, "close_date < today() + days(99999999999999999999)").0, Some(13));
        assert_eq!(wrong(4, "close_date = 99999-01-01").0, Some(13));
        assert_eq!(wrong(4, "amount = 99999999999999999999999").0, Some(9));
        assert_eq!(wrong(2, "company.contacts.company.contacts.city = 1").0, Some(0));
        assert_eq!(wrong(2, "city.name = 1").0, Some(0));
    }

    #[test]
    fn a_sort_may_go_over_relations_to_one() {
        let (schema, actor) = (schema(), actor());
        let asker = Asker::new(&schema, &actor, NOW);
        let sort = compile_sort(&asker, ObjectId(2), "company,-owner.name,city").expect("it compiles");
        assert_eq!(sort.levels.len(), 3);
        assert!(matches!(&sort.levels[0].key, Key::Through(..)));
        assert!(compile_sort(&asker, ObjectId(2), "deals.amount").is_err());
        assert!(compile_sort(&asker, ObjectId(2), "description").is_err());
        assert!(check_sort(&schema, ObjectId(2), "-created_at").is_ok());
        assert!(check_filter(&schema, ObjectId(2), "owner = me()").is_ok());
    }
}
