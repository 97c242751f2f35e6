//! What needs somebody, with the way to deal with it.

use leptos::prelude::*;
use model::home::Attention;
use model::user::{PasswordStatus, UserState};
use model::{Filter, ListQuery, Operation, Timestamp};

use super::{counted, users_by};
use crate::admin::administrators::UnlockButton;
use crate::browser::dom;
use crate::kit::{Erase, Icon, LinkButton, Time, with_query};
use crate::routes;
use crate::viewer::account;

/// Where the focus goes when what had it has been dealt with.
const HEADING: &str = "attention";

#[component]
pub(super) fn NeedsAttention(
    attention: Vec<Attention>,
    /// Asks for the page anew.
    again: Callback<()>,
) -> impl IntoView {
    let dealt_with = Callback::new(move |()| {
        if let Some(heading) = dom::by_id(HEADING) {
            dom::focus(&heading);
        }
        again.run(());
    });
    let cases = without_oneself(attention).into_iter().map(|one| row(case(one, dealt_with)));
    let cases = cases.collect::<Vec<_>>();
    let list = if cases.is_empty() {
        view! {
            <div class="quiet-state">
                <Icon name="circle-check"/>
                <p>"Nothing needs you at the moment."</p>
            </div>
        }
        .erased()
    } else {
        view! { <ul class="rows attention">{cases}</ul> }.erased()
    };
    view! {
        <section class="card" aria-labelledby=HEADING>
            <header><h2 id=HEADING tabindex="-1">"Needs attention"</h2></header>
            {list}
        </section>
    }
}

/// One's own missing factor has a line of its own, and is not counted again among all.
fn without_oneself(mut attention: Vec<Attention>) -> Vec<Attention> {
    if attention.contains(&Attention::YouHaveNoMfa) {
        for one in &mut attention {
            if let Attention::AdministratorsWithoutMfa { count } = one {
                *count = count.saturating_sub(1);
            }
        }
        attention.retain(|one| *one != Attention::AdministratorsWithoutMfa { count: 0 });
    }
    attention
}

/// A line of the list.
struct Case {
    icon: &'static str,
    title: String,
    detail: AnyView,
    action: AnyView,
}

fn row(case: Case) -> AnyView {
    view! {
        <li>
            <Icon name=case.icon/>
            <span class="text">
                <span class="title">{case.title}</span>
                <span class="muted">{case.detail}</span>
            </span>
            {case.action}
        </li>
    }
    .erased()
}

/// A link to where it is dealt with; `whom` tells it from the others when it is read alone.
fn review(address: String, whom: &'static str) -> AnyView {
    view! {
        <LinkButton small=true href=address>
            "Review" <span class="visually-hidden">" " {whom}</span>
        </LinkButton>
    }
    .erased()
}

fn review_passwords(status: PasswordStatus, whom: &'static str) -> AnyView {
    review(users_by(Filter::is("password_status", [status.as_str()])), whom)
}

fn case(attention: Attention, again: Callback<()>) -> Case {
    match attention {
        Attention::YouHaveNoMfa => Case {
            icon: "shield-alert",
            title: "Your own account has no second factor".to_owned(),
            detail: "Your password alone opens it.".erased(),
            action: own_security(),
        },
        Attention::CardExpires { card, expiry, over } => Case {
            icon: "credit-card",
            title: if over {
                "The card for invoices has expired"
            } else {
                "The card for invoices expires soon"
            }
            .to_owned(),
            detail: format!("{card}, good through {expiry}").erased(),
            action: review(routes::BILLING.to_owned(), "billing"),
        },
        Attention::AdministratorLocked { id, name, until } => Case {
            icon: "lock",
            title: format!("Administrator {name} is locked out"),
            detail: match until {
                Timestamp::END => "Until somebody unlocks them.".erased(),
                at => view! { "Opens by itself: " <Time at/> }.erased(),
            },
            action: view! { <UnlockButton id name small=true on_done=again/> }.erased(),
        },
        Attention::OneAdministratorWithBilling => Case {
            icon: "user-x",
            title: "Only one Administrator With Billing".to_owned(),
            detail: "If they cannot sign in, nobody manages administrators. Add a second one.".erased(),
            action: second(),
        },
        Attention::AdministratorsWithoutMfa { count } => Case {
            icon: "shield-alert",
            title: counted(
                count,
                "administrator has no second factor",
                "administrators have no second factor",
            ),
            detail: "Each sets it up in their own account.".erased(),
            action: review(administrators_without_mfa(), "administrators without a second factor"),
        },
        Attention::UsersLocked { count } => Case {
            icon: "lock",
            title: counted(count, "person is locked out", "people are locked out"),
            detail: "Too many wrong passwords.".erased(),
            action: review_passwords(PasswordStatus::Locked, "people who are locked out"),
        },
        Attention::PasswordsExpired { count } => Case {
            icon: "key-round",
            title: counted(count, "password has expired", "passwords have expired"),
            detail: "They open only the page that changes them.".erased(),
            action: review_passwords(PasswordStatus::Expired, "expired passwords"),
        },
        Attention::UsersStaged { count } => Case {
            icon: "user-check",
            title: counted(count, "person waits to be activated", "people wait to be activated"),
            detail: "Staged: they have no access yet.".erased(),
            action: review(
                users_by(Filter::is("state", [UserState::Staged.as_str()])),
                "people who are staged",
            ),
        },
        Attention::PasswordsPending { count } => Case {
            icon: "key-round",
            title: counted(count, "person has no password yet", "people have no password yet"),
            detail: "Pending: they cannot sign in.".erased(),
            action: review_passwords(PasswordStatus::Pending, "people without a password"),
        },
    }
}

pub(super) fn administrators_without_mfa() -> String {
    let filters = vec![Filter::is("mfa", ["false"])];
    with_query(routes::ADMINISTRATORS, &ListQuery { filters, ..ListQuery::default() })
}

/// To the form for another one, for those who may add one; the others see whom to ask.
fn second() -> AnyView {
    if untrack(|| account().may(Operation::CreateAdministrator)) {
        return view! {
            <LinkButton small=true href=routes::NEW_ADMINISTRATOR.to_owned()>
                "Add" <span class="visually-hidden">" a second Administrator With Billing"</span>
            </LinkButton>
        }
        .erased();
    }
    review(routes::ADMINISTRATORS.to_owned(), "administrators")
}

fn own_security() -> AnyView {
    view! {
        <a class="button small" href=routes::OWN_SECURITY rel="external">
            <span class="label">"Set up" <span class="visually-hidden">" your second factor"</span></span>
        </a>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_missing_factor_is_said_once() {
        let mine = Attention::YouHaveNoMfa;
        let others = |count| Attention::AdministratorsWithoutMfa { count };
        assert_eq!(without_oneself(vec![mine.clone(), others(1)]), vec![mine.clone()]);
        assert_eq!(without_oneself(vec![mine.clone(), others(3)]), vec![mine, others(2)]);
        assert_eq!(without_oneself(vec![others(1)]), vec![others(1)]);
    }
}
