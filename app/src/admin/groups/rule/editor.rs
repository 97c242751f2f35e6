//! The fields of a rule: blocks of conditions in one another.

use std::collections::HashMap;

use leptos::prelude::*;
use model::group::{Comparison, DEPTH_MAX, Join, RULE_FIELDS, RuleKind};
use model::list::CUSTOM;
use model::user::Person;

use super::tree::{Block, Condition, Maker, Part};
use crate::admin::group_field::GroupField;
use crate::admin::user_stats::{find_attributes, find_users};
use crate::kit::{Button, Erase, IconButton, PersonField, SelectField, TextArea, TextField};

/// What is wrong with conditions, by their numbers.
pub(super) type Faults = RwSignal<HashMap<u32, String>>;

/// What all parts of the editor share.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub maker: Maker,
    pub faults: Faults,
    pub readonly: Signal<bool>,
}

/// A block with all that lies in it; `depth` counts from 1.
pub(super) fn block(editor: Editor, of: Block, depth: usize, remove: Option<Callback<()>>) -> AnyView {
    let joins =
        Join::ALL.iter().map(|join| (join.as_str().to_owned(), join.label().to_owned())).collect::<Vec<_>>();
    let join = Signal::derive(move || of.join.get().as_str().to_owned());
    let choose = move |text: String| {
        if let Some(join) = Join::parse(&text) {
            of.join.set(join);
        }
    };
    let name = if depth == 1 { "Which hold" } else { "Which hold in this block" };
    // The item is no erased view: the browser could not take over a list of those.
    let part = move |part: Part| {
        let take_out = Callback::new(move |()| {
            of.parts.update(|parts| parts.retain(|one| one.number() != part.number()));
        });
        let shown = match part {
            Part::Condition(one) => condition(editor, one, take_out),
            Part::Block(inner) => block(editor, inner, depth + 1, Some(take_out)),
        };
        view! { <li>{shown}</li> }
    };
    let add_condition = move || {
        let new = Part::Condition(editor.maker.condition());
        of.parts.update(|parts| parts.push(new));
    };
    let add_block = move || {
        let new = Part::Block(editor.maker.block());
        of.parts.update(|parts| parts.push(new));
    };
    let deeper = depth < DEPTH_MAX;
    let buttons = move || {
        (!editor.readonly.get()).then(|| {
            view! {
                <div class="line">
                    <Button small=true icon="plus" on_press=add_condition>"Add condition"</Button>
                    {deeper.then(|| view! { <Button small=true icon="plus" on_press=add_block>"Add block"</Button> })}
                </div>
            }
        })
    };
    let removal = remove.map(|remove| {
        move || {
            (!editor.readonly.get()).then(
                || view! { <IconButton icon="x" label="Remove the block" on_press=move || remove.run(())/> },
            )
        }
    });
    view! {
        <div class="rule-block" role="group" aria-label=if depth == 1 { "Rule" } else { "Block" }>
            <div class="rule-head">
                <SelectField
                    label=name
                    name=format!("rule-join-{}", of.number)
                    options=Signal::stored(joins)
                    value=join
                    on_change=choose
                    disabled=editor.readonly
                />
                {removal}
            </div>
            <ul class="rule-parts">
                <For each=move || of.parts.get() key=Part::number children=part/>
            </ul>
            {buttons}
        </div>
    }
    .erased()
}

fn fields() -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        RULE_FIELDS.iter().map(|field| (field.key.clone(), field.label.clone())).collect();
    fields.push((CUSTOM.to_owned(), "Custom attribute".to_owned()));
    fields
}

