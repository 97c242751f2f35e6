//! Importing users from a file.

use crate::installation::Installation;

const PEOPLE: &str = include_str!("../../directory/data/people.csv");
const MESSY: &str = include_str!("../../directory/tests/data/people-messy.csv");

const ALL: &str = "SELECT COUNT(*) FROM users";

/// Every fault of the messy file: its row, its column, and how its message begins.
const FAULTS: &[(u64, &str, &str)] = &[
    (3, "Attribute1_value", "The attribute “tshirt” has no value."),
    (5, "Benutzer", "A username has no spaces."),
    (7, "E-Mail", "The same email address is in row 6."),
    (8, "Benutzer", "The same username is in row 6."),
    (9, "E-Mail", "An email address looks like"),
    (10, "E-Mail", "Enter an email address."),
    (13, "employeeIdentifier", "The same employee ID is in row 2."),
    (14, "Benutzer", "A username has at most 30 characters"),
    (15, "", "has fewer cells than the 9 headings."),
];

both! {
    fn everybody_with_their_managers(installation) {
        let installation = installation.set_up();
        let file = installation.file("people.csv", PEOPLE);
        let done = installation.run(&["import", "users", &file]);
        assert_eq!(done.status, 0, "{}", done.err);
        assert!(done.out.contains("1,284 users imported"), "{}", done.out);
        assert_eq!(installation.number(ALL), Some(1284));
        let managed = i64::try_from(managed()).expect("a count");
        assert!(managed > 1000);
        assert_eq!(installation.number("SELECT COUNT(*) FROM users WHERE manager_id IS NOT NULL"), Some(managed));

        let again = installation.run(&["import", "users", &file, "--dry-run"]);
        assert_eq!(again.status, 1);
        assert!(again.out.contains("1,284 rows: 0 good, 1,284 with faults"), "{}", again.out);
        assert!(again.out.contains("Row 2, Username: Somebody in the directory"), "{}", again.out);
        assert_eq!(installation.number(ALL), Some(1284));
    }
}

/// How many rows name a manager, as the file has it.
fn managed() -> usize {
    let mut rows = PEOPLE.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings = rows.next().expect("headings");
    let column = headings.iter().position(|heading| *heading == "manager").expect("a column");
    rows.filter(|row| !row[column].is_empty()).count()
}

both! {
    fn every_fault_by_row_and_column_and_nothing_written(installation) {
        let installation = installation.set_up();
        let file = installation.file("messy.csv", MESSY);
        let refused = installation.run(&["import", "users", &file]);
        assert_eq!(refused.status, 1);
        let told: Vec<&str> = refused.out.lines().filter(|line| line.starts_with("Row ")).collect();
        assert_eq!(told.len(), FAULTS.len(), "{}", refused.out);
        for ((row, column, says), line) in FAULTS.iter().zip(told) {
            let place = if column.is_empty() { format!("Row {row}") } else { format!("Row {row}, {column}") };
            assert!(line.starts_with(&format!("{place}: {says}")), "{line}");
        }
        assert!(refused.err.contains("--good-rows"), "{}", refused.err);
        assert_eq!(installation.number(ALL), Some(0));

        let good = installation.run(&["import", "users", &file, "--good-rows", "--state", "activated"]);
        assert_eq!(good.status, 1, "not everything was done");
        assert!(good.out.contains("7 users imported"), "{}", good.out);
        assert_eq!(installation.number("SELECT COUNT(*) FROM users WHERE state = 'ACTIVATED'"), Some(7));
        let cell = "SELECT COUNT(*) FROM users WHERE description LIKE 'Zeile 1%Zeile 2'";
        assert_eq!(installation.number(cell), Some(1));
    }
}

