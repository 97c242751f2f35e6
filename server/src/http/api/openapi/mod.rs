//! The document of the API (`OpenAPI` 3.1), made from what the router is made from: a request that it does not
//! tell of cannot be routed. See docs/decisions/0009-openapi.md.

mod endpoint;
mod events;
mod groups;
mod ldap;
mod parts;
mod schedules;
mod schemas;

use axum::{
    Router,
    body::Bytes,
    handler::Handler,
    http::header,
    routing::{get, on},
};
use serde_json::{Map, Value, json};
use web::Portal;

use super::names::PREFIX;
pub use endpoint::{Endpoint, Verb};

/// The document's own address.
const ITSELF: Endpoint =
    Endpoint::new(Verb::Get, "/openapi.json", "openapi", "This document.").answers("Anything");

/// Requests with what answers them.
#[derive(Default)]
pub struct Api {
    router: Router<Portal>,
    endpoints: Vec<Endpoint>,
}

impl Api {
    /// Adds a request.
    pub fn at<H: Handler<T, Portal>, T: 'static>(mut self, endpoint: Endpoint, handler: H) -> Self {
        self.router = self.router.route(endpoint.path, on(endpoint.verb.filter(), handler));
        self.endpoints.push(endpoint);
        self
    }

    /// Adds those of others.
    pub fn and(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.endpoints.extend(other.endpoints);
        self
    }

    /// All of them, and the document.
    pub fn into_router(self) -> Router<Portal> {
        let document = Bytes::from(self.document());
        let answer = move || {
            let document = document.clone();
            async move { ([(header::CONTENT_TYPE, "application/json")], document) }
        };
        self.router.route(ITSELF.path, get(answer))
    }

    /// The document, as it is served and kept in `docs/openapi.json`.
    pub fn document(&self) -> String {
        let mut paths: Map<String, Value> = Map::new();
        for endpoint in self.endpoints() {
            let at = paths.entry(endpoint.path).or_insert_with(|| json!({}));
            if let Value::Object(at) = at {
                at.insert(endpoint.verb.as_str().to_owned(), endpoint.operation());
            }
        }
        let mut components = schemas::components();
        if let Some(Value::Object(all)) = components.get_mut("schemas") {
            all.extend(events::schemas());
        }
        let document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Bailiwick",
                "version": "1",
                "description": ABOUT,
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": PREFIX }],
            "paths": paths,
            "components": components,
        });
        // Numbers and texts are always JSON.
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }

    /// Each request there is.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().chain([&ITSELF])
    }
}

const ABOUT: &str = "The REST API of Bailiwick. Each request shows a key in the header `x-api-key`, and may do what \
    the role of the key’s owner allows. Bodies are JSON of at most 1 MiB in which no name is there twice. Instants \
    are RFC 3339 in UTC with six digits after the point. What is not known in an address or a body is refused, and \
    named. Lists of users go by `limit` and `skip`; whoever reads very many sorts by `_id` and goes on from the last \
    one by `filter=_id:$gt:…`. A user who was read has an `ETag`; sent back as `If-Match` it makes sure that nobody \
    was faster.";
