//! How invoices are paid. A card is entered on the page of whoever takes it, never here.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};
use model::billing::{Card, CardEntry, CardProvider};
use model::{Problem, Timestamp};

use super::BillingEditing;
use crate::admin::reauthentication::reauthentication;
use crate::admin::settings::part;
use crate::api::billing as api;
use crate::kit::{Button, ConfirmDialog, Erase, Icon, Notice, Tone, toaster};
use crate::routes;
use crate::viewer::clock;

/// So long before its end a card is spoken of.
const SOON: Duration = Duration::from_hours(30 * 24);

/// How a card stands.
fn standing(card: &Card, now: Timestamp) -> Option<&'static str> {
    if card.expires_at <= now {
        Some("has expired")
    } else {
        (card.expires_at.since(now) <= SOON).then_some("expires soon")
    }
}

/// What those see here who have no Homepage, and the others again.
pub(super) fn alarm(editing: BillingEditing) -> AnyView {
    let now = clock().now();
    let alarm = move || {
        let card = editing.base.with(|base| base.card.clone())?;
        let standing = standing(&card, now)?;
        let over = card.expires_at <= now;
        let tone = if over { Tone::Bad } else { Tone::Waiting };
        Some(view! {
            <Notice tone>
                {format!(
                    "The card that invoices are paid with {standing}: {}, good through {}. Replace it below.",
                    card.called(),
                    card.expiry(),
                )}
            </Notice>
        })
    };
    alarm.erased()
}

/// The change of the card that is asked about.
#[derive(Clone, PartialEq, Eq)]
enum CardChange {
    /// To pay with the card that was entered.
    Use(CardEntry, Card),
    Remove,
}

/// What became of coming back with a card that nobody can pay with, or with a link that somebody sent.
pub(super) fn refused(refused: RwSignal<Option<Problem>>) -> AnyView {
    let told = move || {
        let problem = refused.get()?;
        let why = problem.fault("card").unwrap_or(&problem.message).to_owned();
        Some(view! { <Notice tone=Tone::Bad><strong>"No card was added. "</strong> {why}</Notice> })
    };
    told.erased()
}

/// Whoever has entered a card comes back with what the provider calls it.
fn coming_back(query: &ParamsMap) -> Option<CardEntry> {
    let reference = query.get("card").filter(|reference| !reference.is_empty())?;
    Some(CardEntry { begun: query.get("begun").unwrap_or_default(), reference })
}

/// The address without the card.
fn leave(navigate: &impl Fn(&str, NavigateOptions)) {
    let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    navigate(routes::BILLING, options);
}

pub(super) fn method(editing: BillingEditing, refused: RwSignal<Option<Problem>>) -> AnyView {
    let change = RwSignal::new(None::<CardChange>);
    let confirming = RwSignal::new(false);
    let (query, navigate) = (use_query_map(), use_navigate());
    // It is named before anybody is asked about it.
    Effect::new(move |_| {
        let Some(entry) = query.with(coming_back) else { return };
        let navigate = navigate.clone();
        refused.set(None);
        spawn_local(async move {
            match api::entered_card(entry.clone()).await {
                Ok(card) => {
                    change.set(Some(CardChange::Use(entry, card)));
                    confirming.set(true);
                }
                Err(problem) => {
                    refused.set(Some(problem));
                    leave(&navigate);
                }
            }
        });
    });
    let remove = move || {
        change.set(Some(CardChange::Remove));
        confirming.set(true);
    };
    let body = move || {
        let (card, provider, known) =
            editing.base.with(|base| (base.card.clone(), base.provider.clone(), base.version > 0));
        view! {
            {shown(card.as_ref())}
            {card_buttons(card.is_some(), provider, known, Callback::new(move |()| remove()))}
        }
    };
    view! {
        {part("Payment method", "How invoices are paid.", body.erased())}
        <Question editing change confirming/>
    }
    .erased()
}

fn shown(card: Option<&Card>) -> AnyView {
    let Some(card) = card else {
        return view! {
            <div class="payment">
                <Icon name="file-text"/>
                <p>
                    <strong>"Invoice"</strong>
                    <span class="muted">"Invoices go to the billing contact and are paid as they say."</span>
                </p>
            </div>
        }
        .erased();
    };
    view! {
        <div class="payment">
            <Icon name="credit-card"/>
            <p>
                <strong>{card.called()}</strong>
                <span class="muted">{format!("Expires {}", card.expiry())}</span>
            </p>
        </div>
    }
    .erased()
}

