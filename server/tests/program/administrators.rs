//! Administrators from the command line: the first, another, and one who is locked out.

use directory::{Actor, Origin, SignedIn};

use crate::installation::{EMAIL, Installation, PASSWORD};

const BASIL: &[&str] = &["admin", "add", "--email", "basil@example.org", "--first-name", "Basil"];
const REST: &[&str] = &["--last-name", "Hume", "--role", "read only", "--password-stdin"];

/// Whether a password opens the Admin Portal.
fn signs_in(installation: &Installation, email: &str, password: &str) -> bool {
    installation.directory(async |directory| {
        let visitor = Actor::visitor(Origin::default());
        let tried =
            directory.sign_in().password(&visitor, model::Principal::Administrator, email, password).await;
        matches!(tried, Ok(SignedIn::Full(_)))
    })
}

both! {
    fn unattended_installation(installation) {
        let early = installation.run_with(&[BASIL, REST].concat(), PASSWORD);
        assert_eq!(early.status, 1);
        assert!(early.err.contains("bailiwick setup"), "{}", early.err);

        let installation = installation.set_up();
        assert!(signs_in(&installation, EMAIL, PASSWORD));
        assert_eq!(installation.number("SELECT COUNT(*) FROM sessions WHERE methods = 'set-up'"), Some(0));
        let again = [&["setup", "--organization", "Other", "--email", "x@example.org"][..]];
        let again =
            [&again.concat()[..], &["--first-name", "X", "--last-name", "Y", "--password-stdin"]].concat();
        let again = installation.run_with(&again, PASSWORD);
        assert_eq!(again.status, 1);
        assert!(again.err.contains("set up already"), "{}", again.err);

        let added = installation.run_with(&[BASIL, REST].concat(), &format!("{PASSWORD}\r\nnot this\n"));
        assert_eq!(added.status, 0, "{}", added.err);
        assert!(signs_in(&installation, "basil@example.org", PASSWORD));
        let twice = installation.run_with(&[BASIL, REST].concat(), PASSWORD);
        assert_eq!(twice.status, 1);
        assert!(twice.err.contains("is an administrator already"), "{}", twice.err);
    }
}

