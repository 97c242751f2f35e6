//! Choosing which parts the Homepage shows, and in which order.

use leptos::{prelude::*, task::spawn_local};
use model::home::Widget;

use crate::api::home as api;
use crate::kit::{Button, Dialog, Erase, IconButton, Look, toaster};
use crate::viewer::account;

/// The parts that one's role shows.
pub(super) fn offered() -> Vec<Widget> {
    let account = account();
    let all = Widget::ALL.iter().copied();
    all.filter(|widget| untrack(|| account.may(widget.needs()))).collect()
}

/// The dialog "Edit widgets".
#[component]
pub(super) fn EditWidgets(
    open: RwSignal<bool>,
    /// What is shown now.
    now: Signal<Vec<Widget>>,
    /// Asks for the page anew.
    again: Callback<()>,
) -> impl IntoView {
    let (draft, busy, toaster) = (RwSignal::new(Vec::<Widget>::new()), RwSignal::new(false), toaster());
    Effect::new(move |_| {
        if open.get() {
            draft.set(now.get_untracked());
        }
    });
    let save = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = api::save_widgets(draft.get_untracked()).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    open.set(false);
                    again.run(());
                }
                Err(problem) => toaster.wrong(problem),
            }
        });
    };
    let body = move || {
        view! {
            <div class="chooser">
                <section>
                    <h3>"Shown"</h3>
                    <ul>{shown(draft)}</ul>
                </section>
                <section>
                    <h3>"Available"</h3>
                    <ul>{available(draft)}</ul>
                </section>
            </div>
        }
        .erased()
    };
    let none = move || draft.with(Vec::is_empty).then(|| "Show one at least.".to_owned());
    let footer = move || {
        view! {
            <Button look=Look::Quiet on_press=move || draft.set(offered())>"Back to default"</Button>
            <Button on_press=move || open.set(false)>"Cancel"</Button>
            <Button look=Look::Primary busy=busy disabled_because=Signal::derive(none) on_press=save>
                "Save widgets"
            </Button>
        }
        .erased()
    };
    view! { <Dialog open title="Edit widgets".to_owned() wide=true body=body.into() footer=footer.into()/> }
        .erased()
}

fn shown(draft: RwSignal<Vec<Widget>>) -> impl Fn() -> AnyView + Send + Sync {
    let swap = move |a: usize, b: usize| draft.update(|draft| draft.swap(a, b));
    move || {
        let all = draft.get();
        let last = all.len().saturating_sub(1);
        let row = |(place, widget): (usize, Widget)| {
            let label = widget.label();
            let up = (place > 0).then(|| view! {
                <IconButton icon="chevron-up" label=format!("Move {label} up") on_press=move || swap(place - 1, place)/>
            });
            let down = (place < last).then(|| view! {
                <IconButton icon="chevron-down" label=format!("Move {label} down") on_press=move || swap(place, place + 1)/>
            });
            let hide = move || draft.update(|draft| draft.retain(|one| *one != widget));
            view! {
                <li>
                    <span>{label}</span>
                    {up}
                    {down}
                    <IconButton icon="x" label=format!("Hide {label}") on_press=hide/>
                </li>
            }
        };
        all.into_iter().enumerate().map(row).collect_view().erased()
    }
}

fn available(draft: RwSignal<Vec<Widget>>) -> impl Fn() -> AnyView + Send + Sync {
    move || {
        let left = offered().into_iter().filter(|widget| draft.with(|draft| !draft.contains(widget)));
        let row = |widget: Widget| {
            let label = widget.label();
            let show = move || draft.update(|draft| draft.push(widget));
            view! {
                <li>
                    <span>{label}</span>
                    <IconButton icon="plus" label=format!("Show {label}") on_press=show/>
                </li>
            }
        };
        left.map(row).collect_view().erased()
    }
}
