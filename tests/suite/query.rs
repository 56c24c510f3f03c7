//! Lists, counts and figures: what a query answers equals a plain scan over all records, whatever the filter, the sort and
//! the state of the columns; pages forward and backward equal the sorted whole, once each.

use crate::support::Workspace;
use aventora::base::id::{ObjectId, RecordRef, Row};
use aventora::base::rng::SeededRng;
use aventora::base::text::fold;
use aventora::base::{Error, Result};
use aventora::model::object::{standard, system_field};
use aventora::model::value::Values;
use aventora::model::{Actor, Role, Value};
use aventora::records::query::{Aggregate, Figure, Measure, MeasureKind, Page, Query, Start};
use aventora::records::save::Command;
use aventora::records::{Context, columns};
use aventora::store::Priority;
use std::cmp::Ordering;
use std::collections::BTreeMap;

const CITIES: [&str; 9] =
    ["Toronto", "toronto", "Montréal", "Montreal", "Zürich", "São Paulo", "Ottawa", "Łódź", "Québec City"];
const TAGS: [&str; 5] = ["VIP", "hot lead", "café", "old", "east"];

/// How a value is put in order: empty values are told apart by the caller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sorted {
    Number(i64),
    Text(String),
}

struct World {
    w: Workspace,
    /// Live contacts in row order.
    rows: Vec<(u64, Values)>,
}

impl World {
    /// Some contacts, most of them sealed, some of those edited, trashed or purged since.
    fn new(seed: u64, contacts: usize) -> Self {
        let w = Workspace::new();
        let mut rng = SeededRng::new(seed);
        let program = Actor::system("test");
        w.member("Bob Rep", Role::member());
        let companies: Vec<_> =
            ["Acme", "Bêta AG", "Zeta", "acme"].map(|n| w.create(&program, "companies", &[("name", n)])).into();
        let mut commands = Vec::new();
        for _ in 0..contacts {
            commands.push(random_contact(&w, &mut rng, &companies));
        }
        for some in commands.chunks(500) {
            w.engine.run_all(&program, some.to_vec(), Context::default()).unwrap();
        }
        seal(&w);
        for _ in 0..120 {
            let id = RecordRef::new(standard::CONTACTS, Row(rng.below(contacts as u64) + 1));
            let Ok(record) = w.engine.get(&program, id) else { continue };
            let trashed = record.state == aventora::records::State::Trashed;
            let command = match rng.below(4) {
                _ if trashed => Command::Restore(id),
                0 => Command::Trash(id),
                1 if rng.chance(30) => Command::Purge(id),
                2 => w.changes(id, &[("city", *rng.pick(&CITIES)), ("tags", "VIP;new one"), ("lead_score", "")]),
                _ => w.changes(id, &[("city", ""), ("lead_score", "77")]),
            };
            let _ = w.engine.run(&program, command, Context::default());
        }
        let tx = w.engine.store().read().unwrap();
        let object = w.object("contacts");
        assert_eq!(columns::check(&tx, &object).unwrap(), Vec::<String>::new());
        drop(tx);
        let rows = all_live(&w, contacts as u64);
        Self { w, rows }
    }

    fn query(&self, filter: &str, sort: &str, start: Start, limit: usize) -> Result<Page> {
        let (filter, sort) = (filter.to_owned(), sort.to_owned());
        let query = Query { object: standard::CONTACTS, filter, sort, start, limit, trashed: false };
        self.w.engine.list(&Actor { member: self.w.admin.member, ..self.w.admin.clone() }, &query)
    }

    fn field(&self, name: &str) -> aventora::base::id::FieldId {
        self.w.field("contacts", name)
    }

    fn folded(&self, values: &Values, name: &str) -> Vec<String> {
        match values.get(self.field(name)) {
            Some(Value::Text(text)) => vec![fold(text)],
            Some(Value::List(all)) => all.iter().map(|t| fold(t)).collect(),
            _ => Vec::new(),
        }
    }
}

