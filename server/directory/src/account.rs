//! One's own account: details, password, second factors, and proving the password again.

use model::account::{Me, OwnDetails, OwnDetailsForm, TotpEnrollment};
use model::administrator::NAME_MAX;
use model::event::EventKind;
use model::text::required_line;
use model::{ErrorCode, Faults, Id, Operation, Password, Problem, Timestamp};

use crate::administrators::{ever, find, hash_good, new_epoch, role_named, set_password};
use crate::attempts::{Count, Subjects, too_many};
use crate::change::{Change, Side};
use crate::error::Result;
use crate::fold::fold;
use crate::gate::{Actor, permit};
use crate::history::{Happening, field};
use crate::sessions::{self, Token, proven_lately};
use crate::store::args;
use crate::{Directory, totp};

/// One's own account.
pub struct Account<'a>(pub(crate) &'a Directory);

const FACTORS: &str = "SELECT
    (SELECT MAX(confirmed_at) FROM credentials
        WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'totp'),
    (SELECT COUNT(*) FROM credentials
        WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'recovery')";
const PASSWORD: &str = "SELECT secret FROM credentials WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'password'";
const RENAME: &str =
    "UPDATE administrators SET first_name = $3, last_name = $4, name_key = $5, search_text = $6,
    seq = $7 WHERE id = $1 AND seq = $2";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FACTORS, PASSWORD, RENAME];

