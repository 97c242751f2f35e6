//! What there is to choose in the question about an action, and the action that comes of it.

use leptos::prelude::*;
use model::group::{AddMembers, GroupRef, NewPeriod};
use model::job::BulkAction;
use model::user::schedule::{NewSchedule, ScheduledChange};
use model::user::{Action, ENROLL_DAYS, ENROLL_DAYS_DEFAULT, MfaRequirement, Notify, User};

use super::mailing::{FirstEmail, Mailing, MailingChoice};
use crate::admin::group_field::GroupField;
use crate::admin::period::{PeriodChoice, period_fields};
use crate::admin::questions::questions;
use crate::admin::when::{WhenChoice, when_fields};
use crate::kit::{Erase, RadioGroup, TextField};

const REQUIRE: &str = "require";
const REMOVE: &str = "remove";

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct Choices {
    pub mailing: Mailing,
    pub when: WhenChoice,
    group: RwSignal<Option<GroupRef>>,
    period: Option<PeriodChoice>,
    mfa: RwSignal<String>,
    days: RwSignal<String>,
}

impl Choices {
    pub fn new(action: Action) -> Self {
        let mfa = if action == Action::RemoveMfa { REMOVE } else { REQUIRE };
        Self {
            mailing: Mailing::new(),
            when: WhenChoice::tomorrow(),
            group: RwSignal::new(None),
            period: (action == Action::AddToGroup).then(|| PeriodChoice::from_typed(&NewPeriod::default())),
            mfa: RwSignal::new(mfa.to_owned()),
            days: RwSignal::new(ENROLL_DAYS_DEFAULT.to_string()),
        }
    }

    /// The action that it comes to: whether a second factor is required is chosen in the question.
    pub fn action(self, asked: Action) -> Action {
        match asked {
            Action::RequireMfa | Action::RemoveMfa if self.mfa.with(|mfa| mfa == REMOVE) => Action::RemoveMfa,
            Action::RequireMfa | Action::RemoveMfa => Action::RequireMfa,
            other => other,
        }
    }

    /// The same with all that it takes; `None` for what is done to a few alone.
    pub fn bulk(self, asked: Action) -> Option<BulkAction> {
        let schedule = |change| {
            BulkAction::Schedule(NewSchedule { change, at: self.when.typed(), notify: self.mailing.asked() })
        };
        Some(match self.action(asked) {
            Action::Activate => BulkAction::Activate { email: self.mailing.asked() != Notify::Nobody },
            Action::Suspend => BulkAction::Suspend,
            Action::ScheduleActivation => schedule(ScheduledChange::Activation),
            Action::ScheduleSuspension => schedule(ScheduledChange::Suspension),
            Action::Delete => BulkAction::Delete,
            Action::Unlock => BulkAction::Unlock,
            Action::ForcePasswordChange => BulkAction::ForcePasswordChange,
            Action::RequireMfa => BulkAction::ChangeMfa(self.requirement()),
            Action::RemoveMfa => BulkAction::ChangeMfa(MfaRequirement::Remove),
            Action::ResetTotp => BulkAction::ResetTotp,
            Action::SendActivationEmail => BulkAction::SendActivationEmail,
            Action::SendPasswordReset => BulkAction::SendPasswordReset,
            Action::AddToGroup => BulkAction::AddToGroup(self.membership()?),
            Action::SetPassword | Action::Restore | Action::Purge => return None,
        })
    }

    fn membership(self) -> Option<AddMembers> {
        let period = self.period.map(PeriodChoice::typed).unwrap_or_default();
        Some(AddMembers { group: self.group.get()?.id, period })
    }

    /// Whether there is all that the server needs to say to whom it can be done.
    pub fn complete(self, asked: Action) -> bool {
        asked != Action::AddToGroup || self.group.with(Option::is_some)
    }

    /// What has to be chosen first; `None` when nothing has.
    pub fn trouble(self, asked: Action) -> Option<String> {
        if !self.complete(asked) {
            return Some("Choose a group first.".to_owned());
        }
        self.period.and_then(PeriodChoice::trouble)
    }

    /// What is no number the server refuses, as one that is too small.
    fn requirement(self) -> MfaRequirement {
        MfaRequirement::Require { days: self.days.with(|days| days.trim().parse().unwrap_or(0)) }
    }
}

/// The fields. `known` is the one user whom it is about, once they are known; `single` that there is just one.
pub(super) fn choices(
    action: Action,
    choices: Choices,
    single: bool,
    known: RwSignal<Option<User>>,
) -> AnyView {
    let first = move || known.with(|known| first_email(known.as_ref(), single, choices.mailing));
    match action {
        Action::Activate => first.erased(),
        Action::ScheduleActivation => view! { {when_fields(choices.when)} {first} }.erased(),
        Action::ScheduleSuspension => when_fields(choices.when),
        Action::RequireMfa | Action::RemoveMfa => requirement(choices),
        Action::AddToGroup => {
            view! { <GroupField label="User group" value=choices.group/> {choices.period.map(period_fields)} }
                .erased()
        }
        Action::Suspend
        | Action::Delete
        | Action::SetPassword
        | Action::SendActivationEmail
        | Action::SendPasswordReset
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::ResetTotp
        | Action::Restore
        | Action::Purge => ().erased(),
    }
}

/// Which email the first one is, and the choice where it goes.
fn first_email(known: Option<&User>, single: bool, mailing: Mailing) -> AnyView {
    let email = known.map_or_else(|| FirstEmail::unknown(single), FirstEmail::of);
    let error = questions().fault("email");
    let choice = email.default.map(|default| {
        view! { <MailingChoice mailing default single dispensable=true error/> }
    });
    view! { {email.note.map(|note| view! { <p>{note}</p> })} {choice} }.erased()
}

fn requirement(choices: Choices) -> AnyView {
    let Choices { mfa, days, .. } = choices;
    let options = [(REQUIRE, "Require MFA"), (REMOVE, "Do not ask for MFA")];
    let options = options.map(|(key, word)| (key.to_owned(), word.to_owned())).to_vec();
    let hint = format!("From {} to {}.", ENROLL_DAYS.start(), ENROLL_DAYS.end());
    let error = questions().fault("days");
    let days_field = move || {
        mfa.with(|mfa| mfa == REQUIRE).then(|| {
            view! {
                <TextField
                    label="Days to enroll"
                    value=days
                    on_input=move |text| days.set(text)
                    required=true
                    hint=hint.clone()
                    error
                />
            }
        })
    };
    view! {
        <RadioGroup legend="MFA requirement" options value=mfa on_change=move |chosen| mfa.set(chosen)/>
        {days_field}
    }
    .erased()
}
