//! Filters, asked of an entry: true, false, or undefined where an attribute is not known at all.

use directory::normalize;
use ldap3_proto::proto::{LdapFilter, LdapMatchingRuleAssertion, LdapSubstringFilter};

use crate::entry::{Entry, parse_time};
use crate::names::Names;
use crate::schema::{self, Syntax};

/// In-chain matching: memberships are shown at any depth as it is.
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// Whether an entry matches a filter; `None` where that cannot be said.
pub fn matches(filter: &LdapFilter, entry: &Entry, names: &Names) -> Option<bool> {
    match filter {
        LdapFilter::And(parts) => decided(parts, false, entry, names),
        LdapFilter::Or(parts) => decided(parts, true, entry, names),
        LdapFilter::Not(part) => matches(part, entry, names).map(|is| !is),
        LdapFilter::Present(attribute) => any(entry, attribute, |_| true),
        LdapFilter::Equality(attribute, value) | LdapFilter::Approx(attribute, value) => {
            any(entry, attribute, |known| equal(attribute, known, value, names))
        }
        LdapFilter::Substring(attribute, wanted) => any(entry, attribute, |known| holds(known, wanted)),
        LdapFilter::GreaterOrEqual(attribute, value) => any(entry, attribute, |known| {
            ordered(attribute, known, value).is_some_and(std::cmp::Ordering::is_ge)
        }),
        LdapFilter::LessOrEqual(attribute, value) => any(entry, attribute, |known| {
            ordered(attribute, known, value).is_some_and(std::cmp::Ordering::is_le)
        }),
        LdapFilter::Extensible(assertion) => extensible(assertion, entry, names),
    }
}

/// One part alone may decide; none does where each says the opposite, or nothing.
fn decided(parts: &[LdapFilter], by: bool, entry: &Entry, names: &Names) -> Option<bool> {
    let mut undefined = false;
    for part in parts {
        match matches(part, entry, names) {
            Some(is) if is == by => return Some(by),
            Some(_) => {}
            None => undefined = true,
        }
    }
    (!undefined).then_some(!by)
}

/// Whether every entry matches: a search for what is there.
pub fn is_everything(filter: &LdapFilter) -> bool {
    match filter {
        LdapFilter::Present(attribute) => schema::key(attribute) == "objectclass",
        LdapFilter::And(parts) => parts.is_empty(),
        _ => false,
    }
}

fn extensible(assertion: &LdapMatchingRuleAssertion, entry: &Entry, names: &Names) -> Option<bool> {
    let LdapMatchingRuleAssertion { matching_rule, type_, match_value, .. } = assertion;
    let attribute = type_.as_deref()?;
    let known = match matching_rule.as_deref() {
        None | Some(IN_CHAIN | "inChainMatch") => true,
        Some(rule) => ["2.5.13.2", "caseIgnoreMatch", "2.5.13.1", "distinguishedNameMatch"].contains(&rule),
    };
    if !known {
        return None;
    }
    any(entry, attribute, |known| equal(attribute, known, match_value, names))
}

/// Whether any value will do; an attribute that neither the schema nor the entry knows is undefined.
fn any(entry: &Entry, attribute: &str, test: impl Fn(&str) -> bool) -> Option<bool> {
    match entry.values(attribute) {
        Some(values) => Some(values.iter().any(|value| test(value))),
        None => schema::attribute(attribute).map(|_| false),
    }
}

/// Whether a value is the one that was asked for.
pub fn equal(attribute: &str, known: &str, wanted: &str, names: &Names) -> bool {
    match schema::attribute(attribute).map_or(Syntax::Text, |one| one.syntax) {
        Syntax::Text => normalize(known) == normalize(wanted),
        Syntax::Phone => digits(known) == digits(wanted),
        Syntax::Number => number(known).is_some_and(|known| Some(known) == number(wanted)),
        Syntax::Name => names.same(known, wanted),
        Syntax::Time => parse_time(known).is_some_and(|known| Some(known) == parse_time(wanted)),
        Syntax::Uuid | Syntax::Oid => known.eq_ignore_ascii_case(wanted.trim()),
    }
}

fn ordered(attribute: &str, known: &str, wanted: &str) -> Option<std::cmp::Ordering> {
    match schema::attribute(attribute).map_or(Syntax::Text, |one| one.syntax) {
        Syntax::Number => Some(number(known)?.cmp(&number(wanted)?)),
        Syntax::Time => Some(parse_time(known)?.cmp(&parse_time(wanted)?)),
        Syntax::Text | Syntax::Phone => Some(normalize(known).cmp(&normalize(wanted))),
        Syntax::Name | Syntax::Uuid | Syntax::Oid => None,
    }
}

pub fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

fn digits(text: &str) -> String {
    normalize(text).chars().filter(|c| !matches!(c, ' ' | '-')).collect()
}

