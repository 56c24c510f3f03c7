//! Saved views over real records: each takes in what its name says and leaves out the rest. It is Tuesday, 2026-03-10.

use crate::support::Workspace;
use aventora::records::query::{Aggregate, Measure, MeasureKind, Query, Start};

/// Last names (titles, for other objects) of what a view shows, in its order.
fn shown(w: &Workspace, view: &str) -> Vec<String> {
    let schema = w.engine.schema();
    let view = schema.views.iter().find(|v| v.name == view).unwrap_or_else(|| panic!("no view {view}"));
    let query = Query {
        object: view.object,
        filter: view.filter.clone(),
        sort: view.sort.clone(),
        start: Start::First,
        limit: 50,
        trashed: false,
    };
    let page = w.engine.list(&w.admin, &query).unwrap_or_else(|e| panic!("{}: {e}", view.name));
    let ids: Vec<_> = page.records.iter().map(|r| r.id).collect();
    assert_eq!(page.total, ids.len() as u64);
    let labels = w.engine.labels(&w.admin, &ids).expect("labels");
    labels.into_iter().map(|l| l.expect("all may be seen").text).collect()
}

/// A contact by one name and further values.
fn contact(w: &Workspace, name: &str, values: &[(&str, &str)]) -> u64 {
    let mut all = vec![("last_name", name)];
    all.extend(values);
    w.create(&w.admin, "contacts", &all).row.0
}

/// A deal of a contact in a stage.
fn deal(w: &Workspace, name: &str, contact: u64, values: &[(&str, &str)]) {
    let link = format!("contacts/{contact}");
    let mut all = vec![("name", name), ("point_of_contact", link.as_str())];
    all.extend(values);
    w.create(&w.admin, "deals", &all);
}

#[test]
fn insurance_views_follow_renewals_claims_and_lapses() {
    let w = Workspace::of("insurance");
    contact(&w, "This month", &[("policy_renewal_date", "2026-03-31"), ("annual_premium", "900")]);
    contact(&w, "Last month", &[("policy_renewal_date", "2026-02-28")]);
    contact(&w, "In 60 days", &[("policy_renewal_date", "2026-05-09")]);
    contact(&w, "In 61 days", &[("policy_renewal_date", "2026-05-10")]);
    contact(
        &w,
        "Already gone",
        &[("policy_renewal_date", "2026-03-20"), ("policy_lapsed", "yes"), ("lapse_date", "2026-03-01")],
    );
    contact(&w, "Only a test", &[("policy_renewal_date", "2026-03-20"), ("annual_premium", "99999"), ("test", "yes")]);
    contact(&w, "Big", &[("annual_premium", "12000"), ("type", "Customer"), ("coverage_amount", "50000")]);
    contact(
        &w,
        "Bigger",
        &[("annual_premium", "12000.01"), ("type", "Customer"), ("coverage_amount", "500000"), ("cross_sell", "no")],
    );
    contact(&w, "Flagged", &[("annual_premium", "4999.99"), ("type", "Customer"), ("cross_sell", "yes")]);
    contact(
        &w,
        "Open claim",
        &[("claim_status", "In Review"), ("last_claim_date", "2025-01-01"), ("type", "Customer")],
    );
    contact(&w, "Old claim", &[("claim_status", "Settled"), ("last_claim_date", "2025-01-01"), ("type", "Customer")]);
    assert_eq!(shown(&w, "Renewals Due This Month"), ["This month"]);
    assert_eq!(shown(&w, "Policies Expiring Soon"), ["This month", "In 60 days"]);
    assert_eq!(shown(&w, "Lapsed Policies"), ["Already gone"]);
    assert_eq!(shown(&w, "High Value Clients"), ["Bigger", "Big"]);
    assert_eq!(shown(&w, "Cross-Sell Opportunities"), ["Big", "Flagged"]);
    assert_eq!(shown(&w, "Claims Follow-Up"), ["Open claim"]);
    assert!(shown(&w, "Clients Without Contact In 12 Months").is_empty(), "everybody is new");
    w.clock.advance(366 * 24 * 3_600_000);
    assert_eq!(shown(&w, "Clients Without Contact In 12 Months").len(), 5, "the customers");
    assert!(shown(&w, "New Prospects").contains(&"This month".to_string()));
}