fn random_contact(w: &Workspace, rng: &mut SeededRng, companies: &[RecordRef]) -> Command {
    let name = format!("{}{}", rng.pick(&["Ána", "Bob", "Zoë", "bob"]), rng.below(40));
    let mut fields: Vec<(&str, String)> = vec![("first_name", name)];
    if rng.chance(80) {
        fields.push(("city", (*rng.pick(&CITIES)).to_owned()));
    }
    if rng.chance(70) {
        fields.push(("lead_score", rng.below(30).to_string()));
    }
    if rng.chance(70) {
        fields.push(("status", (*rng.pick(&["active", "inactive", "do_not_contact"])).to_owned()));
    }
    if rng.chance(50) {
        let (a, b) = (*rng.pick(&TAGS), *rng.pick(&TAGS));
        fields.push(("tags", if a == b { a.to_owned() } else { format!("{a};{b}") }));
    }
    if rng.chance(50) {
        fields.push(("emails", format!("p{}@{}", rng.next_u64(), rng.pick(&["example.com", "mail.test"]))));
    }
    if rng.chance(40) {
        fields.push(("company", format!("companies/{}", rng.pick(companies).row)));
    }
    if rng.chance(40) {
        let (day, hour) = (rng.below(28) + 1, rng.below(24));
        fields.push(("last_engaged_at", format!("2026-02-{day:02}T{hour:02}:30:00Z")));
    }
    if rng.chance(40) {
        fields.push(("policy_renewal_date", format!("2026-{:02}-15", rng.below(12) + 1)));
    }
    if rng.chance(30) {
        fields.push(("owner", (rng.below(2) + 1).to_string()));
    }
    if rng.chance(40) {
        fields.push(("annual_premium", format!("{}.5 {}", rng.below(500), rng.pick(&["CAD", "USD"]))));
    }
    if rng.chance(20) {
        fields.push(("description", format!("Met in {} about a Needle", rng.pick(&CITIES))));
    }
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    Command::Create { object: standard::CONTACTS, values: w.values("contacts", &pairs) }
}

/// Seals whole chunks of rows.
fn seal(w: &Workspace) {
    let schema = w.engine.schema();
    while w
        .engine
        .store()
        .write(Priority::Bulk, {
            let schema = schema.clone();
            move |tx| columns::seal_slice(tx, &schema, 4)
        })
        .unwrap()
    {}
}

fn all_live(w: &Workspace, last: u64) -> Vec<(u64, Values)> {
    let program = Actor::system("test");
    (1..=last)
        .filter_map(|row| {
            let record = w.engine.get(&program, RecordRef::new(standard::CONTACTS, Row(row))).ok()?;
            (record.state == aventora::records::State::Live).then_some((row, record.values))
        })
        .collect()
}

/// Whether a record passes a condition, asked of its values.
type Condition<'a> = Box<dyn Fn(&Values) -> bool + 'a>;

impl World {
    fn number(&self, values: &Values, name: &str) -> Option<i64> {
        match values.get(self.field(name))? {
            Value::Number(n) => Some(n.0),
            Value::Money(m) => Some(m.amount.0),
            Value::Date(d) => Some(i64::from(*d)),
            Value::Time(t) => Some(*t),
            Value::Choice(c) => Some(i64::from(c.0)),
            Value::Member(row) => Some(row.0 as i64),
            Value::Records(all) => all.first().map(|r| r.row.0 as i64),
            _ => None,
        }
    }

    fn company(&self, values: &Values) -> Option<String> {
        let row = self.number(values, "company")?;
        let company = RecordRef::new(standard::COMPANIES, Row(row as u64));
        let labels = self.w.engine.labels(&self.w.admin, &[company]).unwrap();
        labels[0].as_ref().map(|l| fold(&l.text))
    }

