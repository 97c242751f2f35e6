//! Settings: billing. Only those see it who take care of it.

mod contact;
mod package;
mod payment;

use leptos::prelude::*;
use model::Operation;
use model::billing::{Billing, BillingForm};
use model::{Faults, Problem};

use super::settings::SettingsHead;
use super::{access::guarded, screens::screens};
use crate::api::billing as api;
use crate::kit::{Edited, Editing, Erase, Failed, Leaving, Skeleton, covered};
use crate::routes;

const TITLE: &str = "Billing";

screens! { billing:
    /// Package, seats, contact and payment method.
    BillingRoute, billing_screen => guarded(TITLE, Operation::ReadBilling, || view! { <BillingPage/> }.erased());
}

#[component]
fn BillingPage() -> impl IntoView {
    let billing = Resource::new(|| (), |()| api::billing());
    let covered = covered();
    let retry = Callback::new(move |()| billing.refetch());
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=TITLE current=routes::BILLING/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || billing.get().map(|found| match found {
                    Ok(billing) => view! { <Loaded billing/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

/// Billing, as it is edited.
type BillingEditing = Editing<Billing>;

impl Edited for Billing {
    type Form = BillingForm;
    const FORM: &'static str = "billing";
    const SAVED: &'static str = "Saved the billing contact";

    fn form(&self) -> BillingForm {
        self.contact.clone()
    }

    fn check(form: &BillingForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::billing()
    }

    fn save(self, form: BillingForm) -> impl Future<Output = Result<Self, Problem>> {
        api::save_billing(self.version, form)
    }
}

#[component]
fn Loaded(billing: Billing) -> impl IntoView {
    let editing = Editing::begin(billing);
    let refused = RwSignal::new(None::<Problem>);
    view! {
        <div class="settings-column">
            {payment::refused(refused)}
            {payment::alarm(editing)}
            {package::package(editing)}
            {package::seats(editing)}
            {contact::form(editing)}
            {payment::method(editing, refused)}
        </div>
        <Leaving unsaved=editing.unsaved within=routes::BILLING/>
    }
    .erased()
}
