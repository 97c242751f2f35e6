//! The form of the first run.

use leptos::prelude::*;
use leptos_router::location::Url;
use model::Problem;

use super::fields::{Line, Rules, Secret, Wrong};
use super::setup_input::{CSV, NOBODY, SAMPLE, SetupInput};
use crate::kit::{Button, Icon, Look, joined};
use crate::routes;

/// As many faults of a file as the directory tells of.
const FAULTS_TOLD: usize = 20;

pub fn form(token: &str, typed: &SetupInput, problem: Option<&Problem>) -> AnyView {
    let wrong = Wrong(problem);
    let again = problem.map(|_| {
        view! { <p class="hint">"Passwords and files are not kept: type and choose them again."</p> }
    });
    // The token stays in the address: it tells whether to read the file at all.
    let action = joined(routes::SETUP, &format!("token={}", Url::escape(token)));
    view! {
        <header>
            <h1>"Set up Bailiwick"</h1>
            <p class="below">"Name your organization and become its first administrator."</p>
        </header>
        {wrong.notice()}
        <form method="post" action=action enctype="multipart/form-data">
            {about(wrong, typed)}
            <fieldset class="start">
                <legend>"Start with"</legend>
                <div class="start-options">
                    {start_option(typed, NOBODY, "Nobody", "An empty directory. Add people later, by hand or from a file.")}
                    {start_option(typed, SAMPLE, "A sample organization", "1,284 invented people, to explore with.")}
                    {start_option(typed, CSV, "A CSV file", "Your people, from a spreadsheet or another directory.")}
                    {file(wrong, typed)}
                </div>
            </fieldset>
            {again}
            <Button look=Look::Primary submit=true>"Set up"</Button>
        </form>
    }
    .into_any()
}

fn about(wrong: Wrong, typed: &SetupInput) -> AnyView {
    let organization = Line {
        name: "organization",
        label: "Organization name",
        value: &typed.organization,
        autocomplete: "organization",
        first: true,
        ..Line::default()
    };
    let first_name = Line::first_name(&typed.first_name);
    let last_name = Line::last_name(&typed.last_name);
    let email = Line {
        name: "email",
        label: "Company email",
        kind: "email",
        value: &typed.email,
        autocomplete: "username",
        hint: "You sign in with it.",
        ..Line::default()
    };
    let password =
        Secret { name: "password", label: "Password", autocomplete: "new-password", ..Secret::default() };
    view! {
        {wrong.line(organization)}
        <div class="fields">
            {wrong.line(first_name)}
            {wrong.line(last_name)}
        </div>
        {wrong.line(email)}
        {wrong.new_secret(password, Rules::Administrator("#email"))}
    }
    .into_any()
}

/// One choice of how to start.
fn start_option(typed: &SetupInput, value: &'static str, title: &'static str, text: &'static str) -> AnyView {
    let start = typed.start_with.as_str();
    let chosen = if [SAMPLE, CSV].contains(&start) { start } else { NOBODY };
    view! {
        <label class="start-option">
            <input r#type="radio" class="radio" name="start_with" value=value checked=chosen == value/>
            <span class="title">{title}</span>
            <span class="hint">{text}</span>
        </label>
    }
    .into_any()
}

fn file(wrong: Wrong, typed: &SetupInput) -> AnyView {
    let faults: Vec<String> = wrong.all("people").map(str::to_owned).collect();
    let invalid = (!faults.is_empty()).then_some("true");
    let described = if faults.is_empty() { "people-hint" } else { "people-faults people-hint" };
    view! {
        <div class="file field">
            <label r#for="people">"File"</label>
            <input
                class="input"
                id="people"
                name="people"
                r#type="file"
                accept=".csv,text/csv"
                autofocus=wrong.focus("people", false)
                aria-invalid=invalid
                aria-describedby=described
            />
            {told(&faults)}
            <p class="hint" id="people-hint">
                "CSV in UTF-8, up to 64 MiB. The first row names the columns: " <code>"Username"</code> " and "
                <code>"Email"</code> ", and whichever of " <code>"FirstName"</code> ", " <code>"LastName"</code>
                ", " <code>"department"</code> ", " <code>"manager"</code> " and so on you have."
            </p>
            <div class="choice">
                <label>
                    <input
                        r#type="checkbox"
                        class="checkbox"
                        name="take_good_rows"
                        value="1"
                        checked=typed.take_good_rows
                    />
                    <span>"Import the rows without fault, even if others have some"</span>
                </label>
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong in the file, row by row.
fn told(faults: &[String]) -> AnyView {
    if faults.is_empty() {
        return ().into_any();
    }
    let more = (faults.len() >= FAULTS_TOLD).then(|| {
        view! { <p class="hint">{format!("These are the first {FAULTS_TOLD}; there may be more.")}</p> }
    });
    let rows = faults.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view();
    view! {
        <div class="faults" id="people-faults">
            <p class="error">
                <Icon name="circle-alert"/>
                <span>"Nothing has been set up or imported yet."</span>
            </p>
            <ul>{rows}</ul>
            {more}
        </div>
    }
    .into_any()
}
