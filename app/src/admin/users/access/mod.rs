//! A user's access, as the panel offers it: password, emails, lock and second factor. Each is
//! asked about before it is done.

mod removal;
mod set_password;

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::user::{Action, ENROLL_DAYS, ENROLL_DAYS_DEFAULT, MfaRequirement, Outcome, Selection, User};

use super::copy;
use super::mailing::{Mailing, MailingChoice, activation_address};
use crate::admin::outcomes::refusal;
use crate::admin::reauthentication::{Reauthentication, reauthentication};
use crate::admin::user_stats::{UserStats, user_stats};
use crate::api::user_access as api;
use crate::kit::{ConfirmDialog, Entry, Erase, Menu, Section, TextField, Toaster, toaster};
use crate::viewer::account;
pub(super) use removal::Key;
use removal::RemovalDialog;
use set_password::SetPasswordDialog;

/// The questions about one user; one for a panel.
#[derive(Clone, Copy)]
pub(super) struct Access {
    /// The user as last heard of.
    user: RwSignal<User>,
    action: RwSignal<Option<Action>>,
    confirming: RwSignal<bool>,
    setting: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    mailing: Mailing,
    days: RwSignal<String>,
    /// What is asked about to be removed.
    removed: RwSignal<Option<Key>>,
    removing: RwSignal<bool>,
    /// For whoever is an administrator, too.
    reauthentication: Reauthentication,
}

impl Access {
    pub fn new(user: RwSignal<User>) -> Self {
        Self {
            user,
            action: RwSignal::new(None),
            confirming: RwSignal::new(false),
            setting: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            mailing: Mailing::new(),
            days: RwSignal::new(String::new()),
            removed: RwSignal::new(None),
            removing: RwSignal::new(false),
            reauthentication: reauthentication(),
        }
    }

    fn ask(self, action: Action) {
        self.problem.set(None);
        if action == Action::SetPassword {
            self.setting.set(true);
            return;
        }
        self.mailing.reset();
        self.days.set(ENROLL_DAYS_DEFAULT.to_string());
        self.action.set(Some(action));
        self.confirming.set(true);
    }

    /// Asks whether to remove one of the user's keys.
    pub fn remove(self, key: Key) {
        self.removed.set(Some(key));
        self.removing.set(true);
    }

    fn entry(self, action: Action) -> Entry {
        let why = self.user.with(|user| {
            let refused = || action.refusal(&user.facts()).map(str::to_owned);
            user.guarded.clone().or_else(refused).map(|why| format!("This user {why}."))
        });
        let press = Callback::new(move |()| self.ask(action));
        Entry::press(copy::icon(action), format!("{}…", copy::verb(action)), press)
            .unless(account().refusal(action.operation()).or(why))
    }

    fn name(self) -> String {
        self.user.with(User::name)
    }
}

/// Why one's role allows none of these; `None` when it allows any.
fn refusal_of_all(actions: &[Action]) -> Option<String> {
    let account = account();
    let refusals: Option<Vec<_>> = actions.iter().map(|action| account.refusal(action.operation())).collect();
    refusals?.into_iter().next()
}

/// What can be done about the password.
#[component]
pub(super) fn PasswordMenu(access: Access) -> impl IntoView {
    let sections = move || {
        let section = |actions: &[Action]| -> Section {
            actions.iter().map(|action| access.entry(*action)).collect::<Vec<_>>().into()
        };
        vec![
            section(&[Action::SetPassword, Action::ForcePasswordChange, Action::Unlock]),
            section(&[Action::SendActivationEmail, Action::SendPasswordReset]),
        ]
    };
    let actions = [
        Action::SetPassword,
        Action::ForcePasswordChange,
        Action::Unlock,
        Action::SendActivationEmail,
        Action::SendPasswordReset,
    ];
    let disabled_because = Signal::derive(move || refusal_of_all(&actions));
    view! { <Menu label="Manage password".to_owned() small=true sections=Signal::derive(sections) disabled_because/> }
}

/// What can be done about the second factor.
#[component]
pub(super) fn FactorsMenu(access: Access) -> impl IntoView {
    const ACTIONS: [Action; 3] = [Action::RequireMfa, Action::RemoveMfa, Action::ResetTotp];
    let sections = move || {
        let actions = Section::from(ACTIONS.map(|action| access.entry(action)).to_vec());
        let passkeys = removal::passkeys(access);
        [actions, passkeys].into_iter().filter(|section| !section.entries.is_empty()).collect::<Vec<_>>()
    };
    let disabled_because = Signal::derive(|| refusal_of_all(&ACTIONS));
    view! { <Menu label="Manage MFA".to_owned() small=true sections=Signal::derive(sections) disabled_because/> }
}

