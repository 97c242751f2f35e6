//! The search behind the palette, and what it finds.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use model::search::{AdministratorHit, ApplicationHit, Fit, GroupHit, Hits, PersonHit};
use model::user::PasswordStatus;
use model::{Id, ListQuery, Problem};

use super::known::{self, Leads};
use crate::kit::{lower, with_query};
use crate::viewer::{Account, Theme};
use crate::{api, routes};

const PAUSE: Duration = Duration::from_millis(150);

/// What stands before the words of a hit.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Face {
    Icon(&'static str),
    Person(Id),
}

/// What choosing a hit does.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Go {
    To(String),
    Wear(Theme),
    LogOut,
}

impl From<Leads> for Go {
    fn from(leads: Leads) -> Self {
        match leads {
            Leads::To(address) => Self::To(address.to_owned()),
            Leads::Wear(theme) => Self::Wear(theme),
            Leads::LogOut => Self::LogOut,
        }
    }
}

/// Something that can be gone to, or done.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub group: &'static str,
    pub fit: Fit,
    pub face: Face,
    pub word: String,
    pub aside: String,
    pub go: Go,
}

/// What has been asked and found. Answers to what is no longer asked are dropped.
#[derive(Clone, Copy)]
pub(super) struct Search {
    text: RwSignal<String>,
    hits: RwSignal<Hits>,
    /// Why nobody could be looked for: what the browser knows is found all the same.
    pub trouble: RwSignal<Option<Problem>>,
    pub busy: RwSignal<bool>,
    /// Which hit is chosen.
    pub at: RwSignal<usize>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Search {
    pub fn new(text: RwSignal<String>, at: RwSignal<usize>) -> Self {
        Self {
            text,
            hits: RwSignal::new(Hits::default()),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            at,
            waiting: StoredValue::new(None),
        }
    }

    /// What was typed last is not asked any more, if it has not been yet.
    pub fn drop_waiting(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    pub fn ask(self, text: String) {
        self.drop_waiting();
        self.at.set(0);
        let wanted = text.trim().to_owned();
        self.busy.set(!wanted.is_empty());
        self.trouble.set(None);
        if wanted.is_empty() {
            self.hits.set(Hits::default());
            return;
        }
        let go = move || {
            spawn_local(async move {
                let answer = api::search::search_everything(wanted).await;
                if self.text.try_get_untracked().is_some_and(|now| now == text) {
                    let (hits, trouble) = match answer {
                        Ok(hits) => (hits, None),
                        Err(problem) => (Hits::default(), Some(problem)),
                    };
                    self.hits.set(hits);
                    self.trouble.set(trouble);
                    self.busy.set(false);
                    self.at.set(0);
                }
            });
        };
        self.waiting.set_value(set_timeout_with_handle(go, PAUSE).ok());
    }

    /// The sentence about how much is found.
    pub fn summary(self, shown: usize) -> String {
        let more = self.hits.with(Hits::has_more_people);
        if more { format!("{shown} shown; there may be more users") } else { format!("{shown} found") }
    }

    /// All that is found, in the order in which it is shown: the group that holds what fits best
    /// comes first. What the server finds comes in its order already.
    pub fn found(self, account: Account) -> Vec<Hit> {
        let hits = self.hits.get();
        let text = self.text.with(|text| lower(text.trim()));
        let all = hits.has_more_people().then(|| all_people(self.text.with(|text| text.trim().to_owned())));
        let people = hits.people.iter().map(|hit| person(hit, &text)).chain(all);
        let administrators = hits.administrators.iter().map(|hit| administrator(hit, &text));
        let user_groups = hits.groups.iter().map(|hit| user_group(hit, &text));
        let applications = hits.applications.iter().map(|hit| application(hit, &text));
        let mut known = known(account, &text);
        known.sort_by_key(|hit| hit.fit);
        let mut groups: Vec<Vec<Hit>> = Vec::new();
        for hit in people.chain(user_groups).chain(applications).chain(administrators).chain(known) {
            let group = |group: &&mut Vec<Hit>| group.first().is_some_and(|first| first.group == hit.group);
            match groups.iter_mut().find(group) {
                Some(group) => group.push(hit),
                None => groups.push(vec![hit]),
            }
        }
        groups.sort_by_key(|group| group.iter().map(|hit| hit.fit).min());
        groups.into_iter().flatten().collect()
    }
}

fn known(account: Account, text: &str) -> Vec<Hit> {
    let known = known::known().filter(|known| account.may(known.needs));
    let known = known.filter(|known| lower(&known.word).contains(text)).map(|known| {
        // "Settings → Administrators" is the Administrators, too.
        let last = known.word.rsplit("→ ").next().unwrap_or_default();
        Hit {
            group: known.group,
            fit: fit([&known.word, last], text),
            face: Face::Icon(known.icon),
            aside: String::new(),
            go: known.leads.into(),
            word: known.word,
        }
    });
    known.collect()
}

fn person(hit: &PersonHit, text: &str) -> Hit {
    let password = match hit.password {
        PasswordStatus::Active | PasswordStatus::Pending => "",
        PasswordStatus::Expired => "password expired",
        PasswordStatus::Locked => "locked",
    };
    let parts = [hit.department.as_str(), hit.state.label(), password];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Hit {
        group: "People",
        fit: fit([&hit.name, &hit.email], text),
        face: Face::Person(hit.id),
        word: hit.name.clone(),
        aside: parts.join(" · "),
        go: Go::To(routes::user(hit.id)),
    }
}

/// The way to those who are not shown here.
fn all_people(typed: String) -> Hit {
    let query = ListQuery { search: typed.clone(), ..ListQuery::default() };
    Hit {
        group: "People",
        fit: Fit::Other,
        face: Face::Icon("users"),
        word: format!("All users that match “{typed}”"),
        aside: String::new(),
        go: Go::To(with_query(routes::USERS, &query)),
    }
}

fn administrator(hit: &AdministratorHit, text: &str) -> Hit {
    Hit {
        group: "Administrators",
        fit: fit([&hit.name, &hit.email], text),
        face: Face::Person(hit.id),
        word: hit.name.clone(),
        aside: hit.role.clone(),
        go: Go::To(routes::administrator(hit.id)),
    }
}

fn user_group(hit: &GroupHit, text: &str) -> Hit {
    Hit {
        group: "User groups",
        fit: fit([&hit.name, &hit.description], text),
        face: Face::Icon("users-round"),
        word: hit.name.clone(),
        aside: hit.description.clone(),
        go: Go::To(routes::user_group(hit.id)),
    }
}

fn application(hit: &ApplicationHit, text: &str) -> Hit {
    Hit {
        group: "Applications",
        fit: fit([&hit.name, &hit.url], text),
        face: Face::Icon("layout-grid"),
        word: hit.name.clone(),
        aside: hit.url.clone(),
        go: Go::To(routes::application(hit.id)),
    }
}

fn fit(texts: [&str; 2], typed: &str) -> Fit {
    Fit::best(texts.map(lower), typed)
}
