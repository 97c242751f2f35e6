//! What a bound client finds.

use std::collections::BTreeSet;

use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::*;
use model::access::BoundKind;
use model::group::NewPeriod;
use model::user::{Address, CustomAttribute, Phone, TextAttribute};

use crate::client::{Served, search, values};
use crate::world::form;
use crate::{Org, group};

both! {
    /// The attributes of the reference, those for Linux, and what the organization made up.
    async fn a_person_has_the_attributes_of_the_reference(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        let boss = org.bound("boss").await;
        let mut ada = form("ada.king");
        for (attribute, text) in [
            (TextAttribute::DisplayName, "Ada Königin"),
            (TextAttribute::CostCenter, "CC1"),
            (TextAttribute::Department, "R&D, West"),
            (TextAttribute::JobTitle, "Countess"),
            (TextAttribute::Location, "London"),
            (TextAttribute::EmployeeIdentifier, "E-7"),
        ] {
            ada.set_text(attribute, text);
        }
        (ada.unix_uid, ada.unix_gid) = ("5001".into(), "5002".into());
        ada.phones = vec![Phone { kind: "mobile".into(), number: "+44 20 7946 0000".into() }];
        ada.custom = vec![CustomAttribute { name: "badge".into(), value: "Blue".into() }];
        ada.addresses = vec![Address {
            kind: "work".into(),
            street_address: "1 Strand".into(),
            locality: "London".into(),
            postal_code: "WC2".into(),
            ..Address::default()
        }];
        ada.manager = Some(boss);
        let id = org.add(ada).await;
        org.bind(BoundKind::User, id).await;
        org.add(form("outsider")).await;
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        let mut all = search(&org.users(), "(uid=ADA.king)");
        all.attrs = vec!["*".into(), "+".into()];
        let found = client.found(all, vec![]).await;
        let [entry] = found.entries.as_slice() else { panic!("{:?}", found.names()) };
        assert_eq!(entry.dn, org.person("ada.king"));
        for (name, value) in [
            ("cn", "Ada Königin"),
            ("sn", "King"),
            ("givenName", "Ada"),
            ("displayName", "Ada Königin"),
            ("mail", "ada.king@example.org"),
            ("businessCategory", "CC1"),
            ("departmentNumber", "R&D, West"),
            ("title", "Countess"),
            ("physicalDeliveryOfficeName", "London"),
            ("employeeNumber", "E-7"),
            ("uidNumber", "5001"),
            ("gidNumber", "5002"),
            ("homeDirectory", "/home/ada.king"),
            ("mobile", "+44 20 7946 0000"),
            ("postalAddress", "1 Strand$WC2 London"),
            ("badge", "Blue"),
            ("createTimestamp", "20261122090000Z"),
        ] {
            assert_eq!(values(entry, name), [value], "{name}");
        }
        assert_eq!(values(entry, "manager"), [org.person("boss")]);
        let classes = ["top", "person", "organizationalPerson", "inetOrgPerson", "posixAccount"];
        assert_eq!(values(entry, "objectClass"), classes);
        let uuid = values(entry, "entryUUID");
        for (filter, finds) in [
            (format!("(entryUUID={})", uuid[0]), true),
            ("(cn=\"ada königin\")".into(), true),
            ("(cn=*konig*)".into(), true),
            ("(&(objectClass=posixAccount)(uidNumber=5001))".into(), true),
            ("(gidNumber>=5003)".into(), false),
            ("(departmentNumber=\"r&d, west\")".into(), true),
            ("(badge=blue)".into(), true),
            ("(badge=red)".into(), false),
            ("(!(badge=red))".into(), true),
            ("(mobile=+442079460000)".into(), true),
            ("(l=london)".into(), true),
            ("(modifyTimestamp>=20261122090000Z)".into(), true),
            ("(modifyTimestamp<=20261122085959Z)".into(), false),
            ("(|(mail=nobody@example.org)(employeeNumber=e-7))".into(), true),
        ] {
            let filter = format!("(&(uid=ada.king){filter})");
            assert_eq!(!client.search(&org.users(), &filter).await.entries.is_empty(), finds, "{filter}");
        }
        let none = client.search(&org.users(), "(uid=outsider)").await;
        assert_eq!((none.entries.len(), none.result.code), (0, LdapResultCode::Success));
        let gone = client.search(&org.person("outsider"), "(objectClass=*)").await;
        assert_eq!(gone.result.code, LdapResultCode::NoSuchObject);
        served.stop().await;
    }
}

