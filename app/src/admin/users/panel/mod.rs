//! The panel of one user.

mod access_tab;
mod activity;
mod editing;
mod glance;
mod groups;
mod keys;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::user::{Action, Deletion, User};
use model::{ErrorCode, Id, Operation, Problem};

use super::access::Access;
use super::action::ActionTarget;
use super::actions::Actions;
use super::form::user_fields;
use super::list_kind::{ACCESS, ACTIVITY, DETAILS, GROUPS, ListKind};
use crate::admin::panels;
use crate::api;
use crate::kit::{
    Avatar, Button, Erase, Failed, FormFaults, ListState, Look, Notice, Panel, PanelState, ProblemText, Show,
    Skeleton, Tab, Tabs, Time, Tone, When, announcer,
};
use crate::viewer::account;
use access_tab::UserAccess;
use activity::Activity;
use editing::Editing;
use glance::Glance;
use groups::UserGroups;
use keys::SshKeys;

const LABEL: &str = "user-name";
const FORM: &str = "user-form";

#[component]
pub(super) fn UserPanel(kind: ListKind) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            if params.get_str("tab").is_some_and(|tab| ![DETAILS, GROUPS, ACCESS, ACTIVITY].contains(&tab)) {
                return Err(Problem::new(ErrorCode::NotFound, "There is no page at this address."));
            }
            let id = params.get_str("id").and_then(|id| id.parse::<Id>().ok());
            id.ok_or_else(|| Problem::not_found("user"))
        })
    });
    // Another user's panel is another panel, with nothing left of the one before.
    move || view! { <OneUser kind id=id.get()/> }
}

/// What the panel's parts share before the user is there.
#[derive(Clone, Copy)]
struct Loading {
    kind: ListKind,
    user: Resource<Result<User, Problem>>,
    /// The user as it is after what was done here.
    latest: RwSignal<Option<User>>,
    list: ListState,
}

impl Loading {
    fn user(self) -> Option<Result<User, Problem>> {
        self.latest.get().map(Ok).or_else(|| self.user.get())
    }
}

#[component]
fn OneUser(
    kind: ListKind,
    /// Or why the address names nobody.
    id: Result<Id, Problem>,
) -> impl IntoView {
    let path = id.as_ref().map_or_else(|_| kind.path().to_owned(), |id| kind.user(*id));
    let user = Resource::new(
        || (),
        move |()| {
            let id = id.clone();
            async move { api::users::read_user(id?).await }
        },
    );
    let list = kind.list();
    let loading = Loading { kind, user, latest: RwSignal::new(None), list };
    view! {
        <Panel
            labelled_by=LABEL
            within=path
            back_to=Signal::derive(move || list.over(kind.path()))
            head=(move || panels::head((LABEL, "User"), move || loading.user(), heading)).into()
            body=Box::new(move |panel| view! { <Body loading panel/> }.erased())
        />
    }
}

fn heading(user: User) -> AnyView {
    let name = user.name();
    view! {
        <Title text=name.clone()/>
        <Avatar id=user.id name=name.clone() large=true/>
        <div class="names">
            <h2 id=LABEL>{name}</h2>
            <p>{user.form.email}</p>
        </div>
    }
    .erased()
}

#[component]
fn Body(loading: Loading, panel: PanelState) -> impl IntoView {
    let retry = Callback::new(move |()| loading.user.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || loading.user.get().map(|user| match user {
                Ok(user) => view! { <Loaded user loading panel/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
            })}
        </Transition>
    }
}

#[component]
fn Loaded(user: User, loading: Loading, panel: PanelState) -> impl IntoView {
    let (announcer, account) = (announcer(), account());
    let faults = FormFaults::provide();
    let (name, deleted) = (user.name(), user.deleted);
    let editing = Editing::new(user, loading.latest, panel, faults);
    let actions = Actions::new(move |action, any| {
        let stays = [
            Action::Activate,
            Action::Suspend,
            Action::ScheduleActivation,
            Action::ScheduleSuspension,
            Action::AddToGroup,
        ];
        if stays.contains(&action) {
            editing.look_again();
        } else if any {
            panel.leave();
        }
    });
    let access = Access::new(editing.base, move || editing.look_again());
    let params = use_params_map();
    let tab = Memo::new(move |_| params.with(|params| params.get_str("tab").unwrap_or(DETAILS).to_owned()));
    Effect::new(move |_| announcer.say(name.clone()));
    let refusal = move || account.refusal(Operation::UpdateUser);
    let readonly = Signal::derive(move || deleted.is_some() || refusal().is_some());
    let content = move || match tab.get().as_str() {
        ACTIVITY => view! { <Activity id=editing.id version=editing.version/> }.erased(),
        GROUPS => view! { <UserGroups editing actions/> }.erased(),
        ACCESS => {
            let name = editing.base.with_untracked(User::name);
            view! { <UserAccess id=editing.id name/> }.erased()
        }
        _ => view! {
            {move || match deleted {
                Some(deletion) => Some(view! { <Gone deletion/> }.erased()),
                None => refusal().map(|why| view! {
                    <Notice tone=Tone::Info>"You can look at this user, but not change them. " {why}</Notice>
                }.erased()),
            }}
            {user_fields(editing.form, editing.manager, Some(editing.id), readonly)}
            <SshKeys user=editing.base access/>
        }
        .erased(),
    };
    view! {
        <div class="panel-main">
            <aside class="panel-side" aria-label="At a glance"><Glance editing actions access/></aside>
            <div class="panel-body">
                <PanelTabs id=editing.id loading tab/>
                <form
                    id=FORM
                    class="panel-content"
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        editing.save();
                    }
                >
                    {content}
                </form>
            </div>
        </div>
        {match deleted {
            None => view! { <Foot editing actions panel readonly/> }.erased(),
            Some(_) => view! { <GoneFoot editing actions panel/> }.erased(),
        }}
    }
}

