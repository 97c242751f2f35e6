//! Jobs: the list of long work, and over it the panel of one job with what became of each user.

mod again;
mod items;
mod list;
mod panel;
mod progress;
mod watch;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::JobsPage;
use panel::JobPanel;

const TITLE: &str = "Jobs";

screens! { jobs:
    /// The list.
    JobsRoute, jobs_screen => guarded(TITLE, Operation::ReadOwnJobs, || view! { <JobsPage/> }.erased());
    /// One job, over the list.
    JobRoute, job_screen => view! { <JobPanel/> }.erased();
}
