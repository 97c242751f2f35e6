//! Asking before something is done to users, doing it, and telling what became of it.

use leptos::{prelude::*, task::spawn_local};
use model::list::grouped;
use model::user::{Notify, Outcome, Selection, User, UserRow, UserState};
use model::{ErrorCode, Id, Problem};

use super::DELETED;
use super::deed::{Deed, Undo, counted, whom};
use super::mailing::{FirstEmail, Mailing, MailingChoice};
use crate::admin::asking::Asking;
use crate::admin::outcomes::{Line, Refusals, RefusalsDialog, lines};
use crate::admin::people::{People, people};
use crate::admin::proof::{Proof, proof};
use crate::api::users as api;
use crate::kit::{ConfirmDialog, Entry, Erase, Notice, Toaster, Tone, lower, toaster};
use crate::viewer::account;

/// Somebody whom a deed may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picked {
    pub id: Id,
    pub name: String,
    pub state: UserState,
    pub deleted: bool,
}

impl From<&UserRow> for Picked {
    fn from(row: &UserRow) -> Self {
        Self { id: row.id, name: row.name(), state: row.state, deleted: row.deleted.is_some() }
    }
}

impl From<&User> for Picked {
    fn from(user: &User) -> Self {
        Self { id: user.id, name: user.name(), state: user.state, deleted: user.deleted.is_some() }
    }
}

impl Picked {
    fn standing(&self) -> &'static str {
        if self.deleted { DELETED } else { self.state.label() }
    }
}

/// The question and its answer; one for a screen.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    asked: RwSignal<Option<(Deed, Vec<Picked>)>>,
    asking: Asking,
    mailing: Mailing,
    /// The one user whom it is about, once that is known in full.
    single: RwSignal<Option<User>>,
    refusals: Refusals,
}

impl Deeds {
    pub fn new() -> Self {
        Self {
            asked: RwSignal::new(None),
            asking: Asking::new(),
            mailing: Mailing::new(),
            single: RwSignal::new(None),
            refusals: Refusals::new(),
        }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, deed: Deed, mut whom: Vec<Picked>) {
        // In whichever order they were selected, they are looked for by name.
        whom.sort_by_cached_key(|one| lower(&one.name));
        self.mailing.reset();
        self.single.set(None);
        self.asked.set(Some((deed, whom)));
        self.asking.begin();
        let (able, _) = untrack(|| self.split());
        if let (Deed::Activate, [one]) = (deed, able.as_slice()) {
            self.get_to_know(one.id);
        }
    }

    /// Which email somebody gets, and where, follows from what the list may not show.
    fn get_to_know(self, id: Id) {
        spawn_local(async move {
            if let Ok(user) = api::read_user(id).await {
                drop(self.single.try_set(Some(user)));
            }
        });
    }

    /// The deed as an entry of a menu.
    pub fn entry(
        self,
        deed: Deed,
        label: &str,
        whom: impl Fn() -> Vec<Picked> + Send + Sync + 'static,
    ) -> Entry {
        let press = Callback::new(move |()| self.ask(deed, whom()));
        let entry = Entry::press(deed.icon(), label, press).unless(account().refusal(deed.operation()));
        if deed.destroys() { entry.danger() } else { entry }
    }

    /// Why one's role allows none of these; `None` when it allows any.
    pub fn refusal(deeds: &[Deed]) -> Option<String> {
        let account = account();
        let refusals: Option<Vec<_>> = deeds.iter().map(|deed| account.refusal(deed.operation())).collect();
        refusals?.into_iter().next()
    }

    fn deed(self) -> Option<Deed> {
        self.asked.with(|asked| asked.as_ref().map(|(deed, _)| *deed))
    }

