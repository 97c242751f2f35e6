//! Lists, built once for all: search, filters, order and pages by keyset, counted up to a limit.
//!
//! A list says which columns it has and how each sorts and filters ([`Listed`]); this module makes
//! the statements. No list loads more than a page.

mod sort;

use model::list::{Count, Cursor, FILTER_VALUES_MAX, FILTERS_MAX, ListSpec, PAGE_SIZES, SEARCH_MAX};
use model::{Faults, Filter, Id, ListQuery, Page, Sort, Timestamp};
use sea_query::{Alias, Cond, Expr, ExprTrait, Query};

use directory_core::error::Result;
use directory_core::normalize::{like_anywhere, normalize};
use directory_core::store::{Engine, Row, Tx};
pub(crate) use sort::SortKey;
use sort::{Mark, Ordered};

/// What a list is made of.
pub(crate) trait Listed {
    const SPEC: &'static ListSpec;
    const TABLE: &'static str;

    /// The rows that the list is about at all.
    fn base() -> Cond;

    /// What a sortable column sorts by, now.
    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey>;

    /// A condition, or what is wrong with the filter.
    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String>;

    /// Rows whose folded text holds all of the words. `SearchStrategy::Index` may use an index that finds rare
    /// words fast; `SearchStrategy::Scan` is for words so common that reading in the list's order meets a page
    /// of them sooner.
    fn search(words: &[String], way: SearchStrategy, engine: Engine) -> Expr;
}

/// How a search looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchStrategy {
    Index,
    Scan,
}

/// A page as the database gave it.
pub(crate) struct Found<R> {
    pub rows: Vec<R>,
    pub first: u64,
    pub after: Option<String>,
    pub before: Option<String>,
    pub total: Count,
}

#[derive(sqlx::FromRow)]
struct Marked<T> {
    #[sqlx(flatten)]
    row: T,
    pk: i64,
    mark: String,
}

/// The parts of a request that keep the rules.
struct Request {
    words: Vec<String>,
    filters: Cond,
    sort: Sort,
    key: SortKey,
    limit: u64,
}

const WORDS_MAX: usize = 8;

fn check<L: Listed>(query: &ListQuery, now: Timestamp) -> Result<Request, Faults> {
    let mut faults = Faults::default();
    if query.search.chars().count() > SEARCH_MAX {
        faults.add("search", format!("Search for at most {SEARCH_MAX} characters."));
    }
    if query.search.contains('\0') {
        faults.add("search", "The search holds a character that cannot be searched for.");
    }
    if query.filters.len() > FILTERS_MAX {
        faults.add("filter", format!("At most {FILTERS_MAX} filters."));
    }
    let mut filters = L::base();
    for filter in query.filters.iter().take(FILTERS_MAX) {
        if filter.values.is_empty() {
            faults.add("filter", format!("The filter on “{}” cannot be read.", filter.column));
        } else if filter.values.len() > FILTER_VALUES_MAX
            || filter.values.iter().any(|value| value.contains('\0'))
        {
            faults.add("filter", format!("The filter on “{}” has too many or odd values.", filter.column));
        } else if let Some(cond) = faults.take("filter", L::filter(filter, now)) {
            filters = filters.add(cond);
        }
    }
    let sort = query.sort.clone().unwrap_or_else(|| Sort::parse(L::SPEC.default_sort));
    let key = L::sort_key(&sort.column, now);
    if key.is_none() {
        faults.add("sort", format!("The list cannot be sorted by “{}”.", sort.column));
    }
    if let Some(unknown) = query.columns.iter().find(|key| !L::SPEC.has_column(key)) {
        faults.add("columns", format!("The list has no column “{unknown}”."));
    }
    if !PAGE_SIZES.contains(&query.limit) {
        faults.add("limit", "A page has 10, 20, 50 or 100 rows.");
    }
    faults.clone().check()?;
    let Some(key) = key else { return Err(faults) };
    Ok(Request { words: words(&query.search), filters, sort, key, limit: u64::from(query.limit) })
}

/// What is looked for, word by word.
pub(crate) fn words(search: &str) -> Vec<String> {
    normalize(search).split_whitespace().take(WORDS_MAX).map(str::to_owned).collect()
}

impl Request {
    fn condition<L: Listed>(&self, way: SearchStrategy, engine: Engine) -> Cond {
        if self.words.is_empty() {
            return self.filters.clone();
        }
        self.filters.clone().add(L::search(&self.words, way, engine))
    }

    fn ordered(&self, backwards: bool, engine: Engine) -> Ordered<'_> {
        Ordered { key: &self.key, down: self.sort.descending != backwards, engine }
    }
}

