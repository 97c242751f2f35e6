//! Who has been added lately.

use leptos::prelude::*;
use model::Operation;
use model::home::NewPerson;
use model::list::grouped;
use model::user::{Action, UserState};

use super::figures::new_users;
use crate::admin::users::RowActions;
use crate::kit::{Avatar, Erase, Icon, LinkButton, StatePill};
use crate::routes;
use crate::viewer::account;

#[component]
pub(super) fn Arrivals(
    /// The newest of them.
    arrived: Vec<NewPerson>,
    /// How many there are.
    count: u64,
    actions: RowActions,
) -> impl IntoView {
    let people = if arrived.is_empty() {
        view! { <Nobody/> }.erased()
    } else {
        view! { <ul class="rows arrivals">{arrived.into_iter().map(|one| row(one, actions)).collect_view()}</ul> }.erased()
    };
    view! {
        <section class="card" aria-labelledby="arrivals">
            <header>
                <h2 id="arrivals">"New people, past 7 days"</h2>
                {(count > 0).then(|| view! { <a href=new_users()>"See all " {grouped(count)} <span class="visually-hidden">" new people"</span></a> })}
            </header>
            {people}
        </section>
    }
}

fn row(person: NewPerson, actions: RowActions) -> AnyView {
    let NewPerson { id, name, email, department, state, .. } = person;
    let (action, word) = match state {
        UserState::Staged | UserState::Suspended => (Action::Activate, "Activate…"),
        UserState::Activated => (Action::SendActivationEmail, "Email…"),
    };
    let button = actions.button(action, word, id, name.clone(), state);
    view! {
        <li>
            <Avatar id name=name.clone()/>
            <span class="text">
                <a href=routes::user(id)>{name}</a>
                <span class="muted">{email}</span>
            </span>
            <span class="department">{department}</span>
            <span class="state wide-only"><StatePill state/></span>
            <span class="do">{button}</span>
        </li>
    }
    .erased()
}

#[component]
fn Nobody() -> impl IntoView {
    let may_add = account().may(Operation::CreateUser);
    view! {
        <div class="quiet-state">
            <Icon name="users"/>
            <p>"Nobody has been added in the past 7 days."</p>
            {may_add.then(|| view! {
                <LinkButton icon="plus" small=true href=routes::NEW_USER.to_owned()>"Add user"</LinkButton>
            })}
        </div>
    }
}