impl Account<'_> {
    /// Who is signed in, for the screens.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn me(&self, actor: &Actor) -> Result<Me> {
        permit(actor, Operation::ReadOwnAccount)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor.standing()?.id).await?;
        let organization = crate::settings::read(&mut tx).await?;
        Ok(Me {
            id: stored.id,
            first_name: stored.first_name,
            last_name: stored.last_name,
            email: stored.email,
            role: role_named(&stored.role)?,
            organization: organization.name,
            organization_id: organization.id,
            totp_enrolled: stored.totp_enrolled,
        })
    }

    /// One's own details.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn details(&self, actor: &Actor) -> Result<OwnDetails> {
        permit(actor, Operation::ReadOwnAccount)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor.standing()?.id).await?;
        let (totp, codes): (Option<Timestamp>, i64) = tx.one(FACTORS, args![stored.id]).await?;
        Ok(OwnDetails {
            version: stored.seq,
            first_name: stored.first_name,
            last_name: stored.last_name,
            email: stored.email,
            role: role_named(&stored.role)?,
            totp: if stored.totp_enrolled { totp } else { None },
            recovery_codes_left: u32::try_from(codes).unwrap_or(0),
            password_changed_at: stored.password_set_at,
            last_login_at: ever(stored.last_login_at),
        })
    }

    /// Changes one's own name.
    ///
    /// # Errors
    /// `invalid` with the fields at fault; `stale` when it was changed meanwhile.
    pub async fn rename(&self, actor: &Actor, form: &OwnDetailsForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let mut faults = Faults::default();
        let first = faults.take("first_name", required_line(&form.first_name, NAME_MAX, "a first name"));
        let last = faults.take("last_name", required_line(&form.last_name, NAME_MAX, "a last name"));
        let (Some(first), Some(last)) = (first, last) else { return Err(faults.into()) };
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), actor.standing()?.id).await?;
        let name = format!("{first} {last}");
        let seq = change.seq;
        let search = fold(&format!("{name} {}", stored.email));
        change
            .run_one(RENAME, args![stored.id, form.version, &first, &last, fold(&name), search, seq])
            .await?;
        let changes =
            [field("firstname", &stored.first_name, &first), field("lastname", &stored.last_name, &last)];
        let changes: Vec<_> = changes.into_iter().filter(|change| change.from != change.to).collect();
        if changes.is_empty() {
            return Ok(());
        }
        change
            .record(
                Happening::new(EventKind::AdminUpdate).to("administrator", stored.id, name).changes(changes),
            )
            .await?;
        change.commit().await
    }

    /// Proves one's own password again, for what is sensitive. Wrong ones count like those at
    /// signing in.
    ///
    /// # Errors
    /// `invalid` at `current_password`; `too_many`.
    pub async fn prove(&self, actor: &Actor, password: &str) -> Result<()> {
        permit(actor, Operation::ReadOwnAccount)?;
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit(actor, Operation::ReadOwnAccount)?).await?;
        let stored = find(side.tx(), me.id).await?;
        let subjects = Subjects::new(&stored.email, &actor.origin.ip);
        let count = subjects.count(&mut side).await?;
        let hash: Option<(String,)> = side.tx().optional(PASSWORD, args![me.id]).await?;
        let now = side.now;
        side.commit().await?;
        if let Count::Refused { until } = count {
            return Err(too_many(now, until).into());
        }
        let typed =
            Password::parse(password).map_err(|error| Problem::at("current_password", error.to_string()))?;
        let verdict = self.0.hasher().verify(&typed, hash.map(|(hash,)| hash)).await?;
        let mut side = Side::begin(self.0, permit(actor, Operation::ReadOwnAccount)?).await?;
        if verdict.right {
            subjects.forgive(&mut side).await?;
            sessions::prove(&mut side, me.session).await?;
            return side.commit().await;
        }
        if count == Count::Last {
            let until = subjects.lock(&mut side).await?;
            let lockout = Happening::new(EventKind::AdminLockout).to("administrator", me.id, &me.name);
            side.record(lockout).await?;
            side.commit().await?;
            return Err(too_many(now, until).into());
        }
        Err(Problem::at("current_password", "This is not your password.").into())
    }

    /// Changes one's own password. All other sessions end; this one goes on under a new token.
    ///
    /// # Errors
    /// `invalid` at `current_password` or `password`; `too_many`.
    pub async fn change_password(&self, actor: &Actor, current: &str, new: &str) -> Result<Token> {
        let permit = permit(actor, Operation::ChangeOwnPassword)?;
        let me = actor.standing()?.clone();
        self.prove(actor, current).await?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, me.id).await?;
        drop(tx);
        if current == new {
            return Err(Problem::at("password", "This is the password you have now. Choose another.").into());
        }
        let names = [stored.first_name.as_str(), stored.last_name.as_str()];
        let hash = hash_good(self.0, new, &stored.email, &names).await?;
        let mut change = Change::begin(self.0, permit).await?;
        set_password(&mut change, me.id, hash).await?;
        change
            .record(Happening::new(EventKind::AdminPasswordChange).to("administrator", me.id, &me.name))
            .await?;
        live_on(change, me.id, me.session).await
    }

    /// Begins to enrol TOTP. It counts once [`finish_totp`](Self::finish_totp) was given a code.
    ///
    /// # Errors
    /// `proof_needed`.
    pub async fn start_totp(&self, actor: &Actor) -> Result<TotpEnrollment> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit).await?;
        let stored = find(side.tx(), me.id).await?;
        let organization = crate::settings::read(side.tx()).await?;
        let enrollment = totp::start(&mut side, me.id, &stored.email, &organization.name).await?;
        side.record(Happening::new(EventKind::AdminTotpStartEnrollment).to("administrator", me.id, &me.name))
            .await?;
        side.commit().await?;
        Ok(enrollment)
    }

    /// The enrolment that was begun and not finished, if any: to show it again.
    ///
    /// # Errors
    /// `proof_needed`.
    pub async fn pending_totp(&self, actor: &Actor) -> Result<Option<TotpEnrollment>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor.standing()?.id).await?;
        let organization = crate::settings::read(&mut tx).await?;
        totp::pending(self.0, &mut tx, stored.id, &stored.email, &organization.name).await
    }

    /// Finishes enrolling TOTP with a code of the app. All other sessions end; this one goes on
    /// under a new token. Also says the recovery codes, this once.
    ///
    /// # Errors
    /// `proof_needed`; `invalid` at `code`; `conflict` when nothing was begun.
    pub async fn finish_totp(&self, actor: &Actor, code: &str) -> Result<(Token, Vec<String>)> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        totp::finish(&mut change, me.id, code).await?;
        let codes = totp::new_codes(&mut change, me.id).await?;
        change
            .record(Happening::new(EventKind::AdminTotpFinishEnrollment).to("administrator", me.id, &me.name))
            .await?;
        Ok((live_on(change, me.id, me.session).await?, codes))
    }

    /// Removes TOTP and the recovery codes.
    ///
    /// # Errors
    /// `proof_needed`; `conflict` when there is none.
    pub async fn remove_totp(&self, actor: &Actor) -> Result<Token> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        if !find(change.tx(), me.id).await?.totp_enrolled {
            return Err(Problem::new(ErrorCode::Conflict, "TOTP is not enrolled.").into());
        }
        totp::remove(&mut change, me.id).await?;
        change
            .record(Happening::new(EventKind::AdminTotpDisable).to("administrator", me.id, &me.name))
            .await?;
        live_on(change, me.id, me.session).await
    }

    /// Makes new recovery codes; the old ones end. Says them, this once.
    ///
    /// # Errors
    /// `proof_needed`; `conflict` without TOTP.
    pub async fn new_recovery_codes(&self, actor: &Actor) -> Result<Vec<String>> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        proven_lately(&permit, self.0.env().now())?;
        let me = actor.standing()?.clone();
        let mut side = Side::begin(self.0, permit).await?;
        if !find(side.tx(), me.id).await?.totp_enrolled {
            return Err(
                Problem::new(ErrorCode::Conflict, "Enroll TOTP first; the codes stand in for it.").into()
            );
        }
        let codes = totp::new_codes(&mut side, me.id).await?;
        side.record(Happening::new(EventKind::AdminRecoveryCodesCreate).to("administrator", me.id, &me.name))
            .await?;
        side.commit().await?;
        Ok(codes)
    }
}

/// Ends what stands on the old epoch, but lets this session go on under a new token.
async fn live_on(mut change: Change, me: Id, session: Id) -> Result<Token> {
    let epoch = new_epoch(&mut change, me).await?;
    let token = sessions::follow(&mut change, session, epoch).await?;
    change.commit().await?;
    Ok(token)
}
