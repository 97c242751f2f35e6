//! Settings: outgoing mail. The mail server, the outbox, the templates of emails.

mod editing;
mod message;
mod messages;
mod outbox;
mod preview;
mod server;
mod settings;
mod several;
mod status;
mod template;
mod templates;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use message::MessagePanel;
use outbox::OutboxPage;
use settings::OutgoingMailPage;
use template::TemplatePanel;
use templates::TemplatesPage;

const OUTGOING_MAIL: &str = "Outgoing mail";
const OUTBOX: &str = "Outbox";
const TEMPLATES: &str = "Email templates";

screens! { outgoing_mail:
    /// The mail server and the sender.
    OutgoingMailRoute, outgoing_mail_screen =>
        guarded(OUTGOING_MAIL, Operation::ReadMailSettings, || view! { <OutgoingMailPage/> }.erased());
}

screens! { outbox:
    /// The emails that were queued or sent.
    OutboxRoute, outbox_screen =>
        guarded(OUTBOX, Operation::ListMessages, || view! { <OutboxPage/> }.erased());
    /// One email, over the list.
    MessageRoute, message_screen => view! { <MessagePanel/> }.erased();
}

screens! { email_templates:
    /// The kinds of email.
    TemplatesRoute, templates_screen =>
        guarded(TEMPLATES, Operation::ReadMailSettings, || view! { <TemplatesPage/> }.erased());
    /// The editor of one kind, over them.
    TemplateRoute, template_screen => view! { <TemplatePanel/> }.erased();
}
