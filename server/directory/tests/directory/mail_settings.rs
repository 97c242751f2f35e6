//! The mail server: how it is set up, from where, and whether it lets us in.

use directory::{ConfiguredServer, MailOptions};
use model::event::EventKind;
use model::mail::{MailServer, MailSettingsForm, MessageState, Security, ServerForm};
use model::{DefaultRole, ErrorCode};

use crate::postbox::Postbox;
use crate::sending::{MINUTE, form, message_to, only_message};
use crate::world::World;

fn server(form: &MailSettingsForm) -> ServerForm {
    form.server.clone().expect("a server")
}

fn with(server: ServerForm, version: i64) -> MailSettingsForm {
    MailSettingsForm { version, server: Some(server), ..MailSettingsForm::default() }
}

both! {
    async fn settings_are_kept_without_showing_the_password(world) {
        let grace = world.grace().await;
        let mail = world.directory.mail();
        assert!(mail.settings(&grace).await.expect("read").server.is_none());
        let typed = MailSettingsForm {
            server: Some(ServerForm {
                username: "bailiwick".into(),
                password: Some("s3cret-words".into()),
                ..server(&form(2525))
            }),
            from_name: "IT".into(),
            version: 0,
        };
        mail.update_settings(&grace, &typed).await.expect("saved");
        let kept = mail.settings(&grace).await.expect("read");
        let wanted = MailServer {
            host: "127.0.0.1".into(),
            port: 2525,
            security: Security::Nothing,
            username: "bailiwick".into(),
            has_password: true,
            from: "it@example.org".into(),
        };
        assert_eq!((kept.server.clone(), kept.configured), (Some(wanted), false));
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let told = serde_json::to_string(&events).expect("JSON") + &format!("{kept:?}");
        assert!(told.contains("mail_settings_update") && !told.contains("s3cret"), "{told}");
        assert_eq!(events[0].event.event_type, EventKind::MailSettingsUpdate);
    }
}

both! {
    /// Whoever may change settings need not know the password, and cannot send it elsewhere.
    async fn a_password_stays_with_its_server(world) {
        let grace = world.grace().await;
        let mail = world.directory.mail();
        let first = ServerForm { username: "u".into(), password: Some("p".into()), ..server(&form(2525)) };
        mail.update_settings(&grace, &with(first.clone(), 0)).await.expect("saved");
        let version = mail.settings(&grace).await.expect("read").version;
        let kept = ServerForm { password: None, ..first };
        for moved in [
            ServerForm { host: "localhost".into(), ..kept.clone() },
            ServerForm { port: "2526".into(), ..kept.clone() },
            ServerForm { username: "v".into(), ..kept.clone() },
        ] {
            let problem = world.problem(mail.update_settings(&grace, &with(moved, version)).await);
            assert!(problem.fault("password").is_some(), "{problem:?}");
        }
        let renamed = ServerForm { from: "other@example.org".into(), ..kept.clone() };
        mail.update_settings(&grace, &with(renamed.clone(), version)).await.expect("saved");
        assert!(mail.settings(&grace).await.expect("read").server.expect("a server").has_password);
        // A version that is not the latest is told, not overwritten.
        let stale = mail.update_settings(&grace, &with(kept.clone(), version)).await;
        assert_eq!(world.code(stale), ErrorCode::Stale);
        let version = mail.settings(&grace).await.expect("read").version;
        let without = ServerForm { username: String::new(), ..renamed };
        mail.update_settings(&grace, &with(without, version)).await.expect("saved");
        assert!(!mail.settings(&grace).await.expect("read").server.expect("a server").has_password);
        let version = mail.settings(&grace).await.expect("read").version;
        let none = MailSettingsForm { version, ..MailSettingsForm::default() };
        mail.update_settings(&grace, &none).await.expect("saved");
        assert!(mail.settings(&grace).await.expect("read").server.is_none());
    }
}

both! {
    async fn changing_them_takes_a_role_and_a_proof(world) {
        let grace = world.grace().await;
        let mail = world.directory.mail();
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let may = mail.update_settings(&who, &MailSettingsForm::default()).await.is_ok();
            assert_eq!(may, role.scopes().has(model::Scope::Administrators), "{role}: all links pass it");
        }
        let wrong = MailSettingsForm { from_name: "a\nb".into(), ..form(2525) };
        assert!(world.problem(mail.update_settings(&grace, &wrong).await).fault("from_name").is_some());
        world.wait(11 * MINUTE);
        assert_eq!(world.code(mail.update_settings(&grace, &form(2525)).await), ErrorCode::ReauthenticationNeeded);
    }
}

both_with_mail! {
    async fn the_programs_configuration_is_heard_alone(world) {
        let postbox = Postbox::start(&[]);
        let grace = world.grace().await;
        world.directory.mail().update_settings(&grace, &form(1)).await.expect("saved");
        let server = MailServer {
            host: "127.0.0.1".into(),
            port: postbox.port,
            security: Security::Nothing,
            username: String::new(),
            has_password: false,
            from: "configured@example.org".into(),
        };
        let server = Some(ConfiguredServer { server, password: String::new() });
        let configured = world.reopened_with(MailOptions { server, ca: None }).await;
        let shown = configured.mail().settings(&grace).await.expect("read");
        assert!(shown.configured);
        assert_eq!(shown.server.expect("a server").from, "configured@example.org");
        assert_eq!(world.code(configured.mail().update_settings(&grace, &form(2)).await), ErrorCode::Conflict);
        let names = MailSettingsForm {
            version: shown.version,
            from_name: "The Directory".into(),
            ..MailSettingsForm::default()
        };
        configured.mail().update_settings(&grace, &names).await.expect("saved");
        let said = configured.mail().send_test(&grace, "ada@example.org").await.expect("tried");
        assert!(said.accepted, "{said:?}");
        assert_eq!(postbox.message().header("From"), "\"The Directory\" <configured@example.org>");
        // Without it, what was set before holds again.
        assert_eq!(world.directory.mail().settings(&grace).await.expect("read").server.expect("kept").port, 1);
        configured.close().await;
    }
}

