//! The status of outgoing mail, and a test of it.

use leptos::{prelude::*, task::spawn_local};
use model::list::grouped;
use model::mail::{MessageState, TestOutcome};
use model::{Filter, ListQuery, Operation, Problem};

use super::editing::{MailEditing, look_again};
use crate::api::mail::send_test_mail;
use crate::kit::{Button, Erase, Notice, Pill, ProblemText, TextField, Time, Tone, with_query};
use crate::{routes, viewer::account};

/// How many emails are queued, and how many failed.
#[component]
pub(super) fn Status(editing: MailEditing) -> impl IntoView {
    let pill = move || {
        let (server, waiting) = editing.base.with(|base| (base.server.is_some(), base.waiting));
        match (server, waiting) {
            (true, _) => view! { <Pill tone=Tone::Ok word="Messages are sent"/> }.erased(),
            (false, _) => view! { <Pill tone=Tone::Waiting word="Messages wait: no mail server"/> }.erased(),
        }
    };
    let figure = move |state: MessageState, count: u32| {
        let query =
            ListQuery { filters: vec![Filter::is("state", [state.as_str()])], ..ListQuery::default() };
        let address = with_query(routes::OUTBOX, &query);
        view! { <div><dt>{state.label()}</dt><dd><a href=address>{grouped(u64::from(count))}</a></dd></div> }
    };
    view! {
        <section class="card" aria-label="How it stands">
            <header><h2>"How it stands"</h2></header>
            <div class="body">
                <p>{pill}</p>
                {move || editing.base.with(|base| view! {
                    <dl class="message-facts">
                        {figure(MessageState::Waiting, base.waiting)}
                        {figure(MessageState::Failed, base.failed)}
                        <div>
                            <dt>"Last sent"</dt>
                            <dd>{match base.last_sent_at {
                                Some(at) => view! { <Time at/> }.erased(),
                                None => "Never".erased(),
                            }}</dd>
                        </div>
                    </dl>
                })}
            </div>
        </section>
    }
    .erased()
}

/// Sends a test email at once and says what the server said.
#[component]
pub(super) fn Trial(editing: MailEditing) -> impl IntoView {
    let account = account();
    let mine = untrack(|| account.0.with(|me| me.as_ref().map(|me| me.email.clone()).unwrap_or_default()));
    let (email, busy) = (RwSignal::new(mine), RwSignal::new(false));
    let answer = RwSignal::new(None::<Result<TestOutcome, Problem>>);
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        answer.set(None);
        spawn_local(async move {
            let said = send_test_mail(email.get_untracked()).await;
            busy.try_set(false);
            answer.try_set(Some(said));
            look_again(editing);
        });
    };
    let refusal = move || {
        let no_server = || {
            editing
                .base
                .with(|base| base.server.is_none())
                .then(|| "There is no mail server to try.".to_owned())
        };
        let unsaved = || editing.changed().then(|| "Save what you have changed first.".to_owned());
        account.refusal(Operation::SendTestMail).or_else(no_server).or_else(unsaved)
    };
    view! {
        <section class="card" aria-label="Try it out">
            <header><h2>"Try it out"</h2></header>
            <form
                class="body"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    if untrack(refusal).is_none() {
                        send();
                    }
                }
            >
                <TextField label="Send a test to" name="test-email" kind="email" value=email on_input=move |text| email.set(text)/>
                <div role="status">{move || answer.get().map(said)}</div>
                <div class="actions">
                    <Button submit=true icon="mail" busy disabled_because=Signal::derive(refusal)>"Send a test"</Button>
                </div>
            </form>
        </section>
    }
    .erased()
}

fn said(answer: Result<TestOutcome, Problem>) -> AnyView {
    match answer {
        Ok(TestOutcome { accepted: true, said }) => view! {
            <Notice tone=Tone::Ok>
                <strong>"The mail server took it."</strong> " It said: " <q>{said}</q>
            </Notice>
        }
        .erased(),
        Ok(TestOutcome { accepted: false, said }) => view! {
            <Notice tone=Tone::Bad>
                <strong>"The message was not sent."</strong> " " {said}
            </Notice>
        }
        .erased(),
        Err(problem) => view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> }.erased(),
    }
}
