//! One request of the API, as the router takes it and the document tells it.

use axum::routing::MethodFilter;
use model::operation::Need;
use model::{ErrorCode, Operation};
use serde_json::{Map, Value, json};

use super::super::super::functions::status;
use super::parts::reference;

/// What is done at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// What a request that was done is answered with.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Nothing, with 204.
    Nothing,
    /// An object of this schema.
    Of(&'static str),
    /// The same of what has been made, with 201.
    Made(&'static str),
    /// The same with its version as `ETag`.
    Versioned(&'static str),
    /// The same, and the number of all there are as `x-total-count`.
    Counted(&'static str),
    /// The same, and how many and where the next page begins in headers.
    Paged(&'static str),
}

/// One request of the API.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub verb: Verb,
    /// Below `/api`.
    pub path: &'static str,
    /// Its name in the document, which programs that are made from it use: it never changes.
    pub id: &'static str,
    summary: &'static str,
    /// Of these whoever asks must be allowed one at least; none asks for no key.
    pub needs: &'static [Operation],
    /// Those in the address and in headers, by their names in the document.
    parameters: &'static [&'static str],
    /// The schema of the body, and whether there must be one.
    takes: Option<(&'static str, bool)>,
    answer: Answer,
}

impl Endpoint {
    pub const fn new(verb: Verb, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self { verb, path, id, summary, needs: &[], parameters: &[], takes: None, answer: Answer::Nothing }
    }

    /// What whoever asks must be allowed.
    pub const fn needs(self, needs: &'static [Operation]) -> Self {
        Self { needs, ..self }
    }

    /// What can be said in the address and in headers.
    pub const fn with(self, parameters: &'static [&'static str]) -> Self {
        Self { parameters, ..self }
    }

    /// The body, by the name of its schema.
    pub const fn takes(self, schema: &'static str) -> Self {
        Self { takes: Some((schema, true)), ..self }
    }

    /// The same where there may be none.
    pub const fn may_take(self, schema: &'static str) -> Self {
        Self { takes: Some((schema, false)), ..self }
    }

    /// The answer, likewise.
    pub const fn answers(self, schema: &'static str) -> Self {
        Self { answer: Answer::Of(schema), ..self }
    }

    /// The same of what the request makes.
    pub const fn makes(self, schema: &'static str) -> Self {
        Self { answer: Answer::Made(schema), ..self }
    }

    /// The same with the version of what is answered.
    pub const fn answers_version(self, schema: &'static str) -> Self {
        Self { answer: Answer::Versioned(schema), ..self }
    }

    /// The same with the number of all there are.
    pub const fn answers_some(self, schema: &'static str) -> Self {
        Self { answer: Answer::Counted(schema), ..self }
    }

    /// The same with where the next page begins.
    pub const fn answers_events(self, schema: &'static str) -> Self {
        Self { answer: Answer::Paged(schema), ..self }
    }

    /// As the document tells it.
    pub fn operation(&self) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "description": self.permission(),
            "parameters": self.all_parameters(),
            "responses": self.responses(),
            "security": self.security(),
            "tags": [self.tag()],
        });
        if let (Some((schema, required)), Value::Object(parts)) = (self.takes, &mut operation) {
            let content = json!({ "application/json": { "schema": reference("schemas", schema) } });
            parts.insert("requestBody".to_owned(), json!({ "content": content, "required": required }));
        }
        operation
    }

    fn tag(&self) -> &'static str {
        if self.path.contains("/insights/") {
            "Directory Insights"
        } else if self.path.contains("/jobs") {
            "Jobs"
        } else if self.path.contains("/bulk/") {
            "Many users"
        } else if self.path.contains("associations") || self.path.contains("applications") {
            "Access"
        } else if self.path.contains("usergroups") || self.path.contains("memberof") {
            "User groups"
        } else if self.path.contains("systemusers") {
            "Users"
        } else {
            "This document"
        }
    }

    /// The scopes of which any one will do.
    fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        for operation in self.needs {
            let of_one = match operation.need() {
                Need::AnyOf(of_one) => of_one,
                Need::Administrator
                | Need::AnyBut(_)
                | Need::User
                | Need::OwnAccount
                | Need::Visitor
                | Need::System => &[],
            };
            for scope in of_one.iter().map(|scope| scope.as_str()) {
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
        }
        scopes
    }

    fn permission(&self) -> String {
        if self.needs.is_empty() {
            return "Needs no key.".to_owned();
        }
        format!("The role of the key’s owner must hold one of these scopes: {}.", self.scopes().join(", "))
    }

    /// Each by itself is enough.
    fn security(&self) -> Value {
        self.scopes().into_iter().map(|scope| json!({ "apiKey": [scope] })).collect()
    }

    fn all_parameters(&self) -> Value {
        let names = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let of_path = names.map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": reference("schemas", "Id") })
        });
        let others = self.parameters.iter().map(|name| reference("parameters", name));
        of_path.chain(others).collect()
    }

    fn responses(&self) -> Value {
        let mut responses = Map::new();
        let content =
            |schema: &str| json!({ "application/json": { "schema": reference("schemas", schema) } });
        let (status_done, done) = match self.answer {
            Answer::Nothing => ("204", json!({ "description": "Done." })),
            Answer::Of(schema) => ("200", json!({ "description": "Done.", "content": content(schema) })),
            Answer::Made(schema) => ("201", json!({ "description": "Done.", "content": content(schema) })),
            Answer::Versioned(schema) => {
                let headers = json!({ "ETag": reference("headers", "ETag") });
                ("200", json!({ "description": "Done.", "headers": headers, "content": content(schema) }))
            }
            Answer::Counted(schema) => {
                let headers = json!({ "x-total-count": reference("headers", "TotalCount") });
                ("200", json!({ "description": "Done.", "headers": headers, "content": content(schema) }))
            }
            Answer::Paged(schema) => {
                let headers = json!({
                    "X-Result-Count": reference("headers", "ResultCount"),
                    "X-Search_after": reference("headers", "SearchAfter"),
                });
                ("200", json!({ "description": "Done.", "headers": headers, "content": content(schema) }))
            }
        };
        responses.insert(status_done.to_owned(), done);
        for code in self.refusals() {
            responses.insert(status(code).as_str().to_owned(), reference("responses", code.as_str()));
        }
        if self.takes.is_some() {
            responses.insert("415".to_owned(), reference("responses", ErrorCode::Malformed.as_str()));
        }
        if self.parameters.contains(&"IfMatch") {
            responses.insert("412".to_owned(), reference("responses", ErrorCode::Stale.as_str()));
        }
        if self.verb == Verb::Put && self.parameters.contains(&"IfMatch") {
            responses.insert("428".to_owned(), reference("responses", ErrorCode::Stale.as_str()));
        }
        Value::Object(responses)
    }

    /// What it can be refused with, as far as codes have a status of their own.
    fn refusals(&self) -> Vec<ErrorCode> {
        use ErrorCode::{
            Conflict, Forbidden, Internal, Invalid, Malformed, NotFound, NotSignedIn, TooLarge, TooMany,
            Unavailable,
        };
        let mut codes = vec![Internal, Unavailable];
        if !self.needs.is_empty() {
            codes.extend([Malformed, NotSignedIn, Forbidden, TooMany]);
        }
        if self.path.contains('{') {
            codes.push(NotFound);
        }
        if self.takes.is_some() {
            codes.extend([TooLarge, Invalid]);
        }
        if self.verb != Verb::Get {
            codes.push(Conflict);
        }
        codes
    }
}
