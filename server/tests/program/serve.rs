//! Starting and stopping the server.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::installation::Installation;
use crate::server::{Server, get};

both! {
    fn answers_and_stops(installation) {
        let server = installation.serve(&[]);
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
        let ended = server.stop();
        assert_eq!(ended.status, Some(0), "{}", ended.log);
        assert!(ended.log.contains("stopped"), "{}", ended.log);
    }
}

#[test]
fn prints_a_set_up_link_until_somebody_has_set_it_up() {
    let installation = Installation::new();
    let server = installation.serve(&[]);
    let first = server.link().expect("a link").to_owned();
    let address = format!("http://localhost:{}/setup?token=", server.port);
    let token = first.strip_prefix(&address).expect("on this server");
    assert_eq!(token.len(), 43, "256 bits");
    let ended = server.stop();
    assert!(!ended.log.contains(token), "the token is in the log:\n{}", ended.log);

    let second = installation.serve(&[]);
    assert_ne!(second.link().expect("a link").rsplit('=').next(), first.rsplit('=').next());
    second.stop();

    let server = installation.set_up().serve(&[]);
    assert_eq!(server.link(), None, "{:?}", server.said);
    server.stop();
}

#[test]
fn logs_are_for_programs_on_request_and_hold_no_secret() {
    let server = Installation::new().serve(&["--log-format", "json"]);
    server.get("/setup?token=not-for-the-log");
    let log = server.stop().log;
    assert!(!log.contains("not-for-the-log"), "{log}");
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let answered =
        lines.iter().find(|line| line["span"]["path"] == "/setup").expect("a line for the request");
    assert!(answered["span"]["id"].is_string() && answered["fields"]["status"].is_u64(), "{answered}");
}

#[test]
fn what_must_be_backed_up_is_its_owners_alone() {
    let installation = Installation::new();
    installation.serve(&[]).stop();
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&installation.data()), 0o700);
    assert_eq!(mode(&installation.data().join("bailiwick.key")), 0o600);
    assert_eq!(mode(&installation.data().join("bailiwick.db")), 0o600);
}

#[test]
fn plain_http_at_another_name_is_refused_with_the_ways_out() {
    let installation = Installation::new();
    let refused = installation.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--public-url",
        "http://directory.example.org",
    ]);
    assert_eq!(refused.status, 1);
    for way in ["--tls-cert", "--public-url https://directory.example.org", "http://localhost:"] {
        assert!(refused.err.contains(way), "{}", refused.err);
    }
    let https = ["--public-url", "https://directory.example.org"];
    let refused = installation.run(&[&["serve", "--listen", "127.0.0.1:0"][..], &https].concat());
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("--trusted-proxy ADDRESS"), "{}", refused.err);
    let server = installation.serve(&[&https[..], &["--trusted-proxy", "127.0.0.1"]].concat());
    assert!(server.link().expect("a link").starts_with("https://directory.example.org/setup?token="));
    assert!(server.get("/healthz").to_lowercase().contains("strict-transport-security"));
    server.stop();
}

#[test]
fn speaks_https_with_a_certificate() {
    let installation = Installation::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = installation.file("certificate.pem", &made.cert.pem());
    let key = installation.file("key.pem", &made.signing_key.serialize_pem());
    let server = installation.serve(&["--tls-cert", &certificate, "--tls-key", &key]);
    assert!(
        server.said.contains(&format!("Listening on https://localhost:{}", server.port)),
        "{:?}",
        server.said
    );

    let answer = get(tls(&server, &made.cert.pem()), "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_lowercase().contains("strict-transport-security"), "{answer}");
    assert_eq!(server.stop().status, Some(0));

    let plain = ["serve", "--listen", "127.0.0.1:0", "--public-url", "http://localhost:8080"];
    let refused = installation.run(&[&plain[..], &["--tls-cert", &certificate, "--tls-key", &key]].concat());
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("--public-url https://localhost"), "{}", refused.err);
    let swapped = installation.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        &key,
        "--tls-key",
        &certificate,
    ]);
    assert_eq!(swapped.status, 1);
    assert!(swapped.err.contains("belong together"), "{}", swapped.err);
}

fn tls(server: &Server, pem: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM")).expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", server.port)).expect("connected"))
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let refused = Installation::new().run(&["serve", "--listen", &address]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains(&address) && refused.err.contains("--listen"), "{}", refused.err);
}

both! {
    fn data_of_a_newer_version_is_refused(installation) {
        let installation = installation.set_up();
        installation.execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        );
        let refused = installation.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(refused.status, 1);
        assert!(refused.err.contains("newer Bailiwick") && refused.err.contains("9999"), "{}", refused.err);
    }
}

both! {
    fn another_databases_key_is_refused(installation) {
        let installation = installation.set_up();
        let key = installation.data().join("bailiwick.key");
        std::fs::write(&key, [7_u8; 32]).expect("written");
        let refused = installation.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(refused.status, 1);
        assert!(refused.err.contains("does not belong to this database"), "{}", refused.err);
        std::fs::write(&key, "short").expect("written");
        let refused = installation.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(refused.err.contains("32 bytes"), "{}", refused.err);
    }
}

#[test]
fn a_place_that_cannot_hold_data_is_named() {
    let installation = Installation::new();
    std::fs::write(installation.data(), "a file").expect("written");
    let refused = installation.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("is not a folder") && refused.err.contains("--data"), "{}", refused.err);

    let installation = Installation::new().set_up();
    std::fs::write(installation.data().join("bailiwick.db"), "x".repeat(4096)).expect("written");
    let refused = installation.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("bailiwick.db cannot be opened"), "{}", refused.err);
}
