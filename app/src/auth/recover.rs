//! Account recovery by the link of an email: the request for it, and the pages that such links lead to. Looking at
//! one uses nothing up, for scanners of emails look too; sending its form does.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use directory::{Actor, LinkFor, LinkOwner, Token};
use leptos::prelude::*;
use model::{ErrorCode, PasswordPolicy, Principal, Problem};
use serde::Deserialize;

use super::fields::{Rules, Secret, Wrong, hidden, owner};
use super::flow::{AuthFlow, FACTORS_GONE, PASSWORD_SET};
use super::page::{auth_page, failed, redirect, response};
use crate::kit::{Button, LinkButton, Look, Notice, Tone, joined};
use crate::viewer::Viewer;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RecoveryQuery {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RecoveryForm {
    email: String,
    token: String,
    password: String,
    /// The passkeys are lost, too.
    passkeys: Option<String>,
}

/// What a link that sets a password is called.
const fn title(of: LinkFor) -> &'static str {
    match of {
        LinkFor::Activation => "Set your password",
        LinkFor::PasswordReset => "Choose a new password",
        LinkFor::TotpReset => "Set up a new authenticator app",
    }
}

/// The page that asks for a link.
pub async fn forgot(State(flow): State<AuthFlow>, request: Parts) -> Response {
    request_page(&flow, &request, "", None).into_response()
}

pub async fn ask(State(flow): State<AuthFlow>, request: Parts, Form(typed): Form<RecoveryForm>) -> Response {
    let visitor = flow.visitor(&request);
    let said = match flow.principal() {
        Principal::User => flow.directory.portal().ask_for_reset(&visitor, &typed.email).await,
        Principal::Administrator => {
            flow.directory.administrators().forgot_password(&visitor, &typed.email).await
        }
    };
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok(()) => sent(&flow, &request).await.into_response(),
        Err(problem) => match problem.code {
            ErrorCode::Invalid | ErrorCode::TooMany => {
                response(&problem, request_page(&flow, &request, &typed.email, Some(&problem)))
            }
            _ => failed(&flow, &request, &problem),
        },
    }
}

/// Where the link leads.
pub async fn reset(
    State(flow): State<AuthFlow>,
    Query(asked): Query<RecoveryQuery>,
    request: Parts,
) -> Response {
    choose(&flow, &request, LinkFor::PasswordReset, &asked.token, None).await
}

pub async fn take_reset(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<RecoveryForm>,
) -> Response {
    set(&flow, &request, LinkFor::PasswordReset, &typed).await
}

pub async fn activate(
    State(flow): State<AuthFlow>,
    Query(asked): Query<RecoveryQuery>,
    request: Parts,
) -> Response {
    choose(&flow, &request, LinkFor::Activation, &asked.token, None).await
}

pub async fn take_activation(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<RecoveryForm>,
) -> Response {
    set(&flow, &request, LinkFor::Activation, &typed).await
}

pub async fn reset_totp(
    State(flow): State<AuthFlow>,
    Query(asked): Query<RecoveryQuery>,
    request: Parts,
) -> Response {
    let token = Token::presented(&asked.token);
    let found = owner_of(&flow, &flow.visitor(&request), LinkFor::TotpReset, &token).await;
    match found.map_err(|error| flow.directory.problem(error)) {
        Ok(whose) => begin_anew(&flow, &request, &asked.token, &whose).into_response(),
        Err(problem) => over(&flow, &request, LinkFor::TotpReset, &problem).await,
    }
}

pub async fn take_totp_reset(
    State(flow): State<AuthFlow>,
    request: Parts,
    Form(typed): Form<RecoveryForm>,
) -> Response {
    let (visitor, token) = (flow.visitor(&request), Token::presented(&typed.token));
    let said = match flow.principal() {
        Principal::User => flow.directory.portal().reset_totp_by_link(&visitor, &token).await,
        Principal::Administrator => {
            let passkeys = typed.passkeys.is_some();
            flow.directory.administrators().reset_factors_by_link(&visitor, &token, passkeys).await
        }
    };
    match said.map_err(|error| flow.directory.problem(error)) {
        Ok(()) => redirect(&joined(&flow.routes.then(flow.routes.login, flow.routes.totp), FACTORS_GONE)),
        Err(problem) => over(&flow, &request, LinkFor::TotpReset, &problem).await,
    }
}

