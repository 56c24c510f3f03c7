//! Each preset against the tables of the source text, name by name, type by type, option by option, both ways. The tables
//! are kept in `tests/golden/presets` (made by `extract.py` there).

use aventora::model::preset::{NAMES, Preset};
use aventora::model::{Field, Kind, Object, Schema, StageKind};
use aventora::records::query::check_schema;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of fields that a preset adds beside the source's tables, because its views, widgets and rules need them.
const SUPPORTING: [(&str, &str); 4] = [
    ("insurance", "Service"),
    ("mortgage", "After Funding"),
    ("financial-advisor", "Relationship"),
    ("real-estate", "Referral"),
];

/// Rows of a golden table: name, and type or values where the table has them.
type Rows = Vec<(String, String)>;

fn schema(preset: &str) -> Schema {
    Preset::load(preset, None).and_then(|p| p.schema("USD")).unwrap_or_else(|e| panic!("{preset}: {e}"))
}

fn golden(name: &str) -> BTreeMap<String, Rows> {
    let path = format!("{}/tests/golden/presets/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut tables: BTreeMap<String, Rows> = BTreeMap::new();
    let mut heading = String::new();
    for line in text.lines().filter(|l| !l.is_empty()) {
        if let Some(h) = line.strip_prefix('[') {
            heading = h.trim_end_matches(']').into();
        } else {
            let (name, second) = line.split_once(" | ").unwrap_or((line, ""));
            tables.entry(heading.clone()).or_default().push((name.into(), second.into()));
        }
    }
    tables
}

fn names(rows: &Rows) -> Vec<&str> {
    rows.iter().map(|(n, _)| n.as_str()).collect()
}

/// The Type column as the source would write it for this field.
fn source_type(field: &Field) -> String {
    match field.kind {
        Kind::Date => "Date".into(),
        Kind::Text => "Text".into(),
        Kind::Number => "Number".into(),
        Kind::Currency => "Currency".into(),
        Kind::YesNo => "Yes / No".into(),
        Kind::Select => field.options.iter().map(|c| c.label.as_str()).collect::<Vec<_>>().join(" / "),
        other => format!("{other:?}, which the source does not know"),
    }
}

fn rows_of<'a>(fields: impl Iterator<Item = &'a Field>) -> BTreeSet<(String, String)> {
    fields.map(|f| (f.label.clone(), source_type(f))).collect()
}

#[test]
fn labels_are_those_of_the_crosswalk() {
    let text = std::fs::read_to_string(format!("{}/tests/golden/presets/labels.txt", env!("CARGO_MANIFEST_DIR")));
    let mut seen = 0;
    for line in text.expect("the golden file is there").lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let preset = NAMES.iter().find(|n| Preset::load(n, None).is_ok_and(|p| p.label == cells[0]));
        let schema = schema(preset.unwrap_or_else(|| panic!("no preset has the label {}", cells[0])));
        let object = schema.object(["contacts", "companies", "deals"][seen % 3]).expect("a standard object");
        assert_eq!([object.label.as_str(), object.label_plural.as_str()], [cells[2], cells[3]], "{line}");
        seen += 1;
    }
    assert_eq!(seen, 15);
}

#[test]
fn stages_are_the_sources_with_won_and_lost_in_every_pipeline() {
    for preset in NAMES {
        let (golden, schema) = (golden(preset), schema(preset));
        let tables: Vec<_> = golden.iter().filter(|(h, _)| h.contains("Pipeline")).collect();
        assert_eq!(tables.len(), schema.pipelines.len(), "{preset}: pipelines");
        for (heading, rows) in tables {
            let pipeline = match heading.as_str() {
                "Pipeline Stages" => &schema.pipelines[0],
                label => schema.pipelines.iter().find(|p| p.label == *label).unwrap_or_else(|| panic!("{label}")),
            };
            let listed: Vec<&str> =
                pipeline.stages.iter().filter(|s| s.label != "Lost").map(|s| s.label.as_str()).collect();
            assert_eq!(listed, names(rows), "{preset}: {heading}");
            let kinds: Vec<StageKind> = pipeline.stages.iter().map(|s| s.kind).collect();
            let (last, open) = (&kinds[kinds.len() - 2..], &kinds[..kinds.len() - 2]);
            assert_eq!(last, [StageKind::Won, StageKind::Lost], "{preset}: {heading} ends won, lost");
            assert!(open.iter().all(|k| *k == StageKind::Open), "{preset}: {heading}");
            let chances: Vec<u8> = pipeline.stages[..kinds.len() - 1].iter().map(|s| s.probability).collect();
            assert!(chances.is_sorted() && chances.last() == Some(&100), "{preset}: {chances:?} grow towards the win");
        }
    }
}

