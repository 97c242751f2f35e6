//! What became of the file, when some of its rows were left out.

use axum::response::Html;
use directory::ImportReport;
use leptos::prelude::*;
use model::list::grouped;

use super::page::{auth_page, download};
use crate::kit::{LinkButton, Look};
use crate::routes;
use crate::viewer::Viewer;

/// As many rows as the page shows; the download has them all.
const SHOWN: usize = 200;

pub fn page(viewer: Viewer, report: &ImportReport) -> Html<String> {
    auth_page(viewer, "Set up", true, || body(report))
}

fn body(report: &ImportReport) -> AnyView {
    let all: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    let more = all.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("And {} more; the download has them all.", grouped(more as u64)));
    let told = format!(
        "{} of {} people were imported. This is why the others were left out:",
        grouped(report.imported),
        grouped(report.rows)
    );
    let rows = all.iter().take(SHOWN).map(|text| view! { <li>{text.clone()}</li> }).collect_view();
    view! {
        <header>
            <h1>"Your organization is set up"</h1>
            <p class="below">{told}</p>
        </header>
        <div class="faults boxed" role="region" aria-label="Faults" tabindex="0"><ul>{rows}</ul></div>
        {more.map(|text| view! { <p class="hint">{text}</p> })}
        <p class="pair">
            <LinkButton href=routes::HOME.to_owned() look=Look::Primary>"Go to the Admin Portal"</LinkButton>
            {download("import-faults.txt", "Download the list", &all)}
        </p>
    }
    .into_any()
}
