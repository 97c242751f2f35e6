//! The page with its tabs.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::Operation;
use model::ldap::LdapServer;
use model::list::grouped;

use super::TITLE;
use super::connection::Connection;
use super::settings::LdapSettings;
use crate::admin::access::NotFound;
use crate::admin::resource::{Bindable, BoundGroups, ReachingUsers};
use crate::api::ldap as api;
use crate::kit::{Editing, Erase, Failed, Leaving, PageHeader, Pill, Skeleton, Tab, Tabs, Tone, covered};
use crate::routes;

const CONNECTION: &str = "";
const USERS: &str = "users";
const GROUPS: &str = "groups";
const SETTINGS: &str = "settings";

#[component]
pub(super) fn LdapPage() -> impl IntoView {
    let params = use_params_map();
    let tab =
        Memo::new(move |_| params.with(|params| params.get_str("tab").unwrap_or(CONNECTION).to_owned()));
    let server = Resource::new(|| (), |()| api::read_ldap_server());
    let covered = covered();
    let retry = Callback::new(move |()| server.refetch());
    // Another tab of it is no other page: that would take away what the tab reads.
    let known =
        Memo::new(move |_| tab.with(|tab| [CONNECTION, USERS, GROUPS, SETTINGS].contains(&tab.as_str())));
    let page = move || {
        view! {
            <div class="page" inert=move || covered.get()>
                <Transition fallback=|| view! { <Skeleton lines=12/> }>
                    {move || server.get().map(|server| match server {
                        Ok(server) => view! { <Loaded server tab/> }.erased(),
                        Err(problem) => view! {
                            <PageHeader title=TITLE.to_owned()/>
                            <Failed problem on_retry=retry/>
                        }
                        .erased(),
                    })}
                </Transition>
            </div>
        }
        .erased()
    };
    move || if known.get() { page() } else { view! { <NotFound/> }.erased() }
}

#[component]
fn Loaded(server: LdapServer, tab: Memo<String>) -> impl IntoView {
    let id = server.id;
    let editing = Editing::begin(server);
    let now = Memo::new(move |_| editing.base.get());
    let look_again = Callback::new(move |()| editing.look_again());
    let of = Bindable {
        id,
        name: Signal::derive(move || now.with(|one| one.form.name.clone())),
        noun: "LDAP",
        binds: Operation::BindLdapServer,
    };
    let tabs = move || {
        let current = tab.get();
        let one = |label, name: &str, address: &str, count: Option<u64>| Tab {
            label,
            address: address.to_owned(),
            current: current == name,
            count: count.map(grouped),
        };
        let (users, groups) = now.with(|one| (one.users, one.groups));
        vec![
            one("Connection", CONNECTION, routes::LDAP, None),
            one("Users", USERS, routes::LDAP_USERS, Some(users)),
            one("User groups", GROUPS, routes::LDAP_GROUPS, Some(groups)),
            one("Settings", SETTINGS, routes::LDAP_SETTINGS, None),
        ]
    };
    let content = move || {
        match tab.get().as_str() {
        USERS => view! {
            <p class="muted">
                "Besides them, users with the setting “LDAP binding user” reach LDAP without being bound to it."
            </p>
            <ReachingUsers of on_changed=look_again/>
        }
        .erased(),
        GROUPS => view! {
            <p class="muted">"These groups, and the groups in them, are found over LDAP, empty ones too."</p>
            <BoundGroups of on_changed=look_again/>
        }
        .erased(),
        SETTINGS => view! { <LdapSettings editing/> }.erased(),
        _ => view! { <Connection server=now/> }.erased(),
    }
    };
    let below = move || {
        let (tone, word) = now.with(|one| {
            match (one.form.active, one.addresses.ldap.is_some() || one.addresses.ldaps.is_some()) {
                (true, true) => (Tone::Ok, "On"),
                (true, false) => (Tone::Waiting, "Does not listen"),
                (false, _) => (Tone::Neutral, "Off"),
            }
        });
        view! { <p class="line"><Pill tone word/> " For programs and servers that cannot use single sign-on"</p> }
    };
    view! {
        <PageHeader title=TITLE.to_owned() below=below.erased()/>
        <Tabs label="LDAP" tabs=Signal::derive(tabs) keeps=true/>
        {content}
        <Leaving unsaved=editing.unsaved within=routes::LDAP/>
    }
    .erased()
}
