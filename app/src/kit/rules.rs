//! The rules of a password, ticked off while it is typed.

use leptos::prelude::*;
use model::PasswordPolicy;
use model::password_policy::Rule;

use super::Erase;

/// What the server alone can judge is not ticked off.
pub const LATER: &str = " (checked when it is set)";

/// What a password must be. `typed` ticks off what can be judged here; the rest the server judges.
#[component]
pub fn PasswordRules(
    #[prop(into)] policy: Signal<PasswordPolicy>,
    #[prop(into)] typed: Signal<String>,
    #[prop(into)] username: Signal<String>,
    /// Former passwords do not bind whoever sets this one.
    #[prop(optional)]
    without_history: bool,
) -> impl IntoView {
    let rules = move || {
        let kept =
            typed.with(|typed| username.with(|username| policy.with(|policy| policy.rules(typed, username))));
        let mut later = policy.with(PasswordPolicy::later_rules);
        later.retain(|rule| !(without_history && matches!(rule, Rule::NotUsedBefore(_))));
        let line = |text: String, kept: bool| {
            view! {
                <li class:kept=kept>
                    {text}
                    {kept.then(|| view! { <span class="visually-hidden">" (kept)"</span> })}
                </li>
            }
        };
        let kept: Vec<_> = kept.into_iter().map(|(rule, kept)| line(rule.says(), kept)).collect();
        let later: Vec<_> =
            later.into_iter().map(|rule| view! { <li class="later">{rule.says()} {LATER}</li> }).collect();
        view! { {kept} {later} }
    };
    view! { <ul class="rules">{rules}</ul> }.erased()
}
