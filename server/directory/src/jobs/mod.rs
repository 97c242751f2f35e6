//! Jobs: starting them, watching them, stopping them, and which kind does what.

mod again;
mod creation;
mod export;
mod items;
mod list;
mod rows;
mod start;
mod update;
mod work;

use model::Id;

use directory_core::context::Context;

pub use creation::{CREATE_MAX, CREATE_PASSWORDS_MAX};
pub use export::JobExport;
pub use update::UPDATE_MAX;
pub(crate) use work::{finish_imports, work};

/// Long work that goes on by itself.
pub struct Jobs<'a>(pub(crate) &'a Context);

/// A filter that a list is given here, and not by whoever asks.
fn only(column: &str, id: Id) -> model::Filter {
    model::Filter::is(column, [id.to_string()])
}
