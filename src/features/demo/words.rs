//! The words sample data is made of, from `assets/demo/`: names of people of many origins, places, and per industry the
//! titles, notes and tags. Nothing here is random; choices are made with the generator passed in.

use crate::base::rng::SeededRng;
use std::collections::HashMap;

/// Names of one origin.
pub struct Origin {
    weight: u64,
    women: Vec<&'static str>,
    men: Vec<&'static str>,
    last: Vec<&'static str>,
}

/// A city.
pub struct Place {
    currency: &'static str,
    weight: u64,
    /// Its name.
    pub city: &'static str,
    /// Province or state.
    pub state: &'static str,
    postal: &'static str,
    area_codes: Vec<&'static str>,
}

/// All words of one industry.
pub struct Words {
    /// Where people come from.
    pub origins: Vec<Origin>,
    /// Where they live.
    pub places: Vec<Place>,
    sections: HashMap<&'static str, Vec<&'static str>>,
    /// Companies for a hundred contacts.
    pub companies_per_hundred: usize,
    /// Contacts of a hundred that have a company.
    pub share_with_company: u64,
    /// A company is a family that shares a last name.
    pub families: bool,
    /// A company serves people rather than employing them.
    pub shared: bool,
}

const PEOPLE: &str = include_str!("../../../assets/demo/people.txt");
const PLACES: &str = include_str!("../../../assets/demo/places.txt");
/// Industries by preset name; the first is for presets without words of their own.
const INDUSTRIES: &[(&str, &str)] = &[
    ("generic", include_str!("../../../assets/demo/generic.txt")),
    ("insurance", include_str!("../../../assets/demo/insurance.txt")),
    ("mortgage", include_str!("../../../assets/demo/mortgage.txt")),
    ("financial-advisor", include_str!("../../../assets/demo/financial-advisor.txt")),
    ("real-estate", include_str!("../../../assets/demo/real-estate.txt")),
];

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn listed(text: &'static str) -> Vec<&'static str> {
    text.split(',').map(str::trim).collect()
}

impl Words {
    /// The words of a preset, with the places where `currency` is paid (all places where there is none).
    pub fn of(preset: &str, currency: &str) -> Self {
        let industry = INDUSTRIES.iter().find(|(name, _)| *name == preset).unwrap_or(&INDUSTRIES[0]).1;
        let mut sections: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        let mut section = "";
        for line in lines(industry) {
            match line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                Some(name) => section = name,
                None => sections.entry(section).or_default().push(line),
            }
        }
        let companies: Vec<&str> = sections["companies"][0].split(' ').collect();
        let number = |at: usize| companies[at].parse::<u64>().unwrap_or_default();
        let mut places = places();
        if places.iter().any(|place| place.currency == currency) {
            places.retain(|place| place.currency == currency);
        }
        Self {
            origins: origins(),
            places,
            companies_per_hundred: number(0) as usize,
            share_with_company: number(1),
            families: companies[2] == "family",
            shared: companies[2] == "shared",
            sections,
        }
    }

    /// A line of a section; empty where there is no such section.
    pub fn pick(&self, section: &str, rng: &mut SeededRng) -> &'static str {
        self.sections.get(section).map_or("", |lines| *rng.pick(lines.as_slice()))
    }

    /// An origin, the common ones more often.
    pub fn origin(&self, rng: &mut SeededRng) -> usize {
        weighted(rng, self.origins.iter().map(|origin| origin.weight))
    }

    /// A place, the large ones more often.
    pub fn place(&self, rng: &mut SeededRng) -> &Place {
        let at = weighted(rng, self.places.iter().map(|place| place.weight));
        &self.places[at]
    }

    /// A line of a section with every `{name}` in it replaced: by `values`, else by a line of the section of that name.
    pub fn sentence(&self, section: &str, values: &[(&str, &str)], rng: &mut SeededRng) -> String {
        let mut rest = self.pick(section, rng);
        let mut text = String::with_capacity(rest.len() + 16);
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
        {
            text.push_str(before);
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => text.push_str(value),
                None if name == "number" => text.push_str(&(rng.below(980) + 10).to_string()),
                None => text.push_str(&self.sentence(name, values, rng)),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// An index, each as often as its weight says.
pub fn weighted(rng: &mut SeededRng, weights: impl Iterator<Item = u64> + Clone) -> usize {
    let mut at = rng.below(weights.clone().sum());
    for (index, weight) in weights.enumerate() {
        if at < weight {
            return index;
        }
        at -= weight;
    }
    0
}

fn origins() -> Vec<Origin> {
    let origin = |line: &'static str| {
        let mut parts = line.split('|');
        let weight = parts.next().and_then(|weight| weight.parse().ok()).unwrap_or(1);
        let mut names = || listed(parts.next().unwrap_or_default());
        Origin { weight, women: names(), men: names(), last: names() }
    };
    lines(PEOPLE).map(origin).collect()
}

fn places() -> Vec<Place> {
    let place = |line: &'static str| {
        let parts: Vec<&str> = line.split('|').collect();
        Place {
            currency: parts[0],
            weight: parts[1].parse().unwrap_or(1),
            city: parts[2],
            state: parts[3],
            postal: parts[4],
            area_codes: listed(parts[5]),
        }
    };
    lines(PLACES).map(place).collect()
}

impl Origin {
    /// A first name and whether it is a woman's.
    pub fn first(&self, rng: &mut SeededRng) -> (&'static str, bool) {
        let woman = rng.chance(50);
        let names = if woman { self.women.as_slice() } else { self.men.as_slice() };
        (*rng.pick(names), woman)
    }

    /// A last name in both its forms, as in the file.
    pub fn last(&self, rng: &mut SeededRng) -> &'static str {
        let names: &[&'static str] = &self.last;
        rng.pick::<&'static str>(names)
    }
}

/// The form of a last name for a woman or a man.
pub fn form(last: &'static str, woman: bool) -> &'static str {
    match last.split_once('/') {
        Some((_, form)) if woman => form,
        Some((form, _)) => form,
        None => last,
    }
}

impl Place {
    /// A postal code of the place.
    pub fn postal_code(&self, rng: &mut SeededRng) -> String {
        const LETTERS: &[u8] = b"ABCEGHJKLMNPRSTVXY";
        self.postal
            .chars()
            .map(|c| match c {
                '#' => char::from(b'0' + rng.below(10) as u8),
                '?' => char::from(*rng.pick(LETTERS)),
                c => c,
            })
            .collect()
    }

    /// A number that nobody has: the 555-01 numbers of films.
    pub fn phone(&self, rng: &mut SeededRng) -> String {
        let (area, line) = (*rng.pick(self.area_codes.as_slice()), rng.below(100));
        match rng.below(5) {
            0 => format!("{area}-555-01{line:02}"),
            1 => format!("+1 {area} 555 01{line:02}"),
            2 => format!("{area}.555.01{line:02}"),
            _ => format!("({area}) 555-01{line:02}"),
        }
    }
}