/// The dialogs of [`Access`]. `on_done` hears that the user is not as before.
#[component]
pub(super) fn AccessDialogs(access: Access, on_done: Callback<()>) -> impl IntoView {
    let (toaster, stats, account) = (toaster(), user_stats(), account());
    let done = Callback::new(move |action: Action| {
        let (text, undo) = access
            .user
            .with_untracked(|user| (copy::done(action, &user.name(), account), undone_by(action, user)));
        match undo {
            Some(undo) => {
                let these = Selection::These(vec![access.user.with_untracked(|user| user.id)]);
                let back = move || take_back((toaster, stats, access.reauthentication), these.clone(), undo);
                toaster.done_with(text, "Undo", back);
            }
            None => toaster.done(text),
        }
        stats.changed();
        on_done.run(());
    });
    let title =
        move || access.action.get().map_or_else(String::new, |action| copy::title(action, &access.name()));
    let verb = move || access.action.get().map_or("", copy::verb).to_owned();
    // What is told at its field is not told twice.
    let problem = move || access.problem.get().filter(|problem| problem.faults.is_empty());
    view! {
        <ConfirmDialog
            open=access.confirming
            title=Signal::derive(title)
            verb=Signal::derive(verb)
            danger=Signal::derive(move || access.action.get() == Some(Action::ResetTotp))
            busy=access.busy
            problem=Signal::derive(problem)
            on_confirm=move || confirm(access, done)
        >
            {move || access.action.get().map(|action| question(access, action))}
        </ConfirmDialog>
        <SetPasswordDialog
            open=access.setting
            access
            on_done=move || done.run(Action::SetPassword)
        />
        <RemovalDialog access on_done/>
    }
}

/// What will happen, and what there is to choose.
fn question(access: Access, action: Action) -> AnyView {
    let user = access.user.get_untracked();
    let more = match action {
        Action::SendActivationEmail => {
            let default = format!("To {}", activation_address(&user));
            view! { <MailingChoice mailing=access.mailing default single=true problem=access.problem/> }
                .erased()
        }
        Action::SendPasswordReset => {
            view! { <p class="muted">"It goes to " <strong>{user.form.email.clone()}</strong> "."</p> }
                .erased()
        }
        Action::RequireMfa => {
            let error =
                move || access.problem.with(|problem| problem.as_ref()?.fault("days").map(str::to_owned));
            let hint = format!("From {} to {}.", ENROLL_DAYS.start(), ENROLL_DAYS.end());
            view! {
                <TextField
                    label="Days to enroll"
                    value=access.days
                    on_input=move |text| access.days.set(text)
                    required=true
                    hint
                    error=Signal::derive(error)
                />
            }
            .erased()
        }
        Action::SetPassword
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::RemoveMfa
        | Action::Activate
        | Action::Suspend
        | Action::Delete
        | Action::Restore
        | Action::Purge => ().erased(),
    };
    view! {
        <p>{copy::effect_on(action, &user)}</p>
        {more}
    }
    .erased()
}

/// Does it; whoever must prove who they are does so, and it is done then.
fn confirm(access: Access, done: Callback<Action>) {
    let Some(action) = access.action.get_untracked() else { return };
    access.busy.set(true);
    access.problem.set(None);
    spawn_local(async move {
        let answer = perform(access, action).await.and_then(refusal);
        // Somebody who has left is not asked for more.
        if access.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(()) => {
                access.confirming.set(false);
                done.run(action);
            }
            Err(problem) if access.reauthentication.asks(&problem, move || confirm(access, done)) => {}
            Err(problem) => access.problem.set(Some(problem)),
        }
    });
}

async fn perform(access: Access, action: Action) -> Result<Vec<Outcome>, Problem> {
    let these = Selection::These(vec![access.user.with_untracked(|user| user.id)]);
    match action {
        Action::SendActivationEmail => api::send_activation_email(these, access.mailing.notify()).await,
        Action::SendPasswordReset => api::send_password_reset(these).await,
        Action::ForcePasswordChange => api::force_password_change(these).await,
        Action::Unlock => api::unlock_users(these).await,
        Action::ResetTotp => api::reset_users_totp(these).await,
        Action::RequireMfa => {
            // What is no number the server refuses, as one that is too small.
            let days = access.days.with_untracked(|days| days.trim().parse().unwrap_or(0));
            api::change_mfa(these, MfaRequirement::Require { days }).await
        }
        Action::RemoveMfa => api::change_mfa(these, MfaRequirement::Remove).await,
        // They have dialogs of their own.
        Action::SetPassword
        | Action::Activate
        | Action::Suspend
        | Action::Delete
        | Action::Restore
        | Action::Purge => Ok(vec![]),
    }
}

/// What takes a changed requirement back, if anything brings what was there before.
fn undone_by(action: Action, before: &User) -> Option<MfaRequirement> {
    let (required, chosen) = (before.mfa.required, before.mfa.chosen);
    match action {
        Action::RequireMfa => (!required && !chosen).then_some(MfaRequirement::Remove),
        // What users have switched on for themselves only they can bring back.
        Action::RemoveMfa => {
            (required && !chosen).then_some(MfaRequirement::Require { days: ENROLL_DAYS_DEFAULT })
        }
        Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::Activate
        | Action::Suspend
        | Action::Delete
        | Action::Restore
        | Action::Purge => None,
    }
}

fn take_back(
    (toaster, stats, reauthentication): (Toaster, UserStats, Reauthentication),
    these: Selection,
    undo: MfaRequirement,
) {
    let asked = these.clone();
    let again = move || take_back((toaster, stats, reauthentication), asked.clone(), undo);
    spawn_local(async move {
        match api::change_mfa(these, undo).await.and_then(refusal) {
            Ok(()) => toaster.done("The MFA requirement is as before"),
            Err(problem) if reauthentication.asks(&problem, again) => {}
            Err(problem) => toaster.wrong(problem),
        }
        stats.changed();
    });
}