/// What can be done about it.
fn card_buttons(
    has_card: bool,
    provider: Option<CardProvider>,
    known: bool,
    remove: Callback<()>,
) -> AnyView {
    let removal = has_card.then(|| view! { <Button on_press=remove>"Remove card…"</Button> });
    let Some(CardProvider { name, page }) = provider else {
        // Where nobody takes cards, only one that was entered before is spoken of.
        let left = removal.map(|removal| {
            view! {
                <p class="muted">"Nobody takes cards for this installation any more."</p>
                <div class="actions">{removal}</div>
            }
        });
        return left.erased();
    };
    let word = if has_card { "Replace card…" } else { "Pay by card…" };
    let hint = if known {
        format!(
            "You enter the card on the page of {name}, and come back. Its number never passes this program."
        )
    } else {
        "Save the billing contact first: that person is warned before a card expires.".to_owned()
    };
    let enter = known.then(|| {
        view! {
            <a class="button" href=page rel="external"><span class="label">{word}</span><Icon name="external-link"/></a>
        }
    });
    view! {
        <p class="muted">{hint}</p>
        <div class="actions">{enter}{removal}</div>
    }
    .erased()
}

/// CardChange before it is done; the password, too, if it was given long ago.
#[component]
fn Question(
    editing: BillingEditing,
    change: RwSignal<Option<CardChange>>,
    confirming: RwSignal<bool>,
) -> impl IntoView {
    let (toaster, reauthentication, navigate) = (toaster(), reauthentication(), use_navigate());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let using = move || {
        change.with(|change| match change {
            Some(CardChange::Use(_, card)) => Some(card.clone()),
            Some(CardChange::Remove) | None => None,
        })
    };
    // Once it is answered, the reference is no part of the address any more.
    Effect::new(move |before: Option<bool>| {
        let open = confirming.get();
        if before == Some(true) && !open && untrack(using).is_some() {
            leave(&navigate);
        }
        if open {
            problem.set(None);
        }
        open
    });
    let act = StoredValue::new(None::<Callback<()>>);
    let confirm = move || {
        let Some(what) = change.get_untracked() else { return };
        let version = editing.base.with_untracked(|base| base.version);
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let (answer, done) = match what {
                CardChange::Use(entry, _) => {
                    (api::use_card(version, entry).await, "Invoices are paid by card")
                }
                CardChange::Remove => (api::remove_card(version).await, "Removed the card"),
            };
            busy.set(false);
            match answer {
                Ok(()) => {
                    confirming.set(false);
                    toaster.done(done);
                    editing.look_again();
                }
                Err(found) => {
                    let again = move || act.get_value().into_iter().for_each(|act| act.run(()));
                    if !reauthentication.asks(&found, again) {
                        problem.set(Some(found));
                    }
                }
            }
        });
    };
    act.set_value(Some(Callback::new(move |()| confirm())));
    let former = move || editing.base.with(|base| base.card.as_ref().map(Card::called));
    let title = move || {
        using().map_or_else(|| "Remove the card?".to_owned(), |card| format!("Pay with {}?", card.called()))
    };
    let verb = move || if using().is_some() { "Use card" } else { "Remove card" }.to_owned();
    let says = move || {
        let forgotten = former().map(|card| format!("{card} is removed, here and at the payment provider."));
        let then = match using() {
            Some(card) => format!(
                "Invoices are paid with the card that you have just entered: {}, good through {}.",
                card.called(),
                card.expiry()
            ),
            None => "Invoices go to the billing contact and are paid as they say.".to_owned(),
        };
        view! {
            <p>{then}</p>
            {forgotten.map(|text| view! { <p>{text}</p> })}
        }
    };
    view! {
        <ConfirmDialog
            open=confirming
            title=Signal::derive(title)
            verb=Signal::derive(verb)
            danger=Signal::derive(move || using().is_none())
            busy
            problem
            on_confirm=confirm
            children=says.into()
        />
    }
    .erased()
}
