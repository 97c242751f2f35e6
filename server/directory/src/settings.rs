//! The organization and its settings.

use std::time::Duration;

use model::event::{EventKind, FieldChange};
use model::settings::{Contact, NewUserStates, Organization, OrganizationProfile, PORTAL_IDLE_DEFAULT};
use model::user::UserState;
use model::{ErrorCode, Id, Operation, Problem, Timestamp};

use directory_core::authz::{self, Actor, permit, recently_authenticated};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// The organization.
pub struct Settings<'a>(pub(crate) &'a Context);

const READ: Sql = sql!(
    "SELECT id, seq, name, created_at, contact_name, contact_email, users_can_edit, require_admin_mfa,
    new_manual, new_csv, new_application, portal_idle_minutes FROM organization"
);
const PORTAL_IDLE: Sql = sql!("SELECT portal_idle_minutes FROM organization");
pub(crate) const INSERT: Sql = sql!("INSERT INTO organization
    (one, id, seq, name, created_at, new_manual, new_csv, new_application) VALUES (1, $1, $2, $3, $4, $5, $6, $7)");
const WRITE: Sql = sql!(
    "UPDATE organization SET seq = $1, name = $2, contact_name = $3, contact_email = $4,
    users_can_edit = $5, require_admin_mfa = $6, new_manual = $7, new_csv = $8, new_application = $9,
    portal_idle_minutes = $10"
);

#[derive(sqlx::FromRow)]
struct Row {
    id: Id,
    seq: i64,
    name: String,
    created_at: Timestamp,
    contact_name: String,
    contact_email: String,
    users_can_edit: bool,
    require_admin_mfa: bool,
    new_manual: UserState,
    new_csv: UserState,
    new_application: UserState,
    portal_idle_minutes: i64,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.seq,
            created_at: row.created_at,
            profile: OrganizationProfile {
                name: row.name,
                contact: Contact { name: row.contact_name, email: row.contact_email },
                users_can_edit: row.users_can_edit,
                require_admin_mfa: row.require_admin_mfa,
                new_users: NewUserStates {
                    manual_entry: row.new_manual,
                    csv_import: row.new_csv,
                    application_import: row.new_application,
                },
                portal_idle_minutes: minutes(row.portal_idle_minutes),
            },
        }
    }
}

impl Settings<'_> {
    /// The organization with its settings.
    ///
    /// # Errors
    /// `forbidden`; `conflict` before it is set up.
    pub async fn organization(&self, actor: &Actor) -> Result<Organization> {
        permit(actor, Operation::ReadOrganization)?;
        read(&mut self.0.db().read().await?).await
    }

    /// The organization's name: what every page shows, to anybody. `None` before it is set up.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn name(&self) -> Result<Option<String>> {
        let mut tx = self.0.db().read().await?;
        Ok(find(&mut tx).await?.map(|organization| organization.profile.name))
    }

    /// Whom people ask, signed in or not: pages that send them to somebody say it.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn contact(&self) -> Result<Contact> {
        let mut tx = self.0.db().read().await?;
        Ok(find(&mut tx).await?.map(|organization| organization.profile.contact).unwrap_or_default())
    }

    /// Whom somebody asks to be granted a command.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn whom_to_ask(&self, actor: &Actor) -> Result<Contact> {
        permit(actor, Operation::ReadGrantedCommands)?;
        self.contact().await
    }

    /// Changes the organization's profile, all at once.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault; `stale` when somebody else was faster; `reauthentication_needed`
    /// to ask administrators for no second factor any more.
    pub async fn update(&self, actor: &Actor, version: i64, typed: &OrganizationProfile) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOrganization)?;
        let after = typed.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let Organization { id, version: current, profile: before, .. } = read(change.tx()).await?;
        if current != version {
            let message = "The organization’s settings have been changed meanwhile, by somebody else or by you in another \
                window. Load them again.";
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let changes = differences(&before, &after);
        if changes.is_empty() {
            return Ok(());
        }
        if before.require_admin_mfa != after.require_admin_mfa {
            authz::permit(actor, Operation::RequireAdministratorsMfa)?;
        }
        // With it goes what stands between a password and an administrator's account.
        if before.require_admin_mfa && !after.require_admin_mfa {
            recently_authenticated(change.permit(), change.now)?;
        }
        let audit_event = AuditEvent::new(EventKind::OrganizationUpdate)
            .to("organization", id, &after.name)
            .changes(changes);
        let OrganizationProfile {
            name,
            contact,
            users_can_edit,
            require_admin_mfa,
            new_users,
            portal_idle_minutes,
        } = after;
        let NewUserStates { manual_entry, csv_import, application_import } = new_users;
        let values = args![
            change.seq,
            name,
            contact.name,
            contact.email,
            users_can_edit,
            require_admin_mfa,
            manual_entry,
            csv_import,
            application_import,
            i64::from(portal_idle_minutes)
        ];
        change.run(WRITE, values).await?;
        change.record(audit_event).await?;
        change.commit().await
    }
}

/// Every field that differs, under its name in the reference.
fn differences(before: &OrganizationProfile, after: &OrganizationProfile) -> Vec<FieldChange> {
    let mut changes = vec![
        field("name", &before.name, &after.name),
        field("contactName", &before.contact.name, &after.contact.name),
        field("contactEmail", &before.contact.email, &after.contact.email),
        field("systemUsersCanEdit", before.users_can_edit.to_string(), after.users_can_edit.to_string()),
        field("requireAdminMFA", before.require_admin_mfa.to_string(), after.require_admin_mfa.to_string()),
    ];
    for ((name, from), (_, to)) in before.new_users.each().into_iter().zip(after.new_users.each()) {
        changes.push(field(&format!("newSystemUserStateDefaults.{name}"), from.as_str(), to.as_str()));
    }
    let minutes = |profile: &OrganizationProfile| profile.portal_idle_minutes.to_string();
    changes.push(field("userPortal.idleSessionDurationMinutes", minutes(before), minutes(after)));
    changes.retain(|change| change.from != change.to);
    changes
}

fn minutes(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(PORTAL_IDLE_DEFAULT)
}

/// How long a session of the User Portal may last without use.
pub(crate) async fn portal_idle(tx: &mut Tx) -> Result<Duration> {
    let found: Option<(i64,)> = tx.optional(PORTAL_IDLE, args![]).await?;
    let minutes = found.map_or(PORTAL_IDLE_DEFAULT, |(stored,)| minutes(stored));
    Ok(Duration::from_mins(u64::from(minutes)))
}

pub(crate) async fn find(tx: &mut Tx) -> Result<Option<Organization>> {
    let row: Option<Row> = tx.optional(READ, args![]).await?;
    Ok(row.map(Organization::from))
}

pub(crate) async fn read(tx: &mut Tx) -> Result<Organization> {
    find(tx)
        .await?
        .ok_or_else(|| Problem::new(ErrorCode::Conflict, "The organization has not been set up yet.").into())
}
