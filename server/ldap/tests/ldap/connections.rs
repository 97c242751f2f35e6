//! Connections: what may be done before a bind, with and without TLS, and the own password.

use ldap3_proto::proto::*;
use model::ErrorCode;
use model::event::{Event, EventKind};

use crate::Org;
use crate::client::{Client, Served, search, values};
use crate::world::{PASSWORD, World};

const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

fn start_tls() -> LdapExtendedRequest {
    LdapExtendedRequest { name: START_TLS.into(), value: None }
}

async fn events(world: &World, kind: EventKind) -> Vec<Event> {
    world.directory.clean_up().await.expect("cleaned up");
    world.directory.seal_events().await.expect("sealed");
    let page = world.directory.history().all(&world.system(), None).await.expect("events");
    page.events.into_iter().map(|one| one.event).filter(|event| event.event_type == kind).collect()
}

both! {
    /// Whoever has not bound reads what the server is, and nothing else.
    async fn before_a_bind_there_is_the_root_alone(world) {
        let org = Org::new(world).await;
        org.bound("ada").await;
        let served = Served::start(&world.directory);
        let mut client = served.plain().await;
        assert_eq!(client.bind("", "").await.code, LdapResultCode::Success);
        let mut root = search("", "(objectClass=*)");
        root.scope = LdapSearchScope::Base;
        root.attrs = vec!["*".into(), "+".into()];
        let found = client.found(root, vec![]).await;
        assert_eq!(values(&found.entries[0], "namingContexts"), [org.base.as_str()]);
        assert!(values(&found.entries[0], "supportedExtension").contains(&START_TLS.to_owned()));
        for base in [org.base.as_str(), &org.person("ada"), "cn=Subschema", ""] {
            let found = client.search(base, "(objectClass=*)").await;
            assert_eq!((found.entries.len(), found.result.code), (0, LdapResultCode::InsufficentAccessRights));
        }
        assert_eq!(client.bind(&org.person("ada"), "").await.code, LdapResultCode::UnwillingToPerform);
        let sasl = LdapBindCred::SASL(SaslCredentials { mechanism: "PLAIN".into(), credentials: vec![] });
        let asked = LdapOp::BindRequest(LdapBindRequest { version: 3, dn: String::new(), cred: sasl });
        let LdapOp::BindResponse(answer) = client.ask(asked).await else { panic!("no answer to a bind") };
        assert_eq!(answer.res.code, LdapResultCode::AuthMethodNotSupported);
        served.stop().await;
    }
}

both! {
    /// A password is not taken unencrypted, unless an administrator allows it from there.
    async fn a_password_without_tls_is_refused(world) {
        let org = Org::new(world).await;
        org.bound("ada").await;
        let ada = org.person("ada");
        let served = Served::start(&world.directory);
        let mut client = served.plain().await;
        assert_eq!(client.bind(&ada, PASSWORD).await.code, LdapResultCode::ConfidentialityRequired);
        org.set(|form| form.plain = true).await;
        assert_eq!(client.bind(&ada, PASSWORD).await.code, LdapResultCode::Success);
        org.set(|form| form.active = false).await;
        assert_eq!(client.search(&ada, "(objectClass=*)").await.result.code, LdapResultCode::Unavailable);
        assert!(client.receive().await.is_none(), "the connection is closed");
        served.stop().await;
    }
}

