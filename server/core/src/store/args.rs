//! Arguments of statements.

use model::user::UserState;
use model::{Email, Id, Principal, Timestamp, Username};
use sea_query::{Value, Values};
use sea_query_sqlx::SqlxValues;

/// A value that can stand for a `$1`.
pub trait Arg {
    fn value(self) -> Value;
}

/// `args![id, name, now]`: the arguments of a statement, in order.
#[macro_export]
macro_rules! args {
    ($($arg:expr),* $(,)?) => {
        $crate::store::arguments(vec![$($crate::store::Arg::value($arg)),*])
    };
}

/// The arguments of a statement, as `args!` puts them together.
pub fn arguments(values: Vec<Value>) -> SqlxValues {
    SqlxValues(Values(values))
}

macro_rules! plain {
    ($($from:ty),+) => {
        $(impl Arg for $from {
            fn value(self) -> Value {
                self.into()
            }
        })+
    };
}
plain!(i64, bool, String, &str, Vec<u8>, Option<i64>, Option<String>);

impl Arg for Value {
    fn value(self) -> Value {
        self
    }
}

impl Arg for i32 {
    fn value(self) -> Value {
        i64::from(self).into()
    }
}

impl Arg for &String {
    fn value(self) -> Value {
        self.as_str().into()
    }
}

impl Arg for &[u8] {
    fn value(self) -> Value {
        self.to_vec().into()
    }
}

impl<const N: usize> Arg for &[u8; N] {
    fn value(self) -> Value {
        self.to_vec().into()
    }
}

impl Arg for Id {
    fn value(self) -> Value {
        self.as_bytes().to_vec().into()
    }
}

impl Arg for Option<Id> {
    fn value(self) -> Value {
        Value::Bytes(self.map(|id| id.as_bytes().to_vec()))
    }
}

impl Arg for Timestamp {
    fn value(self) -> Value {
        self.as_micros().into()
    }
}

impl Arg for Option<Timestamp> {
    fn value(self) -> Value {
        self.map(Timestamp::as_micros).into()
    }
}

impl Arg for Option<u32> {
    fn value(self) -> Value {
        self.map(i64::from).into()
    }
}

impl Arg for UserState {
    fn value(self) -> Value {
        self.as_str().into()
    }
}

impl Arg for Principal {
    fn value(self) -> Value {
        self.as_str().into()
    }
}

impl Arg for &Username {
    fn value(self) -> Value {
        self.as_str().into()
    }
}

impl Arg for &Email {
    fn value(self) -> Value {
        self.as_str().into()
    }
}
