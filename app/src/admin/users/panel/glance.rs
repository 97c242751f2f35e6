//! What is known of a user at a glance.

use std::sync::Arc;

use leptos::prelude::*;
use model::list::grouped;
use model::user::schedule::{Schedule, ScheduledChange};
use model::user::{Action, AlsoAdministrator, User, origin_label};
use model::{Operation, Timestamp};

use super::activity::Recent;
use super::editing::Editing;
use crate::admin::questions::questions;
use crate::admin::users::access::Access;
use crate::admin::users::action::refused_for;
use crate::admin::users::actions::Actions;
use crate::admin::users::cells::state_pill;
use crate::admin::users::copy;
use crate::admin::users::schedule_question::OnChanged;
use crate::admin::users::scheduled::schedule_entries;
use crate::kit::{Erase, Icon, Menu, PasswordPill, Pill, Section, Time, Tone, When};
use crate::routes;
use crate::viewer::{account, clock};

const DAY: u64 = 24 * 60 * 60;

#[component]
pub(super) fn Glance(editing: Editing, actions: Actions, access: Access) -> impl IntoView {
    let base = editing.base;
    // With somebody who is deleted nothing of the kind can be done.
    let there = base.with_untracked(|user| user.deleted.is_none());
    let may_see_activity = untrack(|| account().may(Operation::ReadUserActivity));
    view! {
        <dl class="glance">
            <div>
                <dt>"Current state"</dt>
                <dd>
                    <span class="row">
                        {move || base.with(|user| state_pill(user.state, user.deleted))}
                        {there.then(|| view! { <Change editing actions/> })}
                    </span>
                    {there.then(|| view! { <Scheduled editing/> })}
                </dd>
            </div>
            <div>
                <dt>"Password"</dt>
                <dd>
                    {move || base.with(password)}
                    {there.then(|| access.password_menu())}
                </dd>
            </div>
            <div>
                <dt>"Multi-factor"</dt>
                <dd>
                    {move || base.with(multi_factor)}
                    {there.then(|| access.factors_menu())}
                </dd>
            </div>
            {move || base.with(administrator)}
            {move || base.with(history)}
            {may_see_activity.then(|| view! {
                <div>
                    <dt>"Recent activity"</dt>
                    <dd><Recent id=editing.id version=editing.version/></dd>
                </div>
            })}
        </dl>
    }
}

/// What the state can be changed to.
#[component]
fn Change(editing: Editing, actions: Actions) -> impl IntoView {
    let sections = move || {
        let state = editing.base.with(|user| user.state);
        let now = |action: Action| {
            let at_once = matches!(action, Action::Activate | Action::Suspend);
            let label = if at_once {
                format!("{}…", copy::title(action, "now"))
            } else {
                copy::entry(action).to_owned()
            };
            let entry = actions.entry(action, &label, move || vec![editing.target()]);
            let why = || refused_for(action, state).map(|why| format!("The user is {why}."));
            match editing.guarded().or_else(why) {
                Some(why) => entry.unless(Some(why)),
                None => entry,
            }
        };
        vec![Section::from(vec![
            now(Action::Activate),
            now(Action::ScheduleActivation),
            now(Action::Suspend),
            now(Action::ScheduleSuspension),
        ])]
    };
    let refusal = Signal::derive(move || Actions::refusal(&[Action::Activate, Action::Suspend]));
    view! {
        <Menu
            label="Change".to_owned()
            small=true
            sections=Signal::derive(sections)
            disabled_because=refusal
        />
    }
}

/// What is scheduled for the user, and what can be done about it.
#[component]
fn Scheduled(editing: Editing) -> impl IntoView {
    let questions = questions();
    let on_changed: OnChanged = Arc::new(move || editing.look_again());
    let line = move |schedule: Schedule| {
        let guarded = editing.guarded();
        let entries = schedule_entries(questions, &schedule, &on_changed, guarded.as_deref());
        let sections = Signal::stored(vec![Section::from(entries)]);
        let face = view! { <span class="button quiet only-icon"><Icon name="ellipsis"/></span> };
        let label = format!("More for the {} on {}", schedule.change.noun(), schedule.local);
        let verb = match schedule.change {
            ScheduledChange::Activation => "Is activated on ",
            ScheduledChange::Suspension => "Is suspended on ",
        };
        view! {
            <span class="row scheduled">
                <span class="muted">
                    {verb} <Time at=schedule.at when=When::Full/>
                    {(schedule.typed.zone != clock().zone.get_untracked())
                        .then(|| format!(" ({})", schedule.local))}
                </span>
                <Menu label face=face.erased() sections/>
            </span>
        }
        .erased()
    };
    move || {
        let schedules = editing.base.with(|user| user.schedules.clone());
        schedules.into_iter().map(line.clone()).collect::<Vec<_>>()
    }
}

