//! Applications: the list, and over it the panel of one application or of a new one.

mod list;
mod new;
mod panel;
mod questions;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::ApplicationsPage;
use new::NewApplicationPanel;
use panel::ApplicationPanel;

const TITLE: &str = "SSO Applications";

screens! { applications:
    /// The list.
    ApplicationsRoute, applications_screen =>
        guarded(TITLE, Operation::ListApplications, || view! { <ApplicationsPage/> }.erased());
    /// One application, over the list.
    ApplicationRoute, application_screen => view! { <ApplicationPanel/> }.erased();
    /// The form for a new application.
    NewApplicationRoute, new_application_screen => view! { <NewApplicationPanel/> }.erased();
}
