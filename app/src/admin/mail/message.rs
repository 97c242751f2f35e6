//! The panel of one email: what it says, what became of it, and its link for whoever may have it.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use model::mail::{MESSAGES, MessageDetails, MessageState};
use model::{Id, Operation, Principal, Problem};

use super::messages::{Messages, messages};
use super::outbox::state;
use super::preview::MessagePreview;
use crate::admin::panels;
use crate::admin::questions::{Done, Question, doing, questions, refusal};
use crate::admin::reauthentication::{Reauthentication, reauthentication};
use crate::api::mail as api;
use crate::browser::dom;
use crate::kit::{
    Button, CopyButton, Erase, Failed, ListState, Look, Notice, Panel, Skeleton, TextField, Time, Toaster,
    Tone, When, Width, announcer, toaster,
};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "message-subject";

#[component]
pub(super) fn MessagePanel() -> impl IntoView {
    panels::by_id(|id| view! { <OneMessage id/> }.erased())
}

type Answer = Resource<Result<MessageDetails, Problem>>;

#[component]
fn OneMessage(
    /// None if the address names none.
    id: Option<Id>,
) -> impl IntoView {
    let messages = messages();
    let message = Resource::new(
        move || messages.version(),
        move |_| async move {
            match id {
                Some(id) => api::read_message(id).await,
                None => Err(Problem::not_found("message")),
            }
        },
    );
    let list = ListState::new(routes::OUTBOX, &MESSAGES);
    let path = id.map_or_else(|| routes::OUTBOX.to_owned(), routes::message);
    view! {
        <Panel
            labelled_by=LABEL
            width=Width::Narrow
            within=path
            back_to=Signal::derive(move || list.over(routes::OUTBOX))
            head=(move || panels::head((LABEL, "Message"), move || message.get(), heading)).into()
            body=Box::new(move |_| view! { <Body message/> }.erased())
        />
    }
    .erased()
}

fn heading(message: MessageDetails) -> AnyView {
    view! {
        <Title text=message.row.subject.clone()/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{message.row.subject}</h2>
            <p>{message.row.recipient}</p>
        </div>
    }
    .erased()
}

