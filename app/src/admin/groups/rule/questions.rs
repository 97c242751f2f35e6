//! The questions about rules of groups. They are loaded when one is first asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::group::{
    CountedPeople, ExceptionKind, GroupRef, GroupRule, NewException, RuleMode, RulePreview, RuleState,
    SaveRule, TestedPerson,
};
use model::list::grouped;
use model::user::{Outcome, Person};
use model::{Id, Problem};

use super::editing::Editing;
use crate::admin::people_choice::{PeopleChoice, people_field};
use crate::admin::period::EndChoice;
use crate::admin::questions::{Done, OnChanged, Question, doing, done_and_refused, refusal};
use crate::api::group_rules as api;
use crate::kit::{Contents, Erase, Notice, Pill, RadioGroup, TextArea, Tone};

/// How many are excepted in one question.
const AT_ONCE: usize = 100;

/// A question whose answer is how the rule stands then.
fn about_rule<F>(
    (title, verb): (String, &'static str),
    danger: bool,
    body: Contents,
    perform: impl Fn() -> F + Send + Sync + 'static,
    said: String,
    took: Callback<RuleState>,
) -> Question
where
    F: Future<Output = Result<RuleState, Problem>> + 'static,
{
    let perform = doing(move || {
        let (answer, said) = (perform(), said.clone());
        async move {
            took.run(answer.await?);
            Ok(Done::to_all(said))
        }
    });
    Question {
        title: Signal::stored(title),
        verb: Signal::stored(verb.to_owned()),
        danger,
        idle: Signal::stored(None),
        body,
        fields: &[],
        perform,
        counted,
        people: true,
        then: Arc::new(|_| ()),
    }
}

fn counted(count: usize) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { "user" } else { "users" })
}

/// "3 come in: Ada, Bob, Cy."
fn told(people: &CountedPeople, none: &'static str, one: &'static str, many: &'static str) -> String {
    let names: Vec<&str> = people.first.iter().map(|one| one.name.as_str()).collect();
    let rest = people.count.saturating_sub(names.len() as u64);
    let and = if rest > 0 { format!(" and {} more", grouped(rest)) } else { String::new() };
    match people.count {
        0 => none.to_owned(),
        1 => format!("1 user {one}: {}.", names.join(", ")),
        count => format!("{} users {many}: {}{and}.", grouped(count), names.join(", ")),
    }
}

/// Shows what a rule would do, and asks whether to save it.
#[lazy]
pub(super) fn save_question(
    editing: Editing,
    rule: GroupRule,
    preview: RulePreview,
    took: Callback<RuleState>,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || saving(editing, rule, preview, took))
}

fn saving(editing: Editing, rule: GroupRule, preview: RulePreview, took: Callback<RuleState>) -> Question {
    let (group, version) = editing.saved.with_untracked(|saved| (saved.group.clone(), saved.version));
    let leaving = preview.leaving.count;
    let at_once = rule.mode == RuleMode::Automatic;
    let shown = preview.clone();
    let body = move || {
        let members = match shown.members {
            1 => "1 user is found by it".to_owned(),
            count => format!("{} users are found by it", grouped(count)),
        };
        let later = (!at_once).then(|| view! { <p>"Nothing changes before it has been reviewed."</p> });
        let stops = shown.stops.then(|| {
            view! { <Notice tone=Tone::Waiting>"So many leave that the rule would stop. By saving it you let them go."</Notice> }
        });
        let tested = shown.tested.iter().map(tested).collect_view();
        view! {
            <p class="rule-words">{shown.words.clone()}</p>
            <p>{members} ", exceptions among them."</p>
            <p>{told(&shown.joining, "Nobody comes in.", "comes in", "come in")}</p>
            <p>{told(&shown.leaving, "Nobody leaves.", "leaves", "leave")}</p>
            {(leaving > 0).then(|| view! { <p>"Who leaves loses at once what comes by the group alone."</p> })}
            {later}
            {stops}
            {tested}
        }
        .erased()
    };
    let group_id = group.id;
    let perform = move || {
        let save = SaveRule { group: group_id, version, rule: Some(rule.clone()), leaving };
        async move { api::save_group_rule(save).await }
    };
    let title = format!("Rule of {}", group.name);
    let said = format!("Saved the rule of {}", group.name);
    about_rule((title, "Save the rule"), at_once && leaving > 0, body.into(), perform, said, took)
}

/// What the rule says of somebody, condition by condition.
fn tested(one: &TestedPerson) -> AnyView {
    let verdict = match (one.exception, one.matches) {
        (Some(ExceptionKind::Include), _) => (Tone::Ok, "In, by an exception"),
        (Some(ExceptionKind::Exclude), _) => (Tone::Neutral, "Not in, by an exception"),
        (None, true) => (Tone::Ok, "In"),
        (None, false) => (Tone::Neutral, "Not in"),
    };
    let now = if one.member_now { "a member now" } else { "not a member now" };
    let line = |(words, holds): &(String, bool)| {
        let says = if *holds { "Yes: " } else { "No: " };
        view! { <li><strong>{says}</strong> {words.clone()}</li> }
    };
    view! {
        <section class="rule-tested" aria-label=one.person.name.clone()>
            <h3>{one.person.name.clone()} " " <Pill tone=verdict.0 word=verdict.1/></h3>
            <p class="muted">{now}</p>
            <ul>{one.conditions.iter().map(line).collect_view()}</ul>
        </section>
    }
    .erased()
}

/// Asks whether to have members added by hand again.
#[lazy]
pub(super) fn take_away_question(
    editing: Editing,
    took: Callback<RuleState>,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || taking_away(editing, took))
}

