//! The editor of the template of one kind of email: its text, what can be filled in, and how it will look.

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::mail::{
    LINK_EXPIRATION, MessageKind, TEMPLATE_FIELDS, Template, TemplateText, TemplateUpdate, Written,
};
use model::settings::{Contact, Organization};
use model::{ErrorCode, Operation, Problem};

use super::preview::MessagePreview;
use super::templates::{Edited, edited};
use crate::api::{mail as api, organization::organization};
use crate::kit::{
    Button, Erase, Failed, FormFaults, Look, Notice, Panel, PanelState, ProblemText, Skeleton, TextArea,
    TextField, Toaster, Tone, announcer, toaster,
};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "template-kind";
const FORM: &str = "template-form";

#[component]
pub(super) fn TemplatePanel() -> impl IntoView {
    let params = use_params_map();
    let kind = Memo::new(move |_| params.with(|params| params.get_str("kind").and_then(MessageKind::parse)));
    move || view! { <OneTemplate kind=kind.get()/> }
}

#[component]
fn OneTemplate(
    /// None if the address names none.
    kind: Option<MessageKind>,
) -> impl IntoView {
    let template = Resource::new(
        || (),
        move |()| async move {
            match kind {
                Some(kind) => api::read_template(kind).await,
                None => Err(Problem::not_found("template")),
            }
        },
    );
    let retry = Callback::new(move |()| template.refetch());
    let title = kind.map_or("Template", MessageKind::label);
    let path = kind.map_or_else(|| routes::EMAIL_TEMPLATES.to_owned(), routes::template);
    let body = move |panel: PanelState| {
        let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
        view! {
            <Transition fallback=waiting>
                {move || template.get().map(|one| match one {
                    Ok(template) => view! { <Loaded template panel/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry panel/> }.erased(),
                })}
            </Transition>
        }
        .erased()
    };
    view! {
        <Title text=title/>
        <Panel
            labelled_by=LABEL
            within=path
            back_to=Signal::stored(routes::EMAIL_TEMPLATES.to_owned())
            head=(move || view! {
                <div class="names">
                    <h2 id=LABEL>{title}</h2>
                    <p>"Template of messages"</p>
                </div>
            }).into()
            body=Box::new(body)
        />
    }
    .erased()
}

/// What is there, what has been typed over it, and saving that.
#[derive(Clone, Copy)]
struct Editing {
    base: RwSignal<Template>,
    text: RwSignal<TemplateText>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
    toaster: Toaster,
    edited: Edited,
}

impl Editing {
    fn kind(self) -> MessageKind {
        self.base.with_untracked(|base| base.kind)
    }

    fn changed(self) -> bool {
        self.base.with(|base| self.text.with(|text| base.text != *text))
    }

