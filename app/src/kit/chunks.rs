//! Screens whose code cannot be loaded, because the connection is broken or the server has been
//! upgraded meanwhile: saying so, and trying again. One stays where one is until it is there.

use std::cell::RefCell;
use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, Event};

use super::{Button, Icon, Look, joined};

/// How long to wait where nobody can be asked yet.
const PAUSE: Duration = Duration::from_secs(3);

thread_local! {
    /// What to call so that the loader, which the build makes, tries again.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(vec![]) };
}

/// What is missing, if anything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// The server could not be reached.
    Unreached,
    /// The server does not have it: there is another version now.
    Refused,
}

/// What is missing; a context of everything below the portal's root.
#[derive(Clone, Copy, Debug)]
pub struct Chunks(RwSignal<Option<Missing>>);

impl Chunks {
    /// Call it before the first screen is loaded.
    pub fn provide() {
        let chunks = Self(RwSignal::new(None));
        provide_context(chunks);
        if cfg!(feature = "ssr") {
            return;
        }
        listen("chunkmissing", move |event| chunks.hear(event));
        listen("online", move |_| chunks.again());
    }

    /// Whether something could not be loaded, and waits for another try.
    pub fn are_missing(self) -> bool {
        self.0.with(Option::is_some)
    }

    fn hear(self, event: &Event) {
        let Some(detail) = event.dyn_ref::<CustomEvent>().map(CustomEvent::detail) else { return };
        let part = |name: &str| Reflect::get(&detail, &JsValue::from_str(name)).unwrap_or_default();
        let Ok(again) = part("again").dyn_into::<Function>() else { return };
        WAITING.with_borrow_mut(|waiting| waiting.push(again));
        self.0.set(Some(if part("answered").is_truthy() { Missing::Refused } else { Missing::Unreached }));
        // Before the page lives there is no button.
        let lives = document().document_element().is_some_and(|root| root.has_attribute("data-live"));
        if !lives {
            set_timeout(move || self.again(), PAUSE);
        }
    }

    fn again(self) {
        let waiting = WAITING.take();
        if !waiting.is_empty() {
            self.0.set(None);
        }
        for again in waiting {
            drop(again.call0(&JsValue::UNDEFINED));
        }
    }
}

/// From anywhere below the portal's root.
pub fn chunks() -> Chunks {
    use_context().unwrap_or_else(|| Chunks(RwSignal::new(None)))
}

/// Says that a screen could not be loaded. Going anywhere else tries again, too.
#[component]
pub(super) fn MissingScreen() -> impl IntoView {
    let chunks = chunks();
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let now = location.pathname.get();
        if before.is_some_and(|before| before != now) {
            chunks.again();
        }
        now
    });
    let reload = move || {
        let path = location.pathname.get_untracked();
        let address = joined(&path, &location.search.get_untracked());
        drop(window().location().assign(&address));
    };
    let toast = move |missing: Missing| {
        let (text, label) = match missing {
            Missing::Unreached => ("A screen could not be loaded. Check your connection.", "Retry"),
            Missing::Refused => ("There is a newer version. Load the page again to get it.", "Load again"),
        };
        let press = move || if missing == Missing::Refused { reload() } else { chunks.again() };
        view! {
            <div class="toast bad" role="alert">
                <Icon name="circle-alert"/>
                <p>{text}</p>
                <Button look=Look::Quiet small=true on_press=press>{label}</Button>
            </div>
        }
    };
    move || chunks.0.get().map(toast)
}

/// For as long as the page lives.
fn listen(name: &str, hear: impl Fn(&Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event| hear(&event));
    drop(window().add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()));
    listener.forget();
}
