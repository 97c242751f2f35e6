//! Names of roles that look alike: whoever gives somebody one role is not to give them another.

use model::{DefaultRole, Id, Problem};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

/// There are never more than twenty.
const OTHERS: Sql = sql!("SELECT name FROM custom_roles WHERE id <> $1 ORDER BY name_key LIMIT 20");

const ALL: Sql = sql!("SELECT name FROM custom_roles ORDER BY name_key LIMIT 20");

/// The names of all roles, those that come with the product first.
pub(crate) async fn names(tx: &mut Tx) -> Result<Vec<String>> {
    let own: Vec<(String,)> = tx.all(ALL, args![]).await?;
    let defaults = DefaultRole::ALL.iter().map(|role| role.as_str().to_owned());
    Ok(defaults.chain(own.into_iter().map(|(name,)| name)).collect())
}

/// Refuses a name that looks like that of another role.
///
/// # Errors
/// `invalid` at `name`.
pub(crate) async fn check(tx: &mut Tx, of: Id, name: &str) -> Result<()> {
    let looks = likeness(name);
    if let Some(role) = DefaultRole::ALL.iter().find(|role| likeness(role.as_str()) == looks) {
        let message = format!("This looks like {role}, which comes with Bailiwick. Choose another name.");
        return Err(Problem::at("name", message).into());
    }
    let others: Vec<(String,)> = tx.all(OTHERS, args![of]).await?;
    match others.into_iter().find(|(other,)| likeness(other) == looks) {
        Some((other,)) => Err(taken(&other).into()),
        None => Ok(()),
    }
}

/// There is one that looks like it, or is called the same.
pub(crate) fn taken(other: &str) -> Problem {
    Problem::at("name", format!("There is a role called {other} already. Choose another name."))
}

/// What a name looks like at a glance: letters and digits alone, without case and marks, those of other
/// scripts as the ones that they look like. What is empty so, such as signs alone, is taken as it is.
fn likeness(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    // Capitals look like other letters than small ones do.
    let small: String = skeleton(&plain).flat_map(char::to_lowercase).collect();
    let shapes = skeleton(&small).flat_map(char::to_lowercase);
    // As a capital it is an l.
    let shapes: String = shapes.map(|c| if c == 'i' { 'l' } else { c }).collect();
    let letters: String = shapes.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { shapes.split_whitespace().collect() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for name in [
            "help desk",
            "HelpDesk",
            "Help  Desk",
            "Help-Desk.",
            "Help\u{200B} \u{2060}De\u{AD}sk\u{FEFF}",
            "Help\u{A0}Desk",
            "Help\u{3164}Desk",
            "Ｈｅｌｐ Ｄｅｓｋ",
            "𝐇𝐞𝐥𝐩 𝔻𝕖𝕤𝕜",
            "Неlр Dеѕk",
            "Ηelp Desk",
            "HeIp Desk",
            "He1p Desk",
            "He|p Desk",
            "Hélp Dësk",
            "\u{E0041}Help Desk",
        ] {
            assert_eq!(likeness(name), likeness("Help Desk"), "{name}");
        }
        for (one, other) in [
            ("BILLING ONLY", "Billing 0nly"),
            ("BiIIing OnIy", "Billing Only"),
            ("Adrninistrator", "Administrator"),
            ("АДМІNISTRATOR", "АДМІNISTRATОR"),
            ("Administrator w\u{131}th Billing", "Administrator With Billing"),
            ("🌙", "🌙\u{FE0F}"),
        ] {
            assert_eq!(likeness(one), likeness(other), "{one} {other}");
        }
    }

    #[test]
    fn what_looks_different_is_different() {
        let names = [
            "Night shift",
            "Night shift 2",
            "Day shift",
            "Help Desk EU",
            "Administrators",
            "Audit",
            "夜間",
            "昼間",
            "🌙",
            "☀",
            "!",
            "?",
        ];
        let names = names.into_iter().chain(DefaultRole::ALL.iter().map(|role| role.as_str()));
        let looks: Vec<_> = names.map(likeness).collect();
        for (place, one) in looks.iter().enumerate() {
            assert!(!one.is_empty() && !looks[..place].contains(one), "{one}");
        }
    }
}
