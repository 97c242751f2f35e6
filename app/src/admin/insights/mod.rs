//! Directory Insights: when there were how many events, the list of them, and over it the panel of one.

mod list;
mod panel;
mod range;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::EventsPage;
use panel::EventPanel;

const TITLE: &str = "Directory Insights";

screens! { insights:
    /// The list.
    InsightsRoute, insights_screen => guarded(TITLE, Operation::ReadEvents, || view! { <EventsPage/> }.erased());
    /// One event, over the list.
    EventRoute, event_screen => view! { <EventPanel/> }.erased();
}
