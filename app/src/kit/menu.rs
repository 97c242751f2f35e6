//! A button with a list of things to do.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::{Erase, Icon, Look, button::Reason, lower};
use crate::browser::dom;

/// What an entry of a menu leads to.
#[derive(Clone, Debug)]
pub enum Leads {
    /// Something happens.
    Press(Callback<()>),
    /// A screen.
    To(String),
    /// A page outside of this portal.
    Out(String),
}

/// One entry of a menu.
#[derive(Clone, Debug)]
pub struct Entry {
    pub icon: &'static str,
    pub label: String,
    pub leads: Leads,
    pub danger: bool,
    /// Of several the one that holds now.
    pub checked: Option<bool>,
    pub disabled_because: Option<String>,
}

impl Entry {
    pub fn press(icon: &'static str, label: impl Into<String>, press: Callback<()>) -> Self {
        Self::new(icon, label.into(), Leads::Press(press))
    }

    pub fn link(icon: &'static str, label: impl Into<String>, address: impl Into<String>) -> Self {
        Self::new(icon, label.into(), Leads::To(address.into()))
    }

    /// A link to a page that the server alone renders.
    pub fn external(icon: &'static str, label: impl Into<String>, address: impl Into<String>) -> Self {
        Self::new(icon, label.into(), Leads::Out(address.into()))
    }

    fn new(icon: &'static str, label: String, leads: Leads) -> Self {
        Self { icon, label, leads, danger: false, checked: None, disabled_because: None }
    }

    #[must_use]
    pub fn danger(self) -> Self {
        Self { danger: true, ..self }
    }

    #[must_use]
    pub fn checked(self, checked: bool) -> Self {
        Self { checked: Some(checked), ..self }
    }

    #[must_use]
    pub fn unless(self, disabled_because: Option<String>) -> Self {
        Self { disabled_because, ..self }
    }
}

/// Entries that belong together; a line is drawn between sections.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub title: Option<&'static str>,
    pub entries: Vec<Entry>,
}

impl From<Vec<Entry>> for Section {
    fn from(entries: Vec<Entry>) -> Self {
        Self { title: None, entries }
    }
}

/// A button that opens a menu. Arrows, Home, End and letters move in it, Esc closes it.
#[component]
pub fn Menu(
    /// The name of the button, for those who do not see its face.
    #[prop(into)]
    label: Signal<String>,
    /// What stands in the button; the label, with a caret, unless something else is given.
    #[prop(optional)]
    face: Option<AnyView>,
    #[prop(optional)] look: Look,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] small: bool,
    #[prop(into)] sections: Signal<Vec<Section>>,
    #[prop(optional, into)] disabled_because: Signal<Option<String>>,
    /// Stands above the entries.
    #[prop(optional)]
    head: Option<AnyView>,
) -> impl IntoView {
    let id = dom::fresh_id("menu");
    let (list, button) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    let open = RwSignal::new(false);
    // Most menus are never opened; their entries are made when they are.
    let made = RwSignal::new(false);
    let target = id.clone();
    let named = face.is_some();
    let face = face.unwrap_or_else(|| {
        view! {
            {icon.map(|name| view! { <Icon name/> })}
            <span class="label">{label}</span>
            <Icon name="chevron-down"/>
        }
        .erased()
    });
    let before = move |event: leptos::ev::Event| {
        if let (Some(list), Some(button), true) =
            (list.get_untracked(), button.get_untracked(), opens(&event))
        {
            made.set(true);
            place(&list, &button);
        }
    };
    let toggled = move |event: leptos::ev::Event| {
        open.set(opens(&event));
        made.set(opens(&event));
        if let Some(list) = list.get_untracked().filter(|_| opens(&event)) {
            dom::step_focus(&items(&list), 0, false);
        }
    };
    let button_keys = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp")
            && disabled_because.with_untracked(Option::is_none)
            && let Some(list) = list.get_untracked()
        {
            event.prevent_default();
            drop(list.show_popover());
        }
    };
    view! {
        <span class="tipped">
            <button
                r#type="button"
                node_ref=button
                class=if named { "bare".to_owned() } else { look.class().to_owned() }
                class:small=small
                popovertarget=target
                aria-label=move || named.then(|| label.get())
                title=move || named.then(|| label.get())
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-disabled=move || disabled_because.with(Option::is_some).then_some("true")
                aria-description=disabled_because
                on:click=move |event| if disabled_because.with_untracked(Option::is_some) { event.prevent_default() }
                on:keydown=button_keys
            >
                {face}
            </button>
            <Reason because=disabled_because/>
            <div
                id=id
                node_ref=list
                class="menu"
                popover="auto"
                role="menu"
                aria-label=label
                on:beforetoggle=before
                on:toggle=toggled
                on:keydown=move |event| menu_keys(&event, list)
            >
                {head}
                {move || made.get().then(|| {
                    view_sections(sections.get(), list)
                })}
            </div>
        </span>
    }
    .erased()
}

/// Reasons, and the ids of the places where they are said.
type Said = Vec<(String, String)>;

/// Entries that are disabled for one reason say it once, below the last of them; so these are made
/// from the last to the first.
fn view_sections(sections: Vec<Section>, list: NodeRef<html::Div>) -> Vec<AnyView> {
    let mut said = Said::new();
    let views = sections.into_iter().rev().map(|section| view_section(section, list, &mut said));
    let mut views: Vec<_> = views.collect();
    views.reverse();
    views
}

