//! The preview of an email, as text: nothing in it is markup, and its button leads nowhere.

use leptos::prelude::*;
use model::mail::Written;

use crate::kit::Erase;

/// An email in the look of the portal.
#[component]
pub(super) fn MessagePreview(written: Written, has_button: bool) -> impl IntoView {
    let foot = written.foot();
    let of_the_link = written.of_the_link();
    let Written { organization, text, .. } = written;
    let paragraphs = |text: &str| {
        let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| view! { <p>{part.to_owned()}</p> }).collect_view()
    };
    view! {
        <article class="message-preview" aria-label="Message">
            <p class="subject">{text.subject}</p>
            <div class="sheet">
                <p class="from">{organization}</p>
                {(!text.title.is_empty()).then(|| view! { <p class="title">{text.title}</p> })}
                {paragraphs(&text.header)}
                {paragraphs(&text.body)}
                {(has_button && !text.button.is_empty()).then(|| view! {
                    <p><span class="press">{text.button}</span></p>
                })}
                {of_the_link.map(|text| view! { <p class="quiet">{text}</p> })}
            </div>
            <p class="quiet foot">{foot}</p>
        </article>
    }
    .erased()
}
