//! Search over 5,000 people of many origins: what is typed with mistakes still finds the one who is meant, and what is
//! typed without any puts them first. The index is made from documents here, without an engine.

use aventora::base::Result;
use aventora::base::id::{FieldId, ObjectId, RecordRef, Row, Seq};
use aventora::model::object::standard::{COMPANIES, CONTACTS, NOTES};
use aventora::records::search::doc::SearchDoc;
use aventora::records::search::query::{Candidate, Tier};
use aventora::records::search::source::RowDoc;
use aventora::records::search::typed::Typed;
use aventora::records::search::{Contacts, Search, Source};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A log and its records, in memory.
#[derive(Default)]
pub struct Records {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    log: Vec<RecordRef>,
    docs: BTreeMap<RecordRef, Option<SearchDoc>>,
    shape: u64,
}

impl Records {
    pub fn put(&self, doc: SearchDoc) -> Seq {
        let mut state = self.state.lock().unwrap();
        state.log.push(doc.id);
        state.docs.insert(doc.id, Some(doc));
        self.news.notify_all();
        Seq(state.log.len() as u64)
    }

    pub fn trash(&self, id: RecordRef) -> Seq {
        let mut state = self.state.lock().unwrap();
        state.log.push(id);
        state.docs.insert(id, None);
        self.news.notify_all();
        Seq(state.log.len() as u64)
    }

    pub fn reshape(&self) {
        self.state.lock().unwrap().shape += 1;
    }

    /// The data model changes, and with it the document of a record, without any event.
    pub fn reshape_with(&self, doc: SearchDoc) {
        let mut state = self.state.lock().unwrap();
        state.shape += 1;
        state.docs.insert(doc.id, Some(doc));
    }
}

impl Source for Records {
    fn objects(&self) -> Vec<ObjectId> {
        vec![CONTACTS, COMPANIES, NOTES]
    }

    fn last(&self) -> Seq {
        Seq(self.state.lock().unwrap().log.len() as u64)
    }

    fn wait(&self, after: Seq, timeout: Duration) -> Seq {
        let state = self.state.lock().unwrap();
        let (state, _) = self.news.wait_timeout_while(state, timeout, |s| s.log.len() as u64 <= after.0).unwrap();
        Seq(state.log.len() as u64)
    }

    fn mark(&self, seq: Seq) -> Result<Option<u64>> {
        let state = self.state.lock().unwrap();
        Ok((seq.0 <= state.log.len() as u64).then(|| seq.0 * 31))
    }

    fn shape(&self) -> u64 {
        self.state.lock().unwrap().shape
    }

    fn changed(&self, after: Seq, most: usize) -> Result<Vec<(Seq, Option<RecordRef>)>> {
        let state = self.state.lock().unwrap();
        let from = state.log.iter().enumerate().skip(after.0 as usize).take(most);
        Ok(from.map(|(i, id)| (Seq(i as u64 + 1), Some(*id))).collect())
    }

    fn documents(&self, ids: &[RecordRef]) -> Result<Vec<Option<SearchDoc>>> {
        let state = self.state.lock().unwrap();
        Ok(ids.iter().map(|id| state.docs.get(id).cloned().flatten()).collect())
    }

    fn rows(&self, object: ObjectId, after: Row, most: usize) -> Result<Vec<RowDoc>> {
        let state = self.state.lock().unwrap();
        let from = RecordRef::new(object, Row(after.0 + 1));
        let rows = state.docs.range(from..).take_while(|(id, _)| id.object == object).take(most);
        Ok(rows.map(|(id, doc)| (id.row, doc.clone())).collect())
    }

    fn is_long_text(&self, _object: ObjectId, _field: FieldId) -> bool {
        true
    }

    fn size(&self, _object: ObjectId) -> Result<u64> {
        Ok(self.state.lock().unwrap().docs.len() as u64)
    }
}

pub fn doc(object: ObjectId, row: u64, title: &str) -> SearchDoc {
    SearchDoc {
        id: RecordRef::new(object, Row(row)),
        title: title.to_owned(),
        emails: vec![],
        phones: vec![],
        companies: vec![],
        related: vec![],
        other: vec![],
        body: vec![],
        contact_rows: vec![],
        updated_at: row as i64,
    }
}

pub struct Person {
    pub row: u64,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
}

pub fn people() -> Vec<Person> {
    let text = std::fs::read_to_string("tests/golden/search/people.tsv").unwrap();
    let person = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Person {
            row: cells[0].parse().unwrap(),
            name: format!("{} {}", cells[1], cells[2]),
            email: cells[3].into(),
            phone: cells[4].into(),
            company: cells[5].into(),
        }
    };
    text.lines().map(person).collect()
}

