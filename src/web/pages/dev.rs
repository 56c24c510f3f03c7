//! `/dev/components`, with `--dev` only: every component in every state, on samples that never change, so that a look at one page,
//! a picture of it and a check by axe cover them all. It reads nothing of the workspace.

use crate::app::Crm;
use crate::base::id::{RecordRef, Row};
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::kinds::{self, Reading};
use crate::model::object::standard;
use crate::model::preset::Preset;
use crate::model::{Field, Kind, Schema, Value};
use crate::web::ask::{self, look_of};
use crate::web::messages::Lang;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Parts, Place, parts_of};
use crate::web::ui::hits::{As, HitGroup, HitRow, Piece, hits};
use crate::web::ui::pagination::{Pagination, pagination};
use crate::web::ui::shell::document;
use crate::web::ui::table::{self, Head, Sort};
use crate::web::ui::tabs::{Tab, tabs};
use crate::web::ui::toast::toast;
use crate::web::ui::{Labels, Photos, Ui, avatar, icon, pill};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// The moment that the samples are told at: 2026-11-20, noon UTC.
const NOW: i64 = 1_795_176_000_000;
/// Who reads the samples.
const ME: Row = Row(1);
/// Colours of pills.
const COLOURS: [&str; 12] =
    ["gray", "red", "orange", "amber", "lime", "green", "teal", "cyan", "blue", "indigo", "violet", "pink"];

/// `GET /dev/components`.
pub async fn page(crm: CrmData, request: HttpRequest) -> std::result::Result<HttpResponse, Failure> {
    let look = look_of(&request);
    let body = run(&crm, render).await?;
    Ok(ask::html(StatusCode::OK, document(Lang::default(), &look, "Components", body)))
}

fn render(crm: &Crm) -> Result<Markup> {
    if !crm.dev {
        return Err(Error::NotFound);
    }
    let schema = Preset::load("insurance", None)?.schema("USD")?;
    let labels: Labels = [
        (RecordRef::new(standard::MEMBERS, ME), "Dana Whitfield".to_owned()),
        (RecordRef::new(standard::MEMBERS, Row(2)), "Sofia Klein".to_owned()),
        (RecordRef::new(standard::COMPANIES, Row(3)), "Tidewater Mutual".to_owned()),
        (RecordRef::new(standard::CONTACTS, Row(3)), "Evelyn Marlowe".to_owned()),
        (RecordRef::new(standard::DEALS, Row(3)), "Homeowners HO3-448210".to_owned()),
    ]
    .into();
    let (zone, photos) = (TimeZone::UTC, Photos::new());
    let ui = Ui {
        lang: Lang::default(),
        schema: &schema,
        zone: &zone,
        now: NOW,
        region: "US",
        me: ME,
        labels: &labels,
        photos: &photos,
    };
    Ok(html! {
        main class="components" translate="no" {
            h1 { "Components" }
            (section("Buttons", &buttons()))
            (section("Pills and tags", &pills()))
            (section("Signs", &signs(&ui)))
            (section("Ways", &ways(&ui)))
            (section("Notices", &notices(&ui)))
            (section("Nothing there", &empty()))
            (section("Found", &found(&ui)))
            (section("Table", &rows(&ui)))
            (section("Values", &values(&ui)))
            (section("Inputs", &inputs(&ui)))
        }
    })
}

fn section(title: &str, body: &Markup) -> Markup {
    html! { section class="component" id=(title.to_lowercase().replace(' ', "-")) { h2 { (title) } (body) } }
}

fn buttons() -> Markup {
    html! {
        div class="row wrap" {
            button class="btn btn-primary" type="button" { (icon::icon("plus")) "New" kbd { "C" } }
            button class="btn" type="button" { (icon::icon("pencil")) "Default" }
            button class="btn btn-ghost" type="button" { "Ghost" }
            button class="btn btn-danger" type="button" { (icon::icon("trash-2")) "Delete" }
            button class="btn btn-icon" type="button" aria-label="More" { (icon::icon("ellipsis")) }
            button class="btn" type="button" disabled { "Disabled" }
            button class="btn btn-primary btn-wide" type="button" { "Wide" }
            div class="seg" role="group" aria-label="Segments" {
                button type="button" aria-pressed="true" { "One" }
                button type="button" aria-pressed="false" { "Two" }
            }
        }
    }
}

fn pills() -> Markup {
    html! {
        div class="row wrap" { @for colour in COLOURS { (pill::pill(colour, colour)) } }
        div class="row wrap" { (pill::tag("High value")) (pill::tag("Coastal")) }
    }
}