both! {
    /// StartTLS begins anew: no bind outlasts it, and what was sent before it is thrown away with the connection.
    async fn tls_begins_with_nothing_left(world) {
        let org = Org::new(world).await;
        org.bound("ada").await;
        org.set(|form| form.plain = true).await;
        let served = Served::start(&world.directory);
        let mut client = served.plain().await;
        assert_eq!(client.bind(&org.person("ada"), PASSWORD).await.code, LdapResultCode::Success);
        assert_eq!(client.extended(start_tls()).await.res.code, LdapResultCode::Success);
        let mut client = Client::on(served.encrypted(client.wire.into_inner()).await);
        let found = client.search(&org.person("ada"), "(objectClass=*)").await;
        assert_eq!(found.result.code, LdapResultCode::InsufficentAccessRights);
        assert_eq!(client.bind(&org.person("ada"), PASSWORD).await.code, LdapResultCode::Success);
        assert_eq!(client.extended(start_tls()).await.res.code, LdapResultCode::OperationsError);

        let mut hasty = served.plain().await;
        let mut both = bytes::BytesMut::new();
        let mut codec = ldap3_proto::LdapCodec::default();
        for op in [LdapOp::ExtendedRequest(start_tls()), LdapOp::ExtendedRequest(LdapWhoamiRequest {}.into())] {
            tokio_util::codec::Encoder::encode(&mut codec, LdapMsg::new(1, op), &mut both).expect("written");
        }
        tokio::io::AsyncWriteExt::write_all(hasty.wire.get_mut(), &both).await.expect("sent");
        assert!(hasty.receive().await.is_some(), "the answer to StartTLS");
        assert!(hasty.receive().await.is_none(), "and then nothing");
        served.stop().await;
    }
}

both! {
    /// The own password, with the policy's refusal in words; the connection goes on with the new one.
    async fn the_own_password_is_changed(world) {
        let org = Org::new(world).await;
        org.bound("ada").await;
        org.bound("bob").await;
        let (ada, bob) = (org.person("ada"), org.person("bob"));
        let served = Served::start(&world.directory);
        let mut client = served.bound(&ada).await;
        let modify = |whose: Option<&str>, old: Option<&str>, new: Option<&str>| LdapPasswordModifyRequest {
            user_identity: whose.map(str::to_owned),
            old_password: old.map(str::to_owned),
            new_password: new.map(str::to_owned),
        };
        let others = client.extended(modify(Some(&bob), None, Some("oxide-violin-tundra-7")).into()).await;
        assert_eq!(others.res.code, LdapResultCode::InsufficentAccessRights);
        let wrong = client.extended(modify(None, Some("not-it-at-all"), Some("oxide-violin-tundra-7")).into()).await;
        assert_eq!(wrong.res.code, LdapResultCode::InvalidCredentials);
        let short = client.extended(modify(Some(&ada), Some(PASSWORD), Some("short")).into()).await;
        assert_eq!(short.res.code, LdapResultCode::ConstraintViolation);
        assert!(short.res.message.contains("characters"), "{}", short.res.message);
        let good = client.extended(modify(None, Some(PASSWORD), Some("oxide-violin-tundra-7")).into()).await;
        assert_eq!(good.res.code, LdapResultCode::Success, "{}", good.res.message);
        let who = client.extended(LdapWhoamiRequest {}.into()).await;
        assert_eq!(who.value.as_deref(), Some(format!("dn:{ada}").as_bytes()));
        assert_eq!(client.search(&ada, "(objectClass=*)").await.entries.len(), 1);
        let made = client.extended(modify(None, None, None).into()).await;
        let made = LdapPasswordModifyResponse::try_from(&made).expect("a password");
        let made = made.gen_password.expect("one that was made");
        let mut other = served.secured().await;
        assert_eq!(other.bind(&ada, "oxide-violin-tundra-7").await.code, LdapResultCode::InvalidCredentials);
        assert_eq!(other.bind(&ada, &made).await.code, LdapResultCode::Success);
        served.stop().await;
    }
}

