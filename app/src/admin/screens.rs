//! Screens whose code is fetched when one of them is first opened.

/// The routes of one area, each with the function that shows it. The code of an area comes in one
/// piece: apart, its screens share so much, each pair and each three of them something else, that
/// the browser would fetch a hundred small files for one page.
macro_rules! screens {
    ($area:ident: $($(#[$about:meta])+ $route:ident, $shown:ident => $view:expr;)+) => {$(
        $(#[$about])+
        #[derive(Clone)]
        pub struct $route;

        const _: () = {
            #[cfg_attr(
                not(feature = "ssr"),
                ::leptos::wasm_split::wasm_split(
                    $area,
                    wasm_split_path = ::leptos::wasm_split,
                    preload(fetch)
                )
            )]
            fn $shown() -> ::leptos::prelude::AnyView {
                $view
            }

            impl ::leptos_router::LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                #[cfg(feature = "ssr")]
                async fn view(_: Self) -> ::leptos::prelude::AnyView {
                    ::leptos::prefetch_lazy_fn_on_server(stringify!($area));
                    $shown()
                }

                #[cfg(not(feature = "ssr"))]
                async fn view(_: Self) -> ::leptos::prelude::AnyView {
                    $shown().await
                }

                #[cfg(not(feature = "ssr"))]
                async fn preload() {
                    fetch().await;
                }
            }
        };
    )+};
}

pub(super) use screens;