#[test]
fn the_sample_organization() {
    let installation = Installation::new();
    let names = ["--organization", "Example Org", "--first-name", "Ada", "--last-name", "Lovelace"];
    let rest = ["--email", EMAIL, "--password-stdin", "--sample"];
    let done = installation.run_with(&[&["setup"][..], &names, &rest].concat(), PASSWORD);
    assert_eq!(done.status, 0, "{}", done.err);
    assert_eq!(installation.number("SELECT COUNT(*) FROM users"), Some(1284));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_done() {
    let installation = Installation::new().set_up();
    let weak = installation.run_with(&[BASIL, REST].concat(), "password1234");
    assert_eq!(weak.status, 1);
    assert!(weak.err.contains("guessed"), "{}", weak.err);
    let none = installation.run_with(&[BASIL, REST].concat(), "\n");
    assert!(none.status == 1 && none.err.contains("no password"), "{}", none.err);
    let role = ["--last-name", "Hume", "--role", "owner", "--password-stdin"];
    let role = installation.run_with(&[BASIL, &role].concat(), PASSWORD);
    assert!(role.status == 1 && role.err.contains("Help Desk"), "{}", role.err);
    assert_eq!(installation.number("SELECT COUNT(*) FROM administrators"), Some(1));
}

#[test]
fn where_nothing_is_set_up_nothing_is_made() {
    let installation = Installation::new();
    for command in [&["admin", "reset", EMAIL][..], &["import", "users", "-"]] {
        let refused = installation.run_with(command, "Username,Email\n");
        assert!(refused.status == 1 && refused.err.contains("nothing is set up here yet"), "{}", refused.err);
        assert!(!installation.data().join("bailiwick.db").exists());
    }
}

both! {
    fn a_reset_lets_somebody_back_in(installation) {
        let installation = installation.set_up();
        for _ in 0..6 {
            assert!(!signs_in(&installation, EMAIL, "wrong"));
        }
        assert!(!signs_in(&installation, EMAIL, PASSWORD), "locked");
        let reset = installation.run(&["admin", "reset", "Ada@Example.org"]);
        assert_eq!(reset.status, 0, "{}", reset.err);
        let made = reset.out.lines().find_map(|line| line.strip_prefix("The password, shown this once: "));
        let made = made.expect("a password");
        assert!(signs_in(&installation, EMAIL, made));
        assert!(!signs_in(&installation, EMAIL, PASSWORD));
        let reset = installation.run_with(&["admin", "reset", EMAIL, "--password-stdin"], PASSWORD);
        assert_eq!(reset.status, 0, "{}", reset.err);
        assert!(!reset.out.contains(PASSWORD) && signs_in(&installation, EMAIL, PASSWORD));
        // Who is suspended stays so, and that is not called done.
        let added = installation.run_with(&[BASIL, REST].concat(), PASSWORD);
        assert_eq!(added.status, 0, "{}", added.err);
        installation.execute("UPDATE administrators SET suspended = (1 = 1) WHERE email = 'basil@example.org'");
        let shut = installation.run(&["admin", "reset", "basil@example.org"]);
        assert_eq!(shut.status, 1, "{}", shut.out);
        assert!(shut.err.contains("Basil Hume is suspended") && shut.err.contains(EMAIL), "{}", shut.err);
        assert!(shut.out.contains("has a new password") && !shut.out.contains("can sign in"), "{}", shut.out);
        let help = installation.run(&["admin", "reset", "--help"]).out;
        for gone in ["passkeys", "recovery codes", "API key", "sessions", "links", "suspended"] {
            assert!(help.contains(gone), "{gone} {help}");
        }
        let nobody = installation.run(&["admin", "reset", "nobody@example.org"]);
        assert!(nobody.status == 1 && nobody.err.contains("no such administrator"), "{}", nobody.err);
    }
}

both! {
    fn a_script_sets_everything_up(installation) {
        let installation = installation.set_up();
        let with_key = [BASIL, &["--last-name", "Hume", "--role", "Manager", "--password-stdin", "--api-key"]].concat();
        let added = installation.run_with(&with_key, PASSWORD);
        assert_eq!(added.status, 0, "{}", added.err);
        let key = added.out.lines().last().expect("a key").to_owned();
        assert!(key.starts_with("bwk_") && key.len() == 52, "{}", added.out);
        assert!(!added.err.contains(&key));
        let server = installation.serve(&[]);
        let ada = "{\"username\": \"ada\", \"email\": \"ada@example.net\", \"password\": \"tundra-violin-oxide-9\"}";
        let made = server.send("POST", "/api/systemusers", &key, ada);
        assert!(made.starts_with("HTTP/1.1 200") && made.contains("\"username\":\"ada\""), "{made}");
        let wrong = server.send("POST", "/api/systemusers", "bwk_wrong", ada);
        assert!(wrong.starts_with("HTTP/1.1 401"), "{wrong}");
        let list = server.send("GET", "/api/systemusers?fields=username", &key, "");
        assert!(list.contains("\"totalCount\":1"), "{list}");
        let document = server.get("/api/openapi.json");
        assert!(document.starts_with("HTTP/1.1 200") && document.contains("\"openapi\": \"3.1.0\""), "{document:.500}");
        let log = server.stop().log;
        assert!(!log.contains(&key) && !log.contains("tundra"), "{log}");
        // Without the option there is none.
        let plain = ["admin", "add", "--email", "cy@example.org", "--first-name", "Cy"];
        let plain = installation.run_with(&[&plain[..], REST].concat(), PASSWORD);
        assert!(plain.status == 0 && !plain.out.contains("bwk_"), "{}", plain.out);
        assert_eq!(installation.number("SELECT COUNT(*) FROM api_keys"), Some(1));
    }
}
