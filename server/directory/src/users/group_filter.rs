//! The filter of the list of users by a group.

use model::{Filter, Id, ListQuery, Operation, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

use crate::lists::cannot;
use crate::memberships::members_of;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;

/// Those who are in a group now, themselves or through a group in it.
pub(super) const GROUP: &str = "group";

/// Who is in a group is for those who may see groups.
///
/// # Errors
/// `forbidden`.
pub(crate) fn check_filters(actor: &Actor, query: &ListQuery) -> Result<()> {
    if query.filters.iter().any(|filter| filter.column == GROUP) {
        permit(actor, Operation::ListGroups)?;
    }
    Ok(())
}

/// Those who are in a group now, or not: by themselves, or through a group in it.
pub(super) fn group_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let members = members_of(&ids(filter)?, now);
    match filter.test {
        Test::Is => Ok(Cond::all().add(Expr::col("id").in_subquery(members))),
        Test::IsNot => Ok(Cond::all().add(Expr::col("id").not_in_subquery(members))),
        Test::Contains | Test::Before | Test::After => Err(cannot(filter)),
    }
}

pub(super) fn ids(filter: &Filter) -> Result<Vec<Id>, String> {
    filter.values.iter().map(|value| value.parse::<Id>().map_err(|error| error.to_string())).collect()
}