fn condition(editor: Editor, of: Condition, take_out: Callback<()>) -> AnyView {
    let number = of.number;
    let mended = move || {
        editor.faults.update(|faults| drop(faults.remove(&number)));
    };
    let operators = Signal::derive(move || {
        of.kind()
            .operators()
            .iter()
            .map(|one| (one.as_str().to_owned(), one.label().to_owned()))
            .collect::<Vec<_>>()
    });
    let operator = Signal::derive(move || of.operator.get().as_str().to_owned());
    let choose_field = move |field: String| {
        mended();
        of.choose(field);
    };
    let choose_operator = move |text: String| {
        mended();
        if let Some(operator) = Comparison::parse(&text) {
            of.operator.set(operator);
        }
    };
    let fault = move || {
        let fault = editor.faults.with(|faults| faults.get(&number).cloned());
        fault.map(|text| view! { <p class="error" role="alert">{text}</p> })
    };
    // What is typed stays where another comparison takes it, too.
    let shape = Memo::new(move |_| (of.kind(), shape_of(of)));
    let value = move || {
        let (kind, shape) = shape.get();
        value_field(editor, of, kind, shape, mended)
    };
    let custom = move || {
        (of.field.get() == CUSTOM).then(|| {
            let names = RwSignal::new(Vec::<String>::new());
            let look = move |text: String| {
                mended();
                of.custom.set(text.clone());
                leptos::task::spawn_local(async move {
                    let found = find_attributes(text).await;
                    drop(names.try_set(found));
                });
            };
            view! {
                <TextField
                    label="Name of the custom attribute"
                    name=format!("rule-custom-{number}")
                    value=of.custom
                    on_input=look
                    suggestions=names
                    readonly=editor.readonly
                    required=true
                />
            }
        })
    };
    let removal = move || {
        (!editor.readonly.get()).then(|| {
            view! { <IconButton icon="x" label="Remove the condition" on_press=move || take_out.run(())/> }
        })
    };
    view! {
        <div class="rule-condition" role="group" aria-label="Condition">
            <div class="rule-fields">
                <SelectField
                    label="Field"
                    name=format!("rule-field-{number}")
                    options=Signal::stored(fields())
                    value=of.field
                    on_change=choose_field
                    disabled=editor.readonly
                />
                {custom}
                <SelectField
                    label="Comparison"
                    name=format!("rule-operator-{number}")
                    options=operators
                    value=operator
                    on_change=choose_operator
                    disabled=editor.readonly
                />
                {value}
            </div>
            {removal}
            {fault}
        </div>
    }
    .erased()
}

/// What a value is typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    None,
    Line,
    Lines,
    Days,
    Day,
}

fn shape_of(of: Condition) -> Shape {
    let operator = of.operator.get();
    match operator {
        Comparison::InLastDays | Comparison::OlderThanDays => Shape::Days,
        Comparison::Before | Comparison::Since => Shape::Day,
        other => match other.values() {
            (0, _) => Shape::None,
            (_, 1) => Shape::Line,
            _ => Shape::Lines,
        },
    }
}

fn value_field(
    editor: Editor,
    of: Condition,
    kind: RuleKind,
    shape: Shape,
    mended: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let name = format!("rule-value-{}", of.number);
    let readonly = editor.readonly;
    let typed = move |text: String| {
        mended();
        of.text.set(text);
    };
    match (kind, shape) {
        (_, Shape::None) => ().erased(),
        (RuleKind::Manager, _) => {
            let choose = move |person: Option<Person>| {
                mended();
                of.person.set(person);
            };
            view! {
                <PersonField label="Person" name value=of.person on_change=choose search=find_users required=true readonly/>
            }
            .erased()
        }
        (RuleKind::Group, _) => view! { <GroupField label="User group" name value=of.group readonly/> }.erased(),
        (RuleKind::Choice(choices), _) => {
            let mut options = vec![(String::new(), "Choose…".to_owned())];
            options.extend(choices.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())));
            view! {
                <SelectField
                    label="Value"
                    name
                    options=Signal::stored(options)
                    value=of.text
                    on_change=typed
                    disabled=readonly
                />
            }
            .erased()
        }
        (_, Shape::Lines) => {
            view! { <TextArea label="Values, one to a line" name value=of.text on_input=typed required=true readonly/> }
                .erased()
        }
        (_, Shape::Days) => {
            view! { <TextField label="Days" name kind="number" value=of.text on_input=typed required=true readonly/> }
                .erased()
        }
        (_, Shape::Day) => {
            view! { <TextField label="Day, in UTC" name kind="date" value=of.text on_input=typed required=true readonly/> }
                .erased()
        }
        (_, Shape::Line) => {
            view! { <TextField label="Value" name value=of.text on_input=typed required=true readonly/> }.erased()
        }
    }
}
