//! Settings: outgoing mail. The mail server, the outbox, the templates of letters.

mod letter;
mod outbox;
mod paper;
mod server;
mod settings;
mod several;
mod standing;
mod template;
mod templates;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use letter::LetterPanel;
use outbox::OutboxPage;
use settings::OutgoingMailPage;
use template::TemplatePanel;
use templates::TemplatesPage;

const OUTGOING_MAIL: &str = "Outgoing mail";
const OUTBOX: &str = "Outbox";
const TEMPLATES: &str = "Email templates";

screens! { outgoing_mail:
    /// The mail server, and who letters are from.
    OutgoingMailRoute, outgoing_mail_screen =>
        guarded(OUTGOING_MAIL, Operation::ReadMailSettings, || view! { <OutgoingMailPage/> }.erased());
}

screens! { outbox:
    /// The letters that were written.
    OutboxRoute, outbox_screen =>
        guarded(OUTBOX, Operation::ListLetters, || view! { <OutboxPage/> }.erased());
    /// One letter, over the list.
    LetterRoute, letter_screen => view! { <LetterPanel/> }.erased();
}

screens! { email_templates:
    /// The kinds of letters.
    TemplatesRoute, templates_screen =>
        guarded(TEMPLATES, Operation::ReadMailSettings, || view! { <TemplatesPage/> }.erased());
    /// The editor of one kind, over them.
    TemplateRoute, template_screen => view! { <TemplatePanel/> }.erased();
}
