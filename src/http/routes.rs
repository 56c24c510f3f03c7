//! The route table: every address the program answers, and who may call it. Tests and documentation go by it; the rows above
//! have lists of the same shape for theirs.

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever has the one-time token of the first run.
    Setup,
    /// A signed-in member; what they may do there is the rules' business.
    Member,
    /// A signed-in member whose role has the settings.
    Admin,
    /// Whoever sends a valid API key.
    Key,
    /// Whoever sends the metrics token.
    Metrics,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// As actix writes it: `/contacts/{id}`.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
}

impl Route {
    /// A line of the table.
    pub const fn new(method: &'static str, path: &'static str, who: Who) -> Self {
        Self { method, path, who }
    }
}

/// The routes of this row.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/healthz", Who::Anyone),
    Route::new("GET", "/readyz", Who::Anyone),
    Route::new("GET", "/metrics", Who::Metrics),
];
