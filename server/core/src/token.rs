//! The random bits that a session, a link or an API key goes by.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::environment::Environment;
use crate::error::Result;

/// What a session's cookie holds: 256 random bits, or more. Shown once, kept as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn make(env: &Environment) -> Result<Self> {
        Ok(Self(BASE64URL_NOPAD.encode(&env.bytes::<32>()?)))
    }

    /// A token as it came in; whether it is one shows only when it is looked up.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

/// For what is made in other letters.
impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