#[component]
fn Body(message: Answer) -> impl IntoView {
    let retry = Callback::new(move |()| message.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || message.get().map(|one| match one {
                Ok(message) => view! { <Loaded message/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

#[component]
fn Loaded(message: MessageDetails) -> impl IntoView {
    let announcer = announcer();
    let said = message.row.subject.clone();
    Effect::new(move |_| announcer.say(said.clone()));
    let (id, waits) =
        (message.row.id, matches!(message.row.state, MessageState::Waiting | MessageState::Failed));
    let (whose, has_link) = (message.principal, message.has_link);
    let can_retry = waits && message.written.is_some() && message.has_server;
    let written = message.written.clone();
    let has_button = message.row.kind.has_button();
    view! {
        <div class="panel-body">
            <div class="panel-content">
                <Facts message/>
                {has_link.then(|| view! { <Link id whose/> })}
                {match written {
                    Some(written) => view! { <MessagePreview written has_button/> }.erased(),
                    None => view! {
                        <Notice tone=Tone::Info>
                            "What it said is erased: its link has been used or is over, or it was discarded."
                        </Notice>
                    }
                    .erased(),
                }}
            </div>
        </div>
        {waits.then(|| view! { <Foot id can_retry/> })}
    }
    .erased()
}

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.erased()
}

#[component]
fn Facts(message: MessageDetails) -> impl IntoView {
    let MessageDetails { row, lapses_at, has_server, .. } = message;
    let time = |at| view! { <Time at when=When::Full/> }.erased();
    let trying = row.state == MessageState::Waiting && has_server && row.attempts > 0;
    let error = (!row.last_error.is_empty()).then(|| {
        let said = row.last_error.clone();
        fact("Why", view! { <span class="said">{said}</span> }.erased())
    });
    view! {
        <dl class="message-facts">
            {fact("State", state(&row, has_server))}
            {error}
            {fact("Kind", row.kind.label().erased())}
            {fact("Written", time(row.created_at))}
            {row.sent_at.map(|at| fact("Sent", time(at)))}
            {(row.attempts > 0).then(|| fact("Tries", row.attempts.to_string().erased()))}
            {row.due_at.filter(|_| trying).map(|at| fact("Next try", time(at)))}
            {(row.state == MessageState::Waiting).then(|| fact("Worth sending until", time(lapses_at)))}
        </dl>
    }
    .erased()
}

/// The link, for handing it over in another way.
#[component]
fn Link(id: Id, whose: Principal) -> impl IntoView {
    let (account, toaster, reauthentication) = (account(), toaster(), reauthentication());
    let (busy, link) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let needs = match whose {
        Principal::User => Operation::ReadUserLink,
        Principal::Administrator => Operation::ReadAdministratorLink,
    };
    let show = move || read(id, busy, link, reauthentication, toaster);
    let refusal = Signal::derive(move || account.refusal(needs));
    view! {
        <section class="message-link" aria-label="Link">
            {move || match link.get() {
                None => view! {
                    <p class="muted">
                        "Whoever opens its link takes the account over. Reading it is written down in the history."
                    </p>
                    <Button icon="link" busy disabled_because=refusal on_press=show>"Show the link"</Button>
                }
                .erased(),
                Some(text) => view! {
                    <div class="beside">
                        <TextField
                            label="Link"
                            name="message-link"
                            value=Signal::stored(text.clone())
                            on_input=|_| ()
                            readonly=Signal::stored(true)
                            hint="It can be opened once. Hand it over only to whom it is for."
                        />
                        <CopyButton text=Signal::stored(text)/>
                    </div>
                }
                .erased(),
            }}
        </section>
    }
    .erased()
}

fn read(
    id: Id,
    busy: RwSignal<bool>,
    link: RwSignal<Option<String>>,
    reauthentication: Reauthentication,
    toaster: Toaster,
) {
    busy.set(true);
    spawn_local(async move {
        let answer = api::read_message_link(id).await;
        // Whoever has left does not want to see it any more.
        if busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(text) => drop(link.try_set(Some(text))),
            Err(problem)
                if reauthentication
                    .asks(&problem, move || read(id, busy, link, reauthentication, toaster)) => {}
            Err(problem) => toaster.wrong(problem),
        }
    });
}

#[component]
fn Foot(id: Id, can_retry: bool) -> impl IntoView {
    let (account, toaster, messages, questions) = (account(), toaster(), messages(), questions());
    let busy = RwSignal::new(false);
    let retry = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = api::retry_messages(vec![id]).await.and_then(|outcomes| refusal(&outcomes));
            busy.try_set(false);
            match answer {
                Ok(()) => toaster.done("The message is being sent again"),
                Err(problem) => toaster.wrong(problem),
            }
            changed(messages);
        });
    };
    let discard = move || questions.ask(move || discarding(id, messages));
    let may = Signal::derive(move || account.refusal(Operation::UpdateOutbox));
    view! {
        <footer class="panel-foot">
            <Button look=Look::Danger icon="trash-2" busy disabled_because=may on_press=discard>
                "Discard message…"
            </Button>
            <div class="end">
                {can_retry.then(|| view! {
                    <Button look=Look::Primary icon="refresh-cw" busy disabled_because=may on_press=retry>
                        "Try again now"
                    </Button>
                })}
            </div>
        </footer>
    }
    .erased()
}

/// The question whether to discard it.
fn discarding(id: Id, messages: Messages) -> Question {
    let discard = move || async move {
        refusal(&api::discard_messages(vec![id]).await?)?;
        Ok(Done::to_all("Discarded the message"))
    };
    let body = || {
        view! { <p>"It is never sent, what it says is erased, and a link in it opens nothing any more."</p> }
    };
    Question {
        title: Signal::stored("Discard message".to_owned()),
        verb: Signal::stored("Discard message".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(discard),
        counted: |count| format!("{count} messages"),
        people: false,
        then: Arc::new(move |_| changed(messages)),
    }
}

fn changed(messages: Messages) {
    messages.changed();
    // The buttons may have gone.
    if let Some(heading) = dom::by_id(LABEL) {
        dom::focus(&heading);
    }
}
