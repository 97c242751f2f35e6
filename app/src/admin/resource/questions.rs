//! The questions about who reaches a resource. They are loaded when one is first asked.

use std::future::Future;
use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::access::{AccessLoss, BOUND_AT_ONCE, Binding, BoundKind};
use model::list::grouped;
use model::{Id, Problem};

use super::Named;
use crate::admin::people_choice::{PeopleChoice, people_field};
use crate::admin::questions::OnChanged;
use crate::admin::questions::{Done, Question, doing, done_and_refused, refusal};
use crate::api::access;
use crate::kit::{Erase, Notice, ProblemText, Skeleton, Tone};

/// Asks whom to bind to a resource.
#[lazy]
pub(super) fn bind_users_question(
    of: Named,
    noun: &'static str,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || binding(of, noun, on_changed))
}

fn binding((id, name): Named, noun: &'static str, on_changed: OnChanged) -> Question {
    let people: PeopleChoice = RwSignal::new(vec![]);
    let body =
        move || view! { <p>{format!("They reach {noun} at once.")}</p> {people_field(people)} }.erased();
    let idle = move || {
        let none = people.with(Vec::is_empty).then(|| "Choose users first.".to_owned());
        none.or_else(|| {
            (people.with(Vec::len) > BOUND_AT_ONCE).then(|| format!("At most {BOUND_AT_ONCE} at once."))
        })
    };
    let title = format!("Bind users to {name}");
    let perform = move || {
        let ids: Vec<Id> = people.with_untracked(|people| people.iter().map(|one| one.id).collect());
        let name = name.clone();
        async move {
            let outcomes = access::bind(Binding { resource: id, bound: BoundKind::User, ids }).await?;
            let (done, refused) = done_and_refused(outcomes);
            let text = match done.as_slice() {
                [] => String::new(),
                [one] => format!("Bound {} to {name}", one.name),
                many => format!("Bound {} users to {name}", grouped(many.len() as u64)),
            };
            let ids: Vec<Id> = done.iter().map(|one| one.id).collect();
            let undo = doing(move || {
                let binding = Binding { resource: id, bound: BoundKind::User, ids: ids.clone() };
                async move { access::unbind(binding).await.map(|_| "Unbound again".to_owned()) }
            });
            Ok(Done { text, undo: Some(undo), refused })
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Bind users".to_owned()),
        danger: false,
        idle: Signal::derive(idle),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: |count| format!("{count} users"),
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Asks whether to unbind somebody or a group from a resource, with who loses it.
#[lazy]
pub(in crate::admin) fn unbind_question(
    of: Named,
    bound: BoundKind,
    who: Named,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || unbinding(of, bound, who, on_changed))
}

fn unbinding((id, name): Named, bound: BoundKind, (who, called): Named, on_changed: OnChanged) -> Question {
    let asked = Binding { resource: id, bound, ids: vec![who] };
    let found = looked_up(access::loss_of_binding(asked.clone()));
    let body = move || {
        view! {
            <p>"What another way gives stays."</p>
            <div aria-live="polite">{move || loss(found)}</div>
        }
        .erased()
    };
    let (title, text) = (format!("Unbind {called} from {name}"), format!("Unbound {called} from {name}"));
    let perform = move || {
        let (binding, text) = (asked.clone(), text.clone());
        async move {
            refusal(&access::unbind(binding.clone()).await?)?;
            let undo = doing(move || {
                let binding = binding.clone();
                async move {
                    refusal(&access::bind(binding).await?)?;
                    Ok("Bound again".to_owned())
                }
            });
            Ok(Done { text, undo: Some(undo), refused: vec![] })
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Unbind".to_owned()),
        danger: true,
        idle: Signal::derive(move || idle(found)),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted: |count| format!("{count} users"),
        people: bound == BoundKind::User,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Who loses something, once the server has said so.
pub(in crate::admin) type Found = RwSignal<Option<Result<AccessLoss, Problem>>>;

pub(in crate::admin) fn looked_up(
    asking: impl Future<Output = Result<AccessLoss, Problem>> + 'static,
) -> Found {
    let found = RwSignal::new(None);
    spawn_local(async move {
        let answer = asking.await;
        drop(found.try_set(Some(answer)));
    });
    found
}

pub(in crate::admin) fn idle(found: Found) -> Option<String> {
    found.with(|found| match found {
        None => Some("It is being looked up who loses it.".to_owned()),
        Some(Err(problem)) => Some(problem.message.clone()),
        Some(Ok(_)) => None,
    })
}

pub(in crate::admin) fn loss(found: Found) -> AnyView {
    match found.get() {
        None => view! { <Skeleton lines=2/> }.erased(),
        Some(Err(problem)) => view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> }.erased(),
        Some(Ok(loss)) => view! { <p>{told(&loss)}</p> }.erased(),
    }
}

fn told(loss: &AccessLoss) -> String {
    match (loss.people, loss.names.as_slice()) {
        (0, _) => "Nobody loses access.".to_owned(),
        (1, [one, ..]) => format!("{one} loses access."),
        (count, names) => {
            let rest = count.saturating_sub(names.len() as u64);
            let and = if rest > 0 { format!(" and {} more", grouped(rest)) } else { String::new() };
            format!("{} users lose access: {}{and}.", grouped(count), names.join(", "))
        }
    }
}
