//! Choosing which columns a list shows, and in which order.

use leptos::prelude::*;
use model::account::ColumnChoice;
use model::list::{CUSTOM, ListSpec};

use super::suggest::{NameSearch, Suggestions};
use super::{Button, Dialog, Erase, IconButton, Look, RadioGroup, TableColumn, TextField, lower};

const FIRST_LAST: &str = "first_last";
const LAST_FIRST: &str = "last_first";

/// The dialog "Edit columns".
#[component]
pub fn EditColumns(
    open: RwSignal<bool>,
    spec: &'static ListSpec,
    /// What holds now.
    #[prop(into)]
    choice: Signal<ColumnChoice>,
    /// Whether names can be written either way round.
    #[prop(optional)]
    names: bool,
    /// Finds names of custom attributes, for lists whose rows have some.
    #[prop(optional)]
    attributes: Option<NameSearch>,
    #[prop(optional, into)] busy: Signal<bool>,
    on_save: Callback<ColumnChoice>,
) -> impl IntoView {
    let draft = RwSignal::new(ColumnChoice::default());
    let (typed, suggestions) = (RwSignal::new(String::new()), Suggestions::new(attributes));
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
            suggestions.ask(String::new());
            draft.set(choice.get_untracked().kept_first());
        }
    });
    let body = move || {
        let order =
            move || draft.with(|draft| if draft.last_first { LAST_FIRST } else { FIRST_LAST }.to_owned());
        view! {
            {names.then(|| view! {
                <RadioGroup
                    legend="Names"
                    options=vec![
                        (FIRST_LAST.to_owned(), "First Last".to_owned()),
                        (LAST_FIRST.to_owned(), "Last, First".to_owned()),
                    ]
                    value=Signal::derive(order)
                    on_change=move |order| draft.update(|draft| draft.last_first = order == LAST_FIRST)
                />
            })}
            <div class="chooser">
                <section>
                    <h3>"Selected"</h3>
                    <ul>{selected(spec, draft)}</ul>
                </section>
                <section>
                    <h3>"Available"</h3>
                    <TextField
                        label="Find a column"
                        kind="search"
                        value=typed
                        on_input=move |text: String| {
                            suggestions.ask(text.clone());
                            typed.set(text);
                        }
                    />
                    <ul>{available(spec, draft, typed, suggestions.found)}</ul>
                </section>
            </div>
        }
    };
    let reset = move || {
        let columns = TableColumn::default_ones(spec).into_iter().map(|column| column.key);
        let plain = columns.filter(|key| spec.column(key).is_some_and(|column| !column.fixed)).collect();
        draft.update(|draft| (draft.columns, draft.kept) = (plain, None));
    };
    let footer = move || {
        view! {
            <Button look=Look::Quiet on_press=reset>"Back to default"</Button>
            <Button on_press=move || open.set(false)>"Cancel"</Button>
            <Button look=Look::Primary busy=busy on_press=move || on_save.run(draft.get_untracked().kept_first())>
                "Save columns"
            </Button>
        }
    };
    view! { <Dialog open title="Edit columns".to_owned() wide=true body=body.into() footer=footer.into()/> }
}

fn selected(spec: &'static ListSpec, draft: RwSignal<ColumnChoice>) -> impl Fn() -> AnyView + Send + Sync {
    let swap = move |a: usize, b: usize| {
        draft.update(|draft| {
            if a.max(b) < draft.columns.len() {
                draft.columns.swap(a, b);
            }
        });
    };
    move || {
        let fixed = spec.columns.iter().filter(|column| column.fixed).map(|column| {
            view! { <li class="fixed"><span>{column.label}</span><span class="muted">"always"</span></li> }
        });
        let ColumnChoice { columns: keys, kept, .. } = draft.get();
        let columns = TableColumn::all(spec, keys.iter().map(String::as_str));
        let chosen = columns.into_iter().filter(|column| keys.contains(&column.key)).enumerate();
        let chosen = chosen.map(|(index, TableColumn { key, label, .. })| {
            // What stays in view has its place, which is the first.
            let free = kept.as_ref() != Some(&key);
            let up = (free && index > 0).then(|| view! {
                <IconButton icon="chevron-up" label=format!("Move {label} up") on_press=move || swap(index - 1, index)/>
            });
            let down = (free && index + 1 < keys.len()).then(|| view! {
                <IconButton icon="chevron-down" label=format!("Move {label} down") on_press=move || swap(index, index + 1)/>
            });
            let keep = {
                let key = key.clone();
                move || draft.update(|draft| draft.kept = free.then(|| key.clone()))
            };
            let remove = move || {
                draft.update(|draft| {
                    draft.columns.retain(|column| *column != key);
                    draft.kept.take_if(|kept| *kept == key);
                });
            };
            view! {
                <li>
                    <span>{label.clone()}</span>
                    {up}
                    {down}
                    <IconButton icon="pin" label=format!("Keep {label} in view") pressed=!free on_press=keep/>
                    <IconButton icon="x" label=format!("Remove {label}") on_press=remove/>
                </li>
            }
        });
        (fixed.collect_view(), chosen.collect_view()).erased()
    }
}

fn available(
    spec: &'static ListSpec,
    draft: RwSignal<ColumnChoice>,
    typed: RwSignal<String>,
    attributes: RwSignal<Vec<String>>,
) -> impl Fn() -> AnyView + Send + Sync {
    move || {
        let text = lower(typed.get().trim());
        let named = |label: &str| text.is_empty() || lower(label).contains(&text);
        let own = spec.columns.iter().filter(|column| !column.fixed);
        let own = own.map(|column| (column.key.to_owned(), column.label.to_owned()));
        let custom = attributes.get().into_iter().map(|name| (format!("{CUSTOM}{name}"), name));
        let left = own
            .chain(custom)
            .filter(|(key, label)| named(label) && draft.with(|draft| !draft.columns.contains(key)));
        let row = |(key, label): (String, String)| {
            let note = key.starts_with(CUSTOM).then(|| view! { <span class="muted">"attribute"</span> });
            let add = move || draft.update(|draft| draft.columns.push(key.clone()));
            view! {
                <li>
                    <span>{label.clone()}</span>
                    {note}
                    <IconButton icon="plus" label=format!("Add {label}") on_press=add/>
                </li>
            }
        };
        let rows: Vec<_> = left.map(row).collect();
        let none =
            rows.is_empty().then(|| view! { <li class="fixed"><span>"Nothing is called that."</span></li> });
        (rows, none).erased()
    }
}
