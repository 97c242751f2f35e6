//! How many users there are, and that they have changed: what the nav, the list and the panels
//! know together.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use model::home::UserCounts;
use model::user::Person;
use model::{Id, ListQuery, Operation};

use crate::kit::FoundPeople;
use crate::{api, viewer::account};

/// What several parts of the portal show of all users at once.
#[derive(Clone, Copy)]
pub struct UserStats {
    version: RwSignal<u32>,
    pub figures: Resource<Option<UserCounts>>,
}

impl UserStats {
    pub fn provide() {
        let (version, account) = (RwSignal::new(0), account());
        let figures = Resource::new(
            move || (version.get(), account.may(Operation::ListUsers)),
            |(_, may)| async move { if may { api::users::user_figures().await.ok() } else { None } },
        );
        provide_context(Self { version, figures });
    }

    /// Grows with each change made here; lists ask again when it does.
    pub fn version(self) -> u32 {
        self.version.get()
    }

    /// Somebody was added, changed or deleted.
    pub fn changed(self) {
        self.version.update(|version| *version += 1);
    }
}

/// From anywhere below the portal's root.
pub fn user_stats() -> UserStats {
    expect_context()
}

/// Finds users by a text, for fields and filters that hold one of them.
pub(super) fn find_users(
    text: String,
    limit: u16,
    _except: Option<Id>,
) -> Pin<Box<dyn Future<Output = FoundPeople>>> {
    Box::pin(async move {
        let query = ListQuery { search: text, limit, ..ListQuery::default() };
        let found = api::users::list_users(query).await.map(|page| page.rows).unwrap_or_default();
        found.into_iter().map(|row| (Person { id: row.id, name: row.name() }, row.email)).collect()
    })
}

/// Finds names of the organization's custom attributes, for columns and filters.
pub(super) fn find_attributes(text: String) -> Pin<Box<dyn Future<Output = Vec<String>>>> {
    Box::pin(async move { api::users::find_attribute_names(text).await.unwrap_or_default() })
}
