//! Bringing in CSV files: the exports of six programs, every encoding and delimiter, duplicates, and every file or row that
//! can't be used.

use crate::support::Workspace;
use aventora::base::id::{RecordRef, Row};
use aventora::base::{Error, Result};
use aventora::features::import::{self, Duplicates, ImportOptions, ImportReport};
use aventora::model::object::standard;
use aventora::model::{Actor, Role};
use aventora::records::State;

fn options() -> ImportOptions {
    ImportOptions {
        object: "contacts".into(),
        map: Vec::new(),
        duplicates: Duplicates::Skip,
        dry_run: false,
        region: "US".into(),
    }
}

/// Imports `file`; gives the report and what was rejected.
fn import(w: &Workspace, options: &ImportOptions, file: &[u8]) -> Result<(ImportReport, String)> {
    let mut rejected = Vec::new();
    let report = import::run(&w.engine, &w.admin, options, file, &mut rejected, &mut |_| ())?;
    Ok((report, String::from_utf8(rejected).unwrap()))
}

fn contact(row: u64) -> RecordRef {
    RecordRef::new(standard::CONTACTS, Row(row))
}

/// Field and sentence of the problem with a file.
fn refused(w: &Workspace, file: &[u8]) -> (&'static str, String) {
    let before = w.engine.store().last_seq();
    let Err(Error::Invalid(mut problems)) = import(w, &options(), file) else { panic!("the file was accepted") };
    assert_eq!(w.engine.store().last_seq(), before, "nothing is changed");
    let problem = problems.remove(0);
    (problem.code, problem.message)
}

/// A file with the header of another program and one row, its cells by column name.
fn golden(name: &str, cells: &[(&str, &str)]) -> Vec<u8> {
    let path = format!("{}/tests/golden/headers/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let header = std::fs::read_to_string(path).unwrap();
    let columns: Vec<&str> = header.trim_end().split(',').collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&columns).unwrap();
    for (column, _) in cells {
        assert!(columns.contains(column), "{name} has no column {column}");
    }
    let of = |column: &str| cells.iter().find(|(c, _)| *c == column).map_or("", |(_, cell)| cell);
    out.write_record(columns.iter().map(|c| of(c))).unwrap();
    out.into_inner().unwrap()
}

/// Imports a golden header with one row and compares the fields of the contact it made.
fn brings(name: &str, cells: &[(&str, &str)], expected: &[(&str, &str)]) {
    let w = Workspace::new();
    let (report, rejected) = import(&w, &options(), &golden(name, cells)).unwrap();
    assert_eq!((report.created, rejected.as_str()), (1, ""), "{name}");
    for (field, value) in expected {
        let text = match *field {
            "company" => {
                let record = w.engine.get(&w.admin, contact(1)).unwrap();
                let company = record.values.get(w.field("contacts", "company")).cloned();
                let Some(aventora::model::Value::Records(links)) = company else { panic!("{name}: no company") };
                w.text(&w.admin, links[0], "name")
            }
            _ => w.text(&w.admin, contact(1), field),
        };
        assert_eq!(&text, value, "{name}: {field}");
    }
}

