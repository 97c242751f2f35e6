//! The order of a list, and where a page of it ends or begins.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use model::{Problem, Sort};
use sea_query::{Alias, Cond, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement, Value};
use serde::{Deserialize, Serialize};

use super::Listed;
use directory_core::error::Result;
use directory_core::store::Engine;

/// What a column sorts by: a value that is never NULL, lest the engines put it in different places.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    by: Expr,
    kind: Kind,
    beside: Option<Beside>,
}

/// Other rows that a value comes from. Their columns have names that the list's own do not have.
#[derive(Clone, Debug)]
struct Beside {
    rows: SelectStatement,
    /// Their column that the list's own column names them by.
    key: &'static str,
    own: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Text that is made of several columns or of the program's own words.
    Words,
    Number,
    Flag,
    Id,
}

impl SortKey {
    const fn new(by: Expr, kind: Kind) -> Self {
        Self { by, kind, beside: None }
    }

    /// Reads other rows beside each, for what the value is worked out from. They are joined: a
    /// statement of their own for each row PostgreSQL would run one by one.
    pub fn beside(self, rows: SelectStatement, key: &'static str, own: &'static str) -> Self {
        Self { beside: Some(Beside { rows, key, own }), ..self }
    }

    /// The list's table, and what is read beside it.
    fn from<L: Listed>(&self, select: &mut SelectStatement) {
        select.from(L::TABLE);
        if let Some(Beside { rows, key, own }) = &self.beside {
            let same = Expr::col(("beside", *key)).equals((L::TABLE, *own));
            select.join_subquery(JoinType::LeftJoin, rows.clone(), "beside", same);
        }
    }

    /// A text column; folded, unless all that it holds is written in one way.
    pub fn text(column: &'static str) -> Self {
        Self::new(Expr::col(column), Kind::Text)
    }

    pub fn number(column: &'static str) -> Self {
        Self::new(Expr::col(column), Kind::Number)
    }

    pub fn flag(column: &'static str) -> Self {
        Self::new(Expr::col(column), Kind::Flag)
    }

    /// Ids come in the order in which they were made.
    pub fn id() -> Self {
        Self::new(Expr::col("id"), Kind::Id)
    }

    /// A text that is worked out, so that all rows that match are read.
    pub fn words(by: Expr) -> Self {
        Self::new(by, Kind::Words)
    }

    /// A number that is worked out, likewise.
    pub fn rank(by: Expr) -> Self {
        Self::new(by, Kind::Number)
    }

    /// A text column that is kept as it was typed, without regard to the case of Latin letters.
    pub fn typed(column: &'static str) -> Self {
        Self::words(Func::lower(Expr::col(column)).into())
    }

    /// An instant, or `without` where there is none.
    pub fn instant(column: &'static str, without: i64) -> Self {
        Self::rank(Func::coalesce([Expr::col(column), Expr::val(without)]).into())
    }

    /// A column of stored words by the words that are shown for them; what has none stays as it is.
    pub fn shown(column: &'static str, choices: &[(&'static str, &'static str)]) -> Self {
        let words = choices.iter().fold(sea_query::CaseStatement::new(), |words, (stored, shown)| {
            words.case(Expr::col(column).eq(*stored), shown.to_lowercase())
        });
        Self::words(words.finally(Func::lower(Expr::col(column))).into())
    }

    /// What rows are ordered and compared by.
    pub fn expression(&self, engine: Engine) -> Expr {
        match (self.kind, engine) {
            // As the columns that are kept folded.
            (Kind::Words, Engine::Postgres) => Expr::cust_with_expr("($1) COLLATE \"C\"", self.by.clone()),
            (Kind::Words, Engine::Sqlite) | (Kind::Text | Kind::Number | Kind::Flag | Kind::Id, _) => {
                self.by.clone()
            }
        }
    }

