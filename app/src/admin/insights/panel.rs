//! The panel of one event: who did what, to whom, from where, and what changed.

use leptos::prelude::*;
use leptos_meta::Title;
use model::event::Party;
use model::insights::{EVENTS, EventDetails};
use model::{Id, Operation, Problem};

use super::list::result;
use crate::admin::{access::Refused, panels};
use crate::api::insights as api;
use crate::kit::{CopyButton, Erase, Failed, ListState, Panel, Skeleton, Time, When};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "event-title";

#[component]
pub(super) fn EventPanel() -> impl IntoView {
    panels::by_id(|id| view! { <OneEvent id/> }.erased())
}

#[component]
fn OneEvent(
    /// None if the address names none.
    id: Option<Id>,
) -> impl IntoView {
    let event = Resource::new(
        || (),
        move |()| async move {
            match id {
                Some(id) => api::read_event(id).await,
                None => Err(Problem::not_found("event")),
            }
        },
    );
    let list = ListState::new(routes::INSIGHTS, &EVENTS);
    let refusal = untrack(|| account().refusal(Operation::ReadEvents));
    view! {
        <Panel
            labelled_by=LABEL
            within=id.map_or_else(|| routes::INSIGHTS.to_owned(), routes::event)
            back_to=Signal::derive(move || list.over(routes::INSIGHTS))
            head=(move || panels::head((LABEL, "Event"), move || event.get(), heading)).into()
            body=Box::new(move |_| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => view! { <Body event/> }.erased(),
            })
        />
    }
    .erased()
}

fn heading(event: EventDetails) -> AnyView {
    let row = event.row;
    view! {
        <Title text=row.says.clone()/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{row.says}</h2>
            <p><code>{row.event_type}</code> " · " <Time at=row.at when=When::Exact/></p>
        </div>
    }
    .erased()
}

#[component]
fn Body(event: Resource<Result<EventDetails, Problem>>) -> impl IntoView {
    let retry = Callback::new(move |()| event.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <div class="panel-body">
            <Transition fallback=waiting>
                {move || event.get().map(|one| match one {
                    Ok(event) => loaded(event),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

fn loaded(event: EventDetails) -> AnyView {
    let EventDetails { row, number, useragent, auth_method, changes, json } = event;
    let by = party(&row.initiated_by);
    let to = row.resource.as_ref().map(party);
    let how = match auth_method.as_str() {
        "api-key" => "API key",
        "session" => "Signed in",
        _ => "",
    };
    let changed = (!changes.is_empty()).then(|| {
        let line = |change: model::event::FieldChange| {
            view! {
                <tr>
                    <th scope="row">{change.field}</th>
                    <td>{or_nothing(change.from)}</td>
                    <td>{or_nothing(change.to)}</td>
                </tr>
            }
        };
        view! {
            <section class="event-part" aria-label="Changes">
                <h3>"Changes"</h3>
                <table class="plain">
                    <thead>
                        <tr><th scope="col">"Field"</th><th scope="col">"From"</th><th scope="col">"To"</th></tr>
                    </thead>
                    <tbody>{changes.into_iter().map(line).collect_view()}</tbody>
                </table>
            </section>
        }
    });
    let copied = json.clone();
    view! {
        <div class="panel-content">
            <dl class="event-facts">
                {fact("Result", Some(result(&row)))}
                {fact("Why", some(&row.message))}
                {fact("Who", Some(by))}
                {fact("To", to)}
                {fact("From", some(&row.client_ip))}
                {fact("By", some(how))}
                {fact("Browser or program", some(&useragent))}
                {fact("Service", some(row.service.label()))}
                {fact("Number in the chain", number.map(|number| number.to_string().erased()))}
            </dl>
            {changed}
            <section class="event-part" aria-label="As JSON">
                <div class="line"><h3>"As JSON"</h3> <CopyButton text=Signal::stored(copied) small=true/></div>
                <pre class="event-json" tabindex="0" role="region" aria-label="The event as JSON"><code>{json}</code></pre>
            </section>
        </div>
    }
    .erased()
}

fn some(text: &str) -> Option<AnyView> {
    (!text.is_empty()).then(|| text.to_owned().erased())
}

fn or_nothing(text: String) -> AnyView {
    if text.is_empty() { view! { <span class="muted">"nothing"</span> }.erased() } else { text.erased() }
}

/// Somebody or something, with a link to all of their events.
fn party(party: &Party) -> AnyView {
    let kind = format!(" ({})", party.kind);
    match party.id {
        Some(id) => {
            let href = routes::events_of(id);
            view! { <a href=href>{party.name.clone()}</a> <span class="muted">{kind}</span> }.erased()
        }
        None => view! { {party.name.clone()} <span class="muted">{kind}</span> }.erased(),
    }
}

fn fact(name: &'static str, value: Option<AnyView>) -> Option<AnyView> {
    value.map(|value| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
        .erased()
    })
}
