//! What one can sign in to, and what needs doing before that ends.

use leptos::prelude::*;
use model::Timestamp;

use super::tiles::Tiles;
use crate::kit::{Erase, Icon, PageHeader, Time, When};
use crate::routes;
use crate::viewer::{clock, owner};

/// The first page.
#[component]
pub(super) fn Applications() -> impl IntoView {
    let me = owner().0;
    let hello = Signal::derive(move || {
        me.with(|me| me.as_ref().map(|me| format!("Hello, {}", me.first_name)).unwrap_or_default())
    });
    let notices = move || {
        me.with(|me| {
            me.as_ref().map(|me| {
                let password = me.password_expires_at.map(password_expires);
                let factor = me.mfa_enroll_by.map(factor_is_due);
                view! { {password} {factor} }
            })
        })
    };
    view! {
        <PageHeader
            title=hello
            document="Applications"
            below=view! { <p>"Your applications"</p> }.erased()
        />
        {notices}
        <Tiles/>
    }
    .erased()
}

fn days_left(until: Timestamp) -> String {
    let days = until.since(clock().now()).as_secs().div_ceil(24 * 60 * 60);
    match days {
        0 | 1 => "in less than a day".to_owned(),
        days => format!("in {days} days"),
    }
}

fn password_expires(at: Timestamp) -> AnyView {
    asked(
        "clock",
        view! { "Your password expires " {days_left(at)} ", " <Time at when=When::Full/> "." }.erased(),
        "Change password",
        routes::SECURITY,
    )
}

fn factor_is_due(by: Timestamp) -> AnyView {
    asked(
        "shield-alert",
        view! {
            "Set up multi-factor authentication: your time for it ends " {days_left(by)} ", "
            <Time at=by when=When::Full/> "."
        }
        .erased(),
        "Set it up",
        routes::SECURITY,
    )
}

fn asked(icon: &'static str, text: AnyView, verb: &'static str, to: &'static str) -> AnyView {
    let icon = match icon {
        "shield-alert" => view! { <Icon name="shield-alert"/> },
        _ => view! { <Icon name="clock"/> },
    };
    view! {
        <div class="notice waiting" role="note">
            {icon}
            <div class="text">{text}</div>
            <a class="button small" href=to rel="external"><span class="label">{verb}</span></a>
        </div>
    }
    .erased()
}