fn signs(ui: &Ui<'_>) -> Markup {
    let sizes = ["avatar", "avatar avatar-28", "avatar avatar-48"];
    let of = [standard::CONTACTS, standard::COMPANIES, standard::DEALS];
    html! {
        @for size in sizes {
            div class="row wrap" {
                @for row in 1..=7 { (avatar::sign(ui, RecordRef::new(standard::CONTACTS, Row(row)), "Evelyn Marlowe", size)) }
                @for object in of { (avatar::sign(ui, RecordRef::new(object, Row(3)), "Tidewater Mutual", size)) }
            }
        }
    }
}

fn ways(ui: &Ui<'_>) -> Markup {
    let tab = |text: &str, count, current| Tab {
        text: text.into(),
        data: true,
        href: "#ways".into(),
        fetch: "#ways".into(),
        count,
        current,
    };
    let to = || Some("#ways".to_owned());
    html! {
        (breadcrumb("Where you are", &[Crumb::link("Clients", "#ways"), Crumb::link("My book", "#ways"), Crumb::here("Evelyn Marlowe")], false))
        (tabs("Sections", "#ways", &[tab("Timeline", None, true), tab("Fields", None, false), tab("Deals", Some(3), false), tab("Notes", Some(1_284), false)]))
        (pagination(ui.lang, &Pagination { position: 50, shown: 50, total: 312, first: to(), previous: to(), next: to(), last: None }))
    }
}

fn notices(ui: &Ui<'_>) -> Markup {
    let kinds = [
        ("notice", "info"),
        ("notice notice-info", "info"),
        ("notice notice-warning", "triangle-alert"),
        ("notice notice-error", "circle-alert"),
    ];
    html! {
        @for (class, name) in kinds {
            div class=(class) { (icon::icon(name)) p { b { "Something to know. " } "One sentence says what, another what to do next." } }
        }
        (toast(&ui.t("done.saved"), None))
    }
}

fn empty() -> Markup {
    let actions = html! { a class="btn btn-primary" href="#nothing-there" { "Import CSV" } a class="btn" href="#nothing-there" { "Add policy" } };
    let text = "Import a carrier download or add one by hand.".to_owned();
    html! { (Empty { icon: "shield-check", title: "No policies yet".into(), text, actions }) }
}

fn found(ui: &Ui<'_>) -> Markup {
    let row = |object, label: &str, line: &str, fact: Markup| HitRow {
        id: RecordRef::new(object, Row(3)),
        label: label.into(),
        marks: label.find("Marl").map(|at| (at, at + 4)).into_iter().collect(),
        line: vec![Piece { field: String::new(), text: line.into(), marks: Vec::new() }],
        fact,
    };
    let groups = [
        HitGroup {
            object: Some(standard::CONTACTS),
            label: "Clients".into(),
            data: true,
            all: Some(("#found".into(), "Show all 4 clients".into())),
            rows: vec![row(
                standard::CONTACTS,
                "Evelyn Marlowe",
                "evelyn.marlowe@example.com · (843) 555-0142",
                pill::pill("Renewal due", "red"),
            )],
        },
        HitGroup {
            object: Some(standard::DEALS),
            label: "Policies".into(),
            data: true,
            all: None,
            rows: vec![row(
                standard::DEALS,
                "Homeowners HO3-448210",
                "Evelyn Marlowe · Tidewater Mutual",
                html! { "$2,840" },
            )],
        },
    ];
    hits(ui, &groups, As::Links)
}

fn rows(ui: &Ui<'_>) -> Markup {
    let Some(deals) = ui.schema.object("deals") else { return html! {} };
    let columns: Vec<&Field> =
        ["amount", "close_date", "stage", "status"].iter().filter_map(|n| deals.field(n)).collect();
    let head = |field, sort| table::head(&Head { field, sort, href: Some("#table".into()), editable: false });
    html! {
        div class="table-wrap" tabindex="0" role="region" aria-label="Table" {
            table class="table table-rows" {
                (table::columns(deals.title_field(), &columns))
                thead { tr {
                    (head(deals.title_field(), Sort::Ascending))
                    @for field in &columns { (head(field, Sort::None)) }
                } }
                tbody { @for name in ["Homeowners HO3-448210", "Auto PA-90317"] {
                    tr {
                        th scope="row" { span class="who" { (avatar::sign(ui, RecordRef::new(standard::DEALS, Row(3)), name, "avatar")) a href="#table" { (name) } } }
                        @for field in &columns { td class=[field::is_right(field.kind).then_some("right")] { (field::view(ui, field, sample(ui, field).as_ref(), Place::Cell)) } }
                    }
                } }
            }
        }
    }
}

