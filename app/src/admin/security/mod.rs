//! Security Management: the rules for users' passwords.

mod fields;
mod passwords;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use passwords::PasswordSettingsPage;

const TITLE: &str = "Password settings";

screens! { password_settings:
    /// The password settings.
    PasswordSettingsRoute, password_settings_screen =>
        guarded(TITLE, Operation::ReadPasswordPolicy, || view! { <PasswordSettingsPage/> }.erased());
}
