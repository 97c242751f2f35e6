//! The emails in the outbox, as its screens share them.

use leptos::prelude::*;

/// Counts the changes of emails: the list loads again with each.
#[derive(Clone, Copy)]
pub(super) struct Messages(RwSignal<u32>);

impl Messages {
    pub fn new() -> Self {
        Self(RwSignal::new(0))
    }

    pub fn changed(self) {
        self.0.update(|version| *version += 1);
    }

    pub fn version(self) -> u32 {
        self.0.get()
    }
}

/// From anywhere below the outbox.
pub(super) fn messages() -> Messages {
    use_context().unwrap_or_else(Messages::new)
}
