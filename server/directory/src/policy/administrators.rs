//! The rules for administrators' passwords, which are always the same.

use model::Password;

use super::validate::guessed_soon;

/// The shortest password of an administrator, in characters.
pub const ADMINISTRATOR_MIN: usize = 12;

/// Why a password will not do for an administrator; `None` when it does.
///
/// 12 to 128 characters, not holding their email address or its first part, and not one that is
/// guessed soon (zxcvbn). Takes up to some hundred milliseconds: not for threads that answer requests.
pub fn administrator_password_fault(password: &Password, email: &str, names: &[&str]) -> Option<String> {
    let text = password.expose();
    if text.chars().count() < ADMINISTRATOR_MIN {
        return Some(format!("A password has at least {ADMINISTRATOR_MIN} characters."));
    }
    let lower = text.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if (!email.is_empty() && lower.contains(email)) || (local.chars().count() >= 4 && lower.contains(local)) {
        return Some("The password must not hold the email address.".to_owned());
    }
    let known: Vec<&str> = names.iter().copied().chain([email]).collect();
    guessed_soon(text, &known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_take_good_ones() {
        let fault = |text| {
            administrator_password_fault(
                &Password::parse(text).expect("a password"),
                "grace@example.org",
                &["Grace", "Hopper"],
            )
        };
        assert_eq!(fault("tundra-violin-oxide-9"), None);
        assert!(fault("short").is_some_and(|why| why.contains("at least 12")));
        assert!(fault("xx-grace@example.org-xx").is_some_and(|why| why.contains("email")));
        assert!(fault("aaaaaaaaaaaaaaaa").is_some_and(|why| why.contains("guessed")));
        assert!(fault("password12345").is_some());
    }
}
