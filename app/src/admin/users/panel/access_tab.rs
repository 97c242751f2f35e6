//! What a user reaches, by every way, and what is missing where they do not.

use leptos::prelude::*;
use model::access::{Access, ResourceKind, ResourceRef};
use model::list::Cursor;
use model::{Id, ListQuery, Page};

use crate::admin::access_paths::paths;
use crate::admin::user_stats::user_stats;
use crate::api::access as api;
use crate::kit::{EmptyState, Erase, Failed, Notice, Pill, Skeleton, Tone, keep_focus, pager};
use crate::routes;

/// How many stand on a page.
const ROWS: u16 = 20;

#[component]
pub(super) fn UserAccess(id: Id, name: String) -> impl IntoView {
    let (stats, cursor) = (user_stats(), RwSignal::new(None::<Cursor>));
    let page = Resource::new(
        move || (stats.version(), cursor.get()),
        move |(_, cursor)| {
            api::list_access_of_user(id, ListQuery { limit: ROWS, cursor, ..ListQuery::default() })
        },
    );
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <section class="group-part" aria-label="Access">
            <p class="muted">{format!("What {name} can get into, and every reason why. All reasons must go before access does.")}</p>
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {move || page.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(page) => cards(&page, cursor),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
        </section>
    }
    .erased()
}

fn cards(page: &Page<Access>, cursor: RwSignal<Option<Cursor>>) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <EmptyState
                icon="layout-grid"
                title="No access"
                text="Nothing is bound to this user, or to a group that they are in."
            />
        }
        .erased();
    }
    let cards = page.rows.iter().map(card).collect_view();
    view! { {cards} {pager(page, cursor)} }.erased()
}

fn card(access: &Access) -> AnyView {
    let ResourceRef { kind, id, name } = access.resource.clone();
    let (tone, word) =
        if access.missing.is_empty() { (Tone::Ok, "Has access") } else { (Tone::Waiting, "No access now") };
    let missing = (!access.missing.is_empty()).then(|| {
        let all = access.missing.iter().map(|why| view! { <p>{why.clone()}</p> }).collect_view();
        view! { <Notice tone=Tone::Waiting>{all}</Notice> }
    });
    let label = format!("{} {name}", kind.label());
    view! {
        <section class="card access" aria-label=label>
            <h3><a href=address(kind, id)>{name}</a> <Pill tone word/></h3>
            {missing}
            {paths(&access.paths)}
        </section>
    }
    .erased()
}

/// The panel of a resource.
fn address(kind: ResourceKind, id: Id) -> String {
    match kind {
        ResourceKind::Application => routes::application(id),
        ResourceKind::Ldap => routes::LDAP.to_owned(),
    }
}
