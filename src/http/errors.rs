//! The one place where an error becomes an answer: a problem document (RFC 9457) under `/api/`, a page elsewhere. What went
//! wrong inside is logged once, with the request's id, and never shown.

use crate::base::{Error, Problem};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};
use std::fmt;

/// An error on its way out of a handler. [`super::guard`] makes the answer of it.
#[derive(Debug)]
pub enum Failure {
    /// An error of ours.
    Error(Error),
    /// What was sent can't be read: syntax of JSON, a filter, a cursor, a parameter.
    Unreadable(Vec<Problem>),
    /// Nobody is signed in, or the key is no good.
    SignIn,
    /// A change without proof that our own page sent it.
    Foreign,
    /// Too many requests for this key: (limit, seconds to wait).
    Rate(u32, u64),
    /// An answer of the server itself: a body too large, a method that is not allowed.
    Plain(StatusCode),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        // A bare answer: the guard, which knows the request, writes the body.
        HttpResponse::new(self.status())
    }
}

impl Failure {
    /// The status that tells it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Error(error) => match error {
                Error::NotFound => StatusCode::NOT_FOUND,
                Error::Denied(_) => StatusCode::FORBIDDEN,
                Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Error::Conflict { field, .. } if field.is_empty() => StatusCode::PRECONDITION_FAILED,
                Error::Conflict { .. } => StatusCode::CONFLICT,
                Error::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
                Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
                Error::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
                Error::External(_) => StatusCode::BAD_GATEWAY,
                Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Rate(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Plain(status) => *status,
        }
    }

    /// A sentence for people; nothing of what went wrong inside.
    pub fn message(&self) -> String {
        match self {
            Self::Error(Error::Internal(_)) => "Something went wrong on our side. Nothing more is known here.".into(),
            Self::Error(error) => error.to_string(),
            Self::Unreadable(problems) => Error::Invalid(problems.clone()).to_string(),
            Self::SignIn => "Sign in first, or send a valid key as `Authorization: Bearer …`.".into(),
            Self::Foreign => "This change did not come from a page of ours. Reload the page and try again.".into(),
            Self::Rate(limit, seconds) => {
                format!("More than {limit} requests a minute. Please wait {seconds} seconds.")
            }
            Self::Plain(status) => match *status {
                StatusCode::NOT_FOUND => "There is nothing at this address.".into(),
                StatusCode::METHOD_NOT_ALLOWED => "This address does not take that method.".into(),
                StatusCode::PAYLOAD_TOO_LARGE => "What was sent is too large.".into(),
                StatusCode::REQUEST_TIMEOUT => "The request took too long to arrive.".into(),
                StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                    "Send JSON, not compressed, and say so: `Content-Type: application/json`.".into()
                }
                status if status.is_server_error() => "Something went wrong on our side.".into(),
                _ => "The request can't be read.".into(),
            },
        }
    }

    /// The same, where an error of ours says that what was sent can't be read.
    pub fn unreadable(self) -> Self {
        match self {
            Self::Error(Error::Invalid(problems)) => Self::Unreadable(problems),
            other => other,
        }
    }

    /// Seconds after which it is worth trying again.
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Error(Error::Limited { retry_after_s, .. }) => Some(*retry_after_s),
            Self::Error(Error::Unavailable(_)) => Some(2),
            Self::Rate(_, seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// The problems of single fields.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Error(Error::Invalid(problems)) | Self::Unreadable(problems) => problems,
            _ => &[],
        }
    }

    /// The answer as a problem document.
    pub fn problem(&self, request_id: &str) -> HttpResponse {
        let status = self.status();
        let mut body = Map::new();
        body.insert("type".into(), json!("about:blank"));
        body.insert("title".into(), json!(status.canonical_reason().unwrap_or("Error")));
        body.insert("status".into(), json!(status.as_u16()));
        body.insert("detail".into(), json!(self.message()));
        body.insert("request_id".into(), json!(request_id));
        if !self.problems().is_empty() {
            body.insert("errors".into(), self.problems().iter().map(problem).collect());
        }
        if let Self::Error(Error::Conflict { field, .. }) = self
            && !field.is_empty()
        {
            body.insert("field".into(), json!(field));
        }
        let mut answer = HttpResponse::build(status);
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        answer.body(Value::Object(body).to_string())
    }
}

fn problem(problem: &Problem) -> Value {
    let mut object = Map::new();
    object.insert("field".into(), json!(problem.field));
    object.insert("code".into(), json!(problem.code));
    object.insert("message".into(), json!(problem.message));
    if let Some(at) = problem.at {
        object.insert("at".into(), json!(at));
    }
    if let Some(row) = problem.row {
        object.insert("row".into(), json!(row));
    }
    Value::Object(object)
}
