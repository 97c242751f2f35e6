//! Parts of the form of which there may be several: addresses, phone numbers, custom attributes.

use leptos::prelude::*;
use model::user::{ADDRESSES_MAX, Address, PHONES_MAX, Phone, UserForm};
#[cfg(feature = "admin")]
use model::user::{CUSTOM_MAX, CustomAttribute};

use super::Field;
use crate::kit::{Button, Erase, FormFaults, IconButton, Show, TextField};

/// How several of a kind lie in the form.
struct Several<T: 'static> {
    /// Their name in faults.
    name: &'static str,
    /// One of them, for the buttons.
    one: &'static str,
    most: usize,
    list: fn(&mut UserForm) -> &mut Vec<T>,
}

impl<T> Clone for Several<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Several<T> {}

impl<T: Default + Clone + 'static> Several<T> {
    fn count(self, Field { form, .. }: Field) -> Memo<usize> {
        Memo::new(move |_| form.with(|form| (self.list)(&mut form.clone()).len()))
    }

    /// One text within one of them.
    fn text(
        self,
        Field { form, readonly }: Field,
        place: usize,
        key: &'static str,
        label: &'static str,
        part: impl Fn(&mut T) -> &mut String + Copy + Send + Sync + 'static,
    ) -> AnyView {
        let value = Signal::derive(move || {
            let one = form.with(|form| (self.list)(&mut form.clone()).get(place).cloned());
            one.map(|mut one| part(&mut one).clone()).unwrap_or_default()
        });
        let set = move |text| {
            form.update(|form| {
                if let Some(one) = (self.list)(form).get_mut(place) {
                    *part(one) = text;
                }
            });
        };
        view! { <TextField label name=format!("{}[{place}].{key}", self.name) value on_input=set readonly/> }
            .erased()
    }

    fn add(self, Field { form, readonly }: Field) -> AnyView {
        let count = self.count(Field { form, readonly });
        let full = move || (count.get() >= self.most).then(|| format!("There can be {} at most.", self.most));
        let add = move || form.update(|form| (self.list)(form).push(T::default()));
        view! {
            <Show when=move || !readonly.get()>
                <Button icon="plus" small=true disabled_because=Signal::derive(full) on_press=add>
                    {format!("Add {}", self.one)}
                </Button>
            </Show>
        }
        .erased()
    }

    fn remove(self, Field { form, readonly }: Field, place: usize) -> AnyView {
        let faults = use_context::<FormFaults>();
        let remove = move || {
            // Faults name places, and those have moved.
            if let Some(faults) = faults {
                faults.clear();
            }
            form.update(|form| {
                let list = (self.list)(form);
                if place < list.len() {
                    list.remove(place);
                }
            });
        };
        view! {
            <Show when=move || !readonly.get()>
                <IconButton icon="trash-2" label=format!("Remove {} {}", self.one, place + 1) on_press=remove/>
            </Show>
        }
        .erased()
    }

    /// All of them, one below the other, and the way to one more.
    fn view(self, field: Field, one: impl Fn(usize) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
        let count = self.count(field);
        view! {
            <div class="several">
                {move || (0..count.get()).map(one).collect_view()}
                {self.add(field)}
            </div>
        }
        .erased()
    }
}

const ADDRESSES: Several<Address> =
    Several { name: "addresses", one: "address", most: ADDRESSES_MAX, list: |form| &mut form.addresses };

const PHONES: Several<Phone> =
    Several { name: "phoneNumbers", one: "phone number", most: PHONES_MAX, list: |form| &mut form.phones };

#[cfg(feature = "admin")]
const CUSTOM: Several<CustomAttribute> =
    Several { name: "attributes", one: "attribute", most: CUSTOM_MAX, list: |form| &mut form.custom };

#[component]
pub fn Addresses(field: Field) -> impl IntoView {
    ADDRESSES.view(field, move |place| {
        let parts = Address::default().parts_mut().map(|(key, label, _)| (key, label));
        let parts = parts.into_iter().map(move |(key, label)| {
            ADDRESSES.text(field, place, key, label, move |address| part_of(address, key))
        });
        view! {
            <div class="one card" role="group" aria-label=format!("Address {}", place + 1)>
                <div class="fields">
                    {ADDRESSES.text(field, place, "type", "Type", |address| &mut address.kind)}
                    {parts.collect_view()}
                </div>
                {ADDRESSES.remove(field, place)}
            </div>
        }
        .erased()
    })
}

/// The part of an address that has this name; the country if none has.
fn part_of<'a>(address: &'a mut Address, key: &str) -> &'a mut String {
    let [street, extended, po_box, city, region, code, country] = address.parts_mut();
    [street, extended, po_box, city, region, code].into_iter().find(|part| part.0 == key).unwrap_or(country).2
}

#[component]
pub fn Phones(field: Field) -> impl IntoView {
    PHONES.view(field, move |place| {
        view! {
            <div class="one" role="group" aria-label=format!("Phone number {}", place + 1)>
                {PHONES.text(field, place, "type", "Type", |phone| &mut phone.kind)}
                {PHONES.text(field, place, "number", "Number", |phone| &mut phone.number)}
                {PHONES.remove(field, place)}
            </div>
        }
        .erased()
    })
}

/// Only administrators change these.
#[cfg(feature = "admin")]
#[component]
pub fn CustomAttributes(field: Field) -> impl IntoView {
    CUSTOM.view(field, move |place| {
        view! {
            <div class="one" role="group" aria-label=format!("Custom attribute {}", place + 1)>
                {CUSTOM.text(field, place, "name", "Name", |custom| &mut custom.name)}
                {CUSTOM.text(field, place, "value", "Value", |custom| &mut custom.value)}
                {CUSTOM.remove(field, place)}
            </div>
        }
        .erased()
    })
}
