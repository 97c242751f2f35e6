//! Removing one of a user's passkeys, which is asked about first.

use leptos::{prelude::*, task::spawn_local};
use model::account::PasskeyRow;
use model::user::User;
use model::{Operation, Problem};

use crate::admin::people::people;
use crate::api::user_access as api;
use crate::kit::{ConfirmDialog, Entry, Section, toaster};
use crate::viewer::account;

/// One entry for each passkey, which opens the question about it.
pub(super) fn section(
    user: RwSignal<User>,
    asked: RwSignal<Option<PasskeyRow>>,
    asking: RwSignal<bool>,
) -> Section {
    let why = account()
        .refusal(Operation::RemoveUserPasskey)
        .or_else(|| user.with(|user| user.guarded.as_ref().map(|why| format!("This user {why}."))));
    let entry = |passkey: PasskeyRow| {
        let label = format!("Remove passkey “{}”…", passkey.name);
        let press = Callback::new(move |()| {
            asked.set(Some(passkey.clone()));
            asking.set(true);
        });
        Entry::press("trash-2", label, press).unless(why.clone())
    };
    user.with(|user| user.passkeys.iter().cloned().map(entry).collect::<Vec<_>>()).into()
}

/// The question. `on_done` hears that the user is not as before.
#[component]
pub(super) fn PasskeyDialog(
    user: RwSignal<User>,
    asked: RwSignal<Option<PasskeyRow>>,
    asking: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (toaster, people) = (toaster(), people());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| {
        if asking.get() {
            problem.set(None);
        }
    });
    let confirm = move || {
        let Some(passkey) = asked.get_untracked() else { return };
        let (id, name) = user.with_untracked(|user| (user.id, user.name()));
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::remove_user_passkey(id, passkey.id).await;
            busy.set(false);
            if let Err(wrong) = answer {
                problem.set(Some(wrong));
                return;
            }
            asking.set(false);
            toaster.done(format!("Removed a passkey of {name}"));
            people.changed();
            on_done.run(());
        });
    };
    let title = move || format!("Remove a passkey of {}", user.with(User::name));
    let follows = move || {
        let asked = asked.get().map(|passkey| passkey.name).unwrap_or_default();
        user.with(|user| what_follows(user, &asked))
    };
    view! {
        <ConfirmDialog
            open=asking
            title=Signal::derive(title)
            verb="Remove passkey".to_owned()
            danger=true
            busy
            problem
            on_confirm=confirm
        >
            <p>{follows}</p>
        </ConfirmDialog>
    }
}

fn what_follows(user: &User, passkey: &str) -> String {
    let last = !user.mfa.totp && user.passkeys.len() == 1;
    let left = match (last, user.mfa.required) {
        (false, _) => "",
        (true, false) => " It is the last second factor, so the recovery codes are deleted too.",
        (true, true) => {
            " It is the last second factor, so the recovery codes are deleted too. They have 7 days to enroll another."
        }
    };
    format!(
        "“{passkey}” opens nothing any more, and all sessions of {} end. This cannot be undone. They get no email.{left}",
        user.name()
    )
}
