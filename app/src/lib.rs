//! What people see: the portals, and the server functions that they call.

pub mod admin;
pub mod api;
#[cfg(feature = "ssr")]
pub mod door;
pub mod kit;
pub mod places;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod site;
pub mod viewer;
