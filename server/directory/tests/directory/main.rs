//! The directory's behaviour at its surface, on `SQLite` and on PostgreSQL, with a moved clock.
//!
//! What needs PostgreSQL or a mail server is ignored unless `--include-ignored` is given. Then
//! `BAILIWICK_TEST_POSTGRES` must name a superuser's URL, and `BAILIWICK_TEST_SMTP` a Python that has
//! aiosmtpd; `cargo xtask test` sees to all three.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test cannot do without it expects"
)]

#[macro_use]
mod world;

/// The same for what takes a mail server on either engine.
macro_rules! both_with_mail {
    ($($test:tt)*) => {
        on_each_engine! {
            [#[ignore = "needs a mail server: BAILIWICK_TEST_SMTP and --include-ignored"]]
            [#[ignore = "needs PostgreSQL and a mail server: BAILIWICK_TEST_POSTGRES, BAILIWICK_TEST_SMTP and --include-ignored"]]
            $($test)*
        }
    };
}

mod access;
mod administrator_events;
mod administrator_links;
mod administrator_notices;
mod administrators;
mod administrators_from_users;
mod administrators_life;
mod api_keys;
mod api_keys_standing;
mod billing;
mod billing_elsewhere;
mod custom_roles;
mod custom_roles_power;
mod entries;
mod group_rules;
mod group_rules_applied;
mod groups;
mod history;
mod homepage;
mod import_uploads;
mod imports;
mod insights;
mod jobs;
mod jobs_again;
mod jobs_measured;
mod jobs_standing;
mod linked_administrators;
mod linked_factors;
mod links;
mod lists;
mod mail_settings;
mod mail_templates;
mod news;
mod orders;
mod organization;
mod outbox;
mod own_account;
mod own_passkeys;
mod passkeys;
mod policy;
mod portal;
mod postbox;
mod proofs;
mod raised_rights;
mod raw;
mod recovery;
mod recovery_codes;
mod schedules;
mod schema;
mod sending;
mod set_up;
mod signing_in;
mod tampering;
mod unheard_tries;
mod user_access;
mod user_events;
mod user_factors;
mod user_sign_in;
mod users;
mod views;

#[test]
fn on_ci_there_is_every_server() {
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    for variable in [world::POSTGRES, postbox::PYTHON] {
        assert!(!ci || std::env::var_os(variable).is_some(), "{variable} names no server");
    }
}
