//! One's own attributes: some to change, the rest to see.

use leptos::{prelude::*, task::spawn_local};
use model::form::{FormField, FormSection};
use model::portal::{PROFILE_KEPT, Profile, ProfileForm, SHOWN_ATTRIBUTES};
use model::user::{ADDRESSES, PHONES, PROFILE_FIELDS, UserForm};
use model::{Faults, Problem};

use crate::api::portal as api;
use crate::kit::{
    Edited, Editing, Erase, Failed, FormState, Leaving, Notice, PageHeader, Skeleton, Tone, form_fields,
};
use crate::{routes, viewer::owner};

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

impl Edited for Profile {
    type Form = UserForm;
    const FORM: &'static str = "profile-form";
    const SAVED: &'static str = "Saved your profile";

    /// The part of the form about a user that is one's own.
    fn form(&self) -> UserForm {
        UserForm {
            text: self.form.text.clone(),
            addresses: self.form.addresses.clone(),
            phones: self.form.phones.clone(),
            ..UserForm::default()
        }
    }

    /// The rules for names, numbers and addresses are those of the whole user, whom one does not see.
    fn check(_form: &UserForm) -> Result<(), Faults> {
        Ok(())
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::profile()
    }

    fn save(self, form: UserForm) -> impl Future<Output = Result<Self, Problem>> {
        let UserForm { text, addresses, phones, .. } = form;
        api::update_profile(ProfileForm { version: self.form.version, text, addresses, phones })
    }
}

#[component]
fn Known(profile: Profile) -> impl IntoView {
    let editing = Editing::begin(profile.clone());
    call_anew(editing.base);
    let readonly = !profile.editable;
    let state = FormState::new(editing.form, Signal::stored(readonly));
    // Where nothing can be added, an empty part says nothing.
    let says = |field: &FormField| match field.key {
        key if key == PHONES.key => !readonly || !profile.form.phones.is_empty(),
        key if key == ADDRESSES.key => !readonly || !profile.form.addresses.is_empty(),
        _ => true,
    };
    let parts = PROFILE_FIELDS.iter().filter(|part| part.fields.iter().any(says));
    let parts = parts.map(|part: &FormSection| section(part.title, form_fields(state, part.fields)));
    let save = view! {
        <div class="save">{editing.trouble()} {editing.buttons("Save", Signal::stored(None))}</div>
    };
    let fields = view! {
        {parts.collect_view()}
        {(!readonly).then_some(save)}
    };
    view! {
        {readonly.then(|| view! { <Notice tone=Tone::Info>{PROFILE_KEPT}</Notice> })}
        {editing.frame("profile", fields.erased())}
        {section("Set by your organization", facts(profile))}
        <Leaving unsaved=editing.unsaved within=routes::PROFILE/>
    }
    .erased()
}

/// The rest of the portal calls people by the name that they have saved.
fn call_anew(base: RwSignal<Profile>) {
    let me = owner().0;
    Effect::new(move |before: Option<()>| {
        base.track();
        if before.is_some() {
            spawn_local(async move {
                if let Ok(now) = api::owner().await {
                    me.set(Some(now));
                }
            });
        }
    });
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
    let question = profile.contact.question();
    let ask = question.unwrap_or_else(|| "Ask an administrator if any of this is wrong.".to_owned());
    let custom = profile.custom.into_iter().map(|one| fact(one.name, one.value)).collect_view();
    view! {
        <dl class="facts">
            {fact("Username".to_owned(), profile.username)}
            {fact("Company email".to_owned(), profile.email)}
            {shown}
            {manager}
            {custom}
        </dl>
        <p class="hint">{ask}</p>
    }
    .erased()
}
