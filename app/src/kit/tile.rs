//! The square that stands for an application.

use leptos::prelude::*;
use model::application::TileColor;

use super::{Erase, initials};

/// The first letters of an application's name on its color.
pub fn tile_mark(name: &str, color: TileColor) -> AnyView {
    let color = match color {
        TileColor::Slate => "slate",
        TileColor::Teal => "teal",
        TileColor::Blue => "blue",
        TileColor::Indigo => "indigo",
        TileColor::Violet => "violet",
        TileColor::Rose => "rose",
        TileColor::Red => "red",
        TileColor::Green => "green",
    };
    let class = format!("tile-mark {color}");
    view! { <span class=class aria-hidden="true">{initials(name)}</span> }.erased()
}
