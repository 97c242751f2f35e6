//! `bailiwick admin`.

use clap::Subcommand;
use directory::ResetOutcome;
use model::administrator::AdministratorForm;

use super::{
    Result,
    open::{refused, with_organization},
    output::say,
    passwords,
};
use crate::config::Settings;

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Add an administrator who can sign in at once
    Add(Add),
    /// Let an administrator back in: a new password, and nothing else opens their account any more
    ///
    /// Takes away their authenticator app, passkeys, recovery codes and API key, ends their sessions and the
    /// links that they were sent, and opens a lock. Of an administrator who was made from a user all that is
    /// the user's, too. Whoever is suspended stays so: that is said, with who can activate them, and the
    /// command ends with 1.
    Reset(Reset),
}

#[derive(Debug, clap::Args)]
pub struct Add {
    /// Their email address, by which they sign in
    #[arg(long)]
    email: String,
    /// Their first name
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// Their last name
    #[arg(long, value_name = "NAME")]
    last_name: String,
    /// Such as "Administrator With Billing", "Read Only", or the name of a custom role; a wrong one is
    /// answered with all there are
    #[arg(long)]
    role: String,
    /// Take the password from the first line of the standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Give API access, and print a first API key alone on the last line of the output
    ///
    /// It does not expire, and is shown this once. The administrator can make another in the Admin Portal, which
    /// ends this one.
    #[arg(long)]
    api_key: bool,
}

#[derive(Debug, clap::Args)]
pub struct Reset {
    /// The administrator's email address
    email: String,
    /// Take the password from the first line of the standard input, instead of making one
    #[arg(long)]
    password_stdin: bool,
}

impl Admin {
    pub fn run(self, settings: &Settings) -> Result {
        match self {
            Self::Add(add) => add.run(settings),
            Self::Reset(reset) => reset.run(settings),
        }
    }
}

impl Add {
    fn run(self, settings: &Settings) -> Result {
        let password = passwords::from_stdin()?;
        with_organization(settings, async |directory, operator| {
            let actor = operator.actor("bailiwick admin add");
            let named = directory.roles().named(&actor, &self.role).await;
            let role = named.map_err(|error| refused(&directory, error))?;
            let form = AdministratorForm {
                first_name: self.first_name,
                last_name: self.last_name,
                email: self.email,
                role: role.key(),
                ..AdministratorForm::default()
            };
            let administrators = directory.administrators();
            let key = if self.api_key {
                administrators.add_with_api_key(&actor, &form, &password).await.map(Some)
            } else {
                administrators.add(&actor, &form, &password).await.map(|_| None)
            };
            let key = key.map_err(|error| refused(&directory, error))?;
            say(format_args!(
                "{} {} can sign in as {}.",
                form.first_name.trim(),
                form.last_name.trim(),
                role.name
            ))?;
            let Some(key) = key else { return Ok(()) };
            say("Their API key, shown this once:")?;
            say(key.expose())
        })
    }
}

impl Reset {
    fn run(self, settings: &Settings) -> Result {
        let made = if self.password_stdin { None } else { Some(passwords::make()?) };
        let password = made.clone().map_or_else(passwords::from_stdin, Ok)?;
        with_organization(settings, async |directory, operator| {
            let actor = operator.actor("bailiwick admin reset");
            let reset = directory.administrators().reset(&actor, &self.email, &password).await;
            let ResetOutcome { name, but } = reset.map_err(|error| refused(&directory, error))?;
            say(format_args!(
                "{name} has a new password. Second factors, recovery codes, the API key, sessions and links are gone."
            ))?;
            if let Some(password) = made {
                say(format_args!("The password, shown this once: {password}"))?;
            }
            match but {
                Some(why) => Err(why.into()),
                None => say(format_args!("{name} can sign in with it, and with nothing else.")),
            }
        })
    }
}