pub fn with_people() -> Arc<Records> {
    with_some_people(usize::MAX)
}

pub fn with_some_people(most: usize) -> Arc<Records> {
    let records = Arc::new(Records::default());
    for p in people().into_iter().take(most) {
        records.put(SearchDoc {
            emails: vec![p.email.clone()],
            phones: vec![p.phone.trim_start_matches('+').to_owned()],
            companies: vec![p.company.clone()],
            ..doc(CONTACTS, p.row, &p.name)
        });
    }
    records
}

/// Opens search and waits until the index has everything.
pub fn opened(dir: &Path, records: &Arc<Records>) -> Search {
    let search = Search::open(dir, records.clone()).unwrap();
    settled(&search, records);
    search
}

pub fn settled(search: &Search, records: &Records) {
    for _ in 0..3_000 {
        if search.rebuilding().is_none() && search.indexed() == records.last() {
            return;
        }
        records.wait(records.last(), Duration::from_millis(10));
    }
    panic!("the index did not settle");
}

pub fn find(search: &Search, text: &str) -> Vec<Candidate> {
    let (found, partial) = search.find(&Typed::new(text), &[CONTACTS, COMPANIES, NOTES], 20, &|_, _| true).unwrap();
    assert!(!partial);
    found.candidates
}

pub fn rows(search: &Search, text: &str) -> Vec<u64> {
    find(search, text).into_iter().map(|c| c.id.row.0).collect()
}

#[test]
fn nineteen_in_twenty_mistyped_searches_find_the_one_who_is_meant() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    let search = opened(dir.path(), &records);
    let names: HashMap<u64, String> = people().into_iter().map(|p| (p.row, p.name)).collect();
    let mut by_kind: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in std::fs::read_to_string("tests/golden/search/typos.tsv").unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (kind, typed, wanted) = (cells[0], cells[1], cells[2].parse::<u64>().unwrap());
        let mut found = find(&search, typed);
        // As the engine does when it shows hits: those with typos by how much their label is what was typed.
        let likeness =
            |c: &Candidate| aventora::records::search::shown::likeness(&names[&c.id.row.0], &Typed::new(typed));
        found.sort_by(|a, b| {
            let typo = |c: &Candidate| if c.tier == Tier::Typo { -likeness(c) } else { 0.0 };
            (a.tier, typo(a)).partial_cmp(&(b.tier, typo(b))).unwrap()
        });
        let hit = found.iter().take(5).any(|c| c.id.row.0 == wanted);
        let counts = by_kind.entry(kind.to_owned()).or_default();
        counts.0 += usize::from(hit);
        counts.1 += 1;
        if !hit {
            let shown: Vec<&str> = found.iter().take(3).map(|c| names[&c.id.row.0].as_str()).collect();
            println!("missed ({kind}): {typed:?} for {:?}, found {shown:?}", names[&wanted]);
        }
    }
    let (hits, all) = by_kind.values().fold((0, 0), |(h, a), (hits, all)| (h + hits, a + all));
    println!("recall at 5: {:.3} of {all}; by kind {by_kind:?}", hits as f64 / all as f64);
    assert_eq!(all, 500);
    assert!(hits * 100 >= all * 95, "recall at 5 is {hits} of {all}");
}

#[test]
fn a_whole_name_address_or_last_four_digits_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    let search = opened(dir.path(), &records);
    let all = people();
    let mut last_four: HashMap<String, Vec<u64>> = HashMap::new();
    for p in &all {
        last_four.entry(p.phone[p.phone.len() - 4..].to_owned()).or_default().push(p.row);
    }
    for p in &all {
        assert_eq!(rows(&search, &p.name)[0], p.row, "{}", p.name);
        assert_eq!(rows(&search, &p.email)[0], p.row, "{}", p.email);
        assert_eq!(rows(&search, &p.phone)[0], p.row, "{}", p.phone);
        let last = &p.phone[p.phone.len() - 4..];
        assert!(last_four[last].contains(&rows(&search, last)[0]), "{last}");
    }
}

#[test]
fn phone_fragments_are_found_in_any_format() {
    let dir = tempfile::tempdir().unwrap();
    let records = Arc::new(Records::default());
    let phones = vec!["18435550142".to_owned(), "8435550142".to_owned()];
    records.put(SearchDoc { phones, ..doc(CONTACTS, 1, "Evelyn Marlowe") });
    records.put(SearchDoc { phones: vec!["442079460958".into()], ..doc(CONTACTS, 2, "Jane Poe") });
    let search = opened(dir.path(), &records);
    for typed in [
        "555-01",
        "+1 (843) 555",
        "0142",
        "843",
        "(843)",
        "8435550142",
        "+18435550142",
        "001 843 555 0142",
        "evelyn 555-0142",
    ] {
        assert_eq!(rows(&search, typed), [1], "{typed}");
    }
    for typed in ["+44 (0)20 7946 0958", "020 7946", "0958", "+44 20 7946"] {
        assert_eq!(rows(&search, typed), [2], "{typed}");
    }
    assert_eq!(rows(&search, "555-02"), [] as [u64; 0]);
}

