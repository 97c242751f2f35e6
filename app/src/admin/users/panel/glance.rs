//! What is known of a user at a glance.

use leptos::prelude::*;
use model::Operation;
use model::user::{Flag, User, origin_label};

use super::activity::Recent;
use super::editing::Editing;
use crate::admin::users::cells::standing;
use crate::admin::users::deed::Deed;
use crate::admin::users::deeds::Deeds;
use crate::kit::{Erase, Menu, PasswordPill, Pill, Section, Time, Tone, When};
use crate::viewer::{account, clock};

const DAY: u64 = 24 * 60 * 60;

#[component]
pub(super) fn Glance(editing: Editing, deeds: Deeds) -> impl IntoView {
    let base = editing.base;
    let may_see_activity = untrack(|| account().may(Operation::ReadUserActivity));
    view! {
        <dl class="glance">
            <div>
                <dt>"Current state"</dt>
                <dd>
                    <span class="row">
                        {move || base.with(|user| standing(user.state, user.deleted))}
                        {base.with_untracked(|user| user.deleted.is_none()).then(|| view! { <Change editing deeds/> })}
                    </span>
                </dd>
            </div>
            {move || base.with(password)}
            {move || base.with(multi_factor)}
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
fn Change(editing: Editing, deeds: Deeds) -> impl IntoView {
    let sections = move || {
        let state = editing.base.with(|user| user.state);
        let now = |deed: Deed| {
            let entry = deeds.entry(deed, &format!("{}…", deed.on("now")), move || vec![editing.picked()]);
            match deed.refused_for(state) {
                Some(why) => entry.unless(Some(format!("The user is {why}."))),
                None => entry,
            }
        };
        vec![Section::from(vec![now(Deed::Activate), now(Deed::Suspend)])]
    };
    let refusal = Signal::derive(move || Deeds::refusal(&[Deed::Activate, Deed::Suspend]));
    view! {
        <Menu
            label="Change".to_owned()
            small=true
            sections=Signal::derive(sections)
            disabled_because=refusal
        />
    }
}

fn password(user: &User) -> AnyView {
    let facts = user.password;
    let days = |at: model::Timestamp| at.since(clock().now()).as_secs() / DAY;
    view! {
        <div>
            <dt>"Password"</dt>
            <dd>
                <PasswordPill status=user.password_status/>
                {facts.set_at.map(|at| view! {
                    <span class="muted">"Set " <Time at when=When::Day/></span>
                })}
                {facts.expires_at.map(|at| match days(at) {
                    0 => view! { <span class="muted">"Expires " <Time at/></span> }.erased(),
                    1 => view! { <span class="muted">"Expires in 1 day"</span> }.erased(),
                    days => view! { <span class="muted">{format!("Expires in {days} days")}</span> }.erased(),
                })}
                {facts.locked_until.filter(|at| *at > clock().now()).map(|at| view! {
                    <span class="muted">"Locked until " <Time at/></span>
                })}
            </dd>
        </div>
    }
    .erased()
}

fn multi_factor(user: &User) -> AnyView {
    let required = user.form.flags.contains(&Flag::RequireMfa);
    let (tone, word) = match (user.mfa_enrolled, required) {
        (true, _) => (Tone::Info, "TOTP enrolled"),
        (false, true) => (Tone::Waiting, "Not enrolled"),
        (false, false) => (Tone::Neutral, "Not enrolled"),
    };
    view! {
        <div>
            <dt>"Multi-factor"</dt>
            <dd>
                <Pill tone word/>
                <span class="muted">{if required { "Required" } else { "Not required" }}</span>
            </dd>
        </div>
    }
    .erased()
}

fn history(user: &User) -> AnyView {
    let origin = origin_label(&user.created_by).to_owned();
    let reports = match user.reports {
        0 => None,
        1 => Some("Manages 1 person".to_owned()),
        many => Some(format!("Manages {many} people")),
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
