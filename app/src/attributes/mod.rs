//! The attributes of a person as fields of a form: where administrators edit them, and where people
//! edit their own.

mod several;

use leptos::prelude::*;
use model::user::{TextAttribute, UserForm};

use crate::kit::{Erase, TextArea, TextField};

#[cfg(feature = "admin")]
pub use several::CustomAttributes;
pub use several::{Addresses, Phones};

/// What a part of the form needs.
#[derive(Clone, Copy)]
pub struct Field {
    pub form: RwSignal<UserForm>,
    pub readonly: Signal<bool>,
}

/// One attribute that is text.
pub fn attribute(Field { form, readonly }: Field, one: TextAttribute) -> AnyView {
    let value = Signal::derive(move || form.with(|form| form.text(one).to_owned()));
    let set = move |text: String| form.update(|form| form.set_text(one, text));
    if one.is_long() {
        return view! {
            <div class="whole"><TextArea label=one.label() name=one.key() value on_input=set readonly/></div>
        }
        .erased();
    }
    view! { <TextField label=one.label() name=one.key() value on_input=set readonly/> }.erased()
}
