//! The SSH public keys of a user: their owner adds them, administrators see and remove them.

use leptos::prelude::*;
use model::Operation;
use model::portal::SshKey;
use model::user::User;

use crate::admin::users::access::{Access, Key};
use crate::kit::{Button, Erase, Icon, Time, When};
use crate::viewer::account;

#[component]
pub(super) fn SshKeys(user: RwSignal<User>, access: Access) -> impl IntoView {
    let keys = Memo::new(move |_| user.with(|user| user.ssh_keys.clone()));
    move || {
        let keys = keys.get();
        (!keys.is_empty()).then(|| {
            view! {
                <section class="form-section" aria-label="SSH keys">
                    <h3>"SSH keys"</h3>
                    <ul class="lines">{keys.into_iter().map(|key| line(key, user, access)).collect_view()}</ul>
                </section>
            }
            .erased()
        })
    }
}

fn line(key: SshKey, user: RwSignal<User>, access: Access) -> AnyView {
    let account = account();
    let gone = move || user.with(|user| user.deleted.map(|_| "Restore the user first.".to_owned()));
    let refusal = move || account.refusal(Operation::RemoveUserSshKey).or_else(gone);
    let asked = key.clone();
    view! {
        <li>
            <Icon name="key-round"/>
            <div class="what">
                <p>{key.name}</p>
                <p class="muted">
                    {key.algorithm} " · " <code>{key.fingerprint}</code> " · added "
                    <Time at=key.created_at when=When::Day/>
                </p>
            </div>
            <Button
                small=true
                disabled_because=Signal::derive(refusal)
                on_press=move || access.remove(Key::Ssh(asked.clone()))
            >
                "Remove…"
            </Button>
        </li>
    }
    .erased()
}
