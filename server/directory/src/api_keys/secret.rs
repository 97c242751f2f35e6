//! A key's own text.

use model::api_key::PREFIX;

use directory_core::environment::Environment;
use directory_core::error::Result;
use directory_core::token::Token;

/// Letters and digits, so that a double click takes the whole.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many follow the prefix. Four are shown from then on; the others hold 262 bits.
const LENGTH: usize = 48;
const SHOWN: usize = 4;

/// A new one. Shown once, kept as a hash: it has too many bits to be guessed from that.
pub(super) fn make(env: &Environment) -> Result<Token> {
    let mut text = String::with_capacity(PREFIX.len() + LENGTH);
    text.push_str(PREFIX);
    while text.len() < PREFIX.len() + LENGTH {
        let missing = PREFIX.len() + LENGTH - text.len();
        text.extend(env.bytes::<64>()?.into_iter().filter_map(letter).take(missing));
    }
    Ok(Token::from(text))
}

/// Each letter for as many bytes as any other; some bytes for none.
fn letter(byte: u8) -> Option<char> {
    let place = usize::from(byte) % ALPHABET.len();
    let fair = usize::from(byte) < 256 - 256 % ALPHABET.len();
    ALPHABET.get(place).filter(|_| fair).copied().map(char::from)
}

/// By what its owner knows it again.
pub(super) fn hint(key: &Token) -> String {
    key.expose().chars().take(PREFIX.len() + SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use super::*;
    use directory_core::environment::{HashingCost, SeededRng};

    #[test]
    fn a_key_is_of_its_alphabet_and_like_no_other() {
        let rng = Arc::new(SeededRng::from_seed(7));
        let env = Environment { rng, ..Environment::system(HashingCost::default()) };
        let (one, other) = (make(&env).expect("a key"), make(&env).expect("another"));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 52);
        let rest = one.expose().strip_prefix("bwk_").expect("the prefix");
        assert!(rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(hint(&one), one.expose()[..8]);
    }

    #[test]
    fn no_letter_is_likelier_than_another() {
        let mut bytes = HashMap::new();
        (0..=u8::MAX).filter_map(letter).for_each(|letter| *bytes.entry(letter).or_insert(0) += 1);
        assert_eq!(bytes.len(), 62);
        assert!(bytes.values().all(|count| *count == 4), "{bytes:?}");
    }
}
