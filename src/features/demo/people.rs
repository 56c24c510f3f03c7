//! The contacts and companies of the sample data: who they are, where they live, when they came and how far they got.

use super::recipe::{Kitchen, between, skewed};
use super::sheet::Sheet;
use super::words::{Place, form};
use super::{Made, Maker};
use crate::base::clock::Millis;
use crate::base::id::{RecordRef, Row};
use crate::base::text::fold;
use crate::model::object::standard;
use crate::model::{Address, Value};

/// A contact, as far as later records need it.
pub struct Person {
    /// Its row.
    pub row: Row,
    /// When it was added.
    pub created: Millis,
    /// Who looks after it.
    pub owner: Row,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// City.
    pub city: &'static str,
    /// Its company, by row, and its name.
    pub company: Option<(Row, String)>,
    /// `lead`, `prospect`, `customer`, …
    pub stage: &'static str,
    /// What a deal with this person is worth, in whole units, where its fields tell.
    pub worth: Option<i64>,
    /// `buyer`, `seller`, … where the preset has contact types.
    pub contact_type: Option<String>,
    /// Line of insurance or the like: what products it may buy.
    pub line: Option<String>,
    /// The carrier it is insured with, where the preset has that.
    pub carrier: String,
}

/// A company before its people are known.
pub struct Firm {
    name: String,
    slug: String,
    origin: usize,
    last: &'static str,
    place: usize,
    created: Option<Millis>,
    owner: Row,
    primary: Option<Row>,
}

/// Days of the past that the sample data covers.
const PAST_DAYS: i64 = 730;
/// Fields that tell what a deal with a contact is worth.
const WORTH: [&str; 5] =
    ["annual_premium", "desired_sale_price", "budget_maximum", "mortgage_amount", "managed_assets"];

/// Fields that only somebody who has bought has.
const CUSTOMERS_ONLY: [&str; 17] = [
    "past_client",
    "funded_date",
    "renewal_date",
    "interest_rate",
    "managed_assets",
    "satisfaction",
    "vip",
    "next_review_date",
    "last_review_date",
    "policy_lapsed",
    "lapse_date",
    "lapse_warning",
    "payment_overdue",
    "claim_status",
    "last_claim_date",
    "cross_sell",
    "referral_asked_on",
];

/// Letters and digits of a name for addresses: `Żaneta Łukasik` is `zaneta.lukasik`.
fn slug(text: &str, between: &str) -> String {
    let folded = fold(text).replace(['\'', '’'], "");
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(between)
}

