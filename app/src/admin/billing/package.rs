//! The package, and who takes its seats.

use leptos::prelude::*;
use model::billing::{Package, Period, Seats};
use model::list::grouped;
use model::user::UserState;
use model::{Filter, ListQuery, Operation};

use super::BillingEditing;
use crate::admin::settings::part;
use crate::kit::{Erase, Notice, Tone, with_query};
use crate::{routes, viewer::account};

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.erased()
}

pub(super) fn package(editing: BillingEditing) -> AnyView {
    let Package { name, period, seats } = editing.base.with_untracked(|base| base.package.clone());
    let seats = seats.map_or_else(|| "Unlimited".to_owned(), |seats| grouped(seats.into()));
    let paid = if period == Period::Never { "Nothing is charged" } else { period.label() };
    let body = view! {
        <dl class="billing-facts">
            {fact("Package", name.erased())}
            {fact("Includes", "Everything that this release can do".erased())}
            {fact("Billing period", paid.erased())}
            {fact("Seats", seats.erased())}
        </dl>
        <p class="muted">"Whoever runs this installation sets the package in the program’s own configuration."</p>
    };
    part("Package", "What the organization has.", body.erased())
}

pub(super) fn seats(editing: BillingEditing) -> AnyView {
    let body = move || {
        let (seats, most) = editing.base.with(|base| (base.seats, base.package.seats));
        let Seats { staged, activated, suspended, administrators } = seats;
        let taken = most.map_or_else(
            || grouped(seats.taken()),
            |most| format!("{} of {}", grouped(seats.taken()), grouped(most.into())),
        );
        let over = most.map(|most| seats.taken().saturating_sub(most.into())).filter(|over| *over > 0);
        let over = over.map(|over| {
            let users = if over == 1 { "user" } else { "users" };
            let text = format!(
                "There are {} {users} more than the package has seats for. Nobody is shut out; ask whoever runs \
                 this installation for more seats, or delete users who have left.",
                grouped(over)
            );
            view! { <Notice tone=Tone::Waiting>{text}</Notice> }
        });
        view! {
            {over}
            <dl class="billing-facts">
                {fact("Active", figure(activated, UserState::Activated))}
                {fact("Staged", figure(staged, UserState::Staged))}
                {fact("Suspended", figure(suspended, UserState::Suspended))}
                {fact("Seats taken", view! { <strong>{taken}</strong> }.erased())}
                {fact("Administrators", grouped(administrators).erased())}
            </dl>
            <p class="muted">"Each user takes a seat until they are deleted. Administrators take none."</p>
        }
    };
    part("Seats", "Who takes them.", body.erased())
}

/// The number, for those who may see users with the way to them.
fn figure(count: u64, state: UserState) -> AnyView {
    let number = grouped(count);
    if !untrack(|| account().may(Operation::ListUsers)) {
        return number.erased();
    }
    let filters = vec![Filter::is("state", [state.as_str()])];
    let address = with_query(routes::USERS, &ListQuery { filters, ..ListQuery::default() });
    let whom = format!(" {} users", state.label());
    view! { <a href=address>{number} <span class="visually-hidden">{whom}</span></a> }.erased()
}