    /// Saves what was typed; `None` goes back to what came with the program.
    fn save(self, text: Option<TemplateText>) {
        if self.busy.get_untracked() {
            return;
        }
        let kind = self.kind();
        self.problem.set(None);
        self.faults.clear();
        if let Some(Err(faults)) = text.as_ref().map(|text| text.parse(kind)) {
            self.fail(faults.into());
            return;
        }
        let version = self.base.with_untracked(|base| base.version);
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::save_template(TemplateUpdate { kind, version, text }).await;
            self.busy.set(false);
            match answer {
                Err(problem) => self.fail(problem),
                Ok(template) => {
                    self.take(template);
                    self.toaster.done(format!("Saved the template “{}”", kind.label()));
                    self.edited.changed();
                }
            }
        });
    }

    fn fail(self, problem: Problem) {
        self.faults.show(&problem, FORM);
        self.problem.set(Some(problem));
    }

    /// What no field says.
    fn trouble(self) -> Option<Problem> {
        self.problem.get().filter(|problem| problem.faults.is_empty())
    }

    fn take(self, template: Template) {
        self.text.set(template.text.clone());
        self.base.set(template);
    }

    /// Takes what is there now; what was typed is lost.
    fn reload(self) {
        spawn_local(async move {
            match api::read_template(self.kind()).await {
                Ok(template) => {
                    self.problem.set(None);
                    self.faults.clear();
                    self.take(template);
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }
}

#[component]
fn Loaded(template: Template, panel: PanelState) -> impl IntoView {
    let (account, announcer) = (account(), announcer());
    let kind = template.kind;
    Effect::new(move |_| announcer.say(kind.label()));
    let editing = Editing {
        text: RwSignal::new(template.text.clone()),
        base: RwSignal::new(template),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        faults: FormFaults::provide(),
        toaster: toaster(),
        edited: edited(),
    };
    Effect::new(move |_| panel.unsaved.set(editing.changed()));
    let refusal = move || account.refusal(Operation::UpdateMailTemplates);
    let readonly = Signal::derive(move || refusal().is_some());
    view! {
        <div class="panel-body">
            <div class="panel-content template">
                <form
                    id=FORM
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        editing.save(Some(editing.text.get_untracked()));
                    }
                >
                    {move || refusal().map(|why| view! {
                        <Notice tone=Tone::Info>"You can look at this template, but not change it. " {why}</Notice>
                    })}
                    <Fields editing readonly/>
                    <Tokens kind/>
                </form>
                <Preview editing/>
            </div>
        </div>
        <Foot editing panel/>
    }
    .erased()
}

#[component]
fn Fields(editing: Editing, readonly: Signal<bool>) -> impl IntoView {
    let has_button = editing.kind().has_button();
    let field = move |(name, label, _, several): &'static (&str, &str, usize, bool)| {
        let value = Signal::derive(move || editing.text.with(|text| text.field(name).to_owned()));
        let set = move |typed| editing.text.update(|text| text.set(name, typed));
        let required = matches!(*name, "subject" | "body" | "button");
        if *several {
            view! { <TextArea label=*label name=*name value on_input=set required readonly/> }.erased()
        } else {
            view! { <TextField label=*label name=*name value on_input=set required readonly/> }.erased()
        }
    };
    let shown = TEMPLATE_FIELDS.iter().filter(move |(name, ..)| has_button || *name != "button");
    shown.map(field).collect_view()
}

/// What can be filled in.
#[component]
fn Tokens(kind: MessageKind) -> impl IntoView {
    let line = |token: &model::mail::Token| {
        view! { <div><dt><code>{format!("#{{{}}}", token.name)}</code></dt><dd>{token.says}</dd></div> }
    };
    view! {
        <details class="tokens">
            <summary>"What can be filled in"</summary>
            <dl class="message-facts">{kind.tokens().map(line).collect_view()}</dl>
        </details>
    }
    .erased()
}

/// The email as it would look, with somebody invented for the recipient.
#[component]
fn Preview(editing: Editing) -> impl IntoView {
    let kind = editing.kind();
    let organization = Resource::new(|| (), |()| organization());
    let preview = move |found: Result<Organization, Problem>| {
        // Who may not see the organization's settings sees somebody invented.
        let (name, contact) =
            found.map_or_else(|_| invented(kind), |found| (found.profile.name, found.profile.contact));
        let sample = |name: &str| kind.tokens().find(|token| token.name == name).map(|token| token.sample);
        let value = |token: &str| match token {
            "org_name" => Some(name.as_str()),
            "contact_name" => Some(contact.called()),
            "contact_email" | "admin_email_link" => Some(contact.email.as_str()),
            other => sample(other),
        };
        let text = editing.text.with(|text| text.filled(value));
        let good_until = sample(LINK_EXPIRATION.name).unwrap_or_default().to_owned();
        let written = Written { text, good_until, contact: contact.clone(), organization: name.clone() };
        view! { <MessagePreview written has_button=kind.has_button()/> }
    };
    view! {
        <section class="preview" aria-label="Preview">
            <h3>"Preview"</h3>
            <Transition>{move || organization.get().map(preview)}</Transition>
        </section>
    }
    .erased()
}

/// The names that stand in samples.
fn invented(kind: MessageKind) -> (String, Contact) {
    let sample =
        |name| kind.tokens().find(|token| token.name == name).map_or("", |token| token.sample).to_owned();
    (sample("org_name"), Contact { name: sample("contact_name"), email: sample("contact_email") })
}

#[component]
fn Foot(editing: Editing, panel: PanelState) -> impl IntoView {
    let account = account();
    let refusal = move || account.refusal(Operation::UpdateMailTemplates);
    let idle =
        move || refusal().or_else(|| (!editing.changed()).then(|| "Nothing has been changed.".to_owned()));
    let plain = move || {
        let plain = editing.base.with(|base| base.version == 0);
        refusal().or_else(|| plain.then(|| "This is what came with Bailiwick.".to_owned()))
    };
    view! {
        {move || editing.trouble().map(|problem| view! { <Trouble editing problem/> })}
        <footer class="panel-foot">
            <Button
                look=Look::Danger
                icon="rotate-ccw"
                busy=editing.busy
                disabled_because=Signal::derive(plain)
                on_press=move || editing.save(None)
            >
                "Reset to default"
            </Button>
            <div class="end">
                <Button on_press=move || panel.close()>"Cancel"</Button>
                <Button
                    look=Look::Primary
                    submit=true
                    form=FORM
                    busy=editing.busy
                    disabled_because=Signal::derive(idle)
                >
                    "Save template"
                </Button>
            </div>
        </footer>
    }
    .erased()
}

/// Why the last save failed; when somebody else was faster, what to do.
#[component]
fn Trouble(editing: Editing, problem: Problem) -> impl IntoView {
    let stale = problem.code == ErrorCode::Stale;
    view! {
        <div class="panel-notice">
            <Notice tone=if stale { Tone::Waiting } else { Tone::Bad }>
                <ProblemText problem/>
                {stale.then(|| view! {
                    <div class="actions">
                        <Button small=true icon="refresh-cw" on_press=move || editing.reload()>"Load it again"</Button>
                    </div>
                })}
            </Notice>
        </div>
    }
    .erased()
}
