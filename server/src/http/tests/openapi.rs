//! The document of the REST API: whole, true, and the same as the one that is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::api::{Verb, all};
use super::*;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
/// Writes the document anew where it is set.
const RENEW: &str = "BAILIWICK_RENEW_OPENAPI";

#[test]
fn the_document_that_is_kept_is_the_one_that_is_served() {
    let made = all().document();
    if std::env::var_os(RENEW).is_some() {
        fs::write(KEPT, &made).unwrap();
    }
    let kept = fs::read_to_string(KEPT).unwrap_or_default();
    assert!(kept == made, "docs/openapi.json is old. Renew it: {RENEW}=1 cargo xtask test unit openapi");
}

/// Every place that refers to a part of the document, and the names of all that can be done.
fn walk(value: &Value, found: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(parts) => {
            for (name, value) in parts {
                found(name, value);
                walk(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn whatever_it_refers_to_is_there_and_is_referred_to() {
    let document: Value = serde_json::from_str(&all().document()).unwrap();
    let (mut references, mut names) = (BTreeSet::new(), Vec::new());
    walk(&document, &mut |name, value| match name {
        "$ref" => drop(references.insert(value.as_str().unwrap().to_owned())),
        "operationId" => names.push(value.as_str().unwrap().to_owned()),
        _ => {}
    });
    for reference in &references {
        let there = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(there.is_some(), "{reference} is not there");
    }
    for kind in ["schemas", "parameters", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(references.contains(&reference), "{reference} is in the way");
        }
    }
    let number = names.len();
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>().len(), number, "names are there twice");
    // What takes a key says which scopes; each of them by itself is enough.
    for endpoint in all().endpoints() {
        let told = &document["paths"][endpoint.path][endpoint.verb.as_str()];
        let scopes = told["security"].as_array().unwrap();
        assert_eq!(scopes.is_empty(), endpoint.id == "openapi", "{}", endpoint.id);
        assert!(scopes.iter().all(|one| one["apiKey"].as_array().unwrap().len() == 1));
    }
}

/// The document is made of what the router is made of.
#[tokio::test]
async fn the_router_takes_what_the_document_tells_and_nothing_else() {
    let server = TestServer::set_up().await;
    let stranger = server.browser();
    let api = all();
    let paths: BTreeSet<_> = api.endpoints().map(|endpoint| endpoint.path).collect();
    for path in paths {
        let address = format!("/api{}", path.replace(['{', '}'], ""));
        for verb in [Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete] {
            let request = Request::builder().method(verb.as_str().to_uppercase().as_str()).uri(&address);
            let status = stranger.send(request, Body::empty()).await.status;
            let told = api.endpoints().find(|one| one.path == path && one.verb == verb);
            let expected = match told {
                Some(endpoint) if endpoint.needs.is_empty() => StatusCode::OK,
                Some(_) => StatusCode::UNAUTHORIZED,
                None => StatusCode::METHOD_NOT_ALLOWED,
            };
            assert_eq!(status, expected, "{verb:?} {address}");
        }
    }
    let page = stranger.get("/api/openapi.json").await;
    assert_eq!(
        (page.body, &page.headers[header::CONTENT_TYPE]),
        (api.document(), &"application/json".parse().unwrap())
    );
}

/// Nothing of the API is routed past the document: one place alone routes.
#[test]
fn nothing_is_routed_past_the_document() {
    fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/api"), &mut found);
    assert!(found.len() > 10);
    for (path, text) in found {
        let routes = [".route(", ".route_service(", "axum::routing"].iter().any(|word| text.contains(word));
        let here = path.ends_with("openapi/mod.rs") || path.ends_with("openapi/endpoint.rs");
        assert!(here || !routes, "{path} routes past the document");
    }
}
