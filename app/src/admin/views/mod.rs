//! The menu of a list's saved views: it opens them, and saves, changes and deletes them.

mod question;

use leptos::{prelude::*, task::spawn_local};
use model::list::ListSpec;
use model::view::{SavedView, ViewForm, ViewUpdate};
use model::{ListQuery, Operation, Problem};

use super::questions::{Questions, questions};
use crate::api;
use crate::kit::{Entry, Erase, ListState, Menu, Notice, Section, Toaster, Tone, toaster};
use crate::viewer::{Account, account};
use question::{delete_question, save_question, share_question};

/// The menu's name while no view is open.
const NAME: &str = "Views";

/// A list's saved views. A list that has them puts their menu at the end of its toolbar and their note below it.
#[derive(Clone, Copy)]
pub(super) struct Views {
    list: ListState,
    spec: &'static ListSpec,
    /// What the list is called without a view: "All users".
    everything: &'static str,
    /// The columns that are shown, for a view to hold.
    columns: Signal<Vec<String>>,
    all: Resource<Result<Vec<SavedView>, Problem>>,
    account: Account,
    questions: Questions,
    toaster: Toaster,
}

impl Views {
    /// Of a list whose columns are always the same.
    pub fn new(list: ListState, spec: &'static ListSpec, everything: &'static str) -> Self {
        Self {
            list,
            spec,
            everything,
            columns: Signal::stored(vec![]),
            all: Resource::new(|| (), move |()| api::views::list_views(spec.name.to_owned())),
            account: account(),
            questions: questions(),
            toaster: toaster(),
        }
    }

    /// The same of a list whose columns are chosen: the keys of those that it shows.
    #[must_use]
    pub fn with_columns(self, columns: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Self {
        Self { columns: Signal::derive(columns), ..self }
    }

    /// The menu that opens views, and saves, changes and deletes them.
    pub fn menu(self) -> AnyView {
        let sections = Signal::derive(move || sections(self));
        let label = Signal::derive(move || match self.current() {
            Some(view) if view.differs(&self.list.query.get()) => format!("{}, changed", view.name),
            Some(view) => view.name,
            None => NAME.to_owned(),
        });
        let waiting = || {
            view! { <Menu icon="bookmark" label=NAME.to_owned() sections=Signal::stored(vec![])/> }.erased()
        };
        let menu = move || self.all.get().map(|_| view! { <Menu icon="bookmark" label sections/> }.erased());
        view! { <Transition fallback=waiting>{menu}</Transition> }.erased()
    }

    /// Says what the view that is open names and the list no longer has.
    pub fn note(self) -> AnyView {
        let note = move || {
            self.current().filter(|view| !view.missing.is_empty()).map(|view| {
                let text = format!(
                    "The view {} names what this list no longer has: the {}. It is shown without.",
                    view.name,
                    view.missing.join(", the ")
                );
                view! { <div class="table-notice"><Notice tone=Tone::Waiting>{text}</Notice></div> }
            })
        };
        view! { <Transition>{note}</Transition> }.erased()
    }

    /// The view that the list was opened with.
    fn current(self) -> Option<SavedView> {
        let id = self.list.query.with(|query| query.view.clone())?;
        let views = self.all.get()?.ok()?;
        views.into_iter().find(|view| view.id.to_string() == id)
    }

    /// What the list shows now, as a view holds it.
    fn shown(self) -> ListQuery {
        let query = self.list.query.get_untracked().for_view();
        if query.columns.is_empty() {
            let columns = self.columns.get_untracked();
            return ListQuery { columns, ..query };
        }
        query
    }

    /// What a view holds, in as many rows as now.
    fn opened(self, view: &SavedView) -> ListQuery {
        let limit = self.list.query.with(|query| query.limit);
        ListQuery { limit, view: Some(view.id.to_string()), ..view.query.clone() }
    }

    /// Views were changed: the menu and what lists open with follow. Waits for that, so that what comes then
    /// finds it so.
    async fn changed(self) {
        if let Ok(me) = api::account::me().await {
            self.account.0.set(Some(me));
        }
        self.all.refetch();
    }

    /// Keeps what the list shows in the view that it was opened with.
    fn keep(self, view: SavedView) {
        let SavedView { id, version, name, shared, default, .. } = view;
        let form = ViewForm { name: name.clone(), query: self.shown(), shared, default };
        let held = form.query.clone();
        spawn_local(async move {
            match api::views::update_view(ViewUpdate { id, version, form }).await {
                Ok(()) => {
                    self.changed().await;
                    let limit = self.list.query.get_untracked().limit;
                    self.list.show(&ListQuery { limit, view: Some(id.to_string()), ..held });
                    self.toaster.done(format!("Saved the view {name}"));
                }
                Err(problem) => self.toaster.wrong(problem),
            }
        });
    }

    /// Why a view cannot be changed.
    fn refusal(self, view: &SavedView) -> Option<String> {
        self.account
            .refusal(Operation::ShareViews)
            .filter(|_| view.shared)
            .map(|why| format!("{} is shared with all administrators. {why}", view.name))
    }
}

fn sections(views: Views) -> Vec<Section> {
    let current = views.current();
    let own = |shared: bool| {
        let known = views.all.get().and_then(Result::ok).unwrap_or_default();
        let current = current.as_ref().map(|view| view.id);
        let entry = move |view: SavedView| {
            let icon = if view.default { "pin" } else { "bookmark" };
            let address = views.list.address(&views.opened(&view));
            Entry::link(icon, view.name.clone(), address).checked(current == Some(view.id))
        };
        known.into_iter().filter(move |view| view.shared == shared).map(entry).collect::<Vec<_>>()
    };
    let limit = views.list.query.with(|query| query.limit);
    let plain = views.list.address(&ListQuery { limit, ..ListQuery::default() });
    let mut sections = vec![Section::from(vec![
        Entry::link("list-filter", views.everything, plain).checked(current.is_none()),
    ])];
    for (title, shared) in [("My views", false), ("Shared with all administrators", true)] {
        let entries = own(shared);
        if !entries.is_empty() {
            sections.push(Section { title: Some(title), entries });
        }
    }
    sections.push(Section::from(doings(views, current)));
    sections
}

/// What can be done with the view that is open, and with what is shown.
fn doings(views: Views, current: Option<SavedView>) -> Vec<Entry> {
    let ask = move |of: Option<SavedView>| {
        Callback::new(move |()| {
            let of = of.clone();
            views.questions.load(save_question(views, of));
        })
    };
    let save = Entry::press("plus", "Save as a new view…", ask(None));
    let Some(view) = current else { return vec![save] };
    let refusal = views.refusal(&view);
    let kept = view.clone();
    let keep = Callback::new(move |()| {
        if kept.shared {
            views.questions.load(share_question(views, kept.clone()));
        } else {
            views.keep(kept.clone());
        }
    });
    let unchanged = (!view.differs(&views.list.query.get())).then(|| "Nothing has been changed.".to_owned());
    let deleted = view.clone();
    let delete = Callback::new(move |()| views.questions.load(delete_question(views, deleted.clone())));
    vec![
        Entry::press("check", format!("Save the changes to {}", view.name), keep)
            .unless(refusal.clone().or(unchanged)),
        save,
        Entry::press("pencil", "Name and sharing…", ask(Some(view.clone()))),
        Entry::press("trash-2", format!("Delete {}…", view.name), delete).danger().unless(refusal),
    ]
}