#[test]
fn google_contacts_are_brought_in() {
    brings(
        "google",
        &[
            ("First Name", "Zoë"),
            ("Middle Name", "Ann"),
            ("Last Name", "Lee"),
            ("Organization Name", "Acme"),
            ("Organization Title", "CEO"),
            ("Birthday", "1980-02-03"),
            ("Labels", "Friends ::: * myContacts"),
            ("E-mail 1 - Value", "a@example.com ::: b@example.com"),
            ("E-mail 2 - Value", "c@example.com"),
            ("Phone 1 - Value", "(843) 555-0142"),
            ("Address 1 - Street", "1 Main St"),
            ("Address 1 - City", "Lund"),
            ("Address 1 - Country", "Sweden"),
            ("Website 1 - Value", "https://example.com"),
            ("Notes", "met at the fair"),
        ],
        &[
            ("name", "Zoë Ann Lee"),
            ("company", "Acme"),
            ("job_title", "CEO"),
            ("date_of_birth", "1980-02-03"),
            ("tags", "Friends"),
            ("emails", "a@example.com; b@example.com; c@example.com"),
            ("city", "Lund"),
            ("description", "met at the fair"),
        ],
    );
    brings(
        "google-before-2024",
        &[
            ("Name", "Zoë Lee"),
            ("Given Name", "Zoë"),
            ("Family Name", "Lee"),
            ("Organization 1 - Name", "Acme"),
            ("E-mail 1 - Value", "a@example.com"),
            ("Group Membership", "* myContacts ::: Clients"),
        ],
        &[("name", "Zoë Lee"), ("company", "Acme"), ("emails", "a@example.com"), ("tags", "Clients")],
    );
}

#[test]
fn outlook_contacts_are_brought_in() {
    for name in ["outlook", "outlook-com"] {
        brings(
            name,
            &[
                ("Title", "Ms."),
                ("First Name", "Ann"),
                ("Last Name", "Lee"),
                ("Company", "Acme"),
                ("Job Title", "CEO"),
                ("Business Street", "1 Main St"),
                ("Business City", "Lund"),
                ("Business Postal Code", "22100"),
                ("Home City", "Malmö"),
                ("E-mail Address", "a@example.com"),
                ("E-mail 2 Address", "b@example.com"),
                ("Mobile Phone", "843-555-0142"),
                ("Web Page", "https://example.com"),
            ],
            &[
                ("name", "Ann Lee"),
                ("company", "Acme"),
                ("job_title", "CEO"),
                ("emails", "a@example.com; b@example.com"),
                ("city", "Lund"),
                ("phones", "843-555-0142"),
            ],
        );
    }
}

