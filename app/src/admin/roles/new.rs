//! The form for a new custom role: the role that it begins from, and then what it allows.

use leptos::{prelude::*, task::spawn_local};
use model::role::{CUSTOM_ROLES_MAX, CustomRoleForm, too_many_roles};
use model::{DefaultRole, ErrorCode, Operation, Problem};

use super::areas::Field;
use crate::admin::create_panel::{Kind, Sending, added, panel};
use crate::kit::{EmptyState, Erase, PanelState, SelectField, Width};
use crate::{api, routes};

const KIND: Kind = Kind {
    title: "Add custom role",
    says: "Begins as a role that you know, and then allows what you choose.",
    ids: ("new-role", "new-role-form"),
    width: Width::Wide,
    path: routes::NEW_CUSTOM_ROLE,
    needs: Operation::CreateRole,
};

#[component]
pub(super) fn NewCustomRolePanel() -> impl IntoView {
    let back_to = Signal::stored(routes::CUSTOM_ROLES.to_owned());
    panel(KIND, back_to, Box::new(|panel| view! { <NewForm panel/> }.erased()))
}

/// What is typed, and sending it.
#[derive(Clone, Copy)]
struct Creation {
    /// The role that it begins from, once one is chosen.
    from: RwSignal<Option<DefaultRole>>,
    form: RwSignal<CustomRoleForm>,
    sending: Sending,
}

impl Creation {
    fn begin(panel: PanelState) -> Self {
        let form = RwSignal::new(CustomRoleForm::from_template(DefaultRole::ReadOnly));
        let (from, sending) = (RwSignal::new(None), Sending::begin(KIND));
        let typed = move || {
            let typed = form.with(|form| !form.name.is_empty() || !form.description.is_empty());
            from.with(Option::is_some) || typed
        };
        sending.watch(panel, Signal::derive(typed));
        let creation = Self { from, form, sending };
        creation.say_if_full();
        creation
    }

    /// Whoever comes by the address is told before anything is filled in for nothing.
    fn say_if_full(self) {
        Effect::new(move |_| {
            spawn_local(async move {
                if api::roles::list_roles().await.is_ok_and(|roles| roles.len() >= CUSTOM_ROLES_MAX) {
                    let full = Problem::new(ErrorCode::Conflict, too_many_roles());
                    self.sending.problem.try_set(Some(full));
                }
            });
        });
    }

    /// Begins anew from another role; what it is called stays.
    fn choose(self, from: Option<DefaultRole>) {
        self.from.set(from);
        if let Some(template) = from {
            let CustomRoleForm { scopes, .. } = CustomRoleForm::from_template(template);
            self.form.update(|form| (form.template, form.scopes) = (template, scopes));
        }
    }

    /// What can be said before it is sent, all at once.
    fn check(self, form: &CustomRoleForm) -> Result<(), Problem> {
        let mut faults = form.parse().err().unwrap_or_default();
        if self.from.with_untracked(Option::is_none) {
            faults.add("template", "Choose the role to begin from.");
        }
        faults.check().map_err(Problem::from)
    }

    fn send(self, added: impl Fn(String, String) + 'static) {
        let form = self.form.get_untracked();
        if let Err(problem) = self.check(&form) {
            self.sending.fail(problem);
            return;
        }
        self.sending.busy.set(true);
        spawn_local(async move {
            let name = form.name.trim().to_owned();
            let answer = api::roles::create_role(form).await;
            self.sending.busy.try_set(false);
            match answer {
                Err(problem) => self.sending.fail(problem),
                Ok(id) => added(format!("Added the role {name}"), routes::custom_role(id)),
            }
        });
    }
}

#[component]
fn NewForm(panel: PanelState) -> impl IntoView {
    let (creation, added) = (Creation::begin(panel), added(panel));
    let field = Field { form: creation.form, readonly: Signal::stored(false) };
    let chosen = Memo::new(move |_| creation.from.with(Option::is_some));
    // What it allows stands there once it is known from where it begins.
    let areas = move || if chosen.get() { field.areas() } else { nothing_chosen() };
    let side = move || chosen.get().then(|| field.summary());
    let fields = view! {
        <div class="role-form">
            <div class="role-fields">
                {template(creation)}
                {field.names()}
                {areas}
            </div>
            <div class="role-side">{side}</div>
        </div>
    };
    creation.sending.frame(
        panel,
        KIND.title,
        fields.erased(),
        Callback::new(move |()| creation.send(added.clone())),
    )
}

/// In place of the areas.
fn nothing_chosen() -> AnyView {
    view! {
        <EmptyState
            icon="shield-check"
            title="What it allows comes next"
            text="Choose the role that comes closest. Its areas then stand here, and you set each of them to None, View or Full."
        />
    }
    .erased()
}

/// Which role it begins from, with what that one is for.
fn template(creation: Creation) -> AnyView {
    let choices = DefaultRole::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    let options: Vec<_> = [(String::new(), "Choose…".to_owned())].into_iter().chain(choices).collect();
    let says =
        move || creation.from.get().map(|role| view! { <p class="role-says">{role.description()}</p> });
    let value = move || creation.from.get().map_or_else(String::new, |role| role.to_string());
    view! {
        <div>
            <SelectField
                label="Begin from"
                name="template"
                required=true
                hint="Choosing another one sets every area anew."
                options=Signal::stored(options)
                value=Signal::derive(value)
                on_change=move |name: String| creation.choose(name.parse().ok())
            />
            <div role="status">{says}</div>
        </div>
    }
    .erased()
}
