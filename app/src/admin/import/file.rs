//! One's file, as far as it has come.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::Id;
use model::import::{Upload, UploadState};

use crate::api::imports as api;

/// How often it is asked how far a check is.
const EVERY: Duration = Duration::from_secs(1);

/// One's file, and what the steps do with it.
#[derive(Clone, Copy)]
pub(super) struct File {
    pub id: Id,
    /// The newest that is known of it.
    pub now: RwSignal<Option<Upload>>,
    /// One goes back to the columns of a file that is checked.
    pub mapping: RwSignal<bool>,
}

impl File {
    /// Asks how it stands.
    pub fn ask(self) {
        spawn_local(async move {
            if let Ok(upload) = api::upload_progress(self.id).await {
                self.now.try_set(Some(upload));
            }
        });
    }

    fn is_being_checked(self) -> bool {
        self.now.with(|now| now.as_ref().is_some_and(|now| now.state == UploadState::Checking))
    }

    /// Asks again and again for as long as it is being checked.
    pub fn watch(self) {
        let checking = Memo::new(move |_| self.is_being_checked());
        Effect::new(move |_| {
            if !checking.get() {
                return;
            }
            let round = set_interval_with_handle(move || self.ask(), EVERY);
            on_cleanup(move || {
                if let Ok(round) = round {
                    round.clear();
                }
            });
        });
    }
}
