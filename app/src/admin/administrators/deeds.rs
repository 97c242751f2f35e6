//! Asking before something is done to administrators, doing it, and telling what became of it.

use leptos::prelude::*;
use model::administrator::{Action, Administrator, AdministratorRow, full_name};
use model::user::Outcome;
use model::{Id, Problem};

use super::{is_oneself, words};
use crate::admin::asking::Asking;
use crate::admin::outcomes::{Line, Refusals, RefusalsDialog, lines, refusal};
use crate::admin::people::people;
use crate::admin::proof::{Proof, ProofDialog};
use crate::api::administrators as api;
use crate::kit::{ConfirmDialog, Erase, Notice, Toaster, Tone, toaster};

/// So many are named before it is said how many more there are.
const NAMED: usize = 8;

/// Somebody whom an action may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picked {
    id: Id,
    version: i64,
    name: String,
    email: String,
}

impl From<&AdministratorRow> for Picked {
    /// Their version is not known, which deleting does not ask for.
    fn from(row: &AdministratorRow) -> Self {
        let name = full_name(&row.first_name, &row.last_name);
        Self { id: row.id, version: 0, name, email: row.email.clone() }
    }
}

impl From<&Administrator> for Picked {
    fn from(one: &Administrator) -> Self {
        Self { id: one.id, version: one.version, name: one.name(), email: one.email.to_string() }
    }
}

/// The question and its answer; one for a screen.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    asked: RwSignal<Option<(Action, Vec<Picked>)>>,
    asking: Asking,
    refusals: Refusals,
}

impl Deeds {
    pub fn new() -> Self {
        Self { asked: RwSignal::new(None), asking: Asking::new(), refusals: Refusals::new() }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, whom: Vec<Picked>) {
        self.asked.set(Some((action, whom)));
        self.asking.begin();
    }

    fn action(self) -> Option<Action> {
        self.asked.with(|asked| asked.as_ref().map(|(action, _)| *action))
    }

    /// Those whom it can be done to, and whether oneself is among those who were asked about.
    fn able(self) -> (Vec<Picked>, bool) {
        let all = self.asked.with(|asked| asked.as_ref().map(|(_, all)| all.clone())).unwrap_or_default();
        let deletes = self.action() == Some(Action::Delete);
        let (left, able): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| deletes && is_oneself(one.id));
        (able, !left.is_empty())
    }

    /// The verb and whom: "Delete 3 administrators".
    fn title(self) -> String {
        let (able, _) = self.able();
        let names: Vec<_> = able.iter().map(|one| one.name.as_str()).collect();
        self.action().map_or_else(String::new, |action| words::on(action, &words::whom(&names)))
    }
}

/// The dialogs of [`Deeds`]. `on_done` hears that something was done.
#[component]
pub(super) fn DeedDialogs(deeds: Deeds, on_done: Callback<Action>) -> impl IntoView {
    let (toaster, people, proof) = (toaster(), people(), Proof::new());
    let confirm = Callback::new(move |()| {
        let Some(action) = untrack(|| deeds.action()) else { return };
        let (able, _) = untrack(|| deeds.able());
        deeds.asking.go(perform(action, able), move |outcomes| {
            tell(deeds, toaster, action, outcomes);
            people.changed();
            on_done.run(action);
        });
    });
    deeds.asking.settling(move |problem| proof.asks(&problem, move || confirm.run(())));
    let nobody =
        move || deeds.able().0.is_empty().then(|| "There is nobody to whom this can be done.".to_owned());
    let danger = move || {
        matches!(
            deeds.action(),
            Some(Action::Delete | Action::Suspend | Action::SendTotpReset | Action::RevokeApiKey)
        )
    };
    let title = Signal::derive(move || deeds.title());
    let verb = Signal::derive(move || match deeds.action() {
        // Whom it goes to the question has said.
        Some(Action::Invite) => "Send the invitation".to_owned(),
        Some(Action::SendPasswordReset | Action::SendTotpReset) => "Send the email".to_owned(),
        _ => deeds.title(),
    });
    view! {
        <ConfirmDialog
            open=deeds.asking.open
            title
            verb
            danger=Signal::derive(danger)
            disabled_because=Signal::derive(nobody)
            busy=deeds.asking.busy
            problem=deeds.asking.problem
            on_confirm=confirm
        >
            {move || question(deeds)}
        </ConfirmDialog>
        <RefusalsDialog refusals=deeds.refusals counted=words::counted faces=true/>
        <ProofDialog proof/>
    }
    .erased()
}

async fn perform(action: Action, able: Vec<Picked>) -> Result<Vec<Outcome>, Problem> {
    if action == Action::Delete {
        let outcomes = api::delete_administrators(able.iter().map(|one| one.id).collect()).await?;
        // Of a single one the question itself tells.
        return if able.len() == 1 { refusal(outcomes.clone()).map(|()| outcomes) } else { Ok(outcomes) };
    }
    let Some(Picked { id, version, name, .. }) = able.first().cloned() else { return Ok(vec![]) };
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

/// What will happen, to whom, and that oneself is left out.
fn question(deeds: Deeds) -> AnyView {
    let (able, left_out) = deeds.able();
    let follows = deeds.action().map_or("", words::follows);
    let more = able.len().saturating_sub(NAMED);
    let line = |one: Picked| Line { face: Some(one.id), name: one.name, aside: one.email };
    let left_out = left_out.then(|| {
        view! {
            <Notice tone=Tone::Waiting>
                <strong>"You are left out: "</strong>
                "nobody deletes themselves. Another Administrator With Billing can."
            </Notice>
        }
    });
    view! {
        <p>{follows}</p>
        {lines(able.into_iter().take(NAMED).map(line))}
        {(more > 0).then(|| view! { <p class="muted">{format!("and {more} more")}</p> })}
        {left_out}
    }
    .erased()
}

fn tell(deeds: Deeds, toaster: Toaster, action: Action, outcomes: Vec<Outcome>) {
    let done = deeds.refusals.tell(outcomes);
    if !done.is_empty() {
        let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
        toaster.done(words::done(action, &words::whom(&names)));
    }
}
