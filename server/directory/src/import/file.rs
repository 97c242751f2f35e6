//! A file with its headings understood, ready to be read row by row.

use std::collections::BTreeMap;
use std::io::Read;

use model::Problem;
use model::import::{COLUMNS_MAX, Column, Encoding, FileColumn, Separator, Why, attribute_name};

use super::headings::{Meaning, letters, meaning};
use super::rows::{Rows, unreadable};
use super::text::Letters;
use directory_core::normalize::normalize;

/// How many rows are shown beside the headings.
const SAMPLE: usize = 3;
/// How much of a file is looked at to tell its separator and to show its first rows.
pub(crate) const HEAD: usize = 256 * 1024;

/// What somebody wants of headings, beside what they mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Headings that are to be read as others.
    pub renamed: BTreeMap<String, String>,
    pub left_out: Vec<String>,
    /// Headings whose values become custom attributes.
    pub custom: Vec<String>,
}

/// The rows of a file after its headings.
pub(crate) struct File<R: Read> {
    pub headings: Vec<String>,
    pub rows: Rows<Letters<R>>,
}

/// Opens a file: reads as far as its headings.
///
/// # Errors
/// `invalid` at `file`.
pub(crate) fn open<R: Read>(bytes: R, encoding: Encoding, separator: Separator) -> Result<File<R>, Problem> {
    let mut rows = Rows::new(Letters::new(bytes, encoding), separator.byte());
    loop {
        let Some((_, headings)) = rows.read()? else { return Err(unreadable("The file is empty.")) };
        // The templates of Entra begin with a line about themselves.
        let about =
            headings.first().is_some_and(|first| first.trim().to_lowercase().starts_with("version:v"));
        if !about {
            let headings: Vec<_> = headings.into_iter().map(|heading| heading.trim().to_owned()).collect();
            if headings.len() > COLUMNS_MAX {
                return Err(unreadable(format!("The file has more than {COLUMNS_MAX} columns.")));
            }
            return Ok(File { headings, rows });
        }
    }
}

/// What parts the headings of a file most often.
pub(crate) fn separator(head: &[u8], encoding: Encoding) -> Separator {
    let mut best = (Separator::Comma, 0);
    for separator in Separator::ALL.iter().copied() {
        let cells = open(head, encoding, separator).map_or(0, |file| file.headings.len());
        if cells > best.1 {
            best = (separator, cells);
        }
    }
    best.0
}

/// The columns of a file with its first values, and what each means.
///
/// # Errors
/// `invalid` at `file`; `invalid` at `headings` for what is wished of a heading that is not there.
pub(crate) fn columns(
    head: &[u8],
    encoding: Encoding,
    separator: Separator,
    wishes: &Wishes,
) -> Result<Vec<FileColumn>, Problem> {
    let mut file = open(head, encoding, separator)?;
    let mut sample = Vec::new();
    while sample.len() < SAMPLE
        && let Ok(Some((_, cells))) = file.rows.read()
    {
        sample.push(cells);
    }
    let values = |place: usize| {
        let cells = sample.iter().filter_map(|row| row.get(place));
        cells.map(|cell| cell.trim().chars().take(80).collect()).collect()
    };
    let mut columns: Vec<FileColumn> = Vec::new();
    for (place, heading) in file.headings.iter().enumerate() {
        let (column, why) = understand(heading, wishes);
        let twice = column.is_some() && columns.iter().any(|other| other.column == column);
        let (column, why) = if twice { (None, Why::Twice) } else { (column, why) };
        columns.push(FileColumn { heading: heading.clone(), values: values(place), column, why });
    }
    wishes.check(&file.headings)?;
    name_passwords(&mut columns);
    Ok(columns)
}

fn understand(heading: &str, wishes: &Wishes) -> (Option<Column>, Why) {
    let is = |one: &String| normalize(one) == normalize(heading);
    if wishes.left_out.iter().any(is) {
        return (None, Why::Chosen);
    }
    if wishes.custom.iter().any(is) {
        return (attribute_name(heading).map(Column::Custom), Why::Chosen);
    }
    let renamed = wishes.renamed.iter().find(|(from, _)| is(from)).map(|(_, to)| to);
    match meaning(renamed.map_or(heading, String::as_str)) {
        Meaning::Known(column) if renamed.is_some() => (Some(column), Why::Chosen),
        Meaning::Known(column) => (Some(column), Why::Matched),
        Meaning::Unsupported => (None, Why::Unsupported),
        Meaning::Unknown => (None, Why::Unknown),
    }
}

/// First values are shown, and passwords are not.
pub(crate) fn name_passwords(columns: &mut [FileColumn]) {
    let secret = |column: &&mut FileColumn| {
        column.column == Some(Column::Password) || letters(&column.heading).contains("password")
    };
    for column in columns.iter_mut().filter(secret) {
        column.values = column.values.iter().map(|value| hidden(value)).collect();
    }
}

