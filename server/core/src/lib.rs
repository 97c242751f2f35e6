//! What every operation of the directory rests on: the store, who may do what, events, and the two kinds of
//! transactions.
//!
//! Nothing writes to the database but a [`Change`](transaction::Change) and a [`PlainTx`](transaction::PlainTx), and both
//! demand a [`Permit`](authz::Permit): no other crate can begin a transaction that writes. An actor who may
//! do everything is made from an [`Operator`](authz::Operator) alone, which only opening the data gives.

pub mod accounts;
pub mod authz;
pub mod context;
pub mod environment;
pub mod error;
pub mod events;
pub mod normalize;
pub mod passwords;
pub mod payments;
pub mod store;
pub mod token;
pub mod transaction;
pub mod vault;
