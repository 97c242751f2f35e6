//! What became of each user that a job is about, page by page.

use leptos::prelude::*;
use model::job::{JobItem, JobItemState, JobState};
use model::list::Cursor;
use model::{Filter, Id, ListQuery, Operation, Page};

use crate::api::jobs as api;
use crate::kit::{
    Avatar, Button, Erase, Failed, Look, Pill, Skeleton, Time, Tone, When, keep_focus, one_of, pager,
};
use crate::routes;
use crate::viewer::account;

/// How many stand on a page.
const ROWS: u16 = 20;

const fn tone(state: JobItemState) -> Tone {
    match state {
        JobItemState::Waiting => Tone::Neutral,
        JobItemState::Done => Tone::Ok,
        JobItemState::Refused => Tone::Waiting,
    }
}

/// Which of them are shown, and from where.
#[derive(Clone, Copy)]
struct Shown {
    only: RwSignal<Option<JobItemState>>,
    cursor: RwSignal<Option<Cursor>>,
}

impl Shown {
    fn query(self) -> ListQuery {
        let filters = self.only.get().map(|state| Filter::is("state", [state.as_str()]));
        let filters = filters.into_iter().collect();
        ListQuery { filters, limit: ROWS, cursor: self.cursor.get(), ..ListQuery::default() }
    }

    fn show(self, only: Option<JobItemState>) {
        self.cursor.set(None);
        self.only.set(only);
    }
}

#[component]
pub(super) fn Items(id: Id, state: Memo<JobState>) -> impl IntoView {
    let shown = Shown { only: RwSignal::new(None), cursor: RwSignal::new(None) };
    // Asked for again when the job has ended: until then somebody asks.
    let items = Resource::new(
        move || (state.get().goes_on(), shown.query()),
        move |(_, query)| async move { api::list_job_items(id, query).await },
    );
    let retry = Callback::new(move |()| items.refetch());
    let refresh = move || {
        state.get().goes_on().then(|| {
            view! {
                <Button look=Look::Quiet small=true icon="refresh-cw" on_press=move || items.refetch()>
                    "Refresh results"
                </Button>
            }
        })
    };
    view! {
        <section class="job-items" aria-label="Results">
            <div class="line">
                <h3>"Results"</h3>
                {choice(shown)}
                {refresh}
            </div>
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {move || items.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(page) => table(page, shown),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
        </section>
    }
    .erased()
}

/// Which results are shown.
fn choice(shown: Shown) -> AnyView {
    let states = JobItemState::ALL.iter().map(|state| (Some(*state), state.label()));
    let options: Vec<_> = std::iter::once((None, "All")).chain(states).collect();
    one_of("Show", &options, shown.only.into(), move |only| shown.show(only))
}

fn table(page: Page<JobItem>, shown: Shown) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="muted">"Nobody."</p> }.erased();
    }
    let linked = untrack(|| account().may(Operation::ReadUser));
    let rows = page.rows.iter().map(|item| row(item, linked)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data job-results" aria-label="Results">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Name"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col">"Time"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(&page, shown.cursor)}
    }
    .erased()
}

fn row(item: &JobItem, linked: bool) -> AnyView {
    let (id, name) = (item.subject, item.name.clone());
    let named = if linked {
        view! { <a href=routes::user(id)>{name.clone()}</a> }.erased()
    } else {
        name.clone().erased()
    };
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <Avatar id name/>
                    <span class="text">{named} <span class="sub narrow">{item.refused.clone()}</span></span>
                </span>
            </td>
            <td class="aside"><Pill tone=tone(item.state) word=item.state.label()/></td>
            <td class="why">{item.refused.clone()}</td>
            <td>{item.at.map(|at| view! { <Time at when=When::Full/> })}</td>
        </tr>
    }
    .erased()
}
