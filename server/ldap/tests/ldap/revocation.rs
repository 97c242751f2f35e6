//! What takes access away holds at once, on connections that are bound already.

use std::time::Duration;

use ldap3_proto::proto::LdapResultCode as Code;
use model::access::BoundKind;
use model::group::NewPeriod;
use model::ldap::AccountAction;
use model::user::Selection;
use model::user::schedule::LocalTime;

use crate::client::Served;
use crate::world::{PASSWORD, form};
use crate::{Org, group};

both! {
    /// A suspension, an unbinding and a new password each end what is bound; a bind is refused from then on.
    async fn open_connections_end_at_once(world) {
        let org = Org::new(world).await;
        let served = Served::start(&world.directory);
        for how in ["suspend", "unbind", "password"] {
            let id = org.bound(how).await;
            let dn = org.person(how);
            let mut client = served.bound(&dn).await;
            assert_eq!(client.search(&dn, "(objectClass=*)").await.entries.len(), 1);
            let grace = world.grace_again().await;
            match how {
                "suspend" => {
                    let whom = Selection::These(vec![id]);
                    drop(world.directory.users().suspend(&grace, &whom).await.expect("suspended"));
                }
                "unbind" => org.unbind(BoundKind::User, id).await,
                _ => {
                    let whom = Selection::These(vec![id]);
                    drop(world.directory.users().force_password_change(&grace, &whom).await.expect("forced"));
                }
            }
            let found = client.search(&dn, "(objectClass=*)").await;
            assert_eq!((found.entries.len(), found.result.code), (0, Code::InsufficentAccessRights), "{how}");
            assert_eq!(client.bind(&dn, PASSWORD).await.code, Code::InvalidCredentials, "{how}");
        }
        served.stop().await;
    }
}

both! {
    /// Access by a group ends with the membership, at its instant.
    async fn access_ends_with_the_membership(world) {
        let org = Org::new(world).await;
        let ada = org.add(form("ada")).await;
        let sales = org.group(group("Sales")).await;
        org.bind(BoundKind::Group, sales).await;
        let served = Served::start(&world.directory);
        let dn = org.person("ada");
        let mut client = served.secured().await;
        assert_eq!(client.bind(&dn, PASSWORD).await.code, Code::InvalidCredentials, "not bound yet");
        let at = LocalTime { date: "2026-11-22".into(), time: "10:00".into(), zone: "UTC".into() };
        org.join(sales, ada, NewPeriod { starts: None, ends: Some(at) }).await;
        assert_eq!(client.bind(&dn, PASSWORD).await.code, Code::Success);
        world.wait(Duration::from_mins(59));
        assert_eq!(client.search(&dn, "(objectClass=*)").await.entries.len(), 1);
        world.wait(Duration::from_mins(1));
        assert_eq!(client.search(&dn, "(objectClass=*)").await.result.code, Code::InsufficentAccessRights);
        served.stop().await;
    }
}

both! {
    /// Who is locked has no entry or one that cannot bind, as it is set.
    async fn locked_users_are_shown_as_it_is_set(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        org.bound("ada").await;
        let dn = org.person("ada");
        let served = Served::start(&world.directory);
        let mut wrong = served.secured().await;
        for number in 0..6 {
            wrong.bind(&dn, &format!("not-it-at-all-{number}")).await;
        }
        let mut client = served.bound(&reader).await;
        assert!(client.search(&org.users(), "(uid=ada)").await.entries.is_empty());
        assert_eq!(client.search(&dn, "(objectClass=*)").await.result.code, Code::NoSuchObject);
        org.set(|form| form.lockout_action = AccountAction::Disable).await;
        let found = client.search(&org.users(), "(&(uid=ada)(pwdAccountLockedTime=*))").await;
        assert_eq!(found.names(), ["uid=ada"]);
        served.stop().await;
    }
}
