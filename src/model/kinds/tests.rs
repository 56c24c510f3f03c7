//! Every kind, from both sides, good and bad.

use super::testing::{choice, field, schema};
use super::*;
use crate::base::id::{ObjectId, OptionId};
use crate::base::money::{Currency, Decimal, Money};
use crate::base::time;
use crate::model::object::standard;
use crate::model::{Address, FileRef, Phone, Target};
use proptest::prelude::*;
use serde_json::json;

fn options(kind: Kind) -> Field {
    let options =
        vec![choice(1, "smoker", "Smoker"), choice(2, "non_smoker", "Non-Smoker"), choice(3, "a_b", "A, or B")];
    Field { options, ..field(20, "status", kind) }
}

fn to(kind: Kind, target: Target) -> Field {
    Field { target: Some(target), ..field(20, "links", kind) }
}

/// Calls `f` with a reading of 2026-11-26, 14:30 in Toronto, by member 3.
fn reading<T>(f: impl FnOnce(&Reading<'_>) -> T) -> T {
    let (schema, zone) = (schema(), TimeZone::get("America/Toronto").expect("bundled"));
    let member = |text: &str| match text {
        "3" => Some(Row(3)),
        "5" | "jane@example.com" | "Jane Doe" => Some(Row(5)),
        _ => None,
    };
    let now = time::parse_moment("2026-11-26T19:30:00Z").expect("a moment");
    f(&Reading { schema: &schema, now, zone: &zone, region: "CA", me: Row(3), member: &member })
}

fn typed(field: &Field, text: &str) -> Read {
    reading(|reading| from_text(field, text, reading))
}

fn sent(field: &Field, json: Json) -> Read {
    reading(|reading| from_json(field, &json, reading))
}

fn label(record: RecordRef) -> Option<String> {
    (record.row.0 < 100).then(|| format!("Record {}", record.row))
}

fn json_of(field: &Field, value: &Value) -> Json {
    to_json(field, value, &schema(), &label)
}

fn shown(field: &Field, value: &Value) -> String {
    let zone = TimeZone::get("America/Toronto").expect("bundled");
    show(field, value, &schema(), &Locale { zone: &zone, language: "en", region: "CA" }, &label)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn money(amount: &str, code: &[u8; 3]) -> Value {
    Value::Money(Money { amount: amount.parse().expect("a number"), currency: Currency(*code) })
}

fn number(n: &str) -> Value {
    Value::Number(n.parse().expect("a number"))
}

fn date(text: &str) -> Value {
    Value::Date(time::parse_date(text).expect("a date"))
}

fn moment(text: &str) -> Value {
    Value::Time(time::parse_moment(text).expect("a moment"))
}

fn list(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn phones(numbers: &[(Option<&str>, &str)]) -> Value {
    let phone = |(e164, typed): &(Option<&str>, &str)| Phone { e164: e164.map(str::to_owned), typed: (*typed).into() };
    Value::Phones(numbers.iter().map(phone).collect())
}

fn records(records: &[(ObjectId, u64)]) -> Value {
    Value::Records(records.iter().map(|(object, row)| RecordRef::new(*object, Row(*row))).collect())
}

fn address(parts: [&str; 5]) -> Value {
    let [street, city, state, postal_code, country] = parts.map(str::to_owned);
    Value::Address(Address { street, city, state, postal_code, country })
}

#[test]
fn what_people_type_is_understood() {
    let plain = |kind| field(20, "a_field", kind);
    let table: Vec<(Field, &str, Value)> = vec![
        (plain(Kind::Text), "  Zoë\n Łukasik ", text("Zoë Łukasik")),
        (plain(Kind::LongText), "one\r\ntwo\n", text("one\ntwo")),
        (plain(Kind::Number), "12,500.25", number("12500.25")),
        (plain(Kind::Number), "1 250 000", number("1250000")),
        (plain(Kind::Number), "85 %", number("85")),
        (plain(Kind::Currency), "$1,234.50", money("1234.5", b"CAD")),
        (plain(Kind::Currency), "US$ 20", money("20", b"USD")),
        (plain(Kind::Currency), "20 eur", money("20", b"EUR")),
        (plain(Kind::Currency), "-£3.50", money("-3.5", b"GBP")),
        (plain(Kind::CurrencyCode), "usd", text("USD")),
        (plain(Kind::Date), "2026-11-26", date("2026-11-26")),
        (plain(Kind::Date), "Nov 26 2026", date("2026-11-26")),
        (plain(Kind::Date), "November 26th, 2026", date("2026-11-26")),
        (plain(Kind::Date), "26 nov 2026", date("2026-11-26")),
        (plain(Kind::Date), "26/11/2026", date("2026-11-26")),
        (plain(Kind::Date), "11/26/2026", date("2026-11-26")),
        (plain(Kind::Date), "26.11.2026", date("2026-11-26")),
        (plain(Kind::Date), "5/5/2026", date("2026-05-05")),
        (plain(Kind::Date), "2026/11/26", date("2026-11-26")),
        (plain(Kind::Date), "2026-11-26 00:00:00", date("2026-11-26")),
        (plain(Kind::Date), "2026-11-26T00:00:00Z", date("2026-11-26")),
        (plain(Kind::Date), "tomorrow", date("2026-11-27")),
        (plain(Kind::DateTime), "2026-11-26T14:30", moment("2026-11-26T19:30:00Z")),
        (plain(Kind::DateTime), "2026-11-26T14:30:00Z", moment("2026-11-26T14:30:00Z")),
        (plain(Kind::DateTime), "Nov 26, 2026, 2:30 PM", moment("2026-11-26T19:30:00Z")),
        (plain(Kind::DateTime), "26/11/2026 14:30", moment("2026-11-26T19:30:00Z")),
        (plain(Kind::DateTime), "2026-11-26", moment("2026-11-26T05:00:00Z")),
        (plain(Kind::YesNo), "Yes", Value::Bool(true)),
        (plain(Kind::YesNo), "off", Value::Bool(false)),
        (options(Kind::Select), "non_smoker", Value::Choice(OptionId(2))),
        (options(Kind::Select), "NON SMOKER", Value::Choice(OptionId(2))),
        (options(Kind::MultiSelect), "A, or B; smoker; Smoker", Value::Choices(vec![OptionId(1), OptionId(3)])),
        (options(Kind::MultiSelect), "Non-Smoker, smoker", Value::Choices(vec![OptionId(1), OptionId(2)])),
        (plain(Kind::Rating), "4", Value::Rating(4)),
        (plain(Kind::Link), "example.com/a?b=c", text("https://example.com/a?b=c")),
        (plain(Kind::Link), "HTTP://Example.com:8080", text("http://Example.com:8080")),
        (plain(Kind::Emails), "Jane <jane@a.ca>, JANE@a.ca; bob@b.co.uk", list(&["jane@a.ca", "bob@b.co.uk"])),
        (
            plain(Kind::Phones),
            "(843) 555-0142; +1 843 555 0142\n416-555-0100 x12; 555-0199",
            phones(&[
                (Some("+18435550142"), "(843) 555-0142"),
                (Some("+14165550100"), "416-555-0100 x12"),
                (None, "555-0199"),
            ]),
        ),
        (
            plain(Kind::Address),
            "12 Main St; Toronto; ON; M5V 1A1; Canada",
            address(["12 Main St", "Toronto", "ON", "M5V 1A1", "Canada"]),
        ),
        (plain(Kind::Address), "12 Main St, Toronto", address(["12 Main St, Toronto", "", "", "", ""])),
        (plain(Kind::FullName), " Ana  de la Cruz", text("Ana de la Cruz")),
        (plain(Kind::Person), "me", Value::Member(Row(3))),
        (plain(Kind::Person), "jane@example.com", Value::Member(Row(5))),
        (plain(Kind::Stage), "Offer made", Value::Choice(OptionId(12))),
        (plain(Kind::Stage), "contacted", Value::Choice(OptionId(11))),
        (plain(Kind::Stage), "seller/contacted", Value::Choice(OptionId(21))),
        (plain(Kind::Pipeline), "seller pipeline", Value::Choice(OptionId(2))),
        (to(Kind::Relation, Target::Object(standard::CONTACTS)), "12", records(&[(standard::CONTACTS, 12)])),
        (
            to(Kind::Relations, Target::Any),
            "contacts/12; deals/3",
            records(&[(standard::CONTACTS, 12), (standard::DEALS, 3)]),
        ),
        (plain(Kind::Tags), "VIP, vip; Référence", list(&["VIP", "Référence"])),
    ];
    for (field, input, value) in table {
        assert_eq!(typed(&field, input), Ok(Some(value.clone())), "{:?} {input:?}", field.kind);
        let again = to_text(&field, &value, &schema(), &label);
        assert_eq!(typed(&field, &again), Ok(Some(value)), "{:?} read back from {again:?}", field.kind);
    }
}

#[test]
fn the_api_sends_and_gets_these_forms() {
    let plain = |kind| field(20, "a_field", kind);
    let contact = |id: u64| json!({ "object": "contacts", "id": id.to_string(), "label": format!("Record {id}") });
    let table: Vec<(Field, Json, Value, Json)> = vec![
        (plain(Kind::Text), json!("Zoë"), text("Zoë"), json!("Zoë")),
        (plain(Kind::LongText), json!("a\nb"), text("a\nb"), json!("a\nb")),
        (plain(Kind::Number), json!(720), number("720"), json!(720)),
        (plain(Kind::Number), json!("12.50"), number("12.5"), json!(12.5)),
        (
            plain(Kind::Currency),
            json!({ "amount": "1234.5", "currency": "USD" }),
            money("1234.5", b"USD"),
            json!({ "amount": "1234.50", "currency": "USD" }),
        ),
        (plain(Kind::Currency), json!(12), money("12", b"CAD"), json!({ "amount": "12.00", "currency": "CAD" })),
        (plain(Kind::CurrencyCode), json!("eur"), text("EUR"), json!("EUR")),
        (plain(Kind::Date), json!("2026-11-26"), date("2026-11-26"), json!("2026-11-26")),
        (
            plain(Kind::DateTime),
            json!("2026-11-26T09:30:00-05:00"),
            moment("2026-11-26T14:30:00Z"),
            json!("2026-11-26T14:30:00Z"),
        ),
        (plain(Kind::YesNo), json!(false), Value::Bool(false), json!(false)),
        (options(Kind::Select), json!("smoker"), Value::Choice(OptionId(1)), json!("smoker")),
        (
            options(Kind::MultiSelect),
            json!(["non_smoker", "smoker"]),
            Value::Choices(vec![OptionId(1), OptionId(2)]),
            json!(["smoker", "non_smoker"]),
        ),
        (plain(Kind::Rating), json!(5), Value::Rating(5), json!(5)),
        (plain(Kind::Link), json!("example.com"), text("https://example.com"), json!("https://example.com")),
        (plain(Kind::Emails), json!(["a@b.ca", "c@d.ca"]), list(&["a@b.ca", "c@d.ca"]), json!(["a@b.ca", "c@d.ca"])),
        (plain(Kind::Emails), json!("a@b.ca"), list(&["a@b.ca"]), json!(["a@b.ca"])),
        (
            plain(Kind::Phones),
            json!(["(843) 555-0142", "555-0199"]),
            phones(&[(Some("+18435550142"), "(843) 555-0142"), (None, "555-0199")]),
            json!(["+18435550142", "555-0199"]),
        ),
        (
            plain(Kind::Address),
            json!({ "city": "Toronto", "state": null }),
            address(["", "Toronto", "", "", ""]),
            json!({ "street": "", "city": "Toronto", "state": "", "postal_code": "", "country": "" }),
        ),
        (plain(Kind::FullName), json!("Ana Cruz"), text("Ana Cruz"), json!("Ana Cruz")),
        (plain(Kind::Person), json!("5"), Value::Member(Row(5)), json!({ "id": "5", "label": "Record 5" })),
        (plain(Kind::Person), json!({ "id": 5 }), Value::Member(Row(5)), json!({ "id": "5", "label": "Record 5" })),
        (plain(Kind::Stage), json!("sold"), Value::Choice(OptionId(22)), json!("sold")),
        (plain(Kind::Pipeline), json!("buyer"), Value::Choice(OptionId(1)), json!("buyer")),
        (
            to(Kind::Relation, Target::Object(standard::CONTACTS)),
            json!(12),
            records(&[(standard::CONTACTS, 12)]),
            contact(12),
        ),
        (
            to(Kind::Relations, Target::Any),
            json!([{ "object": "contacts", "id": "12" }, "contacts/12", { "object": "contacts", "id": 13 }]),
            records(&[(standard::CONTACTS, 12), (standard::CONTACTS, 13)]),
            json!([contact(12), contact(13)]),
        ),
        (plain(Kind::Tags), json!(["VIP"]), list(&["VIP"]), json!(["VIP"])),
    ];
    for (field, input, value, output) in table {
        assert_eq!(sent(&field, input.clone()), Ok(Some(value.clone())), "{:?} {input}", field.kind);
        assert_eq!(json_of(&field, &value), output, "{:?}", field.kind);
        assert_eq!(
            sent(&field, output.clone()).map(|value| value.is_some()),
            Ok(true),
            "{:?} takes {output}",
            field.kind
        );
    }
}

#[test]
fn nothing_clears_a_field_of_any_kind() {
    let kinds = [
        Kind::Text,
        Kind::Number,
        Kind::Currency,
        Kind::Date,
        Kind::Select,
        Kind::Emails,
        Kind::Relations,
        Kind::Person,
    ];
    for kind in kinds {
        for nothing in [json!(null), json!(""), json!("  ")] {
            assert_eq!(sent(&field(20, "a_field", kind), nothing), Ok(None));
        }
        let list = matches!(kind, Kind::Emails | Kind::Relations);
        assert_eq!(sent(&field(20, "a_field", kind), json!([])).is_ok(), list, "{kind:?}");
        assert_eq!(sent(&field(20, "a_field", kind), json!({})).is_ok(), kind == Kind::Currency, "{kind:?}");
        assert_eq!(typed(&field(20, "a_field", kind), " \n"), Ok(None));
    }
    assert_eq!(sent(&field(20, "a", Kind::Currency), json!({ "amount": null, "currency": "CAD" })), Ok(None));
    assert_eq!(sent(&field(20, "a", Kind::Address), json!({ "city": " " })), Ok(None));
    assert_eq!(typed(&field(20, "a", Kind::Tags), " ; , "), Ok(None));
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    let plain = |kind| field(20, "a_field", kind);
    let limited = |kind| Field { min: "300".into(), max: "900".into(), ..plain(kind) };
    let contacts = to(Kind::Relation, Target::Object(standard::CONTACTS));
    let long = "x".repeat(60_001);
    let many: Vec<String> = (0..101).map(|i| format!("a{i}@b.ca")).collect();
    let table: Vec<(Field, Json, &str)> = vec![
        (plain(Kind::Text), json!(12), "type"),
        (plain(Kind::Text), json!("x".repeat(1_001)), "too_long"),
        (plain(Kind::Text), json!("a\u{0}b"), "control_character"),
        (plain(Kind::LongText), json!(long), "too_long"),
        (plain(Kind::LongText), json!(["a"]), "type"),
        (plain(Kind::Number), json!("twelve"), "syntax"),
        (plain(Kind::Number), json!(true), "type"),
        (plain(Kind::Number), json!(0.00001), "too_precise"),
        (plain(Kind::Number), json!(1e300), "too_large"),
        (limited(Kind::Number), json!(299), "too_small"),
        (limited(Kind::Number), json!(900.5), "too_large"),
        (limited(Kind::Currency), json!("901"), "too_large"),
        (plain(Kind::Currency), json!({ "amount": "1", "currency": "ZZZ" }), "unknown"),
        (plain(Kind::Currency), json!({ "value": "1" }), "unknown"),
        (plain(Kind::Currency), json!([1]), "type"),
        (plain(Kind::CurrencyCode), json!("dollars"), "unknown"),
        (plain(Kind::Date), json!("26.11.2026"), "syntax"),
        (plain(Kind::Date), json!("2026-02-30"), "no_such_day"),
        (plain(Kind::Date), json!("20260-01-01"), "out_of_range"),
        (plain(Kind::Date), json!(20261126), "type"),
        (plain(Kind::DateTime), json!("2026-11-26T14:30"), "syntax"),
        (plain(Kind::DateTime), json!({ "at": "now" }), "type"),
        (plain(Kind::YesNo), json!("yes"), "type"),
        (options(Kind::Select), json!("chimney"), "unknown"),
        (options(Kind::Select), json!(1), "type"),
        (options(Kind::MultiSelect), json!(["smoker", "chimney"]), "unknown"),
        (options(Kind::MultiSelect), json!([1]), "type"),
        (plain(Kind::Rating), json!(6), "out_of_range"),
        (plain(Kind::Rating), json!(2.5), "out_of_range"),
        (plain(Kind::Rating), json!(-1), "out_of_range"),
        (plain(Kind::Rating), json!("5"), "type"),
        (plain(Kind::Link), json!("javascript:alert(1)"), "scheme"),
        (plain(Kind::Link), json!("ftp://example.com"), "scheme"),
        (plain(Kind::Link), json!("//example.com"), "scheme"),
        (plain(Kind::Link), json!("localhost"), "syntax"),
        (plain(Kind::Link), json!("https://exa mple.com"), "syntax"),
        (plain(Kind::Link), json!("https://user@example.com"), "syntax"),
        (plain(Kind::Link), json!("https://example.com:99999"), "syntax"),
        (plain(Kind::Link), json!("https://example..com"), "syntax"),
        (plain(Kind::Emails), json!(["jane"]), "email"),
        (plain(Kind::Emails), json!(["jane@example"]), "email"),
        (plain(Kind::Emails), json!(["a@b@c.ca"]), "email"),
        (plain(Kind::Emails), json!(["@c.ca"]), "email"),
        (plain(Kind::Emails), json!(["a..b@c.ca"]), "email"),
        (plain(Kind::Emails), json!(["a b@c.ca"]), "email"),
        (plain(Kind::Emails), json!(["a@-c.ca"]), "email"),
        (plain(Kind::Emails), json!(["a@1.2.3.4"]), "email"),
        (plain(Kind::Emails), json!([format!("{}@c.ca", "a".repeat(65))]), "email"),
        (plain(Kind::Emails), json!(many), "too_many"),
        (plain(Kind::Emails), json!([["a@b.ca"]]), "type"),
        (plain(Kind::Phones), json!(["call me"]), "phone"),
        (plain(Kind::Phones), json!(["5".repeat(101)]), "too_long"),
        (plain(Kind::Phones), json!([8_435_550_142_i64]), "type"),
        (plain(Kind::Address), json!({ "planet": "Mars" }), "unknown"),
        (plain(Kind::Address), json!({ "city": 5 }), "type"),
        (plain(Kind::FullName), json!(5), "type"),
        (plain(Kind::Person), json!("nobody@example.com"), "not_found"),
        (plain(Kind::Person), json!(true), "type"),
        (plain(Kind::Stage), json!("nowhere"), "unknown"),
        (plain(Kind::Stage), json!("buyer/sold"), "unknown"),
        (plain(Kind::Pipeline), json!("oil"), "unknown"),
        (contacts.clone(), json!("twelve"), "not_found"),
        (contacts.clone(), json!(0), "not_found"),
        (contacts.clone(), json!(1.5), "not_found"),
        (contacts.clone(), json!("99999999999999999999999"), "not_found"),
        (contacts.clone(), json!([1, 2]), "too_many"),
        (contacts.clone(), json!({ "object": "deals", "id": 1 }), "type"),
        (contacts.clone(), json!({ "object": "planets", "id": 1 }), "unknown"),
        (contacts, json!({ "object": "contacts" }), "type"),
        (to(Kind::Relations, Target::Any), json!([12]), "type"),
        (plain(Kind::Tags), json!(["x".repeat(101)]), "too_long"),
        (plain(Kind::Tags), json!([1]), "type"),
        (plain(Kind::File), json!("a.pdf"), "type"),
    ];
    for (field, input, code) in table {
        let shown: String = input.to_string().chars().take(60).collect();
        let problem = sent(&field, input).expect_err(&shown);
        assert_eq!(
            (problem.code, problem.field.as_str()),
            (code, field.name.as_str()),
            "{:?} {shown}: {}",
            field.kind,
            problem.message
        );
        assert!(problem.message.ends_with('.') && problem.message.len() < 400, "{}", problem.message);
    }
}

#[test]
fn what_is_typed_wrong_says_how_to_write_it() {
    let message = |kind, text| typed(&field(20, "a_field", kind), text).expect_err(text).message;
    assert_eq!(message(Kind::Emails, "jane@example"), "jane@example: Add the part after the dot, for example .com.");
    assert_eq!(
        message(Kind::Date, "05/06/2026"),
        "This could be May 6, 2026 or Jun 5, 2026. Write it as 2026-05-06 or 2026-06-05."
    );
    assert_eq!(message(Kind::Date, "31/13/2026"), "There is no such day in the calendar.");
    for text in ["next week", "11/26/26", "Nov 26", "26 Nov 26", "1/2", "Foo 26 2026"] {
        assert_eq!(message(Kind::Date, text), "Write a date as year-month-day, for example 2026-11-26.", "{text}");
    }
    assert_eq!(message(Kind::DateTime, "2026-11-26 25:00"), "Write a date and time, for example 2026-11-26T14:30:00Z.");
    assert_eq!(message(Kind::Number, "1,23,4"), "Write a number with digits and a point, for example 1234.50.");
    assert_eq!(message(Kind::YesNo, "perhaps"), "Write yes or no.");
    let smoker = typed(&options(Kind::Select), "chimney").expect_err("unknown").message;
    assert_eq!(smoker, "There is no such option. Choose smoker, non_smoker or a_b.");
}

#[test]
fn a_value_of_another_kind_never_passes() {
    let values = [
        text("x"),
        number("1"),
        Value::Bool(true),
        list(&["x"]),
        Value::Member(Row(0)),
        records(&[]),
        Value::Rating(9),
    ];
    for kind in [
        Kind::Currency,
        Kind::CurrencyCode,
        Kind::Date,
        Kind::DateTime,
        Kind::Select,
        Kind::MultiSelect,
        Kind::Rating,
        Kind::Phones,
        Kind::Address,
        Kind::Person,
        Kind::Stage,
        Kind::Pipeline,
        Kind::Relation,
        Kind::File,
    ] {
        for value in &values {
            assert!(check(&field(20, "a", kind), value).is_err(), "{kind:?} {value:?}");
        }
    }
    assert!(check(&field(20, "a", Kind::Date), &Value::Date(i32::MAX)).is_err());
    assert!(check(&field(20, "a", Kind::DateTime), &Value::Time(i64::MIN)).is_err());
}

#[test]
fn people_read_values_in_their_own_form() {
    let plain = |kind| field(20, "a", kind);
    let files = Value::Files(vec![FileRef {
        sha256: [0xab; 32],
        name: "a.pdf".into(),
        size: 3,
        media_type: "application/pdf".into(),
    }]);
    let table: Vec<(Field, Value, &str)> = vec![
        (plain(Kind::Number), number("1998"), "1998"),
        (plain(Kind::Number), number("-12500.5"), "-12,500.5"),
        (plain(Kind::Currency), money("1234.5", b"CAD"), "$1,234.50"),
        (plain(Kind::Currency), money("1234.5", b"USD"), "US$1,234.50"),
        (plain(Kind::Date), date("2026-11-26"), "Nov 26, 2026"),
        (plain(Kind::DateTime), moment("2026-11-26T19:30:00Z"), "Nov 26, 2026, 2:30 PM"),
        (plain(Kind::YesNo), Value::Bool(true), "Yes"),
        (options(Kind::Select), Value::Choice(OptionId(2)), "Non-Smoker"),
        (options(Kind::MultiSelect), Value::Choices(vec![OptionId(1), OptionId(2)]), "Smoker, Non-Smoker"),
        (plain(Kind::Rating), Value::Rating(3), "★★★☆☆"),
        (plain(Kind::Link), text("https://www.example.com/"), "example.com"),
        (plain(Kind::Emails), list(&["a@b.ca", "c@d.ca"]), "a@b.ca, c@d.ca"),
        (
            plain(Kind::Phones),
            phones(&[
                (Some("+18435550142"), "843 555 0142"),
                (Some("+442079460018"), "x"),
                (Some("+14165550100"), "416-555-0100 x12"),
                (None, "555-0199"),
            ]),
            "(843) 555-0142, +44 20 7946 0018, 416-555-0100 x12, 555-0199",
        ),
        (
            plain(Kind::Address),
            address(["12 Main St\nUnit 4", "Toronto", "ON", "M5V 1A1", "Canada"]),
            "12 Main St, Unit 4, Toronto, ON M5V 1A1, Canada",
        ),
        (plain(Kind::Person), Value::Member(Row(5)), "Record 5"),
        (plain(Kind::Stage), Value::Choice(OptionId(12)), "Offer Made"),
        (plain(Kind::Pipeline), Value::Choice(OptionId(2)), "Seller Pipeline"),
        (
            to(Kind::Relations, Target::Any),
            records(&[(standard::DEALS, 1), (standard::DEALS, 100), (standard::DEALS, 2)]),
            "Record 1, Record 2",
        ),
        (plain(Kind::File), files, "a.pdf"),
    ];
    for (field, value, expected) in table {
        assert_eq!(shown(&field, &value), expected, "{:?}", field.kind);
    }
}

#[test]
fn a_full_name_is_kept_in_two_fields() {
    for (name, first, last) in [
        ("Ana de la Cruz", "Ana", "de la Cruz"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Mary Ann Lee", "Mary Ann", "Lee"),
        ("O'Brien, Sean Patrick", "Sean Patrick", "O'Brien"),
        ("Madonna", "Madonna", ""),
        ("de Vries", "de", "Vries"),
    ] {
        assert_eq!(name::split(name), (first.to_owned(), last.to_owned()), "{name}");
    }
    let schema = schema();
    let object = schema.object("contacts").expect("contacts");
    let field = object.field("name").expect("name");
    let current: Values = [(FieldId(11), text("Mary")), (FieldId(12), text("Ann Lee"))].into_iter().collect();
    assert_eq!(virtual_value(object, field, &current), Some(text("Mary Ann Lee")));
    assert_eq!(expand(object, field, Some(text("Mary Ann Lee")), &current), [], "the same name keeps its parts");
    assert_eq!(
        expand(object, field, Some(text("Ana Cruz")), &current),
        [(FieldId(11), Some(text("Ana"))), (FieldId(12), Some(text("Cruz")))]
    );
    assert_eq!(expand(object, field, None, &current), [(FieldId(11), None), (FieldId(12), None)]);
    assert_eq!(virtual_value(object, field, &Values::default()), None);
}

#[test]
fn a_currency_code_is_that_of_its_amount() {
    let schema = schema();
    let object = schema.object("deals").expect("deals");
    let field = object.field("currency").expect("currency");
    let current: Values = [(FieldId(11), money("5", b"CAD"))].into_iter().collect();
    assert_eq!(virtual_value(object, field, &current), Some(text("CAD")));
    assert_eq!(expand(object, field, Some(text("USD")), &current), [(FieldId(11), Some(money("5", b"USD")))]);
    assert_eq!(expand(object, field, Some(text("USD")), &Values::default()), [], "no amount, nothing to change");
    assert_eq!(expand(object, field, None, &current), [], "an amount always has a currency");
}

#[test]
fn a_stage_follows_its_pipeline() {
    let schema = schema();
    assert_eq!(same_stage_in(&schema, OptionId(2), OptionId(11)), Some(OptionId(21)));
    assert_eq!(same_stage_in(&schema, OptionId(1), OptionId(11)), Some(OptionId(11)));
    assert_eq!(same_stage_in(&schema, OptionId(2), OptionId(12)), None);
    assert_eq!(same_stage_in(&schema, OptionId(9), OptionId(12)), None);
}

const TYPED_KINDS: [Kind; 20] = [
    Kind::Text,
    Kind::LongText,
    Kind::Number,
    Kind::Currency,
    Kind::CurrencyCode,
    Kind::Date,
    Kind::DateTime,
    Kind::YesNo,
    Kind::Select,
    Kind::MultiSelect,
    Kind::Rating,
    Kind::Link,
    Kind::Emails,
    Kind::Phones,
    Kind::Address,
    Kind::FullName,
    Kind::Person,
    Kind::Stage,
    Kind::Relations,
    Kind::Tags,
];

proptest! {
    #[test]
    fn what_was_read_is_read_again_from_its_text(kind in prop::sample::select(&TYPED_KINDS), input in "(\\PC{0,30}|[0-9a-z@.:/;, \n+-]{0,30})") {
        let field = Field { target: Some(Target::Object(standard::CONTACTS)), ..options(kind) };
        if let Ok(Some(value)) = typed(&field, &input) {
            let again = to_text(&field, &value, &schema(), &label);
            prop_assert_eq!(typed(&field, &again), Ok(Some(value)), "{:?}", again);
        }
    }

    #[test]
    fn numbers_and_moments_are_read_again_from_their_text(n in any::<i64>(), moment in time::MOMENT_MIN..=time::MOMENT_MAX, usd in any::<bool>()) {
        let code = if usd { *b"USD" } else { *b"CAD" };
        let values = [
            (Kind::Number, Value::Number(Decimal(n))),
            (Kind::Currency, Value::Money(Money { amount: Decimal(n.max(-i64::MAX)), currency: Currency(code) })),
            (Kind::DateTime, Value::Time(moment)),
            (Kind::Date, Value::Date((moment / time::DAY_MILLIS) as i32)),
        ];
        for (kind, value) in values {
            let field = field(20, "a", kind);
            let text = to_text(&field, &value, &schema(), &label);
            prop_assert_eq!(typed(&field, &text), Ok(Some(value.clone())), "{}", text);
            prop_assert_eq!(sent(&field, json_of(&field, &value)), Ok(Some(value)));
        }
    }
}
