//! The words of the directory, spoken alike by the server and the browser: ids, times, text that
//! has been parsed, roles and their scopes, operations, lists, and what goes wrong.
//!
//! Nothing here reads a clock, a file or a network; everything compiles for the browser too.

pub mod access;
pub mod account;
pub mod activity;
pub mod administrator;
pub mod api_key;
pub mod application;
pub mod billing;
#[cfg(feature = "database")]
mod database;
pub mod event;
pub mod form;
pub mod group;
pub mod home;
mod id;
pub mod import;
pub mod insights;
pub mod job;
pub mod ldap;
pub mod link;
pub mod list;
pub mod lists;
pub mod mail;
pub mod news;
pub mod operation;
pub mod password_policy;
pub mod portal;
mod principal;
mod problem;
pub mod role;
pub mod scope;
pub mod search;
pub mod settings;
pub mod ssh_key;
pub mod text;
mod time;
#[cfg(feature = "server_fn")]
mod transport;
pub mod user;
pub mod view;

pub use id::{Id, IdError};
pub use list::{Count, Filter, ListQuery, Page, Sort, Test};
pub use operation::Operation;
pub use password_policy::PasswordPolicy;
pub use principal::Principal;
pub use problem::{ErrorCode, Fault, Faults, Problem};
pub use role::{DefaultRole, Role, RoleChoice};
pub use scope::{Scope, Scopes};
pub use text::{Email, Password, Username};
pub use time::Timestamp;
#[cfg(feature = "server_fn")]
pub use transport::Json;
