//! A record in the making: values by API name. A name the object has no field for is left out, so that one recipe serves
//! every preset.

use crate::base::clock::Millis;
use crate::base::id::{FieldId, RecordRef, Row};
use crate::base::money::{Currency, Decimal, Money};
use crate::base::phone;
use crate::model::{Address, Field, Object, Phone, Value};

/// The values of one record.
pub struct Sheet<'a> {
    /// Whose fields.
    pub object: &'a Object,
    values: Vec<(FieldId, Value)>,
}

impl<'a> Sheet<'a> {
    /// A record without values.
    pub fn new(object: &'a Object) -> Self {
        Self { object, values: Vec::with_capacity(32) }
    }

    /// The values, for a command.
    pub fn into_values(self) -> Vec<(FieldId, Value)> {
        self.values
    }

    /// The field, where the object has it.
    pub fn field(&self, name: &str) -> Option<&'a Field> {
        self.object.field(name)
    }

    /// Sets a field, in place of what was there.
    pub fn set(&mut self, name: &str, value: Value) {
        let Some(field) = self.field(name) else { return };
        match self.values.iter_mut().find(|(id, _)| *id == field.id) {
            Some((_, old)) => *old = value,
            None => self.values.push((field.id, value)),
        }
    }

    /// Clears a field.
    pub fn clear(&mut self, name: &str) {
        if let Some(field) = self.field(name) {
            self.values.retain(|(id, _)| *id != field.id);
        }
    }

    /// Sets a text.
    pub fn text(&mut self, name: &str, text: impl Into<String>) {
        self.set(name, Value::Text(text.into()));
    }

    /// Sets a select field to the option of this name, where it has one.
    pub fn choose(&mut self, name: &str, option: &str) {
        let option = self.field(name).and_then(|field| field.options.iter().find(|choice| choice.name == option));
        if let Some(option) = option {
            self.set(name, Value::Choice(option.id));
        }
    }

    /// Sets a moment.
    pub fn at(&mut self, name: &str, at: Millis) {
        self.set(name, Value::Time(at));
    }

    /// Sets when and by whom the record was made, and who looks after it.
    pub fn made(&mut self, at: Millis, by: Row, owner: Row) {
        self.at("created_at", at);
        self.at("updated_at", at);
        self.set("created_by", Value::Member(by));
        for name in ["owner", "account_owner", "assignee"] {
            self.set(name, Value::Member(owner));
        }
    }

    /// Sets a whole number.
    pub fn number(&mut self, name: &str, n: i64) {
        self.set(name, Value::Number(Decimal::whole(n).unwrap_or_default()));
    }

    /// Sets whole units of money.
    pub fn money(&mut self, name: &str, units: i64, currency: Currency) {
        self.set(name, Value::Money(Money { amount: Decimal::whole(units).unwrap_or_default(), currency }));
    }

    /// Sets a link to one record.
    pub fn link(&mut self, name: &str, record: RecordRef) {
        self.set(name, Value::Records(vec![record]));
    }

    /// Sets phone numbers as typed.
    pub fn phones(&mut self, name: &str, typed: &[String], region: &str) {
        let number = |typed: &String| Phone { e164: phone::e164(typed, region), typed: typed.clone() };
        self.set(name, Value::Phones(typed.iter().map(number).collect()));
    }

    /// Sets an address.
    pub fn address(&mut self, name: &str, address: Address) {
        self.set(name, Value::Address(address));
    }

    /// Whole units of a money field.
    pub fn units(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Money(money) => Some(money.amount.0 / crate::base::money::UNITS),
            _ => None,
        }
    }

    /// API name of the option a select field has.
    pub fn chosen(&self, name: &str) -> Option<&'a str> {
        let Value::Choice(id) = self.get(name)? else { return None };
        Some(self.field(name)?.choice_by_id(*id)?.name.as_str())
    }

    /// A text field's text.
    pub fn said(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A yes or no field's yes.
    pub fn yes(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let id = self.field(name)?.id;
        self.values.iter().find(|(field, _)| *field == id).map(|(_, value)| value)
    }
}
