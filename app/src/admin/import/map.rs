//! The second step: what each column of the file is, and how its rows are taken.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::import::{Choices, Encoding, Separator, Upload, UploadState};

use super::map_columns::Columns;
use super::options::{Reading, Taking};
use super::screen::File;
use crate::api::imports as api;
use crate::kit::{Button, Erase, Look, Notice, ProblemText, Tone};

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

    fn check(self) {
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

#[component]
pub(super) fn MapStep(file: File) -> impl IntoView {
    let Some(upload) = file.now.get_untracked() else { return ().erased() };
    let mapping = Mapping {
        file,
        choices: RwSignal::new(upload.choices.clone()),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    let columns = Memo::new(move |_| {
        file.now.with(|now| now.as_ref().map(|now| now.columns.clone()).unwrap_or_default())
    });
    view! {
        {failed(&upload)}
        <div class="import-map">
            {move || view! { <Columns mapping columns=columns.get()/> }}
            <div class="side">
                <Reading mapping/>
                <Taking mapping/>
                {move || mapping.problem.get().map(|problem| view! {
                    <Notice tone=Tone::Bad><ProblemText problem/></Notice>
                })}
                <Go mapping/>
            </div>
        </div>
    }
    .erased()
}

/// Why the last check came to nothing.
fn failed(upload: &Upload) -> Option<AnyView> {
    let why = upload.why.clone();
    (upload.state == UploadState::Failed).then(|| view! { <Notice tone=Tone::Bad>{why}</Notice> }.erased())
}

#[component]
fn Go(mapping: Mapping) -> impl IntoView {
    let missing = move || mapping.choices.with(|choices| choices.missing().map(str::to_owned));
    view! {
        <div class="actions">
            <Button
                look=Look::Primary
                busy=mapping.busy
                disabled_because=Signal::derive(missing)
                on_press=move || mapping.check()
            >
                "Check rows"
            </Button>
        </div>
    }
    .erased()
}
