//! Two who change the same user at once.

use std::collections::{BTreeMap, BTreeSet};

use super::attribute::{Flag, TextAttribute};
use super::form::UserForm;

impl UserForm {
    /// What was changed of `base` here, on top of what it has become since: of two who change
    /// different fields neither undoes the other's.
    #[must_use]
    pub fn onto(&self, base: &Self, now: &Self) -> Self {
        fn newer<T: PartialEq + Clone>(typed: &T, base: &T, now: &T) -> T {
            if typed == base { now.clone() } else { typed.clone() }
        }
        let mut form = Self {
            username: newer(&self.username, &base.username, &now.username),
            email: newer(&self.email, &base.email, &now.email),
            text: BTreeMap::new(),
            flags: BTreeSet::new(),
            unix_uid: newer(&self.unix_uid, &base.unix_uid, &now.unix_uid),
            unix_gid: newer(&self.unix_gid, &base.unix_gid, &now.unix_gid),
            manager: newer(&self.manager, &base.manager, &now.manager),
            addresses: newer(&self.addresses, &base.addresses, &now.addresses),
            phones: newer(&self.phones, &base.phones, &now.phones),
            custom: newer(&self.custom, &base.custom, &now.custom),
        };
        for attribute in TextAttribute::ALL.iter().copied() {
            let [typed, base, now] = [self, base, now].map(|form| form.text(attribute));
            form.set_text(attribute, newer(&typed, &base, &now));
        }
        for flag in Flag::ALL.iter().copied() {
            let [typed, base, now] = [self, base, now].map(|form| form.flags.contains(&flag));
            form.set_flag(flag, newer(&typed, &base, &now));
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_have_changed_is_kept_of_both() {
        let mut base =
            UserForm { username: "ada".into(), email: "ada@example.org".into(), ..UserForm::default() };
        base.set_text(TextAttribute::Department, "Sales");
        let (mut theirs, mut mine) = (base.clone(), base.clone());
        theirs.set_text(TextAttribute::MiddleName, "King");
        theirs.set_text(TextAttribute::Department, "Design");
        theirs.set_flag(Flag::ALL[0], true);
        mine.set_text(TextAttribute::DisplayName, "Countess");
        mine.set_text(TextAttribute::Department, "");
        mine.email = "countess@example.org".into();
        let both = mine.onto(&base, &theirs);
        assert_eq!(both.text(TextAttribute::MiddleName), "King");
        assert_eq!(both.text(TextAttribute::DisplayName), "Countess");
        assert_eq!(both.text(TextAttribute::Department), "", "of one field the later one is taken");
        assert_eq!((both.email.as_str(), both.username.as_str()), ("countess@example.org", "ada"));
        assert!(both.flags.contains(&Flag::ALL[0]));
    }
}
