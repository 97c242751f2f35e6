//! Whether something has been typed that leaving would lose.

use std::sync::atomic::{AtomicBool, Ordering};

/// The browser shows one page, and one form of it at most is in the way.
static UNSAVED: AtomicBool = AtomicBool::new(false);

/// Whether leaving now would lose something.
pub fn any() -> bool {
    UNSAVED.load(Ordering::Relaxed)
}

pub(super) fn set(unsaved: bool) {
    UNSAVED.store(unsaved, Ordering::Relaxed);
}
