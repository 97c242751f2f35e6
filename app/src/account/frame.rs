//! What stands around each page of one's own account.

use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::Visit;
use super::visit::Who;
use crate::auth::page::{Brand, document};
use crate::kit::{Icon, Notice, Tab, Tabs, Tone, joined};
use crate::portal::bar::{Bar, PortalPage};
use crate::routes::{self, AuthRoutes};

/// Which form brought one here, for a word about it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct After {
    done: String,
}

/// What has been done, as an address says it and as a page does.
const DONE: [(&str, &str); 19] = [
    ("zone", "Saved. Times are shown so from now on."),
    ("news-on", "Saved. You get an email about each new version."),
    ("news-off", "Saved. You get no emails about new versions."),
    ("saved", "Saved."),
    ("password", "Your password is changed. Your other sessions have ended."),
    ("totp-on", "The authenticator app is set up. Your other sessions have ended."),
    ("totp-off", "The authenticator app is off. Your other sessions have ended."),
    ("passkey-added", "The passkey is added. Your other sessions have ended."),
    ("passkey-renamed", "The passkey has its new name."),
    ("passkey-removed", "The passkey is removed. Your other sessions have ended."),
    ("passkey-gone", "That passkey was gone already."),
    ("api-key-revoked", "The API key is revoked."),
    ("api-key-gone", "There was no API key any more."),
    ("ended", "The session has ended."),
    ("others-ended", "All other sessions have ended."),
    ("over", "That session was over already."),
    ("key-added", "The key is added."),
    ("key-removed", "The key is removed."),
    ("key-gone", "That key was gone already."),
];

/// The page to look at after a form has done its work.
pub fn after(page: &str, done: &str) -> Response {
    crate::auth::page::redirect(&joined(page, &format!("done={done}"))).into_response()
}

/// A page of the account: one of those that the tabs lead to, or what belongs to one of them.
pub fn page<V: IntoView>(
    visit: &Visit,
    title: &'static str,
    after: &After,
    body: impl FnOnce() -> V,
) -> Html<String> {
    let done = DONE.iter().find(|(key, _)| *key == after.done).map(|(_, text)| *text);
    let (name, email) = match &visit.who {
        Who::Administrator(me) => (format!("{} {}", me.first_name, me.last_name), me.email.clone()),
        Who::User(me) => (me.name.clone(), me.email.clone()),
    };
    document(visit.viewer(), title, || {
        view! {
            <div class="account">
                <a class="skip visually-hidden" href="#main">"Skip to the content"</a>
                {bar(visit)}
                <main id="main" tabindex="-1">
                    <header>
                        <h1>{title}</h1>
                        <p class="below">{name} " · " {email}</p>
                    </header>
                    <Tabs label="My account" tabs=tabs(visit, title)/>
                    {done.map(|text| view! { <Notice tone=Tone::Ok>{text}</Notice> })}
                    {body()}
                </main>
            </div>
        }
    })
}

fn bar(visit: &Visit) -> AnyView {
    match &visit.who {
        Who::User(me) => {
            let theme = visit.viewer().theme;
            view! { <Bar me=(**me).clone() page=Some(PortalPage::Security) theme/> }.into_any()
        }
        Who::Administrator(_) => view! {
            <header class="bar">
                <a class="brand" href=routes::HOME aria-label="Bailiwick"><Brand/></a>
                <a class="button quiet" href=routes::HOME>
                    <Icon name="chevron-left"/>
                    <span class="label">"Back to the Admin Portal"</span>
                </a>
                <form method="post" action=routes::LOGOUT>
                    <button r#type="submit" class="button quiet">
                        <Icon name="log-out"/>
                        <span class="label">"Log out"</span>
                    </button>
                </form>
            </header>
        }
        .into_any(),
    }
}

fn tabs(visit: &Visit, title: &str) -> Vec<Tab> {
    let AuthRoutes { security, sessions, .. } = visit.routes();
    let first = match &visit.who {
        Who::Administrator(_) => {
            vec![
                ("My details", routes::OWN_DETAILS),
                ("Security", *security),
                ("API key", routes::OWN_API_KEY),
            ]
        }
        Who::User(_) => vec![("Security", *security), ("SSH keys", routes::SSH_KEYS)],
    };
    let one = |(label, address): (&'static str, &str)| Tab {
        label,
        address: address.to_owned(),
        current: label == title,
        count: None,
    };
    first.into_iter().chain([("Sessions", *sessions)]).map(one).collect()
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
