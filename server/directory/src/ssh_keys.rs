//! Users' SSH public keys as they are kept: owners and administrators add and remove them.

use model::event::EventKind;
use model::portal::{SSH_KEY_NAME_MAX, SSH_KEYS_MAX, SshKey};
use model::text::line;
use model::{ErrorCode, Faults, Id, Problem, Timestamp};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey};

use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

const OF: Sql = sql!(
    "SELECT id, name, algorithm, fingerprint, created_at FROM ssh_keys
    WHERE user_id = $1 ORDER BY created_at, id LIMIT 100"
);
const DELETE: Sql = sql!("DELETE FROM ssh_keys WHERE id = $1 AND user_id = $2 RETURNING name, fingerprint");

const COUNT: Sql = sql!("SELECT COUNT(*) FROM ssh_keys WHERE user_id = $1");
const INSERT: Sql = sql!(
    "INSERT INTO ssh_keys (id, user_id, name, algorithm, public_key, fingerprint, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// No key is longer: the largest RSA key that OpenSSH makes is 2.9 kB.
const KEY_MAX: usize = 8 * 1024;
/// What OpenSSH itself still takes.
const RSA_MIN: usize = 2048;

type Row = (Id, String, String, String, Timestamp);

/// A user's keys, the oldest first.
pub(crate) async fn of(tx: &mut Tx, user: Id) -> Result<Vec<SshKey>> {
    let rows: Vec<Row> = tx.all(OF, args![user]).await?;
    let key = |(id, name, algorithm, fingerprint, created_at)| SshKey {
        id,
        name,
        algorithm,
        fingerprint,
        created_at,
    };
    Ok(rows.into_iter().map(key).collect())
}

/// A key that can be added, with the name that was typed for it.
pub(crate) struct NewKey {
    name: String,
    key: PublicKey,
}

impl NewKey {
    /// Reads what was typed: a key in the form that `ssh-keygen` writes, `ssh-ed25519 AAAA… comment`.
    ///
    /// # Errors
    /// `invalid` at `name` or `public_key`.
    pub(crate) fn parse(name: &str, public_key: &str) -> Result<Self> {
        let mut faults = Faults::default();
        let name = faults.take("name", line(name, SSH_KEY_NAME_MAX));
        let key = faults.take("public_key", parse(public_key));
        let (Some(name), Some(key)) = (name, key) else { return Err(faults.into()) };
        Ok(Self { name, key })
    }
}

/// Adds a key to a user, given with their name, and writes the event of it. Without a name the key's comment
/// names it. `they_have` begins what is said of whose key it is: `You have`.
///
/// # Errors
/// `invalid` at `public_key` for one that is there; `conflict` when there are too many.
pub(crate) async fn add(
    change: &mut Change,
    (user, whose): (Id, &str),
    NewKey { name, key }: NewKey,
    they_have: &str,
) -> Result<Id> {
    let (count,): (i64,) = change.tx().one(COUNT, args![user]).await?;
    if usize::try_from(count).unwrap_or(usize::MAX) >= SSH_KEYS_MAX {
        let message = format!("{they_have} {SSH_KEYS_MAX} keys, which is as many as there may be.");
        return Err(Problem::new(ErrorCode::Conflict, message).into());
    }
    let algorithm = key.algorithm().as_str().to_owned();
    let name = [name, named_by(&key), algorithm.clone()].into_iter().find(|name| !name.is_empty());
    let name = name.unwrap_or_default();
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    let bare = PublicKey::new(key.key_data().clone(), "");
    let text = bare.to_openssh().map_err(Error::internal)?;
    let (id, now) = (change.context().env().new_id()?, change.now);
    let inserted = change.run(INSERT, args![id, user, &name, &algorithm, text, &fingerprint, now]).await;
    if let Err(error) = inserted {
        return Err(match taken(&error) {
            Some(_) => Problem::at("public_key", format!("{they_have} added this key already.")).into(),
            None => error.into(),
        });
    }
    let added = AuditEvent::new(EventKind::UserSshKeyCreate).to("user", user, whose).changes(vec![field(
        "ssh_key",
        "",
        format!("{name} ({fingerprint})"),
    )]);
    change.record(added).await?;
    Ok(id)
}

/// Removes one of the keys of a user, given with their name, and writes the event of it.
///
/// # Errors
/// `not_found` when it is gone already or somebody else's.
pub(crate) async fn remove(change: &mut Change, (user, name): (Id, &str), id: Id) -> Result<()> {
    let gone: Option<(String, String)> = change.tx().optional(DELETE, args![id, user]).await?;
    let (key, fingerprint) = gone.ok_or_else(|| Problem::not_found("key"))?;
    let removed = AuditEvent::new(EventKind::UserSshKeyDelete).to("user", user, name);
    change.record(removed.changes(vec![field("ssh_key", format!("{key} ({fingerprint})"), "")])).await
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
