//! The field in which somebody says why they start a job.

use leptos::prelude::*;

use crate::kit::{Erase, TextField};

/// Why a job is started.
pub(super) fn reason_field(reason: RwSignal<String>, fault: Signal<Option<String>>) -> AnyView {
    view! {
        <TextField
            label="Reason (optional)"
            name="reason"
            hint="It stands with the job and in the history."
            value=reason
            error=fault
            on_input=move |text| reason.set(text)
        />
    }
    .erased()
}
