//! The last step: a job imports the file, and has a page of its own.

use leptos::prelude::*;
use model::import::Upload;
use model::list::grouped;

use super::file::File;
use crate::kit::{Erase, LinkButton, Look, Notice, Tone};
use crate::routes;

#[component]
pub(super) fn StartedStep(file: File) -> impl IntoView {
    let Some(upload) = file.now.get_untracked() else { return ().erased() };
    let Upload { counts, job, .. } = upload;
    let said = format!(
        "{} new users and {} changed ones are written by a job, which goes on by itself. Its page shows how far it is, and whom it left out.",
        grouped(counts.create),
        grouped(counts.change),
    );
    let faults = (counts.fault > 0).then(|| {
        view! {
            <Notice tone=Tone::Waiting>
                {format!("{} rows had faults and were left out. ", grouped(counts.fault))}
                <a href=routes::import_faults(file.id) rel="external" download="">"Download them"</a>
                ", mend them, and import that file."
            </Notice>
        }
    });
    view! {
        <Notice tone=Tone::Ok>{said}</Notice>
        {faults}
        <div class="actions">
            <LinkButton href=routes::IMPORT_USERS.to_owned()>"Import another file"</LinkButton>
            {job.map(|job| view! { <LinkButton look=Look::Primary href=routes::job(job)>"Show the job"</LinkButton> })}
        </div>
    }
    .erased()
}