#[test]
fn a_call_takes_a_prospect_out_of_the_new_ones() {
    let w = Workspace::of("insurance");
    let called = contact(&w, "Called", &[]);
    contact(&w, "Waiting", &[]);
    assert_eq!(shown(&w, "New Prospects").len(), 2);
    let link = format!("contacts/{called}");
    let call =
        [("subject", "Hello"), ("type", "Call"), ("starts_at", "2026-03-10T14:00:00Z"), ("links", link.as_str())];
    w.create(&w.admin, "activities", &call);
    assert_eq!(shown(&w, "New Prospects"), ["Waiting"]);
}

#[test]
fn generic_views_follow_deals() {
    let w = Workspace::of("generic");
    let who = contact(&w, "Somebody", &[]);
    deal(&w, "March", who, &[("close_date", "2026-03-31"), ("amount", "10")]);
    deal(&w, "April", who, &[("close_date", "2026-04-01"), ("amount", "20")]);
    deal(&w, "Won in March", who, &[("close_date", "2026-03-15"), ("stage", "Won")]);
    deal(&w, "Lost", who, &[("close_date", "2026-03-15"), ("stage", "Lost")]);
    assert_eq!(shown(&w, "Active Opportunities"), ["March", "April"]);
    assert_eq!(shown(&w, "Closing This Month"), ["March"]);
    assert!(shown(&w, "Stale Deals").is_empty());
    w.clock.advance(32 * 24 * 3_600_000);
    assert_eq!(shown(&w, "Stale Deals").len(), 2, "the open ones, won and lost are no longer stale");
    assert_eq!(shown(&w, "Closing This Month"), ["April"], "it is April now");
}

#[test]
fn mortgage_views_follow_stages_conditions_and_rates() {
    let w = Workspace::of("mortgage");
    let early = contact(&w, "Early", &[]);
    let late = contact(&w, "Late", &[]);
    let funded = contact(&w, "Funded", &[("interest_rate", "5.25"), ("renewal_date", "2026-06-08")]);
    contact(&w, "Past", &[("past_client", "yes"), ("interest_rate", "5"), ("renewal_date", "2026-06-09")]);
    deal(&w, "A", early, &[("stage", "Pre-Qualification")]);
    deal(&w, "B", late, &[("stage", "Underwriting"), ("close_date", "2026-04-09")]);
    deal(&w, "C", late, &[("stage", "Approved"), ("conditions_outstanding", "0"), ("close_date", "2026-04-10")]);
    deal(&w, "D", late, &[("stage", "Approved"), ("conditions_outstanding", "2")]);
    deal(&w, "E", funded, &[("stage", "Funded")]);
    assert_eq!(shown(&w, "Pre-Approvals"), ["Early"]);
    assert_eq!(shown(&w, "Applications In Progress"), ["B"]);
    assert_eq!(shown(&w, "Conditions Outstanding"), ["D"]);
    assert_eq!(shown(&w, "Closing Soon"), ["B"]);
    assert_eq!(shown(&w, "Renewals Upcoming"), ["Funded"], "within 90 days");
    assert_eq!(shown(&w, "Refinance Opportunities"), ["Funded"], "above 5 percent");
    assert_eq!(shown(&w, "Past Clients").len(), 2);
}

#[test]
fn advisor_views_follow_reviews_and_wealth() {
    let w = Workspace::of("financial-advisor");
    contact(&w, "Overdue", &[("next_review_date", "2026-01-01"), ("net_worth", "999999.99"), ("type", "Customer")]);
    contact(&w, "Soon", &[("next_review_date", "2026-04-09"), ("net_worth", "1000000"), ("type", "Customer")]);
    contact(
        &w,
        "Later",
        &[
            ("next_review_date", "2026-04-10"),
            ("managed_assets", "1000000"),
            ("satisfaction", "4"),
            ("type", "Customer"),
        ],
    );
    contact(&w, "Retiring", &[("target_retirement_date", "2030-01-01"), ("vip", "yes"), ("type", "Customer")]);
    contact(&w, "Dreaming", &[("retirement_goal", "500000"), ("type", "Customer")]);
    contact(&w, "New", &[]);
    assert_eq!(shown(&w, "Review Due"), ["Overdue", "Soon"]);
    assert_eq!(shown(&w, "High Net Worth"), ["Soon", "Later"]);
    assert_eq!(shown(&w, "Retirement Planning"), ["Retiring", "Dreaming"]);
    assert_eq!(shown(&w, "Referral Opportunities"), ["Later"]);
    assert_eq!(shown(&w, "VIP Clients"), ["Retiring"]);
    assert_eq!(shown(&w, "Prospects"), ["New"]);
}

