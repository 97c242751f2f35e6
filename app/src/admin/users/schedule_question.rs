//! The questions about a change that is scheduled: moving it to another time, and cancelling it. They are loaded
//! when one is first asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::user::schedule::{NewSchedule, Schedule, ScheduleUpdate, ScheduledChange};
use model::user::{Notify, Outcome};
use model::{Id, Problem};

use super::mailing::{Mailing, MailingChoice};
use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::{Done, Question, doing, done_and_refused, questions};
use crate::admin::when::{WhenChoice, when_fields};
use crate::api::users as api;
use crate::kit::Erase;

/// Hears that a schedule is not as before.
pub(in crate::admin) type OnChanged = Arc<dyn Fn() + Send + Sync>;

/// Asks when it is to be instead.
#[lazy]
pub(super) fn move_question(schedule: Schedule, on_changed: OnChanged) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || moving(schedule, on_changed))
}

fn moving(schedule: Schedule, on_changed: OnChanged) -> Question {
    let when = WhenChoice::from_typed(&schedule.typed);
    let mailing = Mailing::of(&schedule.notify);
    let change = schedule.change;
    // It is looked up as it is typed.
    Effect::new(move |_| {
        when.resolve(move |at| api::resolve_time(NewSchedule { change, at, notify: Notify::Nobody }));
    });
    let title = format!("Change the scheduled {} of {}", change.noun(), schedule.name);
    let before = schedule.local.clone();
    let body = move || {
        let error = questions().fault("email");
        let email = (change == ScheduledChange::Activation).then(|| {
            view! {
                <MailingChoice
                    mailing
                    default="To the default address"
                    single=true
                    dispensable=true
                    error
                />
            }
        });
        view! { <p>"It is scheduled for " {before.clone()} "."</p> {when_fields(when)} {email} }.erased()
    };
    let update = move || {
        let at = untrack(|| when.typed());
        let update =
            ScheduleUpdate { id: schedule.id, version: schedule.version, at, notify: mailing.notify() };
        let text = format!("Changed the scheduled {} of {}", change.noun(), schedule.name);
        async move { api::update_schedule(update).await.map(|()| Done::to_all(text)) }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored(format!("Change the {}", change.noun())),
        danger: false,
        idle: Signal::derive(move || when.trouble()),
        body: body.into(),
        fields: &["email", "date", "time", "zone"],
        perform: doing(update),
        counted,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

/// Asks whether to cancel these.
#[lazy]
pub(super) fn cancel_question(
    schedules: Vec<Schedule>,
    on_changed: OnChanged,
) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || cancelling(schedules, on_changed))
}

fn cancelling(schedules: Vec<Schedule>, on_changed: OnChanged) -> Question {
    let title = match schedules.as_slice() {
        [one] => format!("Cancel the scheduled {} of {}", one.change.noun(), one.name),
        several => format!("Cancel {}", counted(several.len())),
    };
    let ids: Vec<Id> = schedules.iter().map(|schedule| schedule.id).collect();
    let body = move || {
        let line = |schedule: &Schedule| Line {
            face: Some(schedule.user),
            name: schedule.name.clone(),
            aside: format!("{} {}", schedule.change.label(), schedule.local),
        };
        view! {
            <p>"Users stay as they are. What is cancelled can be scheduled anew."</p>
            {lines(schedules.iter().map(line))}
        }
        .erased()
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored(format!("Cancel {}", counted(ids.len()))),
        danger: false,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(move || cancel(ids.clone())),
        counted,
        people: true,
        then: Arc::new(move |_| on_changed()),
    }
}

async fn cancel(ids: Vec<Id>) -> Result<Done, Problem> {
    let (done, refused): (Vec<Outcome>, _) = done_and_refused(api::cancel_schedules(ids).await?);
    let text = if done.is_empty() { String::new() } else { format!("Cancelled {}", counted(done.len())) };
    Ok(Done { text, undo: None, refused })
}

/// "1 scheduled change", "3 scheduled changes".
fn counted(count: usize) -> String {
    format!("{count} scheduled {}", if count == 1 { "change" } else { "changes" })
}
