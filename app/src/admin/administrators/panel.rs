//! The panel of one administrator.

use leptos::prelude::*;
use leptos_meta::Title;
use model::administrator::{
    ADMINISTRATORS, Action, Administrator, AdministratorForm, AdministratorStatus, AdministratorUpdate,
};
use model::user::Person;
use model::{DefaultRole, Faults, Id, Operation, Problem, Timestamp};

use super::actions::Actions;
use super::api_access::ApiAccess;
use super::fields::{Anyway, Field, section};
use super::list::mfa;
use super::parts::{Doing, fact};
use super::{UnlockButton, is_oneself, whom};
use crate::admin::reauthentication::reauthentication;
use crate::admin::{panels, user_stats::user_stats};
use crate::browser::dom;
use crate::kit::{
    Avatar, Edited, Editing, Erase, Failed, ListState, Look, Notice, Panel, PanelState, Pill, Show, Skeleton,
    Time, Tone, When, Width, announcer,
};
use crate::viewer::account;
use crate::{api, routes};

const LABEL: &str = "administrator-name";
const FORM: &str = "administrator-form";

#[component]
pub(super) fn AdministratorPanel() -> impl IntoView {
    panels::by_id(|id| view! { <OneAdministrator id/> }.erased())
}

/// What the panel's parts share before the administrator is there.
#[derive(Clone, Copy)]
struct Loading {
    administrator: Resource<Result<Administrator, Problem>>,
    /// As it is after what was done here.
    latest: RwSignal<Option<Administrator>>,
}

#[component]
fn OneAdministrator(
    /// None if the address names nobody.
    id: Option<Id>,
) -> impl IntoView {
    let administrator = Resource::new(
        || (),
        move |()| async move {
            match id {
                Some(id) => api::administrators::read_administrator(id).await,
                None => Err(Problem::not_found("administrator")),
            }
        },
    );
    let list = ListState::new(routes::ADMINISTRATORS, &ADMINISTRATORS);
    let path = id.map_or_else(|| routes::ADMINISTRATORS.to_owned(), routes::administrator);
    let loading = Loading { administrator, latest: RwSignal::new(None) };
    view! {
        <Panel
            labelled_by=LABEL
            width=Width::Narrow
            within=path
            back_to=Signal::derive(move || list.over(routes::ADMINISTRATORS))
            head=(move || panels::head((LABEL, "Administrator"), move || loading.found(), known)).into()
            body=Box::new(move |panel| view! { <Body loading panel/> }.erased())
        />
    }
}

impl Loading {
    fn found(self) -> Option<Result<Administrator, Problem>> {
        self.latest.get().map(Ok).or_else(|| self.administrator.get())
    }
}

fn known(administrator: Administrator) -> AnyView {
    let name = administrator.name();
    view! {
        <Title text=name.clone()/>
        <Avatar id=administrator.id name=name.clone() large=true/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{name}</h2>
            <p>{administrator.email.to_string()}</p>
        </div>
        <Pill tone=administrator.status word=administrator.status.label()/>
    }
    .erased()
}

#[component]
fn Body(loading: Loading, panel: PanelState) -> impl IntoView {
    let retry = Callback::new(move |()| loading.administrator.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || loading.administrator.get().map(|one| match one {
                Ok(administrator) => view! { <Loaded administrator loading panel/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
            })}
        </Transition>
    }
}

impl Edited for Administrator {
    type Form = AdministratorForm;
    const FORM: &'static str = FORM;
    const SAVED: &'static str = "Saved the administrator";

    fn form(&self) -> AdministratorForm {
        Self::form(self)
    }

    fn check(form: &AdministratorForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::administrators::read_administrator(self.id)
    }

    fn save(self, form: AdministratorForm) -> impl Future<Output = Result<Self, Problem>> {
        let update = AdministratorUpdate { id: self.id, version: self.version, form };
        api::administrators::update_administrator(update)
    }
}

