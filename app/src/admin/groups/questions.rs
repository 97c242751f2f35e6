//! The questions about groups and who is in them. They are loaded when one is first asked.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::group::{AddMembers, GroupLoss, GroupRef, NewPeriod, NewSubgroup};
use model::list::grouped;
use model::user::{Outcome, Person};
use model::{Id, Problem};

use crate::admin::outcomes::{Line, lines};
use crate::admin::people_choice::{PeopleChoice, people_field};
use crate::admin::period::{PeriodChoice, period_fields};
use crate::admin::questions::{Done, OnChanged, Question, doing, done_and_refused, refusal};
use crate::api::groups as api;
use crate::kit::{Erase, Notice, ProblemText, Skeleton, Tone};

/// How many can be added in one question.
const AT_ONCE: usize = 100;

/// Asks whom to add to a group, and from when to when.
#[lazy]
pub(super) fn add_question(group: GroupRef, on_changed: OnChanged) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || adding(group, on_changed))
}

fn adding(group: GroupRef, on_changed: OnChanged) -> Question {
    let people: PeopleChoice = RwSignal::new(vec![]);
    let period = PeriodChoice::from_typed(&NewPeriod::default());
    let body = move || {
        view! {
            <p>"They get what the group gives, for as long as they are in it."</p>
            {people_field(people)}
            {period_fields(period)}
        }
        .erased()
    };
    let idle = move || {
        let none = people.with(Vec::is_empty).then(|| "Choose users first.".to_owned());
        let many = || {
            (people.with(Vec::len) > AT_ONCE)
                .then(|| format!("At most {AT_ONCE} at once. Add more of them from the list of users."))
        };
        none.or_else(many).or_else(|| period.trouble())
    };
    let (id, name) = (group.id, group.name);
    let title = format!("Add members to {name}");
    let perform = move || {
        let add = AddMembers { group: id, period: untrack(|| period.typed()) };
        let users: Vec<Id> = people.with_untracked(|people| people.iter().map(|one| one.id).collect());
        let name = name.clone();
        async move {
            let group = add.group;
            Ok(added(&name, group, api::add_group_members(add, users).await?))
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Add members".to_owned()),
        danger: false,
        idle: Signal::derive(idle),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: members,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

/// What came of adding, with the way back.
fn added(name: &str, group: Id, outcomes: Vec<Outcome>) -> Done {
    let (done, refused) = done_and_refused(outcomes);
    let ids: Vec<Id> = done.iter().map(|one| one.id).collect();
    let text = match done.as_slice() {
        [] => String::new(),
        [one] => format!("Added {} to {name}", one.name),
        many => format!("Added {} to {name}", members(many.len())),
    };
    let undo = doing(move || {
        let ids = ids.clone();
        async move {
            let count = api::remove_group_members(group, ids).await?.len();
            Ok(format!("Removed {} again", members(count)))
        }
    });
    Done { text, undo: Some(undo), refused }
}

/// "1 member", "3 members".
fn members(count: usize) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { "member" } else { "members" })
}

/// Asks whether to take somebody out of a group.
#[lazy]
pub(in crate::admin) fn remove_question(
    group: GroupRef,
    user: Person,
    period: NewPeriod,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || removing(group, user, period, on_changed))
}

