//! Removing one of a user's passkeys or SSH keys, which is asked about first.

use leptos::{prelude::*, task::spawn_local};
use model::account::PasskeyRow;
use model::portal::SshKey;
use model::user::User;
use model::{Id, Operation, Problem};

use super::Access;
use crate::admin::user_stats::user_stats;
use crate::api::user_access as api;
use crate::kit::{ConfirmDialog, Entry, Section, toaster};
use crate::viewer::account;

/// What is to be removed.
#[derive(Clone, Debug)]
pub(in crate::admin::users) enum Key {
    Passkey(PasskeyRow),
    Ssh(SshKey),
}

impl Key {
    const fn what(&self) -> &'static str {
        match self {
            Self::Passkey(_) => "a passkey",
            Self::Ssh(_) => "an SSH key",
        }
    }

    async fn remove(self, user: Id) -> Result<(), Problem> {
        match self {
            Self::Passkey(key) => api::remove_user_passkey(user, key.id).await,
            Self::Ssh(key) => api::remove_user_ssh_key(user, key.id).await,
        }
    }
}

/// One entry for each passkey, which opens the question about it.
pub(super) fn passkeys(access: Access) -> Section {
    let why = account()
        .refusal(Operation::RemoveUserPasskey)
        .or_else(|| access.user.with(|user| user.guarded.as_ref().map(|why| format!("This user {why}."))));
    let entry = |passkey: PasskeyRow| {
        let label = format!("Remove passkey “{}”…", passkey.name);
        let press = Callback::new(move |()| access.remove(Key::Passkey(passkey.clone())));
        Entry::press("trash-2", label, press).unless(why.clone())
    };
    access.user.with(|user| user.passkeys.iter().cloned().map(entry).collect::<Vec<_>>()).into()
}

/// Removing it, and what comes of that.
#[derive(Clone, Copy)]
struct Removing {
    access: Access,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    /// Hears what was removed.
    done: Callback<&'static str>,
}

impl Removing {
    fn go(self) {
        let Some(key) = self.access.removed.get_untracked() else { return };
        let id = self.access.user.with_untracked(|user| user.id);
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let what = key.what();
            let answer = key.remove(id).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => self.done.run(what),
                Err(wrong) if self.access.reauthentication.asks(&wrong, move || self.go()) => {}
                Err(wrong) => self.problem.set(Some(wrong)),
            }
        });
    }
}

/// The question. `on_done` hears that the user is not as before.
#[component]
pub(super) fn RemovalDialog(access: Access, on_done: Callback<()>) -> impl IntoView {
    let Access { user, removed: asked, removing: confirming, .. } = access;
    let (toaster, stats) = (toaster(), user_stats());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| {
        if confirming.get() {
            problem.set(None);
        }
    });
    let done = Callback::new(move |what: &'static str| {
        confirming.set(false);
        toaster.done(format!("Removed {what} of {}", user.with_untracked(User::name)));
        stats.changed();
        on_done.run(());
    });
    let removing = Removing { access, busy, problem, done };
    let what = move || asked.with(|key| key.as_ref().map(Key::what)).unwrap_or_default();
    let title = move || format!("Remove {} of {}", what(), user.with(User::name));
    let verb = move || format!("Remove {}", what().split_once(' ').unwrap_or_default().1);
    let follows = move || user.with(|user| asked.get().map(|key| what_follows(user, &key)));
    view! {
        <ConfirmDialog
            open=confirming
            title=Signal::derive(title)
            verb=Signal::derive(verb)
            danger=true
            busy
            problem
            on_confirm=move || removing.go()
        >
            <p>{follows}</p>
        </ConfirmDialog>
    }
}

fn what_follows(user: &User, key: &Key) -> String {
    let passkey = match key {
        Key::Passkey(passkey) => &passkey.name,
        Key::Ssh(key) => {
            return format!(
                "“{}” ({}) is theirs no more and opens none of their devices. They can add it again. They get no email.",
                key.name, key.fingerprint
            );
        }
    };
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
