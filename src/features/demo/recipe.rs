//! How the fields of presets are filled: a table by field name, then what follows from other fields. No preset is named
//! here; a field that no line knows stays empty, a select field gets any of its options.

use super::sheet::Sheet;
use super::words::{Words, weighted};
use crate::base::money::{Currency, Decimal};
use crate::base::rng::SeededRng;
use crate::model::{Kind, Value};

/// What a field gets.
enum Recipe {
    /// Money from, to, in steps of; small amounts are more common than large ones.
    Amount(i64, i64, i64),
    /// A whole number from, to.
    Whole(i64, i64),
    /// Hundredths from, to.
    Hundredths(i64, i64),
    /// A day, so many days from today at the least and at the most.
    Days(i64, i64),
    /// Yes, so many times in a hundred.
    Yes(u64),
    /// Options with weights.
    Options(&'static [(&'static str, u64)]),
    /// A line of a section of the words.
    Words(&'static str),
    /// Stars from, to.
    Stars(u64, u64),
}
use Recipe::{Amount, Days, Hundredths, Options, Stars, Whole, Words as FromWords, Yes};

/// Field, how many of a hundred records have it, and what they get.
const CONTACT: &[(&str, u64, Recipe)] = &[
    ("date_of_birth", 85, Days(-78 * 365, -21 * 365)),
    ("occupation", 80, FromWords("occupation")),
    ("marital_status", 75, Options(&[("single", 30), ("married", 50), ("divorced", 14), ("widowed", 6)])),
    ("dependents", 70, Whole(0, 4)),
    ("smoking_status", 65, Options(&[("non_smoker", 86), ("smoker", 14)])),
    ("risk_class", 60, Options(&[("preferred", 32), ("standard", 56), ("substandard", 12)])),
    ("policy_renewal_date", 78, Days(-20, 345)),
    ("policy_type", 88, Options(&[("life", 24), ("health", 14), ("property", 24), ("auto", 28), ("commercial", 10)])),
    ("annual_premium", 80, Amount(480, 9_800, 12)),
    ("carrier", 80, FromWords("carrier")),
    ("coverage_amount", 78, Amount(40_000, 1_500_000, 10_000)),
    ("claim_status", 9, Options(&[("filed", 3), ("in_review", 3), ("settled", 5), ("denied", 1)])),
    ("policy_lapsed", 100, Yes(4)),
    ("lapse_warning", 100, Yes(3)),
    ("payment_overdue", 100, Yes(5)),
    ("cross_sell", 100, Yes(12)),
    ("last_review_date", 60, Days(-600, -10)),
    ("employment_status", 90, Options(&[("employed", 68), ("self_employed", 20), ("unemployed", 3), ("retired", 9)])),
    ("annual_income", 85, Amount(42_000, 310_000, 500)),
    ("credit_score", 82, Whole(560, 845)),
    ("purchase_price", 84, Amount(320_000, 1_900_000, 5_000)),
    ("mortgage_type", 88, Options(&[("fixed", 58), ("variable", 30), ("heloc", 12)])),
    ("closing_date", 60, Days(-25, 120)),
    ("property_address", 62, FromWords("street")),
    ("renewal_date", 45, Days(-15, 900)),
    ("interest_rate", 55, Hundredths(289, 679)),
    ("past_client", 100, Yes(34)),
    ("net_worth", 88, Amount(180_000, 6_500_000, 5_000)),
    ("risk_tolerance", 86, Options(&[("conservative", 28), ("moderate", 52), ("aggressive", 20)])),
    ("investment_experience", 80, Options(&[("beginner", 34), ("intermediate", 46), ("advanced", 20)])),
    ("investment_objective", 80, FromWords("objective")),
    ("retirement_goal", 70, Amount(600_000, 4_000_000, 50_000)),
    ("target_retirement_date", 72, Days(200, 9_000)),
    ("next_review_date", 82, Days(-18, 320)),
    ("vip", 100, Yes(7)),
    ("referral_asked_on", 22, Days(-400, -20)),
    ("satisfaction", 62, Stars(2, 5)),
    ("investment_opportunity", 100, Yes(14)),
    (
        "contact_type",
        97,
        Options(&[
            ("buyer", 38),
            ("seller", 22),
            ("buyer_and_seller", 9),
            ("investor", 8),
            ("tenant", 6),
            ("landlord", 4),
            ("referral_partner", 5),
            ("past_client", 8),
        ]),
    ),
    ("referral_source", 100, Yes(6)),
];

