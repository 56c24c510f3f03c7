//! Preset files that are wrong: each is refused with a sentence that says where.

use aventora::model::preset::Preset;

/// A folder with one industry file.
fn dir(name: &str, text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join(format!("{name}.toml")), text).expect("the file can be written");
    dir
}

fn generic() -> String {
    let path = format!("{}/presets/generic.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the generic preset is there")
}

/// What is said about `generic.toml` with `from` replaced by `to`.
fn refusal(from: &str, to: &str) -> String {
    let text = generic();
    assert!(text.contains(from), "{from} is in the file");
    let dir = dir("generic", &text.replacen(from, to, 1));
    let made = Preset::load("generic", Some(dir.path())).and_then(|p| p.schema("USD"));
    made.expect_err("a broken file is refused").to_string()
}

#[test]
fn an_unknown_preset_is_refused_with_the_list() {
    let error = Preset::load("plumbing", None).expect_err("there is no such preset").to_string();
    assert_eq!(
        error,
        "preset: There is no preset \"plumbing\"; choose one of generic, insurance, mortgage, financial-advisor, real-estate."
    );
    assert!(Preset::load("base", None).is_err(), "the base is no preset");
    assert!(Preset::load("../generic", Some(std::path::Path::new("presets/x"))).is_err(), "a name is no path");
}

#[test]
fn an_unknown_key_is_refused_with_file_and_line() {
    let error = refusal("audience =", "audiense =");
    assert!(error.contains("generic.toml, line 6") && error.contains("audiense"), "{error}");
    let error = refusal("stale_days = 30, color = \"gray\"", "stale_days = 30, colour = \"gray\"");
    assert!(error.contains("generic.toml, line 25") && error.contains("colour"), "{error}");
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    let error = refusal("[preset]", "[preset");
    assert!(error.contains("generic.toml, line 3"), "{error}");
}

#[test]
fn a_wrong_kind_object_or_parameter_is_refused_with_its_line() {
    let error = refusal("kind = \"won\"", "kind = \"victory\"");
    assert!(error.contains("line 30") && error.contains("victory"), "{error}");
    let error = refusal("[objects.deals]", "[objects.dealz]");
    assert!(error.contains("line 16") && error.contains("there is no object dealz"), "{error}");
    let error = refusal("days({stale_days})", "days({stale})");
    assert!(error.contains("line ") && error.contains("there is no parameter stale"), "{error}");
}

#[test]
fn a_model_that_does_not_hold_together_is_refused_with_every_reason() {
    let error = refusal(
        "label = \"Lost\", meaning = \"Closed without success.\", kind = \"lost\"",
        "label = \"Won\", meaning = \"x\", kind = \"open\"",
    );
    assert!(error.contains("pipeline sales") && error.contains("two stages are named won"), "{error}");
    assert!(error.contains("no stage is of the kind lost"), "{error}");
    let error = refusal("sort = \"-created_at\"", "sort = \"-shoe_size\"");
    assert!(error.contains("view New Leads") && error.contains("can't be sorted by shoe_size"), "{error}");
    let error = refusal("color = \"teal\"", "color = \"mauve\"");
    assert!(error.contains("mauve is no colour"), "{error}");
    let error = refusal("measure = \"weighted(amount)\"", "measure = \"weighted(weight)\"");
    assert!(error.contains("widget Revenue Forecast") && error.contains("there is no field weight"), "{error}");
    let error = refusal("trigger = \"schedule: daily\"", "trigger = \"full_moon\"");
    assert!(error.contains("rule AI Suggested Actions") && error.contains("full_moon is no trigger"), "{error}");
}

#[test]
fn a_field_that_points_nowhere_or_is_there_twice_is_refused() {
    let with = |field: &str| {
        let text = format!("{}\n[[groups]]\nname = \"Own\"\nfields = [{{ {field} }}]\n", generic());
        let dir = dir("generic", &text);
        let made = Preset::load("generic", Some(dir.path())).and_then(|p| p.schema("USD"));
        made.map(|_| String::new()).unwrap_or_else(|e| e.to_string())
    };
    assert_eq!(with("name = \"shoe_size\", label = \"Shoe Size\", kind = \"number\""), "");
    let error = with("name = \"city\", label = \"City\", kind = \"text\"");
    assert!(error.contains("two fields are named city"), "{error}");
    let error = with("name = \"boat\", label = \"Boat\", kind = \"relation\", target = \"boats\"");
    assert!(error.contains("there is no object boats"), "{error}");
    let error = with("name = \"boat\", label = \"Boat\", kind = \"relation\"");
    assert!(error.contains("has a target"), "{error}");
    let error = with("name = \"pal\", label = \"Pal\", kind = \"relation\", target = \"contacts\", inverse = \"city\"");
    assert!(error.contains("contacts has a field city already"), "{error}");
    let error = with("name = \"tone\", label = \"Tone\", kind = \"select\"");
    assert!(error.contains("a select has options"), "{error}");
    let error = with("name = \"tone\", label = \"Tone\", kind = \"select\", options = [\"A\", \"A\"]");
    assert!(error.contains("two options are named a"), "{error}");
    let error = with("name = \"code\", label = \"Code\", kind = \"currency_code\", of = \"city\"");
    assert!(error.contains("must name a money field"), "{error}");
    let error = with("name = \"full\", label = \"Full\", kind = \"full_name\", parts = [\"first_name\"]");
    assert!(error.contains("two text fields as parts"), "{error}");
    let error = with("name = \"Shoe Size\", label = \"Shoe Size\", kind = \"number\"");
    assert!(error.contains("an API name is snake_case"), "{error}");
    let error = with("name = \"far\", label = \"Far\", kind = \"number\", id = 20");
    assert!(error.contains("1000 to 1999"), "{error}");
}

#[test]
fn a_folder_can_bring_a_preset_of_its_own() {
    let text = generic().replacen("name = \"generic\"", "name = \"boats\"", 1).replacen(
        "label = \"Generic\"",
        "label = \"Boats\"",
        1,
    );
    let dir = dir("boats", &text);
    let preset = Preset::load("boats", Some(dir.path())).expect("the folder's preset is read");
    assert_eq!(preset.label, "Boats");
    assert!(preset.schema("CAD").is_ok_and(|s| s.preset == "boats" && s.currency == "CAD"));
    assert!(Preset::load("insurance", Some(dir.path())).is_ok(), "the others stay");
    assert_eq!(aventora::model::preset::names(Some(dir.path())).last().map(String::as_str), Some("boats"));
    let error = Preset::load("cars", Some(dir.path())).expect_err("there is no such preset").to_string();
    assert!(error.contains("real-estate, boats"), "{error}");
}

#[test]
fn a_filter_that_means_nothing_is_refused_with_its_place() {
    let text = generic().replacen("filter = 'status = open'", "filter = 'statos = open'", 1);
    let dir = dir("generic", &text);
    let schema = Preset::load("generic", Some(dir.path())).and_then(|p| p.schema("USD")).expect("it holds together");
    let error = aventora::records::query::check_schema(&schema).expect_err("there is no such field").to_string();
    assert!(error.contains("view Active Opportunities") && error.contains("statos"), "{error}");
}