fn taking_away(editing: Editing, took: Callback<RuleState>) -> Question {
    let (group, version) = editing.saved.with_untracked(|saved| (saved.group.clone(), saved.version));
    let body = || {
        view! { <p>"Those who are in the group stay, and are added and removed by hand from then on. The rule and its exceptions are gone."</p> }
            .erased()
    };
    let id = group.id;
    let perform = move || {
        let save = SaveRule { group: id, version, rule: None, leaving: 0 };
        async move { api::save_group_rule(save).await }
    };
    let title = format!("Take the rule away from {}", group.name);
    let said = format!("{} has no rule any more", group.name);
    about_rule((title, "Take the rule away"), true, body.into(), perform, said, took)
}

/// Asks whether a rule that stopped is to go on.
#[lazy]
pub(super) fn go_on_question(
    editing: Editing,
    leaving: u64,
    took: Callback<RuleState>,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || going_on(editing, leaving, took))
}

fn going_on(editing: Editing, leaving: u64, took: Callback<RuleState>) -> Question {
    let group = editing.saved.with_untracked(|saved| saved.group.clone());
    let body = move || {
        view! { <p>{counted(usize::try_from(leaving).unwrap_or(usize::MAX))} " lose at once what comes by the group alone."</p> }
            .erased()
    };
    let id = group.id;
    let perform = move || api::let_group_rule_go_on(id, leaving);
    let title = format!("Let the rule of {} go on", group.name);
    let said = format!("The rule of {} goes on", group.name);
    about_rule((title, "Let them leave"), true, body.into(), perform, said, took)
}

/// Asks whether to do all that a reviewed rule says.
#[lazy]
pub(super) fn accept_question(
    editing: Editing,
    counts: (u64, u64),
    took: Callback<RuleState>,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || accepting(editing, counts, took))
}

fn accepting(editing: Editing, (joining, leaving): (u64, u64), took: Callback<RuleState>) -> Question {
    let group = editing.saved.with_untracked(|saved| saved.group.clone());
    let body = move || {
        view! {
            <p>{format!("To come in: {}. To leave: {}.", grouped(joining), grouped(leaving))}</p>
            <p>"Who leaves loses at once what comes by the group alone."</p>
        }
        .erased()
    };
    let id = group.id;
    let perform = move || api::accept_group_rule(id, vec![], leaving);
    let title = format!("Accept what the rule of {} says", group.name);
    let said = format!("{} is as its rule says", group.name);
    about_rule((title, "Accept all"), leaving > 0, body.into(), perform, said, took)
}

/// Asks whom to except from a rule, which way and why.
#[lazy]
pub(super) fn except_question(group: GroupRef, on_changed: OnChanged) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || excepting(group, on_changed))
}

fn excepting(group: GroupRef, on_changed: OnChanged) -> Question {
    let people: PeopleChoice = RwSignal::new(vec![]);
    let kind = RwSignal::new(ExceptionKind::Include.as_str().to_owned());
    let (reason, end) = (RwSignal::new(String::new()), EndChoice::none());
    let kinds: Vec<_> =
        ExceptionKind::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
    let body = move || {
        view! {
            {people_field(people)}
            <RadioGroup legend="They are" options=kinds.clone() value=kind on_change=move |chosen| kind.set(chosen)/>
            <TextArea label="Reason" name="reason" value=reason on_input=move |text| reason.set(text) required=true/>
            {end.fields("The exception ends", "Never")}
        }
        .erased()
    };
    let idle = move || {
        let none = people.with(Vec::is_empty).then(|| "Choose users first.".to_owned());
        let many = || (people.with(Vec::len) > AT_ONCE).then(|| format!("At most {AT_ONCE} at once."));
        let silent = || reason.with(|reason| reason.trim().is_empty()).then(|| "Give a reason.".to_owned());
        none.or_else(many).or_else(silent).or_else(|| end.trouble())
    };
    let (id, name) = (group.id, group.name.clone());
    let perform = move || {
        let kind = kind.with_untracked(|kind| ExceptionKind::parse(kind)).unwrap_or(ExceptionKind::Include);
        let reason = reason.get_untracked();
        let new = NewException { group: id, kind, reason, ends: untrack(|| end.typed()) };
        let users: Vec<Id> = people.with_untracked(|people| people.iter().map(|one| one.id).collect());
        let name = name.clone();
        async move { Ok(excepted(&name, api::add_group_exceptions(new, users).await?)) }
    };
    Question {
        title: Signal::stored(format!("Exception from the rule of {}", group.name)),
        verb: Signal::stored("Make the exception".to_owned()),
        danger: false,
        idle: Signal::derive(idle),
        body: body.into(),
        fields: &["reason"],
        perform: doing(perform),
        counted,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

fn excepted(group: &str, outcomes: Vec<Outcome>) -> Done {
    let (done, refused) = done_and_refused(outcomes);
    let text = match done.as_slice() {
        [] => String::new(),
        [one] => format!("{} is an exception from the rule of {group}", one.name),
        many => format!("{} are exceptions from the rule of {group}", counted(many.len())),
    };
    Done { text, undo: None, refused }
}

/// Asks whether the rule is to say again of somebody whether they are in the group.
#[lazy]
pub(super) fn remove_exception_question(
    group: GroupRef,
    person: Person,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || removing(group, person, on_changed))
}

fn removing(group: GroupRef, person: Person, on_changed: OnChanged) -> Question {
    let title = format!("Remove the exception of {}", person.name);
    let said = format!("Removed the exception of {}", person.name);
    let id = group.id;
    let perform = move || {
        let said = said.clone();
        async move {
            refusal(&api::remove_group_exceptions(id, vec![person.id]).await?)?;
            Ok(Done::to_all(said))
        }
    };
    let body = || view! { <p>"The rule says again at once whether they are in the group."</p> }.erased();
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Remove the exception".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}
