//! The User Portal's entry in the browser.

use app::portal::PortalApp;
use leptos::{mount::hydrate_from_async, prelude::document};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Takes over the page that the server rendered, once it is there.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    spawn_local(async {
        let Some(body) = document().body() else { return };
        hydrate_from_async(body, PortalApp).await.forget();
        // Tests wait for this: what they click on before is only HTML.
        if let Some(root) = document().document_element() {
            drop(root.set_attribute("data-live", ""));
        }
    });
}
