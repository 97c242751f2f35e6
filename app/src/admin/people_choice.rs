//! Choosing several people, one after the other.

use leptos::prelude::*;
use model::user::Person;

use super::user_stats::find_users;
use crate::kit::{Erase, IconButton, PersonField};

/// Those who are chosen, each once.
pub(super) type PeopleChoice = RwSignal<Vec<Person>>;

/// The field that adds one, and those who are chosen so far: at least one.
pub(super) fn people_field(people: PeopleChoice) -> AnyView {
    choice(people, "Users", true)
}

/// The same where there may be none, on a page over which a question may ask for users.
pub(super) fn optional_people_field(people: PeopleChoice) -> AnyView {
    choice(people, "People", false)
}

fn choice(people: PeopleChoice, label: &'static str, required: bool) -> AnyView {
    let choose = move |chosen: Option<Person>| {
        people.update(|people| {
            let new = chosen.filter(|one| people.iter().all(|other| other.id != one.id));
            people.extend(new);
        });
    };
    let chosen = move || {
        let one = |person: Person| {
            let label = format!("Leave out {}", person.name);
            let leave = move || people.update(|people| people.retain(|other| other.id != person.id));
            view! {
                <li>
                    <span class="name">{person.name}</span>
                    <IconButton icon="x" label on_press=leave/>
                </li>
            }
        };
        let all = people.get();
        (!all.is_empty()).then(|| {
            let all = all.into_iter().map(one).collect_view();
            view! { <ul class="people" aria-label="Chosen">{all}</ul> }
        })
    };
    view! {
        <PersonField label value=Signal::stored(None) on_change=choose search=find_users required/>
        {chosen}
    }
    .erased()
}
