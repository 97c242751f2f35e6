//! What programs are told, and how.

use std::error::Error;

use axum::{
    Json,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use directory::Directory;
use http_body_util::LengthLimitError;
use model::{ErrorCode, Fault, Problem};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::functions::status;
use super::json::{self, Unread};

/// As much as a body may bring; the shell around all protocols has the same limit.
const BODY_LIMIT: usize = 1024 * 1024;

/// What every request without a good key is told, whatever is wrong with it.
const NO_KEY: &str = "This needs the header x-api-key with an API key that is good.";

#[derive(Serialize)]
struct ErrorBody<'a> {
    message: &'a str,
    error: &'a str,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    fields: &'a [Fault],
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
}

/// A problem as REST answers it, with the status that it comes with.
pub fn error_response(status: StatusCode, problem: &Problem) -> Response {
    let body = ErrorBody {
        message: &problem.message,
        error: problem.code.as_str(),
        fields: &problem.faults,
        reference: problem.reference.as_deref(),
    };
    let mut answer = (status, Json(body)).into_response();
    if let Some(seconds) = problem.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

/// Why a request was not done.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    problem: Problem,
}

impl Refused {
    /// What the directory said.
    pub fn by(directory: &Directory, error: directory::Error) -> Self {
        directory.problem(error).into()
    }

    pub fn without_key() -> Self {
        Problem::new(ErrorCode::NotSignedIn, NO_KEY).into()
    }

    /// The same with another status, if this is what it is about.
    pub fn when(self, code: ErrorCode, status: StatusCode) -> Self {
        if self.problem.code == code { self.with(status) } else { self }
    }

    /// The same with other names of the fields at fault.
    pub fn renaming(mut self, name: impl Fn(&str) -> String) -> Self {
        self.problem.faults.iter_mut().for_each(|fault| fault.field = name(&fault.field));
        self
    }

    /// The same with another status.
    pub fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        if problem.code == ErrorCode::NotSignedIn {
            // Of the session that the directory speaks of, programs have none.
            let problem = Problem { message: NO_KEY.to_owned(), ..problem };
            return Self { status: StatusCode::UNAUTHORIZED, problem };
        }
        Self { status: status(problem.code), problem }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        error_response(self.status, &self.problem)
    }
}

/// What could not be read at all, with the fields that are to blame.
pub fn malformed(message: impl Into<String>, faults: Vec<Fault>) -> Problem {
    Problem { faults, ..Problem::new(ErrorCode::Malformed, message) }
}

/// Why a body was not read to its end.
fn not_whole(error: &(dyn Error + 'static)) -> Refused {
    let mut causes = std::iter::successors(Some(error), |cause: &&(dyn Error + 'static)| (*cause).source());
    if causes.any(<dyn Error>::is::<LengthLimitError>) {
        return Refused::from(Problem::new(ErrorCode::TooLarge, "At most 1 MiB."));
    }
    let message = "The body did not come whole, or not in time. Send it again.";
    Refused::from(malformed(message, vec![])).with(StatusCode::REQUEST_TIMEOUT)
}

/// The object that a request brings; one without a body is empty.
///
/// # Errors
/// 415 for anything but JSON, 413 for too much of it, 400 for what is no object, or names something twice.
pub async fn object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Refused> {
    match value(headers, body).await? {
        None => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(malformed("The body must be a JSON object.", vec![]).into()),
    }
}

/// The list that a request brings; one without a body is empty.
///
/// # Errors
/// As of [`object`].
pub async fn array(headers: &HeaderMap, body: Body) -> Result<Vec<Value>, Refused> {
    match value(headers, body).await? {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(malformed("The body must be a JSON array.", vec![]).into()),
    }
}

/// What a request brings, if anything.
async fn value(headers: &HeaderMap, body: Body) -> Result<Option<Value>, Refused> {
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|error| not_whole(&error))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if !headers.get(header::CONTENT_TYPE).is_some_and(is_json) {
        let message = "The body must be JSON, with the header Content-Type: application/json.";
        return Err(Refused::from(malformed(message, vec![])).with(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    Err(match json::read(&bytes) {
        Ok(value) => return Ok(Some(value)),
        Err(Unread::Broken(error)) => malformed(format!("The body is no JSON: {error}."), vec![]),
        Err(Unread::Twice(field)) => {
            let message = format!("“{field}” is there twice.");
            malformed(message.clone(), vec![Fault { field, message }])
        }
    }
    .into())
}

fn is_json(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_too_large() {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let broken = futures::stream::iter([Ok("{\"a\":"), Err("the line went dead")]);
        for (body, status) in [
            (Body::from_stream(broken), StatusCode::REQUEST_TIMEOUT),
            (Body::from(vec![b' '; BODY_LIMIT + 1]), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let refused = object(&headers, body).await.err().unwrap();
            assert_eq!(refused.into_response().status(), status);
        }
    }
}
