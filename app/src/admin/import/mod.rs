//! Importing users from a file, in four steps: upload, map, check, import. Each is at the file's own address, so
//! that one can leave and come back.

mod check;
mod check_rows;
mod file;
mod map;
mod map_columns;
mod mapping;
mod options;
mod screen;
mod started;
mod steps;
mod upload;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use screen::ImportPage;

const TITLE: &str = "Import users";

screens! { import:
    /// A file, or the place to bring one.
    ImportRoute, import_screen => guarded(TITLE, Operation::ImportUsers, || view! { <ImportPage/> }.erased());
}