/// The answer to a query with these rows instead of those that were read.
pub(crate) fn answer<R, T>(found: Found<R>, rows: Vec<T>, spec: &ListSpec) -> Page<T> {
    let columns = spec.columns.iter().filter(|column| column.default && !column.fixed);
    Page {
        rows,
        columns: columns.map(|column| column.key.to_owned()).collect(),
        first: found.first,
        after: found.after,
        before: found.before,
        total: found.total,
    }
}

/// Reads one page. `columns` are what `R` reads.
pub(crate) async fn page<L: Listed, R: Row>(
    tx: &mut Tx,
    query: &ListQuery,
    now: Timestamp,
    columns: &[&'static str],
) -> Result<Found<R>> {
    let request = check::<L>(query, now)?;
    let engine = tx.engine();
    let total = count(tx, L::TABLE, request.condition::<L>(SearchStrategy::Index, engine)).await?;
    // Common words: the list's own order meets a page of them sooner than an index finds them all.
    let way = if total.more { SearchStrategy::Scan } else { SearchStrategy::Index };
    let condition = request.condition::<L>(way, engine);

    let backwards = matches!(query.cursor, Some(Cursor::Before(_)));
    let mark = match &query.cursor {
        None => None,
        Some(Cursor::After(text) | Cursor::Before(text)) => Some(Mark::read(text, &request.sort)?),
    };
    let order = request.ordered(backwards, engine);
    let statement = order.page::<L>(condition, mark.as_ref(), request.limit + 1, columns)?;
    let mut rows: Vec<Marked<R>> = tx.select(&statement).await?;
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    if backwards {
        rows.reverse();
    }
    let position = mark.as_ref().map_or(0, |mark| mark.position);
    let count = rows.len() as u64;
    let first = match (&mark, backwards) {
        (None, _) => 1,
        (Some(_), false) => position + 1,
        (Some(_), true) if !more => 1,
        (Some(_), true) => Ord::max(position.saturating_sub(count), 1),
    };
    let at = |row: Option<&Marked<R>>, position: u64| -> Result<Option<String>> {
        row.map(|row| {
            Mark { sort: request.sort.to_string(), key: row.mark.clone(), pk: row.pk, position }.text()
        })
        .transpose()
    };
    let after = if more || backwards { at(rows.last(), first + count - 1)? } else { None };
    let before =
        if (more && backwards) || (mark.is_some() && !backwards) { at(rows.first(), first)? } else { None };
    Ok(Found { first, after, before, total, rows: rows.into_iter().map(|row| row.row).collect() })
}

/// Up to `limit` rows after a mark, in the list's order, with the mark of the last; for whoever goes through all of
/// them and counts none.
pub(crate) async fn rows_after<L: Listed, R: Row>(
    tx: &mut Tx,
    query: &ListQuery,
    now: Timestamp,
    columns: &[&'static str],
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<R>, Option<String>)> {
    let request = check::<L>(query, now)?;
    let engine = tx.engine();
    let mark = after.map(|text| Mark::read(text, &request.sort)).transpose()?;
    let condition = request.condition::<L>(SearchStrategy::Index, engine);
    let statement = request.ordered(false, engine).page::<L>(condition, mark.as_ref(), limit, columns)?;
    let rows: Vec<Marked<R>> = tx.select(&statement).await?;
    let position = mark.map_or(0, |mark| mark.position) + rows.len() as u64;
    let last = rows.last().map(|row| {
        Mark { sort: request.sort.to_string(), key: row.mark.clone(), pk: row.pk, position }.text()
    });
    let last = last.transpose()?;
    Ok((rows.into_iter().map(|row| row.row).collect(), last))
}

/// The ids of all that match, in the list's order; `None` when there are more than `limit`.
pub(crate) async fn ids<L: Listed>(
    tx: &mut Tx,
    query: &ListQuery,
    now: Timestamp,
    limit: usize,
) -> Result<Option<Vec<Id>>> {
    let request = check::<L>(query, now)?;
    let condition = request.condition::<L>(SearchStrategy::Index, tx.engine());
    let select = request.ordered(false, tx.engine()).ids::<L>(condition, limit as u64 + 1);
    let found: Vec<(Id,)> = tx.select(&select).await?;
    Ok((found.len() <= limit).then(|| found.into_iter().map(|(id,)| id).collect()))
}

/// What is asked of rows that match a query, for a statement of one's own about all of them.
pub(crate) fn matching<L: Listed>(query: &ListQuery, now: Timestamp, engine: Engine) -> Result<Cond> {
    Ok(check::<L>(query, now)?.condition::<L>(SearchStrategy::Index, engine))
}

/// Counts, but no further than anybody needs to know.
pub(crate) async fn count(tx: &mut Tx, table: &'static str, condition: Cond) -> Result<Count> {
    let limit = u64::from(model::list::COUNT_LIMIT) + 1;
    let some = Query::select().expr(Expr::val(1)).from(table).cond_where(condition).limit(limit).take();
    let all = Query::select()
        .expr(Expr::col(sea_query::Asterisk).count())
        .from_subquery(some, Alias::new("some"))
        .take();
    let (sql, args) = tx.build(&all);
    let (counted,): (i64,) = tx.one(sql, args).await?;
    Ok(Count::limited(u32::try_from(counted).unwrap_or(u32::MAX)))
}

/// Counts all of them.
pub(crate) async fn count_all(tx: &mut Tx, table: &'static str, condition: Cond) -> Result<u64> {
    let count =
        Query::select().expr(Expr::col(sea_query::Asterisk).count()).from(table).cond_where(condition).take();
    let (sql, args) = tx.build(&count);
    let (counted,): (i64,) = tx.one(sql, args).await?;
    Ok(u64::try_from(counted).unwrap_or_default())
}

/// Filters on text that is kept as it is; `key` is the folded column when there is one.
pub(crate) fn text_filter(
    filter: &Filter,
    raw: &'static str,
    key: Option<&'static str>,
) -> Result<Cond, String> {
    use model::Test::{After, Before, Contains, Is, IsNot};
    let values = || match key {
        Some(_) => filter.values.iter().map(|value| normalize(value)).collect::<Vec<_>>(),
        None => filter.values.clone(),
    };
    let column = key.unwrap_or(raw);
    match filter.test {
        Is => Ok(Cond::all().add(Expr::col(column).is_in(values()))),
        IsNot => Ok(Cond::all().add(Expr::col(column).is_not_in(values()))),
        Contains => Ok(filter.values.iter().fold(Cond::any(), |any, value| any.add(contains(column, value)))),
        Before | After => Err(cannot(filter)),
    }
}

/// The column holds the value, without regard to case.
pub(crate) fn contains(column: &'static str, value: &str) -> Expr {
    let pattern = sea_query::LikeExpr::new(like_anywhere(&normalize(value))).escape('\\');
    Expr::expr(sea_query::Func::lower(Expr::col(column))).like(pattern)
}

/// The column, folded already, holds the folded word.
pub(crate) fn holds(column: &'static str, word: &str) -> Expr {
    Expr::col(column).like(sea_query::LikeExpr::new(like_anywhere(word)).escape('\\'))
}

pub(crate) fn flag_filter(filter: &Filter, column: &'static str) -> Result<Cond, String> {
    flag_of(filter, Expr::col(column))
}

/// A filter by what is true or false of a row.
pub(crate) fn flag_of(filter: &Filter, flag: Expr) -> Result<Cond, String> {
    let mut wanted = Vec::new();
    for value in &filter.values {
        wanted.push(match value.as_str() {
            "true" | "yes" => true,
            "false" | "no" => false,
            _ => return Err(format!("“{}” is yes or no.", filter.column)),
        });
    }
    match filter.test {
        model::Test::Is => Ok(Cond::all().add(flag.is_in(wanted))),
        model::Test::IsNot => Ok(Cond::all().add(flag.is_not_in(wanted))),
        model::Test::Contains | model::Test::Before | model::Test::After => Err(cannot(filter)),
    }
}

/// Before or after an instant, given in Unix microseconds or as days or hours from now: `-7d`, `7d`, `-1h`.
pub(crate) fn time_filter(filter: &Filter, column: &'static str, now: Timestamp) -> Result<Cond, String> {
    let [value] = filter.values.as_slice() else {
        return Err(format!("“{}” is compared with one instant.", filter.column));
    };
    let instant = read_instant(value, now).ok_or_else(|| format!("“{value}” is not an instant."))?;
    match filter.test {
        // 0 stands for never.
        model::Test::Before => {
            Ok(Cond::all().add(Expr::col(column).lt(instant)).add(Expr::col(column).gt(0)))
        }
        model::Test::After => Ok(Cond::all().add(Expr::col(column).gte(instant))),
        model::Test::Is | model::Test::IsNot | model::Test::Contains => Err(cannot(filter)),
    }
}

pub(crate) fn read_instant(text: &str, now: Timestamp) -> Option<i64> {
    const HOUR: i64 = 60 * 60 * 1_000_000;
    let (count, unit) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => (days, 24 * HOUR),
        (_, Some(hours)) => (hours, HOUR),
        (None, None) => return text.parse().ok(),
    };
    count.parse::<i64>().ok()?.checked_mul(unit).and_then(|span| now.as_micros().checked_add(span))
}

pub(crate) fn cannot(filter: &Filter) -> String {
    format!("“{}” cannot be filtered that way.", filter.column)
}
