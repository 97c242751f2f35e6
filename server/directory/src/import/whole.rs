//! A file that is read as a whole, for the command line and for the first people of an organization.

use std::collections::{BTreeMap, BTreeSet};

use model::import::{Column, Encoding, Existing, FileColumn, MatchBy, Remark, RowOutcome, Separator, Why};
use model::user::TextAttribute;
use model::{Faults, PasswordPolicy, Problem};

use super::file::{self, HEAD, Wishes};
use super::known;
use super::plan::Plan;
use super::report::{ImportFault, ImportReport};
use super::row::{ParsedRow, Reading};
use super::settle::{Rules, SETTLED_AT_ONCE, Settled, settle};
use super::text::Sniffer;
use super::{Import, ImportOptions};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::Tx;

/// A file with every row checked.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub rows: Vec<Settled>,
    about: Vec<String>,
}

impl Prepared {
    pub(crate) fn has_faults(&self) -> bool {
        self.rows.iter().any(|row| row.outcome == RowOutcome::Fault)
    }

    pub(crate) fn writes(&self) -> bool {
        self.rows.iter().any(Settled::is_written)
    }

    /// What became of it. Those are lost that somebody else's change kept out.
    pub(crate) fn into_report(self, written: bool, lost: Vec<(u64, String)>) -> ImportReport {
        let lost: BTreeMap<u64, String> = lost.into_iter().collect();
        let count = |outcome| {
            let those = self.rows.iter().filter(|row| row.outcome == outcome && !lost.contains_key(&row.row));
            those.count() as u64
        };
        let when_written = |count: u64| if written { count } else { 0 };
        let (created, changed, same) =
            (count(RowOutcome::Create), count(RowOutcome::Change), count(RowOutcome::Same));
        let mut report = ImportReport {
            rows: self.rows.len() as u64,
            good: created + changed + same,
            imported: when_written(created),
            changed: when_written(changed),
            same,
            about: self.about,
            ..ImportReport::default()
        };
        for row in self.rows {
            let told = |remark: Remark| ImportFault {
                row: row.row,
                user: row.name.clone(),
                column: remark.column,
                message: remark.message,
            };
            report.faults.extend(row.faults.into_iter().map(told));
            report.notes.extend(row.notes.into_iter().map(told));
            let kept_out =
                lost.get(&row.row).map(|why| Remark { column: String::new(), message: why.clone() });
            report.faults.extend(kept_out.map(told));
        }
        report
    }
}

impl Import<'_> {
    /// Checks every row of a file.
    ///
    /// # Errors
    /// `invalid` at `file` or `headings`.
    pub(super) async fn prepare(&self, bytes: &[u8], options: &ImportOptions) -> Result<Prepared> {
        let policy = crate::policy::read(&mut self.0.db().read().await?).await?;
        let opened = Opened::of(bytes, options, policy)?;
        let bytes = bytes.to_vec();
        // Passwords are looked at, which takes its time.
        let parsing = tokio::task::spawn_blocking(move || opened.parse(&bytes).map(|rows| (opened, rows)));
        let (opened, rows) = parsing.await.map_err(Error::internal)??;
        let mut tx = self.0.db().read().await?;
        settle_all(self.0, Some(&mut tx), opened, rows, options).await
    }

    /// Checks a file for an organization that does not exist yet.
    ///
    /// # Errors
    /// `invalid` at `people`, with the first faults, unless the good rows are to be taken.
    pub(crate) async fn prepare_first(&self, bytes: &[u8], options: &ImportOptions) -> Result<Prepared> {
        let at_people = |problem: Problem| Problem::at("people", problem.message);
        let opened = Opened::of(bytes, options, PasswordPolicy::default()).map_err(at_people)?;
        let rows = opened.parse(bytes).map_err(at_people)?;
        let prepared = settle_all(self.0, None, opened, rows, options).await?;
        if !prepared.has_faults() || options.take_good_rows {
            return Ok(prepared);
        }
        let mut faults = Faults::default();
        for fault in prepared.into_report(false, vec![]).faults.iter().take(20) {
            faults.add("people", fault.to_string());
        }
        Err(faults.into())
    }
}

/// A file whose headings are understood.
struct Opened {
    encoding: Encoding,
    separator: Separator,
    reading: Reading,
    about: Vec<String>,
}

