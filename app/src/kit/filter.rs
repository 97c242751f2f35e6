//! "Filter by": one condition after the other, each a chip that can be changed and taken away.

mod draft;
mod editor;

use leptos::{ev::Event, html, prelude::*};
use model::list::ListSpec;

use super::{
    Button, Erase, Icon, ListState, Look, NameSearch, PersonSearch, Show,
    menu::{opens, place},
};
use crate::browser::dom;
pub use draft::chip_text;
use draft::{Draft, chip_title};
use editor::Editor;

/// What filters by a person need to know of people.
#[derive(Clone, Copy)]
pub struct PersonFilter {
    /// Somebody's name by id, for the chips.
    pub name_of: Callback<String, Option<String>>,
    pub search: PersonSearch,
}

/// The button "Filter by" with its box, and a chip per filter.
#[component]
pub fn FilterMenu(
    list: ListState,
    spec: &'static ListSpec,
    /// For lists with columns of people.
    #[prop(optional)]
    people: Option<PersonFilter>,
    /// Finds names of custom attributes, for lists whose rows have some.
    #[prop(optional)]
    attributes: Option<NameSearch>,
    /// Values of columns with choices, beyond those that are known beforehand: by column.
    #[prop(optional, into)]
    more: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let id = dom::fresh_id("filter");
    let (popup, button) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    // Which filter is being changed; none while one is added.
    let editing = RwSignal::new(None::<usize>);
    let draft = RwSignal::new(Draft::default());
    let open = RwSignal::new(false);
    let before = move |event: Event| {
        let (Some(popup), Some(button)) = (popup.get_untracked(), button.get_untracked()) else { return };
        if opens(&event) {
            let filters = list.query.with_untracked(|query| query.filters.clone());
            let old = editing.get_untracked().and_then(|place| filters.into_iter().nth(place));
            draft.set(old.map_or_else(|| Draft::first(spec), |old| Draft::from_filter(spec, &old)));
            place(&popup, &button);
            open.set(true);
        } else {
            editing.set(None);
        }
    };
    let toggled = move |event: Event| {
        // Not before: whoever was in the box is led back to the button while what they were at is there.
        if !opens(&event) {
            open.set(false);
        }
        let popup = popup.get_untracked().filter(|_| opens(&event));
        if let Some(first) = popup.and_then(|popup| dom::find(&popup, "select")) {
            dom::focus(&first);
        }
    };
    let shut = move || {
        if let Some(popup) = popup.get_untracked() {
            drop(popup.hide_popover());
        }
    };
    let edit = move |place: usize| {
        editing.set(Some(place));
        if let Some(popup) = popup.get_untracked() {
            drop(popup.show_popover());
        }
    };
    let to_button = move || button.get_untracked().iter().for_each(|button| dom::focus(button));
    let apply = move || {
        if let Some(filter) = draft.get_untracked().to_filter(spec) {
            let place = editing.get_untracked();
            shut();
            list.set_filter(place, filter);
            // The chip that led here is made anew.
            to_button();
        }
    };
    let forget = move |place: usize| {
        list.drop_filter(place);
        to_button();
    };
    let unready = move || draft.with(|draft| draft.lack(spec));
    view! {
        <button r#type="button" node_ref=button class="button" popovertarget=id.clone() aria-haspopup="dialog">
            <Icon name="list-filter"/>
            <span class="label face-word">"Filter by"</span>
        </button>
        {move || chips(list, spec, people, edit, forget)}
        <div
            id=id
            node_ref=popup
            class="popup filter-box"
            popover="auto"
            role="dialog"
            aria-label="Filter by"
            on:beforetoggle=before
            on:toggle=toggled
        >
            <Show when=move || open.get()>
                <form on:submit=move |event| {
                    event.prevent_default();
                    apply();
                }>
                    <Editor spec draft people=people.map(|people| people.search) attributes more/>
                    <div class="buttons">
                        <Button on_press=shut>"Cancel"</Button>
                        <Button look=Look::Primary submit=true disabled_because=Signal::derive(unready)>
                            {move || if editing.get().is_some() { "Update filter" } else { "Add filter" }}
                        </Button>
                    </div>
                </form>
            </Show>
        </div>
    }
    .erased()
}

fn chips(
    list: ListState,
    spec: &'static ListSpec,
    people: Option<PersonFilter>,
    edit: impl Fn(usize) + Copy + 'static,
    forget: impl Fn(usize) + Copy + 'static,
) -> AnyView {
    let filters = list.query.with(|query| query.filters.clone());
    let chip = |(place, filter): (usize, model::Filter)| {
        let text = chip_text(spec, &filter, |id| people.and_then(|people| people.name_of.run(id.to_owned())));
        view! {
            <span class="chip">
                <button r#type="button" title=chip_title(&filter) on:click=move |_| edit(place)>
                    <span>{text.clone()}</span>
                </button>
                <button
                    r#type="button"
                    aria-label=format!("Remove filter {text}")
                    on:click=move |_| forget(place)
                >
                    <Icon name="x"/>
                </button>
            </span>
        }
    };
    // What is filtered by a control of its own has no chip here.
    let own =
        |filter: &model::Filter| spec.column(&filter.column).is_some_and(|column| column.filter.is_none());
    filters.into_iter().enumerate().filter(|(_, filter)| !own(filter)).map(chip).collect_view().erased()
}
