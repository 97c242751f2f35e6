//! The server functions: who asks, ask the directory, answer. One file per area.

mod client;

pub mod access;
pub mod account;
pub mod administrators;
pub mod applications;
pub mod billing;
pub mod commands;
pub mod group_rules;
pub mod groups;
pub mod home;
pub mod imports;
pub mod insights;
pub mod jobs;
pub mod ldap;
pub mod mail;
pub mod news;
pub mod organization;
pub mod policy;
pub mod portal;
pub mod roles;
pub mod search;
pub mod user_access;
pub mod users;
pub mod views;

pub use client::{Background, Browser};
