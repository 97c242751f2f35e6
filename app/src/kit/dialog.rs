//! Dialogs: a question that must be answered before anything else.

use leptos::{html, prelude::*};
use model::Problem;

use super::{Button, Contents, Erase, IconButton, Look, Notice, ProblemText, Show, Tone};
use crate::browser::dom;

/// A modal dialog. `open` opens and closes it; its contents are made anew each time. The browser
/// keeps the focus inside, and gives it back.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] wide: bool,
    /// What stands in it, made when it opens.
    body: Contents,
    /// Its buttons, from the least to the most consequential.
    footer: Contents,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let title_id = dom::fresh_id("dialog");
    let labelled = title_id.clone();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            drop(dialog.show_modal());
            // The browser would take the cross; what stands there is made in the same turn. A dialog may itself
            // stand in the foot of a panel.
            dom::soon(move || {
                let first = dom::find(
                    &dialog,
                    ":scope > .body :is(input, select, textarea), :scope > footer .button",
                );
                first.iter().for_each(dom::focus);
            });
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class="modal dialog" class:wide=wide aria-labelledby=labelled on:close=move |_| open.set(false)>
            <header>
                <h2 id=title_id>{move || open.get().then(|| title.get())}</h2>
                <IconButton icon="x" label="Close".to_owned() on_press=move || open.set(false)/>
            </header>
            <Show when=move || open.get()>
                <div class="body">{body.view()}</div>
                <footer>{footer.view()}</footer>
            </Show>
        </dialog>
    }
    .erased()
}

/// Asks before something is done: says what will happen to whom; its button repeats the verb.
#[component]
pub fn ConfirmDialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The word on the button: the verb and its object.
    #[prop(into)]
    verb: Signal<String>,
    /// It destroys something.
    #[prop(optional, into)]
    danger: Signal<bool>,
    /// Nothing of the kind can be done; the button says why.
    #[prop(optional, into)]
    disabled_because: Signal<Option<String>>,
    #[prop(optional, into)] busy: Signal<bool>,
    /// What went wrong with the last try.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
    #[prop(into)] on_confirm: Callback<()>,
    /// The word on the button that lets it be.
    #[prop(default = "Cancel")]
    cancel: &'static str,
    /// What will happen, made when it opens.
    children: Contents,
) -> impl IntoView {
    let body = move || {
        view! {
            {children.view()}
            {move || problem.get().map(|problem| view! {
                <Notice tone=Tone::Bad><ProblemText problem/></Notice>
            })}
        }
    };
    let footer = move || {
        let look = if danger.get_untracked() { Look::DangerLoud } else { Look::Primary };
        view! {
            <Button on_press=move || open.set(false)>{cancel}</Button>
            <Button look=look busy=busy disabled_because=disabled_because on_press=on_confirm>{verb}</Button>
        }
    };
    view! { <Dialog open=open title=title body=body.into() footer=footer.into()/> }.erased()
}
