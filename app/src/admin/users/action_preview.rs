//! What an action would do to whom, as the server judges it, shown before it is done.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::job::BulkAction;
use model::list::grouped;
use model::user::{Action, ActionPreview, Selection, UserState};

use super::copy;
use crate::admin::outcomes::{Line, lines};
use crate::api::users as api;
use crate::kit::{Erase, Notice, ProblemText, Skeleton, Time, Tone, When};

/// The newest answer.
#[derive(Clone, Copy)]
pub(super) struct Preview(RwSignal<Option<Result<ActionPreview, Problem>>>);

impl Preview {
    /// Asks anew whenever what is asked about changes.
    pub fn of(selection: Selection, bulk: impl Fn() -> Option<BulkAction> + Send + Sync + 'static) -> Self {
        let answer = RwSignal::new(None);
        let wanted = Memo::new(move |_| bulk());
        Effect::new(move |_| {
            let Some(action) = wanted.get() else { return };
            let selection = selection.clone();
            spawn_local(async move {
                let found = api::preview_action(action.clone(), selection).await;
                // A later choice has asked again.
                if wanted.try_get_untracked().flatten() == Some(action) {
                    answer.set(Some(found));
                }
            });
        });
        Self(answer)
    }

    pub fn able(self) -> Option<u64> {
        self.0.with(|found| found.as_ref()?.as_ref().ok().map(|found| found.able))
    }

    /// Which instant it is, for what is scheduled, or what is wrong with it.
    pub fn time(self) -> Option<Result<model::user::schedule::ResolvedTime, Problem>> {
        self.0.with(|found| match found.as_ref()? {
            Ok(found) => found.at.clone().map(Ok),
            Err(problem) => Some(Err(problem.clone())),
        })
    }

    /// Why nothing can be done now; `None` when it can.
    pub fn idle(self) -> Option<String> {
        self.0.with(|found| match found {
            None => Some("It is being looked up to whom this can be done.".to_owned()),
            Some(Err(problem)) => Some(problem.message.clone()),
            Some(Ok(found)) if found.able == 0 => {
                Some("There is nobody to whom this can be done.".to_owned())
            }
            Some(Ok(_)) => None,
        })
    }
}

/// Whom it is done to, who is left out and why, and what else is worth knowing.
pub(super) fn preview(action: Action, preview: Preview) -> AnyView {
    let shown = move || {
        preview.0.with(|found| match found {
            None => view! { <Skeleton lines=3/> }.erased(),
            // What is wrong with a field is told there.
            Some(Err(problem)) if !problem.faults.is_empty() => ().erased(),
            Some(Err(problem)) => {
                let problem = problem.clone();
                view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> }.erased()
            }
            Some(Ok(found)) => told(action, found),
        })
    };
    view! { <div class="action-preview" aria-live="polite">{shown}</div> }.erased()
}

fn told(action: Action, found: &ActionPreview) -> AnyView {
    let line = |one: &model::user::PreviewLine| Line {
        face: Some(one.id),
        name: one.name.clone(),
        aside: one.state.label().to_owned(),
    };
    let rest = found.able.saturating_sub(found.first.len() as u64);
    let more = (rest > 0).then(|| view! { <p class="muted">{format!("and {} more", copy::many(rest))}</p> });
    let able = (found.able > 0).then(|| view! { {lines(found.first.iter().map(line))} {more} });
    let left: u64 = found.left_out.iter().map(|left| left.count).sum();
    let total = found.able + left;
    let left_out = (left > 0).then(|| {
        let verb = if left == 1 { "is" } else { "are" };
        let head = format!("{} of {} selected {verb} left out.", grouped(left), grouped(total));
        let reasons: Vec<_> = found.left_out.iter().map(|left| view! { <p>{left.sentence()}</p> }).collect();
        view! { <Notice tone=Tone::Waiting><strong>{head}</strong> {reasons}</Notice> }
    });
    let staged = (found.staged > 0 && action == Action::Suspend).then(|| {
        view! { <p class="muted">"Users who are Staged now cannot become Staged again."</p> }
    });
    let emails = emails(action, found).map(|text| view! { <p class="muted">{text}</p> });
    view! { {able} {left_out} {staged} {emails} {scheduled(action, found)} }.erased()
}

/// How many get which email, where that is not chosen in the question.
fn emails(action: Action, found: &ActionPreview) -> Option<String> {
    let emails = found.emails;
    let parts = [
        (emails.activation, "activation email", "activation emails"),
        (emails.welcome, "welcome email", "welcome emails"),
        (emails.password_reset, "password reset email", "password reset emails"),
        (emails.totp_reset, "email to enroll anew", "emails to enroll anew"),
        (emails.mfa_required, "email that MFA is required", "emails that MFA is required"),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, several)| format!("{} {}", grouped(count), if count == 1 { one } else { several }))
        .collect();
    let asked = match action {
        Action::SendActivationEmail | Action::SendPasswordReset | Action::ResetTotp | Action::RequireMfa => {
            true
        }
        Action::Activate | Action::ScheduleActivation => found.able > 1,
        Action::Suspend
        | Action::ScheduleSuspension
        | Action::SetPassword
        | Action::ForcePasswordChange
        | Action::Unlock
        | Action::RemoveMfa
        | Action::AddToGroup
        | Action::Delete
        | Action::Restore
        | Action::Purge => false,
    };
    (asked && !parts.is_empty()).then(|| format!("As they are now, this means {}.", parts.join(", ")))
}

/// That changes are scheduled, which stay.
fn scheduled(action: Action, found: &ActionPreview) -> Option<AnyView> {
    let concerns = matches!(action, Action::Activate | Action::Suspend | Action::Delete);
    let next = found.next_change.clone().filter(|_| concerns)?;
    let (who, stays) = match (action, found.scheduled) {
        (Action::Delete, 1) => {
            ("1 of them has a scheduled change".to_owned(), "which waits if they are restored.")
        }
        (Action::Delete, count) => {
            (format!("{} of them have scheduled changes", grouped(count)), "which wait if they are restored.")
        }
        (_, 1) => ("1 of them has a scheduled change".to_owned(), "which stays."),
        (_, count) => (format!("{} of them have scheduled changes", grouped(count)), "which stay."),
    };
    let becomes = match next.state {
        UserState::Activated => "is activated on ",
        UserState::Suspended | UserState::Staged => "is suspended on ",
    };
    Some(
        view! {
            <Notice tone=Tone::Info>
                {format!("{who}, {stays} The next: {} {becomes}", next.name)}
                <Time at=next.at when=When::Full/> "."
            </Notice>
        }
        .erased(),
    )
}