/// One field of each kind, in the order the data model has them.
fn one_of_each(schema: &Schema) -> Vec<&Field> {
    let mut fields: Vec<&Field> = Vec::new();
    for field in schema.objects.iter().filter(|o| o.listed).flat_map(|o| &o.fields) {
        let plain = field::has_input(field) || matches!(field.kind, Kind::FullName);
        if plain && !fields.iter().any(|f| f.kind == field.kind) {
            fields.push(field);
        }
    }
    fields
}

/// A value for a field; none for kinds that have no sample.
fn sample(ui: &Ui<'_>, field: &Field) -> Option<Value> {
    let text = match field.kind {
        Kind::Text | Kind::FullName => "Evelyn Marlowe",
        Kind::LongText => "Asked about the rate change on the home policy.\nPrefers texts after 4 PM.",
        Kind::Number => "1284.5",
        Kind::Currency => "9120.50 USD",
        Kind::Date => "2026-11-26",
        Kind::DateTime => "2026-11-26T15:05:00Z",
        Kind::YesNo => "yes",
        Kind::Rating => "4",
        Kind::Link => "https://www.example.com/evelyn",
        Kind::Emails => "evelyn.marlowe@example.com\nevelyn@work.example",
        Kind::Phones => "(843) 555-0142\n+44 20 7946 0958",
        Kind::Tags => "High value; Coastal",
        Kind::Person => return Some(Value::Member(ME)),
        Kind::Relation => {
            let target = match field.target {
                Some(crate::model::field::Target::Object(object)) => object,
                _ => standard::CONTACTS,
            };
            return Some(Value::Records(vec![RecordRef::new(target, Row(3))]));
        }
        Kind::Relations => {
            let both = [standard::CONTACTS, standard::DEALS].map(|object| RecordRef::new(object, Row(3)));
            return Some(Value::Records(both.to_vec()));
        }
        Kind::Address => {
            let address = crate::model::value::Address {
                street: "17 Tradd St".into(),
                city: "Charleston".into(),
                state: "SC".into(),
                postal_code: "29401".into(),
                country: "US".into(),
            };
            return Some(Value::Address(address));
        }
        Kind::Select => return field.options.first().map(|o| Value::Choice(o.id)),
        Kind::Pipeline => return ui.schema.pipelines.first().map(|p| Value::Choice(p.id)),
        Kind::Stage => return ui.schema.pipelines.first().and_then(|p| p.stages.first()).map(|s| Value::Choice(s.id)),
        Kind::MultiSelect => return Some(Value::Choices(field.options.iter().take(2).map(|o| o.id).collect())),
        Kind::CurrencyCode | Kind::File => return None,
    };
    let reading =
        Reading { schema: ui.schema, now: ui.now, zone: ui.zone, region: ui.region, me: ME, member: &|_| None };
    kinds::from_text(field, text, &reading).ok().flatten()
}

fn values(ui: &Ui<'_>) -> Markup {
    html! {
        div class="table-wrap" tabindex="0" role="region" aria-label="Values" {
            table class="table" {
                thead { tr { th scope="col" { "Kind" } th scope="col" { "In a table" } th scope="col" { "In the details" } } }
                tbody { @for field in one_of_each(ui.schema) {
                    @let value = sample(ui, field);
                    tr {
                        th scope="row" { (format!("{:?}", field.kind)) }
                        td { (field::view(ui, field, value.as_ref(), Place::Cell)) }
                        td { (field::view(ui, field, value.as_ref(), Place::Detail)) }
                    }
                } }
            }
        }
    }
}

fn inputs(ui: &Ui<'_>) -> Markup {
    let members = [(ME, "Dana Whitfield".to_owned()), (Row(2), "Sofia Klein".to_owned())];
    let one = |scope: &str, field: &Field, parts: &Parts, problem| {
        framed(ui, &Framed { scope, field, parts, problem, members: &members })
    };
    html! {
        @for field in one_of_each(ui.schema).into_iter().filter(|f| field::has_input(f)) {
            @let filled = parts_of(ui, field, sample(ui, field).as_ref());
            div class="component-inputs" {
                form { (one("e-", field, &Parts::default(), None)) }
                form { (one("f-", field, &filled, None)) }
                form { (one("w-", field, &filled, Some("Say what is wrong and what would be right."))) }
            }
        }
    }
}
