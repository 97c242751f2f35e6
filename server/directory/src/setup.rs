//! The first run: a one-time token, printed by the server, opens the page that names the
//! organization and creates the first Administrator With Billing.

use data_encoding::BASE64URL_NOPAD;
use model::administrator::AdministratorForm;
use model::event::EventKind;
use model::settings::{NewUserStates, ORGANIZATION_NAME_MAX};
use model::text::required_line;
use model::{ErrorCode, Faults, Operation, Principal, Problem};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::administrators::{WITH_BILLING, hash_good, insert, set_password};
use crate::import::{Import, ImportOptions, ImportReport, ready};
use crate::ldap;
use crate::sessions::{self, Opening};
use crate::settings;
use directory_core::authz::{Actor, Stage, Task, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{self, AuditEvent, field};
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

/// The first run.
pub struct Setup<'a>(pub(crate) &'a Context);

/// What the set-up page asks for, as typed.
#[derive(Clone, Default)]
pub struct SetupForm {
    pub organization: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub password: String,
    pub start_with: StartWith,
}

/// The people to begin with.
#[derive(Clone, Default)]
pub enum StartWith {
    #[default]
    Nobody,
    /// 1,284 invented people, to explore.
    Sample,
    /// A file; its faulty rows stop everything unless only the good ones are asked for.
    Csv { bytes: Vec<u8>, take_good_rows: bool },
}

/// What set-up led to: a session for the new administrator, and what became of the file.
#[derive(Debug)]
pub struct Completed {
    pub token: Token,
    pub import: Option<ImportReport>,
}

/// The sample organization.
pub(crate) const SAMPLE: &[u8] = include_bytes!("../data/people.csv");

const KEEP_TOKEN: Sql = sql!(
    "INSERT INTO setup (one, token_hash, created_at) VALUES (1, $1, $2)
    ON CONFLICT (one) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at"
);
const READ_TOKEN: Sql = sql!("SELECT token_hash FROM setup");
const USE_TOKEN: Sql = sql!("DELETE FROM setup");

impl Setup<'_> {
    /// A new token for the set-up page, which ends any earlier one; `None` once the organization
    /// is set up.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn issue_token(&self) -> Result<Option<String>> {
        let permit = permit(&Actor::system(Task::FirstStart), Operation::AdministerServer)?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        if settings::find(plain.tx()).await?.is_some() {
            return Ok(None);
        }
        let token = BASE64URL_NOPAD.encode(&self.0.env().bytes::<32>()?);
        let now = plain.now;
        plain.run(KEEP_TOKEN, args![hash(&token), now]).await?;
        plain.commit().await?;
        Ok(Some(token))
    }

    /// Whether a token opens the set-up page.
    ///
    /// # Errors
    /// `gone` when it does not: used, replaced by a later start, or never one.
    pub async fn check(&self, visitor: &Actor, token: &str) -> Result<()> {
        permit(visitor, Operation::SetUp)?;
        let mut tx = self.0.db().read().await?;
        let kept: Option<(Vec<u8>,)> = tx.optional(READ_TOKEN, args![]).await?;
        right_token(kept, token)
    }

    /// Sets the organization up. The token is used up, and the new administrator is signed in.
    ///
    /// # Errors
    /// `gone` for a token that is none; `invalid` with the fields at fault, those of the file under
    /// `people`. Nothing is set up then, and the token stays good.
    pub async fn complete(&self, visitor: &Actor, token: &str, form: SetupForm) -> Result<Completed> {
        self.check(visitor, token).await?;
        let mut faults = Faults::default();
        let name = required_line(&form.organization, ORGANIZATION_NAME_MAX, "the organization’s name");
        let name = faults.take("organization", name);
        let administrator = AdministratorForm {
            first_name: form.first_name.clone(),
            last_name: form.last_name.clone(),
            email: form.email.clone(),
            role: WITH_BILLING.as_str().to_owned(),
            ..AdministratorForm::default()
        };
        let draft = administrator
            .parse()
            .map_err(|more| more.iter().for_each(|fault| faults.add(&fault.field, &fault.message)))
            .ok();
        let (Some(name), Some(draft)) = (name, draft) else { return Err(faults.into()) };
        let names = [draft.first_name.as_str(), draft.last_name.as_str()];
        let hash = hash_good(self.0, &form.password, draft.email.as_str(), &names).await?;
        let (file, options) = people_of(&form.start_with);
        let import = Import(self.0);
        let prepared = match file {
            Some(bytes) => Some(import.prepare_first(bytes, &options).await?),
            None => None,
        };

        let states = NewUserStates::default();
        let job = match &prepared {
            Some(prepared) => Some(import.fill_first(prepared, &options, states.csv_import).await?),
            None => None,
        };

        let mut change = Change::begin(self.0, permit(visitor, Operation::SetUp)?).await?;
        let kept: Option<(Vec<u8>,)> = change.tx().optional(READ_TOKEN, args![]).await?;
        right_token(kept, token)?;
        change.run(USE_TOKEN, args![]).await?;
        create_organization(&mut change, &name, states).await?;
        let administrator = insert(&mut change, &draft, &WITH_BILLING.into(), None).await?;
        set_password(&mut change, administrator, hash).await?;
        let set =
            AuditEvent::new(EventKind::AdminPasswordChange).to("administrator", administrator, draft.name());
        change.record(set.changes(vec![events::password(false)])).await?;
        sessions::let_in(&mut change, Principal::Administrator, administrator).await?;
        let opening = Opening {
            of: (Principal::Administrator, administrator),
            epoch: 0,
            stage: Stage::Full,
            methods: "set-up",
        };
        let token = sessions::open(&mut change, opening).await?;
        if let Some(job) = job {
            ready(&mut change, job).await?;
        }
        change.commit().await?;

        let import = match (job, prepared) {
            (Some(job), Some(prepared)) => Some(import.finish(job, prepared).await?),
            _ => None,
        };
        Ok(Completed { token, import })
    }
}

async fn create_organization(change: &mut Change, name: &str, states: NewUserStates) -> Result<()> {
    let (seq, now) = (change.seq, change.now);
    let id = change.context().env().new_id()?;
    let NewUserStates { manual_entry, csv_import, application_import } = states;
    let values = args![id, seq, name, now, manual_entry, csv_import, application_import];
    change.run(settings::INSERT, values).await?;
    ldap::create(change).await?;
    let created = AuditEvent::new(EventKind::OrganizationCreate)
        .to("organization", id, name)
        .changes(vec![field("name", "", name)]);
    change.record(created).await
}

fn people_of(start: &StartWith) -> (Option<&[u8]>, ImportOptions) {
    let system = ImportOptions { source: "csv".into(), ..ImportOptions::default() };
    match start {
        StartWith::Nobody => (None, system),
        StartWith::Sample => (Some(SAMPLE), ImportOptions { source: "sample".into(), ..system }),
        StartWith::Csv { bytes, take_good_rows } => {
            (Some(bytes), ImportOptions { take_good_rows: *take_good_rows, ..system })
        }
    }
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn right_token(kept: Option<(Vec<u8>,)>, token: &str) -> Result<()> {
    let right = kept.is_some_and(|(kept,)| bool::from(kept.ct_eq(&hash(token))));
    if right {
        return Ok(());
    }
    let message = "This set-up link has been used, or a later start of the server has replaced it. \
        If nobody has set Bailiwick up yet, take the link that the server printed last.";
    Err(Error::Problem(Problem::new(ErrorCode::Gone, message)))
}
