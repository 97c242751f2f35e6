//! Who asks, and the directory that is asked: what every page, form and server function begins with.

mod guard;

use axum::http::request::Parts;
use directory::{Actor, Directory};
use leptos::prelude::{provide_context, use_context};
use model::{ErrorCode, Principal, Problem};
use web::Portal;

pub use guard::admit;

use crate::viewer::Viewer;
use guard::Looked;

/// The context of a request of somebody who is signed in.
pub struct RequestContext {
    pub directory: Directory,
    pub actor: Actor,
    /// The IANA name of the zone in which they see times.
    pub zone: String,
}

impl RequestContext {
    /// What the directory said, as the caller is told.
    ///
    /// # Errors
    /// The problem that it said.
    pub fn answer<T>(&self, said: directory::Result<T>) -> Result<T, Problem> {
        said.map_err(|error| self.directory.problem(error))
    }
}

/// The administrator who asks a server function.
///
/// # Errors
/// `not_signed_in`; `unavailable` when the directory does not answer.
pub async fn admin() -> Result<RequestContext, Problem> {
    request_context(Principal::Administrator).await
}

/// The user who asks a server function.
///
/// # Errors
/// `not_signed_in`; `unavailable` when the directory does not answer.
pub async fn user() -> Result<RequestContext, Problem> {
    request_context(Principal::User).await
}

async fn request_context(principal: Principal) -> Result<RequestContext, Problem> {
    let (Some(portal), Some(parts)) = (use_context::<Portal>(), use_context::<Parts>()) else {
        tracing::error!("a server function without its request");
        return Err(Problem::new(ErrorCode::Internal, "Something went wrong."));
    };
    // A page has looked the session up already; what it asks while it is made need not do so again.
    let actor = match parts.extensions.get::<Looked>() {
        Some(Looked(kind, actor)) if *kind == principal => actor.clone(),
        _ => portal.signed_in(&parts, principal).await?,
    };
    let zone = Viewer::from_request(&portal, &parts.headers).zone;
    Ok(RequestContext { directory: portal.directory, actor, zone })
}

/// Provides the context of a page or a server function.
pub fn provide(portal: &Portal) {
    provide_context(portal.clone());
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(viewer) = parts.extensions.get::<Viewer>() {
        provide_context(viewer.clone());
    }
    if let Some(viewer) = parts.extensions.get::<Viewer<model::portal::Me>>() {
        provide_context(viewer.clone());
    }
}
