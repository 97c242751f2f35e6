//! The page in place of every other when others on the way could read a password or a session.

use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::page::entrance;
use crate::door::{Exposed, Portal};
use crate::kit::{Notice, Tone};

const TITLE: &str = "This connection is not safe";

/// Says why nothing is shown or taken here, and what is missing.
pub fn refused(portal: &Portal, request: &Parts, why: Exposed) -> Response {
    let url = &portal.connections.public_url;
    let steps = match why {
        Exposed::Plain | Exposed::PlainToProxy => open_https(url),
        Exposed::SilentProxy => silent_proxy(url),
        Exposed::UnknownProxy(peer) => {
            let address = peer.map_or_else(|| "ADDRESS".to_owned(), |peer| peer.to_string());
            unknown_proxy(url, portal.connections.https, &address)
        }
        Exposed::NoHttps => no_https(request),
    };
    let html = entrance(portal.viewer(&request.headers), TITLE, false, || {
        view! {
            <header>
                <h1>{TITLE}</h1>
            </header>
            <Notice tone=Tone::Waiting>{sentence(why)}</Notice>
            <ul class="steps">{steps}</ul>
        }
    });
    (StatusCode::FORBIDDEN, html).into_response()
}

/// What is wrong, for a person or a program.
pub const fn sentence(why: Exposed) -> &'static str {
    match why {
        Exposed::Plain | Exposed::PlainToProxy | Exposed::NoHttps => {
            "You came by plain HTTP. Others on the way could read a password or a session, so Bailiwick takes neither."
        }
        Exposed::SilentProxy => {
            "The proxy in front of Bailiwick does not say whether you came by HTTPS. Until it does, Bailiwick takes \
             no password."
        }
        Exposed::UnknownProxy(_) => {
            "A proxy passed this request on, and Bailiwick was not told to trust it. Until it is, Bailiwick takes no \
             password."
        }
    }
}

fn open_https(url: &str) -> AnyView {
    let link = url.to_owned();
    view! { <li>"Open " <a href=link.clone()>{link.clone()}</a> " instead."</li> }.into_any()
}

fn silent_proxy(url: &str) -> AnyView {
    let url = url.to_owned();
    view! {
        <li>
            "Have the proxy send the header " <code>"X-Forwarded-Proto"</code>
            " with the scheme that the browser used. In nginx: "
            <code>"proxy_set_header X-Forwarded-Proto $scheme;"</code>
        </li>
        <li>"On the server itself, too, open " <a href=url.clone()>{url.clone()}</a> "."</li>
    }
    .into_any()
}

fn unknown_proxy(url: &str, https: bool, address: &str) -> AnyView {
    let trusted = format!("--trusted-proxy {address}");
    let public = (!https).then(|| view! { " and " <code>"--public-url https://…"</code> });
    let open = https.then(|| url.to_owned());
    view! {
        <li>"If the proxy is yours, start the server with " <code>{trusted}</code> {public} "."</li>
        <li>
            "Have the proxy send the headers " <code>"X-Forwarded-For"</code> " and "
            <code>"X-Forwarded-Proto"</code> "."
        </li>
        {open.map(|url| view! { <li>"Then open " <a href=url.clone()>{url.clone()}</a> "."</li> })}
    }
    .into_any()
}

fn no_https(request: &Parts) -> AnyView {
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
    let local = format!("http://localhost{}", port.map(|port| format!(":{port}")).unwrap_or_default());
    view! {
        <li>"On the server itself, open " <code>{local}</code> "."</li>
        <li>
            "From elsewhere, start the server with " <code>"--tls-cert"</code> " and " <code>"--tls-key"</code>
            ", and open its https:// address."
        </li>
        <li>
            "Behind a proxy that speaks HTTPS, start it with " <code>"--public-url https://…"</code> " and "
            <code>"--trusted-proxy"</code> ", and open that address."
        </li>
    }
    .into_any()
}
