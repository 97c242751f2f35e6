//! What the rows of a file have to do with each other: what only one may have, and who is whose manager. It keeps
//! no rows, but what finds them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use model::Id;
use model::user::{TextAttribute, UserDraft};
use sha2::{Digest, Sha256};

/// What only one user may have, with the field of the form that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Unique {
    Username,
    Email,
    EmployeeId,
    Uid,
}

impl Unique {
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::EmployeeId => TextAttribute::EmployeeIdentifier.key(),
            Self::Uid => "unix_uid",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email address",
            Self::EmployeeId => "employee ID",
            Self::Uid => "UID",
        }
    }
}

/// What only this user may have.
pub(crate) fn unique_values(draft: &UserDraft) -> Vec<(Unique, String)> {
    let mut values =
        vec![(Unique::Username, draft.username.key()), (Unique::Email, draft.email.as_str().to_owned())];
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    if !employee.is_empty() {
        values.push((Unique::EmployeeId, employee.to_owned()));
    }
    values.extend(draft.unix_uid.map(|uid| (Unique::Uid, uid.to_string())));
    values
}

/// A value in little room: no two of a file are ever the same by chance.
type Mark = [u8; 12];

fn mark(kind: &str, value: &str) -> Mark {
    let hash = Sha256::new_with_prefix(kind).chain_update([0]).chain_update(value).finalize();
    let mut mark = Mark::default();
    mark.iter_mut().zip(hash).for_each(|(place, byte)| *place = byte);
    mark
}

/// How managers are named.
fn name_mark(name: &str) -> Mark {
    mark("name", &name.trim().to_lowercase())
}

/// Somebody with a manager in the file.
#[derive(Debug)]
struct Managed {
    row: u64,
    /// As written.
    manager: String,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    seen: HashMap<Mark, u64>,
    /// Rows without fault by the names of their users, with the user's id.
    names: HashMap<Mark, (u64, Id)>,
    managed: Vec<Managed>,
}

/// What became of somebody's manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Who it is, and how many managers stand above them in this file.
    Manager {
        id: Id,
        depth: u32,
    },
    /// The row goes without.
    Nobody(String),
    Fault(String),
}

impl Plan {
    /// The row before that has this already.
    pub(crate) fn taken_by(&self, kind: Unique, value: &str) -> Option<u64> {
        self.seen.get(&mark(kind.field(), value)).copied()
    }

    /// Nobody else may have these from now on.
    pub(crate) fn take(&mut self, row: u64, values: &[(Unique, String)]) {
        for (kind, value) in values {
            self.seen.entry(mark(kind.field(), value)).or_insert(row);
        }
    }

    /// A row without fault, by which managers find its user.
    pub(crate) fn add(&mut self, row: u64, id: Id, draft: &UserDraft) {
        let names = [
            draft.username.as_str(),
            draft.email.as_str(),
            draft.text(TextAttribute::EmployeeIdentifier),
            draft.text(TextAttribute::ExternalDn),
        ];
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            self.names.entry(name_mark(name)).or_insert((row, id));
        }
    }

    pub(crate) fn manage(&mut self, row: u64, manager: String) {
        self.managed.push(Managed { row, manager });
    }

    /// The managers that are not rows of the file, as written and in lower case.
    pub(crate) fn strangers(&self) -> BTreeSet<String> {
        let unknown = self.managed.iter().filter(|one| !self.names.contains_key(&name_mark(&one.manager)));
        unknown.map(|one| one.manager.trim().to_lowercase()).collect()
    }

    /// Who is whose manager, by row; `known` are those of the directory, by their names in lower case.
    pub(crate) fn managers(&self, known: &BTreeMap<String, Id>) -> HashMap<u64, Found> {
        let mut above: HashMap<u64, u64> = HashMap::new();
        let mut found = HashMap::new();
        for Managed { row, manager } in &self.managed {
            match (self.names.get(&name_mark(manager)), known.get(&manager.trim().to_lowercase())) {
                (Some((other, _)), _) if other == row => {
                    found.insert(*row, Found::Fault("Nobody is their own manager.".to_owned()));
                }
                (Some((other, id)), _) => {
                    above.insert(*row, *other);
                    found.insert(*row, Found::Manager { id: *id, depth: 1 });
                }
                (None, Some(id)) => {
                    found.insert(*row, Found::Manager { id: *id, depth: 0 });
                }
                (None, None) => {
                    let message = format!(
                        "“{manager}” is neither in the directory nor a row of this file without fault, so this \
                         user comes without a manager."
                    );
                    found.insert(*row, Found::Nobody(message));
                }
            }
        }
        for row in circles(&above) {
            found.insert(row, Found::Fault("Their managers lead back to themselves.".to_owned()));
            above.remove(&row);
        }
        let at_fault: HashSet<u64> =
            found.iter().filter(|(_, found)| matches!(found, Found::Fault(_))).map(|(row, _)| *row).collect();
        above.retain(|row, other| {
            if at_fault.contains(other) {
                let message = format!(
                    "Their manager’s row, {other}, has a fault of its own, so this user comes without a manager."
                );
                found.insert(*row, Found::Nobody(message));
            }
            !at_fault.contains(other)
        });
        for (row, found) in &mut found {
            if let Found::Manager { depth, .. } = found {
                *depth =
                    std::iter::successors(above.get(row), |row| above.get(row)).fold(0, |depth, _| depth + 1);
            }
        }
        found
    }
}

