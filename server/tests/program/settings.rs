//! Settings: whose word counts, and what is said of nonsense.

use crate::installation::{Installation, Ran, program, ran};

/// The value and the origin of one setting, as `bailiwick config` prints them.
fn setting(ran: &Ran, name: &str) -> (String, String) {
    assert_eq!(ran.status, 0, "{}", ran.err);
    let line = ran.out.lines().find(|line| line.split_whitespace().next() == Some(name)).expect(name);
    let mut columns = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).skip(1);
    let value = columns.next().expect(name).to_owned();
    (value, columns.next().unwrap_or_default().to_owned())
}

#[test]
fn the_command_line_beats_the_environment_beats_the_file_beats_the_default() {
    let installation = Installation::new();
    std::fs::create_dir(installation.data()).expect("made");
    let listen = |command: &mut std::process::Command| setting(&ran(command, ""), "listen");
    let told = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(listen(&mut installation.command(&["config"])), told("127.0.0.1:8080", "default"));

    let file = installation.data().join("bailiwick.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\n").expect("written");
    let origin = file.display().to_string();
    assert_eq!(listen(&mut installation.command(&["config"])), told("127.0.0.1:1", &origin));

    let other = installation.file("other.toml", "listen = \"127.0.0.1:2\"\n");
    assert_eq!(
        listen(&mut installation.command(&["config", "--config", &other])),
        told("127.0.0.1:2", &other)
    );

    let mut command = installation.command(&["config", "--config", &other]);
    command.env("BAILIWICK_LISTEN", "127.0.0.1:3");
    assert_eq!(listen(&mut command), told("127.0.0.1:3", "BAILIWICK_LISTEN"));
    command.args(["--listen", "127.0.0.1:4"]);
    assert_eq!(listen(&mut command), told("127.0.0.1:4", "command line"));
    let mut empty = installation.command(&["config"]);
    empty.env("BAILIWICK_LISTEN", "");
    assert_eq!(listen(&mut empty), told("127.0.0.1:1", &origin));
}

#[test]
fn secrets_come_from_files_and_are_not_shown() {
    let installation = Installation::new();
    let secret = installation.file("url", "postgres://bailiwick:s3cret@db.example.org/bailiwick\n");
    let mut command = program(&["config"]);
    command.env("BAILIWICK_DATABASE_URL_FILE", &secret);
    let shown = ran(&mut command, "");
    let (value, origin) = setting(&shown, "database_url");
    assert_eq!(value, "postgres://bailiwick:***@db.example.org/bailiwick");
    assert_eq!(origin, "BAILIWICK_DATABASE_URL_FILE");
    assert!(!format!("{}{}", shown.out, shown.err).contains("s3cret"));

    command.env("BAILIWICK_DATABASE_URL", "postgres://other/x");
    let both = ran(&mut command, "");
    assert_eq!(both.status, 1);
    assert!(both.err.contains("both set"), "{}", both.err);

    let mut odd = program(&["config", "--database-url", "mysql://root:s3cret@db/x"]);
    let odd = ran(&mut odd, "");
    assert_eq!(odd.status, 2);
    assert!(!odd.err.contains("s3cret") && odd.err.contains("postgres://"), "{}", odd.err);
}

#[test]
fn a_mail_server_is_named_without_its_password() {
    let installation = Installation::new();
    let secret = installation.file("password", "s3cret\n");
    let file = installation.file(
        "mail.toml",
        "smtp_host = \"mail.example.org\"\nsmtp_port = 2525\nsmtp_username = \"b\"\nsmtp_from = \"it@example.org\"\n",
    );
    let mut command = installation.command(&["config", "--config", &file]);
    command.env("BAILIWICK_SMTP_PASSWORD_FILE", &secret).env("BAILIWICK_SMTP_SECURITY", "tls");
    let shown = ran(&mut command, "");
    assert_eq!(setting(&shown, "smtp_host").0, "mail.example.org");
    assert_eq!(setting(&shown, "smtp_port").0, "2525");
    assert_eq!(
        setting(&shown, "smtp_password"),
        ("***".to_owned(), "BAILIWICK_SMTP_PASSWORD_FILE".to_owned())
    );
    assert_eq!(setting(&shown, "smtp_security"), ("tls".to_owned(), "BAILIWICK_SMTP_SECURITY".to_owned()));
    assert!(!format!("{}{}", shown.out, shown.err).contains("s3cret"));
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let installation = Installation::new();
    // Nothing listens there, and PostgreSQL says at once that it is not one.
    let url = "postgres://bailiwick:s3cret@127.0.0.1/bailiwick?host=/nowhere";
    let refused = installation.run(&["admin", "reset", "x@example.org", "--database-url", url]);
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("bailiwick:***@127.0.0.1") && !refused.err.contains("s3cret"),
        "{}",
        refused.err
    );
}

#[test]
fn nonsense_is_refused_with_its_place() {
    let installation = Installation::new();
    for (text, says) in [
        ("listne = \"x\"", "there is no setting `listne`"),
        ("listen = [", "is not right"),
        ("[listen]\nport = 1", "listen"),
        ("listen = \"8080\"", "127.0.0.1:8080"),
        ("public_url = \"directory.example.org\"", "https://"),
        ("trusted_proxies = [\"10.0.0.0/33\"]", "10.0.0.0/8"),
        ("log_format = \"xml\"", "neither text nor json"),
        ("tls_cert = \"x.pem\"", "tls_key"),
        ("smtp_port = 25", "without smtp_host"),
        ("smtp_host = \"mail.example.org\"", "smtp_from"),
        ("smtp_host = \"https://x\"\nsmtp_from = \"a@b.org\"", "smtp_host"),
        ("smtp_host = \"x.org\"\nsmtp_from = \"a@b.org\"\nsmtp_security = \"ssl\"", "STARTTLS"),
    ] {
        let file = installation.file("settings.toml", text);
        let refused = installation.run(&["config", "--config", &file]);
        assert_eq!(refused.status, 1, "{text}");
        assert!(refused.err.contains(says), "{text}: {}", refused.err);
        assert!(!refused.err.contains("panic"), "{}", refused.err);
    }
    let missing = installation.run(&["config", "--config", "nowhere.toml"]);
    assert_eq!(missing.status, 1);
    assert!(missing.err.contains("nowhere.toml"), "{}", missing.err);
    for usage in [
        &["serve", "--listen", "x"][..],
        &["serve", "--listen", "127.0.0.1:0", "--tls-cert", "x"],
        &["import", "users"],
        &["nothing"],
    ] {
        assert_eq!(installation.run(usage).status, 2, "{usage:?}");
    }
    let mut command = installation.command(&["config"]);
    command.env("BAILIWICK_LISTN", "127.0.0.1:1");
    let warned = ran(&mut command, "");
    assert!(warned.status == 0 && warned.err.contains("BAILIWICK_LISTN"), "{}", warned.err);
}
