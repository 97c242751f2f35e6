//! The end of a panel in which something is added.

use leptos::prelude::*;
use model::Problem;

use crate::kit::{Button, Erase, Look, Notice, PanelState, ProblemText, Tone};

/// What is wrong, and the buttons that leave the form and send it.
pub(super) fn foot(
    panel: PanelState,
    form: &'static str,
    (busy, problem): (RwSignal<bool>, RwSignal<Option<Problem>>),
    add: &'static str,
) -> AnyView {
    view! {
        {move || problem.get().map(|problem| view! {
            <div class="panel-notice"><Notice tone=Tone::Bad><ProblemText problem/></Notice></div>
        })}
        <footer class="panel-foot">
            <div class="end">
                <Button on_press=move || panel.close()>"Cancel"</Button>
                <Button look=Look::Primary submit=true form=form busy=busy>{add}</Button>
            </div>
        </footer>
    }
    .erased()
}