both_with_mail! {
    async fn a_test_says_what_the_server_says(world) {
        let postbox = Postbox::start(&[]);
        let grace = world.grace().await;
        let mail = world.directory.mail();
        assert_eq!(world.code(mail.send_test(&grace, "ada@example.org").await), ErrorCode::Conflict);
        mail.update_settings(&grace, &form(postbox.port)).await.expect("saved");
        let good = mail.send_test(&grace, "ada@example.org").await.expect("tried");
        assert_eq!((good.accepted, good.said.as_str()), (true, "250 2.0.0 Queued as 4711"));
        let refused = mail.send_test(&grace, "never@example.org").await.expect("tried");
        assert_eq!((refused.accepted, refused.said.as_str()), (false, "550 5.1.1 There is nobody of that name here"));
        assert!(world.problem(mail.send_test(&grace, "a@b.org\r\nBcc: c@d.org").await).fault("email").is_some());
        drop(postbox);
        let gone = mail.send_test(&grace, "ada@example.org").await.expect("tried");
        assert!(!gone.accepted && gone.said.contains("cannot be used"), "{gone:?}");
        let states: Vec<_> = crate::sending::messages(world).await.iter().map(|row| row.state).collect();
        assert_eq!(states, [MessageState::Failed, MessageState::Failed, MessageState::Sent]);
    }
}

/// A certificate for `localhost` that only who is told trusts.
struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("written");
        std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("written");
        Self { folder }
    }

    fn postbox(&self, tls: &str) -> Postbox {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let (cert, key) = (path("cert.pem"), path("key.pem"));
        Postbox::start(&["--tls", tls, "--cert", &cert, "--key", &key, "--login", "bailiwick:correct horse"])
    }

    async fn trusted(&self, world: &World) -> directory::Directory {
        world.reopened_with(MailOptions { server: None, ca: Some(self.folder.path().join("cert.pem")) }).await
    }
}

async fn through_tls(world: &World, tls: &str, security: &str) {
    let certificate = Certificate::new();
    let postbox = certificate.postbox(tls);
    let grace = world.grace().await;
    let trusting = certificate.trusted(world).await;
    let login = ServerForm {
        host: "localhost".into(),
        security: security.into(),
        username: "bailiwick".into(),
        password: Some("correct horse".into()),
        ..server(&form(postbox.port))
    };
    trusting.mail().update_settings(&grace, &with(login.clone(), 0)).await.expect("saved");
    let said = trusting.mail().send_test(&grace, "ada@example.org").await.expect("tried");
    assert!(said.accepted, "{said:?}");
    let arrived = postbox.message();
    assert!(arrived.tls && arrived.login == "bailiwick", "{} {}", arrived.tls, arrived.login);
    // Who does not trust the certificate says nothing to the server.
    let wary = world.directory.mail().send_test(&grace, "ada@example.org").await.expect("tried");
    assert!(!wary.accepted && postbox.messages().is_empty(), "{wary:?}");
    // A wrong password is no fault of the messages: they wait.
    let version = trusting.mail().settings(&grace).await.expect("read").version;
    let wrong = ServerForm { password: Some("battery staple".into()), ..login };
    trusting.mail().update_settings(&grace, &with(wrong, version)).await.expect("saved");
    let refused = trusting.mail().send_test(&grace, "ada@example.org").await.expect("tried");
    assert!(!refused.accepted && refused.said.starts_with("535"), "{refused:?}");
    message_to(world, "bob").await;
    assert_eq!(trusting.deliver().await.expect("delivered"), 1);
    let waiting = crate::sending::messages(world).await.remove(0);
    assert_eq!(waiting.state, MessageState::Waiting);
    assert!(waiting.last_error.starts_with("535"), "{}", waiting.last_error);
    trusting.close().await;
}

both_with_mail! {
    async fn starttls_and_login(world) {
        through_tls(world, "starttls", "starttls").await;
    }
}

both_with_mail! {
    async fn tls_from_the_start(world) {
        through_tls(world, "implicit", "tls").await;
    }
}

both_with_mail! {
    /// A server that offers no STARTTLS, or whose offer somebody took out on the way, gets nothing.
    async fn starttls_is_never_left_out(world) {
        let postbox = Postbox::start(&[]);
        let grace = world.grace().await;
        let strict = ServerForm { security: "starttls".into(), ..server(&form(postbox.port)) };
        world.directory.mail().update_settings(&grace, &with(strict, 0)).await.expect("saved");
        message_to(world, "ada").await;
        world.directory.deliver().await.expect("delivered");
        let row = only_message(world).await;
        assert_eq!(row.state, MessageState::Waiting);
        assert!(row.last_error.contains("STARTTLS"), "{}", row.last_error);
        assert!(postbox.messages().is_empty());
    }
}
