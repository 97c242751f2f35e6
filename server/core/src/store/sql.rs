//! The texts of statements.
//!
//! A transaction runs no bare text: it takes a [`Sql`], which [`sql!`](crate::sql) makes of a text in the
//! program and enters into a register while it does so, or a [`Composed`], which is put together at run time.
//! So the test that prepares what is in the register on both engines misses no text.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// A statement whose text stands in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql(&'static str);

inventory::collect!(Sql);

/// A statement that is put together at run time, because what is asked decides its form.
#[derive(Clone, Debug)]
pub struct Composed(String);

/// What a transaction can run.
#[diagnostic::on_unimplemented(
    message = "a transaction runs no bare text",
    note = "make a statement of it with `sql!`, so that it is prepared on both engines by a test"
)]
pub trait Statement {
    fn into_text(self) -> SqlStr;
}

/// `sql!("SELECT …")`: a [`Sql`] in the register. The text is a constant: a literal, or what a macro makes of some.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        const SQL: $crate::store::Sql = $crate::store::Sql::of_the_register($text);
        $crate::store::register! { SQL }
        SQL
    }};
}

impl Sql {
    /// For [`sql!`](crate::sql) alone: a text that is made in another way is in no register.
    #[doc(hidden)]
    pub const fn of_the_register(text: &'static str) -> Self {
        Self(text)
    }

    pub const fn text(self) -> &'static str {
        self.0
    }
}

/// Every statement of this program that [`sql!`](crate::sql) has made, in no order.
pub fn statements() -> impl Iterator<Item = Sql> {
    inventory::iter::<Sql>().copied()
}

impl Composed {
    /// Values never stand in the text: they are arguments.
    pub const fn new(text: String) -> Self {
        Self(text)
    }
}

impl Statement for Sql {
    fn into_text(self) -> SqlStr {
        self.0.into_sql_str()
    }
}

impl Statement for Composed {
    fn into_text(self) -> SqlStr {
        AssertSqlSafe(self.0).into_sql_str()
    }
}
