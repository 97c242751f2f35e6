//! Files that are sent while they are made, and CSV that no spreadsheet runs.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub type Piece = Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;

/// The answer that a browser keeps as a file.
pub fn attached(body: Body, name: &str, kind: &'static str) -> Response {
    let mut answer = (StatusCode::OK, body).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A part of a CSV file.
pub struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    pub fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }

    /// The mark by which spreadsheets know UTF-8, and the headings.
    pub fn begin<'a>(
        &mut self,
        headings: impl Iterator<Item = &'a str>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut all = headings;
        let first = all.next().map(|heading| format!("\u{feff}{heading}")).unwrap_or_default();
        self.0.write_field(first)?;
        self.0.write_record(all)?;
        Ok(())
    }

    pub fn write(&mut self, cells: Vec<String>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
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
