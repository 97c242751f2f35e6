//! The rows of a file, cell by cell, as a spreadsheet shows them: a blank line is a row, and a line end within
//! quotation marks is none.

use std::io::{BufReader, Bytes, Read};

use model::Problem;

/// The most rows that one file may have.
pub(crate) const ROWS_MAX: u64 = 1_000_000;
/// The longest cell, in bytes. A quotation mark that is never closed would make one of all that follows it.
const CELL_MAX: usize = 256 * 1024;

/// Reads rows.
pub(crate) struct Rows<R: Read> {
    bytes: Bytes<BufReader<R>>,
    separator: u8,
    /// The number of the row that comes next.
    next: u64,
    /// Lines of the file so far, for what a text editor shows.
    line: u64,
    /// Of a line end of two characters the second is no other line end.
    after_return: bool,
    ended: bool,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a quotation mark within a quoted cell: its end, or the first of two.
    Closing,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(text: R, separator: u8) -> Self {
        let bytes = BufReader::new(text).bytes();
        Self { bytes, separator, next: 1, line: 1, after_return: false, ended: false }
    }

    /// The next row that has a cell with anything in it, with its number; the first row is 1.
    ///
    /// # Errors
    /// `invalid` at `file`.
    pub(crate) fn read(&mut self) -> Result<Option<(u64, Vec<String>)>, Problem> {
        while !self.ended {
            let number = self.next;
            let cells = self.row()?;
            self.next += 1;
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                if number > ROWS_MAX {
                    return Err(unreadable(format!("The file has more than {ROWS_MAX} rows. Split it.")));
                }
                return Ok(Some((number, cells)));
            }
        }
        Ok(None)
    }

    fn row(&mut self) -> Result<Vec<String>, Problem> {
        let (mut cells, mut cell, mut at) = (vec![], Vec::new(), At::Start);
        let mut began = self.line;
        loop {
            let Some(byte) = self.byte()? else {
                self.ended = true;
                if matches!(at, At::Quoted) {
                    return Err(unclosed(began));
                }
                break;
            };
            if std::mem::take(&mut self.after_return) && byte == b'\n' {
                continue;
            }
            let over = byte == b'\n' || byte == b'\r';
            match (at, byte) {
                (At::Start, b'"') => {
                    began = self.line;
                    at = At::Quoted;
                }
                (At::Quoted, b'"') => at = At::Closing,
                (At::Quoted, byte) => {
                    cell.push(byte);
                    at = At::Quoted;
                }
                (At::Closing, b'"') => {
                    cell.push(b'"');
                    at = At::Quoted;
                }
                (At::Start | At::Plain | At::Closing, _) if over => {
                    self.after_return = byte == b'\r';
                    break;
                }
                (At::Start | At::Plain | At::Closing, byte) if byte == self.separator => {
                    cells.push(text(&mut cell));
                    at = At::Start;
                }
                (At::Start | At::Plain | At::Closing, byte) => {
                    cell.push(byte);
                    at = At::Plain;
                }
            }
            if cell.len() > CELL_MAX {
                return Err(unclosed(began));
            }
        }
        cells.push(text(&mut cell));
        Ok(cells)
    }

    fn byte(&mut self) -> Result<Option<u8>, Problem> {
        let byte = self.bytes.next().transpose().map_err(|error| unreadable(error.to_string()))?;
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }
}

/// What was read is UTF-8 already, and is cut at ASCII characters alone.
fn text(cell: &mut Vec<u8>) -> String {
    String::from_utf8_lossy(&std::mem::take(cell)).into_owned()
}

pub(crate) fn unreadable(message: impl Into<String>) -> Problem {
    Problem::at("file", message)
}

fn unclosed(line: u64) -> Problem {
    unreadable(format!(
        "A quotation mark in line {line} is never closed, so everything after it would be one cell. Close it, or \
         double it if it belongs to the text."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str, separator: u8) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(text.as_bytes(), separator);
        std::iter::from_fn(|| rows.read().expect("rows")).collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "a;b\r\n\r\n;;\r\none;\"two\r\nlines;\"\r\n\nlast;\"5\"\" pipe\"\r";
        let cells = |number: u64, cells: [&str; 2]| (number, cells.map(str::to_owned).to_vec());
        assert_eq!(
            all(text, b';'),
            [cells(1, ["a", "b"]), cells(4, ["one", "two\r\nlines;"]), cells(6, ["last", "5\" pipe"])]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_named_by_its_line() {
        let mut rows = Rows::new(&b"a,b\n1,\"Dr\n2,3\n"[..], b',');
        assert!(rows.read().expect("the first row").is_some());
        assert!(rows.read().expect_err("unclosed").message.contains("line 2"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z,;\"\n\r\t é]{0,80}") {
            let mut rows = Rows::new(text.as_bytes(), b',');
            while let Ok(Some(_)) = rows.read() {}
        }
    }
}