impl Opened {
    fn of(bytes: &[u8], options: &ImportOptions, policy: PasswordPolicy) -> Result<Self, Problem> {
        let mut sniffer = Sniffer::default();
        sniffer.see(bytes);
        let encoding = sniffer.encoding()?;
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        let separator = file::separator(head, encoding);
        let wishes = Wishes {
            renamed: options.headings.clone(),
            left_out: options.leave_out.clone(),
            custom: options.custom.clone(),
        };
        let columns = file::columns(head, encoding, separator, &wishes)?;
        check_columns(&columns, options)?;
        let mut about = file::told(&columns);
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Windows1252 => {
                about.insert(0, format!("The file is read as {}.", encoding.label()));
            }
        }
        let reading = Reading::new(&columns, options.existing, policy);
        about.extend(about_usernames(&reading, options));
        Ok(Self { encoding, separator, reading, about })
    }

    fn parse(&self, bytes: &[u8]) -> Result<Vec<ParsedRow>, Problem> {
        let mut file = file::open(bytes, self.encoding, self.separator)?;
        let mut rows = Vec::new();
        while let Some((number, cells)) = file.rows.read()? {
            rows.push(self.reading.parse(number, cells));
        }
        Ok(rows)
    }
}

/// That every user can have what each needs.
fn check_columns(columns: &[FileColumn], options: &ImportOptions) -> Result<(), Problem> {
    let has = |wanted: &[Column]| {
        columns.iter().any(|column| column.column.as_ref().is_some_and(|one| wanted.contains(one)))
    };
    let (needed, name): (&[Column], _) = match (options.existing, options.by) {
        (Existing::Refuse, _) | (_, MatchBy::Email) => (&[Column::Email, Column::Login], "Email"),
        (_, MatchBy::Username) => (&[Column::Username, Column::Login], "Username"),
        (_, MatchBy::EmployeeId) => (&[Column::Text(TextAttribute::EmployeeIdentifier)], "Employee ID"),
    };
    if has(needed) {
        return Ok(());
    }
    let why = match options.existing {
        Existing::Refuse => "which every user needs",
        Existing::Leave | Existing::Clear => "by which users are found",
    };
    let unknown: Vec<_> = columns
        .iter()
        .filter(|column| column.why == Why::Unknown && !column.heading.is_empty())
        .map(|column| column.heading.as_str())
        .collect();
    let more = if unknown.is_empty() {
        String::new()
    } else {
        format!(
            " Nobody knows what the headings “{}” mean. Call them what is in the columns, such as Username, Email, \
             FirstName, LastName.",
            unknown.join("”, “")
        )
    };
    Err(Problem::at("headings", format!("There is no column “{name}”, {why}.{more}")))
}

fn about_usernames(reading: &Reading, options: &ImportOptions) -> Option<String> {
    if reading.has(&Column::Username) {
        return None;
    }
    let rule = match (options.usernames, reading.has(&Column::Login)) {
        (model::import::UsernameRule::LocalPart, true) => {
            "what stands before the @ of the sign-in name".to_owned()
        }
        (rule, _) => {
            let mut rule = rule.label().to_owned();
            rule.get_mut(..1).map(str::make_ascii_lowercase);
            rule
        }
    };
    Some(format!("New users get as username {rule}, with a number behind it where somebody has it already."))
}

async fn settle_all(
    context: &Context,
    mut tx: Option<&mut Tx>,
    opened: Opened,
    rows: Vec<ParsedRow>,
    options: &ImportOptions,
) -> Result<Prepared> {
    let rules = Rules { by: options.by, existing: options.existing, usernames: options.usernames };
    let (mut plan, mut settled) = (Plan::default(), Vec::with_capacity(rows.len()));
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<_> = rows.by_ref().take(SETTLED_AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        let tx = tx.as_deref_mut();
        settled.extend(settle(tx, context.env(), &mut plan, &opened.reading, rules, some).await?);
    }
    let strangers: BTreeSet<String> = plan.strangers();
    let known = match tx {
        Some(tx) => known::managers(tx, strangers).await?,
        None => BTreeMap::new(),
    };
    let managers = plan.managers(&known);
    for row in &mut settled {
        if let Some(found) = managers.get(&row.row) {
            row.link(found, &opened.reading);
        }
    }
    Ok(Prepared { rows: settled, about: opened.about })
}
