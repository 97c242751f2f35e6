//! Lists as files that are made while they are sent.

mod events;
mod jobs;
mod users;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use model::{ErrorCode, Problem};
use web::Portal;

pub fn routes(portal: Portal) -> Router {
    Router::new()
        .route(app::routes::USERS_EXPORT, get(users::users))
        .route(app::routes::EVENTS_EXPORT, get(events::events))
        .route(app::routes::JOB_RESULTS, get(jobs::results))
        .with_state(portal)
}

/// What breaks a file off, which a browser tells.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A piece of a file.
type Piece = Result<Vec<u8>, Fault>;

/// The answer with a file of this name and type.
fn attached((name, kind): (&str, &'static str), body: Body) -> Response {
    let mut answer = (StatusCode::OK, body).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A file cannot be signed in for; the list that it is of can.
fn refused(portal: &Portal, parts: &Parts, problem: &Problem, list: &str) -> Response {
    if problem.code == ErrorCode::NotSignedIn {
        return Redirect::to(&app::routes::login(list)).into_response();
    }
    app::auth::failed(portal, parts, problem)
}

/// A part of a CSV file.
pub struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    pub fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }

    /// The mark by which spreadsheets know UTF-8, and the headings.
    pub fn begin<'a>(&mut self, headings: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        let mut all = headings;
        let first = all.next().map(|heading| format!("\u{feff}{heading}")).unwrap_or_default();
        self.0.write_field(first)?;
        self.0.write_record(all)?;
        Ok(())
    }

    pub fn write(&mut self, cells: Vec<String>) -> Result<(), Fault> {
        self.0.write_record(cells.iter().map(|cell| harmless(cell)))?;
        Ok(())
    }

    pub fn end(self) -> Piece {
        Ok(self.0.into_inner()?)
    }
}

/// A cell that no spreadsheet runs as a formula: an apostrophe before what would be one, and before what already
/// stands behind apostrophes, so that an import takes away exactly what was put there.
fn harmless(cell: &str) -> String {
    let begins = cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    if begins { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("Ada", "Ada"),
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-", "'-"),
            ("@here", "'@here"),
            ("'=x", "''=x"),
            ("'quoted'", "'quoted'"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
