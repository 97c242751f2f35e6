//! Checking a file that was brought in the browser: row by row in the background, what becomes of each written
//! down, so that it can be looked at page by page.

use std::collections::HashMap;

use model::import::Choices;
use model::{ErrorCode, Id, Operation, Problem};
use sea_query::{Expr, ExprTrait, Query};

use super::pieces::Batches;
use super::plan::{Found, Plan};
use super::row::Reading;
use super::settle::{Rules, SETTLED_AT_ONCE, Settled, settle};
use super::upload::Stored;
use super::{Import, known};
use directory_core::authz::{Actor, Permit, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::PlainTx;
use directory_core::vault::Place;

const BEGIN: Sql = sql!(
    "UPDATE import_uploads SET state = 'checking', why = '', checked_at = $3
    WHERE id = $1 AND checks = $2 AND state = 'ready'"
);
const GO_ON: Sql =
    sql!("UPDATE import_uploads SET checked_at = $3 WHERE id = $1 AND checks = $2 AND state = 'checking'");
const END: Sql = sql!(
    "UPDATE import_uploads SET state = $3, why = $4 WHERE id = $1 AND checks = $2 AND state = 'checking'"
);
const RELINK: Sql = sql!(
    "UPDATE import_lines SET outcome = $3, noted = $4, depth = $5, found = $6, body = $7
    WHERE upload_id = $1 AND line = $2"
);

/// Where the first password of a new user is sealed, until it is hashed.
pub(super) fn secret_place(user: Id) -> Place {
    Place { table: "import_rows", column: "secret", row: user }
}

impl Import<'_> {
    /// Checks every row of a file, in the background: [`upload`](Self::upload) says how far it is.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another's file; `invalid` at `columns`; `conflict` once its import has
    /// started.
    pub async fn check(&self, actor: &Actor, id: Id, choices: Choices) -> Result<()> {
        let stored = self.choose(actor, id, choices).await?;
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::ImportUsers)?).await?;
        let now = plain.now;
        if plain.run(BEGIN, args![id, stored.checks, now]).await? == 0 {
            return Err(Problem::new(ErrorCode::Conflict, "This file is being checked already.").into());
        }
        plain.commit().await?;
        let context = self.0.clone();
        self.0.after("checking a file", async move { Box::pin(check(&context, stored)).await });
        Ok(())
    }
}

fn own_work() -> Result<Permit> {
    permit(&Actor::system(Task::Jobs), Operation::RunMaintenance)
}

async fn check(context: &Context, stored: Stored) -> Result<()> {
    let (id, number) = (stored.id, stored.checks);
    let (state, why) = match check_rows(context, &stored).await {
        Ok(true) => ("checked", String::new()),
        // Somebody began another check.
        Ok(false) => return Ok(()),
        Err(Error::Problem(problem)) => ("failed", problem.message),
        Err(error) => {
            tracing::error!(upload = %id, %error, "a file could not be checked");
            ("failed", "The check met a fault of ours. The server’s log says more. Check again.".to_owned())
        }
    };
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    plain.run(END, args![id, number, state, why]).await?;
    plain.commit().await
}

/// Says whether it went to its end.
async fn check_rows(context: &Context, stored: &Stored) -> Result<bool> {
    let kept = stored.kept()?;
    let Choices { encoding, separator, by, existing, usernames, .. } = kept.choices;
    let policy = crate::policy::read(&mut context.db().read().await?).await?;
    let reading = Reading::new(&kept.columns, existing, policy);
    let rules = Rules { by, existing, usernames };
    let mut plan = Plan::default();
    let parser = reading.clone();
    let make = move |(row, cells)| parser.parse(row, cells);
    let mut file = Batches::read(context, (stored.id, encoding, separator), SETTLED_AT_ONCE, make);
    while let Some(rows) = file.next().await? {
        let mut tx = context.db().read().await?;
        let settled = settle(Some(&mut tx), context.env(), &mut plan, &reading, rules, rows).await?;
        drop(tx);
        if !write(context, stored, &settled).await? {
            return Ok(false);
        }
    }
    let known = known::managers(&mut context.db().read().await?, plan.strangers()).await?;
    link(context, stored, &reading, plan.managers(&known)).await
}

/// Writes rows down; says whether this check still counts.
async fn write(context: &Context, stored: &Stored, rows: &[Settled]) -> Result<bool> {
    let mut plain = PlainTx::begin(context, own_work()?).await?;
    let now = plain.now;
    if plain.run(GO_ON, args![stored.id, stored.checks, now]).await? == 0 {
        return Ok(false);
    }
    let mut insert = Query::insert();
    insert.into_table("import_lines").columns([
        "upload_id",
        "line",
        "name",
        "outcome",
        "noted",
        "user_id",
        "found",
        "body",
        "secret",
    ]);
    for row in rows {
        let secret = match &row.typed {
            Some(password) if row.is_written() => {
                context.vault().seal(context.env(), secret_place(row.id), password.expose().as_bytes())?
            }
            Some(_) | None => String::new(),
        };
        let values = [
            stored.id.value(),
            i64::try_from(row.row).map_err(Error::internal)?.value(),
            row.name.as_str().value(),
            row.outcome.as_str().value(),
            i64::from(!row.notes.is_empty()).value(),
            row.id.value(),
            serde_json::to_string(row)?.value(),
            row.to_body(row.state, None)?.value(),
            secret.value(),
        ];
        insert.values_panic(values.map(Expr::val));
    }
    if !rows.is_empty() {
        let (sql, args) = plain.tx().build(&insert);
        plain.run(sql, args).await?;
    }
    plain.commit().await?;
    Ok(true)
}

/// Gives rows the managers that were found after all of them; says whether this check still counts.
async fn link(
    context: &Context,
    stored: &Stored,
    reading: &Reading,
    managers: HashMap<u64, Found>,
) -> Result<bool> {
    let mut lines: Vec<u64> = managers.keys().copied().collect();
    lines.sort_unstable();
    for lines in lines.chunks(SETTLED_AT_ONCE) {
        let mut plain = PlainTx::begin(context, own_work()?).await?;
        let now = plain.now;
        if plain.run(GO_ON, args![stored.id, stored.checks, now]).await? == 0 {
            return Ok(false);
        }
        let numbers: Result<Vec<i64>, _> = lines.iter().map(|line| i64::try_from(*line)).collect();
        let select = Query::select()
            .column("found")
            .from("import_lines")
            .and_where(Expr::col("upload_id").eq(stored.id.value()))
            .and_where(Expr::col("line").is_in(numbers.map_err(Error::internal)?))
            .take();
        for (found,) in plain.tx().select::<(String,)>(&select).await? {
            let mut row: Settled = serde_json::from_str(&found)?;
            let Some(manager) = managers.get(&row.row) else { continue };
            row.link(manager, reading);
            let values = args![
                stored.id,
                i64::try_from(row.row).map_err(Error::internal)?,
                row.outcome.as_str(),
                i64::from(!row.notes.is_empty()),
                i64::from(row.depth),
                serde_json::to_string(&row)?,
                row.to_body(row.state, None)?
            ];
            plain.run(RELINK, values).await?;
        }
        plain.commit().await?;
    }
    Ok(true)
}