    /// Those whom the deed can be done to, and those whom it leaves out, with the reason.
    fn split(self) -> (Vec<Picked>, Vec<(Picked, &'static str)>) {
        let mut parts = (vec![], vec![]);
        self.asked.with(|asked| {
            let Some((deed, all)) = asked else { return };
            for one in all {
                match deed.refused_for(one.state) {
                    None => parts.0.push(one.clone()),
                    Some(why) => parts.1.push((one.clone(), why)),
                }
            }
        });
        parts
    }

    /// The verb and whom: "Suspend 3 users".
    fn title(self) -> String {
        let (able, _) = self.split();
        let names: Vec<_> = able.iter().map(|one| one.name.as_str()).collect();
        self.deed().map_or_else(String::new, |deed| deed.on(&whom(&names)))
    }
}

/// The dialogs of [`Deeds`]. `on_done` hears whom something was done to.
#[component]
pub(super) fn DeedDialogs(deeds: Deeds, on_done: Callback<(Deed, Vec<Id>)>) -> impl IntoView {
    let (toaster, people, proof) = (toaster(), people(), proof());
    let confirm = Callback::new(move |()| {
        let Some(deed) = untrack(|| deeds.deed()) else { return };
        let (able, _) = untrack(|| deeds.split());
        let ids = able.iter().map(|one| one.id).collect();
        deeds.asking.go(perform(deed, deeds.mailing.notify(), ids), move |outcomes| {
            let done = tell(deeds, deed, &able, outcomes, (toaster, people, proof));
            people.changed();
            on_done.run((deed, done));
        });
    });
    // Whoever is an administrator, too, is given back or taken away only by who is it.
    deeds.asking.settling(move |problem| proof.asks(&problem, move || confirm.run(())));
    let nobody =
        move || deeds.split().0.is_empty().then(|| "There is nobody to whom this can be done.".to_owned());
    let title = Signal::derive(move || deeds.title());
    // What is told at its field is not told twice.
    let problem = move || deeds.asking.problem.get().filter(|problem| problem.faults.is_empty());
    view! {
        <ConfirmDialog
            open=deeds.asking.open
            title
            verb=title
            danger=Signal::derive(move || deeds.deed().is_some_and(Deed::destroys))
            disabled_because=Signal::derive(nobody)
            busy=deeds.asking.busy
            problem=Signal::derive(problem)
            on_confirm=confirm
        >
            {move || question(deeds)}
        </ConfirmDialog>
        <RefusalsDialog refusals=deeds.refusals counted faces=true/>
    }
}

async fn perform(deed: Deed, notify: Notify, ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    match deed {
        Deed::Activate => api::activate_users(Selection::These(ids), notify).await,
        Deed::Suspend => api::suspend_users(Selection::These(ids)).await,
        Deed::Delete => api::delete_users(Selection::These(ids)).await,
        Deed::Restore => api::restore_users(ids).await,
        Deed::Purge => api::purge_users(ids).await,
    }
}

/// What suspending costs who is Staged.
const NO_WAY_BACK: &str = " Whoever is Staged now cannot become Staged again.";

/// What will happen, to whom, and who is left out.
fn question(deeds: Deeds) -> AnyView {
    let (able, left) = deeds.split();
    let follows = deeds.deed().map_or("", Deed::follows);
    let total = able.len() + left.len();
    let (first, others) = (left.first().cloned(), left.len().saturating_sub(1));
    let left = first.map(|(one, why)| {
        let verb = if others == 0 { "is" } else { "are" };
        let who = if others == 0 { one.name } else { format!("{} and {} more", one.name, grouped(others as u64)) };
        view! {
            <Notice tone=Tone::Waiting>
                <strong>{format!("{} of {} selected {verb} left out: ", grouped(others as u64 + 1), grouped(total as u64))}</strong>
                {format!("{who} {verb} {why}.")}
            </Notice>
        }
    });
    let mailing = (deeds.deed() == Some(Deed::Activate) && !able.is_empty()).then(|| {
        let single = able.len() == 1;
        let known = deeds.single.get().filter(|user| able.iter().any(|one| one.id == user.id));
        let email = known.map_or_else(|| FirstEmail::unknown(single), |user| FirstEmail::of(&user));
        let choice = email.default.map(|default| {
            view! {
                <MailingChoice mailing=deeds.mailing default single dispensable=true problem=deeds.asking.problem/>
            }
        });
        view! { {email.note.map(|note| view! { <p>{note}</p> })} {choice} }
    });
    let line = |one: Picked| {
        let aside = one.standing().to_owned();
        Line { face: Some(one.id), name: one.name, aside }
    };
    let staged = able.iter().any(|one| one.state == UserState::Staged);
    let no_way_back = (deeds.deed() == Some(Deed::Suspend) && staged).then_some(NO_WAY_BACK);
    view! {
        <p>{follows} {no_way_back}</p>
        {lines(able.into_iter().map(line))}
        {left}
        {mailing}
    }
    .erased()
}

/// Tells what became of it; answers with whom it was done to.
fn tell(
    deeds: Deeds,
    deed: Deed,
    before: &[Picked],
    outcomes: Vec<Outcome>,
    (toaster, people, proof): (Toaster, People, Proof),
) -> Vec<Id> {
    let done = deeds.refusals.tell(outcomes);
    if !done.is_empty() {
        let names: Vec<_> = done.iter().map(|outcome| outcome.name.as_str()).collect();
        let text = deed.done_to(&whom(&names));
        let undo = |outcome: &Outcome| {
            let before = before.iter().find(|one| one.id == outcome.id)?;
            deed.undone_by(before.state).map(|undo| (undo, before.id))
        };
        let undone: Vec<_> = done.iter().filter_map(undo).collect();
        if let Some((undo, _)) = undone.first() {
            let (undo, ids) = (*undo, undone.iter().map(|(_, id)| *id).collect::<Vec<_>>());
            let press = move || take_back(undo, ids.clone(), (toaster, people, proof));
            toaster.done_with(text, "Undo", press);
        } else {
            toaster.done(text);
        }
    }
    done.into_iter().map(|outcome| outcome.id).collect()
}

/// Whoever is an administrator, too, gets their access back only from who proves to be it, here as well.
fn take_back(undo: Undo, ids: Vec<Id>, (toaster, people, proof): (Toaster, People, Proof)) {
    let asked = ids.clone();
    let again = move || take_back(undo, asked.clone(), (toaster, people, proof));
    spawn_local(async move {
        let answer = match undo {
            Undo::Activate => api::activate_users(Selection::These(ids), Notify::Nobody).await,
            Undo::Suspend => api::suspend_users(Selection::These(ids)).await,
            Undo::Restore => api::restore_users(ids).await,
        };
        match answer {
            Err(problem) if proof.asks(&problem, again) => return,
            Err(problem) => toaster.wrong(problem),
            Ok(outcomes) => tell_undone(toaster, undo, &outcomes),
        }
        people.changed();
    });
}

fn tell_undone(toaster: Toaster, undo: Undo, outcomes: &[Outcome]) {
    let refused = outcomes.iter().find_map(|outcome| Some((&outcome.name, outcome.refused.as_ref()?)));
    if let Some((name, why)) = refused {
        toaster.wrong(Problem::new(ErrorCode::Conflict, format!("{name}: {why}")));
        return;
    }
    let names: Vec<_> = outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    toaster.done(format!("{}: {}", undo.done(), whom(&names)));
}
