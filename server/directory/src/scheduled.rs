//! What is done at its time: each kind of timer, and who acts on it.

use model::{Id, Operation};

use crate::billing;
use crate::scheduler::{self, Kind};
use crate::users::scheduled;
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::transaction::{Change, PlainTx};

/// Does what is due. What fails is tried again when its lease is over.
pub(crate) async fn run_timers(context: &Context) -> Result<()> {
    loop {
        let claimed = claim(context).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        for (kind, subject) in claimed {
            let Some(kind) = Kind::parse(&kind) else {
                tracing::error!(kind, %subject, "a timer of a kind that is not known");
                continue;
            };
            if let Err(error) = run_timer(context, kind, subject).await {
                tracing::error!(kind = kind.as_str(), %subject, %error, "due, and will be tried again");
            }
        }
    }
}

async fn claim(context: &Context) -> Result<Vec<(String, Id)>> {
    let mut plain = PlainTx::begin(context, permit(&system(), Operation::RunMaintenance)?).await?;
    let claimed = scheduler::claim(&mut plain).await?;
    plain.commit().await?;
    Ok(claimed)
}

/// The work and the end of its timer are one change: it happens once, or not at all.
async fn run_timer(context: &Context, kind: Kind, subject: Id) -> Result<()> {
    let mut change = Change::begin(context, permit(&system(), Operation::RunMaintenance)?).await?;
    let Some(due) = scheduler::due(&mut change, kind, subject).await? else { return Ok(()) };
    let next = match kind {
        Kind::PasswordWarning => scheduled::warn(&mut change, subject, due).await?,
        Kind::PasswordExpired => scheduled::expire(&mut change, subject).await?,
        Kind::UserUnlock => scheduled::open(&mut change, subject).await?,
        Kind::CardReminder => billing::remind(&mut change, subject).await?,
    };
    match next {
        Some(next) => scheduler::set(&mut change, kind, subject, next).await?,
        None => scheduler::clear(&mut change, kind, subject).await?,
    }
    change.commit().await
}

fn system() -> Actor {
    Actor::system(Task::Scheduler)
}
