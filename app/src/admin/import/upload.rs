//! The first step: a file is chosen and sent, by a form, so that the browser shows how far it is.

use leptos::prelude::*;
use model::import::{FILE_MAX, Upload};

use super::TITLE;
use super::steps::{Step, Steps};
use crate::api::imports as api;
use crate::kit::{Button, Erase, LinkButton, Look, Notice, PageHeader, Time, Tone, When};
use crate::routes;

#[component]
pub(super) fn UploadStep() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::waiting_upload());
    view! {
        <PageHeader title=TITLE.to_owned() below=view! { <span>"From a CSV file, or another directory’s export"</span> }.erased()/>
        <Steps now=Step::Upload/>
        <Transition>
            {move || waiting.get().and_then(Result::ok).flatten().map(going_on)}
        </Transition>
        {form(None)}
    }
    .erased()
}

/// The way back to a file that one has not imported.
fn going_on(upload: Upload) -> AnyView {
    view! {
        <Notice tone=Tone::Info>
            {upload.name.clone()} " waits since " <Time at=upload.uploaded_at when=When::Full/> ". "
            <a href=routes::import(upload.id)>"Go on with it"</a>
        </Notice>
    }
    .erased()
}

/// The form; `wrong` is why the file before was refused.
pub(super) fn form(wrong: Option<String>) -> AnyView {
    let described = if wrong.is_some() { "import-wrong import-hint" } else { "import-hint" };
    let invalid = wrong.is_some().then_some("true");
    let wrong = wrong.map(|why| view! { <p class="error" id="import-wrong" role="alert">{why}</p> });
    let most = FILE_MAX / 1024 / 1024;
    view! {
        <form class="card import-file" method="post" action=routes::IMPORT_FILE enctype="multipart/form-data">
            <div class="body">
                <div class="field">
                    <label for="import-file">"CSV file"</label>
                    <input
                        class="input"
                        type="file"
                        id="import-file"
                        name="file"
                        required=true
                        accept=".csv,.tsv,.txt,text/csv"
                        aria-describedby=described
                        aria-invalid=invalid
                    />
                    {wrong}
                    <p class="hint" id="import-hint">
                        {format!("At most {most} MB. Exports of Google Workspace, Microsoft Entra, Okta and Active Directory are \
                            understood as they are. The next step shows what each column is; nothing is imported before you have seen what happens to each row.")}
                    </p>
                </div>
                <div class="actions">
                    <LinkButton href=routes::USERS.to_owned()>"Back to users"</LinkButton>
                    <Button submit=true look=Look::Primary icon="upload">"Upload"</Button>
                </div>
            </div>
        </form>
    }
    .erased()
}
