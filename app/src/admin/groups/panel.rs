//! The panel of one group: what it is, who is in it, and which groups are in it.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::group::{GROUP_FIELDS, GROUPS, Group, GroupForm, GroupRef, GroupUpdate, linux_name_of};
use model::list::grouped;
use model::{ErrorCode, Faults, Id, Operation, Problem};

use super::members::Members;
use super::nesting::Nesting;
use super::questions::delete_question;
use super::resources::GroupResources;
use super::rule::{RuleEditor, RuleTab};
use crate::admin::panels;
use crate::admin::questions::questions;
use crate::admin::user_stats::user_stats;
use crate::api::groups as api;
use crate::kit::{
    Button, Edited, Editing, Erase, Failed, FormState, ListState, Look, Notice, Panel, PanelState, Skeleton,
    Tab, Tabs, Tone, announcer, form_sections,
};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "group-name";
const FORM: &str = "group-form";

/// The tabs, as their addresses end.
const DETAILS: &str = "details";
const MEMBERS: &str = "members";
const RULE: &str = "rule";
const GROUPS_IN_IT: &str = "groups";
const ACCESS: &str = "access";

#[component]
pub(super) fn GroupPanel() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            let known = [DETAILS, MEMBERS, RULE, GROUPS_IN_IT, ACCESS];
            if params.get_str("tab").is_some_and(|tab| !known.contains(&tab)) {
                return Err(Problem::new(ErrorCode::NotFound, "There is no page at this address."));
            }
            let id = params.get_str("id").and_then(|id| id.parse::<Id>().ok());
            id.ok_or_else(|| Problem::not_found("user group"))
        })
    });
    // Another group's panel is another panel, with nothing left of the one before.
    move || view! { <OneGroup id=id.get()/> }
}

/// What the panel's parts share before the group is there.
#[derive(Clone, Copy)]
struct Loading {
    group: Resource<Result<Group, Problem>>,
    /// As it is after what was done here.
    latest: RwSignal<Option<Group>>,
    list: ListState,
}

impl Loading {
    fn found(self) -> Option<Result<Group, Problem>> {
        self.latest.get().map(Ok).or_else(|| self.group.get())
    }
}

#[component]
fn OneGroup(
    /// Or why the address names none.
    id: Result<Id, Problem>,
) -> impl IntoView {
    let path = id.as_ref().map_or_else(|_| routes::USER_GROUPS.to_owned(), |id| routes::user_group(*id));
    let group = Resource::new(
        || (),
        move |()| {
            let id = id.clone();
            async move { api::read_group(id?).await }
        },
    );
    let list = ListState::new(routes::USER_GROUPS, &GROUPS);
    let loading = Loading { group, latest: RwSignal::new(None), list };
    view! {
        <Panel
            labelled_by=LABEL
            within=path
            back_to=Signal::derive(move || list.over(routes::USER_GROUPS))
            head=(move || panels::head((LABEL, "User group"), move || loading.found(), heading)).into()
            body=Box::new(move |panel| view! { <Body loading panel/> }.erased())
        />
    }
    .erased()
}

fn heading(group: Group) -> AnyView {
    let name = group.form.name.clone();
    let members = match group.members {
        1 => "1 member".to_owned(),
        count => format!("{} members", grouped(count)),
    };
    view! {
        <Title text=name.clone()/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{name}</h2>
            <p>{members}</p>
        </div>
    }
    .erased()
}

