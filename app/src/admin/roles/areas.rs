//! What a role allows, area by area, and all of it in words.

use leptos::prelude::*;
use model::role::{AREAS, Area, CustomRoleForm, Level};
use model::{Scopes, scope::Scope};

use crate::kit::{Checkbox, Erase, FormFaults, Icon, RadioGroup};

/// A form's parts, and whether anything can be typed.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub form: RwSignal<CustomRoleForm>,
    pub readonly: Signal<bool>,
}

/// The areas under their headings.
pub(super) fn areas(field: Field) -> AnyView {
    let groups = AREAS.chunk_by(|one, next| one.group == next.group);
    let fault = use_context::<FormFaults>();
    let wrong = move || {
        fault.and_then(|faults| faults.of("scopes")).map(|text| {
            view! { <p class="error" role="alert"><Icon name="circle-alert"/>{text}</p> }
        })
    };
    let group = |areas: &'static [Area]| {
        let title = areas.first().map_or("", |area| area.group);
        view! {
            <section class="form-section" aria-label=title>
                <h3>{title}</h3>
                <div>{areas.iter().map(|area| one(field, area)).collect_view()}</div>
            </section>
        }
    };
    view! {
        {wrong}
        {groups.map(group).collect_view()}
    }
    .erased()
}

fn one(field: Field, area: &'static Area) -> AnyView {
    let level = Memo::new(move |_| field.form.with(|form| area.level(form.scopes)));
    let options =
        area.levels().map(|level| (level.as_str().to_owned(), area.word(level).to_owned())).collect();
    let choose = move |word: String| {
        let level = Level::parse(&word).unwrap_or(Level::None);
        field.form.update(|form| form.scopes = area.with_level(form.scopes, level));
    };
    let actions = move || match level.get() {
        _ if area.actions.is_empty() => None,
        Level::None => None,
        Level::View => Some(single(field, area)),
        Level::Full => Some(view! { <p class="muted">"Every single action is included."</p> }.erased()),
    };
    view! {
        <div class="role-area">
            <RadioGroup
                legend=area.label
                hint=area.says
                options
                value=Signal::derive(move || level.get().as_str().to_owned())
                on_change=choose
                disabled=field.readonly
            />
            {actions}
        </div>
    }
    .erased()
}

/// What may be done by whoever may otherwise only see.
fn single(field: Field, area: &'static Area) -> AnyView {
    let set = move |form: &mut CustomRoleForm, scope: Scope, on: bool| {
        let this = Scopes::of(&[scope]);
        form.scopes = if on { form.scopes.and(&[scope]) } else { form.scopes.minus(this) };
    };
    let boxes = area.actions.iter().map(|action| {
        let scope = action.scope;
        view! {
            <Checkbox
                label=action.label
                hint=action.says
                checked=Signal::derive(move || field.form.with(|form| form.scopes.has(scope)))
                on_change=move |on| field.form.update(|form| set(form, scope, on))
                disabled=field.readonly
            />
        }
    });
    view! {
        <div class="choices" role="group" aria-label=format!("{}: single actions", area.label)>
            {boxes.collect_view()}
        </div>
    }
    .erased()
}

/// All that a role allows, in words.
pub(super) fn summary(scopes: Signal<Scopes>) -> AnyView {
    let lines = move || {
        let scopes = scopes.get();
        let line = |area: &'static Area| {
            let allows = area.summary(scopes)?;
            Some(view! { <div><dt>{area.label}</dt><dd>{allows}</dd></div> })
        };
        let lines: Vec<_> = AREAS.iter().filter_map(line).collect();
        if lines.is_empty() {
            view! { <p class="muted">"Nothing yet."</p> }.erased()
        } else {
            view! { <dl>{lines}</dl> }.erased()
        }
    };
    view! {
        <section class="role-summary" aria-label="What it allows">
            <h3>"What it allows"</h3>
            {lines}
            <p class="muted">
                "It holds from the next request of each administrator who has the role. Administrators and roles are changed by Administrator With Billing alone."
            </p>
        </section>
    }
    .erased()
}
