//! Money, and the currency code of a money field as a field of its own.

use super::{FieldKind, Labels, Locale, Read, Reading, number, problem, text_or_number, wrong_type};
use crate::base::error::Problem;
use crate::base::id::FieldId;
use crate::base::money::{Currency as Iso, Decimal, Money};
use crate::model::kinds::text::text;
use crate::model::value::Values;
use crate::model::{Field, Object, Schema, Value};
use serde_json::{Value as Json, json};

/// An amount and a currency.
pub struct Currency;
/// The currency code of the money field named by [`Field::of`].
pub struct Code;

/// Signs people write before or after an amount; the dollar is the workspace's own where that has one.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("$", "USD"),
];
/// Currencies called dollar (or peso) and written `$` at home.
const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"];

fn home(schema: &Schema) -> Iso {
    schema.currency.parse().unwrap_or(Iso(*b"USD"))
}

fn currency(field: &Field, text: &str) -> Result<Iso, Problem> {
    text.trim().parse::<Iso>().map_err(|error| problem(field, "unknown", error.to_string()))
}

/// The currency a text names before or after its amount, and the rest.
fn split<'a>(text: &'a str, schema: &Schema) -> (Option<Iso>, &'a str) {
    let before = text.split_at_checked(3);
    let after = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)).map(|(rest, code)| (code, rest));
    for (code, rest) in before.into_iter().chain(after) {
        if let Ok(code) = code.parse() {
            return (Some(code), rest.trim());
        }
    }
    for (sign, code) in SIGNS {
        let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) else { continue };
        let own = *sign == "$" && DOLLARS.contains(&schema.currency.as_str());
        return (if own { None } else { code.parse().ok() }, rest.trim());
    }
    (None, text)
}

fn money(value: &Value) -> Money {
    if let Value::Money(money) = value { *money } else { Money { amount: Decimal::ZERO, currency: Iso(*b"XXX") } }
}

/// The amount with all decimals of the currency's smallest coin: `1234.50`.
fn amount(money: Money) -> String {
    money.amount.grouped(money.currency.minor_units()).replace(',', "")
}

impl FieldKind for Currency {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        const WANTED: &str = r#"money such as {"amount": "1234.50", "currency": "CAD"}"#;
        let (amount, code) = match json {
            Json::Object(parts) => {
                if let Some(odd) = parts.keys().find(|key| !matches!(key.as_str(), "amount" | "currency")) {
                    return Err(problem(
                        field,
                        "unknown",
                        format!("Money has an amount and a currency, but no {odd:?}."),
                    ));
                }
                (parts.get("amount").unwrap_or(&Json::Null), parts.get("currency").unwrap_or(&Json::Null))
            }
            plain => (plain, &Json::Null),
        };
        let code = match code {
            Json::Null => home(reading.schema),
            Json::String(code) => currency(field, code)?,
            _ => return Err(wrong_type(field, WANTED)),
        };
        let amount = match amount {
            Json::Null if json.is_object() => return Ok(None),
            amount => text_or_number(field, amount, WANTED)?,
        };
        let amount = amount.parse::<Decimal>().map_err(|error| problem(field, error.code(), error.to_string()))?;
        Ok(Some(Value::Money(Money { amount, currency: code })))
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        let (currency, rest) = split(text, reading.schema);
        let amount = number::typed(field, rest)?;
        let amount = if negative { Decimal::ZERO.checked_sub(amount) } else { Some(amount) };
        let amount = amount.ok_or_else(|| problem(field, "too_large", "The number is too large."))?;
        Ok(Some(Value::Money(Money { amount, currency: currency.unwrap_or_else(|| home(reading.schema)) })))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Money(money) = value else { return Err(wrong_type(field, "an amount of money")) };
        currency(field, &money.currency.to_string())?;
        number::check_limits(field, money.amount)
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        let money = money(value);
        json!({ "amount": amount(money), "currency": money.currency.to_string() })
    }

    fn to_text(&self, _field: &Field, value: &Value, schema: &Schema) -> String {
        let money = money(value);
        if money.currency == home(schema) { amount(money) } else { format!("{} {}", amount(money), money.currency) }
    }

    fn show(&self, _field: &Field, value: &Value, schema: &Schema, _locale: &Locale<'_>, _label: Labels<'_>) -> String {
        money(value).show(home(schema))
    }
}

impl FieldKind for Code {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "a currency code"))?, reading)
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        currency(field, text).map(|code| Some(Value::Text(code.to_string())))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Text(code) = value else { return Err(wrong_type(field, "a currency code")) };
        currency(field, code).map(|_| ())
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        text(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        text(value).into()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        text(value).into()
    }
}

/// The money field a currency code belongs to, and its value.
fn money_of<'a>(object: &Object, field: &Field, values: &'a Values) -> Option<(FieldId, Option<&'a Value>)> {
    let id = object.field(&field.of)?.id;
    Some((id, values.get(id)))
}

/// The code of the money field; `None` where that is empty.
pub fn code_of(object: &Object, field: &Field, values: &Values) -> Option<Iso> {
    match money_of(object, field, values)? {
        (_, Some(Value::Money(money))) => Some(money.currency),
        _ => None,
    }
}

/// The change of the money field that a new code makes; none where there is no amount, or the code is to be cleared.
pub fn with_code(
    object: &Object,
    field: &Field,
    code: Option<Value>,
    current: &Values,
) -> Option<(FieldId, Option<Value>)> {
    let (id, Some(Value::Money(money))) = money_of(object, field, current)? else { return None };
    let Some(Value::Text(code)) = code else { return None };
    let currency = code.parse().ok()?;
    Some((id, Some(Value::Money(Money { currency, ..*money }))))
}