fn hidden(value: &str) -> String {
    if value.is_empty() { String::new() } else { "••••••".to_owned() }
}

impl Wishes {
    fn check(&self, headings: &[String]) -> Result<(), Problem> {
        let all = self.renamed.keys().chain(&self.left_out).chain(&self.custom);
        for wished in all {
            if !headings.iter().any(|heading| normalize(heading) == normalize(wished)) {
                let there = headings.join("”, “");
                let message = format!("There is no heading “{wished}” in the file. It has “{there}”.");
                return Err(Problem::at("headings", message));
            }
        }
        for (heading, wanted) in &self.renamed {
            if !matches!(meaning(wanted), Meaning::Known(_)) {
                let message =
                    format!("“{heading}” cannot be read as “{wanted}”: nobody knows what that means.");
                return Err(Problem::at("headings", message));
            }
        }
        for heading in &self.custom {
            if attribute_name(heading).is_none() {
                let message = format!("No attribute can be named after the heading “{heading}”.");
                return Err(Problem::at("headings", message));
            }
        }
        Ok(())
    }
}

/// What is said of columns that are not read, or are read as something else.
pub(crate) fn told(columns: &[FileColumn]) -> Vec<String> {
    let mut told = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let heading = &column.heading;
        if heading.is_empty() {
            if column.values.iter().any(|value| !value.is_empty()) {
                told.push(format!("Column {} has no heading and is left out.", place + 1));
            }
            continue;
        }
        match (&column.column, column.why) {
            (None, Why::Twice) => {
                let meant = first_like(columns, heading);
                told.push(format!("“{heading}” is left out: “{meant}” means the same."));
            }
            (None, Why::Unsupported) => {
                told.push(format!("“{heading}” is left out: there is nothing of the kind here."));
            }
            (None, Why::Unknown) => {
                told.push(format!("“{heading}” is left out: nobody knows what it means."));
            }
            (Some(Column::Custom(name)), _) => {
                told.push(format!("“{heading}” becomes the custom attribute “{name}”."));
            }
            (None, Why::Matched | Why::LastTime | Why::Chosen) | (Some(_), _) => {}
        }
    }
    told
}

/// The heading that means the same as this one and stands before it.
fn first_like(columns: &[FileColumn], heading: &str) -> String {
    let Meaning::Known(meant) = meaning(heading) else { return String::new() };
    let first = columns.iter().find(|column| column.column.as_ref() == Some(&meant));
    first.map_or_else(String::new, |column| column.heading.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, wishes: &Wishes) -> Result<Vec<FileColumn>, Problem> {
        let separator = separator(text.as_bytes(), Encoding::Utf8);
        columns(text.as_bytes(), Encoding::Utf8, separator, wishes)
    }

    #[test]
    fn columns_that_are_not_read_are_named() {
        let file = "Benutzer;E-Mail;email;T-Shirt;Group1;;\na;a@example.org;b@example.org;M;Writers;;\n";
        let found = read(file, &Wishes::default()).expect("columns");
        assert_eq!(
            told(&found),
            [
                "“email” is left out: “E-Mail” means the same.",
                "“T-Shirt” is left out: nobody knows what it means.",
                "“Group1” is left out: there is nothing of the kind here.",
            ]
        );
        assert_eq!(found[3].values, ["M"]);
        let wishes =
            Wishes { custom: vec!["t-shirt".into()], left_out: vec!["E-Mail".into()], ..Wishes::default() };
        let found = read(file, &wishes).expect("columns");
        assert_eq!(found[2].column, Some(Column::Email));
        assert_eq!(told(&found)[0], "“T-Shirt” becomes the custom attribute “tShirt”.");
    }

    #[test]
    fn wishes_name_what_is_there() {
        let renamed = |from: &str, to: &str| Wishes {
            renamed: BTreeMap::from([(from.to_owned(), to.to_owned())]),
            ..Wishes::default()
        };
        let file = "Kennung,Mail\n";
        assert_eq!(
            read(file, &renamed("kennung", "Username")).expect("columns")[0].column,
            Some(Column::Username)
        );
        assert!(read(file, &renamed("Shoe", "Username")).is_err());
        assert!(read(file, &renamed("Kennung", "Shoe")).is_err());
        assert!(read("", &Wishes::default()).is_err());
    }

    #[test]
    fn a_line_about_the_template_is_no_heading() {
        let found =
            read("version:v1.0\nUser name [userPrincipalName] Required\na@example.org\n", &Wishes::default());
        assert_eq!(found.expect("columns")[0].column, Some(Column::Login));
    }
}
