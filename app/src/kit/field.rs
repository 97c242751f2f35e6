//! Fields of forms: label, hint, error, and what ties them together for assistive technology.

use leptos::prelude::*;
use model::{Fault, Problem};

use super::choice::shut;
use super::{Erase, Icon};
use crate::browser::dom;

/// The faults that the last try of a form came back with. A form provides it as a context; its
/// fields find theirs by name.
#[derive(Clone, Copy, Debug)]
pub struct FormFaults(RwSignal<Vec<Fault>>);

impl FormFaults {
    /// For the fields below; call it where the form is made.
    pub fn provide() -> Self {
        let faults = Self(RwSignal::new(vec![]));
        provide_context(faults);
        faults
    }

    /// Takes what a problem says of fields, and moves the focus to the first of them in the form
    /// with this id.
    pub fn show(self, problem: &Problem, form: &str) {
        self.0.set(problem.faults.clone());
        let form = form.to_owned();
        dom::soon(move || {
            let first = dom::by_id(&form).and_then(|form| dom::find(&form, "[aria-invalid=true]"));
            if let Some(field) = first {
                dom::focus(&field);
            }
        });
    }

    pub fn clear(self) {
        self.0.set(vec![]);
    }

    /// What the field of this name should be told.
    pub fn of(self, name: &str) -> Option<String> {
        self.0
            .with(|faults| faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.clone()))
    }

    /// The field is being mended.
    fn forget(self, name: &str) {
        if self.0.with_untracked(|faults| faults.iter().any(|fault| fault.field == name)) {
            self.0.update(|faults| faults.retain(|fault| fault.field != name));
        }
    }
}

/// One field's ties: its id, its error, and what describes it.
#[derive(Clone)]
pub(super) struct Ties {
    pub id: String,
    pub error: Signal<Option<String>>,
    hinted: bool,
    faults: Option<FormFaults>,
    name: String,
}

impl Ties {
    /// The id follows from the name or the label: it must be the same on the server and in the
    /// browser, because what describes the field comes and goes.
    pub fn new(name: String, label: &str, error: Option<Signal<Option<String>>>, hinted: bool) -> Self {
        let faults = use_context::<FormFaults>();
        let known = name.clone();
        let error =
            error.unwrap_or_else(|| Signal::derive(move || faults.and_then(|faults| faults.of(&known))));
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let id = if name.is_empty() { label } else { &name }.chars().map(plain).collect::<String>();
        Self { id: format!("field-{id}"), error, hinted, faults, name }
    }

    pub fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    pub fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// The value of `aria-describedby`.
    pub fn described(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static {
        let (hint, wrong, error, hinted) = (self.hint_id(), self.error_id(), self.error, self.hinted);
        move || match (hinted, error.with(Option::is_some)) {
            (false, false) => None,
            (true, false) => Some(hint.clone()),
            (false, true) => Some(wrong.clone()),
            (true, true) => Some(format!("{wrong} {hint}")),
        }
    }

    /// The value of `aria-invalid`.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    pub fn mended(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let (faults, name) = (self.faults, self.name.clone());
        move || {
            if let Some(faults) = faults {
                faults.forget(&name);
            }
        }
    }
}

/// The label above, the control, then the error and the hint.
fn framed(ties: &Ties, label: String, required: bool, hint: Option<String>, control: AnyView) -> AnyView {
    let (error, error_id, hint_id) = (ties.error, ties.error_id(), ties.hint_id());
    view! {
        <div class="field">
            <label r#for=ties.id.clone()>
                {label}
                {required.then(|| view! { <span class="required" aria-hidden="true">" *"</span> })}
            </label>
            {control}
            {move || error.get().map(|text| view! {
                <p class="error" id=error_id.clone()><Icon name="circle-alert"/>{text}</p>
            })}
            {hint.map(|text| view! { <p class="hint" id=hint_id>{text}</p> })}
        </div>
    }
    .erased()
}

