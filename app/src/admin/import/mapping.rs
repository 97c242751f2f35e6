//! What is chosen for a file, and sending that.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::import::{Choices, Encoding, Separator};

use super::file::File;
use crate::api::imports as api;

/// What is chosen and not sent yet.
#[derive(Clone, Copy)]
pub(super) struct Mapping {
    pub file: File,
    pub choices: RwSignal<Choices>,
    pub busy: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
}

impl Mapping {
    /// The file is read in another way.
    pub fn read_again(self, encoding: Encoding, separator: Separator) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::read_upload_again(self.file.id, encoding, separator).await;
            self.busy.try_set(false);
            match answer {
                Ok(upload) => {
                    self.problem.try_set(None);
                    self.choices.try_set(upload.choices.clone());
                    self.file.now.try_set(Some(upload));
                }
                Err(problem) => drop(self.problem.try_set(Some(problem))),
            }
        });
    }

    pub fn check(self) {
        self.busy.set(true);
        let choices = self.choices.get_untracked();
        spawn_local(async move {
            let begun = api::check_upload(self.file.id, choices).await;
            let now = match begun {
                Ok(()) => api::read_upload(self.file.id).await,
                Err(problem) => Err(problem),
            };
            self.busy.try_set(false);
            match now {
                Ok(upload) => {
                    self.file.mapping.try_set(false);
                    self.file.now.try_set(Some(upload));
                }
                Err(problem) => drop(self.problem.try_set(Some(problem))),
            }
        });
    }
}
