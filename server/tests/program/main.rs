//! The program as it is installed: its command line, its settings, its start and its end.

mod administrators;
mod crash;
mod house;
mod import;
mod serve;
mod server;
mod settings;
