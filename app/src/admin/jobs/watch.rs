//! Watching jobs that go on: a page that is seen asks every two seconds how far they have come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::Id;
use model::job::{JobDetails, JobRow};

use crate::api::jobs as api;

const EVERY: Duration = Duration::from_secs(2);

/// What is known of jobs by now, newer than what the list or the panel was made of.
#[derive(Clone, Copy)]
pub(super) struct Watch {
    latest: RwSignal<BTreeMap<Id, JobDetails>>,
    /// Those that go on, as far as is known.
    open: StoredValue<BTreeSet<Id>>,
    /// One question at a time, however slow the answer.
    asking: StoredValue<bool>,
}

impl Watch {
    /// Watches for as long as the page is there; a context of everything below it.
    pub fn provide() -> Self {
        let watch = Self {
            latest: RwSignal::new(BTreeMap::new()),
            open: StoredValue::new(BTreeSet::new()),
            asking: StoredValue::new(false),
        };
        provide_context(watch);
        Effect::new(move |_| {
            let round = set_interval_with_handle(move || watch.ask(), EVERY);
            on_cleanup(move || {
                if let Ok(round) = round {
                    round.clear();
                }
            });
        });
        watch
    }

    /// Somebody sees this job.
    pub fn saw(self, row: &JobRow) {
        if row.state.goes_on() {
            self.open.update_value(|open| open.extend([row.id]));
        }
    }

    /// The job as it is by now.
    pub fn latest(self, id: Id) -> Option<JobDetails> {
        self.latest.with(|latest| latest.get(&id).cloned())
    }

    pub fn row(self, row: JobRow) -> JobRow {
        self.latest(row.id).map_or(row, |details| details.row)
    }

    /// This is what became of a job.
    pub fn learn(self, details: JobDetails) {
        self.saw(&details.row);
        self.latest.update(|latest| drop(latest.insert(details.row.id, details)));
    }

    fn ask(self) {
        let ids: Vec<Id> = self.open.with_value(|open| open.iter().copied().collect());
        if ids.is_empty() || self.asking.get_value() || document().hidden() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            let answer = api::job_progress(ids).await;
            // The page may have been left meanwhile.
            if self.asking.try_set_value(false).is_some() {
                return;
            }
            let Ok(found) = answer else { return };
            self.open.update_value(|open| {
                open.retain(|id| found.iter().any(|one| one.row.id == *id && one.row.state.goes_on()));
            });
            self.latest.update(|latest| latest.extend(found.into_iter().map(|one| (one.row.id, one))));
        });
    }
}

/// From anywhere below the jobs' page.
pub(super) fn watch() -> Watch {
    use_context().unwrap_or_else(Watch::provide)
}
