//! The Homepage: how the organization's people stand, and what needs somebody.

mod arrivals;
mod attention;
mod checklist;
mod coming;
mod day;
mod figures;
mod lists;
mod refresh;
mod waiting;
mod widgets;

use leptos::prelude::*;
use model::home::{Homepage, SignInDay, UserCounts, Widget};
use model::{Filter, ListQuery, Operation, Sort};

use super::{
    access::redirect, screens::screens, settings::first_of, user_stats::user_stats, users::RowActions,
};
use crate::kit::{
    Bar, BarChart, Button, EmptyState, Erase, Failed, Icon, LinkButton, PageHeader, today, with_query,
};
use crate::viewer::{account, clock};
use crate::{api, routes};
use arrivals::Arrivals;
use attention::NeedsAttention;
use checklist::checklist;
use coming::Upcoming;
use figures::{Figures, Shares};
use lists::{administrators, expired, expiring, locked, without_mfa};
use refresh::refreshed;
use waiting::Waiting;
use widgets::{EditWidgets, offered};

screens! { home:
    /// The Homepage.
    HomeRoute, home_screen => begin();
}

const SIGN_INS: &str = "Users’ sign-ins, past 14 days";

/// The address of the users that a filter finds.
fn users_by(filter: Filter) -> String {
    with_query(routes::USERS, &ListQuery { filters: vec![filter], ..ListQuery::default() })
}

/// "1 person is", "1,284 people are": the word that fits the number.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", model::list::grouped(count), if count == 1 { one } else { many })
}

/// Who has no Homepage is led to where their role has something.
fn begin() -> AnyView {
    let account = account();
    match untrack(|| routes::start(|needs| account.may(needs))) {
        Some(routes::HOME) => view! { <HomePage/> }.erased(),
        Some(path) => redirect(path),
        None => view! { <div class="page home"><PageHeader title="Home".to_owned()/><Explanation/></div> }
            .erased(),
    }
}

#[component]
fn HomePage() -> impl IntoView {
    let (stats, clock) = (user_stats(), clock());
    // By the viewer's zone, sign-ins fall into other days.
    let page = Resource::new(
        move || (stats.version(), clock.zone.get()),
        |_| async move { api::home::homepage().await },
    );
    let fresh = refreshed(page);
    let again = Callback::new(move |()| page.refetch());
    let editing = RwSignal::new(false);
    let shown =
        Signal::derive(move || page.get().and_then(Result::ok).map(|page| page.widgets).unwrap_or_default());
    view! {
        <div class="page home">
            <Header editing/>
            <Transition fallback=|| view! { <Waiting/> }>
                {move || page.get().map(|page| match page {
                    Ok(page) => view! { <Loaded page=fresh.get().unwrap_or(page) again/> }.erased(),
                    Err(problem) => {
                        view! { <section class="card"><Failed problem on_retry=again/></section> }.erased()
                    }
                })}
            </Transition>
            <EditWidgets open=editing now=shown again/>
        </div>
    }
}

#[component]
fn Header(editing: RwSignal<bool>) -> impl IntoView {
    let me = account().0;
    let title = move || {
        let greeting = day::greeting(today().hour);
        me.with(|me| match me {
            Some(me) if !me.first_name.is_empty() => format!("{greeting}, {}", me.first_name),
            _ => greeting.to_owned(),
        })
    };
    let below = move || {
        let organization = me.with(|me| me.as_ref().map(|me| me.organization.clone())).unwrap_or_default();
        format!("What needs you today at {organization}, {}", day::long(today()))
    };
    view! {
        <PageHeader title=Signal::derive(title) document="Home" below=below.erased()>
            {(offered().len() > 1).then(|| view! {
                <Button icon="layout-grid" on_press=move || editing.set(true)>"Edit widgets"</Button>
            })}
        </PageHeader>
    }
}

