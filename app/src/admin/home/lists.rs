//! Short lists of people with what can be done about each, and a link to all of them.

use leptos::prelude::*;
use model::home::{Counted, HomeAdministrator, HomeUser};
use model::list::grouped;
use model::user::{Action, PasswordStatus};
use model::{Filter, ListQuery, Timestamp};

use super::attention::administrators_without_mfa;
use super::coming::quiet;
use super::figures::EXPIRING;
use super::users_by;
use crate::admin::users::RowActions;
use crate::browser::dom;
use crate::kit::{Avatar, Erase, Time};
use crate::routes;

/// What one list is about.
struct About {
    /// Of its heading, which has the focus after something was done.
    id: &'static str,
    title: &'static str,
    /// Says which people the link leads to, for those who hear the link alone.
    whom: &'static str,
    icon: &'static str,
    nobody: &'static str,
    filter: Filter,
    action: Action,
    /// On each row's button, and on the one for all of them.
    words: (&'static str, &'static str),
    /// What stands in place of a time.
    always: &'static str,
}

fn by_password(status: &str) -> Filter {
    Filter::is("password_status", [status])
}

/// Users who are locked out.
pub(super) fn locked(rows: Vec<HomeUser>, count: u64, again: Callback<()>) -> AnyView {
    let about = About {
        id: "locked",
        title: "Locked out",
        whom: "people with a locked account",
        icon: "lock",
        nobody: "No account is locked.",
        filter: by_password(PasswordStatus::Locked.as_str()),
        action: Action::Unlock,
        words: ("Unlock…", "Unlock all…"),
        always: "Until unlocked",
    };
    people(about, rows, count, again)
}

/// Users whose password has expired.
pub(super) fn expired(rows: Vec<HomeUser>, count: u64, again: Callback<()>) -> AnyView {
    let about = About {
        id: "expired",
        title: "Passwords expired",
        whom: "expired passwords of people",
        icon: "key-round",
        nobody: "No password has expired.",
        filter: by_password(PasswordStatus::Expired.as_str()),
        action: Action::SendPasswordReset,
        words: ("Email…", "Email all…"),
        always: "Must change it",
    };
    people(about, rows, count, again)
}

/// Users whose password expires within 7 days.
pub(super) fn expiring(rows: Vec<HomeUser>, count: u64, again: Callback<()>) -> AnyView {
    let about = About {
        id: "expiring",
        title: "Passwords expiring, next 7 days",
        whom: "passwords that expire soon",
        icon: "key-round",
        nobody: "No password expires within 7 days.",
        filter: by_password(EXPIRING),
        action: Action::SendPasswordReset,
        words: ("Email…", "Email all…"),
        always: "",
    };
    people(about, rows, count, again)
}

/// Users who have no second factor.
pub(super) fn without_mfa(found: Counted<HomeUser>, again: Callback<()>) -> AnyView {
    let about = About {
        id: "without-mfa",
        title: "People without MFA",
        whom: "people without a second factor",
        icon: "shield-alert",
        nobody: "Everybody is enrolled in MFA.",
        filter: Filter::is("mfa_enrolled", ["false"]),
        action: Action::RequireMfa,
        words: ("Require…", "Require of all…"),
        always: "",
    };
    people(about, found.first, found.count, again)
}

fn people(about: About, rows: Vec<HomeUser>, count: u64, again: Callback<()>) -> AnyView {
    let id = about.id;
    // The button that had the focus may be gone.
    let actions = RowActions::new(Callback::new(move |()| {
        if let Some(heading) = dom::by_id(id) {
            dom::focus(&heading);
        }
        again.run(());
    }));
    let all = (count > 1).then(|| {
        let query = ListQuery { filters: vec![about.filter.clone()], ..ListQuery::default() };
        actions.button_for_all(about.action, about.words.1, query, count)
    });
    let address = users_by(about.filter.clone());
    let list = if rows.is_empty() {
        quiet(about.icon, about.nobody)
    } else {
        let rows = rows.into_iter().map(|one| person(&about, one, actions));
        view! { <ul class="rows arrivals">{rows.collect_view()}</ul> }.erased()
    };
    card(id, about.title, all.map(Erase::erased), see_all(address, count, about.whom), list)
}

fn person(about: &About, one: HomeUser, actions: RowActions) -> AnyView {
    let HomeUser { id, name, email, state, at } = one;
    let button = actions.button(about.action, about.words.0, id, name.clone(), state);
    let at = match at {
        Some(Timestamp::END) | None => about.always.erased(),
        Some(at) => view! { <Time at/> }.erased(),
    };
    view! {
        <li>
            <Avatar id name=name.clone()/>
            <span class="text">
                <a href=routes::user(id)>{name}</a>
                <span class="muted">{email}</span>
            </span>
            <span class="at">{at}</span>
            <span class="do">{button}</span>
        </li>
    }
    .erased()
}

/// Administrators who have no second factor; each sets it up in their own account.
pub(super) fn administrators(found: Counted<HomeAdministrator>) -> AnyView {
    let link = see_all(administrators_without_mfa(), found.count, "administrators without MFA");
    let list = if found.first.is_empty() {
        quiet("shield-check", "Every administrator has a second factor.")
    } else {
        let row = |HomeAdministrator { id, name, email }: HomeAdministrator| {
            view! {
                <li>
                    <Avatar id name=name.clone()/>
                    <span class="text">
                        <a href=routes::administrator(id)>{name}</a>
                        <span class="muted">{email}</span>
                    </span>
                </li>
            }
        };
        let rows = found.first.into_iter().map(row);
        view! { <ul class="rows arrivals">{rows.collect_view()}</ul> }.erased()
    };
    card("administrators-without-mfa", "Administrators without MFA", None, link, list)
}

fn see_all(address: String, count: u64, whom: &'static str) -> Option<AnyView> {
    let link = || {
        view! {
            <a href=address>
                "See all " {grouped(count)} <span class="visually-hidden">" " {whom}</span>
            </a>
        }
        .erased()
    };
    (count > 0).then(link)
}

fn card(
    id: &'static str,
    title: &'static str,
    button: Option<AnyView>,
    link: Option<AnyView>,
    list: AnyView,
) -> AnyView {
    view! {
        <section class="card" aria-labelledby=id>
            <header>
                <h2 id=id tabindex="-1">{title}</h2>
                {button}
                {link}
            </header>
            {list}
        </section>
    }
    .erased()
}
