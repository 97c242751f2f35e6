//! How ids, instants and states stand in a database: bytes, an integer, a word.

use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type};

use crate::access::ResourceKind;
use crate::application::{ApplicationKind, TileColor};
use crate::import::{Encoding, RowOutcome, Separator, UploadState};
use crate::job::{JobItemState, JobKind, JobState};
use crate::ldap::AccountAction;
use crate::mail::{MessageKind, MessageState, Security};
use crate::user::UserState;
use crate::{Id, Principal, Timestamp};

impl<DB: Database> Type<DB> for Id
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <Vec<u8>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <Vec<u8>>::compatible(ty)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Id
where
    Vec<u8>: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::try_from(<Vec<u8>>::decode(value)?.as_slice())?)
    }
}

impl<DB: Database> Type<DB> for Timestamp
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        i64::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        i64::compatible(ty)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Timestamp
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::from_micros(i64::decode(value)?))
    }
}

/// A word of a fixed list, by its `parse`.
macro_rules! words {
    ($($name:ident: $what:literal),+) => {
        $(
            impl<DB: Database> Type<DB> for $name
            where
                String: Type<DB>,
            {
                fn type_info() -> DB::TypeInfo {
                    String::type_info()
                }

                fn compatible(ty: &DB::TypeInfo) -> bool {
                    String::compatible(ty)
                }
            }

            impl<'r, DB: Database> Decode<'r, DB> for $name
            where
                String: Decode<'r, DB>,
            {
                fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                    let text = String::decode(value)?;
                    Self::parse(&text).ok_or_else(|| format!("no {} {text:?}", $what).into())
                }
            }
        )+
    };
}
words!(
    UserState: "user state",
    ResourceKind: "kind of resource",
    AccountAction: "action of LDAP",
    ApplicationKind: "kind of application",
    TileColor: "color",
    JobKind: "kind of job",
    JobState: "state of jobs",
    JobItemState: "result of jobs",
    Encoding: "encoding",
    Separator: "separator",
    RowOutcome: "outcome of a row",
    UploadState: "state of uploads",
    Principal: "kind of principal",
    MessageKind: "kind of message",
    MessageState: "state of messages",
    Security: "protection of a connection"
);
