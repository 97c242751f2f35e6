//! The set-up checklist: what a new organization sees to, each step with the screen that it is done on.

use leptos::prelude::*;
use model::home::SetupStep;

use crate::kit::{Erase, Icon};
use crate::routes;

/// The steps and whether each is done.
pub(super) fn checklist(steps: Vec<(SetupStep, bool)>) -> AnyView {
    let done = steps.iter().filter(|(_, done)| *done).count();
    let progress = format!("{done} of {} done", steps.len());
    view! {
        <section class="card" aria-labelledby="checklist">
            <header>
                <h2 id="checklist">"Set-up checklist"</h2>
                <span class="muted">{progress}</span>
            </header>
            <ul class="rows checklist">{steps.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .erased()
}

const fn address(step: SetupStep) -> &'static str {
    match step {
        SetupStep::Contact | SetupStep::AdministratorsMfa => routes::ORGANIZATION,
        SetupStep::SecondAdministrator => routes::ADMINISTRATORS,
        SetupStep::Mail => routes::OUTGOING_MAIL,
        SetupStep::PasswordPolicy => routes::PASSWORD_SETTINGS,
        SetupStep::Users => routes::USERS,
        SetupStep::Groups => routes::USER_GROUPS,
        SetupStep::Applications => routes::APPLICATIONS,
    }
}

fn row((step, done): (SetupStep, bool)) -> AnyView {
    let (icon, word) = if done { ("circle-check", "Done: ") } else { ("circle", "To do: ") };
    view! {
        <li class:done=done>
            <Icon name=icon/>
            <a href=address(step)>
                <span class="visually-hidden">{word}</span>
                {step.label()}
            </a>
        </li>
    }
    .erased()
}
