//! What an input shows while somebody types into it: the day that a text means, and tags that are in use.

use crate::app::Crm;
use crate::base::time;
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::kinds;
use crate::model::{Kind, Value};
use crate::records::query::{Query, Start};
use crate::web::ask::{Answer, Ask, object_of};
use crate::web::desk::Desk;
use actix_web::HttpResponse;
use maud::{Markup, html};

/// Records, the newest first, whose tags are suggested: what people use now, at a cost that does not grow with the workspace.
const RECORDS: usize = 200;
/// Tags that are suggested at once.
const TAGS_MAX: usize = 12;
/// Days from today, either way, that are counted in words.
const COUNTED_DAYS: i32 = 366;

/// `GET /pick/dates?object=&field=&text=`: the day or moment that a text means in that field.
pub async fn date(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| meant(crm, &ask)).await?.respond(false))
}

/// `GET /pick/tags?object=&field=&q=`: tags of that field that hold the text.
pub async fn tags(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| used(crm, &ask)).await?.respond(false))
}

fn meant(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = schema.object_by_id(object_of(&schema, ask.param("object"))?).ok_or(Error::NotFound)?;
    let field = desk.fields(object).find(|f| f.name == ask.param("field")).ok_or(Error::NotFound)?;
    let read = desk.reading(|reading| kinds::from_form(field, ask.param("text"), reading));
    let (zone, today) = (&ask.actor.zone, time::day_of(crm.engine.now(), &ask.actor.zone));
    Ok(Answer::Html(match read {
        Ok(Some(Value::Date(day))) => html! {
            time datetime=(time::date_text(day)) data-shown=(time::show_date(day)) translate="no" { (weekday(day)) ", " (time::show_date(day)) }
            (distance(ask, day - today))
        },
        Ok(Some(Value::Time(moment))) => {
            let day = time::day_of(moment, zone);
            let local = time::local(moment, zone).strftime("%Y-%m-%dT%H:%M").to_string();
            html! {
                time datetime=(local) data-shown=(time::show_moment(moment, zone)) translate="no" { (weekday(day)) ", " (time::show_moment(moment, zone)) }
                (distance(ask, day - today))
            }
        }
        Ok(_) => html! {},
        Err(problem) => html! { span class="date-fault" translate="no" { (problem.message) } },
    }))
}

fn weekday(day: i32) -> String {
    time::date(day).strftime("%a").to_string()
}

/// How far away a day is, in words.
fn distance(ask: &Ask, days: i32) -> Markup {
    let lang = ask.lang;
    let text = match days {
        0 => lang.t("date.today").into_owned(),
        1 => lang.t("date.tomorrow").into_owned(),
        -1 => lang.t("date.yesterday").into_owned(),
        2..=COUNTED_DAYS => lang.with("date.ahead", &[("n", &days)]),
        _ if (-COUNTED_DAYS..0).contains(&days) => lang.with("date.ago", &[("n", &-days)]),
        _ => return html! {},
    };
    html! { " " span class="text-3" { (text) } }
}

fn used(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = schema.object_by_id(object_of(&schema, ask.param("object"))?).ok_or(Error::NotFound)?;
    let field =
        desk.fields(object).find(|f| f.kind == Kind::Tags && f.name == ask.param("field")).ok_or(Error::NotFound)?;
    let query = Query {
        object: object.id,
        filter: String::new(),
        sort: "-updated_at".into(),
        start: Start::First,
        limit: RECORDS,
        trashed: false,
    };
    let wanted = ask.param("q").trim().to_lowercase();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for record in crm.engine.list(desk.actor(), &query)?.records {
        let Some(Value::List(tags)) = record.values.get(field.id) else { continue };
        for tag in tags.iter().filter(|tag| tag.to_lowercase().contains(&wanted)) {
            match counts.iter_mut().find(|(known, _)| known == tag) {
                Some((_, n)) => *n += 1,
                None => counts.push((tag.clone(), 1)),
            }
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(Answer::Html(html! {
        @for (tag, _) in counts.iter().take(TAGS_MAX) {
            div role="option" aria-selected="false" data-id=(tag) data-label=(tag) translate="no" { span class="trunc" { (tag) } }
        }
    }))
}
