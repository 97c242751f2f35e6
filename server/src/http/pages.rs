//! The portals' pages and server functions.

use std::sync::{Arc, LazyLock};

use app::{admin::AdminApp, auth, context, portal::PortalApp, routes};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};

use model::ErrorCode;
use web::Portal;

use super::headers;

/// Made once: while it is made, no page anywhere in the program can load what it shows.
static LISTING: LazyLock<Vec<AxumRouteListing>> =
    LazyLock::new(|| [generate_route_list(AdminApp), generate_route_list(PortalApp)].concat());

pub fn routes(provide: Arc<dyn Fn() + Send + Sync>) -> Router {
    // Of these options nothing is used: the site's files are ours to name.
    let options = LeptosOptions::builder().output_name("admin").build();
    let context = move || {
        allow_own_scripts();
        provide();
    };
    Router::new()
        .leptos_routes_with_context(&options, LISTING.clone(), context, app::shell::document)
        .with_state(options)
}

/// Around the portals' pages: whoever is not signed in is sent to sign in first.
pub async fn guard(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match context::admit(&portal, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) if problem.code == ErrorCode::NotSignedIn => {
            let here = parts.uri.path_and_query().map_or(routes::PORTAL, |here| here.as_str());
            let mut answer = Redirect::to(&routes::login(here)).into_response();
            answer.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie"));
            answer
        }
        Err(problem) => auth::failed(&portal, &parts, &problem),
    }
}

/// Leptos hands its data over in scripts within the page, which the policy lets through by nonce.
fn allow_own_scripts() {
    if let (Some(nonce), Some(answer)) = (use_nonce(), use_context::<ResponseOptions>()) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, headers::policy(Some(&nonce)));
    }
}
