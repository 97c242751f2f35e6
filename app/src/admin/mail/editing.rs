//! Outgoing mail while it is edited.

use leptos::{prelude::*, task::spawn_local};
use model::mail::{MailSettings, MailSettingsForm};
use model::{Faults, Problem};

use crate::api::mail as api;
use crate::kit::{Edited, Editing};

/// Outgoing mail, as it is edited.
pub(super) type MailEditing = Editing<MailSettings>;

impl Edited for MailSettings {
    type Form = MailSettingsForm;
    const FORM: &'static str = "outgoing-mail";
    const SAVED: &'static str = "Saved outgoing mail";

    fn form(&self) -> MailSettingsForm {
        MailSettingsForm::from(self)
    }

    /// The server knows more than the form: what it was.
    fn check(_form: &MailSettingsForm) -> Result<(), Faults> {
        Ok(())
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::mail_settings()
    }

    fn save(self, form: MailSettingsForm) -> impl Future<Output = Result<Self, Problem>> {
        api::save_mail_settings(form)
    }
}

/// Reads again what was sent; what was typed stays.
pub(super) fn look_again(editing: MailEditing) {
    spawn_local(async move {
        if let Ok(now) = api::mail_settings().await {
            editing.base.try_update(|base| {
                (base.waiting, base.failed) = (now.waiting, now.failed);
                base.last_sent_at = now.last_sent_at;
            });
        }
    });
}
