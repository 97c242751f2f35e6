//! `bailiwick setup`.

use directory::{Origin, SetupForm, StartWith};
use model::list::grouped;

use super::{
    Result,
    open::{refused, with_directory},
    output::say,
    passwords,
};
use crate::config::Settings;

#[derive(Debug, clap::Args)]
pub struct SetUp {
    /// The organization's name
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// Email address of the first Administrator With Billing
    #[arg(long)]
    email: String,
    /// The administrator's first name
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// The administrator's last name
    #[arg(long, value_name = "NAME")]
    last_name: String,
    /// Take the password from the first line of the standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Start with the sample organization of 1,284 people
    #[arg(long)]
    sample: bool,
}

impl SetUp {
    pub fn run(self, settings: &Settings) -> Result {
        let form = SetupForm {
            password: passwords::from_stdin()?,
            organization: self.organization,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            start_with: if self.sample { StartWith::Sample } else { StartWith::Nobody },
        };
        with_directory(settings, async |directory, operator| {
            let name = form.organization.trim().to_owned();
            let refused = |error| refused(&directory, error);
            let token = directory.setup().issue_token().await.map_err(refused)?;
            let token = token
                .ok_or("the organization is set up already; add administrators with `bailiwick admin add`")?;
            if let Some(newest) = app::news::all().first() {
                // What it is set up with is no news to it later.
                directory.news().tell(newest).await.map_err(refused)?;
            }
            let actor = operator.actor("bailiwick setup");
            let done = directory.setup().complete(&actor, &token, form).await.map_err(refused)?;
            // Nobody carries the session on that set-up opens for a browser.
            directory
                .sessions()
                .log_out(model::Principal::Administrator, &done.token, Origin::default())
                .await
                .map_err(refused)?;
            let people = done.import.map_or(0, |report| report.imported);
            say(format_args!(
                "{name} is set up with {} users. Start it with `bailiwick serve`.",
                grouped(people)
            ))
        })
    }
}
