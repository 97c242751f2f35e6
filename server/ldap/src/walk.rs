//! A search, walked through some entries at a time, so that no answer is ever held in memory as a whole.

use std::collections::VecDeque;

use directory::{Actor, Asked, Directory, Fact, LDAP_BATCH, LdapSettings, Result, With, WithMembers};
use ldap3_proto::proto::{LdapFilter, LdapSearchRequest, LdapSearchScope};

use crate::entries;
use crate::entry::{Entry, Wanted};
use crate::filter::matches;
use crate::names::{Names, Place, View};
use crate::question::{self, Of, is_never};
use crate::schema;
use model::ldap::{GROUPS, USERS};

/// Where a walk stands: behind this entry of this source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    source: usize,
    /// The row's place, and whether its first entry alone has been seen.
    row: i64,
    halfway: bool,
}

impl At {
    pub fn text(self) -> String {
        format!("{}.{}.{}", self.source, self.row, u8::from(self.halfway))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (source, row) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let halfway = parts.next()? == "1";
        parts.next().is_none().then_some(Self { source, row, halfway })
    }
}

/// What entries come from, in the order in which they are answered.
#[derive(Clone, Debug)]
enum Source {
    One(Box<Entry>),
    /// All people, or the one of this name.
    People(Option<String>),
    Groups(Option<String>, View),
}

/// Entries that a client asked for.
pub struct Walk<'a> {
    directory: &'a Directory,
    names: &'a Names,
    filter: &'a LdapFilter,
    sources: Vec<Source>,
    at: At,
    wanted: Wanted,
    /// The attributes of the filter are read, too.
    read: Wanted,
}

impl<'a> Walk<'a> {
    /// `None` where there can be no such base.
    pub fn new(
        directory: &'a Directory,
        settings: &LdapSettings,
        names: &'a Names,
        request: &'a LdapSearchRequest,
        place: &Place,
        from: At,
        starts_tls: bool,
    ) -> Option<Self> {
        let sources = sources(place, &request.scope, settings, names, starts_tls)?;
        let wanted = Wanted::of(&request.attrs);
        let mut attributes = request.attrs.clone();
        if attributes.is_empty() {
            attributes.push("*".into());
        }
        collect(&request.filter, &mut attributes);
        let read = Wanted::of(&attributes);
        Some(Self { directory, names, filter: &request.filter, sources, at: from, wanted, read })
    }

    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// The next entries that match, each with where the walk stands behind it; `None` at the end.
    ///
    /// # Errors
    /// `not_signed_in` once the client may not use LDAP any more.
    pub async fn next(&mut self, actor: Option<&Actor>) -> Result<Option<VecDeque<(At, Entry)>>> {
        let Some(source) = self.sources.get(self.at.source).cloned() else { return Ok(None) };
        let (found, ended) = match (source, actor) {
            (Source::One(entry), _) => (vec![(self.behind(0, false), *entry)], true),
            (Source::People(only), Some(actor)) => self.people(actor, only.as_deref()).await?,
            (Source::Groups(only, view), Some(actor)) => self.groups(actor, only.as_deref(), view).await?,
            (Source::People(_) | Source::Groups(..), None) => (vec![], true),
        };
        if let Some((at, _)) = found.last() {
            self.at = *at;
        }
        if ended || found.is_empty() {
            self.at = At { source: self.at.source + 1, row: 0, halfway: false };
        }
        let matching =
            found.into_iter().filter(|(_, entry)| matches(self.filter, entry, self.names) == Some(true));
        Ok(Some(matching.collect()))
    }

    fn behind(&self, row: i64, halfway: bool) -> At {
        At { source: self.at.source, row, halfway }
    }

    async fn people(&self, actor: &Actor, only: Option<&str>) -> Result<(Vec<(At, Entry)>, bool)> {
        let asked = self.asked(Of::People, only);
        if is_never(&asked) {
            return Ok((vec![], true));
        }
        let with = With {
            details: self.read.has_others() || DETAILS.iter().any(|name| self.read.has(name)),
            // The classes of an entry follow from them.
            ssh_keys: self.read.has("sshPublicKey") || self.read.has("objectClass"),
            groups: self.read.has("memberOf"),
            manager: self.read.has("manager"),
        };
        let people = self.directory.ldap().people(actor, &asked, self.at.row, with).await?;
        let ended = (people.len() as u64) < LDAP_BATCH;
        let entries =
            people.into_iter().map(|one| (self.behind(one.place, false), entries::person(one, self.names)));
        Ok((entries.collect(), ended))
    }