#[test]
fn better_matches_come_first_and_newer_ones_among_equals() {
    let dir = tempfile::tempdir().unwrap();
    let records = Arc::new(Records::default());
    records.put(SearchDoc { body: vec!["call Marlow about it".into()], ..doc(NOTES, 1, "Tuesday") });
    records.put(SearchDoc { companies: vec!["Marlow Ltd".into()], ..doc(CONTACTS, 2, "Jane Poe") });
    records.put(doc(CONTACTS, 3, "Ann Marlowe"));
    records.put(doc(CONTACTS, 4, "Ann Marlow Smith"));
    records.put(doc(CONTACTS, 5, "Bea Marlow Smith"));
    records.put(doc(CONTACTS, 6, "Marlow"));
    let search = opened(dir.path(), &records);
    let found = find(&search, "marlow");
    let order: Vec<(u64, Tier)> = found.iter().map(|c| (c.id.row.0, c.tier)).collect();
    let expected =
        [(6, Tier::Whole), (5, Tier::Exact), (4, Tier::Exact), (3, Tier::Name), (2, Tier::Other), (1, Tier::Text)];
    assert_eq!(order, expected);
    assert_eq!(rows(&search, "smith ma"), [5, 4]);
    assert_eq!(rows(&search, "poe marlow"), [2]);
}

#[test]
fn amounts_policy_numbers_addresses_and_long_texts_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let records = Arc::new(Records::default());
    let other = vec!["POL-2024-00123".to_owned(), "1234.50".to_owned(), "Québec".to_owned()];
    records.put(SearchDoc { other, emails: vec!["e.marlowe@harbor-dental.com".into()], ..doc(CONTACTS, 1, "Evelyn") });
    records.put(SearchDoc { body: vec!["The mortgage renews in May.".into()], ..doc(NOTES, 2, "Renewal") });
    let search = opened(dir.path(), &records);
    for typed in ["pol-2024", "POL-2024-00123", "pol2024001", "00123", "1234", "1234.5", "1,234.50", "quebec", "e.marl"]
    {
        assert_eq!(rows(&search, typed), [1], "{typed}");
    }
    for typed in ["harbor", "@harbor-dental.com", "marlowe@harbor", "e.marlowe@harbor-dental.com", "harbor-den"] {
        assert_eq!(rows(&search, typed), [1], "{typed}");
    }
    for typed in ["mortg", "renews may", "mortgage r", "renewal mor"] {
        assert_eq!(rows(&search, typed), [2], "{typed}");
    }
    let rows = search.rows_with_text(NOTES, FieldId(10), "gage RENEWS in m").unwrap();
    assert_eq!(rows, Some(vec![Row(2)]));
    assert_eq!(search.rows_with_text(NOTES, FieldId(10), "gage in").unwrap(), Some(vec![Row(2)]), "to be asked again");
    assert_eq!(search.rows_with_text(NOTES, FieldId(10), "mort in").unwrap(), Some(vec![]));
}

#[test]
fn counts_stop_above_a_hundred_and_leave_out_what_is_not_visible() {
    let dir = tempfile::tempdir().unwrap();
    let records = Arc::new(Records::default());
    for row in 1..=250 {
        records.put(doc(CONTACTS, row, &format!("Ann Number{row}")));
    }
    for row in 1..=30 {
        records.put(SearchDoc { contact_rows: vec![row], ..doc(NOTES, row, "Ann called") });
    }
    let search = opened(dir.path(), &records);
    let count = |visible: &aventora::records::search::Visible<'_>| {
        search.find(&Typed::new("ann"), &[CONTACTS, NOTES], 20, visible).unwrap().0.counts
    };
    assert_eq!(count(&|_, _| true), [(CONTACTS, 101), (NOTES, 30)]);
    let own = |id: RecordRef, contacts: Contacts<'_>| {
        if id.object == CONTACTS { id.row.0 <= 7 } else { contacts.any(|c| c.0 <= 7) }
    };
    assert_eq!(count(&own), [(CONTACTS, 7), (NOTES, 7)]);
    assert_eq!(count(&|_, _| false), []);
}
