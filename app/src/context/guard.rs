//! The portals' pages are for those who are signed in.

use axum::http::request::Parts;
use directory::{Actor, Directory};
use model::{Principal, Problem};

use crate::viewer::Viewer;
use crate::{news, routes};
use web::Portal;

/// Looks up who asks for a page of a portal; that, and how they want to see it, go along with the request.
/// Server functions pass; they ask for themselves.
///
/// # Errors
/// `not_signed_in`; `unavailable` when the directory does not answer.
pub async fn admit(portal: &Portal, request: &mut Parts) -> Result<(), Problem> {
    match principal_of(request.uri.path()) {
        Some(principal) => signed_in(portal, principal, request).await,
        None => Ok(()),
    }
}

/// Whose pages are at a path.
fn principal_of(path: &str) -> Option<Principal> {
    if routes::is_admin(path) {
        Some(Principal::Administrator)
    } else {
        routes::is_portal(path).then_some(Principal::User)
    }
}

async fn signed_in(portal: &Portal, principal: Principal, parts: &mut Parts) -> Result<(), Problem> {
    let actor = portal.signed_in(parts, principal).await?;
    let viewer = Viewer::from_request(portal, &parts.headers);
    let directory = &portal.directory;
    let told = |error| directory.problem(error);
    match principal {
        Principal::Administrator => {
            let me = directory.account().me(&actor).await.map_err(told)?;
            let mut viewer = viewer.chosen_by(&me);
            viewer.unread = unread(directory, &actor, &me.news_seen).await?;
            parts.extensions.insert(viewer.of(Some(me)));
        }
        Principal::User => {
            let me = directory.portal().me(&actor).await.map_err(told)?;
            parts.extensions.insert(viewer.of(Some(me)));
        }
    }
    parts.extensions.insert(Looked(principal, actor));
    Ok(())
}

/// Whether there is something that an administrator has not seen. Nothing is new to whoever comes for the
/// first time: what comes after this program will be.
async fn unread(directory: &Directory, actor: &Actor, seen: &str) -> Result<bool, Problem> {
    if seen.is_empty() {
        let begun = directory.preferences().see_news(actor, news::edition()).await;
        return begun.map(|()| false).map_err(|error| directory.problem(error));
    }
    Ok(seen != news::edition())
}

/// Whoever a page was made for, so that what it asks while it is made need not look them up again.
#[derive(Clone)]
pub struct Looked(pub Principal, pub Actor);