fn removing(group: GroupRef, user: Person, period: NewPeriod, on_changed: OnChanged) -> Question {
    let (about, of) = (user.name.clone(), group.name.clone());
    let body = move || {
        view! {
            <p>
                {about.clone()} " loses at once what comes by " {of.clone()}
                " alone. What another way gives stays, such as a group in it."
            </p>
        }
        .erased()
    };
    let title = format!("Remove {} from {}", user.name, group.name);
    let perform = move || {
        let (group, user) = (group.clone(), user.clone());
        let add = AddMembers { group: group.id, period: period.clone() };
        async move {
            refusal(&api::remove_group_members(group.id, vec![user.id]).await?)?;
            let text = format!("Removed {} from {}", user.name, group.name);
            let undo = doing(move || {
                let (add, user, group) = (add.clone(), user.clone(), group.clone());
                async move {
                    refusal(&api::add_group_members(add, vec![user.id]).await?)?;
                    Ok(format!("{} is in {} again", user.name, group.name))
                }
            });
            Ok(Done { text, undo: Some(undo), refused: vec![] })
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Remove from the group".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: members,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Asks from when to when somebody is to be in a group.
#[lazy]
pub(in crate::admin) fn period_question(
    group: GroupRef,
    user: Person,
    period: NewPeriod,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || changing(group, user, &period, on_changed))
}

fn changing(group: GroupRef, user: Person, period: &NewPeriod, on_changed: OnChanged) -> Question {
    let (before, period) = (period.clone(), PeriodChoice::from_typed(period));
    let title = format!("Membership of {} in {}", user.name, group.name);
    let idle = move || {
        let same = (period.typed() == before).then(|| "Nothing has been changed.".to_owned());
        same.or_else(|| period.trouble())
    };
    let perform = move || {
        let (typed, text) = (untrack(|| period.typed()), format!("Changed the membership of {}", user.name));
        let (group, user) = (group.id, user.id);
        async move { api::set_membership_period(group, user, typed).await.map(|()| Done::to_all(text)) }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Change the membership".to_owned()),
        danger: false,
        idle: Signal::derive(idle),
        body: (move || period_fields(period)).into(),
        fields: &[],
        perform: doing(perform),
        counted: members,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Asks whether to take a group out of another.
#[lazy]
pub(super) fn unnest_question(
    outer: GroupRef,
    inner: GroupRef,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || unnesting(outer, inner, on_changed))
}

fn unnesting(outer: GroupRef, inner: GroupRef, on_changed: OnChanged) -> Question {
    let title = format!("Take {} out of {}", inner.name, outer.name);
    let text = format!("Took {} out of {}", inner.name, outer.name);
    let (of, whose) = (outer.name.clone(), inner.name.clone());
    let body = move || {
        view! {
            <p>
                "The members of " {whose.clone()} " lose at once what comes by " {of.clone()}
                " alone. Those who are in it in another way stay."
            </p>
        }
        .erased()
    };
    let pair = NewSubgroup { group: outer.id, subgroup: inner.id };
    let perform = move || {
        let (pair, text) = (pair.clone(), text.clone());
        async move {
            api::remove_subgroup(pair.clone()).await?;
            let undo = doing(move || {
                let pair = pair.clone();
                async move { api::add_subgroup(pair).await.map(|()| "Put it back".to_owned()) }
            });
            Ok(Done { text, undo: Some(undo), refused: vec![] })
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Take it out".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: groups,
        people: false,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Asks whether to delete groups, with who loses what.
#[lazy]
pub(super) fn delete_question(all: Vec<GroupRef>, on_deleted: OnChanged) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || deleting(all, on_deleted))
}

fn deleting(all: Vec<GroupRef>, on_deleted: OnChanged) -> Question {
    let ids: Vec<Id> = all.iter().map(|group| group.id).collect();
    let title = match all.as_slice() {
        [one] => format!("Delete {}", one.name),
        many => format!("Delete {}", groups(many.len())),
    };
    let text = title.replacen("Delete", "Deleted", 1);
    let found = RwSignal::new(None::<Result<GroupLoss, Problem>>);
    let asked = ids.clone();
    spawn_local(async move {
        let answer = api::loss_of_groups(asked).await;
        drop(found.try_set(Some(answer)));
    });
    let shown = move || match found.get() {
        None => view! { <Skeleton lines=3/> }.erased(),
        Some(Err(problem)) => view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> }.erased(),
        Some(Ok(loss)) => told(&loss),
    };
    let several = all.clone();
    let body = move || {
        let line = |group: &GroupRef| Line { face: None, name: group.name.clone(), aside: String::new() };
        let all = (several.len() > 1).then(|| lines(several.iter().map(line)));
        view! {
            <p>"This cannot be undone. The users stay, and lose at once what came by the group alone."</p>
            {all}
            <div aria-live="polite">{shown}</div>
        }
        .erased()
    };
    let idle = move || {
        found.with(|found| match found {
            None => Some("It is being looked up who is in it.".to_owned()),
            Some(Err(problem)) => Some(problem.message.clone()),
            Some(Ok(_)) => None,
        })
    };
    let perform = move || {
        let (ids, text) = (ids.clone(), text.clone());
        async move { api::delete_groups(ids).await.map(|()| Done::to_all(text)) }
    };
    Question {
        title: Signal::stored(title.clone()),
        verb: Signal::stored(title),
        danger: true,
        idle: Signal::derive(idle),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: groups,
        people: false,
        then: Arc::new(move |_| on_deleted()),
    }
}

/// Who leaves a group by it, and which groups are concerned.
fn told(loss: &GroupLoss) -> AnyView {
    let people = match (loss.people, loss.names.as_slice()) {
        (0, _) => "Nobody is in it.".to_owned(),
        (1, [one, ..]) => format!("{one} leaves it."),
        (count, names) => {
            let rest = count.saturating_sub(names.len() as u64);
            let and = if rest > 0 { format!(" and {} more", grouped(rest)) } else { String::new() };
            format!("{} users leave it: {}{and}.", grouped(count), names.join(", "))
        }
    };
    let others = (!loss.groups.is_empty()).then(|| {
        let names: Vec<_> = loss.groups.iter().map(|group| group.name.as_str()).collect();
        view! { <p>{format!("Groups in it or around it stay, without it: {}.", names.join(", "))}</p> }
    });
    view! { <p>{people}</p> {others} }.erased()
}

fn groups(count: usize) -> String {
    format!("{count} {}", if count == 1 { "group" } else { "groups" })
}
