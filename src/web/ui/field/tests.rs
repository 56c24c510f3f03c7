//! What an editor shows and saves unchanged does not change the value: for every kind, through the HTML that a browser would send
//! without script, and through the text that script shows in its place.

use super::{Input, Parts, input, is_group, parts_of};
use crate::base::id::{OptionId, RecordRef, Row};
use crate::base::money::{Currency, Money};
use crate::base::{phone, time};
use crate::model::field::Target;
use crate::model::kinds::Reading;
use crate::model::kinds::testing::{choice, field, schema};
use crate::model::object::standard;
use crate::model::value::{Address, Phone};
use crate::model::{Field, Kind, Schema, Value};
use crate::web::form::{Form, value_of};
use crate::web::messages::Lang;
use crate::web::ui::{Labels, Photos, Ui};
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// A page of 2026-11-26 in Toronto, of a workspace in `region`.
fn page<T>(region: &str, with: impl FnOnce(&Ui<'_>, &Reading<'_>) -> T) -> T {
    let (schema, zone): (Schema, TimeZone) = (schema(), TimeZone::get("America/Toronto").expect("bundled"));
    let now = time::parse_moment("2026-11-26T19:30:00Z").expect("a moment");
    let (labels, photos) = (Labels::new(), Photos::new());
    let ui = Ui {
        lang: Lang::default(),
        schema: &schema,
        zone: &zone,
        now,
        region,
        me: Row(3),
        labels: &labels,
        photos: &photos,
    };
    let nobody = |_: &str| None;
    with(&ui, &Reading { schema: &schema, now, zone: &zone, region, me: Row(3), member: &nobody })
}

/// The attributes of a tag, unescaped.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    while let Some(at) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[at..];
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"").and_then(|r| r.split_once('"')) {
            Some((value, after)) => {
                rest = after;
                plain(value)
            }
            None => String::new(),
        };
        found.push((name, value));
    }
    found
}

fn plain(html: &str) -> String {
    html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What a browser sends of the controls in a piece of our HTML.
fn sent(html: &str) -> Form {
    let mut pairs = Vec::new();
    let mut select: Option<(String, Option<String>, bool)> = None;
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let given = attributes(tag);
        let get = |name: &str| given.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        match tag.split(' ').next().unwrap_or_default() {
            "input" => {
                let box_ = matches!(get("type").as_deref(), Some("radio" | "checkbox"));
                if let Some(name) = get("name").filter(|_| !box_ || get("checked").is_some()) {
                    pairs.push((name, get("value").unwrap_or_default()));
                }
            }
            "textarea" => {
                let text = plain(text.strip_prefix('\n').unwrap_or(text)).replace('\n', "\r\n");
                pairs.push((get("name").unwrap_or_default(), text));
            }
            "select" => select = get("name").map(|name| (name, None, false)),
            "option" => {
                if let Some((_, now, chosen)) = &mut select
                    && (now.is_none() || (get("selected").is_some() && !*chosen))
                {
                    *chosen = get("selected").is_some();
                    *now = Some(get("value").unwrap_or_else(|| plain(text)));
                }
            }
            "/select" => pairs.extend(select.take().map(|(name, now, _)| (name, now.unwrap_or_default()))),
            _ => {}
        }
    }
    Form(pairs)
}

fn rendered(ui: &Ui<'_>, field: &Field, parts: &Parts) -> String {
    let members = [(Row(3), "Dana".to_owned()), (Row(5), "Sofia".to_owned())];
    let input_ = Input { field, id: "f", parts, invalid: false, described_by: "", members: &members };
    input(ui, &input_).into_string()
}

/// Form to value to form: the value that comes back from its editor.
fn again(ui: &Ui<'_>, reading: &Reading<'_>, field: &Field, value: Option<&Value>) -> Option<Value> {
    let html = rendered(ui, field, &parts_of(ui, field, value));
    let parts = sent(&html).parts(&field.name).unwrap_or_else(|| panic!("{:?} has no control:\n{html}", field.kind));
    let back = value_of(field, &parts, reading).unwrap_or_else(|problem| panic!("{:?}: {problem:?}", field.kind));
    // Script shows dates in words; those must mean the same.
    if let Some(shown) =
        html.split("data-shown=\"").nth(1).and_then(|rest| rest.split('"').next()).filter(|s| !s.is_empty())
    {
        assert_eq!(value_of(field, &Parts::plain(shown), reading).expect(shown).as_ref(), value, "{shown}");
    }
    back
}

