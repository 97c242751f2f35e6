//! The users that an action is about: those to whom it can be done, and why not to the others.

use std::collections::HashMap;

use model::user::{Facts, Outcome, Selection};
use model::{ErrorCode, Id, Problem, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use super::Record;
use super::group_filter::check_filters;
use super::list::{List, selected};
use crate::administrators;
use crate::escalation::refusals;
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};
use directory_core::transaction::Change;

/// Why a job leaves somebody out.
pub(super) const BY_HAND: &str = "is also an administrator, to whom this is done one by one";

/// Those to whom something can be done, and a line for each who was asked for.
pub(crate) struct Eligible {
    pub able: Vec<Record>,
    outcomes: Vec<Outcome>,
    /// What whoever asked for one alone is told, if it was not done.
    first: Option<Problem>,
    /// What the events say beside what was done.
    notes: HashMap<Id, String>,
}

impl Eligible {
    /// Tells them apart, in the order of asking. The rule against privilege escalation holds for each.
    pub(crate) async fn of(
        change: &mut Change,
        selection: &Selection,
        refusal: impl Fn(&Facts) -> Option<&'static str>,
    ) -> Result<Self> {
        let now = change.now;
        if let Selection::Matching(query) = selection {
            check_filters(change.permit().actor(), query)?;
        }
        let ids = selected(change.tx(), selection, now).await?;
        Self::among(change, ids, refusal).await
    }

    /// The same of these, in a job. Whoever is an administrator, too, is left to a hand that does it to them alone:
    /// it may take a proof of the password, and the last administrator is not to be lost among many.
    pub(crate) async fn in_job(
        change: &mut Change,
        ids: Vec<Id>,
        refusal: impl Fn(&Facts) -> Option<&'static str>,
    ) -> Result<Self> {
        Self::among(change, ids, |facts| facts.administrator.then_some(BY_HAND).or_else(|| refusal(facts)))
            .await
    }

    pub(crate) async fn among(
        change: &mut Change,
        ids: Vec<Id>,
        refusal: impl Fn(&Facts) -> Option<&'static str>,
    ) -> Result<Self> {
        let now = change.now;
        let actor = change.permit().actor().clone();
        let mut records: HashMap<Id, Record> =
            records(change.tx(), &ids).await?.into_iter().map(|record| (record.id, record)).collect();
        let guarded = refusals(change.tx(), &actor, &ids).await?;
        let administrators = administrators::among(change.tx(), &ids).await?;
        let (able, outcomes) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
        let mut eligible = Self { able, outcomes, first: None, notes: HashMap::new() };
        for id in ids {
            let Some(record) = records.remove(&id) else {
                eligible.refuse(id, id.to_string(), "is not in the directory", Problem::not_found("user"));
                continue;
            };
            if let Some(why) = guarded.get(&id) {
                eligible.refuse(id, record.name(), why, told(ErrorCode::Forbidden, &record, why));
                continue;
            }
            let facts = Facts { administrator: administrators.contains(&id), ..record.facts(now) };
            if let Some(why) = refusal(&facts) {
                eligible.refuse(id, record.name(), why, told(ErrorCode::Conflict, &record, why));
            } else {
                eligible.outcomes.push(Outcome { id, name: record.name(), refused: None });
                eligible.able.push(record);
            }
        }
        Ok(eligible)
    }

    /// Leaves the user out that whoever asks was made from: nobody shuts themselves out.
    pub(crate) async fn sparing_oneself(mut self, change: &mut Change, why: &str) -> Result<Self> {
        let actor = change.permit().actor().clone();
        let Some(me) = administrators::oneself(change.tx(), &actor).await? else { return Ok(self) };
        if let Some(place) = self.able.iter().position(|record| record.id == me) {
            let record = self.able.remove(place);
            self.first.get_or_insert_with(|| told(ErrorCode::Conflict, &record, why));
            let mine = self.outcomes.iter_mut().filter(|outcome| outcome.id == me);
            mine.for_each(|outcome| outcome.refused = Some(why.to_owned()));
        }
        Ok(self)
    }