impl Maker<'_> {
    /// Makes contacts and companies.
    pub fn people(&mut self) -> Vec<Person> {
        let mut firms = self.firms();
        let mut times: Vec<Millis> = (0..self.plan.contacts).map(|i| self.arrival(i)).collect();
        times.sort_unstable();
        let mut people = Vec::with_capacity(times.len());
        for (index, created) in times.into_iter().enumerate() {
            let person = self.person(Row(index as u64 + 1), created, &mut firms, &people);
            people.push(person);
        }
        self.companies(&mut firms, &mut people);
        people
    }

    /// When the next contact came: more of them lately, a few in the first minutes of today.
    fn arrival(&mut self, index: usize) -> Millis {
        const TONIGHT: usize = 6;
        if index < TONIGHT.min(self.plan.contacts / 20) {
            return self.start_of_today + between(&mut self.rng, 5, 50) * 60_000;
        }
        let far = skewed(&mut self.rng, 0, 1_000, 1) + between(&mut self.rng, 0, 350);
        self.working_time(-1 - far * (PAST_DAYS - 1) / 1_350)
    }

    fn firms(&mut self) -> Vec<Firm> {
        let count = (self.plan.contacts * self.words.companies_per_hundred / 100).max(4);
        let mut taken = std::collections::HashSet::new();
        let mut firms = Vec::with_capacity(count);
        for _ in 0..count {
            let firm = self.firm(&mut taken);
            firms.push(firm);
        }
        firms
    }

    fn firm(&mut self, taken: &mut std::collections::HashSet<String>) -> Firm {
        let origin = self.words.origin(&mut self.rng);
        let last = self.words.origins[origin].last(&mut self.rng);
        let second = self.words.origin(&mut self.rng);
        let second = form(self.words.origins[second].last(&mut self.rng), true);
        let place = self.place();
        let values = [("last", form(last, false)), ("last2", second), ("city", self.words.places[place].city)];
        let mut name = self.words.sentence("company", &values, &mut self.rng);
        for attempt in 0.. {
            if taken.insert(name.clone()) {
                break;
            }
            name = match attempt {
                0 => format!("{name} of {}", self.words.places[place].city),
                1 if self.words.families => format!("{} {name}", self.words.origins[origin].first(&mut self.rng).0),
                _ => {
                    self.words.sentence("company", &values, &mut self.rng)
                        + " "
                        + self.words.pick("trade", &mut self.rng)
                }
            };
            if attempt > 3 {
                name = format!("{name} {attempt}");
            }
        }
        let owner = self.owner();
        Firm { slug: slug(&name, ""), name, origin, last, place, created: None, owner, primary: None }
    }

    fn place(&mut self) -> usize {
        let city = self.words.place(&mut self.rng).city;
        self.words.places.iter().position(|place| place.city == city).unwrap_or(0)
    }

    fn person(&mut self, row: Row, created: Millis, firms: &mut [Firm], before: &[Person]) -> Person {
        let joins = self.rng.chance(self.words.share_with_company) && !firms.is_empty();
        // The first contacts take one company each, so that none stays without people.
        let firm = joins.then(|| {
            if before.len() < firms.len() && self.rng.chance(70) {
                before.len()
            } else {
                self.rng.below(firms.len() as u64) as usize
            }
        });
        let family = firm.filter(|_| self.words.families).map(|at| (firms[at].origin, firms[at].last));
        let (origin, last) = family.unwrap_or_else(|| {
            let origin = self.words.origin(&mut self.rng);
            (origin, self.words.origins[origin].last(&mut self.rng))
        });
        let (first, woman) = self.words.origins[origin].first(&mut self.rng);
        let last = form(last, woman);
        let place = match firm {
            Some(at) if !self.words.shared && self.rng.chance(80) => firms[at].place,
            _ => self.place(),
        };
        let owner = match firm {
            Some(at) if !self.words.shared => firms[at].owner,
            _ => self.owner(),
        };
        let mut sheet = Sheet::new(self.object(standard::CONTACTS));
        let by = if self.rng.chance(85) { owner } else { self.owner() };
        sheet.made(created, by, owner);
        sheet.text("first_name", first);
        sheet.text("last_name", last);
        self.reach(
            &mut sheet,
            first,
            last,
            place,
            firm.filter(|_| !self.words.shared && !self.words.families).map(|at| &firms[at]),
        );
        if let Some(at) = firm {
            sheet.link("company", RecordRef::new(standard::COMPANIES, Row(at as u64 + 1)));
            let firm = &mut firms[at];
            firm.created = Some(firm.created.map_or(created, |known| known.min(created)));
            firm.primary.get_or_insert(row);
        }
        let stage = self.classify(&mut sheet, created, before);
        let kitchen = Kitchen { words: &self.words, today: self.plan.today, currency: self.currency };
        kitchen.contact(&mut sheet, &mut self.rng);
        let worth = WORTH.iter().find_map(|name| sheet.units(name));
        if stage != "customer" {
            CUSTOMERS_ONLY.iter().for_each(|name| sheet.clear(name));
        }
        let person = Person {
            row,
            created,
            owner,
            first: first.into(),
            last: last.into(),
            city: self.words.places[place].city,
            company: firm.map(|at| (Row(at as u64 + 1), firms[at].name.clone())),
            stage,
            worth,
            line: sheet.chosen("policy_type").map(str::to_owned),
            contact_type: sheet.chosen("contact_type").map(str::to_owned),
            carrier: sheet.said("carrier").to_owned(),
        };
        self.create(created, Made::contact(row), sheet);
        person
    }

    /// E-mail, phone, city, address, job and links.
    fn reach(&mut self, sheet: &mut Sheet<'_>, first: &str, last: &str, place: usize, firm: Option<&Firm>) {
        let (given, family) = (slug(first, ""), slug(last, ""));
        let number = between(&mut self.rng, 1, 99);
        let private = match self.rng.below(4) {
            0 => format!("{given}.{family}@example.com"),
            1 => format!("{}{family}{number}@example.net", &given[..1.min(given.len())]),
            2 => format!("{given}{number}@example.org"),
            _ => format!("{given}.{family}{number}@example.com"),
        };
        let mut emails = Vec::new();
        if let Some(firm) = firm {
            emails.push(format!("{given}.{family}@{}.example", firm.slug));
        }
        if emails.is_empty() || self.rng.chance(18) {
            emails.push(private);
        }
        if self.rng.chance(94) {
            sheet.set("emails", Value::List(emails));
        }
        let place: &Place = &self.words.places[place];
        let mut phones = vec![place.phone(&mut self.rng)];
        if self.rng.chance(16) {
            phones.push(place.phone(&mut self.rng));
        }
        if self.rng.chance(91) {
            sheet.phones("phones", &phones, &self.plan.region);
        }
        sheet.text("city", place.city);
        if self.rng.chance(46) {
            let address = self.address(place.city);
            sheet.address("address", address);
        }
        if self.rng.chance(72) {
            sheet.text("job_title", self.words.pick("job", &mut self.rng));
        }
        if self.rng.chance(34) {
            sheet.text("linkedin", format!("https://www.linkedin.com/in/{given}-{family}-{number}"));
        }
        if self.rng.chance(6) {
            sheet.text("x", format!("https://x.com/{given}{family}{number}"));
        }
    }

    fn address(&mut self, city: &'static str) -> Address {
        const STREETS: [&str; 14] = [
            "Maple Avenue",
            "King Street",
            "Elm Drive",
            "Lakeshore Road",
            "Birch Crescent",
            "Queen Street",
            "Oak Lane",
            "Riverside Drive",
            "Chestnut Street",
            "Hillcrest Avenue",
            "Orchard Way",
            "Willow Court",
            "Church Street",
            "Victoria Road",
        ];
        let place = self.words.places.iter().find(|place| place.city == city).expect("the city is one of the places");
        let street = format!("{} {}", between(&mut self.rng, 2, 2_400), self.rng.pick(&STREETS));
        let unit =
            if self.rng.chance(22) { format!("\nUnit {}", between(&mut self.rng, 1, 2_208)) } else { String::new() };
        Address {
            street: street + &unit,
            city: city.into(),
            state: place.state.into(),
            postal_code: place.postal_code(&mut self.rng),
            country: if self.schema.currency == "CAD" { "Canada" } else { "United States" }.into(),
        }
    }

    /// Type, status, source, tags and scores.
    fn classify(&mut self, sheet: &mut Sheet<'_>, created: Millis, before: &[Person]) -> &'static str {
        let old = created < self.start_of_today - 150 * crate::base::time::DAY_MILLIS;
        let rng = &mut self.rng;
        let stage = match rng.below(100) {
            0..=2 => "partner",
            3..=4 => "vendor",
            5 => "other",
            n if n < (if old { 20 } else { 62 }) => "lead",
            n if n < (if old { 38 } else { 82 }) => "prospect",
            _ => "customer",
        };
        sheet.choose("type", stage);
        let status = match rng.below(100) {
            0..=6 if old => "inactive",
            7..=8 => "do_not_contact",
            _ => "active",
        };
        sheet.choose("status", status);
        sheet.choose("visibility", "organization");
        sheet.text("source", self.words.pick("source", rng));
        let mut tags: Vec<String> =
            (0..rng.below(4).saturating_sub(1)).map(|_| self.words.pick("tag", rng).into()).collect();
        tags.dedup();
        if !tags.is_empty() {
            sheet.set("tags", Value::List(tags));
        }
        if rng.chance(11) && !before.is_empty() {
            let by = &before[rng.below(before.len() as u64) as usize];
            sheet.link("referred_by", RecordRef::new(standard::CONTACTS, by.row));
        }
        let base = match stage {
            "customer" => 30,
            "prospect" => 38,
            "lead" => 12,
            _ => 5,
        };
        let score = (base + between(rng, 0, 62) - if old { 10 } else { 0 }).clamp(1, 98);
        sheet.number("lead_score", score);
        sheet.choose(
            "temperature",
            if score >= 70 {
                "hot"
            } else if score >= 40 {
                "warm"
            } else {
                "cold"
            },
        );
        sheet.choose(
            "urgency",
            ["low", "low", "medium", "medium", "high", "critical"][(score as usize + rng.below(25) as usize) / 22],
        );
        stage
    }

    /// The companies, made just before the first of their people.
    fn companies(&mut self, firms: &mut [Firm], people: &mut [Person]) {
        for firm in firms.iter_mut() {
            let wanted = firm.created.map(|first| first - between(&mut self.rng, 1, 9) * 60_000);
            firm.created = Some(wanted.unwrap_or_else(|| self.working_time(-40)));
        }
        // Rows go by age.
        let mut order: Vec<usize> = (0..firms.len()).collect();
        order.sort_by_key(|at| firms[*at].created);
        let mut rows = vec![Row(0); firms.len()];
        for (row, at) in order.iter().enumerate() {
            rows[*at] = Row(row as u64 + 1);
        }
        for person in people.iter_mut() {
            if let Some((row, _)) = &mut person.company {
                *row = rows[row.0 as usize - 1];
            }
        }
        self.renumber_companies(&rows);
        for at in order {
            self.company(&firms[at], rows[at], people);
        }
    }

    fn company(&mut self, firm: &Firm, row: Row, people: &[Person]) {
        let created = firm.created.unwrap_or(self.start_of_today);
        let mut sheet = Sheet::new(self.object(standard::COMPANIES));
        sheet.made(created, firm.owner, firm.owner);
        sheet.text("name", firm.name.as_str());
        let place = &self.words.places[firm.place];
        if self.rng.chance(70) {
            sheet.phones("phones", &[place.phone(&mut self.rng)], &self.plan.region);
        }
        let address = self.address(place.city);
        sheet.address("address", address);
        let role = ["lead", "prospect", "client", "client"][self.rng.below(4) as usize];
        sheet.choose("role", role);
        if self.rng.chance(18) {
            sheet.set("ideal_customer_profile", Value::Bool(true));
        }
        if !self.words.families {
            sheet.text("website", format!("https://www.{}.example", firm.slug));
            sheet.number("employees", skewed(&mut self.rng, 3, 420, 1));
            if self.rng.chance(40) {
                sheet.text("linkedin", format!("https://www.linkedin.com/company/{}", firm.slug));
            }
            if role == "client" {
                let revenue = skewed(&mut self.rng, 6_000, 480_000, 500);
                sheet.money("annual_recurring_revenue", revenue, self.currency);
            }
        }
        self.create(created, Made::company(row), sheet);
        if let Some(primary) = firm.primary.and_then(|row| people.get(row.0 as usize - 1)) {
            let mut sheet = Sheet::new(self.object(standard::COMPANIES));
            sheet.link("primary_contact", RecordRef::new(standard::CONTACTS, primary.row));
            self.update(primary.created + 1_000, RecordRef::new(standard::COMPANIES, row), sheet);
        }
    }
}
