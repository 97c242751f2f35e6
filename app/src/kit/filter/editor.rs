//! The three steps of making a filter: which column, how, and what.

use leptos::prelude::*;
use model::list::{CUSTOM, FilterKind, ListSpec};
use model::user::Person;

use super::draft::{Draft, How};
use crate::kit::suggest::{NameSearch, Suggestions};
use crate::kit::{Checkbox, Erase, PersonField, PersonSearch, SelectField, TextArea, TextField};

#[component]
pub(super) fn Editor(
    spec: &'static ListSpec,
    draft: RwSignal<Draft>,
    people: Option<PersonSearch>,
    attributes: Option<NameSearch>,
    more: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let suggestions = Suggestions::new(attributes);
    let columns = spec.columns.iter().filter(|column| column.filter.is_some());
    let columns = columns.map(|column| (column.key.to_owned(), column.label.to_owned()));
    let custom = spec.custom.then(|| (CUSTOM.to_owned(), "Custom attribute".to_owned()));
    let columns: Vec<_> = columns.chain(custom).collect();
    let column = Memo::new(move |_| draft.with(|draft| draft.column.clone()));
    let conditions = move || {
        let all = Draft::conditions(spec, &column.get()).iter();
        all.map(|how| (how.key().to_owned(), how.word().to_owned())).collect::<Vec<_>>()
    };
    let how = Signal::derive(move || draft.with(|draft| draft.how.key().to_owned()));
    let takes_values = Memo::new(move |_| draft.with(|draft| draft.how.takes_values()));
    view! {
        <SelectField
            label="Column"
            options=Signal::stored(columns)
            value=column
            on_change=move |key: String| draft.set(Draft::of(spec, &key))
        />
        {move || (column.get() == CUSTOM).then(|| attribute_control(draft, suggestions))}
        <SelectField
            label="Condition"
            options=Signal::derive(conditions)
            value=how
            on_change=move |key: String| draft.update(|draft| draft.turn(&key))
        />
        {move || takes_values.get().then(|| {
            let column = column.get();
            let more = more.get().into_iter().filter(|(of, _)| *of == column).map(|(_, value)| value);
            value_control(spec.column(&column).and_then(|column| column.filter), draft, people, more.collect())
        })}
    }
}

/// Which custom attribute.
fn attribute_control(draft: RwSignal<Draft>, suggestions: Suggestions) -> AnyView {
    suggestions.ask(draft.with_untracked(|draft| draft.attribute.clone()));
    let name = Signal::derive(move || draft.with(|draft| draft.attribute.clone()));
    let error = Signal::derive(move || draft.with(Draft::attribute_fault));
    let set = move |name: String| {
        suggestions.ask(name.clone());
        draft.update(|draft| draft.attribute = name);
    };
    view! {
        <TextField label="Name of the attribute" value=name on_input=set error suggestions=suggestions.found/>
    }
    .erased()
}

fn value_control(
    kind: Option<FilterKind>,
    draft: RwSignal<Draft>,
    people: Option<PersonSearch>,
    more: Vec<String>,
) -> AnyView {
    match kind {
        Some(FilterKind::Choice(choices)) => choice_control(choices, more, draft),
        Some(FilterKind::Flag) => flag_control(draft),
        Some(FilterKind::Time) => {
            let how = Memo::new(move |_| draft.with(|draft| draft.how));
            (move || time_control(how.get(), draft)).erased()
        }
        // Where people cannot be looked for, their ids are typed.
        Some(FilterKind::Person) => {
            people.map_or_else(|| text_control(draft), |search| person_control(draft, search))
        }
        Some(FilterKind::Text) | None => text_control(draft),
    }
}

fn choice_control(
    choices: &'static [(&'static str, &'static str)],
    more: Vec<String>,
    draft: RwSignal<Draft>,
) -> AnyView {
    let option = |(value, word): (String, String)| {
        let this = value.clone();
        let checked = Signal::derive(move || draft.with(|draft| draft.values.contains(&this)));
        view! { <Checkbox label=word checked on_change=move |on| draft.update(|draft| draft.tick(&value, on))/> }
    };
    let choices = choices.iter().map(|(value, word)| ((*value).to_owned(), (*word).to_owned()));
    let all = choices.chain(more.into_iter().map(|value| (value.clone(), value)));
    view! {
        <div class="options" role="group" aria-label="Values">{all.map(option).collect_view()}</div>
    }
    .erased()
}

fn flag_control(draft: RwSignal<Draft>) -> AnyView {
    let options = vec![(Draft::YES.to_owned(), "Yes".to_owned()), (Draft::NO.to_owned(), "No".to_owned())];
    view! {
        <SelectField
            label="Value"
            options=Signal::stored(options)
            value=Signal::derive(move || draft.with(Draft::only))
            on_change=move |value| draft.update(|draft| draft.set_only(value))
        />
    }
    .erased()
}

fn time_control(how: How, draft: RwSignal<Draft>) -> AnyView {
    let value = Signal::derive(move || draft.with(Draft::only));
    let set = move |value| draft.update(|draft| draft.set_only(value));
    let (label, kind) = if how.counts_days() { ("Days", "number") } else { ("Date", "date") };
    view! { <TextField label kind value on_input=set/> }.erased()
}

fn person_control(draft: RwSignal<Draft>, search: PersonSearch) -> AnyView {
    let person = RwSignal::new(None);
    let chosen = move |chosen: Option<Person>| {
        draft.update(|draft| {
            draft.set_only(chosen.as_ref().map_or_else(String::new, |one| one.id.to_string()));
        });
        person.set(chosen);
    };
    view! { <PersonField label="Person" value=person on_change=chosen search/> }.erased()
}

fn text_control(draft: RwSignal<Draft>) -> AnyView {
    let value = Signal::derive(move || draft.with(|draft| draft.values.join("\n")));
    let set = move |text: String| {
        draft.update(|draft| draft.values = text.split('\n').map(str::to_owned).collect());
    };
    view! { <TextArea label="Values" hint="One per line; any of them will do." value on_input=set/> }.erased()
}
