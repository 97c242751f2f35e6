//! The panel of one custom role.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use model::role::{CustomRole, CustomRoleForm, CustomRoleUpdate};
use model::{Faults, Id, Operation, Problem};

use super::areas::Field;
use super::{counted, holders};
use crate::admin::questions::{Done, Question, doing, questions};
use crate::admin::reauthentication::reauthentication;
use crate::admin::{access::Refused, panels, user_stats::user_stats};
use crate::kit::{
    Button, Edited, Editing, Erase, Failed, Look, Notice, Panel, PanelState, Skeleton, Time, Tone, When,
    announcer,
};
use crate::viewer::account;
use crate::{api, routes};

const LABEL: &str = "role-name";
const FORM: &str = "role-form";

#[component]
pub(super) fn CustomRolePanel() -> impl IntoView {
    panels::by_id(|id| view! { <OneRole id/> }.erased())
}

#[component]
fn OneRole(
    /// None if the address names none.
    id: Option<Id>,
) -> impl IntoView {
    let role = Resource::new(
        || (),
        move |()| async move {
            match id {
                Some(id) => api::roles::read_role(id).await,
                None => Err(Problem::not_found("role")),
            }
        },
    );
    let latest = RwSignal::new(None::<CustomRole>);
    let found = move || latest.get().map(Ok).or_else(|| role.get());
    let head = move || panels::head((LABEL, "Custom role"), found, heading);
    let body = move |panel: PanelState| {
        let retry = Callback::new(move |()| role.refetch());
        let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
        let shown = move |found: Result<CustomRole, Problem>| match found {
            Ok(role) => view! { <Loaded role latest panel/> }.erased(),
            Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
        };
        view! { <Transition fallback=waiting>{move || role.get().map(shown)}</Transition> }.erased()
    };
    let refusal = untrack(|| account().refusal(Operation::ListRoles));
    view! {
        <Panel
            labelled_by=LABEL
            within=id.map_or_else(|| routes::CUSTOM_ROLES.to_owned(), routes::custom_role)
            back_to=Signal::stored(routes::CUSTOM_ROLES.to_owned())
            head=head.into()
            body=Box::new(move |panel| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => body(panel),
            })
        />
    }
    .erased()
}

fn heading(role: CustomRole) -> AnyView {
    view! {
        <Title text=role.name.clone()/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{role.name}</h2>
            <p>{format!("Custom role, begun from {}", role.template)}</p>
        </div>
    }
    .erased()
}

impl Edited for CustomRole {
    type Form = CustomRoleForm;
    const FORM: &'static str = FORM;
    const SAVED: &'static str = "Saved the role";

    fn form(&self) -> CustomRoleForm {
        Self::form(self)
    }

    fn check(form: &CustomRoleForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::roles::read_role(self.id)
    }

    fn save(self, form: CustomRoleForm) -> impl Future<Output = Result<Self, Problem>> {
        api::roles::update_role(CustomRoleUpdate { id: self.id, version: self.version, form })
    }
}

#[component]
fn Loaded(role: CustomRole, latest: RwSignal<Option<CustomRole>>, panel: PanelState) -> impl IntoView {
    let (announcer, account, stats, reauthentication) =
        (announcer(), account(), user_stats(), reauthentication());
    let name = role.name.clone();
    let editing = Editing::begin(role);
    editing.settling(move |problem| reauthentication.asks(&problem, move || editing.save()));
    Effect::new(move |_| announcer.say(name.clone()));
    editing.within(
        panel,
        |role| role.version,
        move |now| {
            latest.set(Some(now));
            stats.changed();
        },
    );
    let refusal = Signal::derive(move || account.refusal(Operation::UpdateRole));
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let note = move || {
        refusal.get().map(|why| {
            view! { <Notice tone=Tone::Info>"You can look at this role, but not change it. " {why}</Notice> }
        })
    };
    let field = Field { form: editing.form, readonly };
    let fields = view! {
        {note}
        <div class="role-form">
            <div class="role-fields">
                {field.names()}
                {field.areas()}
            </div>
            <div class="role-side">
                {field.summary()}
                <Facts base=editing.base/>
            </div>
        </div>
    };
    view! {
        <div class="panel-body">{editing.frame("panel-content", fields.erased())}</div>
        <div class="panel-notice">{editing.trouble()}</div>
        <footer class="panel-foot">
            <Delete base=editing.base panel/>
            <div class="end">{editing.ends(panel, readonly)}</div>
        </footer>
    }
    .erased()
}

/// What is known of it and not typed here.
#[component]
fn Facts(base: RwSignal<CustomRole>) -> impl IntoView {
    let facts = move || {
        let role = base.get();
        let held = if role.administrators == 0 {
            "Nobody has it.".erased()
        } else {
            view! { <a href=holders(&role)>{counted(&role)}</a> }.erased()
        };
        view! {
            <div><dt>"Held by"</dt><dd>{held}</dd></div>
            <div><dt>"Added"</dt><dd><Time at=role.created_at when=When::Full/></dd></div>
            <div><dt>"Updated"</dt><dd><Time at=role.updated_at when=When::Full/></dd></div>
            <div><dt>"Object ID"</dt><dd><code>{role.id.to_string()}</code></dd></div>
        }
        .erased()
    };
    view! { <dl class="administrator-facts">{facts}</dl> }
}

/// The button that asks whether to delete it; in use it says by how many.
#[component]
fn Delete(base: RwSignal<CustomRole>, panel: PanelState) -> impl IntoView {
    let (account, questions) = (account(), questions());
    let refusal = move || {
        let used = base.with(|role| {
            (role.administrators > 0).then(|| {
                let have = if role.administrators == 1 { "has" } else { "have" };
                format!("{} {have} this role. Give them another first.", counted(role))
            })
        });
        account.refusal(Operation::DeleteRole).or(used)
    };
    let ask = move || {
        let (id, name) = base.with_untracked(|role| (role.id, role.name.clone()));
        questions.ask(move || question(id, name, panel));
    };
    view! {
        <Button look=Look::Danger icon="trash-2" disabled_because=Signal::derive(refusal) on_press=ask>
            "Delete…"
        </Button>
    }
    .erased()
}

fn question(id: Id, name: String, panel: PanelState) -> Question {
    let title = format!("Delete the role {name}");
    let delete = move || {
        let text = format!("Deleted the role {name}");
        async move { api::roles::delete_role(id).await.map(|()| Done::to_all(text)) }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Delete the role".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: (|| view! { <p>"Nobody has it. What it allows is forgotten, and nothing brings it back."</p> })
            .into(),
        fields: &[],
        perform: doing(delete),
        counted: |count| format!("{count} roles"),
        people: false,
        then: Arc::new(move |_| panel.leave()),
    }
}
