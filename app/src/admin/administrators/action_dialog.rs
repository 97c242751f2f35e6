//! The dialog of actions on administrators: the confirmation, the action, and its outcome.

use leptos::prelude::*;
use model::administrator::{Action, Administrator, AdministratorRow, full_name};
use model::user::Outcome;
use model::{Id, Problem};

use super::copy::{self, Subject, Whom};
use super::whom;
use crate::admin::confirmation::Confirmation;
use crate::admin::outcomes::{Line, Refusals, RefusalsDialog, lines, refusal};
use crate::admin::reauthentication::reauthentication;
use crate::admin::user_stats::user_stats;
use crate::api::administrators as api;
use crate::kit::{ConfirmDialog, Erase, Toaster, toaster};
use crate::viewer::{Account, account};

/// Somebody whom an action may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionTarget {
    id: Id,
    version: i64,
    name: String,
    email: String,
    subject: Subject,
    /// How their API key begins, if they have one.
    key: Option<String>,
}

impl From<&AdministratorRow> for ActionTarget {
    /// Their version is not known, which deleting does not ask for.
    fn from(row: &AdministratorRow) -> Self {
        let name = full_name(&row.first_name, &row.last_name);
        let (from_user, passkey) = (row.from_user, row.passkey_enrolled);
        let subject = Subject { whom: whom(row.id), from_user, passkey };
        let key = row.api_key.as_ref().map(|key| key.hint.clone());
        Self { id: row.id, version: 0, name, email: row.email.clone(), subject, key }
    }
}

impl From<&Administrator> for ActionTarget {
    fn from(one: &Administrator) -> Self {
        let (from_user, passkey) = (one.user.is_some(), one.passkey_enrolled);
        let subject = Subject { whom: whom(one.id), from_user, passkey };
        let key = one.api_key.as_ref().map(|key| key.hint.clone());
        Self {
            id: one.id,
            version: one.version,
            name: one.name(),
            email: one.email.to_string(),
            subject,
            key,
        }
    }
}

/// The state of the dialog; one for a screen.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    asked: RwSignal<Option<(Action, Vec<ActionTarget>)>>,
    confirmation: Confirmation,
    refusals: Refusals,
    /// Whoever asks.
    account: Account,
}

impl Actions {
    pub fn new() -> Self {
        let (confirmation, refusals) = (Confirmation::new(), Refusals::new());
        Self { asked: RwSignal::new(None), confirmation, refusals, account: account() }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, whom: Vec<ActionTarget>) {
        self.asked.set(Some((action, whom)));
        self.confirmation.begin();
    }

    fn action(self) -> Option<Action> {
        self.asked.with(|asked| asked.as_ref().map(|(action, _)| *action))
    }

    /// The verb and whom: "Delete 3 administrators".
    fn title(self) -> String {
        let Some((action, all)) = self.asked.get() else { return String::new() };
        let name = |one: &ActionTarget| match one.subject.whom {
            Whom::You => "yourself".to_owned(),
            Whom::They => one.name.clone(),
        };
        let names: Vec<_> = all.iter().map(name).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        copy::on(action, &copy::whom(&names))
    }
}

/// The dialogs of [`Actions`]. `on_done` hears that something was done.
#[component]
pub(super) fn ActionDialog(actions: Actions, on_done: Callback<Action>) -> impl IntoView {
    let (toaster, stats, reauthentication) = (toaster(), user_stats(), reauthentication());
    let confirm = Callback::new(move |()| {
        let Some((action, all)) = actions.asked.get_untracked() else { return };
        actions.confirmation.go(perform(action, all), move |outcomes| {
            tell(actions, toaster, action, outcomes);
            stats.changed();
            on_done.run(action);
        });
    });
    actions.confirmation.settling(move |problem| reauthentication.asks(&problem, move || confirm.run(())));
    let danger = move || {
        matches!(
            actions.action(),
            Some(Action::Delete | Action::Suspend | Action::SendTotpReset | Action::RevokeApiKey)
        )
    };
    let title = Signal::derive(move || actions.title());
    let verb = Signal::derive(move || match actions.action() {
        // Whom it goes to the question has said.
        Some(Action::Invite) => "Send the invitation".to_owned(),
        Some(Action::SendPasswordReset | Action::SendTotpReset) => "Send the email".to_owned(),
        Some(
            Action::EndSessions | Action::RevokeApiKey | Action::Suspend | Action::Activate | Action::Delete,
        )
        | None => actions.title(),
    });
    view! {
        <ConfirmDialog
            open=actions.confirmation.open
            title
            verb
            danger=Signal::derive(danger)
            busy=actions.confirmation.busy
            problem=actions.confirmation.problem
            on_confirm=confirm
        >
            {move || question(actions)}
        </ConfirmDialog>
        <RefusalsDialog refusals=actions.refusals counted=copy::counted faces=true/>
    }
    .erased()
}

async fn perform(action: Action, all: Vec<ActionTarget>) -> Result<Vec<Outcome>, Problem> {
    if action == Action::Delete {
        let outcomes = api::delete_administrators(all.iter().map(|one| one.id).collect()).await?;
        // Of a single one the question itself tells.
        return if all.len() == 1 { refusal(outcomes.clone()).map(|()| outcomes) } else { Ok(outcomes) };
    }
    let Some(ActionTarget { id, version, name, .. }) = all.first().cloned() else { return Ok(vec![]) };
    match action {
        Action::Invite => api::invite_administrator(id).await?,
        Action::SendPasswordReset => api::send_administrator_password_reset(id).await?,
        Action::SendTotpReset => api::send_administrator_totp_reset(id).await?,
        Action::EndSessions => api::end_administrator_sessions(id).await?,
        Action::RevokeApiKey => api::revoke_api_key(id).await?,
        Action::Suspend | Action::Activate | Action::Delete => {
            api::suspend_administrator(id, version, action == Action::Suspend).await?;
        }
    }
    Ok(vec![Outcome { id, name, refused: None }])
}

/// What will happen, and to whom: all of them.
fn question(actions: Actions) -> AnyView {
    let Some((action, all)) = actions.asked.get() else { return ().erased() };
    let subjects: Vec<_> = all.iter().map(|one| one.subject).collect();
    let effects: Vec<_> =
        copy::effects(action, &subjects).into_iter().map(|text| view! { <p>{text}</p> }).collect();
    let line = |one: ActionTarget| {
        let mut aside = one.email;
        if action == Action::Delete {
            aside.extend(one.subject.from_user.then_some(" · stays a user"));
            aside.extend(one.key.map(|hint| format!(" · API key {hint}… dies at once")));
        }
        Line { face: Some(one.id), name: one.name, aside }
    };
    view! {
        {effects}
        {lines(all.into_iter().map(line))}
    }
    .erased()
}

fn tell(actions: Actions, toaster: Toaster, action: Action, outcomes: Vec<Outcome>) {
    let done = actions.refusals.tell(outcomes);
    if !done.is_empty() {
        let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
        toaster.done(copy::done(action, &copy::whom(&names), actions.account));
    }
}