#[component]
fn Loaded(page: Homepage, again: Callback<()>) -> impl IntoView {
    let actions = RowActions::new(again);
    let Homepage { widgets, people, sign_ins, attention, .. } = page.clone();
    if people.is_none() && sign_ins.is_none() && page.administrators.is_none() {
        return view! {
            <Explanation/>
            {(!attention.is_empty()).then(|| view! { <NeedsAttention attention again/> })}
        }
        .erased();
    }
    let figure = |of: fn(UserCounts) -> u64| people.map_or(0, of);
    let part = |widget: Widget| match widget {
        Widget::Figures => people.map(|people| view! { <Figures people/> }.erased()),
        Widget::SignIns => {
            let days = page.sign_ins.clone()?;
            Some(view! { <SignIns days lists_users=people.is_some()/> }.erased())
        }
        Widget::Attention => {
            let attention = page.attention.clone();
            Some(view! { <NeedsAttention attention again/> }.erased())
        }
        Widget::Arrivals => {
            let (arrived, count) = (page.new_people.clone()?, figure(|people| people.new_in_7_days));
            Some(view! { <Arrivals arrived count actions/> }.erased())
        }
        Widget::Upcoming => {
            let (upcoming, count) = (page.upcoming.clone()?, figure(|people| people.scheduled));
            Some(view! { <Upcoming upcoming count again/> }.erased())
        }
        Widget::Locked => Some(locked(page.locked.clone()?, figure(|people| people.locked), again)),
        Widget::Expired => {
            Some(expired(page.expired.clone()?, figure(|people| people.password_expired), again))
        }
        Widget::Expiring => {
            let count = figure(|people| people.password_expiring_in_7_days);
            Some(expiring(page.expiring.clone()?, count, again))
        }
        Widget::WithoutMfa => page.without_mfa.clone().map(|found| without_mfa(found, again)),
        Widget::Administrators => page.administrators.clone().map(administrators),
        Widget::Checklist => page.checklist.clone().filter(|steps| !steps.is_empty()).map(checklist),
        Widget::Shares => people.map(|people| view! { <Shares people/> }.erased()),
    };
    let parts: Vec<AnyView> = widgets.into_iter().filter_map(part).collect();
    view! { <div class="card-grid">{parts}</div> }.erased()
}

/// The users who signed in during the days of the chart, the latest first.
fn seen_lately() -> String {
    let query = ListQuery {
        filters: vec![Filter::after("last_login", "-14d")],
        sort: Some(Sort { column: "last_login".to_owned(), descending: true }),
        ..ListQuery::default()
    };
    with_query(routes::USERS, &query)
}

#[component]
fn SignIns(
    days: Vec<SignInDay>,
    /// Whether one's role sees users.
    lists_users: bool,
) -> impl IntoView {
    let link = lists_users.then(|| view! { <a href=seen_lately()>"See users who signed in"</a> });
    if days.iter().all(|day| day.succeeded + day.failed == 0) {
        return view! { <NoSignIns/> }.erased();
    }
    let bar = |day: SignInDay| Bar { label: day::short(&day.day), first: day.succeeded, second: day.failed };
    let bars: Vec<_> = days.into_iter().map(bar).collect();
    view! {
        <section class="card" aria-labelledby="sign-ins">
            <header>
                <h2 id="sign-ins">{SIGN_INS}</h2>
                {link}
            </header>
            <div class="body">
                <BarChart label=SIGN_INS axis="Day" names=["Successful", "Failed"] bars/>
            </div>
        </section>
    }
    .erased()
}

/// In place of a chart without a bar.
#[component]
fn NoSignIns() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="sign-ins">
            <header><h2 id="sign-ins">{SIGN_INS}</h2></header>
            <div class="quiet-state">
                <Icon name="activity"/>
                <p>"No user has signed in, or tried to, in the past 14 days."</p>
                <p class="muted">
                    "Sign-ins to the User Portal are counted here, those that failed too."
                </p>
            </div>
        </section>
    }
    .erased()
}

/// For a role that sees neither users nor their sign-ins; what it does see is elsewhere.
#[component]
fn Explanation() -> impl IntoView {
    let account = account();
    let role = account.0.with_untracked(|me| me.as_ref().map(|me| me.role.name.clone()).unwrap_or_default());
    let settings = untrack(|| first_of(account));
    let elsewhere = settings.is_some() || untrack(|| account.may(Operation::ReadPasswordPolicy));
    let more = if elsewhere {
        "What it does see is in the menu."
    } else {
        "This release has no other screens for it. Your own account is open to you."
    };
    let text = format!(
        "The Homepage counts users and their sign-ins, which your role, {role}, does not see. {more}"
    );
    let to_settings =
        settings.map(|address| view! { <LinkButton href=address.to_owned()>"Open Settings"</LinkButton> });
    view! {
        <section class="card">
            <EmptyState icon="lock" title="There are no figures for your role" text>
                {to_settings}
                <a class="button" href=routes::OWN_DETAILS rel="external"><span class="label">"Open my account"</span></a>
            </EmptyState>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_leads_to_who_signed_in() {
        assert_eq!(seen_lately(), "/admin/users?filter=last_login:after:-14d&sort=-last_login");
    }
}
