//! The fields of the mail server.

use leptos::prelude::*;
use model::mail::{MailServer, Security, ServerForm};

use super::editing::MailEditing;
use crate::kit::{Checkbox, Erase, Notice, SelectField, Switch, TextField, Tone};

#[component]
pub(super) fn ServerFields(editing: MailEditing, readonly: Signal<bool>) -> impl IntoView {
    let configured = move || editing.base.with(|base| base.configured);
    view! {
        <section class="card" aria-label="Mail server">
            <header><h2>"Mail server"</h2></header>
            <div class="body">
                {move || if configured() {
                    view! { <Configured server=editing.base.with(|base| base.server.clone())/> }.erased()
                } else {
                    view! { <EditableServer editing readonly/> }.erased()
                }}
            </div>
        </section>
    }
    .erased()
}

/// A server that the program's own configuration names.
#[component]
fn Configured(server: Option<MailServer>) -> impl IntoView {
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <Notice tone=Tone::Info>
            "The mail server comes from the program’s own configuration, and is changed there: "
            <code>"BAILIWICK_SMTP_HOST"</code> " and those beside it."
        </Notice>
        {server.map(|server| view! {
            <dl class="message-facts">
                {fact("Server", format!("{}, port {}", server.host, server.port))}
                {fact("Encryption", server.security.label().to_owned())}
                {fact("Username", if server.username.is_empty() { "None".to_owned() } else { server.username })}
                {fact("Messages are from", server.from)}
            </dl>
        })}
    }
    .erased()
}

/// A server that is set here.
#[component]
fn EditableServer(editing: MailEditing, readonly: Signal<bool>) -> impl IntoView {
    let on = Memo::new(move |_| editing.form.with(|form| form.server.is_some()));
    // Switching off and on again brings back what was typed.
    let former = StoredValue::new(None::<ServerForm>);
    let switch = move |on: bool| {
        editing.form.update(|form| {
            if on {
                let fresh = || ServerForm {
                    security: Security::Starttls.as_str().to_owned(),
                    ..ServerForm::default()
                };
                form.server = Some(former.get_value().unwrap_or_else(fresh));
            } else {
                former.set_value(form.server.take());
            }
        });
    };
    view! {
        <Switch
            label="Send messages through a mail server"
            hint="Without one they wait in the outbox, where administrators can hand their links over."
            checked=on
            on_change=switch
            disabled=readonly
        />
        {move || on.get().then(|| view! { <Fields editing readonly/> })}
    }
    .erased()
}

#[component]
fn Fields(editing: MailEditing, readonly: Signal<bool>) -> impl IntoView {
    let get = move |part: fn(&ServerForm) -> String| {
        Signal::derive(move || editing.form.with(|form| form.server.as_ref().map(part).unwrap_or_default()))
    };
    let set = move |part: fn(&mut ServerForm, String)| {
        move |text: String| {
            editing.form.update(|form| {
                if let Some(server) = &mut form.server {
                    part(server, text);
                }
            });
        }
    };
    let options =
        Security::CHOICES.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
    let kept =
        editing.base.with_untracked(|base| base.server.as_ref().is_some_and(|server| server.has_password));
    let password_hint =
        if kept { "One is kept. Leave this empty to keep it." } else { "If it asks for one." };
    view! {
        <div class="fields">
            <TextField
                label="Server"
                name="host"
                required=true
                placeholder="smtp.example.org"
                value=get(|server| server.host.clone())
                on_input=set(|server, text| server.host = text)
                readonly
            />
            <SelectField
                label="Encryption"
                name="security"
                options=Signal::stored(options)
                value=get(|server| server.security.clone())
                on_change=set(|server, text| server.security = text)
                disabled=readonly
            />
            <TextField
                label="Port"
                name="port"
                hint="When empty, 587 for STARTTLS, 465 for TLS, 25 for none."
                value=get(|server| server.port.clone())
                on_input=set(|server, text| server.port = text)
                readonly
            />
            <TextField
                label="Messages are from"
                name="from"
                kind="email"
                required=true
                placeholder="directory@example.org"
                value=get(|server| server.from.clone())
                on_input=set(|server, text| server.from = text)
                readonly
            />
            <TextField
                label="Username"
                name="username"
                hint="If it asks for one."
                value=get(|server| server.username.clone())
                on_input=set(|server, text| server.username = text)
                readonly
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="new-password"
                hint=password_hint
                value=get(|server| server.password.clone().unwrap_or_default())
                on_input=set(|server, text| server.password = (!text.is_empty()).then_some(text))
                readonly
            />
        </div>
        <Plain editing readonly/>
    }
    .erased()
}

/// Without encryption only on this machine, or when somebody says so.
#[component]
fn Plain(editing: MailEditing, readonly: Signal<bool>) -> impl IntoView {
    let plain = Memo::new(move |_| {
        editing.form.with(|form| {
            form.server.as_ref().is_some_and(|server| {
                server.security == Security::Nothing.as_str()
                    && !model::mail::is_this_machine(server.host.trim())
            })
        })
    });
    let confirmed = Signal::derive(move || {
        editing.form.with(|form| form.server.as_ref().is_some_and(|server| server.plain_confirmed))
    });
    let confirm = move |yes| {
        editing.form.update(|form| {
            if let Some(server) = &mut form.server {
                server.plain_confirmed = yes;
            }
        });
    };
    move || {
        plain.get().then(|| {
            view! {
                <Notice tone=Tone::Waiting>
                    <p>
                        "Messages, the links in them, and the password would travel where others can read them."
                    </p>
                    <Checkbox
                        label="Send them unencrypted all the same"
                        checked=confirmed
                        on_change=confirm
                        disabled=readonly
                    />
                </Notice>
            }
        })
    }
}
