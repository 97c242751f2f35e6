//! Names that are offered for what is being typed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

const PAUSE: Duration = Duration::from_millis(200);

/// Finds names that hold a text. The screens give it to the kit, which knows no server.
pub type NameSearch = fn(String) -> Pin<Box<dyn Future<Output = Vec<String>>>>;

/// What is found for a text, a little after it was typed; answers that come too late are dropped.
#[derive(Clone, Copy)]
pub(super) struct Suggestions {
    search: Option<NameSearch>,
    pub found: RwSignal<Vec<String>>,
    asked: StoredValue<u32>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Suggestions {
    /// Without a search nothing is ever found.
    pub fn new(search: Option<NameSearch>) -> Self {
        let waiting = StoredValue::new(None);
        let suggestions = Self { search, found: RwSignal::new(vec![]), asked: StoredValue::new(0), waiting };
        on_cleanup(move || suggestions.stop());
        suggestions
    }

    fn stop(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    pub fn ask(self, text: String) {
        let Some(search) = self.search else { return };
        self.stop();
        let number = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        let go = move || {
            spawn_local(async move {
                let found = search(text).await;
                if self.asked.try_get_value() == number {
                    drop(self.found.try_set(found));
                }
            });
        };
        self.waiting.set_value(set_timeout_with_handle(go, PAUSE).ok());
    }
}
