//! The list of jobs, one job, and stopping it.

use model::job::{JOBS, JOBS_WATCHED, JobDetails, JobKind, JobRelation, JobRow, JobState, JobWork};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Problem, Timestamp};
use sea_query::{CaseStatement, Cond, Expr, ExprTrait};

use super::{Jobs, only, work};
use crate::lists::{self, Listed, SearchStrategy, SortKey, text_filter, time_filter};
use directory_core::authz::{Actor, Permit, permit, permit_any};
use directory_core::error::{Error, Result};
use directory_core::store::{Arg, Engine, Sql, Tx, args, optional_timestamp, sql};
use directory_core::transaction::PlainTx;

const READ: Sql = sql!(
    "SELECT id, kind, state, starter_name, created_at, started_at, finished_at, total, done,
        refused, starter_id, version, why, reason, relation, of_job
    FROM jobs WHERE id = $1 AND state <> 'filling'"
);

/// Whose jobs a list holds alone; those see the others who see everybody's.
const STARTER: &str = "starter";

struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &JOBS;
    const TABLE: &'static str = "jobs";

    fn base() -> Cond {
        Cond::all().add(Expr::col("state").ne("filling"))
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        Some(match column {
            "name" => SortKey::shown("kind", JobKind::CHOICES),
            "state" => SortKey::rank(by_state()),
            "progress" => SortKey::rank(percent()),
            "started_by" => SortKey::typed("starter_name"),
            "created" => SortKey::number("created_at"),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "name" => text_filter(filter, "kind", None),
            "state" => text_filter(filter, "state", None),
            "started_by" => text_filter(filter, "starter_name", None),
            "created" => time_filter(filter, "created_at", now),
            STARTER => by_id(filter, "starter_id"),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// Jobs are forgotten after a while: reading their folded text is enough.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// A filter by one id.
pub(super) fn by_id(filter: &Filter, column: &'static str) -> Result<Cond, String> {
    let ids: Result<Vec<_>, _> = filter.values.iter().map(|value| value.parse::<Id>()).collect();
    let ids = ids.map_err(|error| error.to_string())?;
    match filter.test {
        model::Test::Is => Ok(Cond::all().add(Expr::col(column).is_in(ids.into_iter().map(Arg::value)))),
        model::Test::IsNot | model::Test::Contains | model::Test::Before | model::Test::After => {
            Err(lists::cannot(filter))
        }
    }
}

/// What goes on first.
fn by_state() -> Expr {
    let mut rank = CaseStatement::new();
    for (state, place) in JobState::ALL.iter().zip(0_i64..) {
        rank = rank.case(Expr::col("state").eq(state.as_str()), place);
    }
    rank.finally(i64::MAX).into()
}

fn percent() -> Expr {
    let reached = Expr::col("done").add(Expr::col("refused")).mul(100_i64).div(Expr::col("total"));
    CaseStatement::new().case(Expr::col("total").gt(0_i64), reached).finally(100_i64).into()
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    kind: JobKind,
    state: JobState,
    starter_name: String,
    created_at: Timestamp,
    started_at: Timestamp,
    finished_at: Timestamp,
    total: i64,
    done: i64,
    refused: i64,
}

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "state",
    "starter_name",
    "created_at",
    "started_at",
    "finished_at",
    "total",
    "done",
    "refused",
];

#[derive(sqlx::FromRow)]
pub(super) struct Stored {
    #[sqlx(flatten)]
    line: Line,
    starter_id: Option<Id>,
    version: i64,
    why: String,
    reason: String,
    relation: String,
    of_job: Option<Id>,
}

impl Line {
    fn into_row(self) -> JobRow {
        JobRow {
            id: self.id,
            kind: self.kind,
            state: self.state,
            started_by: self.starter_name,
            created_at: self.created_at,
            started_at: optional_timestamp(self.started_at),
            finished_at: optional_timestamp(self.finished_at),
            total: self.total.unsigned_abs(),
            done: self.done.unsigned_abs(),
            refused: self.refused.unsigned_abs(),
        }
    }
}

/// Whoever asks, if they are an administrator.
fn oneself(actor: &Actor) -> Option<Id> {
    actor.auth().ok().map(|auth| auth.id)
}

impl Stored {
    fn is_of(&self, actor: &Actor) -> bool {
        self.starter_id.is_some() && self.starter_id == oneself(actor)
    }

    pub fn goes_on(&self) -> bool {
        self.line.state.goes_on()
    }

    pub fn kind(&self) -> JobKind {
        self.line.kind
    }

    /// Why it cannot be tried again for those who were left out; `None` when it can.
    pub fn may_retry(&self, actor: &Actor) -> Option<String> {
        let JobWork::OnUsers(action) = self.kind().work() else {
            return Some("This job does not keep what it was given. Send it again.".to_owned());
        };
        if self.line.total <= self.line.done {
            return Some("Nobody was left out.".to_owned());
        }
        refusal(actor, action.operation())
    }

    /// Why it cannot be undone; `None` when it can.
    pub fn may_undo(&self, actor: &Actor) -> Option<String> {
        let Some(action) = self.kind().undone_by() else {
            return Some("What this job did cannot be taken back.".to_owned());
        };
        if self.line.done == 0 {
            return Some("It was done to nobody.".to_owned());
        }
        refusal(actor, action.operation())
    }

    pub fn into_details(self, actor: &Actor) -> JobDetails {
        let may = actor.may_any(self.cancelling(actor)).is_ok();
        let (no_retry, no_undo) = (self.may_retry(actor), self.may_undo(actor));
        JobDetails {
            cancellable: may && self.line.state.goes_on(),
            no_retry,
            no_undo,
            of: JobRelation::parse(&self.relation).zip(self.of_job),
            reason: self.reason,
            row: self.line.into_row(),
            version: self.version,
            why: self.why,
        }
    }

    /// What stopping it takes.
    fn cancelling(&self, actor: &Actor) -> &'static [Operation] {
        if self.is_of(actor) {
            &[Operation::CancelOwnJob, Operation::CancelAnyJob]
        } else {
            &[Operation::CancelAnyJob]
        }
    }
}

/// Why somebody's role does not allow this.
fn refusal(actor: &Actor, operation: Operation) -> Option<String> {
    match permit(actor, operation) {
        Ok(_) => None,
        Err(Error::Problem(problem)) => Some(problem.message),
        Err(Error::Internal(_) | Error::Unavailable(_)) => Some("Not now.".to_owned()),
    }
}

/// A job that this actor may see; another's is not there.
pub(super) async fn find(tx: &mut Tx, actor: &Actor, id: Id) -> Result<Stored> {
    let found: Option<Stored> = tx.optional(READ, args![id]).await?;
    let seen = |stored: &Stored| stored.is_of(actor) || actor.may(Operation::ReadAllJobs);
    found.filter(seen).ok_or_else(|| Problem::not_found("job").into())
}

/// Refuses whoever may not see a job.
pub(super) async fn check(tx: &mut Tx, actor: &Actor, id: Id) -> Result<()> {
    find(tx, actor, id).await.map(drop)
}

impl Jobs<'_> {
    /// A page of the list of jobs: one's own, or those of everybody.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page<JobRow>> {
        permit(actor, Operation::ReadOwnJobs)?;
        let mut query = query.clone();
        if let (false, Some(me)) = (actor.may(Operation::ReadAllJobs), oneself(actor)) {
            query.filters.push(only(STARTER, me));
        }
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let found = lists::page::<List, Line>(&mut tx, &query, now, COLUMNS).await?;
        let columns = JOBS.columns.iter().filter(|column| !column.fixed);
        Ok(Page {
            rows: found.rows.into_iter().map(Line::into_row).collect(),
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        })
    }

    /// One job.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for another’s that one may not see.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<JobDetails> {
        permit(actor, Operation::ReadOwnJobs)?;
        Ok(find(&mut self.0.db().read().await?, actor, id).await?.into_details(actor))
    }

    /// How far these have come, of those that are there and that one may see.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for too many at once.
    pub async fn progress(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<JobDetails>> {
        permit(actor, Operation::ReadOwnJobs)?;
        if ids.len() > JOBS_WATCHED {
            return Err(Problem::at("ids", format!("At most {JOBS_WATCHED} jobs at once.")).into());
        }
        let mut tx = self.0.db().read().await?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            match find(&mut tx, actor, *id).await {
                Ok(stored) => found.push(stored.into_details(actor)),
                Err(Error::Problem(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Stops a job after the chunk that is under way. What was done stays.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` once it has ended.
    pub async fn cancel(&self, actor: &Actor, id: Id) -> Result<()> {
        permit(actor, Operation::ReadOwnJobs)?;
        let stored = find(&mut self.0.db().read().await?, actor, id).await?;
        let permit: Permit = permit_any(actor, stored.cancelling(actor))?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        work::cancel(&mut plain, id, stored.line.kind).await?;
        plain.commit().await
    }
}