    /// A random condition: its text, and the same as a plain test.
    fn condition<'a>(&'a self, rng: &mut SeededRng, depth: u32) -> (String, Condition<'a>) {
        if depth > 0 && rng.chance(60) {
            let (a, fa) = self.condition(rng, depth - 1);
            let (b, fb) = self.condition(rng, depth - 1);
            return match rng.below(3) {
                0 => (format!("({a}) AND ({b})"), Box::new(move |v| fa(v) && fb(v))),
                1 => (format!("({a}) OR ({b})"), Box::new(move |v| fa(v) || fb(v))),
                _ => (format!("NOT ({a})"), Box::new(move |v| !fa(v))),
            };
        }
        let field = *rng.pick(&["city", "tags", "emails"]);
        let word = fold(
            rng.pick::<&str>(&["Toronto", "montreal", "Z", "é", "café", "vip", "hot", "@mail", "com", "ł", "zzz"]),
        );
        let any = move |f: Box<dyn Fn(&str) -> bool>| -> Box<dyn Fn(&Values) -> bool + 'a> {
            Box::new(move |v| self.folded(v, field).iter().any(|t| f(t)))
        };
        let n = rng.below(35) as i64;
        let day = rng.below(28) + 1;
        match rng.below(17) {
            0 => (format!("{field} = \"{word}\""), any(Box::new(move |t| t == word))),
            1 => {
                let text = format!("{field} != \"{word}\"");
                (text, Box::new(move |v| !self.folded(v, field).contains(&word)))
            }
            2 => (format!("{field} : \"{word}\""), any(Box::new(move |t| t.contains(&word)))),
            3 => (format!("{field} = \"{word}*\""), any(Box::new(move |t| t.starts_with(&word)))),
            4 => (format!("{field} = \"*{word}\""), any(Box::new(move |t| t.ends_with(&word)))),
            5 => (format!("{field} < \"{word}\""), any(Box::new(move |t| t < word.as_str()))),
            6 => (format!("is_empty({field})"), Box::new(move |v| self.folded(v, field).is_empty())),
            7 => (
                format!("lead_score BETWEEN {n} AND {}", n + 5),
                Box::new(move |v| {
                    self.number(v, "lead_score").is_some_and(|x| n * 10_000 <= x && x <= (n + 5) * 10_000)
                }),
            ),
            8 => (
                format!("lead_score >= {n}.5"),
                Box::new(move |v| self.number(v, "lead_score").is_some_and(|x| x >= n * 10_000 + 5_000)),
            ),
            9 => (
                "status IN (active, inactive)".into(),
                Box::new(move |v| matches!(self.number(v, "status"), Some(1 | 2))),
            ),
            10 => ("company.name = acme".into(), Box::new(move |v| self.company(v).is_some_and(|c| c == "acme"))),
            11 => (
                "company.name != \"Bêta*\"".into(),
                Box::new(move |v| !self.company(v).is_some_and(|c| c.starts_with("beta"))),
            ),
            12 => (
                format!("last_engaged_at <= 2026-02-{day:02}"),
                Box::new(move |v| {
                    let end = (20_485 + day as i64) * 86_400_000;
                    self.number(v, "last_engaged_at").is_some_and(|t| t < end)
                }),
            ),
            13 => (
                "owner = me()".into(),
                Box::new(move |v| self.number(v, "owner") == Some(self.w.admin.member.0 as i64)),
            ),
            14 => (
                "has_all(tags, vip, \"café\")".into(),
                Box::new(move |v| ["vip", "cafe"].iter().all(|t| self.folded(v, "tags").contains(&(*t).to_owned()))),
            ),
            15 => (
                "description : needle".into(),
                Box::new(move |v| self.folded(v, "description").iter().any(|t| t.contains("needle"))),
            ),
            _ => (
                format!("policy_renewal_date > 2026-{:02}-15 AND annual_premium < 250", n % 12 + 1),
                Box::new(move |v| {
                    let from =
                        Value::Date(aventora::base::time::parse_date(&format!("2026-{:02}-15", n % 12 + 1)).unwrap());
                    let Value::Date(from) = from else { return false };
                    self.number(v, "policy_renewal_date").is_some_and(|d| d > i64::from(from))
                        && self.number(v, "annual_premium").is_some_and(|p| p < 2_500_000)
                }),
            ),
        }
    }

    fn key(&self, row: u64, values: &Values, name: &str) -> Option<Sorted> {
        match name {
            "id" => Some(Sorted::Number(row as i64)),
            "name" => Some(Sorted::Text(self.folded(values, "first_name").first()?.clone())),
            "company.name" => self.company(values).map(Sorted::Text),
            "city" | "emails" | "tags" => self.folded(values, name).first().cloned().map(Sorted::Text),
            _ => self.number(values, name).map(Sorted::Number),
        }
    }

    /// The rows that pass, sorted plainly.
    fn scanned(&self, passes: &dyn Fn(&Values) -> bool, sort: &str) -> Vec<u64> {
        let levels: Vec<(&str, bool)> =
            sort.split(',').map(|l| l.strip_prefix('-').map_or((l, false), |n| (n, true))).collect();
        let mut found: Vec<(Vec<Option<Sorted>>, u64)> = self
            .rows
            .iter()
            .filter(|(_, v)| passes(v))
            .map(|(row, v)| (levels.iter().map(|(n, _)| self.key(*row, v, n)).collect(), *row))
            .collect();
        found.sort_by(|(a, x), (b, y)| {
            for ((a, b), (_, descending)) in a.iter().zip(b).zip(&levels) {
                let order = match (a, b) {
                    (Some(a), Some(b)) if *descending => b.cmp(a),
                    (Some(a), Some(b)) => a.cmp(b),
                    (a, b) => a.is_none().cmp(&b.is_none()),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            x.cmp(y)
        });
        found.into_iter().map(|(_, row)| row).collect()
    }

    fn sort(rng: &mut SeededRng) -> String {
        let names = [
            "city",
            "lead_score",
            "status",
            "tags",
            "emails",
            "name",
            "company.name",
            "last_engaged_at",
            "owner",
            "policy_renewal_date",
            "annual_premium",
            "id",
        ];
        let names = names.iter().filter(|n| **n != "owner").collect::<Vec<_>>();
        let levels = rng.below(3) + 1;
        let level = |rng: &mut SeededRng| format!("{}{}", if rng.chance(50) { "-" } else { "" }, rng.pick(&names));
        (0..levels).map(|_| level(rng)).collect::<Vec<_>>().join(",")
    }

    fn all_pages(&self, filter: &str, sort: &str, limit: usize, backward: bool) -> Vec<u64> {
        let mut rows: Vec<u64> = Vec::new();
        let mut start = if backward { Start::Last } else { Start::First };
        loop {
            let page = self.query(filter, sort, start, limit).unwrap_or_else(|e| panic!("{filter} / {sort}: {e}"));
            let here: Vec<u64> = page.records.iter().map(|r| r.id.row.0).collect();
            if backward {
                assert_eq!(page.position, page.total - rows.len() as u64 - here.len() as u64, "{filter} / {sort}");
                rows.splice(0..0, here);
            } else {
                assert_eq!(page.position, rows.len() as u64, "{filter} / {sort}");
                rows.extend(here);
            }
            start = match if backward { page.previous } else { page.next } {
                Some(cursor) if backward => Start::Before(cursor),
                Some(cursor) => Start::After(cursor),
                None => return rows,
            };
        }
    }
}

#[test]
fn every_filter_and_sort_equals_a_plain_scan_and_pages_equal_the_whole_both_ways() {
    let world = World::new(7, 1_300);
    let mut rng = SeededRng::new(11);
    for _ in 0..40 {
        let (filter, passes) = world.condition(&mut rng, 2);
        let sort = World::sort(&mut rng);
        let wanted = world.scanned(passes.as_ref(), &sort);
        let limit = [7, 50, 200][rng.below(3) as usize].max(wanted.len() / 5);
        let page = world.query(&filter, &sort, Start::First, limit).unwrap_or_else(|e| panic!("{filter}: {e}"));
        assert_eq!(page.total, wanted.len() as u64, "{filter}");
        assert_eq!(world.all_pages(&filter, &sort, limit, false), wanted, "{filter} / {sort}");
        assert_eq!(world.all_pages(&filter, &sort, limit, true), wanted, "{filter} / {sort} backward");
        let position = rng.below(wanted.len() as u64 + 2);
        let page = world.query(&filter, &sort, Start::Position(position), 5).unwrap();
        let here: Vec<u64> = page.records.iter().map(|r| r.id.row.0).collect();
        let end = wanted.len().min(position as usize + 5);
        assert_eq!(here, wanted[(position as usize).min(end)..end], "{filter} / {sort} at {position}");
    }
}

#[test]
fn a_place_far_down_is_found_and_so_are_the_neighbours() {
    let world = World::new(3, 2_300);
    let mut rng = SeededRng::new(5);
    for _ in 0..12 {
        let sort = World::sort(&mut rng);
        let wanted = world.scanned(&|_| true, &sort);
        let position = 1_100 + rng.below(wanted.len() as u64 - 1_200);
        let page = world.query("", &sort, Start::Position(position), 20).unwrap();
        assert_eq!(page.position, position, "{sort}");
        let here: Vec<u64> = page.records.iter().map(|r| r.id.row.0).collect();
        assert_eq!(here, wanted[position as usize..][..20], "{sort} at {position}");
        let query = Query {
            object: standard::CONTACTS,
            filter: String::new(),
            sort: sort.clone(),
            start: Start::First,
            limit: 1,
            trashed: false,
        };
        let at = position as usize;
        let id = RecordRef::new(standard::CONTACTS, Row(wanted[at]));
        let found = world.w.engine.neighbours(&world.w.admin, &query, id).unwrap().unwrap();
        assert_eq!(found.position, position);
        assert_eq!(found.previous.map(|r| r.row.0), Some(wanted[at - 1]), "{sort}");
        assert_eq!(found.next.map(|r| r.row.0), Some(wanted[at + 1]), "{sort}");
    }
}

#[test]
fn figures_equal_a_plain_scan() {
    let world = World::new(9, 1_500);
    let measure = |kind, field: &str| Measure { kind, field: field.into() };
    let answer = world
        .w
        .engine
        .aggregate(
            &world.w.admin,
            &Aggregate {
                object: standard::CONTACTS,
                filter: "NOT is_empty(city)".into(),
                group: vec!["status".into(), "policy_renewal_date.quarter".into()],
                measures: vec![
                    measure(MeasureKind::Sum, "lead_score"),
                    measure(MeasureKind::Sum, "annual_premium"),
                    measure(MeasureKind::Unique, "city"),
                    measure(MeasureKind::Empty, "emails"),
                    measure(MeasureKind::Max, "lead_score"),
                ],
            },
        )
        .unwrap();
    let mut wanted: BTreeMap<(Option<i64>, Option<i64>), Vec<&Values>> = BTreeMap::new();
    for (_, values) in &world.rows {
        if world.folded(values, "city").is_empty() {
            continue;
        }
        let quarter = world.number(values, "policy_renewal_date").map(|d| {
            let monday = jiff::civil::Weekday::Monday;
            i64::from(aventora::base::time::start_of(aventora::base::time::Unit::Quarter, d as i32, monday))
        });
        wanted.entry((world.number(values, "status"), quarter)).or_default().push(values);
    }
    assert_eq!(answer.groups.len(), wanted.len());
    assert_eq!(answer.total, wanted.values().map(|g| g.len() as u64).sum::<u64>());
    for group in &answer.groups {
        let part = |value: &Option<Value>| match value {
            Some(Value::Choice(c)) => Some(i64::from(c.0)),
            Some(Value::Date(d)) => Some(i64::from(*d)),
            None => None,
            other => panic!("{other:?}"),
        };
        let rows = &wanted[&(part(&group.keys[0]), part(&group.keys[1]))];
        assert_eq!(group.count, rows.len() as u64);
        let scores: Vec<i64> = rows.iter().filter_map(|v| world.number(v, "lead_score")).collect();
        match &group.figures[0] {
            Figure::Number(n) => assert_eq!(n.0, scores.iter().sum::<i64>()),
            other => assert!(*other == Figure::Nothing && scores.is_empty()),
        }
        let Figure::Money(sums) = &group.figures[1] else { continue };
        let mut by_code: BTreeMap<[u8; 3], i64> = BTreeMap::new();
        for values in rows {
            if let Some(Value::Money(m)) = values.get(world.field("annual_premium")) {
                *by_code.entry(m.currency.0).or_default() += m.amount.0;
            }
        }
        assert_eq!(sums.iter().map(|m| (m.currency.0, m.amount.0)).collect::<BTreeMap<_, _>>(), by_code);
        let mut cities: Vec<String> = rows.iter().flat_map(|v| world.folded(v, "city")).collect();
        cities.sort();
        cities.dedup();
        assert_eq!(group.figures[2], Figure::Number(aventora::base::money::Decimal(cities.len() as i64 * 10_000)));
        let empty = rows.iter().filter(|v| world.folded(v, "emails").is_empty()).count();
        assert_eq!(group.figures[3], Figure::Number(aventora::base::money::Decimal(empty as i64 * 10_000)));
        if let Figure::Value(Value::Number(n)) = &group.figures[4] {
            assert_eq!(Some(n.0), scores.iter().max().copied());
        }
    }
}

#[test]
fn a_cursor_stays_good_though_its_record_was_edited_trashed_or_purged() {
    let world = World::new(4, 60);
    let page = world.query("", "city,-lead_score", Start::First, 10).unwrap();
    let (cursor, whole) = (page.next.unwrap(), world.scanned(&|_| true, "city,-lead_score"));
    let last = page.records[9].id;
    let rows = |page: Page| page.records.iter().map(|r| r.id.row.0).collect::<Vec<_>>();
    for command in [world.w.changes(last, &[("first_name", "Changed")]), Command::Trash(last), Command::Purge(last)] {
        world.w.run(&world.w.admin, command);
        let after = world.query("", "city,-lead_score", Start::After(cursor.clone()), 10).unwrap();
        assert_eq!(rows(after), whole[10..20]);
        let before = world.query("", "city,-lead_score", Start::Before(cursor.clone()), 5).unwrap();
        assert_eq!(rows(before), whole[4..9]);
    }
}

#[test]
fn a_cursor_of_another_list_or_person_is_refused() {
    let world = World::new(4, 60);
    let cursor = world.query("", "city", Start::First, 10).unwrap().next.unwrap();
    let refused = |result: Result<Page>| match result {
        Err(Error::Invalid(problems)) => assert_eq!(problems[0].field, "cursor"),
        other => panic!("{other:?}"),
    };
    refused(world.query("", "-city", Start::After(cursor.clone()), 10));
    refused(world.query("city = x", "city", Start::After(cursor.clone()), 10));
    refused(world.query("", "city", Start::After("nonsense".into()), 10));
    let rep = world.w.member("Rita Rep", Role::own_rep());
    let query = Query {
        object: standard::CONTACTS,
        filter: String::new(),
        sort: "city".into(),
        start: Start::After(cursor),
        limit: 10,
        trashed: false,
    };
    refused(world.w.engine.list(&rep, &query));
}

/// Rows of a list for an actor.
fn rows_of(w: &Workspace, actor: &Actor, object: ObjectId, filter: &str) -> Vec<u64> {
    sorted_rows_of(w, actor, object, filter, "id")
}

fn sorted_rows_of(w: &Workspace, actor: &Actor, object: ObjectId, filter: &str, sort: &str) -> Vec<u64> {
    let query =
        Query { object, filter: filter.into(), sort: sort.into(), start: Start::First, limit: 200, trashed: false };
    let page = w.engine.list(actor, &query).unwrap();
    assert_eq!(page.total as usize, page.records.len());
    page.records.iter().map(|r| r.id.row.0).collect()
}

#[test]
fn somebody_walled_lists_counts_and_sums_only_what_they_may_see() {
    let w = Workspace::new();
    let (ann, bob) = (w.member("Ann Rep", Role::own_rep()), w.member("Bob Rep", Role::own_rep()));
    let team = w.team_member("Tom Team", &[&ann]);
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    let company = format!("companies/{}", company.row);
    let mine = w.create(&ann, "contacts", &[("first_name", "Mine"), ("company", &company)]);
    let other = w.create(&bob, "contacts", &[("first_name", "Other"), ("company", &company)]);
    let deal = |actor: &Actor, contact: RecordRef, amount: &str| {
        let contact = format!("contacts/{}", contact.row);
        w.create(actor, "deals", &[("name", "Deal"), ("amount", amount), ("point_of_contact", &contact)])
    };
    let (d1, d2) = (deal(&w.admin, mine, "10 USD"), deal(&w.admin, other, "20 USD"));
    for sealed in [false, true] {
        assert_eq!(rows_of(&w, &ann, standard::CONTACTS, ""), [mine.row.0]);
        assert_eq!(rows_of(&w, &team, standard::CONTACTS, ""), [mine.row.0]);
        assert_eq!(rows_of(&w, &w.admin, standard::CONTACTS, "").len(), 2);
        assert_eq!(rows_of(&w, &ann, standard::DEALS, ""), [d1.row.0]);
        assert_eq!(rows_of(&w, &bob, standard::DEALS, ""), [d2.row.0]);
        assert_eq!(rows_of(&w, &ann, standard::COMPANIES, "").len(), 1);
        // A path counts only what they may see at its other end.
        assert_eq!(rows_of(&w, &ann, standard::COMPANIES, "people.first_name = Other").len(), 0);
        assert_eq!(rows_of(&w, &w.admin, standard::COMPANIES, "people.first_name = Other").len(), 1);
        let sum = Aggregate {
            object: standard::DEALS,
            filter: String::new(),
            group: Vec::new(),
            measures: vec![Measure { kind: MeasureKind::Sum, field: "amount".into() }],
        };
        let figures = w.engine.aggregate(&ann, &sum).unwrap();
        assert_eq!((figures.total, figures.groups[0].count), (1, 1));
        let Figure::Money(sums) = &figures.groups[0].figures[0] else { panic!() };
        assert_eq!(sums[0].amount.0, 100_000);
        if !sealed {
            for i in 0..1_000 {
                w.create(&bob, "contacts", &[("first_name", &format!("Filler {i}"))]);
            }
            seal(&w);
            let program = Actor::system("test");
            for row in 3..=1_002 {
                w.run(&program, Command::Trash(RecordRef::new(standard::CONTACTS, Row(row))));
            }
        }
    }
    assert_eq!(system_field::OWNER, w.field("contacts", "owner"));
}

#[test]
fn records_named_by_a_link_an_e_mail_or_a_phone_are_found_as_they_are_now() {
    let w = Workspace::new();
    let ann = w.member("Ann Rep", Role::own_rep());
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    let link = format!("companies/{}", company.row);
    let (email, phone) = (("emails", "mine@example.com"), ("phones", "+14165550100"));
    let mine = w.create(&ann, "contacts", &[("first_name", "Mine"), email, phone, ("company", &link)]);
    let other = w.create(&w.admin, "contacts", &[("first_name", "Other"), ("company", &link)]);
    let found = |actor: &Actor, filter: &str| rows_of(&w, actor, standard::CONTACTS, filter);
    let of_company = format!("company = {}", company.row);
    let (one, both) = (vec![mine.row.0], vec![mine.row.0, other.row.0]);
    assert_eq!(found(&w.admin, &of_company), both);
    assert_eq!(found(&ann, &of_company), one);
    assert_eq!(found(&w.admin, &format!("{of_company} AND first_name = Other")), both[1..]);
    assert_eq!(found(&w.admin, &format!("{of_company} OR emails = \"nobody@example.com\"")), both);
    assert_eq!(found(&w.admin, &format!("NOT {of_company}")).len(), 0);
    assert_eq!(found(&w.admin, "emails = \"MINE@example.com\""), one);
    assert_eq!(found(&w.admin, "phones = \"+1 416 555 0100\""), one);
    w.run(&w.admin, Command::Trash(other));
    assert_eq!(found(&w.admin, &of_company), one);
    w.run(&w.admin, Command::Trash(company));
    assert_eq!(found(&w.admin, &of_company).len(), 0, "what is in the trash is linked to by nothing");
}

#[test]
fn what_one_query_leaves_to_the_next_follows_every_change() {
    let w = Workspace::new();
    let ann = w.member("Ann Rep", Role::own_rep());
    let companies = ["Beta", "Acme"].map(|name| w.create(&w.admin, "companies", &[("name", name)]));
    let contacts = companies.map(|company| {
        let link = format!("companies/{}", company.row);
        w.create(&w.admin, "contacts", &[("first_name", "Some"), ("company", &link)]).row.0
    });
    let sorted = || sorted_rows_of(&w, &w.admin, standard::CONTACTS, "", "company,id");
    assert_eq!(sorted(), [contacts[1], contacts[0]]);
    assert_eq!(sorted(), [contacts[1], contacts[0]]);
    w.run(&w.admin, w.changes(companies[1], &[("name", "Zeta")]));
    assert_eq!(sorted(), contacts);
    let seen = || rows_of(&w, &ann, standard::CONTACTS, "");
    assert_eq!(seen().len(), 0);
    let first = RecordRef::new(standard::CONTACTS, Row(contacts[0]));
    w.run(&w.admin, w.changes(first, &[("owner", &ann.member.to_string())]));
    assert_eq!(seen(), contacts[..1]);
    w.run(&w.admin, w.changes(first, &[("owner", "")]));
    assert_eq!(seen().len(), 0);
}
