//! The form about a custom role.

use leptos::prelude::*;
use model::role::CustomRoleForm;

use super::areas::{Field, areas, summary};
use crate::kit::{Erase, TextField};

type Text = fn(&mut CustomRoleForm) -> &mut String;

impl Field {
    fn line(self, name: &'static str, label: &'static str, hint: &'static str, part: Text) -> AnyView {
        view! {
            <TextField
                label
                name
                hint
                required=name == "name"
                // A part that can be changed can be read.
                value=Signal::derive(move || self.form.with(|form| part(&mut form.clone()).clone()))
                on_input=move |typed: String| self.form.update(|form| *part(form) = typed)
                readonly=self.readonly
            />
        }
        .erased()
    }

    /// What the role is called.
    pub fn names(self) -> AnyView {
        let hint = "Administrators read it where it says which role they have.";
        view! {
            {self.line("name", "Name", hint, |form| &mut form.name)}
            {self.line("description", "Description", "For whoever gives the role to somebody.", |form| {
                &mut form.description
            })}
        }
        .erased()
    }

    /// What it allows.
    pub fn areas(self) -> AnyView {
        areas(self)
    }

    /// The same in words.
    pub fn summary(self) -> AnyView {
        summary(Signal::derive(move || self.form.with(|form| form.scopes)))
    }
}
