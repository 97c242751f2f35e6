//! Actions on several emails at once: the confirmation before, and the outcome after.

use std::sync::Arc;

use leptos::prelude::*;
use model::list::grouped;
use model::mail::{MESSAGES_AT_ONCE, MessageRow};
use model::{Id, Operation, Problem};

use super::messages::Messages;
use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::{Done, Question, Questions, doing, done_and_refused, questions};
use crate::api::mail as api;
use crate::kit::{Entry, Erase, Menu, Notice, Section, Selected, Tone};
use crate::viewer::account;

/// What can be done to emails in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Retry,
    Discard,
}

impl Action {
    const fn label(self) -> &'static str {
        match self {
            Self::Retry => "Try again…",
            Self::Discard => "Discard…",
        }
    }

    /// "Discard 2 messages".
    fn on(self, count: usize) -> String {
        let messages = counted(count);
        match self {
            Self::Retry => format!("Try {messages} again"),
            Self::Discard => format!("Discard {messages}"),
        }
    }

    fn done_to(self, count: usize) -> String {
        let messages = counted(count);
        match self {
            Self::Retry => format!("{messages} on the way again"),
            Self::Discard => format!("Discarded {messages}"),
        }
    }

    const fn follows(self) -> &'static str {
        match self {
            Self::Retry => "They are sent at once, however often they have been tried.",
            Self::Discard => {
                "They are never sent, what they say is erased, and links in them open nothing any more."
            }
        }
    }
}

fn counted(count: usize) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { "message" } else { "messages" })
}

/// What is selected, and what is asked about it.
#[derive(Clone, Copy)]
pub(super) struct Several {
    pub selected: Selected<MessageRow>,
    /// Whether anything leaves the outbox.
    pub has_server: RwSignal<bool>,
    questions: Questions,
    messages: Messages,
}

impl Several {
    pub fn new(messages: Messages) -> Self {
        let (selected, has_server) = (Selected::default(), RwSignal::new(false));
        Self { selected, has_server, questions: questions(), messages }
    }

    /// What can be done to those that are selected.
    pub fn menu(self) -> AnyView {
        let account = account();
        let label = move || match self.selected.count() {
            0 => "Actions".to_owned(),
            count => format!("Actions ({})", grouped(count as u64)),
        };
        let idle = move || {
            account.refusal(Operation::UpdateOutbox).or_else(|| match self.selected.count() {
                0 => Some("Select messages first.".to_owned()),
                count if count > MESSAGES_AT_ONCE => Some(format!("At most {MESSAGES_AT_ONCE} at once.")),
                _ => None,
            })
        };
        let sections = move || {
            let entry = |icon, action: Action| {
                Entry::press(icon, action.label(), Callback::new(move |()| self.ask(action)))
            };
            let stays = || "There is no mail server that would take them.".to_owned();
            let retry = entry("refresh-cw", Action::Retry).unless((!self.has_server.get()).then(stays));
            let discard = entry("trash-2", Action::Discard).danger();
            vec![Section::from(vec![retry]), Section::from(vec![discard])]
        };
        view! {
            <Menu
                icon="zap"
                label=Signal::derive(label)
                sections=Signal::derive(sections)
                disabled_because=Signal::derive(idle)
            />
        }
        .erased()
    }

    fn ask(self, action: Action) {
        self.questions.ask(move || self.question(action));
    }

    /// Those that something can be done to, and those that are left out, with the reason.
    fn split(self) -> (Vec<MessageRow>, Vec<(MessageRow, &'static str)>) {
        let mut parts = (vec![], vec![]);
        for row in untrack(|| self.selected.all()) {
            match row.state.refusal() {
                None => parts.0.push(row),
                Some(why) => parts.1.push((row, why)),
            }
        }
        parts
    }

    fn question(self, action: Action) -> Question {
        let (able, left) = self.split();
        let title = Signal::stored(action.on(able.len()));
        let nothing = able.is_empty().then(|| "There is no message to which this can be done.".to_owned());
        let ids: Vec<_> = able.iter().map(|row| row.id).collect();
        Question {
            verb: title,
            title,
            danger: action == Action::Discard,
            idle: Signal::stored(nothing),
            body: (move || body(action, able.clone(), left.clone())).into(),
            fields: &[],
            perform: doing(move || perform(action, ids.clone())),
            counted,
            people: false,
            then: Arc::new(move |_| {
                // What was done has changed what the selection remembers.
                self.selected.clear();
                self.messages.changed();
            }),
        }
    }
}

async fn perform(action: Action, ids: Vec<Id>) -> Result<Done, Problem> {
    let outcomes = match action {
        Action::Retry => api::retry_messages(ids).await?,
        Action::Discard => api::discard_messages(ids).await?,
    };
    let (done, refused) = done_and_refused(outcomes);
    let text = if done.is_empty() { String::new() } else { action.done_to(done.len()) };
    Ok(Done { text, undo: None, refused })
}

fn line(name: String, aside: String) -> Line {
    Line { face: None, name, aside }
}

/// What will happen, to which, and what is left out.
fn body(action: Action, able: Vec<MessageRow>, left: Vec<(MessageRow, &'static str)>) -> AnyView {
    let total = able.len() + left.len();
    let row = |row: MessageRow| line(row.subject, row.recipient);
    let out =
        |(row, why): (MessageRow, &str)| line(format!("{}, {}", row.subject, row.recipient), why.to_owned());
    let left = (!left.is_empty()).then(|| {
        let verb = if left.len() == 1 { "is" } else { "are" };
        view! {
            <Notice tone=Tone::Waiting>
                <strong>{format!("{} of {total} selected {verb} left out:", left.len())}</strong>
                {lines(left.into_iter().map(out))}
            </Notice>
        }
    });
    view! {
        <p>{action.follows()}</p>
        {lines(able.into_iter().map(row))}
        {left}
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_named_with_how_many() {
        assert_eq!(Action::Retry.on(1), "Try 1 message again");
        assert_eq!(Action::Discard.on(2), "Discard 2 messages");
        assert_eq!(Action::Retry.done_to(2), "2 messages on the way again");
    }
}
