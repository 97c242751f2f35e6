//! The rows with faults of a checked file, as a file of their own: the same columns, and what is wrong.

use std::collections::VecDeque;

use model::import::{Remark, Separator};
use model::{Id, Operation};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::Import;
use super::pieces::Batches;
use super::upload::{Kept, find};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

/// How many faults are read at once.
const AT_ONCE: i64 = 1000;

/// The heading of the last column. A file with it can be imported again.
const WHAT: &str = "What is wrong";

const FAULTS: Sql = sql!(
    "SELECT line, found FROM import_lines WHERE upload_id = $1 AND outcome = 'fault' AND line > $2
    ORDER BY line LIMIT $3"
);

#[derive(Deserialize)]
struct Shown {
    faults: Vec<Remark>,
}

/// A file that is made while it is sent.
pub struct FaultyRows {
    /// What it is called.
    pub name: String,
    /// Its parts; it ends early when something goes wrong.
    pub parts: mpsc::Receiver<Vec<u8>>,
}

impl Import<'_> {
    /// The rows with faults of one's own file, in UTF-8 with a byte order mark, which spreadsheets understand.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's file.
    pub async fn faulty_rows(&self, actor: &Actor, id: Id) -> Result<FaultyRows> {
        permit(actor, Operation::ImportUsers)?;
        let stored = find(&mut self.0.db().read().await?, actor, id).await?;
        let (kept, context) = (stored.kept()?, self.0.clone());
        let (to, parts) = mpsc::channel(2);
        self.0.after("writing rows with faults", async move { write(&context, id, &kept, &to).await });
        Ok(FaultyRows { name: "rows-with-faults.csv".to_owned(), parts })
    }
}

async fn write(context: &Context, id: Id, kept: &Kept, to: &mpsc::Sender<Vec<u8>>) -> Result<()> {
    let separator = kept.choices.separator;
    let headings = kept.columns.iter().map(|column| column.heading.as_str());
    let mut part = "\u{feff}".to_owned();
    push_row(&mut part, separator, headings.chain([WHAT]));
    if to.send(part.into_bytes()).await.is_err() {
        return Ok(());
    }
    let width = kept.columns.len();
    let mut faults = Faults { context, id, last: 0, waiting: VecDeque::new() };
    let mut file = Batches::read(context, (id, kept.choices.encoding, separator), 500, |row| row);
    while let Some(rows) = file.next().await? {
        let mut part = String::new();
        for (number, mut cells) in rows {
            let Some(why) = faults.of(number).await? else { continue };
            cells.resize(width, String::new());
            push_row(&mut part, separator, cells.iter().map(String::as_str).chain([why.as_str()]));
        }
        if !part.is_empty() && to.send(part.into_bytes()).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// What is wrong with rows, asked about in their order.
struct Faults<'a> {
    context: &'a Context,
    id: Id,
    last: i64,
    waiting: VecDeque<(u64, String)>,
}

impl Faults<'_> {
    async fn of(&mut self, row: u64) -> Result<Option<String>> {
        if self.waiting.is_empty() && self.last >= 0 {
            let mut tx = self.context.db().read().await?;
            let found: Vec<(i64, String)> = tx.all(FAULTS, args![self.id, self.last, AT_ONCE]).await?;
            // There are no more.
            self.last = found.last().map_or(-1, |(line, _)| *line);
            for (line, found) in found {
                let Shown { faults } = serde_json::from_str(&found)?;
                let said = faults.iter().map(|fault| match fault.column.as_str() {
                    "" => fault.message.clone(),
                    column => format!("{column}: {}", fault.message),
                });
                self.waiting.push_back((line.unsigned_abs(), said.collect::<Vec<_>>().join(" ")));
            }
        }
        let this = self.waiting.front().is_some_and(|(line, _)| *line == row);
        Ok(if this { self.waiting.pop_front().map(|(_, why)| why) } else { None })
    }
}

fn push_row<'a>(into: &mut String, separator: Separator, cells: impl Iterator<Item = &'a str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            into.push(char::from(separator.byte()));
        }
        if cell.contains(['"', '\n', '\r', ',', ';', '\t']) {
            into.push('"');
            into.push_str(&cell.replace('"', "\"\""));
            into.push('"');
        } else {
            into.push_str(cell);
        }
    }
    into.push_str("\r\n");
}
