//! The time, as the server has it, in the viewer's zone.

use leptos::prelude::*;
use model::Timestamp;

/// The zone when nobody has said which.
pub const UTC: &str = "UTC";

/// Time as the server has it, and the viewer's zone.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub zone: RwSignal<String>,
    start: Timestamp,
    opened: f64,
}

impl Clock {
    /// Counts on from the server's time for everything below.
    pub fn provide(zone: RwSignal<String>, now: Timestamp) {
        provide_context(Self { zone, start: now, opened: browser::millis() });
    }

    pub fn now(self) -> Timestamp {
        let passed = (browser::millis() - self.opened).max(0.0);
        self.start.plus(std::time::Duration::from_secs_f64(passed / 1_000.0))
    }
}

/// Time and zone, from anywhere below a portal's root.
pub fn clock() -> Clock {
    use_context().unwrap_or_else(|| Clock {
        zone: RwSignal::new(UTC.to_owned()),
        start: Timestamp::default(),
        opened: browser::millis(),
    })
}

#[cfg(feature = "ssr")]
mod browser {
    pub fn millis() -> f64 {
        0.0
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    pub fn millis() -> f64 {
        js_sys::Date::now()
    }
}