#[test]
fn preset_fields_have_the_sources_names_types_and_options() {
    let mut compared = 0;
    for preset in NAMES {
        let schema = schema(preset);
        let contacts = schema.object("contacts").expect("contacts");
        let supporting = |f: &&Field| SUPPORTING.contains(&(preset, f.group.as_str()));
        let own: Vec<&Field> = contacts.fields.iter().filter(|f| f.origin == "preset").collect();
        let mut wanted = BTreeSet::new();
        let mut of_tables: Vec<(String, String)> = Vec::new();
        for (heading, rows) in golden(preset) {
            if heading.contains("Fields") {
                compared += rows.len();
                wanted.extend(rows.clone());
                of_tables.extend(rows);
            } else if heading == "Contact Types" {
                let options: Vec<&str> = names(&rows);
                wanted.insert(("Contact Type".into(), options.join(" / ")));
                compared += 1;
            }
        }
        assert_eq!(rows_of(own.iter().copied().filter(|f| !supporting(f))), wanted, "{preset}");
        assert!(own.iter().all(|f| !f.group.is_empty() && f.group != "System"), "{preset}: each has a named group");
        if preset == "real-estate" {
            let of_group = |g: &str| own.iter().copied().filter(|f| f.group == g).map(source_row).collect::<Vec<_>>();
            let tables = golden(preset);
            assert_eq!(of_group("Buyer"), tables["Buyer Contact Fields"]);
            assert_eq!(of_group("Seller"), tables["Seller Contact Fields"]);
        }
        let labels: Vec<&str> = own.iter().filter(|f| supporting(f)).map(|f| f.label.as_str()).collect();
        assert!(labels.iter().all(|l| of_tables.iter().all(|(n, _)| n != l)), "{preset}: {labels:?} are its own");
    }
    assert_eq!(compared, 11 + 10 + 10 + 14 + 8 + 1);
}

fn source_row(f: &Field) -> (String, String) {
    (f.label.clone(), source_type(f))
}

#[test]
fn the_generic_preset_adds_no_fields() {
    let schema = schema("generic");
    assert!(schema.objects.iter().flat_map(|o| &o.fields).all(|f| f.origin == "base"));
}

#[test]
fn api_names_are_snake_case_of_the_sources_names() {
    let preset_field = |preset: &str, label: &str| {
        let schema = schema(preset);
        let contacts = schema.object("contacts").expect("contacts");
        contacts.fields.iter().filter(|f| f.label == label).map(|f| f.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(preset_field("insurance", "Policy Renewal Date"), ["policy_renewal_date"]);
    assert_eq!(preset_field("mortgage", "Credit Score"), ["credit_score"]);
    assert_eq!(preset_field("real-estate", "Property Type"), ["buyer_property_type", "seller_property_type"]);
    for preset in NAMES {
        for field in schema(preset).objects.iter().flat_map(|o| &o.fields) {
            let plain = aventora::model::preset::snake_case(&field.label);
            let supporting = SUPPORTING.contains(&(preset, field.group.as_str()));
            let twice = field.label == "Property Type";
            if field.origin == "preset" && !supporting && !twice {
                assert_eq!(field.name, plain, "{preset}");
            }
        }
    }
}

#[test]
fn views_widgets_rules_and_profiles_are_the_sources_in_its_order() {
    for preset in NAMES {
        let (golden, schema) = (golden(preset), schema(preset));
        let of = |heading: &str| golden.get(heading).map(names).unwrap_or_default();
        let views: Vec<&str> = schema.views.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(views, of("Saved Views"), "{preset}");
        let widgets: Vec<&str> = schema.widgets.iter().map(|w| w.name.as_str()).collect();
        assert_eq!(widgets, of("Dashboard Widgets"), "{preset}");
        let rules: Vec<&str> = schema.rules.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(rules, of("Automation Rules (when enabled)"), "{preset}");
        let profiles: Vec<&str> = schema.profiles.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(profiles, of("Advisor Profiles"), "{preset}");
        assert!(schema.rules.iter().all(|r| !r.active), "{preset}: rules begin as drafts");
        let explained = schema.views.iter().map(|v| &v.meaning).chain(schema.widgets.iter().map(|w| &w.meaning));
        for text in explained.chain(schema.rules.iter().map(|r| &r.meaning)) {
            let text = schema.explain(text);
            assert!(text.ends_with('.') && !text.contains('{'), "{preset}: {text}");
        }
    }
}

#[test]
fn standard_fields_are_on_their_objects_in_every_preset() {
    let golden = golden("standard");
    let objects = [
        ("People (Contacts)", "contacts"),
        ("Companies", "companies"),
        ("Opportunities (Deals)", "deals"),
        ("Tasks", "tasks"),
    ];
    for preset in NAMES {
        let schema = schema(preset);
        for (heading, name) in objects {
            let object = schema.object(name).expect("a standard object");
            for (label, _) in &golden[heading] {
                let label =
                    if label == "Company" { &schema.object("companies").expect("companies").label } else { label };
                assert!(object.fields.iter().any(|f| f.label == *label), "{preset}: {name} has no {label}");
            }
        }
        let contacts = schema.object("contacts").expect("contacts");
        for (label, values) in &golden["Intelligence"] {
            let field = labelled(contacts, label);
            assert!(field.system, "{label} is computed");
            match values.as_str() {
                "0 – 100" => assert_eq!([field.min.as_str(), field.max.as_str()], ["0", "100"]),
                options => assert_eq!(source_type(field), options),
            }
        }
    }
}

fn labelled<'a>(object: &'a Object, label: &str) -> &'a Field {
    object.fields.iter().find(|f| f.label == label).unwrap_or_else(|| panic!("{} has no {label}", object.name))
}