#[test]
fn real_estate_views_follow_types_and_pipelines() {
    let w = Workspace::of("real-estate");
    let buyer = contact(&w, "Buyer", &[("contact_type", "Buyer"), ("mortgage_pre_approved", "yes")]);
    let seller = contact(&w, "Seller", &[("contact_type", "Seller"), ("mortgage_pre_approved", "yes")]);
    contact(&w, "Partner", &[("contact_type", "Referral Partner")]);
    contact(&w, "Helper", &[("contact_type", "Past Client"), ("referral_source", "yes")]);
    deal(&w, "House hunt", buyer, &[("stage", "Showing Scheduled")]);
    deal(&w, "Elm Street 5", seller, &[("pipeline", "Seller Pipeline"), ("stage", "Active Listing")]);
    deal(&w, "Team lead", buyer, &[("pipeline", "Team Lead Pipeline"), ("stage", "New Lead")]);
    deal(&w, "Buyer lead", buyer, &[("pipeline", "Buyer Pipeline"), ("stage", "New Lead")]);
    assert_eq!(shown(&w, "Active Buyers"), ["Buyer"]);
    assert_eq!(shown(&w, "Active Sellers"), ["Seller"]);
    assert_eq!(shown(&w, "Pre-Approved Buyers"), ["Buyer"]);
    assert_eq!(shown(&w, "Referral Partners"), ["Helper", "Partner"]);
    assert_eq!(shown(&w, "Unassigned Leads"), ["Team lead"], "the buyers' pipeline has a stage of that name too");
    assert_eq!(shown(&w, "New Leads").len(), 3, "a referral partner is no lead");
    assert!(shown(&w, "Needs Follow-Up").is_empty());
    let link = format!("contacts/{buyer}");
    let task = [("title", "Call"), ("due_at", "2026-03-10T14:59:00Z"), ("links", link.as_str())];
    w.create(&w.admin, "tasks", &task);
    assert_eq!(shown(&w, "Needs Follow-Up"), ["Buyer"]);
}

#[test]
fn a_stage_that_several_pipelines_have_is_the_one_of_the_deals_pipeline() {
    let w = Workspace::of("real-estate");
    let new = |values: &[(&str, &str)]| w.create(&w.admin, "deals", values);
    let first = new(&[("name", "No pipeline named"), ("stage", "Contacted")]);
    assert_eq!(w.text(&w.admin, first, "pipeline"), "buyer");
    let sale = new(&[("name", "Sale"), ("pipeline", "seller"), ("stage", "Contacted")]);
    assert_eq!(w.text(&w.admin, sale, "stage"), "seller/contacted");
    w.update(&w.admin, sale, &[("stage", "Active Listing")]);
    w.update(&w.admin, sale, &[("stage", "Contacted")]);
    assert_eq!(w.text(&w.admin, sale, "pipeline"), "seller", "it stays in its pipeline");
    w.update(&w.admin, sale, &[("pipeline", "buyer"), ("stage", "Contacted")]);
    assert_eq!(w.text(&w.admin, sale, "pipeline"), "buyer");
    w.update(&w.admin, sale, &[("stage", "Active Listing")]);
    assert_eq!(w.text(&w.admin, sale, "pipeline"), "seller", "only the seller's pipeline has that stage");
    assert!(w.try_update(&w.admin, sale, &[("pipeline", "buyer"), ("stage", "Sold")]).is_err());
}

#[test]
fn every_widget_of_every_preset_has_figures() {
    for preset in aventora::model::preset::NAMES {
        let w = Workspace::of(preset);
        let who = contact(&w, "Somebody", &[]);
        deal(&w, "A deal", who, &[("amount", "10"), ("close_date", "2026-03-20")]);
        for widget in &w.engine.schema().widgets {
            let fields = widget.measure.split(", ").filter_map(|m| m.trim_end_matches(')').split_once('('));
            let measures = fields.filter_map(|(word, field)| {
                let kind = match word {
                    "sum" => MeasureKind::Sum,
                    "avg" => MeasureKind::Avg,
                    _ => return None, // a weighted sum is the dashboards' own
                };
                Some(Measure { kind, field: field.into() })
            });
            let group = Some(widget.group.clone()).filter(|g| !g.is_empty()).into_iter().collect();
            for filter in [&widget.filter, &widget.of] {
                let (filter, measures) = (filter.clone(), measures.clone().collect());
                let asked = Aggregate { object: widget.object, filter, group: Vec::clone(&group), measures };
                let figures = w.engine.aggregate(&w.admin, &asked);
                assert!(figures.is_ok(), "{preset}: {}: {figures:?}", widget.name);
            }
        }
    }
}
