//! `kill -9` in the middle of an import: afterwards it has either not begun or goes on to its end,
//! and nobody is there twice.

use std::fmt::Write as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::installation::Installation;

const PEOPLE: i64 = 20_000;
const ALL: &str = "SELECT COUNT(*) FROM users";
const DIFFERENT: &str = "SELECT COUNT(DISTINCT username_key) FROM users";
const EVENTS: &str = "SELECT COUNT(*) FROM events WHERE kind = 'user_create'";
const DONE: &str = "SELECT COUNT(*) FROM jobs WHERE kind = 'import' AND state = 'done'";
/// Rows are being written down, and nobody has been taken over.
const FILLING: &str = "SELECT COUNT(*) FROM import_rows WHERE position = 1000";

fn people() -> String {
    let mut text = "Username,Email,FirstName,LastName,manager\n".to_owned();
    for number in 1..=PEOPLE {
        let manager = if number > 10 { format!("person.{}", number / 10) } else { String::new() };
        writeln!(text, "person.{number},person.{number}@example.org,Person,{number},{manager}")
            .expect("text");
    }
    text
}

/// Imports the people and kills the program once a statement counts enough.
fn killed_once(installation: &Installation, sql: &'static str, enough: i64) {
    let file = installation.file("people.csv", &people());
    let mut child = installation
        .command(&["import", "users", &file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    while installation.number(sql).is_none_or(|count| count < enough) {
        let ended = child.try_wait().expect("asked");
        assert!(ended.is_none(), "it was over before it could be killed");
        sleep(Duration::from_millis(5));
    }
    // SIGKILL: no chance to tidy up.
    child.kill().expect("killed");
    child.wait().expect("an end");
}

fn until(installation: &Installation, sql: &'static str, wanted: i64) {
    for _ in 0..1200 {
        if installation.number(sql) == Some(wanted) {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("{sql} is {:?}, not {wanted}", installation.number(sql));
}

fn everybody_once(installation: &Installation) {
    assert_eq!(installation.number(ALL), Some(PEOPLE));
    assert_eq!(installation.number(DIFFERENT), Some(PEOPLE));
    assert_eq!(installation.number(EVENTS), Some(PEOPLE), "each with the event of it");
    assert_eq!(
        installation.number("SELECT COUNT(*) FROM users WHERE manager_id IS NOT NULL"),
        Some(PEOPLE - 10)
    );
}

both! {
    fn a_server_carries_on_with_a_killed_import(installation) {
        let installation = installation.set_up();
        killed_once(&installation, ALL, 1000);
        let written = installation.number(ALL).expect("a count");
        assert!((1000..PEOPLE).contains(&written), "{written}");
        let server = installation.serve(&[]);
        until(&installation, DONE, 1);
        assert_eq!(server.stop().status, Some(0));
        everybody_once(&installation);
    }
}

both! {
    fn the_next_import_carries_on_with_a_killed_one(installation) {
        let installation = installation.set_up();
        killed_once(&installation, ALL, 1000);
        let file = installation.file("people.csv", &people());
        let again = installation.run(&["import", "users", &file]);
        assert_eq!(again.status, 1, "everybody is there already");
        assert!(again.out.contains("20,000 rows: 0 good, 20,000 with faults"), "{}", again.err);
        everybody_once(&installation);
    }
}

both! {
    fn an_import_killed_before_it_began_has_not_begun(installation) {
        let installation = installation.set_up();
        killed_once(&installation, FILLING, 1);
        if installation.number(ALL) != Some(0) {
            return; // It was quicker than the watch; the other tests see to that.
        }
        let server = installation.serve(&[]);
        assert_eq!(server.stop().status, Some(0));
        let file = installation.file("people.csv", &people());
        let again = installation.run(&["import", "users", &file]);
        assert!(again.status == 0 || installation.number(ALL) == Some(PEOPLE), "{}", again.err);
        everybody_once(&installation);
    }
}