#[test]
fn a_report_for_programs() {
    let installation = Installation::new().set_up();
    let report = installation.run_with(&["import", "users", "-", "--format", "json", "--dry-run"], MESSY);
    assert_eq!(report.status, 1);
    let report: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    assert_eq!(report["rows"], 16);
    assert_eq!(report["good"], 7);
    assert_eq!(report["imported"], 0);
    assert_eq!(report["dryRun"], true);
    assert_eq!(report["faults"][0]["row"], 3);
    assert_eq!(report["faults"][0]["column"], "Attribute1_value");
    assert_eq!(report["faults"].as_array().map(Vec::len), Some(FAULTS.len()));
}

#[test]
fn headings_of_ones_own() {
    let installation = Installation::new().set_up();
    let file = "Konto,Post,Schuhgröße\nada,ada@example.org,38\n";
    let refused = installation.run_with(&["import", "users", "-"], file);
    assert_eq!(refused.status, 1);
    for way_out in [
        "“Konto”, “Post”, “Schuhgröße”",
        "such as Username, Email, FirstName",
        "--heading \"Benutzer=Username\"",
    ] {
        assert!(refused.err.contains(way_out), "{way_out}: {}", refused.err);
    }
    let named =
        ["--heading", "Konto=Username", "--heading", "Post=Email", "--heading", "Schuhgröße=description"];
    let done = installation.run_with(&[&["import", "users", "-"][..], &named].concat(), file);
    assert_eq!(done.status, 0, "{}", done.err);
    assert_eq!(installation.number("SELECT COUNT(*) FROM users WHERE description = '38'"), Some(1));
}

#[test]
fn what_cannot_be_read_is_explained() {
    let installation = Installation::new();
    let early = installation.run_with(&["import", "users", "-"], PEOPLE);
    assert!(early.status == 1 && early.err.contains("bailiwick setup"), "{}", early.err);
    let installation = installation.set_up();
    for (text, says) in [("", "empty"), ("a,b\n1,2\n", "heading"), ("Username\nada\n", "Email")] {
        let refused = installation.run_with(&["import", "users", "-"], text);
        assert!(refused.status == 1 && refused.err.contains(says), "{text}: {}", refused.err);
    }
    let missing = installation.run(&["import", "users", "nowhere.csv"]);
    assert!(missing.status == 1 && missing.err.contains("nowhere.csv"), "{}", missing.err);
}

#[test]
fn exports_of_other_directories() {
    let installation = Installation::new().set_up();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/directory/tests/data/imports");
    for name in ["google-workspace", "entra", "okta", "template"] {
        let done = installation.run(&["import", "users", &format!("{folder}/{name}.csv"), "--dry-run"]);
        assert_eq!(done.status, 0, "{name}: {}{}", done.out, done.err);
        assert!(done.out.contains("1 row: 1 good, 0 with faults"), "{name}: {}", done.out);
    }
    let google = format!("{folder}/google-workspace.csv");
    let done = installation.run(&["import", "users", &google]);
    assert!(done.out.contains("“Org Unit Path [Required]” is left out"), "{}", done.out);
    assert!(done.out.contains("1 user imported"), "{}", done.out);
    let again = installation.run(&["import", "users", &google, "--update-by", "email"]);
    assert_eq!(again.status, 0, "{}", again.err);
    assert!(again.out.contains("1 user is already as the file says"), "{}", again.out);
}

#[test]
fn a_file_changes_who_is_there() {
    let installation = Installation::new().set_up();
    let new = "Username,Email,Department,T-Shirt\nada,ada@example.org,Research,M\n";
    let added = installation.run_with(&["import", "users", "-", "--custom", "T-Shirt"], new);
    assert_eq!(added.status, 0, "{}", added.err);
    let file = "Username,Department,T-Shirt\nada,,L\n";
    let clear =
        ["import", "users", "-", "--update-by", "username", "--empty", "clear", "--leave-out", "T-Shirt"];
    let changed = installation.run_with(&clear, file);
    assert!(changed.status == 0 && changed.out.contains("1 user changed"), "{}{}", changed.out, changed.err);
    assert_eq!(installation.number("SELECT COUNT(*) FROM users WHERE department = ''"), Some(1));
    assert_eq!(installation.number("SELECT COUNT(*) FROM user_custom WHERE value = 'M'"), Some(1));
}
