//! What became of something, said in passing.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use model::Problem;

use super::chunks::MissingScreen;
use super::{Button, Erase, Icon, IconButton, Look, ProblemText, Tone};
use crate::browser::dom;

/// How long a success stays.
const STAY: Duration = Duration::from_secs(6);
/// How long it stays on after somebody looked at it more closely.
const LINGER: Duration = Duration::from_secs(2);

/// Something that can be done about what a toast says.
#[derive(Clone)]
struct Action {
    label: String,
    /// Not a callback: a toast outlives the screen that showed it.
    press: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Clone)]
enum Said {
    Done(String, Option<Action>),
    Wrong(Problem),
}

#[derive(Clone)]
struct Toast {
    id: String,
    said: Said,
}

/// Shows toasts; a context of everything below the portal's root.
#[derive(Clone, Copy, Debug)]
pub struct Toaster(RwSignal<Vec<Toast>>);

impl Toaster {
    pub fn provide() -> Self {
        let toaster = Self(RwSignal::new(vec![]));
        provide_context(toaster);
        toaster
    }

    /// It worked. Vanishes by itself.
    pub fn done(self, text: impl Into<String>) {
        self.show(Said::Done(text.into(), None));
    }

    /// It worked, and can be undone or followed up for as long as this is seen. `press` must not
    /// rest on anything that goes away with the screen.
    pub fn done_with(
        self,
        text: impl Into<String>,
        label: impl Into<String>,
        press: impl Fn() + Send + Sync + 'static,
    ) {
        self.show(Said::Done(text.into(), Some(Action { label: label.into(), press: Arc::new(press) })));
    }

    /// It went wrong. Stays until it is put away.
    pub fn wrong(self, problem: Problem) {
        self.show(Said::Wrong(problem));
    }

    fn show(self, said: Said) {
        let id = dom::fresh_id("toast");
        let passing = matches!(said, Said::Done(..));
        self.0.update(|toasts| toasts.push(Toast { id: id.clone(), said }));
        if passing {
            self.vanish(id, STAY);
        }
    }

    fn vanish(self, id: String, after: Duration) {
        let vanish = move || {
            let looked_at = dom::by_id(&id)
                .is_some_and(|toast| toast.matches(":hover, :focus-within").unwrap_or_default());
            if looked_at { self.vanish(id, LINGER) } else { self.put_away(&id) }
        };
        set_timeout(vanish, after);
    }

    fn put_away(self, id: &str) {
        self.0.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// From anywhere below the portal's root.
pub fn toaster() -> Toaster {
    use_context().unwrap_or_else(Toaster::provide)
}

/// The place where toasts appear; once per page.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = toaster();
    view! {
        <div class="toasts" role="region" aria-label="Notifications" aria-live="polite">
            <MissingScreen/>
            <For each=move || toaster.0.get() key=|toast| toast.id.clone() let:toast>
                {view_toast(toaster, toast)}
            </For>
        </div>
    }
    .erased()
}

fn view_toast(toaster: Toaster, Toast { id, said }: Toast) -> AnyView {
    let (closes, acts) = (id.clone(), id.clone());
    let close = move || toaster.put_away(&closes);
    let (tone, role, text, action) = match said {
        Said::Done(text, action) => (Tone::Ok, "status", text.erased(), action),
        Said::Wrong(problem) => (Tone::Bad, "alert", view! { <ProblemText problem/> }.erased(), None),
    };
    let icon = if tone == Tone::Ok {
        view! { <Icon name="circle-check"/> }
    } else {
        view! { <Icon name="circle-alert"/> }
    };
    let action = action.map(|Action { label, press }| {
        let act = move || {
            toaster.put_away(&acts);
            press();
        };
        view! { <Button look=Look::Quiet small=true on_press=act>{label}</Button> }
    });
    view! {
        <div class=format!("toast {}", tone.class()) id=id role=role>
            {icon}
            <p>{text}</p>
            {action}
            <IconButton icon="x" label="Dismiss".to_owned() on_press=close/>
        </div>
    }
    .erased()
}