#[component]
fn Body(loading: Loading, panel: PanelState) -> impl IntoView {
    let retry = Callback::new(move |()| loading.group.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || loading.group.get().map(|one| match one {
                Ok(group) => view! { <Loaded group loading panel/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

impl Edited for Group {
    type Form = GroupForm;
    const FORM: &'static str = FORM;
    const SAVED: &'static str = "Saved the group";

    fn form(&self) -> GroupForm {
        self.form.clone()
    }

    fn check(form: &GroupForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::read_group(self.id)
    }

    fn save(self, form: GroupForm) -> impl Future<Output = Result<Self, Problem>> {
        api::update_group(GroupUpdate { id: self.id, version: self.version, form })
    }
}

#[component]
fn Loaded(group: Group, loading: Loading, panel: PanelState) -> impl IntoView {
    let (announcer, account, stats) = (announcer(), account(), user_stats());
    let (id, name) = (group.id, group.form.name.clone());
    let editing = Editing::begin(group);
    Effect::new(move |_| announcer.say(name.clone()));
    editing.within(
        panel,
        |group| group.version,
        move |now| {
            loading.latest.set(Some(now));
            stats.changed();
        },
    );
    let now = Memo::new(move |_| editing.base.get());
    let look_again = Callback::new(move |()| {
        editing.look_again();
        stats.changed();
    });
    let rules = RuleEditor::new(id);
    Effect::new(move |_| panel.unsaved.set(editing.unsaved.get() || rules.unsaved()));
    // The head counts the members.
    Effect::new(move |_| loading.latest.set(Some(now.get())));
    let params = use_params_map();
    let tab = Memo::new(move |_| params.with(|params| params.get_str("tab").unwrap_or(DETAILS).to_owned()));
    let refusal = move || account.refusal(Operation::UpdateGroup);
    let readonly = Signal::derive(move || refusal().is_some());
    let content = move || match tab.get().as_str() {
        MEMBERS => {
            view! { <div class="panel-content"><Members group=now on_changed=look_again/></div> }.erased()
        }
        RULE => view! { <div class="panel-content"><RuleTab group=now rules on_changed=look_again/></div> }
            .erased(),
        GROUPS_IN_IT => {
            view! { <div class="panel-content"><Nesting group=now on_changed=look_again/></div> }.erased()
        }
        ACCESS => view! { <div class="panel-content"><GroupResources group=now/></div> }.erased(),
        _ => {
            let note = move || {
                refusal().map(|why| {
                    view! { <Notice tone=Tone::Info>"You can look at this group, but not change it. " {why}</Notice> }
                })
            };
            let state = FormState::new(editing.form, readonly);
            let fields = view! { {note} {renaming(editing)} {form_sections(state, GROUP_FIELDS)} };
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
fn PanelTabs(id: Id, loading: Loading, tab: Memo<String>, now: Memo<Group>) -> impl IntoView {
    let tabs = move || {
        let current = tab.get();
        let one = |label, name: &str, count: Option<u64>| Tab {
            label,
            address: loading.list.over(&format!("{}/{name}", routes::user_group(id))),
            current: current == name,
            count: count.map(grouped),
        };
        let (members, groups) = now.with(|group| (group.members, group.subgroups.len() as u64));
        let mut tabs = vec![
            one("Details", DETAILS, None),
            one("Members", MEMBERS, Some(members)),
            one("Rule", RULE, None),
            one("Groups in it", GROUPS_IN_IT, Some(groups)),
        ];
        tabs.extend(account().may(Operation::ListApplications).then(|| one("Access", ACCESS, None)));
        tabs
    };
    view! { <Tabs label="User group" tabs=Signal::derive(tabs) keeps=true/> }.erased()
}

/// Offers to carry the names along that were made of the group's name.
fn renaming(editing: Editing<Group>) -> AnyView {
    let names = move || {
        let before = editing.base.with(|group| group.form.clone());
        let typed = editing.form.get();
        let name = typed.name.trim().to_owned();
        if name.is_empty() || name == before.name {
            return None;
        }
        let linux = linux_name_of(&name);
        let linux = (!before.linux_name.is_empty() && typed.linux_name == before.linux_name)
            .then_some(linux)
            .filter(|linux| !linux.is_empty() && *linux != before.linux_name);
        let ldap = !before.ldap_name.is_empty() && typed.ldap_name == before.ldap_name;
        (ldap || linux.is_some()).then_some((before, ldap, linux))
    };
    let names = Memo::new(move |_| names());
    let offer = move |(before, ldap, linux): (GroupForm, bool, Option<String>)| {
        let in_ldap = ldap.then(|| {
            let press = move || editing.form.update(|form| form.ldap_name = String::new());
            view! {
                <p>"LDAP shows it as " <strong>{before.ldap_name.clone()}</strong> "."</p>
                <Button small=true on_press=press>"Show the new name in LDAP"</Button>
            }
        });
        let on_linux = linux.map(|linux| {
            let (shown, set) = (linux.clone(), linux);
            let press = move || editing.form.update(|form| form.linux_name.clone_from(&set));
            view! {
                <p>"The Linux group is called " <strong>{before.linux_name.clone()}</strong> "."</p>
                <Button small=true on_press=press>{format!("Call it {shown}")}</Button>
            }
        });
        view! { <Notice tone=Tone::Info>{in_ldap} {on_linux}</Notice> }
    };
    (move || names.get().map(offer)).erased()
}

#[component]
fn Foot(editing: Editing<Group>, panel: PanelState, readonly: Signal<bool>) -> impl IntoView {
    let questions = questions();
    let refusal = Signal::derive(move || account().refusal(Operation::DeleteGroup));
    let delete = move || {
        let group =
            editing.base.with_untracked(|group| GroupRef { id: group.id, name: group.form.name.clone() });
        questions.load(delete_question(vec![group], Arc::new(move || panel.leave())));
    };
    view! {
        <footer class="panel-foot">
            <Button look=Look::Danger icon="trash-2" disabled_because=refusal on_press=delete>
                "Delete group…"
            </Button>
            <div class="end">{editing.ends(panel, readonly)}</div>
        </footer>
    }
    .erased()
}