#[test]
fn hubspot_salesforce_pipedrive_and_twenty_contacts_are_brought_in() {
    brings(
        "hubspot",
        &[
            ("Record ID", "901"),
            ("First Name", "Ann"),
            ("Last Name", "Lee"),
            ("Email", "a@example.com"),
            ("Mobile Phone Number", "843-555-0142"),
            ("Job Title", "CEO"),
            ("Company Name", "Acme"),
            ("Contact owner", "Ada Admin"),
            ("Create Date", "2024-03-12 09:14"),
            ("Original Source", "Referral"),
        ],
        &[
            ("name", "Ann Lee"),
            ("emails", "a@example.com"),
            ("company", "Acme"),
            ("source", "Referral"),
            ("external_customer_id", "901"),
            ("created_at", "2024-03-12T09:14:00Z"),
        ],
    );
    brings(
        "salesforce",
        &[
            ("Id", "003A"),
            ("FirstName", "Ann"),
            ("LastName", "Lee"),
            ("Name", "Ann Lee"),
            ("Email", "a@example.com"),
            ("Title", "CEO"),
            ("MailingCity", "Lund"),
            ("MobilePhone", "843-555-0142"),
            ("LeadSource", "Web"),
            ("Birthdate", "1980-02-03"),
        ],
        &[
            ("name", "Ann Lee"),
            ("job_title", "CEO"),
            ("city", "Lund"),
            ("source", "Web"),
            ("date_of_birth", "1980-02-03"),
        ],
    );
    brings(
        "salesforce-report",
        &[
            ("First Name", "Ann"),
            ("Last Name", "Lee"),
            ("Account Name", "Acme"),
            ("Mailing City", "Lund"),
            ("Email", "a@x.org"),
        ],
        &[("name", "Ann Lee"), ("company", "Acme"), ("city", "Lund"), ("emails", "a@x.org")],
    );
    brings(
        "pipedrive",
        &[
            ("Person - Name", "Ann Lee"),
            ("Person - First name", "Ann"),
            ("Person - Last name", "Lee"),
            ("Person - Organization", "Acme"),
            ("Person - Email - Work", "a@example.com"),
            ("Person - Email - Home", "b@example.com"),
            ("Person - Phone - Mobile", "843-555-0142"),
        ],
        &[("name", "Ann Lee"), ("company", "Acme"), ("emails", "a@example.com; b@example.com")],
    );
    brings(
        "pipedrive-sample",
        &[("Person - Name*", "Ann Lee"), ("Person - Email (Work)", "a@example.com"), ("Organization - Name*", "Acme")],
        &[("name", "Ann Lee"), ("emails", "a@example.com"), ("company", "Acme")],
    );
    brings(
        "twenty",
        &[
            ("Name / First Name", "Ann"),
            ("Name / Last Name", "Lee"),
            ("Emails / Primary Email", "a@example.com"),
            ("Emails / Additional Emails", r#"["b@example.com"]"#),
            ("Phones / Primary Phone Number", "8435550142"),
            ("Phones / Primary Phone Calling Code", "+1"),
            ("City", "Lund"),
            ("Linkedin / Link URL", "https://linkedin.com/in/ann"),
        ],
        &[("name", "Ann Lee"), ("emails", "a@example.com; b@example.com"), ("city", "Lund")],
    );
}

#[test]
fn encodings_and_delimiters_are_found() {
    for delimiter in [',', ';', '\t'] {
        let file = ["First Name,Last Name,City", "Zoë,Ångström,Lund"].join("\r\n").replace(',', &delimiter.to_string());
        let utf16: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let windows: Vec<u8> = file.chars().map(|c| c as u32 as u8).collect();
        for bytes in [file.as_bytes(), &utf16, &windows] {
            let w = Workspace::new();
            assert_eq!(import(&w, &options(), bytes).unwrap().0.created, 1);
            assert_eq!(w.text(&w.admin, contact(1), "name"), "Zoë Ångström");
        }
    }
}

#[test]
fn companies_are_linked_by_name_or_made_once() {
    let w = Workspace::new();
    w.create(&w.admin, "companies", &[("name", "Café Ünion")]);
    let file = b"First Name,Company\nA,CAFE UNION\nB,New Co\nC,new co\nD,\n";
    let (report, _) = import(&w, &options(), file).unwrap();
    assert_eq!((report.created, report.companies_created), (4, 1));
    let company = |row| {
        let record = w.engine.get(&w.admin, contact(row)).unwrap();
        record.values.get(w.field("contacts", "company")).cloned()
    };
    assert_ne!(company(1), company(2));
    assert_eq!(company(2), company(3));
    assert_eq!(company(4), None);
}

#[test]
fn duplicates_are_met_by_the_policy() {
    let file = "First Name,Last Name,Email,Phone,City\n\
        Ann,Lee,ann@example.com,,Lund\n\
        Anne,Lee,ANN@example.com,,Paris\n\
        Bob,Ray,,843-555-0142,Rome\n\
        Bob,Ray,,(843) 555-0142,Oslo\n\
        Bo,Other,,843-555-0142,Bonn\n";
    let counts = |policy, dry_run| {
        let w = Workspace::new();
        let options = ImportOptions { duplicates: policy, dry_run, ..options() };
        let (report, rejected) = import(&w, &options, file.as_bytes()).unwrap();
        assert_eq!(rejected, "");
        assert_eq!(report.batch.is_none(), dry_run);
        if !dry_run && policy == Duplicates::Update {
            assert_eq!(w.text(&w.admin, contact(1), "city"), "Paris");
            assert_eq!(w.text(&w.admin, contact(2), "city"), "Oslo");
        }
        (report.created, report.updated, report.skipped)
    };
    assert_eq!(counts(Duplicates::Skip, false), (3, 0, 2));
    assert_eq!(counts(Duplicates::Update, false), (3, 2, 0));
    assert_eq!(counts(Duplicates::Create, false), (5, 0, 0));
    assert_eq!(counts(Duplicates::Skip, true), (3, 0, 2));
}

#[test]
fn a_dry_run_reports_the_same_and_saves_nothing() {
    let w = Workspace::new();
    let file = b"First Name,Email,Company,Status\nAnn,a@example.com,Acme,Active\nBob,not an address,Acme,Active\n\
        Cy,c@example.com,Acme,No such status\n";
    let before = w.engine.store().last_seq();
    let (dry, dry_rejected) = import(&w, &ImportOptions { dry_run: true, ..options() }, file).unwrap();
    assert_eq!(w.engine.store().last_seq(), before);
    let (wet, wet_rejected) = import(&w, &options(), file).unwrap();
    assert_eq!(dry_rejected, wet_rejected);
    assert_eq!(ImportReport { batch: None, ..wet }, dry);
    assert_eq!((dry.rows, dry.created, dry.rejected, dry.companies_created), (3, 1, 2, 1));
}

#[test]
fn rejected_rows_can_be_mended_and_brought_in_again() {
    let w = Workspace::new();
    let file = b"First Name,Email,City\nAnn,a@example.com,Lund\nBob,broken,Rome\n,,Nowhere\n";
    let (report, rejected) = import(&w, &options(), file).unwrap();
    assert_eq!((report.created, report.rejected), (1, 2));
    let lines: Vec<&str> = rejected.lines().collect();
    assert_eq!(lines[0], "First Name,Email,City,Rejected because");
    assert!(lines[1].starts_with("Bob,broken,Rome,") && lines[1].contains("Email"), "{}", lines[1]);
    assert!(lines[2].starts_with(",,Nowhere,") && lines[2].len() > 20, "{}", lines[2]);
    let mended = rejected.replace("broken", "bob@example.com").replace(",,Nowhere", "Cy,,Nowhere");
    let (report, rejected) = import(&w, &options(), mended.as_bytes()).unwrap();
    assert_eq!((report.created, rejected.as_str()), (2, ""));
}

#[test]
fn bad_rows_are_rejected_with_their_reason() {
    let w = Workspace::new();
    let big = "x".repeat(1_000_000);
    let file = format!(
        "First Name,Email,City\nAnn,a@example.com\nBob,b@x.org,Rome,extra\nNul,n@x.org,a\0b\nBig,c@x.org,{big}\nGood,g@x.org,Lund\n"
    );
    let (report, rejected) = import(&w, &options(), file.as_bytes()).unwrap();
    assert_eq!((report.created, report.rejected), (1, 4));
    for part in ["has 2 cells, but there are 3", "has 4 cells", "NUL", "976 KB"] {
        assert!(rejected.contains(part), "{part}");
    }
    assert!(rejected.len() < 200_000, "long cells are cut");
}

#[test]
fn a_file_that_cant_be_used_is_refused_with_a_sentence() {
    let w = Workspace::new();
    assert_eq!(refused(&w, b"").0, "empty");
    assert_eq!(refused(&w, b"\n\n").0, "empty");
    assert_eq!(refused(&w, b"First Name,Email,first name\nA,a@x.org,B\n").0, "duplicate");
    assert_eq!(refused(&w, b"Ann,ann@example.com,Lund\nBob,bob@example.com,Rome\n").0, "no_header");
    assert_eq!(refused(&w, b"Foo,Bar\n1,2\n").0, "no_header");
    assert_eq!(refused(&w, b"First\0Name,Email\nA,a@x.org\n").0, "syntax");
    let mut open_quote = b"First Name,City\nAnn,\"Lund\n".to_vec();
    open_quote.extend(b"Bob,Rome\n".repeat(1_200_000));
    let (code, message) = refused(&w, &open_quote);
    assert_eq!(code, "too_long");
    assert!(message.contains("quote"), "{message}");
}

#[test]
fn a_mapping_file_overrules_the_guess() {
    let w = Workspace::new();
    let map = import::map_from_toml("\"Vorname\" = \"first_name\"\n\"Ort\" = \"address.city\"\nCity = \"\"\n").unwrap();
    let (report, _) = import(&w, &ImportOptions { map, ..options() }, b"Vorname,Ort,City\nAnn,Lund,Rome\n").unwrap();
    assert_eq!(report.columns[2].1, None);
    assert_eq!(w.text(&w.admin, contact(1), "city"), "Lund");
    let map = vec![("Nope".to_owned(), "first_name".to_owned()), ("City".to_owned(), "nope".to_owned())];
    let refused = import(&w, &ImportOptions { map, ..options() }, b"Vorname,City\nAnn,Lund\n");
    let Err(Error::Invalid(problems)) = refused else { panic!("was accepted") };
    assert_eq!(problems.len(), 2);
    assert!(import::map_from_toml("= broken").is_err());
}

#[test]
fn a_whole_import_is_undone_by_its_batch() {
    let w = Workspace::new();
    let there =
        w.create(&w.admin, "contacts", &[("first_name", "Old"), ("emails", "old@example.com"), ("city", "Lund")]);
    let mut file = "First Name,Email,City,Company\nOld,old@example.com,Rome,Acme\n".to_owned();
    for i in 0..2_500 {
        file.push_str(&format!("Ann {i},ann{i}@example.com,Oslo,Company {}\n", i % 50));
    }
    let options = ImportOptions { duplicates: Duplicates::Update, ..options() };
    let (report, _) = import(&w, &options, file.as_bytes()).unwrap();
    assert_eq!((report.created, report.updated, report.companies_created), (2_500, 1, 51));
    assert_eq!(w.engine.timeline(&w.admin, contact(2), None, 10).unwrap()[0].kind, "imported");
    let undone = w.engine.undo(&w.admin, report.batch.unwrap(), &mut |_, _| ()).unwrap();
    assert_eq!((undone.reverted, undone.skipped), (2_552, Vec::new()));
    assert_eq!(w.text(&w.admin, there, "city"), "Lund");
    assert_eq!(w.engine.get(&w.admin, contact(2_501)).unwrap().state, State::Trashed);
}

#[test]
fn who_may_not_import_is_told_so() {
    let w = Workspace::new();
    let member: Actor = w.member("Mem Ber", Role::member());
    let refused = import::run(&w.engine, &member, &options(), &b"First Name\nA\n"[..], Vec::new(), &mut |_| ());
    assert!(matches!(refused, Err(Error::Denied(_))));
    let manager = w.member("Man Ager", Role::manager());
    import::run(&w.engine, &manager, &options(), &b"First Name\nA\n"[..], Vec::new(), &mut |_| ()).unwrap();
}

#[test]
fn deals_and_companies_are_brought_in_too() {
    let w = Workspace::new();
    let stage = w.engine.schema().pipelines[0].stages[1].label.clone();
    let file = format!(
        "Deal Name,Deal Stage,Amount,Close Date,Company Name,Deal owner\nBig,{stage},\"1,234.50\",2026-05-01,Acme,Nobody Here\n"
    );
    let (report, rejected) =
        import(&w, &ImportOptions { object: "deals".into(), ..options() }, file.as_bytes()).unwrap();
    assert_eq!((report.created, rejected.as_str()), (1, ""));
    assert_eq!(report.notes.len(), 1, "the owner is no member");
    let file = b"Company name,Company Domain Name\nacme,https://acme.example\nOther,\n";
    let (report, _) = import(&w, &ImportOptions { object: "companies".into(), ..options() }, file).unwrap();
    assert_eq!((report.created, report.skipped), (1, 1), "Acme is there already");
    assert!(import(&w, &ImportOptions { object: "members".into(), ..options() }, file).is_err());
}