/// The pieces of a text, in their order.
fn holds(known: &str, wanted: &LdapSubstringFilter) -> bool {
    let known = normalize(known);
    let mut rest = known.as_str();
    if let Some(initial) = &wanted.initial {
        match rest.strip_prefix(&normalize(initial)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    for piece in &wanted.any {
        let piece = normalize(piece);
        match rest.split_once(&piece) {
            Some((_, after)) if !piece.is_empty() => rest = after,
            Some(_) => {}
            None => return false,
        }
    }
    wanted.final_.as_ref().is_none_or(|last| rest.ends_with(&normalize(last)))
}

/// A filter as it is written (RFC 4515), for the history.
pub fn text(filter: &LdapFilter) -> String {
    let mut text = String::new();
    write(filter, &mut text);
    text
}

fn write(filter: &LdapFilter, text: &mut String) {
    text.push('(');
    match filter {
        LdapFilter::And(parts) | LdapFilter::Or(parts) => {
            text.push(if matches!(filter, LdapFilter::And(_)) { '&' } else { '|' });
            for part in parts {
                write(part, text);
            }
        }
        LdapFilter::Not(part) => {
            text.push('!');
            write(part, text);
        }
        LdapFilter::Present(attribute) => pair(attribute, "=*", "", text),
        LdapFilter::Equality(attribute, value) => pair(attribute, "=", &escaped(value), text),
        LdapFilter::Approx(attribute, value) => pair(attribute, "~=", &escaped(value), text),
        LdapFilter::GreaterOrEqual(attribute, value) => pair(attribute, ">=", &escaped(value), text),
        LdapFilter::LessOrEqual(attribute, value) => pair(attribute, "<=", &escaped(value), text),
        LdapFilter::Substring(attribute, pieces) => {
            let piece = |piece: &Option<String>| piece.as_deref().map(escaped).unwrap_or_default();
            let any = pieces.any.iter().map(|piece| escaped(piece));
            let first = std::iter::once(piece(&pieces.initial));
            let value: Vec<String> = first.chain(any).chain([piece(&pieces.final_)]).collect();
            let value = value.join("*");
            pair(attribute, "=", &value, text);
        }
        LdapFilter::Extensible(assertion) => {
            let rule = assertion.matching_rule.as_ref().map(|rule| format!(":{rule}")).unwrap_or_default();
            let attribute = assertion.type_.as_deref().unwrap_or_default();
            pair(attribute, &format!("{rule}:="), &escaped(&assertion.match_value), text);
        }
    }
    text.push(')');
}

fn pair(attribute: &str, sign: &str, value: &str, text: &mut String) {
    text.extend([attribute, sign, value]);
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '*' | '(' | ')' | '\\' | '\0' => text.extend(["\\".to_owned(), format!("{:02x}", u32::from(c))]),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use ldap3_proto::parse_ldap_filter_str;

    use super::*;

    fn ada() -> (Entry, Names) {
        let names = Names::new("o=x,dc=example".into());
        let mut entry = Entry::new(names.person("ada"), &["top", "inetOrgPerson"]);
        for (name, value) in [
            ("uid", "ada"),
            ("cn", "Ada Königin Lovelace"),
            ("mobile", "+44 20-7946 0000"),
            ("uidNumber", "5001"),
            ("modifyTimestamp", "20261122090000Z"),
            ("badge", "Blue"),
        ] {
            entry.one(name, value);
        }
        entry.one("memberOf", names.group("R&D", crate::names::View::Users));
        (entry, names)
    }

    #[test]
    fn filters_of_every_kind() {
        let (entry, names) = ada();
        for (text, is) in [
            ("(uid=ADA)", Some(true)),
            ("(cn=\"ada konigin lovelace\")", Some(true)),
            ("(cn=ada*lace)", Some(true)),
            ("(cn=*königin*)", Some(true)),
            ("(cn=lovelace*)", Some(false)),
            ("(cn~=\"ada königin lovelace\")", Some(true)),
            ("(mail=*)", Some(false)),
            ("(!(mail=*))", Some(true)),
            ("(badge=blue)", Some(true)),
            ("(shoes=*)", None),
            ("(!(shoes=*))", None),
            ("(|(shoes=1)(uid=ada))", Some(true)),
            ("(&(shoes=1)(uid=ada))", None),
            ("(&(shoes=1)(uid=bob))", Some(false)),
            ("(uidNumber>=5000)", Some(true)),
            ("(uidNumber<=5000)", Some(false)),
            ("(uidNumber=05001)", Some(true)),
            ("(modifyTimestamp>=20261122085959Z)", Some(true)),
            ("(mobile=+442079460000)", Some(true)),
            ("(objectClass=inetorgperson)", Some(true)),
            ("(memberOf=\"CN=r&d,OU=Groups,o=x,dc=example\")", Some(true)),
            ("(memberOf:1.2.840.113556.1.4.1941:=\"cn=R&D,ou=Users,o=x,dc=example\")", Some(true)),
            ("(uidNumber:1.2.840.113556.1.4.803:=1)", None),
        ] {
            let filter = parse_ldap_filter_str(text).expect("a filter");
            assert_eq!(matches(&filter, &entry, &names), is, "{text}");
        }
        assert_eq!(matches(&LdapFilter::And(vec![]), &entry, &names), Some(true));
        assert_eq!(matches(&LdapFilter::Or(vec![]), &entry, &names), Some(false));
    }

    #[test]
    fn filters_are_told_as_they_are_written() {
        for filter in ["(&(uid=ada)(!(cn=a*b*c)))", "(|(uidNumber>=5)(cn=*))"] {
            assert_eq!(text(&parse_ldap_filter_str(filter).expect("a filter")), filter);
        }
        assert_eq!(text(&LdapFilter::Equality("cn".into(), "a*(b)".into())), "(cn=a\\2a\\28b\\29)");
    }
}
