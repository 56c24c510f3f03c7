//! What the columns of other programs' exports are called here: Google Contacts, Outlook, HubSpot, Salesforce, Pipedrive and
//! Twenty. Names are matched loosely: case, spaces, hyphens, slashes, a trailing `*` and the number of a repeated column do
//! not matter.

use crate::base::text::fold;

/// A column's name in the form that is matched: words of letters, numbers as `#`. `FirstName` is two words, `E-mail` one.
pub(crate) fn shape(header: &str) -> String {
    plain(header)
        .split(' ')
        .map(|word| if word.bytes().all(|b| b.is_ascii_digit()) { "#" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same with its numbers.
pub(crate) fn plain(header: &str) -> String {
    let header = header.trim().trim_start_matches('\u{feff}').trim_end_matches("__c");
    let mut spaced = String::with_capacity(header.len() + 8);
    let mut before = ' ';
    for c in header.chars() {
        // `FirstName`, but neither `LinkedIn` within a sentence nor `HOME PHONE`.
        if c.is_uppercase() && before.is_lowercase() && !header.contains(' ') {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    let folded = fold(&spaced).replace("e-mail", "email").replace('\'', "");
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What a column of this shape means for records of `object`: the API name of a field, `+middle` or `+calling_code`.
pub(crate) fn known(object: &str, shape: &str) -> Option<&'static str> {
    let table = match object {
        "contacts" => CONTACTS,
        "companies" => COMPANIES,
        "deals" => DEALS,
        "tasks" => TASKS,
        "notes" => NOTES,
        _ => return None,
    };
    table.iter().find(|(_, shapes)| shapes.contains(&shape)).map(|(field, _)| *field)
}

type Known = &'static [(&'static str, &'static [&'static str])];

const CONTACTS: Known = &[
    ("first_name", &["first name", "given name", "person first name", "name first name", "firstname", "forename"]),
    ("+middle", &["middle name", "additional name", "person middle name"]),
    ("last_name", &["last name", "family name", "person last name", "name last name", "lastname", "surname"]),
    ("name", &["name", "full name", "person name", "contact name", "display name"]),
    (
        "emails",
        &[
            "email",
            "emails",
            "email address",
            "email # address",
            "email # value",
            "primary email",
            "work email",
            "personal email",
            "person email",
            "person email work",
            "person email home",
            "person email other",
            "emails primary email",
            "emails additional emails",
        ],
    ),
    (
        "phones",
        &[
            "phone",
            "phones",
            "phone number",
            "phone # value",
            "mobile",
            "mobile phone",
            "mobile phone number",
            "cell",
            "cell phone",
            "telephone",
            "business phone",
            "business phone #",
            "home phone",
            "home phone #",
            "other phone",
            "primary phone",
            "work phone",
            "car phone",
            "person phone",
            "person phone work",
            "person phone home",
            "person phone mobile",
            "person phone other",
            "phones primary phone number",
            "phones additional phones",
        ],
    ),
    ("+calling_code", &["phones primary phone calling code"]),
    (
        "company",
        &[
            "company",
            "company name",
            "account name",
            "organization",
            "organization name",
            "organization # name",
            "organisation",
            "person organization",
            "associated company",
            "employer",
        ],
    ),
    ("job_title", &["job title", "organization title", "organization # title", "title", "profession", "position"]),
    ("website", &["website", "website # value", "website url", "web page", "url", "homepage"]),
    ("linkedin", &["linkedin", "linked in", "linkedin url", "linkedin link url", "linkedin profile", "linkedin bio"]),
    ("x", &["twitter", "x twitter", "x link url", "twitter handle", "twitter username"]),
    ("date_of_birth", &["birthday", "birthdate", "date of birth", "birth date", "dob"]),
    ("description", &["notes", "description", "note", "note content", "comments"]),
    ("tags", &["labels", "categories", "group membership", "person labels", "person label s", "tags", "keywords"]),
    ("source", &["lead source", "original source", "source", "referred by"]),
    ("owner", &["owner", "contact owner", "owner name", "lead owner", "person owner"]),
    ("created_at", &["create date", "created date", "person person created", "creation date"]),
    ("external_customer_id", &["id", "record id", "contact id", "lead id", "person id"]),
];

const COMPANIES: Known = &[
    ("name", &["name", "company name", "company", "account name", "organization name", "organisation name"]),
    ("website", &["website", "website url", "company domain name", "domain name", "web page", "domain name link url"]),
    ("employees", &["employees", "number of employees", "employee count"]),
    ("phones", &["phone", "phone number", "company main phone", "telephone", "organization phone"]),
    ("linkedin", &["linkedin", "linkedin url", "linkedin link url", "linkedin company page"]),
    ("x", &["twitter", "x link url", "twitter handle"]),
    ("annual_recurring_revenue", &["annual recurring revenue", "arr", "annual revenue"]),
    ("account_owner", &["owner", "company owner", "account owner", "owner name", "organization owner"]),
    ("description", &["description", "notes", "about us"]),
    ("tags", &["tags", "labels", "organization label s", "organization labels"]),
    ("created_at", &["create date", "created date", "organization created"]),
];

const DEALS: Known = &[
    ("name", &["name", "deal name", "deal title", "title", "opportunity name"]),
    ("amount", &["amount", "deal value", "value", "deal amount"]),
    ("currency", &["currency", "deal currency"]),
    ("close_date", &["close date", "expected close date", "deal expected close date"]),
    ("pipeline", &["pipeline", "deal pipeline"]),
    ("stage", &["stage", "deal stage"]),
    ("probability", &["probability", "deal probability"]),
    (
        "company",
        &["company", "company name", "account name", "deal organization", "organization", "associated company"],
    ),
    (
        "point_of_contact",
        &["point of contact", "deal contact person", "contact", "primary contact", "associated contact"],
    ),
    ("owner", &["owner", "deal owner", "owner name", "opportunity owner"]),
    ("description", &["description", "notes", "deal description"]),
    ("tags", &["tags", "labels", "deal label s", "deal labels"]),
    ("source", &["source", "lead source", "original source"]),
    ("created_at", &["create date", "created date", "deal deal created"]),
];

const TASKS: Known = &[
    ("title", &["title", "subject", "name", "task", "task title", "activity subject"]),
    ("body", &["body", "description", "notes"]),
    ("due_at", &["due date", "due at", "due", "activity due date"]),
    ("assignee", &["assignee", "assigned to", "owner", "task owner"]),
];

const NOTES: Known =
    &[("title", &["title", "subject"]), ("body", &["body", "note", "note body", "note content", "content"])];

/// A part of a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Street,
    City,
    State,
    PostalCode,
    Country,
}

impl Part {
    /// As a mapping names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Street => "street",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
        }
    }
}

