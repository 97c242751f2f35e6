//! Debian's clients of LDAP. Ignored unless `--include-ignored` is given; then `BAILIWICK_TEST_LDAP_UTILS` names the
//! folder that they are in, and `cargo xtask test` sees to it.

use std::path::{Path, PathBuf};
use std::process::Output;

use model::access::BoundKind;
use model::group::NewPeriod;
use tokio::process::Command;

use crate::client::Served;
use crate::world::{PASSWORD, World, form, named};
use crate::{Org, group};

/// Where the programs are.
const PROGRAMS: &str = "BAILIWICK_TEST_LDAP_UTILS";

#[test]
fn on_ci_there_are_the_programs() {
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci || std::env::var_os(PROGRAMS).is_some(), "{PROGRAMS} names no folder");
}

struct Programs<'a> {
    folder: PathBuf,
    served: &'a Served,
    certificate: &'a Path,
}

impl Programs<'_> {
    /// Runs one, over StartTLS or LDAPS, bound as somebody.
    async fn run(&self, program: &str, starts_tls: bool, dn: &str, password: &str, args: &[&str]) -> Output {
        let mut command = Command::new(self.folder.join(program));
        command.env("LDAPTLS_CACERT", self.certificate).env("LDAPCONF", "/dev/null");
        // By address: for "localhost" they expect the machine's own name in the certificate.
        if starts_tls {
            command.arg("-ZZ").arg("-H").arg(format!("ldap://{}", self.served.ldap));
        } else {
            command.arg("-H").arg(format!("ldaps://{}", self.served.ldaps));
        }
        command.args(["-x", "-D", dn, "-w", password]).args(args);
        command.output().await.expect("the program runs")
    }
}

fn out(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What is said without what differs from run to run.
fn lines(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
#[ignore = "needs ldap-utils: BAILIWICK_TEST_LDAP_UTILS and --include-ignored"]
async fn the_clients_of_debian_are_answered() {
    let world = World::sqlite().await;
    let org = Org::new(&world).await;
    let reader = org.reader().await;
    let mut ada = form("ada.king");
    ada.unix_uid = "5001".into();
    let ada_id = org.add(ada).await;
    let mut staff = group("Staff");
    (staff.linux_name, staff.linux_gid) = ("staff".into(), "7000".into());
    let staff = org.group(staff).await;
    org.bind(BoundKind::Group, staff).await;
    org.join(staff, ada_id, NewPeriod::default()).await;
    for number in 0..9 {
        org.bound(&format!("user{number}")).await;
    }
    let served = Served::start(&world.directory);
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = folder.path().join("ca.pem");
    std::fs::write(&certificate, &served.certificate).expect("written");
    let programs = Programs { folder: named(PROGRAMS).into(), served: &served, certificate: &certificate };
    let (users, ada, new) = (org.users(), org.person("ada.king"), "oxide-violin-tundra-7");

    for starts_tls in [true, false] {
        let who = programs.run("ldapwhoami", starts_tls, &ada, PASSWORD, &[]).await;
        assert_eq!(out(&who).trim(), format!("dn:{ada}"));
    }
    let wrong = programs.run("ldapwhoami", true, &ada, "not-it-at-all", &[]).await;
    assert_eq!(wrong.status.code(), Some(49), "{}", out(&wrong));

    let args = [
        "-LLL",
        "-o",
        "ldif-wrap=no",
        "-b",
        &users,
        "(&(uid=ada.king)(objectClass=posixAccount))",
        "uid",
        "uidNumber",
        "memberOf",
    ];
    let found = programs.run("ldapsearch", true, &reader, PASSWORD, &args).await;
    let expected = [
        format!("dn: {ada}"),
        format!("memberOf: cn=Staff,{users}"),
        "uid: ada.king".to_owned(),
        "uidNumber: 5001".to_owned(),
    ];
    assert_eq!(lines(&found), expected, "{}", out(&found));
    let args = [
        "-LLL",
        "-o",
        "ldif-wrap=no",
        "-b",
        &users,
        "(&(cn=staff)(objectClass=posixGroup))",
        "memberUid",
        "member",
    ];
    let found = programs.run("ldapsearch", false, &reader, PASSWORD, &args).await;
    let expected =
        [format!("dn: cn=Staff,{users}"), format!("member: {ada}"), "memberUid: ada.king".to_owned()];
    assert_eq!(lines(&found), expected, "{}", out(&found));
    let args = ["-LLL", "-b", &users, "-E", "pr=3/noprompt", "(objectClass=person)", "1.1"];
    let paged = programs.run("ldapsearch", false, &reader, PASSWORD, &args).await;
    assert_eq!(lines(&paged).iter().filter(|line| line.starts_with("dn: ")).count(), 11, "{}", out(&paged));

    let same = format!("mail:{}", "ADA.KING@example.org");
    let compared = programs.run("ldapcompare", true, &reader, PASSWORD, &[&ada, &same]).await;
    assert_eq!(compared.status.code(), Some(6), "{}", out(&compared));
    let short = programs.run("ldappasswd", true, &ada, PASSWORD, &["-a", PASSWORD, "-s", "short"]).await;
    assert_eq!(short.status.code(), Some(1), "{}", out(&short));
    assert!(out(&short).contains("Constraint violation"), "{}", out(&short));
    let changed = programs.run("ldappasswd", true, &ada, PASSWORD, &["-a", PASSWORD, "-s", new]).await;
    assert!(changed.status.success(), "{}", out(&changed));
    let who = programs.run("ldapwhoami", false, &ada, new, &[]).await;
    assert_eq!(out(&who).trim(), format!("dn:{ada}"));
    served.stop().await;
}
