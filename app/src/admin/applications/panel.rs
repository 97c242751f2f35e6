//! The panel of one application: what it is, who reaches it, and which groups are bound to it.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::application::{APPLICATION_FIELDS, APPLICATIONS, Application, ApplicationForm, ApplicationUpdate};
use model::list::grouped;
use model::{ErrorCode, Faults, Id, Operation, Problem};

use super::list::state;
use super::questions::delete_question;
use crate::admin::panels;
use crate::admin::questions::questions;
use crate::admin::resource::{Bindable, BoundGroups, ReachingUsers};
use crate::admin::user_stats::user_stats;
use crate::api::applications as api;
use crate::kit::{
    Button, Edited, Editing, Erase, Failed, FormState, ListState, Look, Notice, Panel, PanelState, Skeleton,
    Tab, Tabs, Tone, announcer, form_sections, tile_mark,
};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "application-name";
const FORM: &str = "application-form";

/// The tabs, as their addresses end.
const DETAILS: &str = "details";
const USERS: &str = "users";
const GROUPS: &str = "groups";

#[component]
pub(super) fn ApplicationPanel() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            let known = [DETAILS, USERS, GROUPS];
            if params.get_str("tab").is_some_and(|tab| !known.contains(&tab)) {
                return Err(Problem::new(ErrorCode::NotFound, "There is no page at this address."));
            }
            let id = params.get_str("id").and_then(|id| id.parse::<Id>().ok());
            id.ok_or_else(|| Problem::not_found("application"))
        })
    });
    // Another application's panel is another panel, with nothing left of the one before.
    move || view! { <OneApplication id=id.get()/> }
}

/// What the panel's parts share before the application is there.
#[derive(Clone, Copy)]
struct Loading {
    application: Resource<Result<Application, Problem>>,
    /// As it is after what was done here.
    latest: RwSignal<Option<Application>>,
    list: ListState,
}

impl Loading {
    fn found(self) -> Option<Result<Application, Problem>> {
        self.latest.get().map(Ok).or_else(|| self.application.get())
    }
}

#[component]
fn OneApplication(
    /// Or why the address names none.
    id: Result<Id, Problem>,
) -> impl IntoView {
    let path = id.as_ref().map_or_else(|_| routes::APPLICATIONS.to_owned(), |id| routes::application(*id));
    let application = Resource::new(
        || (),
        move |()| {
            let id = id.clone();
            async move { api::read_application(id?).await }
        },
    );
    let list = ListState::new(routes::APPLICATIONS, &APPLICATIONS);
    let loading = Loading { application, latest: RwSignal::new(None), list };
    view! {
        <Panel
            labelled_by=LABEL
            within=path
            back_to=Signal::derive(move || list.over(routes::APPLICATIONS))
            head=(move || panels::head((LABEL, "Application"), move || loading.found(), heading)).into()
            body=Box::new(move |panel| view! { <Body loading panel/> }.erased())
        />
    }
    .erased()
}

fn heading(application: Application) -> AnyView {
    let ApplicationForm { name, url, color, active, .. } = application.form;
    view! {
        <Title text=name.clone()/>
        {tile_mark(&name, color)}
        <div class="names">
            <h2 id=LABEL tabindex="-1">{name}</h2>
            <p>{url}</p>
        </div>
        {state(active)}
    }
    .erased()
}

#[component]
fn Body(loading: Loading, panel: PanelState) -> impl IntoView {
    let retry = Callback::new(move |()| loading.application.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || loading.application.get().map(|one| match one {
                Ok(application) => view! { <Loaded application loading panel/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

impl Edited for Application {
    type Form = ApplicationForm;
    const FORM: &'static str = FORM;
    const SAVED: &'static str = "Saved the application";

    fn form(&self) -> ApplicationForm {
        self.form.clone()
    }

    fn check(form: &ApplicationForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::read_application(self.id)
    }

    fn save(self, form: ApplicationForm) -> impl Future<Output = Result<Self, Problem>> {
        api::update_application(ApplicationUpdate { id: self.id, version: self.version, form })
    }
}

#[component]
fn Loaded(application: Application, loading: Loading, panel: PanelState) -> impl IntoView {
    let (announcer, account, stats) = (announcer(), account(), user_stats());
    let (id, name) = (application.id, application.form.name.clone());
    let editing = Editing::begin(application);
    Effect::new(move |_| announcer.say(name.clone()));
    editing.within(panel, |application| application.version, move |_| stats.changed());
    let now = Memo::new(move |_| editing.base.get());
    Effect::new(move |_| loading.latest.set(Some(now.get())));
    let look_again = Callback::new(move |()| {
        editing.look_again();
        stats.changed();
    });
    let params = use_params_map();
    let tab = Memo::new(move |_| params.with(|params| params.get_str("tab").unwrap_or(DETAILS).to_owned()));
    let refusal = move || account.refusal(Operation::UpdateApplication);
    let readonly = Signal::derive(move || refusal().is_some());
    let of = Bindable {
        id,
        name: Signal::derive(move || now.with(|one| one.form.name.clone())),
        noun: "the application",
        binds: Operation::BindApplication,
    };
    let content = move || match tab.get().as_str() {
        USERS => {
            view! { <div class="panel-content"><ReachingUsers of on_changed=look_again/></div> }.erased()
        }
        GROUPS => view! { <div class="panel-content"><BoundGroups of on_changed=look_again/></div> }.erased(),
        _ => {
            let note = move || {
                refusal().map(|why| {
                    view! {
                        <Notice tone=Tone::Info>"You can look at this application, but not change it. " {why}</Notice>
                    }
                })
            };
            let state = FormState::new(editing.form, readonly);
            let fields = view! { {note} {form_sections(state, APPLICATION_FIELDS)} };
            editing.frame("panel-content", fields.erased())
        }
    };
    view! {
        <div class="panel-body">
            <PanelTabs id loading tab now/>
            {content}
        </div>
        <div class="panel-notice">{editing.trouble()}</div>
        <Foot editing panel readonly/>
    }
    .erased()
}

#[component]
fn PanelTabs(id: Id, loading: Loading, tab: Memo<String>, now: Memo<Application>) -> impl IntoView {
    let tabs = move || {
        let current = tab.get();
        let one = |label, name: &str, count: Option<u64>| Tab {
            label,
            address: loading.list.over(&format!("{}/{name}", routes::application(id))),
            current: current == name,
            count: count.map(grouped),
        };
        let (users, groups) = now.with(|application| (application.users, application.groups));
        vec![
            one("Details", DETAILS, None),
            one("Users", USERS, Some(users)),
            one("User groups", GROUPS, Some(groups)),
        ]
    };
    view! { <Tabs label="Application" tabs=Signal::derive(tabs) keeps=true/> }.erased()
}

#[component]
fn Foot(editing: Editing<Application>, panel: PanelState, readonly: Signal<bool>) -> impl IntoView {
    let questions = questions();
    let refusal = Signal::derive(move || account().refusal(Operation::DeleteApplication));
    let delete = move || {
        let named = editing.base.with_untracked(|one| (one.id, one.form.name.clone()));
        questions.load(delete_question(vec![named], Arc::new(move || panel.leave())));
    };
    view! {
        <footer class="panel-foot">
            <Button look=Look::Danger icon="trash-2" disabled_because=refusal on_press=delete>
                "Delete application…"
            </Button>
            <div class="end">{editing.ends(panel, readonly)}</div>
        </footer>
    }
    .erased()
}