fn view_section(section: Section, list: NodeRef<html::Div>, said: &mut Said) -> AnyView {
    let entries = section.entries.into_iter().rev().map(|entry| view_entry(entry, list, said));
    let mut entries: Vec<_> = entries.collect();
    entries.reverse();
    view! {
        <div role="group" aria-label=section.title>
            {section.title.map(|title| view! { <p class="section-label" aria-hidden="true">{title}</p> })}
            {entries}
        </div>
    }
    .erased()
}

/// The id of the place where a reason is said, and the reason itself if it is to be said here.
fn say(why: String, said: &mut Said) -> (String, Option<String>) {
    if let Some((_, id)) = said.iter().find(|(known, _)| *known == why) {
        return (id.clone(), None);
    }
    let id = dom::fresh_id("why");
    said.push((why.clone(), id.clone()));
    (id, Some(why))
}

fn view_entry(entry: Entry, list: NodeRef<html::Div>, said: &mut Said) -> AnyView {
    let Entry { icon, label, leads, danger, checked, disabled_because } = entry;
    let (disabled, why) = (disabled_because.is_some(), disabled_because.map(|why| say(why, said)));
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    let aria_checked = checked.map(|checked| if checked { "true" } else { "false" });
    let shut = move || {
        if let Some(list) = list.get_untracked() {
            drop(list.hide_popover());
        }
    };
    let inner = view! {
        <Icon name=icon/>
        <span class="label">{label}</span>
        {checked.unwrap_or_default().then(|| view! { <Icon name="check"/> })}
    };
    let (why, text) = why.unzip();
    let because = text.flatten().map(|text| view! { <span class="because" id=why.clone()>{text}</span> });
    match leads {
        Leads::To(address) if !disabled => view! {
            <a class="item" role=role tabindex="-1" aria-checked=aria_checked href=address on:click=move |_| shut()>
                {inner}
            </a>
        }
        .erased(),
        Leads::Out(address) if !disabled => view! {
            <a class="item" role=role tabindex="-1" href=address rel="external">{inner}</a>
        }
        .erased(),
        leads => {
            let press = move |_| {
                if let (false, Leads::Press(press)) = (disabled, &leads) {
                    shut();
                    press.run(());
                }
            };
            view! {
                <button
                    r#type="button"
                    class="item"
                    class:danger=danger
                    role=role
                    tabindex="-1"
                    aria-checked=aria_checked
                    aria-disabled=disabled.then_some("true")
                    aria-describedby=why
                    on:click=press
                >
                    {inner}
                </button>
                {because}
            }
            .erased()
        }
    }
}

/// Whether a toggle event tells of opening.
pub(super) fn opens(event: &leptos::ev::Event) -> bool {
    let state = js_sys::Reflect::get(event, &JsValue::from_str("newState"));
    state.ok().and_then(|state| state.as_string()).is_some_and(|state| state == "open")
}

/// Puts a popover beside its button: below it if there is room, above it otherwise, its edge on
/// the button's edge that is farther from the middle of the window.
pub(super) fn place(list: &HtmlElement, button: &HtmlElement) {
    const GAP: f64 = 6.0;
    let size =
        |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let at = button.get_bounding_client_rect();
    let style = list.style();
    let set = |name: &str, value: Option<f64>| {
        drop(style.set_property(name, &value.map_or_else(|| "auto".to_owned(), pixels)));
    };
    let below = at.bottom() < height * 0.6;
    set("top", below.then_some(at.bottom() + GAP));
    set("bottom", (!below).then_some(height - at.top() + GAP));
    let right = at.left() + at.right() > width;
    set("right", right.then_some((width - at.right()).max(GAP)));
    set("left", (!right).then_some(at.left().max(GAP)));
    set("max-height", Some(if below { height - at.bottom() } else { at.top() } - 2.0 * GAP));
}

/// A length in whole pixels.
fn pixels(value: f64) -> String {
    // The browser's own: Rust's would bring all it takes to write any float.
    let number: String =
        js_sys::Number::from(value.round()).to_string_with_radix(10).map(Into::into).unwrap_or_default();
    number + "px"
}

fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    dom::find_all(list, ".item")
}

fn menu_keys(event: &KeyboardEvent, list: NodeRef<html::Div>) {
    let Some(list) = list.get_untracked() else { return };
    let items = items(&list);
    match event.key().as_str() {
        "ArrowDown" => dom::step_focus(&items, 1, true),
        "ArrowUp" => dom::step_focus(&items, -1, true),
        "Home" => items.first().into_iter().for_each(dom::focus),
        "End" => items.last().into_iter().for_each(dom::focus),
        "Tab" => drop(list.hide_popover()),
        key if key.chars().count() == 1 && key != " " => {
            to_letter(&items, key);
            return;
        }
        _ => return,
    }
    if event.key() != "Tab" {
        event.prevent_default();
    }
}

/// The next entry that begins with the letter.
fn to_letter(items: &[HtmlElement], letter: &str) {
    let begins = |item: &&HtmlElement| {
        let text = item.text_content().unwrap_or_default();
        lower(text.trim()).starts_with(&lower(letter))
    };
    let now = dom::focused().and_then(|now| items.iter().position(|item| *item == now)).unwrap_or_default();
    let (before, after) = items.split_at_checked(now + 1).unwrap_or((items, &[]));
    if let Some(item) = after.iter().chain(before).find(begins) {
        dom::focus(item.unchecked_ref());
    }
}
