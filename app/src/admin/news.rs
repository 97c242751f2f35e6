//! What’s New: what each release brought. Whoever opens it has seen it.

use leptos::{prelude::*, task::spawn_local};
use model::Operation;
use model::news::{Part, Release, Words};

use super::{access::guarded, screens::screens};
use crate::api::news as api;
use crate::kit::{EmptyState, Erase, Failed, PageHeader, Skeleton};
use crate::viewer::unread;

const TITLE: &str = "What’s New";

screens! { news:
    /// The releases.
    NewsRoute, news_screen => guarded(TITLE, Operation::ReadOwnAccount, || view! { <NewsPage/> }.erased());
}

#[component]
fn NewsPage() -> impl IntoView {
    let news = Resource::new(|| (), |()| api::whats_new());
    let retry = Callback::new(move |()| news.refetch());
    let unread = unread();
    Effect::new(move |_| {
        let shown = news.with(|news| matches!(news, Some(Ok(_))));
        if shown && unread.get_untracked() {
            spawn_local(async move {
                if api::see_whats_new().await.is_ok() {
                    unread.set(false);
                }
            });
        }
    });
    view! {
        <div class="page news">
            <PageHeader title=TITLE.to_owned()/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || news.get().map(|news| match news {
                    Ok(releases) if releases.is_empty() => view! {
                        <EmptyState icon="gift" title="Nothing yet" text="There is nothing to tell of this version."/>
                    }
                    .erased(),
                    Ok(releases) => releases.into_iter().map(release).collect_view().erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

fn release(Release { version, day, parts }: Release) -> AnyView {
    let title = if version.is_empty() { "In this version".to_owned() } else { format!("Version {version}") };
    let label = title.clone();
    view! {
        <section class="card" aria-label=label>
            <header>
                <h2>{title}</h2>
                <span class="muted">{day}</span>
            </header>
            <div class="body">{parts.into_iter().map(part).collect_view()}</div>
        </section>
    }
    .erased()
}

fn part(Part { title, entries }: Part) -> AnyView {
    let words = |words: Words| match words {
        Words::Plain(text) => text.erased(),
        Words::Code(text) => view! { <code>{text}</code> }.erased(),
        Words::Strong(text) => view! { <strong>{text}</strong> }.erased(),
    };
    let entries = entries.into_iter().map(|entry| {
        view! { <li>{entry.into_iter().map(words).collect_view()}</li> }
    });
    view! {
        <h3>{title}</h3>
        <ul>{entries.collect_view()}</ul>
    }
    .erased()
}