/// Rows that stand in a circle of managers: no order of writing would do for them.
fn circles(above: &HashMap<u64, u64>) -> Vec<u64> {
    let mut safe: HashSet<u64> = HashSet::new();
    let mut circles = BTreeSet::new();
    for start in above.keys() {
        let mut path = vec![*start];
        while let Some(manager) = path.last().and_then(|row| above.get(row)).filter(|row| !safe.contains(row))
        {
            if let Some(begin) = path.iter().position(|row| row == manager) {
                circles.extend(path.drain(begin..));
                break;
            }
            path.push(*manager);
        }
        safe.extend(path);
        safe.extend(circles.iter());
    }
    circles.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::user::UserForm;

    fn plan(rows: &[(u64, &str, &str)]) -> Plan {
        let mut plan = Plan::default();
        for (row, name, manager) in rows {
            let form = UserForm {
                username: (*name).into(),
                email: format!("{name}@example.org"),
                ..UserForm::default()
            };
            let id = Id::from([u8::try_from(*row).expect("small"); 12]);
            plan.add(*row, id, &form.parse().expect("good"));
            if !manager.is_empty() {
                plan.manage(*row, (*manager).into());
            }
        }
        plan
    }

    #[test]
    fn managers_may_stand_further_down_and_not_lead_back() {
        let plan = plan(&[
            (2, "a", "B@Example.org"),
            (3, "b", "c"),
            (4, "c", ""),
            (5, "d", "e"),
            (6, "e", "d"),
            (7, "f", "f"),
            (8, "g", "boss"),
            (9, "h", "nobody"),
            (10, "i", "e"),
        ]);
        let boss = Id::from([9; 12]);
        assert_eq!(plan.strangers(), BTreeSet::from(["boss".to_owned(), "nobody".to_owned()]));
        let found = plan.managers(&BTreeMap::from([("boss".to_owned(), boss)]));
        let depth = |row: u64| match found.get(&row) {
            Some(Found::Manager { depth, .. }) => Some(*depth),
            Some(Found::Nobody(_) | Found::Fault(_)) | None => None,
        };
        assert_eq!(
            [2, 3, 4, 5, 6, 7, 8, 9].map(depth),
            [Some(2), Some(1), None, None, None, None, Some(0), None]
        );
        assert_eq!(found.get(&8), Some(&Found::Manager { id: boss, depth: 0 }));
        assert!(matches!(found.get(&9), Some(Found::Nobody(_))));
        assert!(matches!(found.get(&10), Some(Found::Nobody(_))), "e has a fault");
        for row in [5, 6, 7] {
            assert!(matches!(found.get(&row), Some(Found::Fault(_))), "{row}");
        }
    }
}