fn password(user: &User) -> AnyView {
    let (facts, now) = (user.password, clock().now());
    let locked = facts.locked_until.filter(|at| *at > now).map(|at| match at {
        Timestamp::END => view! { <span class="muted">"Locked until somebody unlocks it"</span> }.erased(),
        at => view! { <span class="muted">"Locked until " <Time at/></span> }.erased(),
    });
    let ends = facts.expires_at.filter(|_| facts.set_at.is_some() && !facts.must_change);
    view! {
        <PasswordPill status=user.password_status/>
        {facts.set_at.map(|at| view! { <span class="muted">"Set " <Time at when=When::Day/></span> })}
        {facts.must_change.then(|| view! { <span class="muted">"Must be changed at the next sign-in"</span> })}
        {ends.map(|at| expiry(at, now))}
        {locked}
    }
    .erased()
}

fn expiry(at: Timestamp, now: Timestamp) -> AnyView {
    if at <= now {
        return view! { <span class="muted">"Expired " <Time at when=When::Day/></span> }.erased();
    }
    match at.since(now).as_secs() / DAY {
        0 => view! { <span class="muted">"Expires " <Time at/></span> }.erased(),
        1 => view! { <span class="muted">"Expires in 1 day"</span> }.erased(),
        days => view! { <span class="muted">{format!("Expires in {} days", grouped(days))}</span> }.erased(),
    }
}

fn multi_factor(user: &User) -> AnyView {
    let (mut mfa, now) = (user.mfa, clock().now());
    if user.administrator.is_some() {
        // It is asked of them in any case, and at once.
        (mfa.required, mfa.enroll_by) = (true, None);
    }
    let (tone, word) = match (mfa.enrolled, mfa.totp, mfa.required) {
        (true, true, _) => (Tone::Info, "TOTP enrolled"),
        (true, false, _) => (Tone::Info, "Passkey enrolled"),
        (false, _, true) => (Tone::Waiting, "Not enrolled"),
        (false, _, false) => (Tone::Neutral, "Not enrolled"),
    };
    let passkeys = match user.passkeys.len() {
        0 => None,
        1 if !mfa.totp => None,
        1 => Some("1 passkey".to_owned()),
        many => Some(format!("{many} passkeys")),
    };
    let asked = match (mfa.required, mfa.chosen) {
        (true, _) => "Required",
        (false, true) => "Switched on by the user",
        (false, false) => "Not required",
    };
    let period = (mfa.required && !mfa.enrolled).then(|| match mfa.enroll_by {
        Some(by) if by <= now => view! { <span class="muted">"The time to enroll is over"</span> }.erased(),
        Some(by) => {
            view! { <span class="muted">"To enroll by " <Time at=by when=When::Day/></span> }.erased()
        }
        None => view! { <span class="muted">"To enroll at the next sign-in"</span> }.erased(),
    });
    view! {
        <Pill tone word/>
        {passkeys.map(|text| view! { <span class="muted">{text}</span> })}
        <span class="muted">{asked}</span>
        {period}
    }
    .erased()
}

/// The administrator that the user is, too; the way there for those who see administrators.
fn administrator(user: &User) -> Option<AnyView> {
    let AlsoAdministrator { id, role } = user.administrator.clone()?;
    let sees = untrack(|| account().may(Operation::ReadAdministrator));
    let way = sees.then(|| view! { <a href=routes::administrator(id)>"Go to the administrator"</a> });
    Some(view! { <div><dt>"Also an administrator"</dt><dd>{role} {way}</dd></div> }.erased())
}

fn history(user: &User) -> AnyView {
    let origin = origin_label(&user.created_by).to_owned();
    let reports = match user.reports {
        0 => None,
        1 => Some("Manages 1 person".to_owned()),
        many => Some(format!("Manages {} people", grouped(many.into()))),
    };
    view! {
        <div>
            <dt>"Last login"</dt>
            <dd>
                {match user.last_login_at {
                    Some(at) => view! { <Time at/> }.erased(),
                    None => "Never".erased(),
                }}
            </dd>
        </div>
        <div>
            <dt>"Created"</dt>
            <dd>
                <Time at=user.created_at when=When::Day/>
                {(!origin.is_empty()).then(|| view! { <span class="muted">"Origin: " {origin}</span> })}
                {reports.map(|text| view! { <span class="muted">{text}</span> })}
            </dd>
        </div>
    }
    .erased()
}
