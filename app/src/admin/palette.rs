//! Search of everything: people and administrators from the server, screens and actions that the
//! browser knows.

mod known;
mod search;

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::Operation;

use super::own::{Appearance, log_out};
use super::settings::first_of;
use crate::browser::{dom, unsaved};
use crate::kit::{Avatar, Erase, Failed, Icon, Show, chunks};
use crate::routes;
use crate::viewer::{Account, account};
use search::{Face, Go, Hit, Search};

const LIST: &str = "everything-found";

/// What is typed, kept from the first key on: what answers it may still have to be loaded.
#[derive(Clone, Copy)]
struct PaletteInput {
    open: RwSignal<bool>,
    text: RwSignal<String>,
    /// Which hit is chosen.
    at: RwSignal<usize>,
    /// Enter was pressed before anything could be found.
    entered: RwSignal<bool>,
    /// Hears the keys, once it is there.
    keys: RwSignal<Option<Callback<KeyboardEvent>>>,
}

/// What stands in the field, by what somebody can find.
pub(super) fn search_word(account: Account) -> &'static str {
    match (account.may(Operation::ListUsers), first_of(account)) {
        (true, _) => "Search people, settings…",
        (false, Some(_)) => "Search settings, screens…",
        (false, None) => "Search screens…",
    }
}

/// The box that opens with Ctrl K.
#[component]
pub(super) fn Palette(open: RwSignal<bool>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let (text, at) = (RwSignal::new(String::new()), RwSignal::new(0));
    let input = PaletteInput { open, text, at, entered: RwSignal::new(false), keys: RwSignal::new(None) };
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            drop(dialog.show_modal());
        } else if !wanted {
            dialog.close();
            text.set(String::new());
            at.set(0);
            input.entered.set(false);
        }
    });
    // What says that it could not be loaded, and tries again, lies beneath.
    let (chunks, loaded) = (chunks(), RwSignal::new(false));
    Effect::new(move |_| {
        if open.get() && chunks.are_missing() && !loaded.get() {
            open.set(false);
        }
    });
    // A click beside the box hits the dialog itself.
    let beside = move |event: MouseEvent| {
        if dom::target(&event).is_some_and(|target| target.matches("dialog").unwrap_or_default()) {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=node
            class="modal palette"
            aria-label="Search everything"
            on:close=move |_| open.set(false)
            on:click=beside
        >
            <Show when=move || open.get()>
                <Question input/>
                {Suspend::new(found(input, loaded))}
            </Show>
        </dialog>
    }
    .erased()
}

/// Where it is typed.
#[component]
fn Question(input: PaletteInput) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            drop(field.focus());
        }
    });
    let PaletteInput { text, at, entered, keys, .. } = input;
    let account = account();
    let there = move || keys.with(Option::is_some);
    let hear = move |event: KeyboardEvent| match keys.get_untracked() {
        Some(keys) => keys.run(event),
        None => entered.set(event.key() == "Enter"),
    };
    view! {
        <div class="ask">
            <Icon name="search"/>
            <input
                node_ref=field
                r#type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-label="Search everything"
                aria-expanded=move || if there() { "true" } else { "false" }
                aria-autocomplete="list"
                aria-controls=LIST
                aria-activedescendant=move || there().then(|| format!("{LIST}-{}", at.get()))
                placeholder=move || search_word(account)
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=hear
            />
            <kbd aria-hidden="true">"Esc"</kbd>
        </div>
    }
    .erased()
}

/// What is found; loaded when the box is first opened.
#[lazy]
fn found(input: PaletteInput, loaded: RwSignal<bool>) -> AnyView {
    loaded.set(true);
    view! { <Found input/> }.erased()
}

#[component]
fn Found(input: PaletteInput) -> impl IntoView {
    let PaletteInput { open, text, at, entered, keys } = input;
    let search = Search::new(text, at);
    let account = account();
    let navigate = use_navigate();
    let hits = Memo::new(move |_| search.found(account));
    let appearance = use_context::<Appearance>();
    let to = move |address: String| {
        if unsaved::ask(&address) {
            return;
        }
        if routes::is_served_alone(&address) {
            drop(window().location().assign(&address));
        } else {
            navigate(&address, NavigateOptions::default());
        }
    };
    let go = Callback::new(move |go: Go| {
        open.set(false);
        match go {
            Go::To(address) => to(address),
            Go::Wear(theme) => appearance.into_iter().for_each(|appearance| appearance.choose(theme)),
            Go::LogOut => log_out(),
        }
    });
    let enter = move || {
        let at = at.get_untracked();
        if let Some(chosen) = hits.with_untracked(|hits| hits.get(at).map(|hit| hit.go.clone())) {
            go.run(chosen);
        }
    };
    let step = move |event: KeyboardEvent| {
        let last = hits.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Enter" => enter(),
            _ => return,
        }
        event.prevent_default();
    };
    keys.set(Some(Callback::new(step)));
    on_cleanup(move || {
        keys.set(None);
        search.drop_waiting();
    });
    Effect::new(move |_| {
        search.ask(text.get());
        if entered.get_untracked() {
            entered.set(false);
            enter();
        }
    });
    Effect::new(move |_| reveal(at.get()));
    view! {
        <div class="found" id=LIST role="listbox" aria-label="Found">
            {move || groups(hits.get(), search, go)}
        </div>
        {move || search.trouble.get().map(|problem| {
            let again = move |()| search.ask(text.get_untracked());
            view! { <Failed problem on_retry=Callback::new(again)/> }
        })}
        <p class="visually-hidden" role="status">
            {move || (!search.busy.get() && search.trouble.with(Option::is_none)).then(|| search.summary(hits.with(Vec::len)))}
        </p>
    }
}

/// Keeps what is chosen in sight.
fn reveal(index: usize) {
    dom::soon(move || {
        if let Some(option) = dom::by_id(&format!("{LIST}-{index}")) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

fn groups(hits: Vec<Hit>, search: Search, go: Callback<Go>) -> AnyView {
    if hits.is_empty() {
        let text = move || match (search.busy.get(), search.trouble.with(Option::is_some)) {
            (true, _) => Some("Searching…"),
            (false, true) => None,
            (false, false) => Some("Nothing is found."),
        };
        return view! { {move || text().map(|text| view! { <p class="nothing">{text}</p> })} }.erased();
    }
    let mut group = "";
    let rows = hits.into_iter().enumerate().map(|(index, hit)| {
        let title = (hit.group != group).then_some(hit.group);
        group = hit.group;
        let face = match hit.face {
            Face::Icon(name) => view! { <Icon name/> }.erased(),
            Face::Person(id) => view! { <Avatar id name=hit.word.clone()/> }.erased(),
        };
        let point = move |_| {
            if search.at.get_untracked() != index {
                search.at.set(index);
            }
        };
        view! {
            {title.map(|title| view! { <p class="section-label" role="presentation">{title}</p> })}
            <div
                role="option"
                id=format!("{LIST}-{index}")
                aria-selected=move || if search.at.get() == index { "true" } else { "false" }
                on:mousemove=point
                on:click=move |_| go.run(hit.go.clone())
            >
                {face}
                <span class="word">{hit.word}</span>
                <span class="aside">{hit.aside}</span>
            </div>
        }
    });
    rows.collect_view().erased()
}