fn with_options(kind: Kind) -> Field {
    let retired = crate::model::Choice { retired: true, ..choice(4, "old", "Old") };
    Field { options: vec![choice(1, "a", "A"), choice(2, "b", "B & <C>"), retired], ..field(20, "a_field", kind) }
}

fn pointing(kind: Kind, target: Target) -> Field {
    Field { target: Some(target), ..field(20, "a_field", kind) }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn moment(text: &str) -> Value {
    Value::Time(time::parse_moment(text).expect(text))
}

fn phones(typed: &[(&str, Option<&str>)]) -> Value {
    Value::Phones(
        typed.iter().map(|(typed, e164)| Phone { e164: e164.map(Into::into), typed: (*typed).into() }).collect(),
    )
}

fn every_kind() -> Vec<(Field, Value)> {
    let plain = |kind| field(20, "a_field", kind);
    let money = |amount: &str, code: &[u8; 3]| {
        Value::Money(Money { amount: amount.parse().expect(amount), currency: Currency(*code) })
    };
    let address = |street: &str| {
        Value::Address(Address {
            street: street.into(),
            city: "Charleston".into(),
            country: "US".into(),
            ..Address::default()
        })
    };
    let any =
        |rows: &[u64]| Value::Records(rows.iter().map(|row| RecordRef::new(standard::CONTACTS, Row(*row))).collect());
    vec![
        (plain(Kind::Text), text("Zoë \"&\" <b>Łukasik</b>")),
        (plain(Kind::LongText), text("one\n\n  two; three")),
        (plain(Kind::Link), text("https://www.example.com/a?b=c&d=e")),
        (plain(Kind::Number), Value::Number("1234567.8901".parse().expect("a number"))),
        (plain(Kind::Number), Value::Number("-0.5".parse().expect("a number"))),
        (plain(Kind::Rating), Value::Rating(0)),
        (plain(Kind::Rating), Value::Rating(4)),
        (plain(Kind::Currency), money("31940.5", b"CAD")),
        (plain(Kind::Currency), money("-1234567.8901", b"KWD")),
        (plain(Kind::Date), Value::Date(time::parse_date("2026-11-26").expect("a date"))),
        (plain(Kind::Date), Value::Date(time::DAY_MIN)),
        (plain(Kind::DateTime), moment("2026-11-26T19:30:00Z")),
        (plain(Kind::DateTime), moment("2026-11-26T19:30:05.250Z")),
        // The second of the two half past ones when the clocks go back.
        (plain(Kind::DateTime), moment("2026-11-01T06:30:00Z")),
        (plain(Kind::YesNo), Value::Bool(false)),
        (plain(Kind::YesNo), Value::Bool(true)),
        (with_options(Kind::Select), Value::Choice(OptionId(2))),
        (with_options(Kind::Select), Value::Choice(OptionId(4))),
        (with_options(Kind::MultiSelect), Value::Choices(vec![OptionId(1), OptionId(4)])),
        (plain(Kind::Stage), Value::Choice(OptionId(21))),
        (plain(Kind::Pipeline), Value::Choice(OptionId(2))),
        (plain(Kind::Emails), Value::List(vec!["jane@example.com".into(), "j.doe@example.org".into()])),
        (
            plain(Kind::Phones),
            phones(&[("(843) 555-0142", Some("+18435550142")), ("020 7946 0018", Some("+442079460018"))]),
        ),
        (plain(Kind::Phones), phones(&[("555-0142", None), ("+1 843 555 0143 ext. 9", Some("+18435550143"))])),
        (plain(Kind::Phones), phones(&[("8435550142", None)])),
        (plain(Kind::Address), address("17 Tradd St")),
        (plain(Kind::Address), address("17 Tradd St\nFloor 2")),
        (plain(Kind::Person), Value::Member(Row(5))),
        (plain(Kind::Person), Value::Member(Row(99))),
        (pointing(Kind::Relation, Target::Object(standard::CONTACTS)), any(&[7])),
        (pointing(Kind::Relations, Target::Object(standard::CONTACTS)), any(&[7, 8])),
        (pointing(Kind::Relations, Target::Any), any(&[7, 9])),
        (plain(Kind::Tags), Value::List(vec!["High value".into(), "a & b".into()])),
    ]
}

#[test]
fn what_is_shown_and_saved_unchanged_stays_the_same_value() {
    for region in ["US", "CA", "GB"] {
        page(region, |ui, reading| {
            for (field, value) in every_kind() {
                let back = again(ui, reading, &field, Some(&value));
                assert_eq!(back.as_ref(), Some(&value), "{:?} in {region}", field.kind);
            }
        });
    }
}

#[test]
fn an_empty_field_saved_unchanged_stays_empty() {
    page("US", |ui, reading| {
        for (field, _) in every_kind() {
            assert_eq!(again(ui, reading, &field, None), None, "{:?}", field.kind);
        }
    });
}

#[test]
fn every_kind_that_people_write_is_tried_here() {
    let tried: Vec<Kind> = every_kind().into_iter().map(|(field, _)| field.kind).collect();
    for kind in [
        Kind::Text,
        Kind::LongText,
        Kind::Number,
        Kind::Currency,
        Kind::Date,
        Kind::DateTime,
        Kind::YesNo,
        Kind::Select,
    ] {
        assert!(tried.contains(&kind), "{kind:?}");
    }
    for kind in [
        Kind::MultiSelect,
        Kind::Rating,
        Kind::Link,
        Kind::Emails,
        Kind::Phones,
        Kind::Address,
        Kind::Person,
        Kind::Tags,
    ] {
        assert!(tried.contains(&kind), "{kind:?}");
    }
    assert!(is_group(Kind::YesNo) && !is_group(Kind::Text));
}

#[test]
fn the_line_that_is_marked_becomes_the_main_one() {
    page("US", |_, reading| {
        let emails = field(20, "emails", Kind::Emails);
        let form = Form(vec![
            ("emails".into(), "a@example.com".into()),
            ("emails".into(), String::new()),
            ("emails.primary".into(), "2".into()),
            ("emails".into(), "b@example.com".into()),
        ]);
        let value = value_of(&emails, &form.parts("emails").expect("parts"), reading).expect("addresses");
        assert_eq!(value, Some(Value::List(vec!["b@example.com".into(), "a@example.com".into()])));
    });
}

#[test]
fn a_number_is_read_in_the_country_that_is_chosen_for_it() {
    page("US", |_, reading| {
        let form = Form(vec![("p".into(), "020 7946 0018".into()), ("p.region".into(), "GB".into())]);
        let value =
            value_of(&field(20, "p", Kind::Phones), &form.parts("p").expect("parts"), reading).expect("a number");
        assert_eq!(value, Some(phones(&[("020 7946 0018", Some("+442079460018"))])));
        assert!(phone::REGIONS.contains(&"GB"));
    });
}

proptest! {
    #[test]
    fn any_amount_day_and_moment_stays_the_same(
        units in any::<i64>(), day in time::DAY_MIN..=time::DAY_MAX, moment in time::MOMENT_MIN..=time::MOMENT_MAX
    ) {
        page("US", |ui, reading| {
            let amount = crate::base::money::Decimal(units.max(-i64::MAX));
            for (kind, value) in [
                (Kind::Number, Value::Number(amount)),
                (Kind::Currency, Value::Money(Money { amount, currency: Currency(*b"JPY") })),
                (Kind::Date, Value::Date(day)),
                (Kind::DateTime, Value::Time(moment)),
            ] {
                let field = field(20, "a_field", kind);
                assert_eq!(again(ui, reading, &field, Some(&value)).as_ref(), Some(&value));
            }
        });
    }
}
