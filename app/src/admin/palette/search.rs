//! Asking, and what is found.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use model::Id;
use model::search::{AdministratorHit, Hits, PersonHit};
use model::user::PasswordStatus;

use super::known::KNOWN;
use crate::{api, places, viewer::Account};

const PAUSE: Duration = Duration::from_millis(150);

/// What stands before the words of a hit.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Face {
    Icon(&'static str),
    Person(Id),
}

/// Something that can be gone to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub group: &'static str,
    pub face: Face,
    pub word: String,
    pub aside: String,
    pub address: String,
}

/// What has been asked and found. Answers to what is no longer asked are dropped.
#[derive(Clone, Copy)]
pub(super) struct Search {
    text: RwSignal<String>,
    hits: RwSignal<Hits>,
    pub busy: RwSignal<bool>,
    /// Which hit is chosen.
    pub at: RwSignal<usize>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Search {
    pub fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            hits: RwSignal::new(Hits::default()),
            busy: RwSignal::new(false),
            at: RwSignal::new(0),
            waiting: StoredValue::new(None),
        }
    }

    pub fn ask(self, text: String) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        self.text.set(text.clone());
        self.at.set(0);
        let wanted = text.trim().to_owned();
        self.busy.set(!wanted.is_empty());
        if wanted.is_empty() {
            self.hits.set(Hits::default());
            return;
        }
        let go = move || {
            spawn_local(async move {
                let hits = api::search::search_everything(wanted).await.unwrap_or_default();
                if self.text.try_get_untracked().is_some_and(|now| now == text) {
                    self.hits.set(hits);
                    self.busy.set(false);
                    self.at.set(0);
                }
            });
        };
        self.waiting.set_value(set_timeout_with_handle(go, PAUSE).ok());
    }

    /// All that is found, in the order in which it is shown.
    pub fn found(self, account: Account) -> Vec<Hit> {
        let hits = self.hits.get();
        let people = hits.people.iter().map(person);
        let administrators = hits.administrators.iter().map(administrator);
        let text = self.text.with(|text| text.trim().to_lowercase());
        let known = KNOWN.iter().filter(|known| account.may(known.needs));
        let known = known.filter(|known| known.word.to_lowercase().contains(&text)).map(|known| Hit {
            group: known.group,
            face: Face::Icon(known.icon),
            word: known.word.to_owned(),
            aside: String::new(),
            address: known.address.to_owned(),
        });
        people.chain(administrators).chain(known).collect()
    }
}

fn person(hit: &PersonHit) -> Hit {
    let password = match hit.password {
        PasswordStatus::Active | PasswordStatus::Pending => "",
        PasswordStatus::Expired => "password expired",
        PasswordStatus::Locked => "locked",
    };
    let parts = [hit.department.as_str(), hit.state.label(), password];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Hit {
        group: "People",
        face: Face::Person(hit.id),
        word: hit.name.clone(),
        aside: parts.join(" · "),
        address: places::user(hit.id),
    }
}

fn administrator(hit: &AdministratorHit) -> Hit {
    Hit {
        group: "Administrators",
        face: Face::Person(hit.id),
        word: hit.name.clone(),
        aside: hit.role.clone(),
        address: places::administrator(hit.id),
    }
}
