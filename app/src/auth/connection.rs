//! Instead of a form over plain HTTP from afar: everybody on the way could read the password and
//! the session.

use axum::http::{Method, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::page::auth_page;
use crate::kit::{Notice, Tone};
use crate::viewer::Viewer;
use web::Portal;

const TITLE: &str = "This connection is not safe";

/// The page that says so, and what to do.
pub fn refused(portal: &Portal, request: &Parts) -> Response {
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let html = auth_page(Viewer::from_request(portal, &request.headers), TITLE, false, || {
        if is_behind_https(request) { proxied(host) } else { plain(host) }
    });
    let refused = request.method == Method::POST;
    (if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, html).into_response()
}

/// Whether a proxy speaks HTTPS for us, by its own word or the browser's.
fn is_behind_https(request: &Parts) -> bool {
    let says =
        |name: &str| request.headers.get(name).is_some_and(|value| value.as_bytes().starts_with(b"https"));
    says("x-forwarded-proto") || says("origin")
}

fn proxied(host: &str) -> AnyView {
    let message = format!(
        "A proxy seems to speak HTTPS for {host}, but Bailiwick was not told so. Until it is, it takes no passwords."
    );
    let option = format!("--public-url https://{host}");
    view! {
        <header>
            <h1>{TITLE}</h1>
        </header>
        <Notice tone=Tone::Waiting>{message}</Notice>
        <ul class="steps">
            <li>"Start the server with " <code>{option}</code> ", and open that address again."</li>
        </ul>
    }
    .into_any()
}

fn plain(host: &str) -> AnyView {
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
    let local = format!("http://localhost{}", port.map(|port| format!(":{port}")).unwrap_or_default());
    let message = format!(
        "You came to {host} over plain HTTP. A password and a session would travel readable for everybody on \
         the flow, so neither is taken here."
    );
    view! {
        <header>
            <h1>{TITLE}</h1>
        </header>
        <Notice tone=Tone::Waiting>{message}</Notice>
        <ul class="steps">
            <li>"On the server itself, open " <code>{local}</code> "."</li>
            <li>
                "From elsewhere, start the server with " <code>"--tls-cert"</code> " and "
                <code>"--tls-key"</code> ", and open its https:// address."
            </li>
            <li>
                "Behind a proxy that speaks HTTPS, start it with " <code>"--public-url https://…"</code>
                ", and open that address."
            </li>
        </ul>
    }
    .into_any()
}
