//! How it is set up.

use std::future::Future;

use leptos::prelude::*;
use model::ldap::{LDAP_FIELDS, LdapForm, LdapServer};
use model::{Faults, Operation, Problem};

use crate::admin::settings::lookers;
use crate::api::ldap as api;
use crate::kit::{Edited, Editing, Erase, FormState, form_sections};

impl Edited for LdapServer {
    type Form = LdapForm;
    const FORM: &'static str = "ldap-settings";
    const SAVED: &'static str = "Saved the settings of LDAP";

    fn form(&self) -> LdapForm {
        self.form.clone()
    }

    fn check(form: &LdapForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::read_ldap_server()
    }

    fn save(self, form: LdapForm) -> impl Future<Output = Result<Self, Problem>> {
        api::save_ldap_settings(self.version, form)
    }
}

#[component]
pub(super) fn LdapSettings(editing: Editing<LdapServer>) -> impl IntoView {
    let (refusal, note) = lookers(Operation::UpdateLdapServer);
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let state = FormState::new(editing.form, readonly);
    let fields = view! {
        <section class="card" aria-label="Settings">
            <header><h2>"Settings"</h2></header>
            <div class="body">
                {form_sections(state, LDAP_FIELDS)}
                {editing.trouble()}
                {editing.buttons("Save settings", refusal)}
            </div>
        </section>
    };
    view! {
        {note}
        {editing.frame("ldap-settings", fields.erased())}
    }
    .erased()
}