    /// Leaves those out of whom there is something more to be said.
    pub(crate) fn leaving_out(mut self, why: impl Fn(&Record) -> Option<&'static str>) -> Self {
        for record in std::mem::take(&mut self.able) {
            let Some(why) = why(&record) else {
                self.able.push(record);
                continue;
            };
            self.first.get_or_insert_with(|| told(ErrorCode::Conflict, &record, why));
            let theirs = self.outcomes.iter_mut().filter(|outcome| outcome.id == record.id);
            theirs.for_each(|outcome| outcome.refused = Some(why.to_owned()));
        }
        self
    }

    /// Has the event of what is done to somebody say more.
    pub(crate) fn note(&mut self, id: Id, note: String) {
        self.notes.insert(id, note);
    }

    pub(crate) fn note_of(&self, id: Id) -> &str {
        self.notes.get(&id).map_or("", String::as_str)
    }

    /// Those who were refused for this reason.
    pub(crate) fn refused(&self, why: &str) -> Vec<Id> {
        let refused = self.outcomes.iter().filter(|outcome| outcome.refused.as_deref() == Some(why));
        refused.map(|outcome| outcome.id).collect()
    }

    /// It was done to somebody after all.
    pub(crate) fn accept(&mut self, id: Id) {
        let theirs = self.outcomes.iter_mut().filter(|outcome| outcome.id == id);
        theirs.for_each(|outcome| outcome.refused = None);
        if self.outcomes.iter().all(|outcome| outcome.refused.is_none()) {
            self.first = None;
        }
    }

    fn refuse(&mut self, id: Id, name: String, why: &str, told: Problem) {
        self.outcomes.push(Outcome { id, name, refused: Some(why.to_owned()) });
        self.first.get_or_insert(told);
    }

    /// That it was done for all of them: for whoever asked for one alone.
    ///
    /// # Errors
    /// `not_found`; `forbidden` by the rule against privilege escalation; `conflict` for what cannot be done.
    pub(crate) fn done(self) -> Result<()> {
        self.first.map_or(Ok(()), |problem| Err(problem.into()))
    }

    /// The ids of those to whom it can be done.
    pub(crate) fn ids(&self) -> Vec<Id> {
        self.able.iter().map(|record| record.id).collect()
    }

    /// For how many it was asked.
    pub(crate) fn len(&self) -> usize {
        self.outcomes.len()
    }

    pub(crate) fn outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }
}

fn told(code: ErrorCode, record: &Record, why: &str) -> Problem {
    Problem::new(code, format!("{} {why}.", record.name()))
}

/// Those of the ids that are there and not deleted.
pub(crate) async fn records(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Record>> {
    let select = Query::select()
        .columns(List::COLUMNS.iter().copied())
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    Ok(tx.select(&select).await?)
}

/// Everything of a user's that an actor changes at an instant.
pub(crate) struct ColumnUpdate<'a> {
    pub columns: &'a [(&'static str, sea_query::Value)],
    /// What stood on the old epoch is worth nothing from now on.
    pub revokes: bool,
}

/// Sets columns of users, which makes new versions of them.
pub(crate) async fn update_columns(change: &mut Change, ids: &[Id], wanted: ColumnUpdate<'_>) -> Result<()> {
    let mut update = Query::update();
    update.table("users");
    for (column, value) in wanted.columns {
        update.value(*column, value.clone());
    }
    if wanted.revokes {
        update.value("auth_epoch", Expr::col("auth_epoch").add(1));
    }
    update
        .value("seq", change.seq)
        .value("changed_at", change.now.as_micros())
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())));
    let (sql, args) = change.tx().build(&update);
    change.run(sql, args).await?;
    Ok(())
}

/// Nothing, as a value of an instant's column.
pub(crate) fn null() -> sea_query::Value {
    None::<Timestamp>.value()
}
