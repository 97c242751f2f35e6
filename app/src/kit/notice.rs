//! Things said in place: notices, empty places, places where something is still to come.

use leptos::prelude::*;
use model::{ErrorCode, Problem};

use super::{Button, Content, Icon, PanelState, Tone, address::addresses};

/// A sentence that belongs to what stands around it.
#[component]
pub fn Notice(#[prop(optional)] tone: Tone, children: Content) -> impl IntoView {
    let icon = match tone {
        Tone::Ok => view! { <Icon name="circle-check"/> },
        Tone::Waiting => view! { <Icon name="triangle-alert"/> },
        Tone::Bad => view! { <Icon name="circle-alert"/> },
        Tone::Info | Tone::Neutral => view! { <Icon name="info"/> },
    };
    let role = if tone == Tone::Bad { "alert" } else { "note" };
    view! {
        <div class=format!("notice {}", tone.class()) role=role>
            {icon}
            <div class="text">{children.view()}</div>
        </div>
    }
}

/// What a problem says, and for some what to do about it.
#[component]
pub fn ProblemText(problem: Problem) -> impl IntoView {
    let signed_out = problem.code == ErrorCode::NotSignedIn;
    view! {
        <span>{problem.message}</span>
        {problem.reference.map(|reference| view! { <span class="reference">" Reference: " {reference}</span> })}
        {signed_out.then(|| view! {
            " "
            <a href=addresses().sign_in target="_blank" rel="external">"Sign in in another tab"</a>
            ", then try again here."
        })}
    }
}

/// A place where nothing is: what this is, and the first thing to do.
#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Content>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <p class="title">{title}</p>
            <p class="text">{text}</p>
            {children.map(|children| view! { <div class="actions">{children.view()}</div> })}
        </div>
    }
}

/// A place that could not be filled, with a way to try again where that can help, and otherwise the way
/// back from a panel, if it is one.
#[component]
pub fn Failed(
    problem: Problem,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
    #[prop(optional)] panel: Option<PanelState>,
) -> impl IntoView {
    let hopeless = matches!(problem.code, ErrorCode::Forbidden | ErrorCode::NotFound);
    view! {
        <div class="empty" role="alert">
            <Icon name="circle-alert"/>
            <p class="text"><ProblemText problem/></p>
            {on_retry.filter(|_| !hopeless).map(|retry| view! {
                <div class="actions"><Button icon="refresh-cw" on_press=retry>"Retry"</Button></div>
            })}
            {panel.filter(|_| hopeless).map(|panel| view! {
                <div class="actions"><Button on_press=move || panel.close()>"Back to the list"</Button></div>
            })}
        </div>
    }
}

/// Lines where text will be.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..lines).map(|_| view! { <span></span> }).collect_view()}
        </div>
        <p class="visually-hidden" role="status">"Loading…"</p>
    }
}
