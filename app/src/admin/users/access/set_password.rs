//! Setting a user's password: typed, with its rules in sight, or made here and shown this once.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::user::User;

use crate::admin::users::first_password::{FirstPassword, PasswordField};
use crate::api::user_access as api;
use crate::kit::{Button, Dialog, Erase, Look, Notice, ProblemText, Tone};

/// Asks for the password and sets it.
#[component]
pub(super) fn SetPasswordDialog(
    open: RwSignal<bool>,
    user: RwSignal<User>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let first = FirstPassword::new();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| {
        if open.get() {
            first.begin();
            problem.set(None);
        }
    });
    let send = move || {
        let id = user.with_untracked(|user| user.id);
        let new = first.chosen();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::set_user_password(id, new).await;
            busy.set(false);
            if let Err(wrong) = answer {
                problem.set(Some(wrong));
                return;
            }
            open.set(false);
            on_done.run(());
        });
    };
    let title = move || format!("Set password for {}", user.with(User::name));
    let body = move || {
        let elsewhere = move || problem.get().filter(|problem| problem.fault("password").is_none());
        view! {
            <p>
                "The new password counts at once: all sessions end, a lock opens, and an expired password is \
                 replaced. Tell it to the user yourself; no email says it."
            </p>
            <PasswordField first username=Signal::derive(move || user.with(|user| user.form.username.clone())) problem/>
            {move || elsewhere().map(|problem| view! {
                <Notice tone=Tone::Bad><ProblemText problem/></Notice>
            })}
        }
    };
    let footer = move || {
        view! {
            <Button on_press=move || open.set(false)>"Cancel"</Button>
            <Button look=Look::Primary busy disabled_because=first.idle() on_press=send>"Set password"</Button>
        }
    };
    view! { <Dialog open title=Signal::derive(title) body=body.into() footer=footer.into()/> }.erased()
}
