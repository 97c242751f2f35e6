//! Events as a file: CSV with a line for each, or JSON as the API shows them.

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, Request, State},
    http::request::Parts,
    response::Response,
};
use directory::{EventExport, FoundEvent};
use futures::stream::try_unfold;
use model::activity;
use model::{ListQuery, Principal, Problem};
use web::Portal;

use super::super::api::{event_shape, instant};
use super::{Csv, Fault, Piece, attached, refused};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

impl Form {
    fn read(query: &str) -> Result<Self, Problem> {
        match query.split('&').find_map(|pair| pair.strip_prefix("as=")) {
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some(_) | None => Err(Problem::at("as", "An export is csv or json.")),
        }
    }

    const fn told(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
        }
    }

    const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("events.csv", "text/csv; charset=utf-8"),
            Self::Json => ("events.json", "application/json"),
        }
    }
}

pub async fn events(State(portal): State<Portal>, RawQuery(query): RawQuery, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answer = begin(&portal, &parts, &query.unwrap_or_default()).await;
    answer.unwrap_or_else(|problem| refused(&portal, &parts, &problem, app::routes::INSIGHTS))
}

async fn begin(portal: &Portal, parts: &Parts, query: &str) -> Result<Response, Problem> {
    let actor = portal.signed_in(parts, Principal::Administrator).await?;
    let form = Form::read(query)?;
    let list = ListQuery::from_address(query);
    let directory = portal.directory.clone();
    let export = directory.insights().export(&actor, &list, form.told()).await;
    let export = export.map_err(|error| directory.problem(error))?;
    let file = File { export, form, part: 0, over: false };
    Ok(attached(form.file(), Body::from_stream(try_unfold(file, next))))
}

/// A file under way.
struct File {
    export: EventExport,
    form: Form,
    part: u64,
    over: bool,
}

async fn next(mut file: File) -> Result<Option<(Bytes, File)>, Fault> {
    if file.over {
        return Ok(None);
    }
    let events = file.export.events().await?;
    file.over = events.is_empty();
    let piece = match file.form {
        Form::Csv => file.csv(&events),
        Form::Json => file.json(&events),
    };
    file.part += 1;
    Ok(Some((Bytes::from(piece?), file)))
}

const HEADINGS: [&str; 18] = [
    "timestamp",
    "event_type",
    "service",
    "success",
    "initiated_by.type",
    "initiated_by.id",
    "initiated_by.name",
    "initiated_by.username",
    "initiated_by.email",
    "resource.type",
    "resource.id",
    "resource.name",
    "client_ip",
    "useragent",
    "auth_method",
    "message",
    "changes",
    "id",
];

impl File {
    fn csv(&self, events: &[FoundEvent]) -> Piece {
        let mut csv = Csv::new();
        if self.part == 0 {
            csv.begin(HEADINGS.into_iter())?;
        }
        for event in events {
            csv.write(cells(event))?;
        }
        csv.end()
    }

    fn json(&self, events: &[FoundEvent]) -> Piece {
        let mut piece = Vec::new();
        for (number, event) in events.iter().enumerate() {
            let first = self.part == 0 && number == 0;
            piece.extend_from_slice(if first { b"[\n" } else { b",\n" });
            serde_json::to_writer(&mut piece, &event_shape(event, self.export.organization()))?;
        }
        if self.over {
            piece.extend_from_slice(if self.part == 0 { b"[]\n" } else { b"\n]\n" });
        }
        Ok(piece)
    }
}

fn cells(found: &FoundEvent) -> Vec<String> {
    let FoundEvent { event, by, .. } = found;
    let id = |id: Option<model::Id>| id.map(|id| id.to_string()).unwrap_or_default();
    let to = event.resource.as_ref();
    let changes: Vec<_> = event.changes.iter().map(activity::change).collect();
    vec![
        instant(event.timestamp),
        event.event_type.as_str().to_owned(),
        event.event_type.service().as_str().to_owned(),
        event.success.to_string(),
        event.initiated_by.kind.clone(),
        id(event.initiated_by.id),
        event.initiated_by.name.clone(),
        by.as_ref().and_then(|by| by.username.clone()).unwrap_or_default(),
        by.as_ref().map(|by| by.email.clone()).unwrap_or_default(),
        to.map(|to| to.kind.clone()).unwrap_or_default(),
        id(to.and_then(|to| to.id)),
        to.map(|to| to.name.clone()).unwrap_or_default(),
        event.client_ip.clone().unwrap_or_default(),
        event.useragent.clone().unwrap_or_default(),
        found.auth_method().to_owned(),
        event.message.clone(),
        changes.join("; "),
        event.id.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_heading_has_its_cell() {
        let event = model::event::Event {
            id: model::Id::from([1; 12]),
            event_type: model::event::EventKind::UserCreate,
            timestamp: model::Timestamp::default(),
            initiated_by: model::event::Party { kind: "system".into(), id: None, name: "x".into() },
            resource: None,
            success: true,
            client_ip: None,
            useragent: None,
            auth_method: None,
            changes: vec![],
            message: String::new(),
        };
        assert_eq!(cells(&FoundEvent { event, by: None, to: None }).len(), HEADINGS.len());
    }
}
