//! Forms drawn from their tables. A form is a table of fields and a value whose fields are read and
//! written by name, so that each further form costs the browser its table and no code.

use std::sync::Arc;

use leptos::prelude::*;
use model::Id;
use model::form::{FieldKind, FormField, FormSection, FormValues, Several, part_name};
use model::user::Person;

use super::{
    Button, Erase, FormFaults, IconButton, PersonField, PersonSearch, SelectField, Show, Switch, TextArea,
    TextField,
};

/// A form of any type, read and written through the signal that holds it.
trait Bound: Send + Sync {
    fn read(&self, read: &mut dyn FnMut(&dyn FormValues));
    fn write(&self, write: &mut dyn FnMut(&mut dyn FormValues));
}

impl<F: FormValues + Send + Sync + 'static> Bound for RwSignal<F> {
    fn read(&self, read: &mut dyn FnMut(&dyn FormValues)) {
        self.with(|form| read(form));
    }

    fn write(&self, write: &mut dyn FnMut(&mut dyn FormValues)) {
        self.update(|form| write(form));
    }
}

/// What a field that holds a person needs beside the person's id.
#[derive(Clone, Copy)]
pub struct PersonChoice {
    /// The person whom the form names, whose name the form does not have.
    pub chosen: RwSignal<Option<Person>>,
    pub search: PersonSearch,
    /// Somebody who cannot be chosen.
    pub except: Option<Id>,
}

/// A form as its fields need it.
#[derive(Clone, Copy)]
pub struct FormState {
    form: StoredValue<Arc<dyn Bound>>,
    readonly: Signal<bool>,
    person: Option<PersonChoice>,
    /// The keys of fields that are not shown.
    without: &'static [&'static str],
    faults: Option<FormFaults>,
}

impl FormState {
    pub fn new<F: FormValues + Send + Sync + 'static>(form: RwSignal<F>, readonly: Signal<bool>) -> Self {
        Self {
            form: StoredValue::new(Arc::new(form)),
            readonly,
            person: None,
            without: &[],
            faults: use_context(),
        }
    }

    #[must_use]
    pub fn with_person(self, person: PersonChoice) -> Self {
        Self { person: Some(person), ..self }
    }

    #[must_use]
    pub fn without(self, without: &'static [&'static str]) -> Self {
        Self { without, ..self }
    }

    fn text(self, name: &str) -> String {
        let mut text = String::new();
        self.form.with_value(|form| form.read(&mut |form| text = form.text(name)));
        text
    }

    fn flag(self, name: &str) -> bool {
        let mut on = false;
        self.form.with_value(|form| form.read(&mut |form| on = form.flag(name)));
        on
    }

    fn count(self, name: &str) -> usize {
        let mut count = 0;
        self.form.with_value(|form| form.read(&mut |form| count = form.count(name)));
        count
    }

    fn write(self, write: &mut dyn FnMut(&mut dyn FormValues)) {
        self.form.with_value(|form| form.write(write));
    }

    fn set_text(self, name: &str, text: &str) {
        self.write(&mut |form| form.set_text(name, text.to_owned()));
    }
}

/// The sections of a form, each under its heading.
pub fn form_sections(state: FormState, sections: &'static [FormSection]) -> AnyView {
    let section = |section: &'static FormSection| {
        view! {
            <section class="form-section" aria-label=section.title>
                <h3>{section.title}</h3>
                {form_fields(state, section.fields)}
            </section>
        }
    };
    sections.iter().map(section).collect_view().erased()
}

/// Fields without a heading: neighbours of one kind share a frame.
pub fn form_fields(state: FormState, fields: &'static [FormField]) -> AnyView {
    let shown: Vec<_> = fields.iter().filter(|field| !state.without.contains(&field.key)).collect();
    let framed = |group: &[&'static FormField]| {
        let class = group.first().and_then(|field| frame(&field.kind));
        let views = group.iter().map(|field| draw(state, field.key.to_owned(), field)).collect_view();
        view! { <div class=class>{views}</div> }
    };
    shown.chunk_by(|one, next| frame(&one.kind) == frame(&next.kind)).map(framed).collect_view().erased()
}

