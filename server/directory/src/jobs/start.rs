//! Starting a job. Its users are stored with it: later matches are not added, and each user is checked again when the
//! job reaches them.

use model::job::{JOB_IDS_MAX, NewJob, REASON_MAX};
use model::user::Selection;
use model::{ErrorCode, Id, Problem};
use sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use super::Jobs;
use crate::engine;
use crate::lists;
use crate::users::{UserList, bulk, check_filters};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::PlainTx;

/// So many jobs of one administrator wait or run at once.
const AT_ONCE: i64 = 20;
/// How many ids stand in one statement.
const IDS: usize = 5000;

const OPEN: Sql = sql!("SELECT COUNT(*) FROM jobs WHERE starter_id = $1 AND state IN ('queued', 'running')");

impl Jobs<'_> {
    /// Starts a job on users; says its id. Those who match now are those whom it is about.
    ///
    /// # Errors
    /// `forbidden` as for the same done to one; `invalid` at `selection` when there is nobody or there are too
    /// many ids, at `days`, `date`, `time` or `zone`, and for a filter that the list does not have; `conflict` with too many jobs.
    pub async fn start(&self, actor: &Actor, new: &NewJob) -> Result<Id> {
        let NewJob { action, selection, reason } = new;
        if let Selection::Matching(query) = selection {
            check_filters(actor, query)?;
        }
        let permit = permit(actor, action.action().operation())?;
        // A job acts for somebody whose rights can be looked at again.
        let me = actor.auth()?.id;
        bulk::check(action, self.0.env().now())?;
        let reason = reason_of(reason)?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        bulk::check_group(plain.tx(), action).await?;
        check_open(&mut plain, me).await?;
        let job = engine::fill(&mut plain, action.kind(), serde_json::to_string(action)?, 0).await?;
        engine::explain(&mut plain, job, &reason, None).await?;
        let total = write_down(&mut plain, job, selection).await?;
        if total == 0 {
            return Err(Problem::at("selection", "There is nobody to whom this could be done.").into());
        }
        engine::queue(&mut plain, job, Some(total), false).await?;
        plain.commit().await?;
        Ok(job)
    }
}

/// Why a job is started, as it is kept.
///
/// # Errors
/// `invalid` at `reason`.
pub(super) fn reason_of(typed: &str) -> Result<String, Problem> {
    model::text::line(typed, REASON_MAX).map_err(|error| Problem::at("reason", error.to_string()))
}

/// Refuses an administrator one more job who has very many.
///
/// # Errors
/// `conflict`.
pub(super) async fn check_open(plain: &mut PlainTx, administrator: Id) -> Result<()> {
    let (open,): (i64,) = plain.tx().one(OPEN, args![administrator]).await?;
    if open < AT_ONCE {
        return Ok(());
    }
    let message = format!("{AT_ONCE} of your jobs wait or run already. Let one of them end first.");
    Err(Problem::new(ErrorCode::Conflict, message).into())
}

/// Writes those down whom a job is about; says how many.
async fn write_down(plain: &mut PlainTx, job: Id, selection: &Selection) -> Result<i64> {
    match selection {
        Selection::These(ids) if ids.len() > JOB_IDS_MAX => {
            let message = format!("At most {JOB_IDS_MAX} users are chosen one by one. Use a filter instead.");
            Err(Problem::at("selection", message).into())
        }
        Selection::These(ids) => {
            let mut total = 0;
            for ids in ids.chunks(IDS) {
                let these = Expr::col("id").is_in(ids.iter().map(|id| id.value()));
                let there = Cond::all().add(Expr::col("deleted_at").is_null()).add(these);
                // Whoever stands in two of the parts is written down once.
                let there = there.add(Expr::col("id").not_in_subquery(written(job)));
                total += snapshot(plain, job, total, there).await?;
            }
            Ok(total)
        }
        Selection::Matching(query) => {
            let (now, engine) = (plain.now, plain.tx().engine());
            let condition = lists::matching::<UserList>(query, now, engine)?;
            snapshot(plain, job, 0, condition).await
        }
    }
}

fn written(job: Id) -> SelectStatement {
    Query::select()
        .column("subject_id")
        .from("job_items")
        .and_where(Expr::col("job_id").eq(job.value()))
        .take()
}

/// A user's name, as [`model::user::name_of`] puts it together.
const NAME: &str = "COALESCE(NULLIF(TRIM(users.display_name), ''),
    NULLIF(TRIM(users.first_name || ' ' || users.last_name), ''), users.username)";

/// One statement, which sees one state of the directory on both engines.
async fn snapshot(plain: &mut PlainTx, job: Id, from: i64, condition: Cond) -> Result<i64> {
    let place = Expr::cust("ROW_NUMBER() OVER (ORDER BY users.pk) - 1").add(from);
    let select = Query::select()
        .expr(Expr::val(job.value()))
        .expr(place)
        .column("id")
        .expr(Expr::cust(NAME))
        .column("name_key")
        .expr(Expr::val("waiting"))
        .from("users")
        .cond_where(condition)
        .take();
    let insert = Query::insert()
        .into_table("job_items")
        .columns(["job_id", "position", "subject_id", "name", "name_key", "state"])
        .select_from(select)
        .map_err(Error::internal)?
        .take();
    let (sql, args) = plain.tx().build(&insert);
    i64::try_from(plain.run(sql, args).await?).map_err(Error::internal)
}
