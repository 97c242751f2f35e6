//! `bailiwick import`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::{Subcommand, ValueEnum};
use directory::{ImportFault, ImportOptions, ImportReport};
use model::Problem;
use model::import::{Existing, MatchBy, UsernameRule};
use model::list::grouped;
use model::user::UserState;
use serde_json::json;

use super::{
    Result,
    open::{refused, told, with_organization},
    output::say,
};
use crate::config::Settings;

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Take users over from a CSV file: all of them, or none if any row has a fault
    Users(Users),
}

#[derive(Debug, clap::Args)]
pub struct Users {
    /// The CSV file, such as an export of another directory; `-` for the standard input
    file: PathBuf,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the rows without fault even if others have some
    #[arg(long)]
    good_rows: bool,
    /// Read a heading of the file as one of the template's, such as "Benutzer=Username"
    #[arg(long, value_name = "FILE'S=TEMPLATE'S", value_parser = heading)]
    heading: Vec<(String, String)>,
    /// Leave the column with this heading out
    #[arg(long, value_name = "HEADING")]
    leave_out: Vec<String>,
    /// Keep the column with this heading as a custom attribute
    #[arg(long, value_name = "HEADING")]
    custom: Vec<String>,
    /// Change users who are there already, found by this; otherwise they are faults
    #[arg(long, value_name = "email|username|employee-id", value_parser = by)]
    update_by: Option<MatchBy>,
    /// What an empty cell means for a user who is there already
    #[arg(long, value_enum, default_value_t = Empty::Leave, requires = "update_by")]
    empty: Empty,
    /// How new users are named, when the file has no usernames
    #[arg(long, value_enum, default_value_t = Names::LocalPart)]
    usernames: Names,
    /// The state of the new users, when it is not in the file [default: the organization's]
    #[arg(long, value_name = "STAGED|ACTIVATED", value_parser = state, ignore_case = true)]
    state: Option<UserState>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What an empty cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Empty {
    Leave,
    Clear,
}

/// How new users are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Names {
    /// What stands before the @ of the email address
    LocalPart,
    /// First name, a dot, last name
    FirstLast,
}

fn by(text: &str) -> Result<MatchBy, String> {
    MatchBy::parse(&text.replace('-', "_"))
        .ok_or_else(|| "users are found by email, username or employee-id".to_owned())
}

fn heading(text: &str) -> Result<(String, String), String> {
    let (from, to) = text.split_once('=').ok_or("write it like Benutzer=Username")?;
    Ok((from.trim().to_owned(), to.trim().to_owned()))
}

fn state(text: &str) -> Result<UserState, String> {
    let state = UserState::parse(&text.to_uppercase()).filter(|state| *state != UserState::Suspended);
    state.ok_or_else(|| "new users are STAGED or ACTIVATED".to_owned())
}

impl Import {
    pub fn run(self, settings: &Settings) -> Result {
        let Self::Users(users) = self;
        users.run(settings)
    }
}

impl Users {
    fn run(self, settings: &Settings) -> Result {
        let bytes = read(&self.file)?;
        let options = ImportOptions {
            dry_run: self.dry_run,
            take_good_rows: self.good_rows,
            headings: self.heading.iter().cloned().collect::<BTreeMap<_, _>>(),
            leave_out: self.leave_out.clone(),
            custom: self.custom.clone(),
            state: self.state,
            source: "csv".to_owned(),
            by: self.update_by.unwrap_or(MatchBy::Email),
            existing: match (self.update_by, self.empty) {
                (None, _) => Existing::Refuse,
                (Some(_), Empty::Leave) => Existing::Leave,
                (Some(_), Empty::Clear) => Existing::Clear,
            },
            usernames: match self.usernames {
                Names::LocalPart => UsernameRule::LocalPart,
                Names::FirstLast => UsernameRule::FirstLast,
            },
        };
        with_organization(settings, async |directory, operator| {
            if !self.dry_run {
                // An import that was broken off goes to its end first: its people are in the directory.
                directory.clean_up().await.map_err(|error| refused(&directory, error))?;
            }
            let actor = operator.actor("bailiwick import users");
            let report = directory.import().users(&actor, &bytes, &options).await;
            let report = report.map_err(|error| unread(&directory.problem(error)))?;
            match self.format {
                Format::Text => text(&report, self.dry_run)?,
                Format::Json => say(json(&report, self.dry_run))?,
            }
            self.verdict(&report)
        })
    }

    /// Nothing when everything was done; else what was not, and what to do.
    fn verdict(&self, report: &ImportReport) -> Result {
        if report.is_complete() {
            return Ok(());
        }
        let lost = counted(report.rows - report.good, "row", "rows");
        Err(if self.dry_run {
            format!("{lost} cannot be imported; mend the file, or import the others with --good-rows")
        } else if self.good_rows {
            format!("{lost} could not be imported; mend them, and import them in a file of their own")
        } else {
            format!("{lost} cannot be imported, so nothing was; mend the file, or take the others with --good-rows")
        }
        .into())
    }
}

/// Why a file was not read; headings can be explained here as well as in the file.
fn unread(problem: &Problem) -> Box<dyn std::error::Error + Send + Sync> {
    match problem.fault("headings") {
        Some(why) => format!(
            "{why}\nOr leave the file as it is, and say what a heading means: --heading \"Benutzer=Username\""
        )
        .into(),
        None => told(problem),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file)
            .map_err(|error| format!("the file {} cannot be read: {error}", file.display()).into());
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| format!("the standard input cannot be read: {error}"))?;
    Ok(bytes)
}

fn text(report: &ImportReport, dry_run: bool) -> Result {
    for line in &report.about {
        say(line)?;
    }
    for note in &report.notes {
        say(format_args!("Note. {note}"))?;
    }
    for fault in &report.faults {
        say(fault)?;
    }
    let (rows, faulty) = (counted(report.rows, "row", "rows"), grouped(report.rows - report.good));
    say(format_args!("{rows}: {} good, {faulty} with faults", grouped(report.good)))?;
    if dry_run {
        return say("Checked only; nothing was written.");
    }
    if report.same > 0 {
        say(format_args!("{} already as the file says", counted(report.same, "user is", "users are")))?;
    }
    if report.changed > 0 {
        say(format_args!("{} changed", counted(report.changed, "user", "users")))?;
    }
    say(format_args!("{} imported", counted(report.imported, "user", "users")))
}

fn json(report: &ImportReport, dry_run: bool) -> serde_json::Value {
    let listed = |remarks: &[ImportFault]| {
        let one = |remark: &ImportFault| {
            json!({
                "row": remark.row,
                "user": remark.user,
                "column": remark.column,
                "message": remark.message,
            })
        };
        remarks.iter().map(one).collect::<Vec<_>>()
    };
    json!({
        "rows": report.rows,
        "good": report.good,
        "imported": report.imported,
        "changed": report.changed,
        "same": report.same,
        "dryRun": dry_run,
        "about": report.about,
        "notes": listed(&report.notes),
        "faults": listed(&report.faults),
    })
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(1284, "row", "rows"), "1,284 rows");
    }
}
