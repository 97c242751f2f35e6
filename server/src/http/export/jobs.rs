//! The results of a job as a CSV file, which is made while it is sent.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    response::Response,
};
use directory::JobExport;
use futures::stream::try_unfold;
use model::job::JobItem;
use model::{Id, Principal, Problem};
use web::Portal;

use super::super::api::instant;
use super::{Csv, Fault, Piece, attached, refused};

pub async fn results(State(portal): State<Portal>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answer = begin(&portal, &parts, &id).await;
    answer.unwrap_or_else(|problem| refused(&portal, &parts, &problem, app::routes::JOBS))
}

async fn begin(portal: &Portal, parts: &axum::http::request::Parts, id: &str) -> Result<Response, Problem> {
    let actor = portal.signed_in(parts, Principal::Administrator).await?;
    let id: Id = id.parse().map_err(|_| Problem::not_found("job"))?;
    let directory = portal.directory.clone();
    let export = directory.jobs().export(&actor, id).await;
    let export = export.map_err(|error| directory.problem(error))?;
    let body = Body::from_stream(try_unfold((export, Some(true)), next));
    Ok(attached(("job-results.csv", "text/csv; charset=utf-8"), body))
}

type Under = (JobExport, Option<bool>);

/// The next piece of the file; the first has the headings. A fault breaks the transfer off, which a browser tells.
async fn next((mut export, first): Under) -> Result<Option<(Bytes, Under)>, Fault> {
    let Some(first) = first else { return Ok(None) };
    let rows = export.rows().await?;
    let more = (!rows.is_empty()).then_some(false);
    Ok(Some((Bytes::from(piece(&rows, first)?), (export, more))))
}

fn piece(rows: &[JobItem], first: bool) -> Piece {
    let mut csv = Csv::new();
    if first {
        csv.begin(["User ID", "Name", "Result", "Why", "Time"].into_iter())?;
    }
    for item in rows {
        let time = item.at.map(instant).unwrap_or_default();
        let why = item.refused.clone().unwrap_or_default();
        let result = item.state.label().to_owned();
        csv.write(vec![item.subject.to_string(), item.name.clone(), result, why, time])?;
    }
    csv.end()
}
