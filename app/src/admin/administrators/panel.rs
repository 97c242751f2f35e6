//! The panel of one administrator.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::administrator::{ADMINISTRATORS, Administrator, AdministratorStatus};
use model::{DefaultRole, Id, Problem};

use super::list::{access, mfa};
use super::{UnlockButton, is_oneself};
use crate::admin::{NotFoundTitle, people::people};
use crate::browser::dom;
use crate::kit::{
    Avatar, Erase, Failed, ListState, Look, Panel, Pill, Skeleton, Time, When, Width, announcer,
};
use crate::{api, places};

const LABEL: &str = "administrator-name";

#[component]
pub(super) fn AdministratorPanel() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    move || view! { <OneAdministrator id=id.get()/> }
}

type Answer = Resource<Result<Administrator, Problem>>;

#[component]
fn OneAdministrator(
    /// None if the address names nobody.
    id: Option<Id>,
) -> impl IntoView {
    let people = people();
    let administrator = Resource::new(
        move || people.version(),
        move |_| async move {
            match id {
                Some(id) => api::administrators::read_administrator(id).await,
                None => Err(Problem::not_found("administrator")),
            }
        },
    );
    let list = ListState::new(places::ADMINISTRATORS, ADMINISTRATORS.default_sort);
    let path = id.map_or_else(|| places::ADMINISTRATORS.to_owned(), places::administrator);
    view! {
        <Panel
            labelled_by=LABEL
            width=Width::Narrow
            within=path
            back_to=Signal::derive(move || list.over(places::ADMINISTRATORS))
            head=(move || view! { <Head administrator/> }).into()
            body=Box::new(move |_| view! { <Body administrator/> }.erased())
        />
    }
}

fn name_of(administrator: &Administrator) -> String {
    format!("{} {}", administrator.first_name, administrator.last_name)
}

#[component]
fn Head(administrator: Answer) -> impl IntoView {
    let known = |administrator: Administrator| {
        let name = name_of(&administrator);
        view! {
            <Title text=name.clone()/>
            <Avatar id=administrator.id name=name.clone() large=true/>
            <div class="names">
                <h2 id=LABEL tabindex="-1">{name}</h2>
                <p>{administrator.email.to_string()}</p>
            </div>
        }
        .erased()
    };
    let unknown = || view! { <div class="names"><h2 id=LABEL>"Administrator"</h2></div> }.erased();
    view! {
        <Transition fallback=unknown>
            {move || administrator.get().map(|one| match one {
                Ok(one) => known(one),
                Err(problem) => view! { <NotFoundTitle problem/> {unknown()} }.erased(),
            })}
        </Transition>
    }
}

#[component]
fn Body(administrator: Answer) -> impl IntoView {
    let retry = Callback::new(move |()| administrator.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || administrator.get().map(|one| match one {
                Ok(administrator) => view! { <Loaded administrator/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
}

#[component]
fn Loaded(administrator: Administrator) -> impl IntoView {
    let (announcer, people) = (announcer(), people());
    let (id, name) = (administrator.id, name_of(&administrator));
    let locked = administrator.status == AdministratorStatus::Locked;
    let said = name.clone();
    Effect::new(move |_| announcer.say(said.clone()));
    let unlocked = Callback::new(move |()| {
        // The button goes away with the lock.
        if let Some(heading) = dom::by_id(LABEL) {
            dom::focus(&heading);
        }
        people.changed();
    });
    view! {
        <div class="panel-body">
            <div class="panel-content"><Facts administrator/></div>
        </div>
        {(locked || is_oneself(id)).then(|| view! {
            <footer class="panel-foot">
                <div class="end">
                    {is_oneself(id).then(|| view! {
                        <a class="button" href=places::OWN_DETAILS rel="external">
                            <span class="label">"Edit my details"</span>
                        </a>
                    })}
                    {locked.then(|| view! { <UnlockButton id name look=Look::Primary on_done=unlocked/> })}
                </div>
            </footer>
        })}
    }
}

#[component]
fn Facts(administrator: Administrator) -> impl IntoView {
    let Administrator { id, email, role, status, totp_enrolled, passkey_enrolled, api_access, .. } =
        administrator;
    let time = |at: Option<model::Timestamp>| match at {
        Some(at) => view! { <Time at when=When::Full/> }.erased(),
        None => "Never".erased(),
    };
    let description = role.name.parse::<DefaultRole>().ok().map(DefaultRole::description);
    let scopes: Vec<_> =
        role.scopes.iter().map(|scope| view! { <li><code>{scope.as_str()}</code></li> }).collect();
    view! {
        <dl class="administrator-facts">
            {fact("Status", view! {
                <Pill tone=status word=status.label()/>
                {about(status).map(|text| view! { <span class="muted">{text}</span> })}
                {administrator.locked_until.map(|at| view! {
                    <span class="muted">"Too many wrong passwords."</span>
                    <span class="muted">"Opens by itself: " <Time at/></span>
                })}
            })}
            {fact("First name", administrator.first_name)}
            {fact("Last name", administrator.last_name)}
            {fact("Email", email.to_string())}
            {fact("Role", view! {
                {role.name}
                {description.map(|text| view! { <span class="muted">{text}</span> })}
                <details>
                    <summary>{format!("{} scopes", scopes.len())}</summary>
                    <ul class="scopes">{scopes}</ul>
                </details>
            })}
            {fact("MFA", mfa(totp_enrolled, passkey_enrolled))}
            {fact("API access", access(api_access))}
            {fact("Last login", time(administrator.last_login_at))}
            {fact("Password changed", time(administrator.password_changed_at))}
            {fact("Added", time(Some(administrator.created_at)))}
            {fact("Object ID", view! { <code>{id.to_string()}</code> })}
        </dl>
    }
}

/// What a status means, where the word does not say it all.
const fn about(status: AdministratorStatus) -> Option<&'static str> {
    match status {
        AdministratorStatus::Invited => Some("Has not set a first password yet."),
        AdministratorStatus::Suspended => Some("Cannot sign in until reactivated."),
        AdministratorStatus::Active | AdministratorStatus::Locked => None,
    }
}

fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .erased()
}
