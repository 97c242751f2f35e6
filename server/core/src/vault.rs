//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key that is not in the database, and
//! bound to their place (table, column, row), so that one cannot be moved to another.

use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;
use hkdf::Hkdf;
use model::Id;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::store::OpenError;

const NONCE: usize = 24;
/// The version of the key and the scheme, the first byte of everything sealed.
const VERSION: u8 = 1;

/// Where a sealed secret stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Id,
}

impl Place {
    fn bytes(self) -> Vec<u8> {
        format!("{}\0{}\0{}", self.table, self.column, self.row).into_bytes()
    }
}

/// Seals and opens secrets.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
    check: [u8; 16],
}

impl Vault {
    /// A vault under a 32-byte master key.
    pub fn new(master: &[u8; 32]) -> Result<Self> {
        let keys = Hkdf::<Sha256>::new(None, master);
        let mut key = Zeroizing::new([0; 32]);
        let mut check = [0; 16];
        keys.expand(b"bailiwick secrets at rest v1", key.as_mut()).map_err(Error::internal)?;
        keys.expand(b"bailiwick key check v1", &mut check).map_err(Error::internal)?;
        Ok(Self { cipher: XChaCha20Poly1305::new((&*key).into()), check })
    }

    /// A value by which the database knows whether this is its key.
    pub fn check(&self) -> &[u8; 16] {
        &self.check
    }

    pub fn seal(&self, env: &Environment, place: Place, secret: &[u8]) -> Result<String> {
        let nonce: [u8; NONCE] = env.bytes()?;
        let payload = Payload { msg: secret, aad: &place.bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("sealing a secret failed"))?;
        let mut bytes = vec![VERSION];
        bytes.extend(nonce);
        bytes.extend(sealed);
        Ok(BASE64.encode(&bytes))
    }

    pub fn open(&self, place: Place, sealed: &str) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || Error::internal(format!("a sealed secret of {} cannot be opened", place.table));
        let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| broken())?;
        let (&version, rest) = bytes.split_first().ok_or_else(broken)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        if version != VERSION {
            return Err(broken());
        }
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        let secret = self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| broken())?;
        Ok(Zeroizing::new(secret))
    }
}

/// Reads the master key; `None` when there is no such file.
pub fn read_key(path: &Path) -> Result<Option<Zeroizing<[u8; 32]>>, OpenError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let text = format!("the key file {} cannot be read: {error}", path.display());
            return Err(OpenError::Key(text));
        }
    };
    let key: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| OpenError::Key(format!("the key file {} does not hold 32 bytes", path.display())))?;
    Ok(Some(Zeroizing::new(key)))
}

/// Makes a master key, readable by its owner alone.
pub fn make_key(path: &Path, env: &Environment) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    let key = Zeroizing::new(env.bytes::<32>().map_err(|error| OpenError::Key(error.to_string()))?);
    write_private(path, key.as_slice()).map_err(|error| {
        OpenError::Key(format!("the key file {} cannot be written: {error}", path.display()))
    })?;
    Ok(key)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_place_and_with_its_key() {
        let env = Environment::system(crate::environment::HashingCost::default());
        let vault = Vault::new(&[7; 32]).expect("a vault");
        let place = Place { table: "credentials", column: "secret", row: Id::from([1; 12]) };
        let sealed = vault.seal(&env, place, b"JBSWY3DP").expect("sealed");
        assert_eq!(vault.open(place, &sealed).expect("opened").as_slice(), b"JBSWY3DP");
        assert_ne!(vault.seal(&env, place, b"JBSWY3DP").expect("sealed"), sealed);
        let elsewhere = Place { row: Id::from([2; 12]), ..place };
        assert!(vault.open(elsewhere, &sealed).is_err());
        assert!(Vault::new(&[8; 32]).expect("a vault").open(place, &sealed).is_err());
        for broken in ["", "AAAA", "not base 64", &sealed[..20]] {
            assert!(vault.open(place, broken).is_err());
        }
    }
}
