//! Lists of users by what they belong to: groups, and the resources that they are bound to.

use model::group::{ExceptionFilter, MemberFilter};
use model::list::ListSpec;
use model::{Filter, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::group_filter::ids;
use super::list::List;
use crate::bindings::users_bound_to;
use crate::lists::{Listed, SearchStrategy, SortKey, cannot};
use crate::memberships::{members_of, members_through};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine};

/// Those who are bound to a resource now, themselves or by a group.
pub(crate) const REACHES: &str = "reaches";
/// Before which members a filter is about.
const MEMBERS: &str = "members.";
/// Before which exceptions from a rule a filter is about.
const EXCEPTIONS: &str = "exceptions.";

/// The list of users for those who may see groups or resources: it can be narrowed to the members of a group and to
/// those who reach a resource, which the list of users itself cannot.
pub(crate) struct Belonging;

impl Listed for Belonging {
    const SPEC: &'static ListSpec = List::SPEC;
    const TABLE: &'static str = List::TABLE;

    fn base() -> Cond {
        List::base()
    }

    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        List::sort_key(column, now)
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match which_members(&filter.column) {
            Some(which) => members_filter(filter, which, now),
            None if filter.column.starts_with(EXCEPTIONS) => exceptions_filter(filter, now),
            None if filter.column == REACHES => reaches_filter(filter, now),
            None => List::filter(filter, now),
        }
    }

    fn search(words: &[String], way: SearchStrategy, engine: Engine) -> Expr {
        List::search(words, way, engine)
    }
}

/// Which members a filter by this name is about.
fn which_members(column: &str) -> Option<MemberFilter> {
    column.strip_prefix(MEMBERS).and_then(MemberFilter::parse)
}

fn reaches_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    if filter.test != Test::Is {
        return Err(cannot(filter));
    }
    let bound = users_bound_to(&ids(filter)?, now);
    Ok(Cond::all().add(Expr::col("id").in_subquery(bound)))
}

/// The name of the filter by which the list of those who are excepted from a group's rule is made.
pub(crate) fn exception_column(which: ExceptionFilter) -> String {
    format!("{EXCEPTIONS}{}", which.as_str())
}

fn exceptions_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let which = filter.column.strip_prefix(EXCEPTIONS).and_then(ExceptionFilter::parse);
    let (Some(which), Test::Is) = (which, filter.test) else { return Err(cannot(filter)) };
    let groups = ids(filter)?;
    let excepted = Query::select()
        .column("user_id")
        .from("group_exceptions")
        .and_where(Expr::col("group_id").is_in(groups.iter().map(|id| id.value())))
        .and_where(Expr::col("ends_at").gt(now.as_micros()))
        .and_where_option((which != ExceptionFilter::All).then(|| Expr::col("kind").eq(which.as_str())))
        .take();
    Ok(Cond::all().add(Expr::col("id").in_subquery(excepted)))
}

/// The name of the filter by which the list of a group's members is made.
pub(crate) fn member_column(which: MemberFilter) -> String {
    format!("{MEMBERS}{}", which.as_str())
}

fn members_filter(filter: &Filter, which: MemberFilter, now: Timestamp) -> Result<Cond, String> {
    if filter.test != Test::Is {
        return Err(cannot(filter));
    }
    let groups = ids(filter)?;
    let own = |begun: Option<bool>| {
        let own = Query::select()
            .column("user_id")
            .from("group_members")
            .and_where(Expr::col("group_id").is_in(groups.iter().map(|id| id.value())))
            .and_where(Expr::col("ends_at").gt(now.as_micros()))
            .and_where_option(begun.map(|begun| {
                let starts = Expr::col("starts_at");
                if begun { starts.lte(now.as_micros()) } else { starts.gt(now.as_micros()) }
            }))
            .take();
        Expr::col("id").in_subquery(own)
    };
    let all = Expr::col("id").in_subquery(members_of(&groups, now));
    Ok(match which {
        MemberFilter::All => Cond::any().add(all).add(own(None)),
        MemberFilter::Direct => Cond::all().add(own(Some(true))),
        MemberFilter::Inherited => {
            let inside = members_through(&groups, now);
            Cond::all().add(Expr::col("id").in_subquery(inside))
        }
        MemberFilter::Waiting => Cond::all().add(own(Some(false))),
    })
}
