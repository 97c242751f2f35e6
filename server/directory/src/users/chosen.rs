//! The users that an action is about: those to whom it can be done, and why not to the others.

use std::collections::HashMap;

use model::user::{Facts, Outcome, Selection};
use model::{Id, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use super::Record;
use super::list::{List, selected};
use crate::administrators;
use crate::change::Change;
use crate::detour::guarded;
use crate::error::Result;
use crate::store::{Arg, Tx};

/// Those to whom something can be done, and a line for each who was asked for.
pub(crate) struct Chosen {
    pub able: Vec<Record>,
    outcomes: Vec<Outcome>,
}

impl Chosen {
    /// Tells them apart, in the order of asking. The rule against detours holds for each.
    pub(crate) async fn of(
        change: &mut Change,
        selection: &Selection,
        refusal: impl Fn(&Facts) -> Option<&'static str>,
    ) -> Result<Self> {
        let now = change.now;
        let actor = change.permit().actor().clone();
        let ids = selected(change.tx(), selection, now).await?;
        let mut records: HashMap<Id, Record> =
            records(change.tx(), &ids).await?.into_iter().map(|record| (record.id, record)).collect();
        let guarded = guarded(change.tx(), &actor, &ids).await?;
        let mut chosen =
            Self { able: Vec::with_capacity(ids.len()), outcomes: Vec::with_capacity(ids.len()) };
        for id in ids {
            let Some(record) = records.remove(&id) else {
                chosen.refuse(id, id.to_string(), "is not in the directory".to_owned());
                continue;
            };
            let why = guarded.get(&id).cloned();
            if let Some(why) = why.or_else(|| refusal(&record.facts(now)).map(str::to_owned)) {
                chosen.refuse(id, record.name(), why);
            } else {
                chosen.outcomes.push(Outcome { id, name: record.name(), refused: None });
                chosen.able.push(record);
            }
        }
        Ok(chosen)
    }

    /// Leaves the user out that whoever asks was made from: nobody shuts themselves out.
    pub(crate) async fn sparing_oneself(mut self, change: &mut Change, why: &str) -> Result<Self> {
        let actor = change.permit().actor().clone();
        let Some(me) = administrators::oneself(change.tx(), &actor).await? else { return Ok(self) };
        if self.able.iter().any(|record| record.id == me) {
            self.able.retain(|record| record.id != me);
            let mine = self.outcomes.iter_mut().filter(|outcome| outcome.id == me);
            mine.for_each(|outcome| outcome.refused = Some(why.to_owned()));
        }
        Ok(self)
    }

    fn refuse(&mut self, id: Id, name: String, why: String) {
        self.outcomes.push(Outcome { id, name, refused: Some(why) });
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

/// Those of the ids that are there and not deleted.
pub(super) async fn records(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Record>> {
    let select = Query::select()
        .columns(List::COLUMNS.iter().copied())
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    Ok(tx.select(&select).await?)
}

/// Everything of a user's that an actor changes at an instant.
pub(crate) struct Marks<'a> {
    pub columns: &'a [(&'static str, sea_query::Value)],
    /// What stood on the old epoch is worth nothing from now on.
    pub revokes: bool,
}

/// Sets columns of users, which makes new versions of them.
pub(crate) async fn mark(change: &mut Change, ids: &[Id], marks: Marks<'_>) -> Result<()> {
    let mut update = Query::update();
    update.table("users");
    for (column, value) in marks.columns {
        update.value(*column, value.clone());
    }
    if marks.revokes {
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
pub(crate) fn never() -> sea_query::Value {
    None::<Timestamp>.value()
}
