//! Nothing that carries a secret is served or taken over a connection that others can read.

use app::auth::{exposed, exposed_page};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{ErrorCode, Problem};
use web::Portal;

use super::{api, functions};

/// Around every route that shows a form, takes a secret, or knows a session or a key: a browser is told
/// by a page, a program by an error.
pub async fn private_only(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Err(why) = portal.connections.check(&parts) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let path = parts.uri.path();
    let problem = || Problem::new(ErrorCode::Forbidden, exposed(why));
    if api::holds(path) {
        api::error_response(StatusCode::FORBIDDEN, &problem())
    } else if functions::holds(path) {
        (StatusCode::FORBIDDEN, Json(problem())).into_response()
    } else {
        exposed_page(&portal, &parts, why)
    }
}