    async fn groups(
        &self,
        actor: &Actor,
        only: Option<&str>,
        view: View,
    ) -> Result<(Vec<(At, Entry)>, bool)> {
        let asked = self.asked(Of::Groups, only);
        if is_never(&asked) {
            return Ok((vec![], true));
        }
        let members = ["member", "memberUid", "memberOf"].iter().any(|name| self.read.has(name));
        let with = if members { WithMembers::Yes } else { WithMembers::No };
        // Of a row that was seen halfway, the second entry is still to come.
        let after = if self.at.halfway { self.at.row.saturating_sub(1) } else { self.at.row };
        let answer = self.directory.ldap().groups(actor, &asked, after, with).await;
        let (groups, more) = match answer {
            // Whoever may read no groups finds none.
            Err(directory::Error::Problem(problem)) if problem.code == model::ErrorCode::Forbidden => {
                (vec![], false)
            }
            answer => answer?,
        };
        let mut found = Vec::with_capacity(groups.len());
        for group in &groups {
            let (first, second) = entries::group(group, view, self.names);
            let seen = self.at.halfway && group.place == self.at.row;
            let two = second.is_some();
            if !seen {
                found.push((self.behind(group.place, two), first));
            }
            found.extend(second.map(|second| (self.behind(group.place, false), second)));
        }
        if let Some(name) = only {
            found.retain(|(_, entry)| self.names.same(&entry.dn, &self.names.group(name, view)));
        }
        Ok((found, !more))
    }

    fn asked(&self, of: Of, only: Option<&str>) -> Asked {
        let asked = question::asked(self.filter, of, self.names);
        match only {
            Some(name) => Asked::All(vec![Asked::Is(Fact::Name(name.to_owned())), asked]),
            None => asked,
        }
    }
}

/// What takes more than a person's own row.
const DETAILS: &[&str] = &[
    "telephoneNumber",
    "facsimileTelephoneNumber",
    "homePhone",
    "mobile",
    "pager",
    "homePostalAddress",
    "postalAddress",
    "street",
    "l",
    "st",
    "c",
    "postalCode",
    "postOfficeBox",
];

fn sources(
    place: &Place,
    scope: &LdapSearchScope,
    settings: &LdapSettings,
    names: &Names,
    starts_tls: bool,
) -> Option<Vec<Source>> {
    let one = |entry| Source::One(Box::new(entry));
    let users = || one(entries::unit(names.users(), USERS));
    let groups = || one(entries::unit(names.groups(), GROUPS));
    let (own, below) = match place {
        Place::Root => (one(entries::root(settings, starts_tls)), vec![]),
        Place::Subschema => (one(entries::subschema()), vec![]),
        Place::Organization => {
            let children = match scope {
                // Each group once, although it is in both views.
                LdapSearchScope::Subtree | LdapSearchScope::Children => {
                    vec![users(), Source::People(None), Source::Groups(None, View::Users), groups()]
                }
                LdapSearchScope::Base | LdapSearchScope::OneLevel => vec![users(), groups()],
            };
            (one(entries::organization(names)), children)
        }
        Place::Users => (users(), vec![Source::People(None), Source::Groups(None, View::Users)]),
        Place::Groups => (groups(), vec![Source::Groups(None, View::Groups)]),
        Place::Person(name) => (Source::People(Some(name.clone())), vec![]),
        Place::Group(name, view) => (Source::Groups(Some(name.clone()), *view), vec![]),
        Place::Nowhere => return None,
    };
    // The first of all is no entry of the tree.
    let below = if *place == Place::Root { vec![] } else { below };
    Some(match scope {
        LdapSearchScope::Base => vec![own],
        LdapSearchScope::OneLevel | LdapSearchScope::Children => below,
        LdapSearchScope::Subtree => std::iter::once(own).chain(below).collect(),
    })
}

/// The attributes that a filter asks for.
fn collect(filter: &LdapFilter, names: &mut Vec<String>) {
    match filter {
        LdapFilter::And(parts) | LdapFilter::Or(parts) => parts.iter().for_each(|part| collect(part, names)),
        LdapFilter::Not(part) => collect(part, names),
        LdapFilter::Equality(name, _)
        | LdapFilter::Substring(name, _)
        | LdapFilter::GreaterOrEqual(name, _)
        | LdapFilter::LessOrEqual(name, _)
        | LdapFilter::Present(name)
        | LdapFilter::Approx(name, _) => names.push(schema::key(name)),
        LdapFilter::Extensible(assertion) => names.extend(assertion.type_.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_walk_stands_reads_back() {
        for at in [At::default(), At { source: 2, row: i64::MAX, halfway: true }] {
            assert_eq!(At::parse(&at.text()), Some(at));
        }
        for bad in ["", "1", "1.2", "1.2.0.4", "-1.2.0", "a.b.c"] {
            assert_eq!(At::parse(bad), None, "{bad}");
        }
    }
}
