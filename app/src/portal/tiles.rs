//! The tiles of what one reaches, with a search once there are many.

use leptos::prelude::*;
use model::application::Tile;

use crate::api::applications::own_applications;
use crate::kit::{EmptyState, Erase, Failed, Skeleton, TextField, lower, tile_mark};

/// From how many on they can be searched.
const MANY: usize = 6;

#[component]
pub(super) fn Tiles() -> impl IntoView {
    let tiles = Resource::new(|| (), |()| own_applications());
    let retry = Callback::new(move |()| tiles.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {move || tiles.get().map(|found| match found {
                Ok(found) if found.is_empty() => none(),
                Ok(found) => view! { <Found found/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

fn none() -> AnyView {
    view! {
        <section class="card">
            <EmptyState
                icon="layout-grid"
                title="No applications yet"
                text="What your organization lets you sign in to will stand here, one tile for each. Your username and \
                    password work wherever you were told to use them."
            />
        </section>
    }
    .erased()
}

#[component]
fn Found(found: Vec<Tile>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let search = (found.len() > MANY).then(|| {
        view! {
            <TextField
                label="Search applications"
                name="search"
                value=typed
                on_input=move |text| typed.set(text)
            />
        }
    });
    let shown = move || {
        let typed = typed.with(|typed| lower(typed.trim()));
        let fits =
            |tile: &&Tile| lower(&tile.name).contains(&typed) || lower(&tile.description).contains(&typed);
        let tiles: Vec<_> = found.iter().filter(fits).map(tile).collect();
        if tiles.is_empty() {
            return view! { <p class="muted" role="status">"No application matches."</p> }.erased();
        }
        view! { <ul class="tiles" aria-label="Applications">{tiles}</ul> }.erased()
    };
    view! { {search} {shown} }.erased()
}

fn tile(tile: &Tile) -> AnyView {
    view! {
        <li>
            <a class="tile" href=tile.url.clone() target="_blank" rel="noopener noreferrer external">
                {tile_mark(&tile.name, tile.color)}
                <strong>{tile.name.clone()}</strong>
                <span class="muted">{tile.description.clone()}</span>
            </a>
        </li>
    }
    .erased()
}
