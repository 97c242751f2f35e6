//! The kinds of email, each with its template.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::Principal;
use model::mail::MessageKind;

use super::TEMPLATES;
use crate::admin::settings::SettingsHead;
use crate::api::mail as api;
use crate::kit::{Erase, Failed, Pill, Skeleton, Tone, covered};
use crate::routes;

/// That a template was changed: the list asks again when it does.
#[derive(Clone, Copy)]
pub(super) struct Edited(RwSignal<u32>);

impl Edited {
    pub fn changed(self) {
        self.0.update(|version| *version += 1);
    }
}

/// From anywhere below the list.
pub(super) fn edited() -> Edited {
    use_context().unwrap_or_else(|| Edited(RwSignal::new(0)))
}

#[component]
pub(super) fn TemplatesPage() -> impl IntoView {
    let (covered, edited) = (covered(), Edited(RwSignal::new(0)));
    provide_context(edited);
    let kinds = Resource::new(move || edited.0.get(), |_| api::edited_templates());
    let retry = Callback::new(move |()| kinds.refetch());
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=TEMPLATES current=routes::EMAIL_TEMPLATES/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || kinds.get().map(|kinds| match kinds {
                    Ok(kinds) => view! {
                        <div class="templates">
                            {group("To users", Principal::User, &kinds)}
                            {group("To administrators", Principal::Administrator, &kinds)}
                        </div>
                    }
                    .erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
        <Outlet/>
    }
    .erased()
}

fn group(title: &'static str, whose: Principal, edited: &[MessageKind]) -> AnyView {
    let line = |kind: MessageKind| {
        let mark = edited.contains(&kind).then(|| view! { <Pill tone=Tone::Info word="Edited"/> });
        view! {
            <li>
                <a href=routes::template(kind) data-noscroll="">{kind.label()}</a>
                {mark}
            </li>
        }
    };
    let kinds = MessageKind::ALL.iter().copied().filter(|kind| kind.principal() == whose);
    view! {
        <section class="card" aria-label=title>
            <header><h2>{title}</h2></header>
            <ul>{kinds.map(line).collect_view()}</ul>
        </section>
    }
    .erased()
}
