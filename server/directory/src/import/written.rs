//! Changing users who are there already, by the rules that hold for each.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{Faults, Id, Operation};

use super::row::apply;
use super::settle::ManagerChange;
use super::staged::{Body, FAULT, Staged};
use crate::administrators;
use crate::engine::{self, Item};
use crate::users::{Record, Users, form_of, records};
use directory_core::authz::permit;
use directory_core::error::{Error, Result};
use directory_core::store::args;
use directory_core::transaction::Change;

/// Changes users; says how many were left out. Whoever started the job must still be allowed to.
pub(super) async fn update(
    change: &mut Change,
    job: Id,
    rows: Vec<(&Staged, Body)>,
    lost: &HashSet<Id>,
) -> Result<i64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let actor = change.permit().actor().clone();
    let refused = permit(&actor, Operation::UpdateUser).err().map(why).transpose()?;
    let ids: Vec<Id> = rows.iter().map(|(row, _)| row.user_id).collect();
    let there: HashMap<Id, Record> =
        records(change.tx(), &ids).await?.into_iter().map(|record| (record.id, record)).collect();
    let administrators = administrators::among(change.tx(), &ids).await?;
    let mut left: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for (row, body) in rows {
        let item = |name: String| Item { position: row.position, subject_id: row.user_id, name };
        let outcome = match (&refused, there.get(&row.user_id)) {
            (Some(why), _) => Err((body.name, why.clone())),
            (None, None) => Err((body.name, "is not in the directory any more".to_owned())),
            (None, Some(record)) if administrators.contains(&record.id) => {
                Err((record.name(), "is also an administrator, to whom this is done one by one".to_owned()))
            }
            (None, Some(record)) => {
                one(change, record, body, lost).await?.map_err(|why| (record.name(), why))
            }
        };
        if let Err((name, why)) = outcome {
            change.run(FAULT, args![job, row.position, &why]).await?;
            left.entry(why).or_default().push(item(name));
        }
    }
    let mut count = 0;
    for (why, items) in left {
        count += items.len();
        engine::leave_out(change, job, &items, &why).await?;
    }
    i64::try_from(count).map_err(Error::internal)
}

/// Writes what the file says over what one user has now; or why not.
async fn one(
    change: &mut Change,
    record: &Record,
    body: Body,
    lost: &HashSet<Id>,
) -> Result<Result<(), String>> {
    let before = form_of(change.tx(), record).await?;
    let mut form = before.clone();
    apply(&mut form, &body.values);
    match body.manager {
        ManagerChange::Set(manager) if !lost.contains(&manager) => form.manager = Some(manager),
        ManagerChange::Clear => form.manager = None,
        ManagerChange::Set(_) | ManagerChange::Keep => {}
    }
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(faults) => return Ok(Err(told(&faults))),
    };
    let context = change.context().clone();
    match Users(&context).amend(change, record, &before, &draft).await {
        Ok(_) => Ok(Ok(())),
        Err(error) => why(error).map(Err),
    }
}

/// What was refused, as what follows a name; what went wrong otherwise goes on.
fn why(error: Error) -> Result<String> {
    match error {
        Error::Problem(problem) if problem.faults.is_empty() => {
            Ok(format!("is left as they are: {}", problem.message))
        }
        Error::Problem(problem) => {
            let messages: Vec<_> = problem.faults.iter().map(|fault| fault.message.as_str()).collect();
            Ok(format!("is left as they are: {}", messages.join(" ")))
        }
        Error::Internal(_) | Error::Unavailable(_) => Err(error),
    }
}

fn told(faults: &Faults) -> String {
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    format!("is left as they are: {}", messages.join(" "))
}