both! {
    /// A user without the setting finds their own entry alone.
    async fn an_ordinary_user_finds_themselves(world) {
        let org = Org::new(world).await;
        let ada = org.bound("ada").await;
        org.bound("bob").await;
        let sales = org.group(group("Sales")).await;
        org.bind(BoundKind::Group, sales).await;
        org.join(sales, ada, NewPeriod::default()).await;
        let served = Served::start(&world.directory);
        let mut client = served.bound(&org.person("ada")).await;
        let found = client.search(&org.users(), "(|(objectClass=person)(objectClass=groupOfNames))").await;
        assert_eq!(found.names(), ["uid=ada"]);
        let other = client.search(&org.person("bob"), "(objectClass=*)").await;
        assert_eq!(other.result.code, LdapResultCode::NoSuchObject);
        served.stop().await;
    }
}

both! {
    /// Groups with their people and groups at any depth, empty ones too, in both views and on Linux.
    async fn groups_are_shown_in_both_views(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        let mut staff = group("Staff");
        (staff.linux_name, staff.linux_gid) = ("staff".into(), "7000".into());
        let staff = org.group(staff).await;
        let mut sales = group("Sales, West");
        (sales.linux_name, sales.linux_gid) = ("sales_west".into(), "7001".into());
        let sales = org.group(sales).await;
        org.group(group("Elsewhere")).await;
        org.bind(BoundKind::Group, staff).await;
        org.nest(staff, sales).await;
        let ada = org.add(form("ada")).await;
        org.join(sales, ada, NewPeriod::default()).await;
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        let all = client.search(&org.users(), "(objectClass=posixGroup)").await;
        assert_eq!(all.names(), ["cn=Staff", "cn=sales_west"]);
        let classes = values(&all.entries[0], "objectClass");
        assert_eq!(classes, ["top", "groupOfNames", "posixGroup"]);
        assert_eq!(values(&all.entries[0], "memberUid"), ["ada"]);
        assert_eq!(values(&all.entries[1], "gidNumber"), ["7001"]);
        let west = format!("cn=Sales\\, West,{}", org.users());
        let named = client.search(&org.users(), "(&(objectClass=groupOfNames)(cn=\"sales, west\"))").await;
        assert_eq!(named.entries[0].dn, west);
        assert_eq!(values(&named.entries[0], "member"), [org.person("ada")]);
        assert_eq!(values(&named.entries[0], "memberOf"), [format!("cn=Staff,{}", org.users())]);
        let groups = format!("ou=Groups,{}", org.base);
        let view = client.search(&groups, "(objectClass=groupOfNames)").await;
        assert_eq!(view.names(), ["cn=Staff", "cn=Sales\\"]);
        assert!(view.entries.iter().all(|entry| entry.dn.ends_with(&groups)));
        let inner = format!("cn=Sales\\, West,{groups}");
        assert_eq!(values(&view.entries[0], "member"), [org.person("ada"), inner]);
        for filter in [
            format!("(memberOf=\"{west}\")"),
            format!("(memberOf=\"cn=staff,{groups}\")"),
            format!("(memberOf:1.2.840.113556.1.4.1941:=\"cn=Staff,{}\")", org.users()),
        ] {
            assert_eq!(client.search(&org.users(), &format!("(&(objectClass=person){filter})")).await.names(), ["uid=ada"]);
        }
        let of_ada = client.search(&org.users(), &format!("(member=\"{}\")", org.person("ada"))).await;
        assert_eq!(of_ada.names().len(), 3);
        assert_eq!(client.search(&west, "(objectClass=*)").await.entries.len(), 1);
        let mut whole = search(&org.base, "(objectClass=*)");
        whole.attrs = vec!["1.1".into()];
        let whole = client.found(whole, vec![]).await;
        let names: BTreeSet<&str> = whole.entries.iter().map(|entry| entry.dn.as_str()).collect();
        assert_eq!(names.len(), whole.entries.len(), "each name once");
        assert!(whole.entries.iter().all(|entry| entry.attributes.is_empty()));
        assert_eq!(names.len(), 8, "{names:?}");
        served.stop().await;
    }
}

