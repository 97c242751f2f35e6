//! What every screen begins with, and moving between screens.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{Content, Erase};
use crate::browser::dom;

/// Says aloud where one has come to, and knows whether one has moved at all.
#[derive(Clone, Copy, Debug)]
pub struct Announcer {
    text: RwSignal<String>,
    moved: StoredValue<bool>,
}

impl Announcer {
    /// For everything below; call it once, within the router.
    pub fn provide() -> Self {
        let announcer = Self { text: RwSignal::new(String::new()), moved: StoredValue::new(false) };
        let path = use_location().pathname;
        Effect::new(move |before: Option<String>| {
            let now = path.get();
            if before.is_some_and(|before| before != now) {
                announcer.moved.set_value(true);
            }
            now
        });
        provide_context(announcer);
        announcer
    }

    pub fn say(self, text: impl Into<String>) {
        self.text.set(text.into());
    }

    /// Whether somebody moved here within the portal, rather than having loaded the page.
    pub fn moved(self) -> bool {
        self.moved.get_value()
    }
}

/// From anywhere below the portal's root.
pub fn announcer() -> Announcer {
    use_context()
        .unwrap_or_else(|| Announcer { text: RwSignal::new(String::new()), moved: StoredValue::new(false) })
}

/// Where announcements are heard; once per page.
#[component]
pub fn Announcements() -> impl IntoView {
    let announcer = announcer();
    view! { <p class="visually-hidden" role="status" aria-live="polite">{announcer.text}</p> }
}

/// A screen's heading with its actions; gives the document its title. Who moved here finds the
/// focus on the heading, and hears it.
#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// The document's title, where it is not the heading.
    #[prop(optional, into)]
    document: Option<String>,
    /// A line below the heading.
    #[prop(optional)]
    below: Option<AnyView>,
    #[prop(optional)] children: Option<Content>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    let announcer = announcer();
    let document = Signal::derive(move || document.clone().unwrap_or_else(|| title.get()));
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if announcer.moved() {
            dom::focus(&heading);
            announcer.say(document.get_untracked());
        }
    });
    // The server writes the head last, when what the page was made of may be gone.
    let text: TextProp =
        if cfg!(feature = "ssr") { document.get_untracked().into() } else { (move || document.get()).into() };
    view! {
        <Title text/>
        <header class="page-header">
            <div>
                <h1 node_ref=heading tabindex="-1">{title}</h1>
                {below.map(|below| view! { <div class="below">{below}</div> })}
            </div>
            {children.map(|children| view! { <div class="actions">{children.view()}</div> })}
        </header>
    }
    .erased()
}

/// One of several places that belong together.
#[derive(Clone, Debug)]
pub struct Tab {
    pub label: &'static str,
    pub address: String,
    pub current: bool,
    pub count: Option<String>,
}

/// Places that belong together, side by side: links, so that each has its address.
#[component]
pub fn Tabs(
    /// What they have in common.
    label: &'static str,
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    /// Moving between them loses nothing that has been typed.
    #[prop(optional)]
    keeps: bool,
) -> impl IntoView {
    let tab = move |Tab { label, address, current, count }: Tab| {
        view! {
            <a href=address aria-current=current.then_some("page") data-noscroll="" data-keeps=keeps>
                {label}
                {count.map(|count| view! { <span class="count">{count}</span> })}
            </a>
        }
    };
    let nav = NodeRef::<html::Nav>::new();
    Effect::new(move |_| {
        tabs.track();
        // Once they stand there.
        dom::soon(move || bring_into_view(nav));
    });
    // A phone is turned round, a window drawn smaller.
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::resize, move |_| bring_into_view(nav));
        on_cleanup(move || handle.remove());
    });
    view! {
        <nav class="tabs" aria-label=label node_ref=nav>
            {move || tabs.get().into_iter().map(tab).collect_view()}
        </nav>
    }
}

/// Where there is no room for all, the one that is shown stands in the middle.
fn bring_into_view(nav: NodeRef<html::Nav>) {
    let Some(nav) = nav.try_get_untracked().flatten() else { return };
    if let Some(tab) = dom::find(&nav, "[aria-current]") {
        nav.set_scroll_left(tab.offset_left() - (nav.client_width() - tab.offset_width()) / 2);
    }
}
