//! Choosing a person, or something else that has a name: type, and take one of those that are found.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::{ev::KeyboardEvent, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use model::Id;
use model::user::Person;

use super::{Avatar, Erase, Field, FormFaults, IconButton};

const PAUSE: Duration = Duration::from_millis(200);
const SHOWN: u16 = 10;

/// People whom a search found, each with the email address that tells namesakes apart.
pub type FoundPeople = Vec<(Person, String)>;

/// Finds people by a text, no more than so many, for the one who cannot be chosen if there is one. The screens give it
/// to the kit, which knows no server.
pub type PersonSearch = fn(String, u16, Option<Id>) -> Pin<Box<dyn Future<Output = FoundPeople>>>;

/// What is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sought {
    /// Shown with their faces.
    #[default]
    People,
    Groups,
    Applications,
}

impl Sought {
    const fn label(self) -> &'static str {
        match self {
            Self::People => "People",
            Self::Groups => "User groups",
            Self::Applications => "Applications",
        }
    }

    const fn none(self) -> &'static str {
        match self {
            Self::People => "Nobody is found.",
            Self::Groups => "No group is found.",
            Self::Applications => "No application is found.",
        }
    }
}

/// What is found for a text; answers that come too late are dropped.
#[derive(Clone, Copy)]
struct Finding {
    search: PersonSearch,
    found: RwSignal<Option<FoundPeople>>,
    open: RwSignal<bool>,
    at: RwSignal<usize>,
    asked: StoredValue<u32>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    except: Option<Id>,
}

impl Finding {
    fn new(search: PersonSearch, except: Option<Id>) -> Self {
        Self {
            search,
            found: RwSignal::new(None),
            open: RwSignal::new(false),
            at: RwSignal::new(0),
            asked: StoredValue::new(0),
            waiting: StoredValue::new(None),
            except,
        }
    }

    fn stop(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn ask(self, text: String) {
        self.stop();
        let number = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        let go = move || {
            spawn_local(async move {
                let found = (self.search)(text, SHOWN, self.except).await;
                if self.asked.try_get_value() == number {
                    self.take_in(found);
                }
            });
        };
        self.waiting.set_value(set_timeout_with_handle(go, PAUSE).ok());
    }

    fn take_in(self, mut people: FoundPeople) {
        people.retain(|(person, _)| Some(person.id) != self.except);
        self.found.set(Some(people));
        self.at.set(0);
    }
}

/// A field that holds a person or nobody, or one thing of another kind or none.
#[component]
pub fn PersonField(
    #[prop(into)] label: String,
    #[prop(optional, into)] name: String,
    #[prop(into)] value: Signal<Option<Person>>,
    #[prop(into)] on_change: Callback<Option<Person>>,
    search: PersonSearch,
    #[prop(optional)] sought: Sought,
    #[prop(optional)] required: bool,
    /// Somebody who cannot be chosen.
    #[prop(optional_no_strip)]
    except: Option<Id>,
    #[prop(optional, into)] readonly: Signal<bool>,
) -> impl IntoView {
    let finding = Finding::new(search, except);
    let (faults, named) = (use_context::<FormFaults>(), name.clone());
    let wrong = Signal::derive(move || faults.is_some_and(|faults| faults.of(&named).is_some()));
    let text = RwSignal::new(String::new());
    let written =
        move |person: &Option<Person>| person.as_ref().map_or_else(String::new, |one| one.name.clone());
    Effect::new(move |_| text.set(value.with(written)));
    on_cleanup(move || finding.stop());
    let take = Callback::new(move |person: Person| {
        finding.open.set(false);
        text.set(person.name.clone());
        on_change.run(Some(person));
    });
    let input = move |event| {
        let typed = event_target_value(&event);
        let any = !typed.trim().is_empty();
        finding.open.set(any);
        if any {
            finding.ask(typed.clone());
        } else {
            on_change.run(None);
        }
        text.set(typed);
    };
    // What was typed but not taken is nobody.
    let blur = move |_| {
        finding.open.set(false);
        text.set(value.with_untracked(written));
    };
    let control = move |id: String| {
        let list = format!("{id}-list");
        let (controls, active, error) = (list.clone(), list.clone(), format!("{id}-error"));
        view! {
            <div class="combo">
                <input
                    id=id
                    class="input"
                    r#type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Type a name…"
                    aria-autocomplete="list"
                    aria-controls=controls
                    aria-required=required.then_some("true")
                    aria-invalid=move || wrong.get().then_some("true")
                    aria-describedby=move || wrong.get().then(|| error.clone())
                    aria-expanded=move || if finding.open.get() { "true" } else { "false" }
                    aria-activedescendant=move || finding.open.get().then(|| format!("{active}-{}", finding.at.get()))
                    readonly=readonly
                    prop:value=text
                    on:input=input
                    on:keydown=move |event| combo_keys(&event, finding, take)
                    on:blur=blur
                />
                {move || (value.with(Option::is_some) && !readonly.get()).then(|| view! {
                    <IconButton icon="x" label="Clear".to_owned() on_press=move || on_change.run(None)/>
                })}
                {move || finding.open.get().then(|| view! {
                    <div class="found" id=list.clone() role="listbox" aria-label=sought.label()>
                        {options(finding, sought, list.clone(), take)}
                    </div>
                })}
            </div>
        }
        .erased()
    };
    view! { <Field label name required control=Box::new(control)/> }
}

fn options(
    finding: Finding,
    sought: Sought,
    list: String,
    take: Callback<Person>,
) -> impl Fn() -> AnyView + Send + 'static {
    move || {
        let Some(people) = finding.found.get() else {
            return view! { <p class="nothing">"Searching…"</p> }.erased();
        };
        if people.is_empty() {
            return view! { <p class="nothing">{sought.none()}</p> }.erased();
        }
        let option = |(index, (person, email)): (usize, (Person, String))| {
            let (id, name) = (person.id, person.name.clone());
            view! {
                <div
                    role="option"
                    id=format!("{list}-{index}")
                    aria-selected=move || if finding.at.get() == index { "true" } else { "false" }
                    // Before the field loses the focus, which would close the list.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        take.run(person.clone());
                    }
                >
                    {(sought == Sought::People).then(|| view! { <Avatar id name=name.clone()/> })}
                    <span class="word">{name}<span class="muted">{email}</span></span>
                </div>
            }
        };
        people.into_iter().enumerate().map(option).collect_view().erased()
    }
}

fn combo_keys(event: &KeyboardEvent, finding: Finding, take: Callback<Person>) {
    if !finding.open.get_untracked() {
        return;
    }
    let people = finding.found.get_untracked().unwrap_or_default();
    let last = people.len().saturating_sub(1);
    match event.key().as_str() {
        "ArrowDown" => finding.at.update(|at| *at = (*at + 1).min(last)),
        "ArrowUp" => finding.at.update(|at| *at = at.saturating_sub(1)),
        "Escape" => finding.open.set(false),
        "Enter" => {
            if let Some((person, _)) = people.into_iter().nth(finding.at.get_untracked()) {
                take.run(person);
            }
        }
        _ => return,
    }
    event.prevent_default();
}
