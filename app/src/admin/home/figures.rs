//! Figures: how many people there are, and how many of each kind. Each leads to the list of them.

use leptos::prelude::*;
use model::Filter;
use model::home::UserCounts;
use model::list::grouped;
use model::user::{PasswordStatus, UserState};

use super::{counted, users_by};
use crate::kit::{Content, Erase, Icon, PasswordPill, StatePill, Tone};
use crate::routes;

/// The value of the filter by password that finds passwords about to expire.
pub(super) const EXPIRING: &str = "Expiring";

fn by_password(status: &str) -> String {
    users_by(Filter::is("password_status", [status]))
}

fn by_state(state: UserState) -> String {
    users_by(Filter::is("state", [state.as_str()]))
}

/// The users who were added in the past 7 days.
pub(super) fn new_users() -> String {
    users_by(Filter::after("created", "-7d"))
}

#[component]
pub(super) fn Figures(people: UserCounts) -> impl IntoView {
    let new = people.new_in_7_days;
    let added = if new == 0 {
        "None new in the past 7 days".erased()
    } else {
        view! { <span class="up">{format!("+{}", grouped(new))}</span> " in the past 7 days" }.erased()
    };
    let locked = if people.locked == 0 { "Nobody at the moment" } else { "After too many wrong passwords" };
    let expired = format!("Within 7 days · {} expired", grouped(people.password_expired));
    let staged = if people.staged == 0 { "Nobody waits" } else { "Waiting to be activated" };
    view! {
        <ul class="figure-row">
            <Figure icon="users" what="People" number=people.total() address=routes::USERS.to_owned()>{added}</Figure>
            <Figure
                icon="lock"
                what="Locked out"
                number=people.locked
                address=by_password(PasswordStatus::Locked.as_str())
            >
                {locked}
            </Figure>
            <Figure
                icon="clock"
                what="Passwords expiring"
                number=people.password_expiring_in_7_days
                address=by_password(EXPIRING)
            >
                {expired}
            </Figure>
            <Figure icon="user-check" what="Staged" number=people.staged address=by_state(UserState::Staged)>
                {staged}
            </Figure>
        </ul>
    }
}

#[component]
fn Figure(
    icon: &'static str,
    what: &'static str,
    number: u64,
    address: String,
    /// A remark below the number.
    children: Content,
) -> impl IntoView {
    view! {
        <li>
            <a class="card figure" href=address>
                <span class="what"><Icon name=icon/>{what}</span>
                <span class="number">{grouped(number)}</span>
                <span class="remark">{children.view()}</span>
            </a>
        </li>
    }
}

/// People by state and by password, each with its part of the whole.
#[component]
pub(super) fn Shares(people: UserCounts) -> impl IntoView {
    let total = people.total();
    let state = |state: UserState| {
        let count = match state {
            UserState::Staged => people.staged,
            UserState::Activated => people.activated,
            UserState::Suspended => people.suspended,
        };
        let pill = view! { <StatePill state/> };
        share(pill.erased(), state.into(), count, total, by_state(state))
    };
    let password = |status: PasswordStatus| {
        let count = match status {
            PasswordStatus::Pending => people.password_pending,
            PasswordStatus::Active => people.password_active,
            PasswordStatus::Expired => people.password_expired,
            PasswordStatus::Locked => people.locked,
        };
        let pill = view! { <PasswordPill status/> };
        share(pill.erased(), status.into(), count, total, by_password(status.as_str()))
    };
    let states = [UserState::Activated, UserState::Staged, UserState::Suspended];
    let passwords =
        [PasswordStatus::Active, PasswordStatus::Pending, PasswordStatus::Expired, PasswordStatus::Locked];
    view! {
        <section class="card shares" aria-labelledby="by-state">
            <header>
                <h2 id="by-state">"People by state"</h2>
                <a href=routes::USERS>{counted(total, "person", "people")}</a>
            </header>
            <ul aria-labelledby="by-state">{states.map(state)}</ul>
            <h3 id="by-password">"Password status"</h3>
            <ul aria-labelledby="by-password">{passwords.map(password)}</ul>
        </section>
    }
}

/// How much of a bar that is 100 long stands for a part; what is there at all can be seen.
fn part(count: u64, total: u64) -> u64 {
    if count == 0 { 0 } else { (count * 100 / total.max(1)).clamp(1, 100) }
}

fn share(pill: AnyView, tone: Tone, count: u64, total: u64, address: String) -> AnyView {
    view! {
        <li>
            <a href=address>
                <span class="what">{pill}</span>
                <svg
                    class=format!("share {}", tone.class())
                    viewBox="0 0 100 1"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                >
                    <rect width=part(count, total).to_string() height="1"></rect>
                </svg>
                <span class="number">{grouped(count)}</span>
            </a>
        </li>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_seen_and_never_more_than_the_whole() {
        assert_eq!([part(0, 10), part(1, 1_000_000), part(5, 10), part(10, 10)], [0, 1, 50, 100]);
        assert_eq!([part(0, 0), part(3, 0)], [0, 100]);
    }

    #[test]
    fn figures_lead_to_the_lists_behind_them() {
        assert_eq!(by_state(UserState::Staged), "/admin/users?filter=state:is:STAGED");
        assert_eq!(by_password(EXPIRING), "/admin/users?filter=password_status:is:Expiring");
        assert_eq!(new_users(), "/admin/users?filter=created:after:-7d");
    }
}