/// Fields of those who look for a property.
const BUYER: &[(&str, u64, Recipe)] = &[
    ("budget_maximum", 90, Amount(380_000, 2_400_000, 10_000)),
    (
        "buyer_property_type",
        88,
        Options(&[
            ("detached", 34),
            ("semi_detached", 14),
            ("townhouse", 16),
            ("condo", 28),
            ("multi_family", 4),
            ("land", 2),
            ("commercial", 2),
        ]),
    ),
    ("bedrooms", 82, Whole(1, 5)),
    ("bathrooms", 78, Whole(1, 4)),
    ("preferred_neighbourhoods", 66, FromWords("neighbourhood")),
    ("mortgage_pre_approved", 90, Yes(46)),
    ("first_time_buyer", 90, Yes(38)),
    ("target_purchase_date", 64, Days(10, 300)),
    ("currently_working_with_a_realtor", 70, Yes(12)),
    ("showing_count", 74, Whole(0, 14)),
];

/// Fields of those who have one to sell or let.
const SELLER: &[(&str, u64, Recipe)] = &[
    ("property_address", 95, FromWords("street")),
    (
        "seller_property_type",
        92,
        Options(&[("detached", 40), ("semi_detached", 14), ("townhouse", 14), ("condo", 26), ("multi_family", 6)]),
    ),
    ("current_mortgage", 66, Amount(60_000, 820_000, 5_000)),
    ("estimated_value", 88, Amount(420_000, 2_600_000, 10_000)),
    ("listing_date", 60, Days(-90, 60)),
    ("occupancy_status", 80, Options(&[("owner_occupied", 70), ("tenant_occupied", 18), ("vacant", 12)])),
];

/// What filling needs beside the record.
pub struct Kitchen<'a> {
    /// The words of the industry.
    pub words: &'a Words,
    /// Today.
    pub today: i32,
    /// The workspace's currency.
    pub currency: Currency,
}

