//! One's own attributes: some to change, the rest to see.

use leptos::{prelude::*, task::spawn_local};
use model::portal::{OWN_ATTRIBUTES, Profile, ProfileForm, SHOWN_ATTRIBUTES};
use model::user::UserForm;
use model::{ErrorCode, Problem};

use crate::api::portal as api;
use crate::attributes::{Addresses, Field, Phones, attribute};
use crate::kit::{
    Button, Erase, Failed, FormFaults, Leaving, Look, Notice, PageHeader, ProblemText, Skeleton, Tone,
    toaster,
};
use crate::{places, viewer::owner};

const FORM: &str = "profile-form";

#[component]
pub(super) fn ProfilePage() -> impl IntoView {
    let profile = Resource::new(|| (), |()| api::profile());
    view! {
        <PageHeader
            title="Profile".to_owned()
            below=view! { <p>"What your organization knows of you"</p> }.erased()
        />
        <Suspense fallback=|| view! { <Skeleton lines=8/> }>
            {move || profile.get().map(|found| match found {
                Ok(profile) => view! { <Known profile/> }.erased(),
                Err(problem) => view! { <Failed problem/> }.erased(),
            })}
        </Suspense>
    }
    .erased()
}

/// What is being typed, and what it began with.
#[derive(Clone, Copy)]
struct Editing {
    base: RwSignal<UserForm>,
    form: RwSignal<UserForm>,
    version: RwSignal<i64>,
    unsaved: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
}

#[component]
fn Known(profile: Profile) -> impl IntoView {
    let form = as_form(&profile);
    let editing = Editing {
        base: RwSignal::new(form.clone()),
        form: RwSignal::new(form),
        version: RwSignal::new(profile.form.version),
        unsaved: RwSignal::new(false),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        faults: FormFaults::provide(),
    };
    Effect::new(move |_| {
        let changed = editing.base.with(|base| editing.form.with(|form| base != form));
        editing.unsaved.set(changed);
    });
    let readonly = !profile.editable;
    let field = Field { form: editing.form, readonly: Signal::derive(move || readonly) };
    view! {
        <form
            id=FORM
            class="profile"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                save(editing);
            }
        >
            {section(
                "Name",
                view! {
                    <div class="fields">{OWN_ATTRIBUTES.map(|one| attribute(field, one)).into_iter().collect_view()}</div>
                }
                .erased(),
            )}
            {section("Phone numbers", view! { <Phones field/> }.erased())}
            {section("Addresses", view! { <Addresses field/> }.erased())}
            <div class="save">
                {move || editing.problem.get().map(|problem| view! { <WentWrong editing problem/> })}
                <Button
                    look=Look::Primary
                    submit=true
                    busy=editing.busy
                    disabled_because=Signal::derive(move || {
                        (!editing.unsaved.get()).then(|| "Nothing has been changed.".to_owned())
                    })
                >
                    "Save"
                </Button>
            </div>
        </form>
        {section("Set by your organization", facts(profile))}
        <Leaving unsaved=editing.unsaved within=places::PROFILE/>
    }
    .erased()
}

/// What went wrong; when somebody else was faster, what to do about it.
#[component]
fn WentWrong(editing: Editing, problem: Problem) -> impl IntoView {
    let stale = problem.code == ErrorCode::Stale;
    let reload = move || reload(editing);
    view! {
        <Notice tone=Tone::Bad>
            <ProblemText problem/>
            {stale.then(|| view! { " " <Button small=true on_press=reload>"Load what is there now"</Button> })}
        </Notice>
    }
}

fn section(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="card" aria-label=title>
            <header><h2>{title}</h2></header>
            <div class="body">{body}</div>
        </section>
    }
    .erased()
}

fn facts(profile: Profile) -> AnyView {
    let fact = |label: String, value: String| view! { <dt>{label}</dt> <dd>{value}</dd> };
    let shown = SHOWN_ATTRIBUTES
        .into_iter()
        .filter_map(|one| profile.shown.get(&one).map(|text| fact(one.label().to_owned(), text.clone())));
    let shown = shown.collect_view();
    let manager = profile.manager.map(|manager| fact("Manager".to_owned(), manager.name));
    let custom = profile.custom.into_iter().map(|one| fact(one.name, one.value)).collect_view();
    view! {
        <dl class="facts">
            {fact("Username".to_owned(), profile.username)}
            {fact("Company email".to_owned(), profile.email)}
            {shown}
            {manager}
            {custom}
        </dl>
        <p class="hint">"Ask an administrator if any of this is wrong."</p>
    }
    .erased()
}

/// The part of the form about a user that is one's own.
fn as_form(profile: &Profile) -> UserForm {
    UserForm {
        text: profile.form.text.clone(),
        addresses: profile.form.addresses.clone(),
        phones: profile.form.phones.clone(),
        ..UserForm::default()
    }
}

fn save(editing: Editing) {
    if editing.busy.get_untracked() || !editing.unsaved.get_untracked() {
        return;
    }
    let UserForm { text, addresses, phones, .. } = editing.form.get_untracked();
    let form = ProfileForm { version: editing.version.get_untracked(), text, addresses, phones };
    let (toaster, me) = (toaster(), owner().0);
    editing.problem.set(None);
    editing.busy.set(true);
    spawn_local(async move {
        let answer = api::update_profile(form).await;
        editing.busy.set(false);
        match answer {
            Ok(profile) => {
                editing.faults.clear();
                take(editing, &profile);
                toaster.done("Saved your profile");
                if let Ok(now) = api::owner().await {
                    me.set(Some(now));
                }
            }
            Err(problem) => {
                editing.faults.show(&problem, FORM);
                editing.problem.set(Some(problem));
            }
        }
    });
}

/// Takes what is there now; what was typed is lost.
fn reload(editing: Editing) {
    spawn_local(async move {
        match api::profile().await {
            Ok(profile) => {
                editing.problem.set(None);
                editing.faults.clear();
                take(editing, &profile);
            }
            Err(problem) => editing.problem.set(Some(problem)),
        }
    });
}

fn take(editing: Editing, profile: &Profile) {
    let form = as_form(profile);
    editing.version.set(profile.form.version);
    editing.form.set(form.clone());
    editing.base.set(form);
}
