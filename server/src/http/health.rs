//! For whoever watches over the program.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

use super::Ready;

pub fn routes(ready: Ready) -> Router {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(answer)).with_state(ready)
}

/// The program runs.
async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The program can do its work. The reason why not is for the log, not for strangers.
async fn answer(State(ready): State<Ready>) -> (StatusCode, Json<Value>) {
    match ready().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ok" }))),
        Err(reason) => {
            tracing::warn!(reason, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable" })))
        }
    }
}
