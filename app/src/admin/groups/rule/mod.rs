//! The rule of a group: by which people are in it, what it stopped at or waits for, and who is excepted.

mod editing;
mod editor;
mod exceptions;
mod questions;
mod standing;
mod tree;

use leptos::{prelude::*, task::spawn_local};
use model::group::{Group, GroupRef, RuleMode, RuleState};
use model::{Operation, Problem};

pub(super) use editing::RuleEditor;

use crate::admin::people_choice::optional_people_field;
use crate::admin::questions::questions;
use crate::api::group_rules as api;
use crate::kit::{
    Button, Erase, Failed, Look, Notice, ProblemText, RadioGroup, Skeleton, TextField, Tone, keep_focus,
};
use crate::viewer::account;
use editing::{Editing, STATIC};
use editor::{Editor, block};
use exceptions::Exceptions;
use questions::{save_question, take_away_question};
use standing::standing;

#[component]
pub(super) fn RuleTab(group: Memo<Group>, rules: RuleEditor, on_changed: Callback<()>) -> impl IntoView {
    let id = group.with_untracked(|group| group.id);
    let state = Resource::new(|| (), move |()| api::read_group_rule(id));
    let retry = Callback::new(move |()| state.refetch());
    let by_rule = Memo::new(move |_| group.with(|group| group.by_rule));
    let readonly = Signal::derive(move || refusal().is_some());
    let took = Callback::new(move |state: RuleState| {
        rules.take_in(state);
        on_changed.run(());
    });
    // Beside the rule, not within what waits for it: a list that waits in there would not be taken over.
    let exceptions = move || {
        let named = group.with_untracked(|group| GroupRef { id: group.id, name: group.form.name.clone() });
        by_rule.get().then(|| view! { <Exceptions group=named readonly took/> })
    };
    view! {
        <Transition fallback=|| view! { <Skeleton lines=8/> }>
            {move || state.get().map(|found| {
                keep_focus();
                match found {
                    Ok(state) => tab(rules.open(state), readonly, took),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                }
            })}
        </Transition>
        {exceptions}
    }
    .erased()
}

/// Why the rule can only be looked at.
fn refusal() -> Option<String> {
    let account = account();
    account.refusal(Operation::SetGroupRule).or_else(|| account.refusal(Operation::ListUsers))
}

fn tab(editing: Editing, readonly: Signal<bool>, took: Callback<RuleState>) -> AnyView {
    let refusal = Signal::derive(refusal);
    view! {
        {move || standing(editing, readonly, took)}
        <section class="group-part" aria-label="Rule">{form(editing, refusal, readonly, took)}</section>
    }
    .erased()
}

fn form(
    editing: Editing,
    refusal: Signal<Option<String>>,
    readonly: Signal<bool>,
    took: Callback<RuleState>,
) -> AnyView {
    let mut ways = vec![(STATIC.to_owned(), "They are added by hand".to_owned())];
    ways.extend(RuleMode::ALL.iter().map(|mode| {
        let word = match mode {
            RuleMode::Automatic => "By a rule, at once",
            RuleMode::Reviewed => "By a rule, after a review",
        };
        (mode.as_str().to_owned(), word.to_owned())
    }));
    let by_rule = move || editing.mode.with(|mode| mode != STATIC);
    let editor = Editor { maker: editing.maker, faults: editing.faults, readonly };
    let rule = move || {
        by_rule().then(|| {
            let tree = editing.tree.get();
            let brake_error = Signal::derive(move || editing.brake_fault.get());
            view! {
                {block(editor, tree, 1, None)}
                {move || editing.fault.get().map(|text| view! { <p class="error" role="alert">{text}</p> })}
                <TextField
                    label="Stop when more than this share would leave, in percent"
                    name="brake"
                    kind="number"
                    value=editing.brake
                    on_input=move |text| {
                        editing.brake_fault.set(None);
                        editing.brake.set(text);
                    }
                    hint="The rule then changes nothing until an administrator has looked at it. It counts who left in the last hour; up to 5 may always leave."
                    error=brake_error
                    readonly
                />
                {move || (!readonly.get()).then(|| view! {
                    <div class="rule-test">
                        <h3>"Try it with people"</h3>
                        <p class="muted">"The preview says of each whether the rule finds them, and by which conditions."</p>
                        {optional_people_field(editing.tested)}
                    </div>
                })}
            }
        })
    };
    let note = move || {
        refusal.get().map(|why| {
            view! { <Notice tone=Tone::Info>"You can look at the rule, but not change it. " {why}</Notice> }
        })
    };
    view! {
        {note}
        <RadioGroup
            legend="Who is in the group"
            options=ways
            value=editing.mode
            on_change=move |mode| editing.mode.set(mode)
            disabled=readonly
        />
        {rule}
        {move || (!readonly.get()).then(|| buttons(editing, took))}
    }
    .erased()
}

/// The preview and what follows from it.
fn buttons(editing: Editing, took: Callback<RuleState>) -> AnyView {
    let questions = questions();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let preview = move || {
        problem.set(None);
        let Some(draft) = untrack(|| editing.draft()) else {
            questions.load(take_away_question(editing, took));
            return;
        };
        let Ok(draft) = draft else { return };
        let tested = editing.tested.with_untracked(|people| people.iter().map(|one| one.id).collect());
        busy.set(true);
        spawn_local(async move {
            let answer = api::preview_group_rule(editing.group, draft.clone(), tested).await;
            busy.try_set(false);
            match answer {
                Ok(preview) => questions.load(save_question(editing, draft, preview, took)),
                Err(wrong) => {
                    editing.show(&wrong);
                    drop(problem.try_set(Some(wrong)));
                }
            }
        });
    };
    let idle = Signal::derive(move || {
        let none = editing.tested.with(Vec::is_empty) || editing.mode.with(|mode| mode == STATIC);
        (!editing.changed() && none).then(|| "Nothing has been changed.".to_owned())
    });
    let verb =
        move || if editing.mode.with(|mode| mode == STATIC) { "Save…" } else { "Preview and save…" };
    view! {
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
        <div class="line">
            <Button look=Look::Primary busy disabled_because=idle on_press=preview>{verb}</Button>
            {move || editing.changed().then(|| view! {
                <Button on_press=move || editing.discard()>"Discard changes"</Button>
            })}
        </div>
    }
    .erased()
}
