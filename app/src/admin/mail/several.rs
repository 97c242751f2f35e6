//! Actions on several emails at once: the confirmation before, and the outcome after.

use leptos::{prelude::*, task::spawn_local};
use model::list::grouped;
use model::mail::{MESSAGES_AT_ONCE, MessageRow};
use model::{Operation, Problem};

use super::messages::messages;
use crate::admin::outcomes::{Line, Refusals, RefusalsDialog, lines};
use crate::api::mail as api;
use crate::kit::{ConfirmDialog, Entry, Erase, Menu, Notice, Section, Selected, Tone, toaster};
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

/// What is selected, the question and its answer.
#[derive(Clone, Copy)]
pub(super) struct Several {
    pub selected: Selected<MessageRow>,
    /// Whether anything leaves the outbox.
    pub has_server: RwSignal<bool>,
    action: RwSignal<Action>,
    confirming: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    refusals: Refusals,
}

impl Several {
    pub fn new() -> Self {
        Self {
            selected: Selected::default(),
            has_server: RwSignal::new(false),
            action: RwSignal::new(Action::Retry),
            confirming: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            refusals: Refusals::new(),
        }
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
        self.problem.set(None);
        self.action.set(action);
        self.confirming.set(true);
    }

    /// Those that something can be done to, and those that are left out, with the reason.
    fn split(self) -> (Vec<MessageRow>, Vec<(MessageRow, &'static str)>) {
        let mut parts = (vec![], vec![]);
        for row in self.selected.all() {
            match row.state.refusal() {
                None => parts.0.push(row),
                Some(why) => parts.1.push((row, why)),
            }
        }
        parts
    }

    fn title(self) -> String {
        self.action.get().on(self.split().0.len())
    }
}

/// The dialogs of [`Several`].
#[component]
pub(super) fn SeveralDialogs(several: Several) -> impl IntoView {
    let (toaster, messages) = (toaster(), messages());
    let confirm = move || {
        let ids: Vec<_> = several.split().0.iter().map(|row| row.id).collect();
        let action = several.action.get_untracked();
        several.busy.set(true);
        several.problem.set(None);
        spawn_local(async move {
            let answer = match action {
                Action::Retry => api::retry_messages(ids).await,
                Action::Discard => api::discard_messages(ids).await,
            };
            several.busy.set(false);
            let outcomes = match answer {
                Ok(outcomes) => outcomes,
                Err(problem) => return several.problem.set(Some(problem)),
            };
            several.confirming.set(false);
            let done = several.refusals.tell(outcomes);
            if !done.is_empty() {
                toaster.done(action.done_to(done.len()));
            }
            // What was done has changed what the selection remembers.
            several.selected.clear();
            messages.changed();
        });
    };
    let nothing = move || {
        (several.confirming.get() && several.split().0.is_empty())
            .then(|| "There is no message to which this can be done.".to_owned())
    };
    let title =
        Signal::derive(move || if several.confirming.get() { several.title() } else { String::new() });
    view! {
        <ConfirmDialog
            open=several.confirming
            title
            verb=title
            danger=Signal::derive(move || several.action.get() == Action::Discard)
            disabled_because=Signal::derive(nothing)
            busy=several.busy
            problem=several.problem
            on_confirm=confirm
        >
            {move || question(several)}
        </ConfirmDialog>
        <RefusalsDialog refusals=several.refusals counted/>
    }
    .erased()
}

fn line(name: String, aside: String) -> Line {
    Line { face: None, name, aside }
}

/// What will happen, to which, and what is left out.
fn question(several: Several) -> AnyView {
    let (able, left) = several.split();
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
        <p>{several.action.get().follows()}</p>
        {lines(able.into_iter().map(row))}
        {left}
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_named_with_how_many() {
        assert_eq!(Action::Retry.on(1), "Try 1 message again");
        assert_eq!(Action::Discard.on(2), "Discard 2 messages");
        assert_eq!(Action::Retry.done_to(2), "2 messages on the way again");
    }
}
