//! What people see: the portals, and the server functions that they call.

// The types of nested views are deep.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "admin")]
pub mod admin;
pub mod api;
#[cfg(feature = "ssr")]
pub mod auth;
mod browser;
#[cfg(feature = "ssr")]
pub mod context;
pub mod kit;
#[cfg(feature = "admin")]
pub mod navigation;
#[cfg(feature = "ssr")]
pub mod news;
#[cfg(feature = "portal")]
pub mod portal;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod site;
mod status;
#[cfg(feature = "ssr")]
pub mod uploads;
pub mod viewer;
