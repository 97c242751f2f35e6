//! Who is in a group: found, added, changed and taken out.

use std::sync::Arc;

use leptos::prelude::*;
use model::group::{Group, GroupRef, Member, MemberFilter, NewPeriod};
use model::list::Cursor;
use model::user::Person;
use model::{ListQuery, Operation, Page};

use super::period_of::membership;
use super::questions::{add_question, period_question, remove_question};
use crate::admin::questions::OnChanged;
use crate::admin::questions::questions;
use crate::admin::user_stats::user_stats;
use crate::api::groups as api;
use crate::kit::{
    Avatar, Button, Erase, Failed, IconButton, Look, SearchField, Skeleton, StatePill, keep_focus, one_of,
    pager,
};
use crate::routes;
use crate::viewer::account;

/// How many stand on a page.
const ROWS: u16 = 20;

/// Which members are shown, and from where.
#[derive(Clone, Copy)]
struct Shown {
    which: RwSignal<MemberFilter>,
    search: RwSignal<String>,
    cursor: RwSignal<Option<Cursor>>,
}

impl Shown {
    fn query(self) -> ListQuery {
        ListQuery {
            search: self.search.get(),
            limit: ROWS,
            cursor: self.cursor.get(),
            ..ListQuery::default()
        }
    }
}

#[component]
pub(super) fn Members(group: Memo<Group>, on_changed: Callback<()>) -> impl IntoView {
    let shown = Shown {
        which: RwSignal::new(MemberFilter::All),
        search: RwSignal::new(String::new()),
        cursor: RwSignal::new(None),
    };
    let (stats, questions) = (user_stats(), questions());
    let id = group.with_untracked(|group| group.id);
    let page = Resource::new(
        move || (stats.version(), shown.which.get(), shown.query()),
        move |(_, which, query)| api::list_group_members(id, which, query),
    );
    let retry = Callback::new(move |()| page.refetch());
    let changed: OnChanged = Arc::new(move || {
        page.refetch();
        on_changed.run(());
    });
    let named = move || group.with(|group| GroupRef { id: group.id, name: group.form.name.clone() });
    let add = {
        let changed = changed.clone();
        move || questions.load(add_question(untrack(named), changed.clone()))
    };
    let options: Vec<_> = MemberFilter::ALL.iter().map(|which| (*which, which.label())).collect();
    let choose = move |which| {
        shown.cursor.set(None);
        shown.which.set(which);
    };
    let search = move |text: String| {
        shown.cursor.set(None);
        shown.search.set(text);
    };
    let by_rule = move || group.with(|group| group.by_rule);
    let refusal = Signal::derive(move || {
        let by_rule = || by_rule().then(|| "The rule of the group says who is in it.".to_owned());
        account().refusal(Operation::ChangeGroupMembers).or_else(by_rule)
    });
    view! {
        <section class="group-part" aria-label="Members">
            <div class="line">
                <SearchField label="Search members" value=shown.search on_search=search/>
                {one_of("Show", &options, shown.which.into(), choose)}
                <div class="end">
                    <Button look=Look::Primary icon="user-plus" small=true disabled_because=refusal on_press=add>
                        "Add members…"
                    </Button>
                </div>
            </div>
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {move || {
                    let (row_of, changed) = (untrack(named), (!untrack(by_rule)).then(|| changed.clone()));
                    page.get().map(move |found| {
                        keep_focus();
                        match found {
                            Ok(page) => table(&page, shown, &row_of, changed.as_ref()),
                            Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                        }
                    })
                }}
            </Transition>
        </section>
    }
    .erased()
}

/// The table; nothing can be changed by hand where there is no `changed`.
fn table(page: &Page<Member>, shown: Shown, group: &GroupRef, changed: Option<&OnChanged>) -> AnyView {
    if page.rows.is_empty() {
        let all = untrack(|| shown.which.get() == MemberFilter::All && shown.search.with(String::is_empty));
        let text = if all { "Nobody is in this group yet." } else { "Nobody matches." };
        return view! { <p class="muted">{text}</p> }.erased();
    }
    let rows = page.rows.iter().map(|member| row(member, group, changed)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data group-members" aria-label="Members">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Membership"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(page, shown.cursor)}
    }
    .erased()
}

fn row(member: &Member, group: &GroupRef, changed: Option<&OnChanged>) -> AnyView {
    let (id, name) = (member.user, member.name.clone());
    let named = if untrack(|| account().may(Operation::ReadUser)) {
        view! { <a href=routes::user(id)>{name.clone()}</a> }.erased()
    } else {
        name.clone().erased()
    };
    let through: Vec<_> = member
        .through
        .iter()
        .map(|one| view! { <a href=routes::user_group(one.id)>{one.name.clone()}</a> " " })
        .collect();
    let through = (!through.is_empty()).then(|| view! { <div class="muted">"Through " {through}</div> });
    let own = member.direct.as_ref().zip(changed).map(|(own, changed)| {
        let user = Person { id, name: name.clone() };
        buttons(group, &user, &own.period.typed, changed)
    });
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <Avatar id name/>
                    <span class="text">
                        {named} <span class="sub">{member.email.clone()}</span>
                        <span class="sub narrow">{member.direct.as_ref().map(membership)}</span>
                    </span>
                </span>
            </td>
            <td><StatePill state=member.state/></td>
            <td class="why">{member.direct.as_ref().map(membership)} {through}</td>
            <td class="aside">{own}</td>
        </tr>
    }
    .erased()
}

/// What can be done about somebody's own membership.
fn buttons(group: &GroupRef, user: &Person, period: &NewPeriod, changed: &OnChanged) -> AnyView {
    let questions = questions();
    let refusal = Signal::derive(move || account().refusal(Operation::ChangeGroupMembers));
    let (about, changed) = ((group.clone(), user.clone(), period.clone()), changed.clone());
    let (other, again) = (about.clone(), changed.clone());
    let set = move || {
        let (group, user, period) = about.clone();
        questions.load(period_question(group, user, period, changed.clone()));
    };
    let remove = move || {
        let (group, user, period) = other.clone();
        questions.load(remove_question(group, user, period, again.clone()));
    };
    view! {
        <span class="row-buttons">
            <IconButton
                icon="calendar-clock"
                label=format!("Change the membership of {}", user.name)
                disabled_because=refusal
                on_press=set
            />
            <IconButton
                icon="x"
                label=format!("Remove {}", user.name)
                disabled_because=refusal
                on_press=remove
            />
        </span>
    }
    .erased()
}