#[component]
fn Loaded(administrator: Administrator, loading: Loading, panel: PanelState) -> impl IntoView {
    let (announcer, account, stats, reauthentication) =
        (announcer(), account(), user_stats(), reauthentication());
    let (id, name) = (administrator.id, administrator.name());
    let editing = Editing::begin(administrator);
    editing.settling(move |problem| reauthentication.asks(&problem, move || editing.save()));
    Effect::new(move |_| announcer.say(name.clone()));
    editing.within(
        panel,
        |one| one.version,
        move |now| {
            call_anew(&now);
            loading.latest.set(Some(now));
            stats.changed();
        },
    );
    let actions = Actions::new(move |action| {
        if action == Action::Delete {
            panel.leave();
        } else {
            editing.look_again();
        }
    });
    let refusal = Signal::derive(move || account.refusal(Operation::UpdateAdministrator));
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let looks = if is_oneself(id) {
        "You can look at yourself here, but not change anything. My account has what you can. "
    } else {
        "You can look at this administrator, but not change them. "
    };
    let note = move || {
        refusal.get().map(|why| {
            view! {
                <Notice tone=Tone::Info>{looks} {why}</Notice>
            }
        })
    };
    let fields = view! {
        {note}
        <Fields editing readonly/>
        <AccountActions editing actions/>
        <ApiAccess editing actions readonly/>
        <Facts base=editing.base/>
    };
    view! {
        <div class="panel-body">{editing.frame("panel-content", fields.erased())}</div>
        <div class="panel-notice">{editing.trouble()}</div>
        <footer class="panel-foot">
            <Doing editing actions action=Action::Delete look=Look::Danger/>
            <div class="end">
                {is_oneself(id).then(|| view! {
                    <a class="button" href=routes::OWN_DETAILS rel="external"><span class="label">"My account"</span></a>
                })}
                {editing.ends(panel, readonly)}
            </div>
        </footer>
    }
    .erased()
}

/// Whoever changes themselves is called by their new name everywhere.
fn call_anew(now: &Administrator) {
    if !is_oneself(now.id) {
        return;
    }
    account().0.update(|me| {
        if let Some(me) = me {
            me.first_name.clone_from(&now.first_name);
            me.last_name.clone_from(&now.last_name);
            me.email = now.email.to_string();
        }
    });
}

/// What can be typed.
#[component]
fn Fields(editing: Editing<Administrator>, readonly: Signal<bool>) -> impl IntoView {
    let (id, user, held, of_all) = editing
        .base
        .with_untracked(|base| (base.id, base.user.clone(), base.role.clone(), base.mfa_required_of_all));
    let oneself = is_oneself(id);
    let anyway = Anyway::of(user.is_some(), of_all);
    let field = Field { form: editing.form, readonly, whom: whom(id) };
    let of_user = user.is_some().then_some(if oneself {
        "It is that of the user that you were made from."
    } else {
        "It is that of the user that they were made from."
    });
    let own_role =
        oneself.then_some("This is your own role. Another Administrator With Billing can change it.");
    view! {
        {section("Details", view! {
            {field.names()}
            {field.email(of_user)}
            {user.map(|user| made_from(user, oneself))}
        }.erased())}
        {section("Permissions", view! { {field.role(own_role, Some(held))} {field.mfa(anyway)} }.erased())}
        {section("Emails", field.whats_new())}
    }
    .erased()
}

/// The user whose password and factors theirs are; the way there for those who see users.
fn made_from(Person { id, name }: Person, oneself: bool) -> AnyView {
    let name = if untrack(|| account().may(Operation::ReadUser)) {
        view! { <a href=routes::user(id)>{name}</a> }.erased()
    } else {
        name.erased()
    };
    let whose = if oneself { "yours" } else { "theirs" };
    view! { <p>"Made from the user " {name} ", whose password and second factors are "{whose}"."</p> }
        .erased()
}

