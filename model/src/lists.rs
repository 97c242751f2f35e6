//! Every list with columns to choose. A new one is added here: choices about its columns are kept under its name,
//! and the tests of lists go through all of them.

use crate::administrator::ADMINISTRATORS;
use crate::application::APPLICATIONS;
use crate::group::GROUPS;
use crate::insights::EVENTS;
use crate::job::JOBS;
use crate::list::ListSpec;
use crate::mail::MESSAGES;
use crate::user::schedule::SCHEDULES;
use crate::user::{DELETED_USERS, USERS};

pub static LISTS: &[&ListSpec] =
    &[&USERS, &DELETED_USERS, &GROUPS, &APPLICATIONS, &ADMINISTRATORS, &MESSAGES, &JOBS, &SCHEDULES, &EVENTS];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Sort;

    #[test]
    fn each_has_a_name_of_its_own() {
        let names: BTreeSet<_> = LISTS.iter().map(|list| list.name).collect();
        assert_eq!(names.len(), LISTS.len());
    }

    #[test]
    fn columns_have_keys_of_their_own_and_the_default_order_exists() {
        for list in LISTS {
            let keys: BTreeSet<_> = list.columns.iter().map(|column| column.key).collect();
            assert_eq!(keys.len(), list.columns.len(), "{}", list.name);
            let order = Sort::parse(list.default_sort);
            assert!(list.column(&order.column).is_some_and(|column| column.sortable), "{}", list.name);
        }
    }
}