#[test]
fn the_names_of_the_contract_are_there() {
    let contract: [(&str, &[&str]); 7] = [
        (
            "contacts",
            &[
                "first_name",
                "last_name",
                "emails",
                "phones",
                "job_title",
                "city",
                "linkedin",
                "x",
                "company",
                "website",
                "address",
                "type",
                "status",
                "source",
                "tags",
                "description",
                "owner",
                "visibility",
                "lead_score",
                "engagement_score",
                "temperature",
                "urgency",
                "last_engaged_at",
                "created_by",
                "created_at",
                "updated_at",
            ],
        ),
        (
            "companies",
            &[
                "name",
                "website",
                "employees",
                "linkedin",
                "x",
                "annual_recurring_revenue",
                "address",
                "ideal_customer_profile",
                "account_owner",
                "role",
                "primary_contact",
            ],
        ),
        (
            "deals",
            &[
                "name",
                "amount",
                "currency",
                "close_date",
                "pipeline",
                "stage",
                "probability",
                "status",
                "company",
                "point_of_contact",
                "contacts",
                "owner",
                "description",
                "tags",
                "source",
                "lost_reason",
                "won_at",
                "lost_at",
            ],
        ),
        ("tasks", &["title", "body", "status", "due_at", "assignee", "links"]),
        ("notes", &["title", "body", "links"]),
        ("activities", &["type", "status", "links"]),
        ("attachments", &["file", "links"]),
    ];
    for preset in NAMES {
        let schema = schema(preset);
        for (object, fields) in contract {
            let object = schema.object(object).unwrap_or_else(|| panic!("{object}"));
            for field in fields {
                assert!(object.field(field).is_some(), "{preset}: {}.{field}", object.name);
            }
        }
    }
    let schema = schema("real-estate");
    for field in ["contact_type", "buyer_property_type", "seller_property_type"] {
        assert!(schema.object("contacts").is_some_and(|o| o.field(field).is_some()), "{field}");
    }
}

#[test]
fn the_contact_type_decides_the_groups_and_the_pipeline() {
    let schema = schema("real-estate");
    let contacts = schema.object("contacts").expect("contacts");
    let names = |text: &str| {
        let inside = text.split_once('(').map(|(_, r)| r.trim_end_matches(')')).unwrap_or_default().to_string();
        inside.split(", ").map(String::from).collect::<BTreeSet<_>>()
    };
    let set = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<BTreeSet<_>>();
    let shown = |group: &str| {
        let conditions: BTreeSet<&str> =
            contacts.fields.iter().filter(|f| f.group == group).map(|f| f.show_if.as_str()).collect();
        assert_eq!(conditions.len(), 1, "one condition for the whole group {group}");
        names(conditions.first().expect("one"))
    };
    assert_eq!(shown("Buyer"), set(&["buyer", "investor", "tenant", "buyer_and_seller", "past_client"]));
    assert_eq!(shown("Seller"), set(&["seller", "landlord", "buyer_and_seller", "past_client"]));
    let pipelines: Vec<_> = schema.pipelines.iter().map(|p| (p.name.as_str(), names(&p.preselect))).collect();
    assert_eq!(pipelines[0], ("buyer", set(&["buyer", "investor", "tenant", "buyer_and_seller"])));
    assert_eq!(pipelines[1], ("seller", set(&["seller", "landlord"])));
}

