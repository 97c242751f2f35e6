//! What the browser gives: its page, where it has been, and the ways out of it. No look of anything.

pub mod dom;
pub mod history;
pub mod unsaved;