/// What can be done about how they sign in.
#[component]
fn AccountActions(editing: Editing<Administrator>, actions: Actions) -> impl IntoView {
    let base = editing.base;
    let invited = Memo::new(move |_| base.with(|base| base.password_changed_at.is_none()));
    let suspended = Memo::new(move |_| base.with(|base| base.suspended));
    let locked = Memo::new(move |_| base.with(|base| base.status == AdministratorStatus::Locked));
    let unlocked = Callback::new(move |()| {
        // The button goes away with the lock.
        if let Some(heading) = dom::by_id(LABEL) {
            dom::focus(&heading);
        }
        editing.look_again();
    });
    let (id, name) = base.with_untracked(|base| (base.id, base.name()));
    let body = view! {
        <div class="administrator-actions">
            <Show when=move || invited.get()><Doing editing actions action=Action::Invite/></Show>
            <Doing editing actions action=Action::SendPasswordReset/>
            <Doing editing actions action=Action::SendTotpReset/>
            <Doing editing actions action=Action::EndSessions/>
            {move || {
                let action = if suspended.get() { Action::Activate } else { Action::Suspend };
                view! { <Doing editing actions action/> }
            }}
            {move || locked.get().then(|| view! { <UnlockButton id name=name.clone() on_done=unlocked/> })}
        </div>
    };
    section("Signing in", body.erased())
}

/// What is known of them and not typed here.
#[component]
fn Facts(base: RwSignal<Administrator>) -> impl IntoView {
    let facts = move || base.with(facts);
    view! { <dl class="administrator-facts">{facts}</dl> }
}

fn facts(administrator: &Administrator) -> AnyView {
    let time = |at: Option<Timestamp>| match at {
        Some(at) => view! { <Time at when=When::Full/> }.erased(),
        None => "Never".erased(),
    };
    let role = &administrator.role;
    let status = administrator.status;
    let scopes: Vec<_> =
        role.scopes.iter().map(|scope| view! { <li><code>{scope.as_str()}</code></li> }).collect();
    let to_role = role.custom.filter(|_| account().may(Operation::ListRoles)).map(|id| {
        view! { <a href=routes::custom_role(id)>"Go to the role"</a> }
    });
    let description = role.name.parse::<DefaultRole>().ok().map(DefaultRole::description);
    view! {
        {fact("Status", view! {
            <Pill tone=status word=status.label()/>
            {about(administrator).map(|text| view! { <span class="muted">{text}</span> })}
            {administrator.locked_until.map(|at| view! {
                <span class="muted">"Too many wrong passwords."</span>
                <span class="muted">{match at {
                    Timestamp::END => "Until somebody unlocks them".erased(),
                    at => view! { "Opens by itself: " <Time at/> }.erased(),
                }}</span>
            })}
        })}
        {fact("MFA", mfa(administrator.totp_enrolled, administrator.passkey_enrolled))}
        {fact("Scopes", view! {
            <details>
                <summary>{format!("{} scopes of {}", scopes.len(), role.name)}</summary>
                {description.map(|text| view! { <p class="muted">{text}</p> })}
                <ul class="scopes">{scopes}</ul>
            </details>
            {to_role}
        })}
        {fact("Last login", time(administrator.last_login_at))}
        {fact("Password changed", time(administrator.password_changed_at))}
        {fact("Added", time(Some(administrator.created_at)))}
        {fact("Object ID", view! { <code>{administrator.id.to_string()}</code> })}
    }
    .erased()
}

/// What a status means, where the word does not say it all.
const fn about(administrator: &Administrator) -> Option<&'static str> {
    match administrator.status {
        AdministratorStatus::Invited => Some("Has not set a first password yet."),
        AdministratorStatus::Suspended if administrator.suspended => {
            Some("Cannot sign in until reactivated.")
        }
        AdministratorStatus::Suspended => Some("Cannot sign in as long as their user is not Active."),
        AdministratorStatus::Active | AdministratorStatus::Locked => None,
    }
}
