//! Templates: edited, refused, reset, and filled with whatever people are called.

use model::mail::{MessageKind, TemplateText, TemplateUpdate};
use model::{DefaultRole, ErrorCode};

use crate::sending::{forgotten, message_to, with_postbox};

const KIND: MessageKind = MessageKind::AdminPasswordReset;

fn text() -> TemplateText {
    TemplateText {
        subject: "Your key to #{org_name}".into(),
        title: "A new key".into(),
        header: "Dear #{first_name}".into(),
        body: "It is good for #{link_lifetime}, until #{link_expiration}.\n\nAsk #{contact_name}.".into(),
        button: "Open".into(),
    }
}

both_with_mail! {
    async fn what_is_edited_is_what_arrives(world) {
        let (grace, postbox) = with_postbox(world).await;
        let mail = world.directory.mail();
        let before = mail.template(&grace, KIND).await.expect("a template");
        assert_eq!((before.version, &before.text), (0, &before.default));
        let update = TemplateUpdate { kind: KIND, version: 0, text: Some(text()) };
        mail.update_template(&grace, &update).await.expect("saved");
        assert_eq!(mail.edited_templates(&grace).await.expect("kinds"), [KIND]);
        message_to(world, "ada").await;
        world.directory.deliver().await.expect("delivered");
        let arrived = postbox.message();
        assert_eq!(arrived.header("Subject"), "Your key to Example Org");
        let plain = arrived.plain();
        assert!(plain.contains("Dear ada") && plain.contains("good for 1 hour, until 22 November 2026, 10:00 UTC.") && plain.contains("your administrator"));
        // Back to what came with the program.
        let kept = mail.template(&grace, KIND).await.expect("a template");
        let reset = TemplateUpdate { kind: KIND, version: kept.version, text: None };
        mail.update_template(&grace, &reset).await.expect("reset");
        assert_eq!(mail.template(&grace, KIND).await.expect("a template").text, before.default);
        assert!(mail.edited_templates(&grace).await.expect("kinds").is_empty());
    }
}

both! {
    async fn unknown_tokens_are_refused_and_lost_races_told(world) {
        let grace = world.grace().await;
        let mail = world.directory.mail();
        let save = async |version, text| {
            mail.update_template(&grace, &TemplateUpdate { kind: KIND, version, text: Some(text) }).await
        };
        let odd = TemplateText { body: "#{expiration_day} #{password}".into(), ..text() };
        let problem = world.problem(save(0, odd).await);
        assert!(problem.fault("body").is_some_and(|told| told.contains("#{expiration_day}")), "{problem:?}");
        save(0, text()).await.expect("saved");
        let again = TemplateText { title: "Other".into(), ..text() };
        assert_eq!(world.code(save(0, again.clone()).await), ErrorCode::Stale);
        let version = mail.template(&grace, KIND).await.expect("a template").version;
        save(version, again).await.expect("saved");
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let update = TemplateUpdate { kind: MessageKind::Welcome, version: 0, text: None };
            let may = mail.update_template(&who, &update).await.is_ok();
            assert_eq!(may, role.scopes().has(model::Scope::Organizations), "{role}");
        }
    }
}

both_with_mail! {
    /// A name is text, whatever stands in it: no header, no markup, no token.
    async fn hostile_names_do_no_harm(world) {
        let (grace, postbox) = with_postbox(world).await;
        let update = TemplateUpdate {
            kind: KIND,
            version: 0,
            text: Some(TemplateText { subject: "For #{first_name}".into(), ..text() }),
        };
        world.directory.mail().update_template(&grace, &update).await.expect("saved");
        let form = model::administrator::AdministratorForm {
            first_name: "<img src=x> #{org_name} \"Bcc: x@y.org\", =?utf-8?q?x?= Zoë".into(),
            last_name: "Admin".into(),
            email: "zoe@example.org".into(),
            role: DefaultRole::ReadOnly.as_str().into(),
            ..model::administrator::AdministratorForm::default()
        };
        let system = world.system();
        world.directory.administrators().add(&system, &form, crate::world::PASSWORD).await.expect("added");
        forgotten(world, "zoe").await;
        world.directory.deliver().await.expect("delivered");
        let arrived = postbox.message();
        let (head, body) = arrived.text.split_once("\r\n\r\n").expect("a head and a body");
        let names: Vec<&str> = head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        assert_eq!(names.iter().filter(|name| name.eq_ignore_ascii_case("bcc")).count(), 0, "{head}");
        assert!(head.is_ascii() && body.is_ascii());
        let plain = arrived.plain();
        let html = plain.split("text/html").nth(1).expect("a part");
        assert!(!html.contains("<img") && html.contains("&lt;img"), "{html}");
        assert!(html.contains("#{org_name}"), "a value is never read as a token");
    }
}