    /// The text that stands for a row's value in a mark.
    fn as_text(&self, engine: Engine) -> Expr {
        let key = Expr::col(("found", "sort_key"));
        match (self.kind, engine) {
            (Kind::Id, Engine::Sqlite) => Func::cust("hex").arg(key).into(),
            (Kind::Id, Engine::Postgres) => Expr::cust_with_expr("encode($1, 'hex')", key),
            (Kind::Text | Kind::Words | Kind::Number | Kind::Flag, _) => key.cast_as(Alias::new("TEXT")),
        }
    }

    /// The value that a mark's text stands for.
    fn value(&self, text: &str) -> Option<Value> {
        match self.kind {
            Kind::Text | Kind::Words => Some(text.into()),
            Kind::Number => text.parse::<i64>().ok().map(Value::from),
            Kind::Flag => match text {
                "1" | "true" => Some(true.into()),
                "0" | "false" => Some(false.into()),
                _ => None,
            },
            Kind::Id => HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok().map(Value::from),
        }
    }
}

/// Where a page ends or begins: opaque to everybody else.
#[derive(Serialize, Deserialize)]
pub(super) struct Mark {
    pub sort: String,
    pub key: String,
    pub pk: i64,
    /// How many rows come before the row of this mark, itself included.
    pub position: u64,
}

impl Mark {
    pub fn text(&self) -> Result<String> {
        Ok(BASE64URL_NOPAD.encode(&serde_json::to_vec(self)?))
    }

    pub fn read(text: &str, sort: &Sort) -> Result<Self, Problem> {
        let mark: Option<Self> = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(|mark: &Self| mark.sort == sort.to_string());
        mark.ok_or_else(unfit)
    }
}

fn unfit() -> Problem {
    Problem::at("cursor", "This page does not fit the list’s order. Go to the first page.")
}

/// The order of a request, by column and direction.
pub(super) struct Ordered<'a> {
    pub key: &'a SortKey,
    pub down: bool,
    pub engine: Engine,
}

impl Ordered<'_> {
    const fn order(&self) -> Order {
        if self.down { Order::Desc } else { Order::Asc }
    }

    /// The rows of a page by their numbers, with what they are ordered by.
    fn places<L: Listed>(&self, condition: Cond, mark: Option<&Mark>) -> Result<SelectStatement, Problem> {
        let by = self.key.expression(self.engine);
        let mut select = Query::select();
        self.key.from::<L>(&mut select);
        select.expr_as(Expr::col("pk"), "place").expr_as(by.clone(), "sort_key");
        select.cond_where(condition);
        if let Some(mark) = mark {
            let value = self.key.value(&mark.key).ok_or_else(unfit)?;
            let place = Expr::tuple([by, Expr::col("pk")]);
            let bound = Expr::tuple([Expr::val(value), Expr::val(mark.pk)]);
            select.and_where(if self.down { place.lt(bound) } else { place.gt(bound) });
        }
        select.order_by("sort_key", self.order()).order_by("place", self.order());
        Ok(select)
    }

    /// `limit` rows after the mark. The rows are found first and read afterwards: what has no index is
    /// sorted without all that a row holds.
    pub fn page<L: Listed>(
        &self,
        condition: Cond,
        mark: Option<&Mark>,
        limit: u64,
        columns: &[&'static str],
    ) -> Result<SelectStatement, Problem> {
        let mut found = self.places::<L>(condition, mark)?;
        found.limit(limit);
        let mut select = Query::select();
        select
            .columns(columns.iter().map(|column| (L::TABLE, *column)))
            .column((L::TABLE, "pk"))
            .expr_as(self.key.as_text(self.engine), "mark")
            .from_subquery(found, "found")
            .inner_join(L::TABLE, Expr::col((L::TABLE, "pk")).equals(("found", "place")))
            .order_by(("found", "sort_key"), self.order())
            .order_by(("found", "place"), self.order());
        Ok(select)
    }

    /// The ids of the first rows.
    pub fn ids<L: Listed>(&self, condition: Cond, limit: u64) -> SelectStatement {
        let mut select = Query::select();
        self.key.from::<L>(&mut select);
        select
            .column("id")
            .cond_where(condition)
            .order_by_expr(self.key.expression(self.engine), self.order())
            .order_by("pk", self.order())
            .limit(limit)
            .take()
    }
}