/// The class of the frame around fields of a kind.
const fn frame(kind: &FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Switch => Some("choices"),
        FieldKind::Several(_) => None,
        FieldKind::Line | FieldKind::Lines | FieldKind::Choice(_) | FieldKind::Person => Some("fields"),
    }
}

/// One field under its name in the form, which is its key or that of a part of several.
fn draw(state: FormState, name: String, field: &'static FormField) -> AnyView {
    let FormField { label, required, hint, .. } = *field;
    let readonly = state.readonly;
    let this = name.clone();
    let value = Signal::derive(move || state.text(&this));
    let this = name.clone();
    let set = Callback::new(move |text: String| state.set_text(&this, &text));
    match field.kind {
        FieldKind::Line => {
            view! { <TextField label name value on_input=set required hint readonly/> }.erased()
        }
        FieldKind::Lines => view! {
            <div class="whole"><TextArea label name value on_input=set required hint readonly/></div>
        }
        .erased(),
        FieldKind::Choice(choices) => {
            let choice = |(key, word): &(&str, &str)| ((*key).to_owned(), (*word).to_owned());
            let options = Signal::stored(choices.iter().map(choice).collect::<Vec<_>>());
            view! { <SelectField label name options value on_change=set required hint disabled=readonly/> }
                .erased()
        }
        FieldKind::Switch => {
            let this = name.clone();
            let checked = Signal::derive(move || state.flag(&this));
            let set = move |on| state.write(&mut |form| form.set_flag(&name, on));
            view! { <Switch label hint checked on_change=set disabled=readonly/> }.erased()
        }
        FieldKind::Person => match state.person {
            Some(choice) => person(state, name, label, choice),
            None => ().erased(),
        },
        FieldKind::Several(several) => draw_several(state, field.key, several),
    }
}

fn person(state: FormState, name: String, label: &'static str, choice: PersonChoice) -> AnyView {
    let PersonChoice { chosen, search, except } = choice;
    let this = name.clone();
    let choose = move |person: Option<Person>| {
        let id = person.as_ref().map(|person| person.id.to_string()).unwrap_or_default();
        state.set_text(&this, &id);
        chosen.set(person);
    };
    let readonly = state.readonly;
    view! { <PersonField label name value=chosen on_change=choose search except readonly/> }.erased()
}

/// All of several, one below the other, and the button that adds one.
fn draw_several(state: FormState, key: &'static str, several: &'static Several) -> AnyView {
    let count = Memo::new(move |_| state.count(key));
    let full =
        move || (count.get() >= several.most).then(|| format!("There can be {} at most.", several.most));
    let add = move || state.write(&mut |form| form.add(key));
    view! {
        <div class="several">
            {move || (0..count.get()).map(|place| one_of(state, key, several, place)).collect_view()}
            <Show when=move || !state.readonly.get()>
                <Button icon="plus" small=true disabled_because=Signal::derive(full) on_press=add>
                    {format!("Add {}", several.one)}
                </Button>
            </Show>
        </div>
    }
    .erased()
}

fn one_of(state: FormState, key: &'static str, several: &'static Several, place: usize) -> AnyView {
    let draw = |field: &'static FormField| draw(state, part_name(key, place, field.key), field);
    let mut fields = several.fields.iter().map(draw).collect_view().erased();
    if several.card {
        fields = view! { <div class="fields">{fields}</div> }.erased();
    }
    let remove = move || {
        // Faults name places, and those move.
        if let Some(faults) = state.faults {
            faults.clear();
        }
        state.write(&mut |form| form.remove(key, place));
    };
    view! {
        <div
            class="one"
            class:card=several.card
            role="group"
            aria-label=format!("{} {}", several.title, place + 1)
        >
            {fields}
            <Show when=move || !state.readonly.get()>
                <IconButton icon="trash-2" label=format!("Remove {} {}", several.one, place + 1) on_press=remove/>
            </Show>
        </div>
    }
    .erased()
}
