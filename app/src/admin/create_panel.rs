//! A panel in which something is added: what it is called, its form, and sending that.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{Operation, Problem};

use super::reauthentication::{Reauthentication, reauthentication};
use super::{access::Refused, user_stats::user_stats};
use crate::kit::{
    Button, Erase, FormFaults, Look, Notice, Panel, PanelState, ProblemText, Tone, Width, announcer, toaster,
};
use crate::viewer::account;

/// What is added.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub title: &'static str,
    /// What is said below that to whoever may.
    pub says: &'static str,
    /// The ids of the heading and of the form.
    pub ids: (&'static str, &'static str),
    pub width: Width,
    pub path: &'static str,
    pub needs: Operation,
}

/// The panel; whoever may not is told why not.
pub(super) fn panel(
    kind: Kind,
    back_to: Signal<String>,
    form: Box<dyn FnOnce(PanelState) -> AnyView + Send>,
) -> AnyView {
    let Kind { title, says, ids: (label, _), width, path, needs } = kind;
    let announcer = announcer();
    Effect::new(move |_| announcer.say(title));
    let refusal = untrack(|| account().refusal(needs));
    let may = refusal.is_none();
    let head = move || {
        view! {
            <div class="names">
                <h2 id=label>{title}</h2>
                {may.then(|| view! { <p>{says}</p> })}
            </div>
        }
    };
    view! {
        <Title text=title/>
        <Panel
            labelled_by=label
            width=width
            within=path.to_owned()
            back_to=back_to
            head=head.into()
            body=Box::new(move |panel| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => form(panel),
            })
        />
    }
    .erased()
}

/// Sending what is typed.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    form: &'static str,
    pub busy: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
    reauthentication: Reauthentication,
    send: StoredValue<Option<Callback<()>>>,
}

impl Sending {
    /// Call it where the form is made: its fields find their faults below.
    pub fn begin(kind: Kind) -> Self {
        Self {
            form: kind.ids.1,
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            faults: FormFaults::provide(),
            reauthentication: reauthentication(),
            send: StoredValue::new(None),
        }
    }

    /// Whether something has been typed, which leaving would lose; what was wrong is then being mended.
    pub fn watch(self, panel: PanelState, typed: Signal<bool>) {
        Effect::new(move |_| {
            panel.unsaved.set(typed.get());
            self.problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
        });
    }

    /// The fields are being filled in by another's choice.
    pub fn clear(self) {
        self.faults.clear();
    }

    /// Says what is wrong, at its field; when the password is what is missing, asks for it and sends again.
    pub fn fail(self, problem: Problem) {
        let again = move || self.send.get_value().into_iter().for_each(|send| send.run(()));
        if !self.reauthentication.asks(&problem, again) {
            self.faults.show(&problem, self.form);
            self.problem.set(Some(problem));
        }
    }

    /// The form, which does `send` while nothing is under way; and what is wrong, with the buttons that
    /// leave it and send it.
    pub fn frame(self, panel: PanelState, add: &'static str, fields: AnyView, send: Callback<()>) -> AnyView {
        let Self { form, busy, problem, .. } = self;
        let send = Callback::new(move |()| {
            if !busy.get_untracked() {
                problem.set(None);
                self.faults.clear();
                send.run(());
            }
        });
        self.send.set_value(Some(send));
        view! {
            <div class="panel-body">
                <form
                    id=form
                    class="panel-content"
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        send.run(());
                    }
                >
                    {fields}
                </form>
            </div>
            {move || problem.get().map(|problem| view! {
                <div class="panel-notice"><Notice tone=Tone::Bad><ProblemText problem/></Notice></div>
            })}
            <footer class="panel-foot">
                <div class="end">
                    <Button on_press=move || panel.close()>"Cancel"</Button>
                    <Button look=Look::Primary submit=true form=form busy=busy>{add}</Button>
                </div>
            </footer>
        }
        .erased()
    }
}

/// What comes after: the panel closes, lists look again, and what is said leads to what was added. It gets
/// the sentence and the address.
pub(super) fn added(panel: PanelState) -> impl Fn(String, String) + Clone + Send + Sync + 'static {
    let (toaster, stats, navigate) = (toaster(), user_stats(), use_navigate());
    move |text, address| {
        panel.leave();
        stats.changed();
        let navigate = navigate.clone();
        toaster.done_with(text, "Open", move || navigate(&address, NavigateOptions::default()));
    }
}