/// Whose link it is.
async fn owner_of(
    flow: &AuthFlow,
    visitor: &Actor,
    of: LinkFor,
    token: &Token,
) -> directory::Result<LinkOwner> {
    match flow.principal() {
        Principal::User => flow.directory.portal().link(visitor, of, token).await,
        Principal::Administrator => flow.directory.administrators().link(visitor, of, token).await,
    }
}

/// Sets the password that was typed.
async fn set(flow: &AuthFlow, request: &Parts, of: LinkFor, typed: &RecoveryForm) -> Response {
    let (visitor, token) = (flow.visitor(request), Token::presented(&typed.token));
    let (directory, password) = (&flow.directory, &typed.password);
    let said = match flow.principal() {
        Principal::User => directory.portal().set_password_by_link(&visitor, of, &token, password).await,
        Principal::Administrator => {
            directory.administrators().set_password_by_link(&visitor, of, &token, password).await
        }
    };
    match said.map_err(|error| directory.problem(error)) {
        Ok(()) => redirect(&joined(flow.routes.login, PASSWORD_SET)),
        Err(problem) if problem.code == ErrorCode::Gone => over(flow, request, of, &problem).await,
        Err(problem) => choose(flow, request, of, &typed.token, Some(&problem)).await,
    }
}

/// The page that a good link leads to.
async fn choose(
    flow: &AuthFlow,
    request: &Parts,
    of: LinkFor,
    token: &str,
    problem: Option<&Problem>,
) -> Response {
    let found = owner_of(flow, &flow.visitor(request), of, &Token::presented(token)).await;
    let whose = match found.map_err(|error| flow.directory.problem(error)) {
        Ok(whose) => whose,
        Err(problem) => return over(flow, request, of, &problem).await,
    };
    let policy = match flow.rules().await {
        Ok(policy) => policy,
        Err(problem) => return failed(flow, request, &problem),
    };
    let organization = match flow.directory.settings().name().await {
        Ok(name) => name.unwrap_or_default(),
        Err(error) => return failed(flow, request, &flow.directory.problem(error)),
    };
    let link = Link { of, token, whose: &whose, organization: &organization };
    let html = form(flow, request, link, policy.as_ref(), problem);
    match problem {
        Some(problem) => response(problem, html),
        None => html.into_response(),
    }
}

/// A good link to a password.
#[derive(Clone, Copy)]
struct Link<'a> {
    of: LinkFor,
    token: &'a str,
    whose: &'a LinkOwner,
    organization: &'a str,
}

impl Link<'_> {
    /// To what an administrator is invited, as what, and by whom.
    fn invitation(self) -> Option<AnyView> {
        let role = self.whose.role.clone().filter(|_| self.of == LinkFor::Activation)?;
        let by = self.whose.invited_by.as_ref().map_or_else(String::new, |name| format!(" by {name}"));
        let line = view! {
            <p>
                "You are invited" {by} " to the Admin Portal of " <strong>{self.organization.to_owned()}</strong>
                ", as " <strong>{role}</strong> "."
            </p>
        };
        Some(line.into_any())
    }
}

fn form(
    flow: &AuthFlow,
    request: &Parts,
    link: Link<'_>,
    policy: Option<&PasswordPolicy>,
    problem: Option<&Problem>,
) -> Html<String> {
    let Link { of, token, whose, .. } = link;
    let title = title(of);
    let action = if of == LinkFor::Activation { flow.routes.activate } else { flow.routes.reset_password };
    auth_page(Viewer::from_request(flow, &request.headers), title, false, || {
        let wrong = Wrong(problem);
        let password = Secret {
            name: "password",
            label: "New password",
            autocomplete: "new-password",
            first: true,
            ..Secret::default()
        };
        let login = if whose.username.is_empty() { &whose.email } else { &whose.username };
        let rules = Rules::of(policy, &whose.username, &whose.email);
        let user = (flow.principal() == Principal::User).then(|| {
            view! { <p class="below">"Your username is " <strong>{whose.username.clone()}</strong> "."</p> }
        });
        view! {
            <header>
                <h1>{title}</h1>
                <p class="below">{whose.name.clone()}</p>
                {user}
            </header>
            {link.invitation()}
            {wrong.notice()}
            <form method="post" action=action>
                {hidden("token", token)}
                {owner(login)}
                {wrong.new_secret(password, rules)}
                <Button look=Look::Primary submit=true>"Set the password"</Button>
            </form>
        }
    })
}

