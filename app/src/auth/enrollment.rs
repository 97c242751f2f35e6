//! What enrolling an authenticator app shows, at sign-in and in one's own account alike: the
//! picture to scan, and the recovery codes.

use leptos::prelude::*;
use model::account::TotpEnrollment;

use super::fields::{Line, Wrong, hidden};
use super::page::download;
use crate::kit::{Button, Icon, LinkButton, Look, Notice, Tone};

/// What the app must know, and the code that shows that it does.
pub struct Confirm<'a> {
    pub enrollment: &'a TotpEnrollment,
    pub wrong: Wrong<'a>,
    /// Where the code is sent.
    pub action: &'static str,
    /// Where one goes in the end, when that is not the place to come from.
    pub next: &'a str,
    pub cancel: Option<&'static str>,
}

impl Confirm<'_> {
    pub fn view(&self) -> AnyView {
        let Self { enrollment, .. } = self;
        view! {
            <div class="enroll">
                {picture(&enrollment.qr)}
                <ol class="steps">
                    <li>
                        <p>"Scan the picture with your authenticator app."</p>
                        <p class="hint">
                            "On this device, " <a href=enrollment.uri.clone()>"open the app"</a>
                            ", or type this key into it:"
                        </p>
                        <p><code class="secret">{grouped(&enrollment.secret)}</code></p>
                    </li>
                    <li>{self.form()}</li>
                </ol>
            </div>
        }
        .into_any()
    }

    fn form(&self) -> AnyView {
        let cancel = self.cancel.map(|to| {
            view! { <LinkButton href=to.to_owned() look=Look::Quiet>"Cancel"</LinkButton> }
        });
        view! {
            <form method="post" action=self.action>
                {(!self.next.is_empty()).then(|| hidden("next", self.next))}
                <p>"Type the code that the app shows now."</p>
                <div class="narrow">{self.wrong.line(Line::code())}</div>
                <p class="actions">
                    <Button look=Look::Primary submit=true>"Turn on"</Button>
                    {cancel}
                </p>
            </form>
        }
        .into_any()
    }
}

/// Recovery codes, shown this once.
pub struct Codes<'a> {
    pub codes: &'a [String],
    /// Where one goes once they are kept.
    pub on: String,
}

impl Codes<'_> {
    pub fn view(self) -> AnyView {
        let rows =
            self.codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
        view! {
            <Notice tone=Tone::Waiting>
                "They are shown this once. Keep them where you find them without your devices: each opens your account "
                "once, in place of a code of the app or of a passkey after the password."
            </Notice>
            <ol class="codes">{rows}</ol>
            <div class="actions">
                {download("bailiwick-recovery-codes.txt", "Download", self.codes)}
                <button r#type="button" class="button" data-copy=".codes code" hidden>
                    <Icon name="copy"/>
                    <span class="label" role="status">"Copy"</span>
                </button>
                <LinkButton href=self.on look=Look::Primary>"I have kept them"</LinkButton>
            </div>
        }
        .into_any()
    }
}

fn grouped(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// The QR code as a drawing, with the quiet zone of four modules that scanners ask for.
fn picture(rows: &[Vec<bool>]) -> AnyView {
    const QUIET: usize = 4;
    let size = rows.len() + 2 * QUIET;
    let mut path = String::new();
    for (row, y) in rows.iter().zip(QUIET..) {
        let mut x = QUIET;
        for run in row.chunk_by(|one, next| one == next) {
            let long = run.len();
            if run.first() == Some(&true) {
                path.extend([format!("M{x} {y}h{long}v1h-{long}z")]);
            }
            x += long;
        }
    }
    view! {
        <svg
            class="qr"
            viewBox=format!("0 0 {size} {size}")
            shape-rendering="crispEdges"
            role="img"
            aria-label="QR code for your authenticator app"
        >
            <rect width=size.to_string() height=size.to_string() fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .into_any()
}