#[component]
fn PanelTabs(id: Id, loading: Loading, tab: Memo<String>) -> impl IntoView {
    let tabs = move || {
        let current = tab.get();
        let one = |label, name: &str| Tab {
            label,
            address: loading.list.over(&loading.kind.tab(id, name)),
            current: current == name,
            count: None,
        };
        let groups = account().may(Operation::ListGroups).then(|| one("User groups", GROUPS));
        // A deleted user reaches nothing.
        let reaches = loading.kind == ListKind::Present && account().may(Operation::ListApplications);
        let access = reaches.then(|| one("Access", ACCESS));
        let tabs = std::iter::once(one("Details", DETAILS)).chain(groups).chain(access);
        tabs.chain([one("Activity", ACTIVITY)]).collect()
    };
    view! { <Tabs label="User" tabs=Signal::derive(tabs) keeps=true/> }
}

#[component]
fn Foot(editing: Editing, actions: Actions, panel: PanelState, readonly: Signal<bool>) -> impl IntoView {
    let account = account();
    let delete = move || actions.ask(Action::Delete, vec![editing.target()]);
    let idle = move || {
        let nothing = || (!panel.unsaved.get()).then(|| "Nothing has been changed.".to_owned());
        account.refusal(Operation::UpdateUser).or_else(nothing)
    };
    view! {
        {move || editing.problem.get().map(|problem| view! { <Trouble editing problem/> })}
        <footer class="panel-foot">
            <Button
                look=Look::Danger
                icon="trash-2"
                disabled_because=Signal::derive(move || account.refusal(Operation::DeleteUser).or_else(|| editing.guarded()))
                on_press=delete
            >
                "Delete user"
            </Button>
            <div class="end">
                <Button on_press=move || panel.close()>
                    {move || if readonly.get() { "Close" } else { "Cancel" }}
                </Button>
                // Where nothing can be typed there is nothing to save; the notice has said why.
                <Show when=move || !readonly.get()>
                    <Button
                        look=Look::Primary
                        submit=true
                        form=FORM
                        busy=editing.busy
                        disabled_because=Signal::derive(idle)
                    >
                        "Save user"
                    </Button>
                </Show>
            </div>
        </footer>
    }
}

/// What holds for a deleted user.
#[component]
fn Gone(deletion: Deletion) -> impl IntoView {
    view! {
        <Notice tone=Tone::Waiting>
            "This user was deleted on " <Time at=deletion.at when=When::Day/>
            " and can be restored. Everything about them is erased on "
            <Time at=deletion.erased_at when=When::Day/> "."
        </Notice>
    }
}

#[component]
fn GoneFoot(editing: Editing, actions: Actions, panel: PanelState) -> impl IntoView {
    let account = account();
    let refusal = move |action: Action| Signal::derive(move || account.refusal(action.operation()));
    let ask = move |action: Action| move || actions.ask(action, vec![editing.target()]);
    view! {
        <footer class="panel-foot">
            <Button
                look=Look::Danger
                icon="trash-2"
                disabled_because=refusal(Action::Purge)
                on_press=ask(Action::Purge)
            >
                "Delete permanently"
            </Button>
            <div class="end">
                <Button on_press=move || panel.close()>"Close"</Button>
                <Button
                    look=Look::Primary
                    icon="undo-2"
                    disabled_because=refusal(Action::Restore)
                    on_press=ask(Action::Restore)
                >
                    "Restore user"
                </Button>
            </div>
        </footer>
    }
}

/// Why the last save failed; when somebody else was faster, what to do.
#[component]
fn Trouble(editing: Editing, problem: Problem) -> impl IntoView {
    let stale = problem.code == ErrorCode::Stale;
    let who = match problem.message.as_str() {
        "" => "This user has been changed meanwhile. ".to_owned(),
        known => format!("{known} "),
    };
    view! {
        <div class="panel-notice">
            <Notice tone=if stale { Tone::Waiting } else { Tone::Bad }>
                {if stale {
                    view! {
                        <strong>{who}</strong>
                        "Reload to see what was changed, and lose what you changed here; or save the fields that you \
                         changed here over it."
                        <div class="actions">
                            <Button small=true icon="refresh-cw" on_press=move || editing.reload()>"Reload"</Button>
                            <Button small=true busy=editing.busy on_press=move || editing.save_over()>
                                "Save mine over it"
                            </Button>
                        </div>
                    }
                    .erased()
                } else {
                    view! { <ProblemText problem/> }.erased()
                }}
            </Notice>
        </div>
    }
}

impl Editing {
    /// Why this administrator may not touch what opens this account, if so.
    fn guarded(self) -> Option<String> {
        self.base.with(|user| user.guarded.as_ref().map(|why| format!("This user {why}.")))
    }

    /// This user, as the dialogs of actions take one.
    fn target(self) -> ActionTarget {
        self.base.with_untracked(|user| ActionTarget::from(user))
    }
}