#[test]
fn the_numbers_of_the_source_are_parameters() {
    let rule = |preset: &str, name: &str| {
        let rule = schema(preset).rules.into_iter().find(|r| r.name == name);
        rule.unwrap_or_else(|| panic!("{name}")).parameters
    };
    assert_eq!(rule("real-estate", "Real Estate Inactive Lead"), [("days".to_string(), 14)]);
    let outreach = rule("mortgage", "Renewal Outreach");
    assert_eq!(outreach, [("days_before".to_string(), 120), ("days_before_least".to_string(), 90)]);
    let shared = |preset: &str, name: &str| schema(preset).parameters.iter().find(|p| p.name == name).map(|p| p.value);
    assert_eq!(shared("mortgage", "renewal_days"), Some(90));
    assert_eq!(shared("insurance", "contact_months"), Some(12));
}

#[test]
fn a_parameter_that_an_admin_changes_reaches_its_filters() {
    let mut schema = schema("insurance");
    let view = |s: &Schema| s.views.iter().find(|v| v.name == "High Value Clients").map(|v| v.filter.clone());
    assert_eq!(view(&schema).as_deref(), Some("annual_premium >= 5000 AND test != true"));
    let high = schema.parameters.iter_mut().find(|p| p.name == "high_premium").expect("high_premium");
    high.value = 7_500;
    schema.fill_parameters();
    assert_eq!(view(&schema).as_deref(), Some("annual_premium >= 7500 AND test != true"));
}

#[test]
fn base_ids_never_change() {
    let mut lines = Vec::new();
    for object in schema("generic").objects {
        for field in &object.fields {
            let options: Vec<String> = field.options.iter().map(|c| format!("{}={}", c.id, c.name)).collect();
            let options = if options.is_empty() { String::new() } else { format!(" [{}]", options.join(" ")) };
            lines.push(format!("{}.{} {}.{} {:?}{options}", object.id, field.id, object.name, field.name, field.kind));
        }
    }
    lines.sort();
    let path = format!("{}/tests/golden/presets/base_ids.txt", env!("CARGO_MANIFEST_DIR"));
    let found = lines.join("\n") + "\n";
    if std::env::var_os("AVENTORA_GOLDEN").is_some() {
        std::fs::write(&path, &found).expect("the golden file can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("the golden file is there");
    // Fields may be added (then run with AVENTORA_GOLDEN=1); a line that is kept here is in workspaces already.
    let kept: BTreeSet<&str> = kept.lines().collect();
    let found: BTreeSet<&str> = found.lines().collect();
    assert_eq!(kept.difference(&found).collect::<Vec<_>>(), Vec::<&&str>::new(), "changed or gone");
    assert_eq!(found.difference(&kept).collect::<Vec<_>>(), Vec::<&&str>::new(), "new: add it to the golden file");
}

#[test]
fn every_filter_and_sort_of_every_preset_compiles() {
    for preset in NAMES {
        let schema = schema(preset);
        check_schema(&schema).unwrap_or_else(|e| panic!("{preset}: {e}"));
        assert!(schema.filters().len() > schema.views.len() + schema.rules.len());
    }
}

#[test]
fn every_icon_and_colour_that_a_preset_names_is_in_the_assets() {
    let asset = |path: &str| {
        std::fs::read_to_string(format!("{}/assets/{path}", env!("CARGO_MANIFEST_DIR"))).expect("the asset is there")
    };
    let (icons, styles) = (asset("icons.txt"), asset("css/utilities.css"));
    for preset in NAMES {
        for object in schema(preset).objects {
            assert!(icons.lines().any(|l| l == object.icon), "{preset}: the icon {} is not in the sprite", object.icon);
        }
    }
    for color in aventora::model::field::COLORS {
        for class in [format!(".c-{color} "), format!(".d-{color} ")] {
            assert!(styles.contains(&class), "there is no style {class}");
        }
    }
}
