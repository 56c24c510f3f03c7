//! The query string: known parameters, each at most once. A misspelt one would be silently without effect, so it is an error.

use crate::base::Problem;
use crate::http::Failure;
use actix_web::HttpRequest;
use actix_web::web::Query;

/// The parameters of a request, by name.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads them; all unknown and repeated ones are told at once.
    pub fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Failure> {
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::from_query(request.query_string()) else {
            return Err(wrong("", "syntax", "The query string can't be read; encode it as UTF-8 with percent signs."));
        };
        let mut problems = Vec::new();
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let message = format!("There is no such parameter; there are {}.", known.join(", "));
                let message = if known.is_empty() { "There are no parameters here.".into() } else { message };
                problems.push(Problem::new(name, "unknown", message));
            } else if pairs[..place].iter().any(|(n, _)| n == name) {
                problems.push(Problem::new(name, "repeated", "This parameter may be given once."));
            }
        }
        if problems.is_empty() { Ok(Self(pairs)) } else { Err(Failure::Unreadable(problems)) }
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The value as text of its own, empty where there is none.
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_string()
    }

    /// The comma-separated elements of a parameter.
    pub fn list(&self, name: &str) -> Vec<String> {
        let elements = self.get(name).unwrap_or_default().split(',').map(str::trim);
        elements.filter(|e| !e.is_empty()).map(str::to_owned).collect()
    }

    /// A whole number from 1 to `max`.
    pub fn number(&self, name: &str, default: usize, max: usize) -> Result<usize, Failure> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let number = text.parse::<usize>().ok().filter(|n| (1..=max).contains(n));
        number.ok_or_else(|| wrong(name, "value", &format!("Give a whole number from 1 to {max}.")))
    }
}

/// One thing that can't be read.
pub(super) fn wrong(field: &str, code: &'static str, message: &str) -> Failure {
    Failure::Unreadable(vec![Problem::new(field, code, message)])
}
