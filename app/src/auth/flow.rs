//! The sign-in of one portal, step by step.

use std::ops::Deref;

use axum::http::request::Parts;
use axum::response::Response;
use directory::{Actor, SignedIn, Stage};
use leptos::prelude::*;
use model::{PasswordPolicy, Principal, Problem};

use super::fields::{Keys, Line, Secret};
use super::page::{failed, redirect};
use crate::kit::joined;
use crate::routes::{self, AuthRoutes};
use web::{Keep, Portal};

/// In the address of the sign-in page after logging out, and when a step took too long.
pub const SIGNED_OUT: &str = "signed-out";
pub const LATE: &str = "late";
/// And after a password was set by a link.
pub const PASSWORD_SET: &str = "reset";
/// And after second factors were taken away by one.
pub const FACTORS_GONE: &str = "anew";

/// A portal, and the routes of its sign-in pages.
#[derive(Clone)]
pub struct AuthFlow {
    portal: Portal,
    pub routes: &'static AuthRoutes,
}

impl Deref for AuthFlow {
    type Target = Portal;
    fn deref(&self) -> &Portal {
        &self.portal
    }
}

impl AuthFlow {
    pub fn new(portal: &Portal, principal: Principal) -> Self {
        Self { portal: portal.clone(), routes: AuthRoutes::of(principal) }
    }

    pub fn principal(&self) -> Principal {
        self.routes.principal
    }

    pub fn title(&self) -> &'static str {
        match self.principal() {
            Principal::Administrator => "Administrator login",
            Principal::User => "User login",
        }
    }

    pub fn button(&self) -> &'static str {
        match self.principal() {
            Principal::Administrator => "Administrator Login",
            Principal::User => "User Login",
        }
    }

    /// The field that says who one is.
    pub fn name_field<'a>(&self, value: &'a str) -> Line<'a> {
        let known = !value.is_empty();
        let line = Line { name: "email", value, autocomplete: "username", first: !known, ..Line::default() };
        match self.principal() {
            Principal::Administrator => Line { label: "Company email", kind: "email", ..line },
            Principal::User => Line { label: "Username or company email", keys: Keys::Plain, ..line },
        }
    }

    pub fn password_field(&self, first: bool) -> Secret {
        let words = match self.principal() {
            Principal::Administrator => "Reset administrator password",
            Principal::User => "Reset password",
        };
        let help = Some((words, self.routes.forgot_password));
        Secret { name: "password", label: "Password", autocomplete: "current-password", first, help }
    }

    /// The link to the other portal's sign-in, below the form.
    pub fn other(&self) -> AnyView {
        let (question, label, to) = match self.principal() {
            Principal::Administrator => ("Not an administrator? ", "User login", routes::USER_LOGIN),
            Principal::User => ("An administrator? ", "Administrator login", routes::LOGIN),
        };
        view! { <p class="other">{question} <a href=to>{label}</a></p> }.into_any()
    }

    /// The rules for the passwords of users; administrators have rules of their own.
    pub async fn rules(&self) -> Result<Option<PasswordPolicy>, Problem> {
        match self.principal() {
            Principal::Administrator => Ok(None),
            Principal::User => {
                let rules = self.directory.policy().rules().await;
                rules.map(Some).map_err(|error| self.directory.problem(error))
            }
        }
    }

    /// The rules for the password of whoever is signed in, or signing in.
    pub async fn rules_for(&self, actor: &Actor) -> Result<Option<PasswordPolicy>, Problem> {
        let rules = self.directory.account().password_rules(actor).await;
        rules.map_err(|error| self.directory.problem(error))
    }

    /// Whom users ask, as a sentence, if the organization names anybody. A page that lacks it is still
    /// good.
    pub async fn question(&self) -> Option<String> {
        if self.principal() != Principal::User {
            return None;
        }
        let contact = self.directory.settings().contact().await;
        contact.inspect_err(|error| tracing::warn!(%error, "whom to ask is not known")).ok()?.question()
    }

    pub fn keep(&self, answer: &mut Response, what: &Keep) {
        self.portal.keep(answer.headers_mut(), self.principal(), what);
    }

    /// On to what a right answer led to, and from there to `next` in the end.
    pub async fn lead(&self, request: &Parts, led: &SignedIn, next: &str) -> Response {
        let page = match self.is_asked_to_enroll(request, led).await {
            Ok(true) => self.routes.then(self.routes.enroll, next),
            Ok(false) => self.onward(led, next),
            Err(problem) => return failed(self, request, &problem),
        };
        self.carry(request, redirect(&page), led).await
    }

    /// The page that comes next.
    pub fn onward(&self, led: &SignedIn, next: &str) -> String {
        match led {
            SignedIn::Full(_) => next.to_owned(),
            SignedIn::Step(stage, _) => self.routes.then(self.page_of(*stage), next),
        }
    }

    /// An answer that takes the new session along.
    pub async fn carry(&self, request: &Parts, mut answer: Response, led: &SignedIn) -> Response {
        match led {
            SignedIn::Full(token) => {
                end_former(self, request).await;
                self.keep(&mut answer, &Keep::Session(token));
                self.keep(&mut answer, &Keep::NoStep);
            }
            SignedIn::Step(_, token) => self.keep(&mut answer, &Keep::Step(token)),
        }
        answer
    }

    /// Whether somebody who is in has been asked for a second factor and still has time for it.
    async fn is_asked_to_enroll(&self, request: &Parts, led: &SignedIn) -> Result<bool, Problem> {
        let (Principal::User, SignedIn::Full(token)) = (self.principal(), led) else { return Ok(false) };
        let told = |error| self.directory.problem(error);
        let actor = self.directory.sessions().user(token, self.origin(request), true).await.map_err(told)?;
        let own = self.directory.account().security(&actor).await.map_err(told)?;
        Ok(own.mfa_enroll_by.is_some())
    }

    /// The page of a step.
    pub fn page_of(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Challenge => self.routes.challenge,
            Stage::NewPassword => self.routes.new_password,
            Stage::Enroll => self.routes.enroll,
            Stage::Full => self.routes.home,
        }
    }

    /// Back to the password, because a step took too long.
    pub fn begin_again(&self, next: &str) -> Response {
        let mut answer = redirect(&joined(&self.routes.then(self.routes.login, next), LATE));
        self.keep(&mut answer, &Keep::NoStep);
        answer
    }

    /// To whatever step is open, for somebody who came to another's page.
    pub fn elsewhere(&self, open: Option<Stage>, next: &str) -> Response {
        match open {
            Some(stage) => redirect(&self.routes.then(self.page_of(stage), next)),
            None => redirect(&self.routes.then(self.routes.login, next)),
        }
    }
}

/// Whoever signs in anew leaves the session that the browser had.
async fn end_former(flow: &AuthFlow, request: &Parts) {
    let Some(former) = flow.session(&request.headers, flow.principal()) else { return };
    let ended = flow.directory.sessions().log_out(flow.principal(), &former, flow.origin(request)).await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the former session was not ended");
    }
}

/// Ends the session; whoever has none is out already.
pub async fn log_out(flow: axum::extract::State<AuthFlow>, request: Parts) -> Response {
    let principal = flow.principal();
    if let Some(token) = flow.session(&request.headers, principal)
        && let Err(error) = flow.directory.sessions().log_out(principal, &token, flow.origin(&request)).await
    {
        return failed(&flow, &request, &flow.directory.problem(error));
    }
    let mut answer = redirect(&joined(flow.routes.login, SIGNED_OUT));
    flow.keep(&mut answer, &Keep::NoSession);
    flow.keep(&mut answer, &Keep::NoStep);
    answer
}
