//! What stands around each page of one's own account.

use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::Visit;
use crate::entrance::page::{Brand, document};
use crate::kit::{Icon, Notice, Tab, Tabs, Tone};
use crate::places;

const TABS: [(&str, &str); 3] = [
    ("My details", places::OWN_DETAILS),
    ("Security", places::OWN_SECURITY),
    ("Sessions", places::OWN_SESSIONS),
];

/// Which form brought one here, for a word about it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct After {
    done: String,
}

/// What has been done, as an address says it and as a page does.
const DONE: [(&str, &str); 6] = [
    ("saved", "Saved."),
    ("password", "Your password is changed. Your other sessions have ended."),
    ("totp-off", "Multi-factor authentication is off. Your other sessions have ended."),
    ("ended", "The session has ended."),
    ("others-ended", "All other sessions have ended."),
    ("over", "That session was over already."),
];

/// The page to look at after a form has done its work.
pub fn after(page: &str, done: &str) -> Response {
    crate::entrance::page::see(&places::joined(page, &format!("done={done}"))).into_response()
}

/// A page of the account: one of the three, or what belongs to one of them.
pub fn page<V: IntoView>(
    visit: &Visit,
    title: &'static str,
    after: &After,
    body: impl FnOnce() -> V,
) -> Html<String> {
    let done = DONE.iter().find(|(key, _)| *key == after.done).map(|(_, text)| *text);
    let me = &visit.me;
    let who = format!("{} {} · {}", me.first_name, me.last_name, me.email);
    document(visit.viewer(), title, || {
        view! {
            <div class="account">
                <a class="skip visually-hidden" href="#main">"Skip to the content"</a>
                <header class="bar">
                    <a class="brand" href=places::HOME aria-label="Bailiwick"><Brand/></a>
                    <a class="button quiet" href=places::HOME>
                        <Icon name="chevron-left"/>
                        <span class="label">"Back to the Admin Portal"</span>
                    </a>
                </header>
                <main id="main" tabindex="-1">
                    <header>
                        <h1>{title}</h1>
                        <p class="below">{who}</p>
                    </header>
                    <Tabs label="My account" tabs=tabs(title)/>
                    {done.map(|text| view! { <Notice tone=Tone::Ok>{text}</Notice> })}
                    {body()}
                </main>
            </div>
        }
    })
}

fn tabs(title: &str) -> Vec<Tab> {
    let one = |(label, address): (&'static str, &str)| Tab {
        label,
        address: address.to_owned(),
        current: label == title,
        count: None,
    };
    TABS.map(one).to_vec()
}

/// What belongs together, with its heading and what stands beside that.
pub fn card(title: &'static str, aside: AnyView, body: AnyView) -> AnyView {
    view! {
        <section class="card">
            <header>
                <h2>{title}</h2>
                {aside}
            </header>
            <div class="body">{body}</div>
        </section>
    }
    .into_any()
}

/// Nothing beside the heading.
pub fn nothing() -> AnyView {
    ().into_any()
}