both! {
    /// Pages hold every entry once; a page of one search is not for another, and limits are told.
    async fn pages_and_limits(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        let staff = org.group(group("Staff")).await;
        org.bind(BoundKind::Group, staff).await;
        for number in 0..8 {
            let id = world.user(&org.grace, &format!("user{number}")).await;
            org.join(staff, id, NewPeriod::default()).await;
            let mut sub = group(&format!("Team {number}"));
            (sub.linux_name, sub.linux_gid) = (format!("team{number}"), format!("{}", 8000 + number));
            let sub = org.group(sub).await;
            org.nest(staff, sub).await;
        }
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        let asked = || search(&org.base, "(|(objectClass=person)(cn=*))");
        let page = |size: i64, cookie: Vec<u8>| vec![LdapControl::SimplePagedResults { size, cookie }];
        let whole = client.found(asked(), vec![]).await;
        // The people and the reader, the group, and two entries of each team.
        assert_eq!(whole.entries.len(), 8 + 1 + 1 + 16);
        let (mut paged, mut cookie) = (Vec::new(), vec![]);
        loop {
            let found = client.found(asked(), page(3, cookie)).await;
            assert_eq!(found.result.code, LdapResultCode::Success);
            cookie = found.cookie();
            paged.extend(found.entries);
            if cookie.is_empty() {
                break;
            }
            assert_eq!(paged.len() % 3, 0);
            let other = client.found(search(&org.base, "(objectClass=person)"), page(3, cookie.clone())).await;
            assert_eq!(other.result.code, LdapResultCode::UnwillingToPerform);
        }
        assert_eq!(paged, whole.entries);
        let mut few = asked();
        few.sizelimit = 5;
        let found = client.found(few, vec![]).await;
        assert_eq!((found.entries.len(), found.result.code), (5, LdapResultCode::SizeLimitExceeded));
        let unknown =
            LdapControl::Unknown { oid: "1.2.3".into(), criticality: true, value: None };
        let refused = client.found(asked(), vec![unknown]).await;
        assert_eq!(refused.result.code, LdapResultCode::UnavailableCriticalExtension);
        served.stop().await;
    }
}

both! {
    /// More people than are read at once.
    async fn a_search_goes_on_behind_what_is_read_at_once(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        let staff = org.group(group("Staff")).await;
        org.bind(BoundKind::Group, staff).await;
        let many = usize::try_from(directory::LDAP_BATCH).expect("small") + 5;
        for number in 0..many {
            let id = world.user(&org.grace, &format!("user{number}")).await;
            org.join(staff, id, NewPeriod::default()).await;
        }
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        let found = client.search(&org.users(), "(uid=user*)").await;
        let names: BTreeSet<&str> = found.names().into_iter().collect();
        assert_eq!((found.entries.len(), names.len()), (many, many));
        let staff = client.search(&org.users(), "(cn=staff)").await;
        assert_eq!(values(&staff.entries[0], "member").len(), many);
        served.stop().await;
    }
}

both! {
    /// Comparing, abandoning, the schema, and what is not done over LDAP.
    async fn other_operations(world) {
        let org = Org::new(world).await;
        let reader = org.reader().await;
        org.bound("ada").await;
        let served = Served::start(&world.directory);
        let mut client = served.bound(&reader).await;
        for (attribute, value, code) in [
            ("mail", "ADA@example.org", LdapResultCode::CompareTrue),
            ("mail", "bob@example.org", LdapResultCode::CompareFalse),
            ("title", "x", LdapResultCode::NoSuchAttribute),
        ] {
            let compare = LdapCompareRequest { dn: org.person("ada"), atype: attribute.into(), val: value.into() };
            let LdapOp::CompareResult(answer) = client.ask(LdapOp::CompareRequest(compare)).await else {
                panic!("no answer to a comparison")
            };
            assert_eq!(answer.code, code, "{attribute}={value}");
        }
        client.send(LdapOp::AbandonRequest(1), vec![]).await;
        let mut schema = search("cn=Subschema", "(objectClass=subschema)");
        (schema.scope, schema.attrs) = (LdapSearchScope::Base, vec!["attributeTypes".into(), "objectClasses".into()]);
        let found = client.found(schema, vec![]).await;
        assert!(values(&found.entries[0], "objectClasses").iter().any(|class| class.contains("'posixAccount'")));
        let LdapOp::DelResponse(refused) = client.ask(LdapOp::DelRequest(org.person("ada"))).await else {
            panic!("no answer to a deletion")
        };
        assert_eq!(refused.code, LdapResultCode::UnwillingToPerform);
        let mut one = search(&org.base, "(objectClass=*)");
        one.scope = LdapSearchScope::OneLevel;
        assert_eq!(client.found(one, vec![]).await.names(), ["ou=Users", "ou=Groups"]);
        served.stop().await;
    }
}