/// A control of one's own in the frame of a field: it gets the id to carry.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(optional, into)] name: String,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] error: Option<Signal<Option<String>>>,
    control: Box<dyn FnOnce(String) -> AnyView + Send>,
) -> impl IntoView {
    let ties = Ties::new(name, &label, error, hint.is_some());
    let control = control(ties.id.clone());
    framed(&ties, label, required, hint, control)
}

/// One line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    /// The field's name in the request, by which faults find it.
    #[prop(optional, into)]
    name: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] error: Option<Signal<Option<String>>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] readonly: Signal<bool>,
    /// What the browser offers while one types.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let ties = Ties::new(name.clone(), &label, error, hint.is_some());
    let mended = ties.mended();
    let offered = format!("{}-offered", ties.id);
    let (listed, of) = (offered.clone(), move || suggestions.with(|all| !all.is_empty()));
    let offers = move || {
        of().then(|| {
            let options = suggestions.get().into_iter().map(|one| view! { <option value=one></option> });
            view! { <datalist id=offered.clone()>{options.collect_view()}</datalist> }
        })
    };
    let control = view! {
        <input
            class="input"
            id=ties.id.clone()
            name=name
            r#type=kind
            autocomplete=autocomplete
            spellcheck="false"
            placeholder=placeholder
            list=move || of().then(|| listed.clone())
            aria-required=required.then_some("true")
            aria-invalid=ties.invalid()
            aria-describedby=ties.described()
            readonly=readonly
            value=value.get_untracked()
            prop:value=value
            on:input=move |event| {
                mended();
                on_input.run(event_target_value(&event));
            }
        />
        {offers}
    };
    framed(&ties, label, required, hint, control.erased())
}

/// Text as what is in a `textarea` or the page's title: leptos escapes it everywhere but there when the
/// server renders. On pages that the server makes alone it is their `inner_html`: as a child, marks of
/// where parts of a view meet would be read with it.
pub fn literal(text: &str) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text.to_owned() }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    #[prop(optional, into)] name: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] readonly: Signal<bool>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let ties = Ties::new(name.clone(), &label, error, hint.is_some());
    let mended = ties.mended();
    let control = view! {
        <textarea
            class="input"
            id=ties.id.clone()
            name=name
            rows="3"
            aria-required=required.then_some("true")
            aria-invalid=ties.invalid()
            aria-describedby=ties.described()
            readonly=readonly
            prop:value=value
            on:input=move |event| {
                mended();
                on_input.run(event_target_value(&event));
            }
        >
            {literal(&value.get_untracked())}
        </textarea>
    };
    framed(&ties, label, required, hint, control.erased())
}

/// One of several, by value and word. One that is disabled can still be reached, to hear what it is and why; it
/// offers nothing but what it is, because there is no way to keep a browser from offering more.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(optional, into)] name: String,
    /// Value and word of each choice.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let ties = Ties::new(name.clone(), &label, error, hint.is_some());
    let (id, invalid, described) = (ties.id.clone(), ties.invalid(), ties.described());
    let mended = ties.mended();
    let offered = Signal::derive(move || {
        let mut options = options.get();
        if disabled.get() {
            options.retain(|(key, _)| value.with(|value| value == key));
        }
        options
    });
    let control = view! {
        <select
            class="input select"
            id=id
            name=name
            aria-required=required.then_some("true")
            aria-invalid=invalid
            aria-describedby=described
            aria-disabled=shut(disabled)
            on:change=move |event| {
                mended();
                on_change.run(event_target_value(&event));
            }
        >
            {move || chosen(offered, value)}
        </select>
    };
    framed(&ties, label, required, hint, control.erased())
}

/// The options, one of them selected.
pub(super) fn chosen(options: Signal<Vec<(String, String)>>, value: Signal<String>) -> AnyView {
    let option = move |(key, word): (String, String)| {
        let this = key.clone();
        let selected = Signal::derive(move || value.with(|value| *value == this));
        view! {
            <option value=key selected=selected.get_untracked() prop:selected=selected>
                {word}
            </option>
        }
    };
    options.get().into_iter().map(option).collect_view().erased()
}
