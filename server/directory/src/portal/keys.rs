//! SSH public keys: one's own to add and to remove.

use model::event::EventKind;
use model::portal::{SSH_KEY_NAME_MAX, SSH_KEYS_MAX, SshKeys};
use model::text::line;
use model::{ErrorCode, Faults, Id, Operation, Problem};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey};

use super::Portal;
use crate::ssh_keys;
use crate::users::find;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const COUNT: Sql = sql!("SELECT COUNT(*) FROM ssh_keys WHERE user_id = $1");
const INSERT: Sql = sql!(
    "INSERT INTO ssh_keys (id, user_id, name, algorithm, public_key, fingerprint, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// No key is longer: the largest RSA key that OpenSSH makes is 2.9 kB.
const KEY_MAX: usize = 8 * 1024;
/// What OpenSSH itself still takes.
const RSA_MIN: usize = 2048;

impl Portal<'_> {
    /// One's own SSH public keys, and whether the organization places them on devices.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn ssh_keys(&self, actor: &Actor) -> Result<SshKeys> {
        permit(actor, Operation::ManageOwnSshKeys)?;
        let mut tx = self.0.db().read().await?;
        let record = find(&mut tx, actor.auth()?.id).await?;
        Ok(SshKeys { placed: record.allow_public_key, keys: ssh_keys::of(&mut tx, record.id).await? })
    }

    /// Adds a key, in the form that `ssh-keygen` writes: `ssh-ed25519 AAAA… comment`. Without a name
    /// the comment names it.
    ///
    /// # Errors
    /// `invalid` at `name` or `public_key`; `conflict` when there are too many.
    pub async fn add_ssh_key(&self, actor: &Actor, name: &str, public_key: &str) -> Result<Id> {
        let permit = permit(actor, Operation::ManageOwnSshKeys)?;
        let mut faults = Faults::default();
        let name = faults.take("name", line(name, SSH_KEY_NAME_MAX));
        let parsed = faults.take("public_key", parse(public_key));
        let (Some(name), Some(parsed)) = (name, parsed) else { return Err(faults.into()) };
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), actor.auth()?.id).await?;
        let (count,): (i64,) = change.tx().one(COUNT, args![record.id]).await?;
        if usize::try_from(count).unwrap_or(usize::MAX) >= SSH_KEYS_MAX {
            let message = format!("You have {SSH_KEYS_MAX} keys, which is as many as there may be.");
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let algorithm = parsed.algorithm().as_str().to_owned();
        let name = [name, named_by(&parsed), algorithm.clone()].into_iter().find(|name| !name.is_empty());
        let name = name.unwrap_or_default();
        let fingerprint = parsed.fingerprint(HashAlg::Sha256).to_string();
        let bare = PublicKey::new(parsed.key_data().clone(), "");
        let text = bare.to_openssh().map_err(crate::Error::internal)?;
        let id = self.0.env().new_id()?;
        let now = change.now;
        let inserted =
            change.run(INSERT, args![id, record.id, &name, &algorithm, text, &fingerprint, now]).await;
        if let Err(error) = inserted {
            return Err(match taken(&error) {
                Some(_) => Problem::at("public_key", "You have added this key already.").into(),
                None => error.into(),
            });
        }
        let added = AuditEvent::new(EventKind::UserSshKeyCreate)
            .to("user", record.id, record.name())
            .changes(vec![field("ssh_key", "", format!("{name} ({fingerprint})"))]);
        change.record(added).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Removes one of one's own keys.
    ///
    /// # Errors
    /// `not_found` when it is gone already or somebody else's.
    pub async fn remove_ssh_key(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::ManageOwnSshKeys)?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), actor.auth()?.id).await?;
        ssh_keys::remove(&mut change, (record.id, &record.name()), id).await?;
        change.commit().await
    }
}

/// What is written beside the key, as far as it can be shown.
fn named_by(key: &PublicKey) -> String {
    let comment: String = key.comment().chars().take(SSH_KEY_NAME_MAX).collect();
    line(&comment, SSH_KEY_NAME_MAX).unwrap_or_default()
}

/// Reads a public key and says in words why it will not do.
fn parse(text: &str) -> std::result::Result<PublicKey, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Paste a public key.".to_owned());
    }
    if model::portal::is_private_key(text) {
        return Err(
            "This is a private key, which nobody else should ever see. Make a new pair, and paste the \
            public one, from the file that ends in .pub."
                .to_owned(),
        );
    }
    if text.len() > KEY_MAX || text.lines().count() > 1 {
        return Err("Paste one key, on one line, as in the file that ends in .pub.".to_owned());
    }
    let key = PublicKey::from_openssh(text).map_err(|_| {
        "This is not an SSH public key. It looks like “ssh-ed25519 AAAA… name”, as in the file that ends in .pub."
            .to_owned()
    })?;
    match (key.algorithm(), key.key_data()) {
        (Algorithm::Dsa, _) => {
            Err("DSA keys can be broken. Make an Ed25519 key: ssh-keygen -t ed25519".to_owned())
        }
        (_, KeyData::Rsa(rsa)) => {
            let bits = rsa.n.as_positive_bytes().map_or(0, |n| n.len() * 8);
            if bits >= RSA_MIN {
                return Ok(key);
            }
            Err(format!("An RSA key has at least {RSA_MIN} bits; this has {bits}. Ed25519 is better still."))
        }
        (Algorithm::Other(_), _) => Err("This kind of key is not known here.".to_owned()),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada@laptop";

    #[test]
    fn keys_that_will_do_and_those_that_will_not() {
        let key = parse(&format!("  {ED25519}\n")).expect("a key");
        assert_eq!(named_by(&key), "ada@laptop");
        assert_eq!(
            key.fingerprint(HashAlg::Sha256).to_string(),
            "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ"
        );
        for (bad, says) in [
            ("", "Paste"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA", "private key"),
            ("ssh-ed25519 AAAA", "not an SSH"),
            ("command=\"rm -rf /\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+", "not an SSH"),
            (&format!("{ED25519}\n{ED25519}"), "one key"),
            (&"A".repeat(KEY_MAX + 1), "one key"),
            ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDR", "not an SSH"),
        ] {
            let error = parse(bad).expect_err(bad);
            assert!(error.contains(says), "{bad}: {error}");
        }
        let hostile = ED25519.replace("ada@laptop", "a\u{202E}b");
        assert_eq!(parse(&hostile).map(|key| named_by(&key)), Ok(String::new()));
    }
}
