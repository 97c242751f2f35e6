//! Access: who reaches which resources and by which ways, binding, and unbinding.

mod bind;
mod entries;
mod of_group;
mod of_resource;
mod of_user;

pub(crate) use bind::first_of;

use directory_core::context::Context;

/// Access to resources.
pub struct AccessControl<'a>(pub(crate) &'a Context);
