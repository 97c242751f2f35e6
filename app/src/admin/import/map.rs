//! The second step: what each column of the file is, and how its rows are taken.

use leptos::prelude::*;
use model::import::{Upload, UploadState};

use super::file::File;
use super::map_columns::Columns;
use super::mapping::Mapping;
use super::options::{Reading, Taking};
use crate::kit::{Button, Erase, Look, Notice, ProblemText, Tone};

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
            <div class="import-side">
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
