//! The program as it is installed: its command line, its settings, its start and its end.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

#[macro_use]
mod installation;

mod administrators;
mod crash;
mod events;
mod import;
mod serve;
mod server;
mod settings;
