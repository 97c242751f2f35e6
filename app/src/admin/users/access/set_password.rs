//! Setting a user's password: typed, with its rules in sight, or made here and shown this once.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::user::User;

use super::Access;
use crate::admin::users::first_password::{FirstPassword, PasswordField};
use crate::api::user_access as api;
use crate::kit::{Button, Dialog, Erase, Look, Notice, ProblemText, Tone};

/// What is sent, and what comes of it.
#[derive(Clone, Copy)]
struct Sending {
    access: Access,
    first: FirstPassword,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    done: Callback<()>,
}

impl Sending {
    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let (id, new) = (self.access.user.with_untracked(|user| user.id), self.first.chosen());
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = api::set_user_password(id, new).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => self.done.run(()),
                Err(wrong) if self.access.reauthentication.asks(&wrong, move || self.send()) => {}
                Err(wrong) => self.problem.set(Some(wrong)),
            }
        });
    }
}

/// Asks for the password and sets it.
#[component]
pub(super) fn SetPasswordDialog(
    open: RwSignal<bool>,
    access: Access,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let (first, user) = (FirstPassword::new(), access.user);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| {
        if open.get() {
            first.begin();
            problem.set(None);
        }
    });
    let done = Callback::new(move |()| {
        open.set(false);
        on_done.run(());
    });
    let sending = Sending { access, first, busy, problem, done };
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
            <Button look=Look::Primary busy disabled_because=first.idle() on_press=move || sending.send()>"Set password"</Button>
        }
    };
    view! { <Dialog open title=Signal::derive(title) body=body.into() footer=footer.into()/> }.erased()
}
