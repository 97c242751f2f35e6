//! LDAP as clients speak it, over real connections, on both engines.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test cannot do without it expects"
)]

#[macro_use]
#[path = "../../../directory/tests/directory/world.rs"]
mod world;

mod client;
mod connections;
mod programs;
mod revocation;
mod searches;

use directory::Actor;
use model::Id;
use model::access::{Binding, BoundKind};
use model::group::{AddMembers, GroupForm, NewPeriod, NewSubgroup};
use model::ldap::{LdapForm, LdapUpdate};
use model::user::{Flag, NewPassword, NewUser, UserForm, UserState};

use crate::world::{PASSWORD, World, form};

/// An organization with LDAP switched on, and Grace, who set it up.
pub struct Org<'a> {
    pub world: &'a World,
    pub grace: Actor,
    pub base: String,
}

impl<'a> Org<'a> {
    pub async fn new(world: &'a World) -> Self {
        let grace = world.grace().await;
        let mut org = Self { world, grace, base: String::new() };
        org.set(|form| form.active = true).await;
        org.base = world.directory.ldap().read(&org.grace).await.expect("read").base;
        org
    }

    pub async fn set(&self, change: impl FnOnce(&mut LdapForm)) {
        let server = self.world.directory.ldap().read(&self.grace).await.expect("read");
        let mut form = server.form;
        change(&mut form);
        let update = LdapUpdate { version: server.version, form };
        self.world.directory.ldap().update(&self.grace, &update).await.expect("set");
    }

    pub async fn server(&self) -> Id {
        self.world.directory.ldap().read(&self.grace).await.expect("read").id
    }

    pub fn users(&self) -> String {
        format!("ou=Users,{}", self.base)
    }

    pub fn person(&self, username: &str) -> String {
        format!("uid={username},{}", self.users())
    }

    /// Adds an active user with the usual password.
    pub async fn add(&self, form: UserForm) -> Id {
        let new = NewUser { form, state: Some(UserState::Activated), ..NewUser::default() };
        let id = self.world.directory.users().create(&self.grace, &new).await.expect("a user");
        let password = NewPassword { password: PASSWORD.into(), must_change: false };
        self.world.directory.users().set_password(&self.grace, id, &password).await.expect("set");
        id
    }

    /// A user who finds all entries.
    pub async fn reader(&self) -> String {
        let mut form = form("reader");
        form.flags.insert(Flag::LdapBinding);
        self.add(form).await;
        self.person("reader")
    }

    /// A user who is bound to LDAP.
    pub async fn bound(&self, username: &str) -> Id {
        let id = self.add(form(username)).await;
        self.bind(BoundKind::User, id).await;
        id
    }

    pub async fn bind(&self, bound: BoundKind, id: Id) {
        let binding = Binding { resource: self.server().await, bound, ids: vec![id] };
        let done = self.world.directory.access().bind(&self.grace, &binding).await.expect("answered");
        assert_eq!(done[0].refused, None);
    }

    pub async fn unbind(&self, bound: BoundKind, id: Id) {
        let binding = Binding { resource: self.server().await, bound, ids: vec![id] };
        let done = self.world.directory.access().unbind(&self.grace, &binding).await.expect("answered");
        assert_eq!(done[0].refused, None);
    }

    pub async fn group(&self, form: GroupForm) -> Id {
        self.world.directory.groups().create(&self.grace, &form).await.expect("a group")
    }

    pub async fn join(&self, group: Id, user: Id, period: NewPeriod) {
        let add = AddMembers { group, period };
        let done =
            self.world.directory.groups().add_members(&self.grace, &add, &[user]).await.expect("answered");
        assert_eq!(done[0].refused, None);
    }

    pub async fn nest(&self, group: Id, subgroup: Id) {
        let pair = NewSubgroup { group, subgroup };
        self.world.directory.groups().add_subgroup(&self.grace, &pair).await.expect("nested");
    }
}

/// A group by its name alone.
pub fn group(name: &str) -> GroupForm {
    GroupForm { name: name.into(), ..GroupForm::default() }
}
