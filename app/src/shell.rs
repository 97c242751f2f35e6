//! The HTML around each page.

use leptos::{WasmSplitManifest, nonce::use_nonce, prelude::*};

use crate::kit::Erase;
use leptos_meta::MetaTags;

use axum::http::request::Parts;
use model::account;
use model::portal::Me;

use crate::viewer::{Theme, Viewer};
use crate::{admin::AdminApp, portal::PortalApp, routes, site};

/// The document of the portal that the request's path belongs to.
pub fn document() -> AnyView {
    let parts = use_context::<Parts>();
    // While addresses are collected there is no request.
    if parts.is_none_or(|parts| routes::is_admin(parts.uri.path())) {
        let without = "The Admin Portal needs JavaScript: without it nothing here can be changed. Allow it for this \
            site and load the page again. Signing in and your own account work without.";
        around("admin", theme::<account::Me>(), without, || view! { <AdminApp/> }).erased()
    } else {
        let without = "Without JavaScript your profile can be read here, but not changed. Signing in and all pages \
            under Security work without.";
        around("portal", theme::<Me>(), without, || view! { <PortalApp/> }).erased()
    }
}

fn theme<M: Clone + Send + Sync + 'static>() -> Theme {
    use_context::<Viewer<M>>().map(|viewer| viewer.theme).unwrap_or_default()
}

/// A document that the named WASM entry brings to life.
fn around<V: IntoView>(
    entry: &'static str,
    theme: Theme,
    // Told where there is no JavaScript.
    without: &'static str,
    body: impl FnOnce() -> V,
) -> impl IntoView {
    let theme = theme.forced();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-icons=site::get().icons.as_str() data-theme=theme>
            <head>
                <Head/>
                <Hydration entry/>
                <MetaTags/>
            </head>
            <body>
                {body()}
                // Behind what the browser takes over, which begins with the body's first child.
                <noscript>
                    <p class="noscript">{without}</p>
                </noscript>
            </body>
        </html>
    }
}

/// What each page has in its head, with or without WASM.
#[component]
pub fn Head() -> impl IntoView {
    let site = site::get();
    let fonts = site.fonts.iter().map(|font| {
        view! { <link rel="preload" href=font.as_str() r#as="font" r#type="font/woff2" crossorigin="anonymous"/> }
    });
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
        {fonts.collect_view()}
        <link rel="stylesheet" href=site.css.as_str()/>
    }
}

/// Loads the WASM entry and lets it take over. Ours instead of leptos', which reads its list of
/// files from the disk at run time.
#[component]
fn Hydration(entry: &'static str) -> impl IntoView {
    let found = site::get().entries.get(entry);
    found.map(|found| {
        let js = format!("{}/{entry}.js", found.dir);
        let wasm = format!("{}/{entry}_bg.wasm", found.dir);
        let split = (found.dir.clone(), found.prefetch.clone(), "split.js".to_owned());
        provide_context(WasmSplitManifest(ArcStoredValue::new(split)));
        let script = format!(
            "import start, {{ hydrate }} from \"{js}\";\
             start({{ module_or_path: \"{wasm}\" }}).then(hydrate);"
        );
        view! {
            <link rel="modulepreload" href=js/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script r#type="module" nonce=use_nonce()>
                {script}
            </script>
        }
    })
}
