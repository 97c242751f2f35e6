//! Buttons, and links that look like them.

use leptos::{ev::MouseEvent, prelude::*};

use super::{Content, Erase, Icon};

/// How loudly a button speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    Primary,
    #[default]
    Secondary,
    /// Without a frame.
    Quiet,
    /// Destroys something. Quiet until its own confirmation, where it is loud.
    Danger,
    DangerLoud,
}

impl Look {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button quiet danger",
            Self::DangerLoud => "button danger-loud",
        }
    }
}

/// A button. One that is disabled says why, and can still be reached to hear it.
#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    #[prop(optional)] icon: Option<&'static str>,
    /// Lower, for rows and cards.
    #[prop(optional)]
    small: bool,
    /// Sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// Sends the form with this id.
    #[prop(optional, into)]
    form: Option<String>,
    /// Something is under way: it turns, and cannot be pressed again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(optional, into)] disabled_because: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Content,
) -> impl IntoView {
    let press = move |event: MouseEvent| {
        if busy.get_untracked() || disabled_because.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(press) = on_press {
            press.run(());
        }
    };
    let shy = shy(disabled_because);
    view! {
        <span class="tipped" class:shy=shy on:mouseenter=move |_| shy.set(false) on:focusin=move |_| shy.set(false)>
            <button
                r#type=if submit { "submit" } else { "button" }
                class=look.class()
                class:small=small
                form=form
                aria-disabled=move || (busy.get() || disabled_because.with(Option::is_some)).then_some("true")
                aria-busy=move || busy.get().then_some("true")
                aria-description=disabled_because
                on:click=press
            >
                {icon.map(|name| view! { <Icon name/> })}
                <span class="label">{children.view()}</span>
            </button>
            <Reason because=disabled_because/>
        </span>
    }
    .erased()
}

/// What is disabled under somebody's hand, because they have just done it, does not say why at once over
/// what came of it, but when it is pointed at or gets the focus anew.
fn shy(because: Signal<Option<String>>) -> RwSignal<bool> {
    let shy = RwSignal::new(false);
    Effect::new(move |before: Option<bool>| {
        let now = because.with(Option::is_some);
        if now && before == Some(false) {
            shy.set(true);
        }
        now
    });
    shy
}

/// Why something is disabled, shown while it is pointed at or has the focus; who hears it has it
/// as the description of the thing.
#[component]
pub(super) fn Reason(because: Signal<Option<String>>) -> impl IntoView {
    move || because.get().map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })
}

/// A button with an icon and no word; `label` is its name.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: Signal<String>,
    /// Whether it is on, of one that is on or off.
    #[prop(optional)]
    pressed: Option<bool>,
    #[prop(optional, into)] disabled_because: Signal<Option<String>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let press = move |_| {
        if disabled_because.with_untracked(Option::is_none) {
            on_press.run(());
        }
    };
    view! {
        <span class="tipped">
            <button
                r#type="button"
                class="button quiet only-icon"
                aria-label=label
                aria-pressed=pressed.map(|pressed| if pressed { "true" } else { "false" })
                title=label
                aria-disabled=move || disabled_because.with(Option::is_some).then_some("true")
                aria-description=disabled_because
                on:click=press
            >
                <Icon name=icon/>
            </button>
            <Reason because=disabled_because/>
        </span>
    }
    .erased()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] look: Look,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] small: bool,
    /// Leaves the list behind it where it is scrolled to.
    #[prop(optional)]
    stay: bool,
    #[prop(optional, into)] disabled_because: Signal<Option<String>>,
    children: Content,
) -> impl IntoView {
    let address = move || disabled_because.with(Option::is_none).then(|| href.get());
    view! {
        <span class="tipped">
            <a
                class=look.class()
                class:small=small
                href=address
                data-noscroll=stay
                // A link without an address is no link any more, and cannot take the focus.
                role=move || disabled_because.with(Option::is_some).then_some("link")
                tabindex=move || disabled_because.with(Option::is_some).then_some("0")
                aria-disabled=move || disabled_because.with(Option::is_some).then_some("true")
                aria-description=disabled_because
            >
                {icon.map(|name| view! { <Icon name/> })}
                <span class="label">{children.view()}</span>
            </a>
            <Reason because=disabled_because/>
        </span>
    }
    .erased()
}