both! {
    /// Wrong passwords count and lock as at the User Portal; each bind is an event.
    async fn wrong_passwords_lock(world) {
        let org = Org::new(world).await;
        let id = org.bound("ada").await;
        org.bound("eve").await;
        let ada = org.person("ada");
        let served = Served::start(&world.directory);
        let mut client = served.secured().await;
        for number in 0..6 {
            let wrong = format!("not-it-at-all-{number}");
            assert_ne!(client.bind(&ada, &wrong).await.code, LdapResultCode::Success);
        }
        assert_ne!(client.bind(&ada, PASSWORD).await.code, LdapResultCode::Success);
        let user = world.directory.users().read(&org.grace, id).await.expect("read");
        assert!(user.password.locked_until.is_some());
        assert_eq!(client.bind(&org.person("eve"), PASSWORD).await.code, LdapResultCode::Success);
        assert_eq!(client.bind(&org.person("nobody"), PASSWORD).await.code, LdapResultCode::InvalidCredentials);
        assert_eq!(client.bind("nonsense", PASSWORD).await.code, LdapResultCode::InvalidDNSyntax);
        let told = events(world, EventKind::LdapBind).await;
        assert!(told.iter().any(|event| event.success && event.initiated_by.name == "Eve"));
        let wrong: Vec<_> = told.iter().filter(|event| !event.success && event.message == "wrong password").collect();
        assert!(wrong.len() >= 6 && wrong.iter().all(|event| event.client_ip.as_deref() == Some("127.0.0.1")));
        let lockouts = events(world, EventKind::UserLockout).await;
        assert!(lockouts[0].message.contains("over LDAP, from 127.0.0.1"), "{}", lockouts[0].message);
        served.stop().await;
    }
}

both! {
    /// A program that goes on with a former password locks nobody out; another wrong password counts.
    async fn the_same_wrong_password_counts_once(world) {
        let org = Org::new(world).await;
        let id = org.bound("ada").await;
        let (ada, new) = (org.person("ada"), "oxide-violin-tundra-7");
        let served = Served::start(&world.directory);
        let mut client = served.secured().await;
        for _ in 0..30 {
            assert_eq!(client.bind(&ada, new).await.code, LdapResultCode::InvalidCredentials);
        }
        assert_eq!(client.bind(&ada, PASSWORD).await.code, LdapResultCode::Success);
        let password = model::user::NewPassword { password: new.into(), must_change: false };
        world.directory.users().set_password(&org.grace, id, &password).await.expect("set");
        assert_eq!(client.bind(&ada, new).await.code, LdapResultCode::Success, "it was wrong before alone");
        let told = events(world, EventKind::LdapBind).await;
        assert_eq!(told.iter().filter(|event| event.message.contains("does not count")).count(), 29);
        served.stop().await;
    }
}

both! {
    /// A search is told with the reference's fields.
    async fn a_search_is_an_event(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        org.bound("ada").await;
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        client.search(&org.users(), "(uid=ada)").await;
        client.search("ou=Nowhere", "(uid=ada)").await;
        let told = events(world, EventKind::LdapSearch).await;
        assert_eq!(told.len(), 2);
        let found = told.iter().find(|event| event.success).expect("one was found");
        let fields: Vec<(&str, &str)> =
            found.changes.iter().map(|change| (change.field.as_str(), change.to.as_str())).collect();
        let users = org.users();
        let expected = [
            ("dn", reader.as_str()),
            ("base", users.as_str()),
            ("scope", "sub"),
            ("filter", "(uid=ada)"),
            ("number_of_results", "1"),
            ("error_code", "0"),
            ("auth_meta", "simple, LDAPS"),
        ];
        assert_eq!(fields, expected);
        let failed = told.iter().find(|event| !event.success).expect("one failed");
        assert!(failed.changes.iter().any(|change| change.field == "error_code" && change.to == "32"));
        served.stop().await;
    }
}

both! {
    /// Only roles with the scope see and change how it is set up; a lost race is told.
    async fn settings_ask_for_the_scope(world) {
        let org = Org::new(world).await;
        let manager = world.administrator("manager", model::DefaultRole::Manager).await;
        let server = world.directory.ldap().read(&manager).await.expect("seen");
        let update = model::ldap::LdapUpdate { version: server.version, form: server.form.clone() };
        let refused = world.directory.ldap().update(&manager, &update).await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden);
        org.set(|form| form.suffix = "dc=other,dc=example".into()).await;
        let stale = world.directory.ldap().update(&org.grace, &update).await;
        assert_eq!(world.code(stale), ErrorCode::Stale);
        let base = world.directory.ldap().read(&org.grace).await.expect("seen").base;
        assert!(base.ends_with(",dc=other,dc=example"), "{base}");
    }
}
