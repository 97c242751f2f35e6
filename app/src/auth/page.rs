//! Documents that the server alone makes, and the answers that carry them.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use leptos_router::location::Url;
use model::{ErrorCode, Problem};

use crate::kit::{Icon, LinkButton, Look, literal};
use crate::shell::Head;
use crate::viewer::{self, Viewer};
use crate::{routes, site};
use web::Portal;

/// The script that eases forms where there is JavaScript: see `public/scripts/auth.js`.
const SCRIPT: &str = "auth";

/// The script of pages where a passkey can be made or shown: see `public/scripts/passkeys.js`.
const PASSKEYS: &str = "passkeys";

/// Has a page load that script too.
pub fn passkey_script() -> AnyView {
    let script = site::get().scripts.get(PASSKEYS);
    script.map(|src| view! { <script r#type="module" src=src.as_str()></script> }).into_any()
}

/// Makes a whole document, at once.
pub fn document<V: IntoView>(viewer: Viewer, title: &str, body: impl FnOnce() -> V) -> Html<String> {
    let title = literal(&format!("{title} · Bailiwick"));
    let theme = viewer.theme.forced();
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        viewer::keep_time(&viewer);
        let script = site::get().scripts.get(SCRIPT);
        let script = script.map(|src| view! { <script r#type="module" src=src.as_str()></script> });
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme>
                <head>
                    <Head/>
                    <title inner_html=title></title>
                    {script}
                </head>
                <body>{body()}</body>
            </html>
        }
        .to_html()
    });
    Html(html)
}

/// A sign-in page: the form on the left, a slogan on the right.
pub fn auth_page<V: IntoView>(
    viewer: Viewer,
    title: &str,
    wide: bool,
    body: impl FnOnce() -> V,
) -> Html<String> {
    document(viewer, title, || {
        view! {
            <div class="auth" class:roomy=wide>
                <main>
                    <p class="brand"><Brand/></p>
                    {body()}
                </main>
                <aside>
                    <p class="slogan">
                        "One directory for your people, and everything they sign in to."
                    </p>
                    <p class="faint">"Self-hosted. Open source. Yours."</p>
                </aside>
            </div>
        }
    })
}

/// The product's mark and name.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="mark"><Icon name="castle"/></span>
        <span class="word">"Bailiwick"</span>
    }
}

/// The answer to a form that worked: where to look next.
pub fn redirect(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// A page with the status of the problem that it tells of.
pub fn response(problem: &Problem, html: Html<String>) -> Response {
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = (status, html).into_response();
    if let Some(seconds) = problem.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// A page for a problem that no form can show.
pub fn failed(portal: &Portal, request: &Parts, problem: &Problem) -> Response {
    let path = request.uri.path();
    let admin = routes::is_admin(path) || path == routes::SETUP;
    let (home, to_home, login) = if admin {
        (routes::HOME, "Go to the Homepage", routes::LOGIN)
    } else {
        (routes::PORTAL, "Go to your applications", routes::USER_LOGIN)
    };
    let (title, way, to) = match problem.code {
        ErrorCode::Gone => ("This does not work any more", "Go to the sign-in page", login),
        ErrorCode::Unavailable => ("Not just now", "Try again", home),
        ErrorCode::Forbidden if admin => ("Not for your role", to_home, home),
        ErrorCode::NotFound => ("Not found", to_home, home),
        _ => ("That did not work", to_home, home),
    };
    let html = auth_page(Viewer::from_request(portal, &request.headers), title, false, || {
        view! {
            <header>
                <h1>{title}</h1>
                <p class="below">{problem.message.clone()}</p>
            </header>
            <LinkButton href=to.to_owned() look=Look::Primary>{way}</LinkButton>
        }
    });
    response(problem, html)
}

/// A link that saves lines of text as a file. They are in the link itself, so that they need not be
/// kept anywhere to be fetched.
pub fn download(file: &'static str, label: &'static str, lines: &[String]) -> AnyView {
    let address = format!("data:text/plain;charset=utf-8,{}", Url::escape(&(lines.join("\r\n") + "\r\n")));
    view! {
        <a class="button" href=address download=file><Icon name="download"/><span class="label">{label}</span></a>
    }
    .into_any()
}