const PARTS: [(Part, &[&str]); 5] = [
    (
        Part::Street,
        &["street #", "street", "street address", "extended address", "address #", "address line #", "po box"],
    ),
    (Part::City, &["city", "town", "locality"]),
    (Part::State, &["state", "region", "state region", "province", "state province"]),
    (Part::PostalCode, &["postal code", "zip", "zip code", "zip postal code", "post code", "postcode"]),
    (Part::Country, &["country", "country region"]),
];

/// The part of an address that a column holds, and which of several addresses it is of: `Business City` is the city of
/// `business`.
pub(crate) fn address_part(header: &str) -> Option<(String, Part)> {
    let (shape, plain) = (shape(header), plain(header));
    let mut best: Option<(usize, Part)> = None;
    for (part, ends) in PARTS {
        for end in ends {
            let fits = shape == *end || shape.strip_suffix(end).is_some_and(|rest| rest.ends_with(' '));
            let words = end.split(' ').count();
            if fits && best.is_none_or(|(longest, _)| words > longest) {
                best = Some((words, part));
            }
        }
    }
    let (words, part) = best?;
    let all: Vec<&str> = plain.split(' ').collect();
    Some((all[..all.len() - words].join(" "), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_loosely() {
        for (header, expected) in [
            ("First Name", "first name"),
            ("FirstName", "first name"),
            ("E-mail 1 - Value", "email # value"),
            ("Person - Email (Work)", "person email work"),
            ("Person - Name*", "person name"),
            ("\u{feff}Name / First Name", "name first name"),
            ("State/Region", "state region"),
            ("MailingPostalCode", "mailing postal code"),
            ("Business Phone 2", "business phone #"),
            ("Assistant's Phone", "assistants phone"),
        ] {
            assert_eq!(shape(header), expected);
        }
    }

    #[test]
    fn parts_of_addresses_are_told_apart() {
        for (header, group, part) in [
            ("Business Street 2", "business", Part::Street),
            ("Address 2 - City", "address 2", Part::City),
            ("Mailing Zip/Postal Code", "mailing", Part::PostalCode),
            ("Home Country/Region", "home", Part::Country),
            ("State", "", Part::State),
            ("MailingState", "mailing", Part::State),
        ] {
            assert_eq!(address_part(header), Some((group.to_owned(), part)), "{header}");
        }
        assert_eq!(address_part("First Name"), None);
    }
}