impl Kitchen<'_> {
    /// Fills what a contact has beside name and addresses.
    pub fn contact(&self, sheet: &mut Sheet<'_>, rng: &mut SeededRng) {
        self.fill(CONTACT, sheet, rng);
        let looks = ["buyer", "buyer_and_seller", "investor", "tenant"];
        let sells = ["seller", "buyer_and_seller", "landlord"];
        if let Some(kind) = sheet.chosen("contact_type") {
            if looks.contains(&kind) {
                self.fill(BUYER, sheet, rng);
            }
            if sells.contains(&kind) {
                self.fill(SELLER, sheet, rng);
            }
        }
        self.follow_money(sheet, rng);
        self.follow_dates(sheet, rng);
    }

    /// Fills by a table.
    fn fill(&self, table: &[(&str, u64, Recipe)], sheet: &mut Sheet<'_>, rng: &mut SeededRng) {
        for (name, percent, recipe) in table {
            let Some(field) = sheet.field(name) else { continue };
            if !rng.chance(*percent) {
                continue;
            }
            match recipe {
                Amount(from, to, step) => sheet.money(name, skewed(rng, *from, *to, *step), self.currency),
                Whole(from, to) => sheet.number(name, between(rng, *from, *to)),
                Hundredths(from, to) => sheet.set(name, Value::Number(Decimal(between(rng, *from, *to) * 100))),
                Days(from, to) => sheet.set(name, Value::Date(self.today + between(rng, *from, *to) as i32)),
                // A no that nobody said stays empty.
                Yes(percent) => {
                    if rng.chance(*percent) {
                        sheet.set(name, Value::Bool(true));
                    } else if rng.chance(30) {
                        sheet.set(name, Value::Bool(false));
                    }
                }
                Options(options) => {
                    let at = weighted(rng, options.iter().map(|(_, weight)| *weight));
                    sheet.choose(name, options[at].0);
                }
                FromWords(section) if field.kind == Kind::Text => {
                    let line = self.words.pick(section, rng);
                    let text =
                        if *section == "street" { format!("{} {line}", between(rng, 3, 980)) } else { line.into() };
                    if !line.is_empty() {
                        sheet.text(name, text);
                    }
                }
                FromWords(_) => {}
                Stars(from, to) => sheet.set(name, Value::Rating((from + rng.below(to - from + 1)) as u8)),
            }
        }
    }

    /// Amounts that follow from other amounts.
    fn follow_money(&self, sheet: &mut Sheet<'_>, rng: &mut SeededRng) {
        let part = |rng: &mut SeededRng, of: i64, from: i64, to: i64| of * between(rng, from, to) / 100 / 500 * 500;
        if let Some(price) = sheet.units("purchase_price") {
            let down = part(rng, price, 5, 38);
            sheet.money("down_payment", down, self.currency);
            sheet.money("mortgage_amount", price - down, self.currency);
            let value = part(rng, price, 97, 106);
            sheet.money("property_value", value, self.currency);
        }
        if let Some(most) = sheet.units("budget_maximum") {
            let least = part(rng, most, 65, 92);
            sheet.money("budget_minimum", least, self.currency);
            if sheet.yes("mortgage_pre_approved") {
                let approved = part(rng, most, 68, 84);
                sheet.money("mortgage_amount", approved, self.currency);
            }
        }
        if let Some(value) = sheet.units("estimated_value") {
            let wish = part(rng, value, 99, 109);
            sheet.money("desired_sale_price", wish, self.currency);
        }
        if let Some(worth) = sheet.units("net_worth") {
            let managed = part(rng, worth, 18, 82);
            sheet.money("managed_assets", managed, self.currency);
            if worth > 3_000_000 && rng.chance(40) {
                sheet.set("vip", Value::Bool(true));
            }
        }
        if sheet.chosen("policy_type") == Some("commercial")
            && let Some(premium) = sheet.units("annual_premium")
        {
            sheet.money("annual_premium", premium * 3, self.currency);
        }
    }

    /// Days and texts that follow from other fields.
    fn follow_dates(&self, sheet: &mut Sheet<'_>, rng: &mut SeededRng) {
        let mut day = |from: i64, to: i64| Value::Date(self.today + between(rng, from, to) as i32);
        if sheet.chosen("claim_status").is_some() {
            let recent = day(-140, -2);
            sheet.set("last_claim_date", recent);
        }
        if sheet.yes("policy_lapsed") {
            sheet.set("lapse_date", day(-320, -8));
            sheet.set("policy_renewal_date", day(-340, -10));
        }
        if sheet.yes("past_client") {
            sheet.set("funded_date", day(-1_500, -200));
        }
        if sheet.field("next_review_date").is_some() {
            sheet.set("last_review_date", day(-360, -15));
        }
        if sheet.field("showing_count").is_some() && sheet.field("last_showing_date").is_some() {
            sheet.set("last_showing_date", day(-60, -1));
        }
        if sheet.chosen("occupancy_status").is_some() {
            sheet.text(
                "mls_number",
                format!("{}{}", rng.pick(&["X", "C", "W", "E", "N"]), between(rng, 7_000_000, 9_999_999)),
            );
        }
        if sheet.chosen("buyer_property_type").is_some() {
            let (one, other) = (self.words.place(rng).city, self.words.place(rng).city);
            sheet.text("preferred_cities", if one == other { one.into() } else { format!("{one}, {other}") });
        }
    }
}

/// A number from `from` to `to`, both included.
pub fn between(rng: &mut SeededRng, from: i64, to: i64) -> i64 {
    from + rng.below((to - from + 1).max(1) as u64) as i64
}

/// A number from `from` to `to` in steps, small ones more often.
pub fn skewed(rng: &mut SeededRng, from: i64, to: i64, step: i64) -> i64 {
    let first = between(rng, 0, 1_000);
    let second = between(rng, 0, 1_000);
    (from + (to - from) * first * second / 1_000_000) / step * step
}