fn request_page(flow: &AuthFlow, request: &Parts, typed: &str, problem: Option<&Problem>) -> Html<String> {
    let title = match flow.principal() {
        Principal::Administrator => "Reset administrator password",
        Principal::User => "Reset password",
    };
    auth_page(Viewer::from_request(flow, &request.headers), title, false, || {
        let wrong = Wrong(problem);
        let mut name = flow.name_field(typed);
        name.first = true;
        view! {
            <header>
                <h1>{title}</h1>
                <p class="below">"An email with a link goes to the address that your organization has of you. It says until when the link is good."</p>
            </header>
            {wrong.notice()}
            <form method="post" action=flow.routes.forgot_password>
                {wrong.line(name)}
                <Button look=Look::Primary submit=true>"Send the email"</Button>
            </form>
            <p class="other"><a href=flow.routes.login>"Back to the login"</a></p>
        }
    })
}

/// The same for everybody, whoever they said they are.
async fn sent(flow: &AuthFlow, request: &Parts) -> Html<String> {
    let title = "Look into your mailbox";
    let question = flow.question().await;
    auth_page(Viewer::from_request(flow, &request.headers), title, false, || {
        view! {
            <header>
                <h1>{title}</h1>
            </header>
            <Notice tone=Tone::Info>
                "If there is such an account, and it may sign in, an email with a link is on its way. It can take some "
                "minutes."
            </Notice>
            <p class="other">
                "Nothing comes? Look among unwanted mail, then ask an administrator of your organization. "
                {question}
            </p>
            <LinkButton href=flow.routes.login.to_owned()>"Back to the login"</LinkButton>
        }
    })
}

fn begin_anew(flow: &AuthFlow, request: &Parts, token: &str, whose: &LinkOwner) -> Html<String> {
    let administrator = flow.principal() == Principal::Administrator;
    let (title, what) = if administrator && !whose.totp {
        (
            "Set up a second factor anew",
            "Your passkeys, and the recovery codes, are removed from your account.",
        )
    } else {
        let what =
            "The app that you have used so far, and the recovery codes, are removed from your account.";
        (title(LinkFor::TotpReset), what)
    };
    auth_page(Viewer::from_request(flow, &request.headers), title, false, || {
        view! {
            <header>
                <h1>{title}</h1>
                <p class="below">{whose.name.clone()}</p>
            </header>
            <p>{what} " Then you sign in with your password and set up a new app."</p>
            <form method="post" action=flow.routes.reset_totp>
                {hidden("token", token)}
                {(administrator && whose.totp && whose.passkeys).then(passkeys_too)}
                <Button look=Look::Primary submit=true>"Continue"</Button>
            </form>
        }
    })
}

/// Of administrators nobody else takes passkeys away.
fn passkeys_too() -> AnyView {
    view! {
        <div class="choice">
            <label>
                <input
                    r#type="checkbox"
                    class="checkbox"
                    name="passkeys"
                    value="1"
                    aria-describedby="passkeys-hint"
                />
                <span>"Remove my passkeys, too"</span>
            </label>
            <span class="hint" id="passkeys-hint">"If you have lost the devices that keep them."</span>
        </div>
    }
    .into_any()
}

/// A link that opens nothing any more, and how to come by another.
async fn over(flow: &AuthFlow, request: &Parts, of: LinkFor, problem: &Problem) -> Response {
    if problem.code != ErrorCode::Gone {
        return failed(flow, request, problem);
    }
    let question = flow.question().await;
    let html = auth_page(
        Viewer::from_request(flow, &request.headers),
        "This link does not work",
        false,
        || {
            let another = (of == LinkFor::PasswordReset).then(|| {
            view! {
                <LinkButton href=flow.routes.forgot_password.to_owned() look=Look::Primary>"Send another link"</LinkButton>
            }
        });
            view! {
                <header>
                    <h1>"This link does not work"</h1>
                    <p class="below">{problem.message.clone()}</p>
                </header>
                {question.map(|text| view! { <p>{text}</p> })}
                {another}
                <LinkButton href=flow.routes.login.to_owned()>"Go to the login"</LinkButton>
            }
        },
    );
    response(problem, html)
}
