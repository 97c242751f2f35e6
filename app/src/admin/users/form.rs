//! The form about a user, drawn from the model's table of fields.

use leptos::prelude::*;
use model::Id;
use model::user::{Flag, Person, USER_FIELDS, UserForm};

use crate::admin::user_stats::find_users;
use crate::kit::{FormState, PersonChoice, form_sections};

/// What a user who exists has actions of their own for.
const BY_ACTION: &[&str] = &[Flag::RequireMfa.key()];

/// All fields. `manager` is who the form's manager is; `itself` is the user, who cannot manage themselves.
pub(super) fn user_fields(
    form: RwSignal<UserForm>,
    manager: RwSignal<Option<Person>>,
    itself: Option<Id>,
    readonly: Signal<bool>,
) -> AnyView {
    let person = PersonChoice { chosen: manager, search: find_users, except: itself };
    let state = FormState::new(form, readonly).with_person(person);
    let state = if itself.is_some() { state.without(BY_ACTION) } else { state };
    form_sections(state, USER_FIELDS)
}
