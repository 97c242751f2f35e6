//! A file as rows of cells, whatever program wrote it.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, Trim};
use model::Problem;

use super::columns::{Column, EXAMPLES};
use directory_core::normalize::normalize;

/// The most rows that one file may have.
pub(crate) const ROWS_MAX: usize = 1_000_000;

/// One row under the headings.
pub(crate) struct SheetRow {
    /// As a spreadsheet counts: the headings are row 1.
    pub number: u64,
    pub cells: Vec<String>,
}

/// A file with its headings understood.
pub(crate) struct Sheet {
    pub headings: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<SheetRow>,
}

fn unreadable(message: impl Into<String>) -> Problem {
    Problem::at("file", message)
}

/// What is wrong with the headings, which can be named when the file is read, too.
fn misread(message: impl Into<String>) -> Problem {
    Problem::at("headings", message)
}

/// Reads a file. `renamed` gives headings of the file their name in the template.
pub(crate) fn read(bytes: &[u8], renamed: &BTreeMap<String, String>) -> Result<Sheet, Problem> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        unreadable(format!("The file is not UTF-8 (line {line}). Save it as “CSV UTF-8”."))
    })?;
    if text.trim().is_empty() {
        return Err(unreadable("The file is empty."));
    }
    if let Some(line) = unclosed(text) {
        return Err(unreadable(format!(
            "A quotation mark in line {line} is never closed, so everything after it would be one cell. Close it, or \
             double it if it belongs to the text."
        )));
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(Trim::Headers)
        .from_reader(text.as_bytes());
    let odd = |error: csv::Error| unreadable(format!("The file cannot be read as CSV: {error}"));
    let headings: Vec<String> = reader.headers().map_err(odd)?.iter().map(str::to_owned).collect();
    let columns = understand(&headings, renamed)?;
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        if index >= ROWS_MAX {
            return Err(unreadable(format!("The file has more than {ROWS_MAX} rows. Split it.")));
        }
        let record = record.map_err(odd)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows.push(SheetRow { number: index as u64 + 2, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(Sheet { headings, columns, rows })
}

/// The line in which a cell begins with a quotation mark that nothing closes.
fn unclosed(text: &str) -> Option<usize> {
    enum At {
        Start,
        Plain,
        Quoted(usize),
        /// After a quotation mark within a quoted cell: its end, or the first of two.
        Closing(usize),
    }
    let parts = delimiter(text);
    let (mut line, mut at) = (1, At::Start);
    for byte in text.bytes() {
        let over = byte == parts || byte == b'\n' || byte == b'\r';
        at = match (at, byte) {
            (At::Start, b'"') => At::Quoted(line),
            (At::Quoted(began), b'"') => At::Closing(began),
            (At::Quoted(began), _) | (At::Closing(began), b'"') => At::Quoted(began),
            _ if over => At::Start,
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n');
    }
    if let At::Quoted(began) = at { Some(began) } else { None }
}

/// The character that the headings are parted by most often.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(mark, _)| *mark == byte).for_each(|(_, count)| *count += 1),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| mark)
}

fn understand(headings: &[String], renamed: &BTreeMap<String, String>) -> Result<Vec<Column>, Problem> {
    let mut columns: Vec<Column> = Vec::new();
    let mut unknown = Vec::new();
    let mut twice = Vec::new();
    for heading in headings {
        let given = renamed
            .iter()
            .find(|(from, _)| normalize(from) == normalize(heading))
            .map_or(heading, |(_, to)| to);
        match Column::of(given) {
            Some(column) if columns.contains(&column) => twice.push(heading.as_str()),
            Some(column) => columns.push(column),
            None => unknown.push(heading.as_str()),
        }
    }
    if !unknown.is_empty() {
        let (nouns, them) = if unknown.len() == 1 { ("heading", "it") } else { ("headings", "them") };
        return Err(misread(format!(
            "Row 1: nobody knows what the {nouns} “{}” means. Call {them} what is in the column, such as {}, or \
             remove the column.",
            unknown.join("”, “"),
            EXAMPLES.join(", "),
        )));
    }
    if !twice.is_empty() {
        return Err(misread(format!(
            "Row 1: the heading “{}” means the same as another one. Remove one of the two columns.",
            twice.join("”, “")
        )));
    }
    for (needed, name) in [(Column::Username, "Username"), (Column::Email, "Email")] {
        if !columns.contains(&needed) {
            return Err(misread(format!("Row 1: there is no column “{name}”, which every user needs.")));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_of_spreadsheets() {
        let file = "\u{feff}Benutzer;E-Mail;description\r\nada;ada@example.org;\"one;\r\ntwo\"\r\n;;\r\nbo;bo@example.org\r\n";
        let sheet = read(file.as_bytes(), &BTreeMap::new()).expect("a sheet");
        assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(sheet.rows[0].cells[2], "one;\r\ntwo");
        assert_eq!(sheet.rows[1].cells.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_explained() {
        let says = |bytes: &[u8]| read(bytes, &BTreeMap::new()).err().expect("refused").message;
        assert!(says(b"").contains("empty"));
        assert!(says(b"Username,Email\nada,\xff").contains("line 2"));
        assert!(says(b"Username,Email,Shoe size\n").contains("“Shoe size”"));
        assert!(says(b"Username,Benutzer,Email\n").contains("“Benutzer” means the same as another one"));
        assert!(says(b"Username\nada\n").contains("“Email”"));
        assert!(
            says(b"Username,Email,Title\nada,a@example.org,\"Dr\nbo,b@example.org,\n").contains("line 2")
        );
        let doubled =
            b"Username,Email,description\nada,a@example.org,\"5\"\" pipe\"\nbo,b@example.org,6\" pipe\n";
        assert!(read(doubled, &BTreeMap::new()).is_ok());
        let renamed = BTreeMap::from([("Shoe size".to_owned(), "description".to_owned())]);
        assert!(read(b"Username,Email,shoe size\n", &renamed).is_ok());
    }

    proptest! {
        #[test]
        fn any_file_is_read_or_refused(bytes: Vec<u8>) {
            drop(read(&bytes, &BTreeMap::new()));
        }

        #[test]
        fn any_rows_are_read_or_refused(rows in "[a-z,;\"\n\r\t é]{0,80}") {
            drop(read(format!("Username,Email\n{rows}").as_bytes(), &BTreeMap::new()));
        }
    }
}
