//! Measures the directory beside the bare SQL on the same data: `cargo xtask bench` runs this.
//!
//! `--large` adds a directory of a million people. Nothing here asserts a time; it prints what it
//! saw, with the reach beside it.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring tool prints, and stops at what it does not expect"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use directory::{
    Actor, Directory, Environment, HashingCost, ImportOptions, MailOptions, Operator, Options, Origin,
    SetupForm, StoreOptions,
};
use model::group::{
    Comparison, GroupForm, GroupRule, Join, RuleBlock, RuleCondition, RuleMode, RulePart, SaveRule,
};
use model::import::{Existing, MatchBy};
use model::{Filter, ListQuery, Sort};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

const PASSWORD: &str = "tundra-violin-oxide-9";

#[tokio::main]
async fn main() {
    let large = std::env::args().any(|arg| arg == "--large");
    let mut sizes = vec![10_000, 100_000];
    if large {
        sizes.push(1_000_000);
    }
    println!("## Import and lists (SQLite, one file; one run on this machine)\n");
    for size in sizes {
        measure(size).await;
    }
}

async fn measure(size: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bailiwick.db");
    let options = Options {
        store: StoreOptions::Sqlite(file.clone()),
        key_file: folder.path().join("key"),
        public_url: "http://localhost:8080".to_owned(),
        mail: MailOptions::default(),
        package: model::billing::Package::default(),
        ldap: model::ldap::LdapAddresses::default(),
    };
    let environment = Environment::system(HashingCost::default());
    let (directory, operator) = Directory::open_for_operator(&options, environment).await.expect("open");
    set_up(&directory).await;
    let stop = Arc::new(AtomicBool::new(false));
    let owner = run_maintenance(&directory, &stop);
    let sign_ins = sign_in_meanwhile(&directory, &stop);

    let mut seconds = 0.0;
    // A file of a hundred thousand at a time, as an organization would send it.
    for start in (0..size).step_by(100_000) {
        let csv = people(start, size.min(start + 100_000));
        let began = Instant::now();
        let system = operator.actor("measuring");
        let import = ImportOptions { source: "csv".into(), ..ImportOptions::default() };
        let report = directory.import().users(&system, csv.as_bytes(), &import).await.expect("imported");
        seconds += began.elapsed().as_secs_f64();
        assert!(report.is_complete(), "{:?}", report.faults.first());
    }
    stop.store(true, Ordering::SeqCst);
    let slowest = sign_ins.await.expect("no panic");
    owner.await.expect("no panic");
    directory.seal_events().await.expect("sealed");
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = size as f64 / seconds;
    println!(
        "{} people: imported in {seconds:.1} s, {rate:.0} a second (reach: 10,000); slowest sign-in meanwhile \
         {} ms (reach: 1,000)\n",
        model::list::grouped(size as u64),
        slowest.as_millis()
    );
    lists(&directory, &operator, &file, size).await;
    rules(&directory, &operator, size).await;
    directory.close().await;
}

async fn set_up(directory: &Directory) {
    let token = directory.setup().issue_token().await.expect("issued").expect("a token");
    let form = SetupForm {
        organization: "Example Org".into(),
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        email: "grace@example.org".into(),
        password: PASSWORD.into(),
        ..SetupForm::default()
    };
    directory.setup().complete(&visitor(), &token, form).await.expect("set up");
}

fn visitor() -> Actor {
    Actor::visitor(Origin { ip: "127.0.0.1".into(), user_agent: "measuring".into() })
}

fn run_maintenance(directory: &Directory, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<()> {
    let (directory, stop) = (directory.clone(), stop.clone());
    tokio::spawn(async move {
        directory
            .run_maintenance(async {
                while !stop.load(Ordering::SeqCst) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            })
            .await;
    })
}

/// Somebody signs in five times a second; says the slowest of it.
fn sign_in_meanwhile(directory: &Directory, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<Duration> {
    let (directory, stop) = (directory.clone(), stop.clone());
    tokio::spawn(async move {
        let mut slowest = Duration::ZERO;
        while !stop.load(Ordering::SeqCst) {
            let began = Instant::now();
            directory
                .sign_in()
                .password(&visitor(), model::Principal::Administrator, "grace@example.org", PASSWORD)
                .await
                .expect("signed in");
            slowest = slowest.max(began.elapsed());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        slowest
    })
}

const FIRST: &[&str] =
    &["Ada", "Zoë", "Grace", "Łukasz", "Jürgen", "Mei", "Priya", "Omar", "Ines", "Tomás", "Anna", "Bo"];
const LAST: &[&str] =
    &["Lovelace", "Hopper", "Dąbrowski", "Müller", "Chen", "Patel", "Haddad", "Sørensen", "Nowak", "Quist"];
const DEPARTMENTS: &[&str] =
    &["Engineering", "Sales", "Support", "Finance", "Product", "People", "Legal", "Design"];
const LOCATIONS: &[&str] = &["London", "Berlin", "São Paulo", "Kraków", "New York", "Toronto", "Remote"];

fn pick<'a>(of: &[&'a str], number: usize) -> &'a str {
    of.get(number % of.len()).copied().unwrap_or_default()
}

/// People as a CSV file; each has a last name of their own, so that there are rare words too.
fn people(from: usize, to: usize) -> String {
    let mut csv = String::from(
        "FirstName,LastName,Username,Email,jobTitle,employeeIdentifier,department,location,manager,mobile_number\n",
    );
    for number in from..to {
        let (first, last) = (pick(FIRST, number * 7), pick(LAST, number * 3));
        let manager =
            if number % 100 == 0 { String::new() } else { format!("user.{}", number - number % 100) };
        let written = writeln!(
            csv,
            "{first},{last} {number:x},user.{number},user.{number}@example.org,Job {},E-{number},{},{},{manager},+1 555 {number}",
            number % 40,
            pick(DEPARTMENTS, number / 3),
            pick(LOCATIONS, number / 5),
        );
        written.expect("text");
    }
    csv
}

/// One list page and the bare statements that would answer it.
struct Case {
    name: &'static str,
    query: ListQuery,
    page: String,
    count: String,
}

const COLUMNS: &str = "*";
const BY_MANAGER: &str = "(SELECT name_key FROM users AS managers WHERE managers.id = users.manager_id), pk";

fn cases() -> Vec<Case> {
    let case = |name, query: ListQuery, condition: &str, order: &str| Case {
        name,
        page: format!(
            "SELECT {COLUMNS} FROM users WHERE deleted_at IS NULL{condition} ORDER BY {order} LIMIT 51"
        ),
        count: format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE deleted_at IS NULL{condition} LIMIT 10001)"
        ),
        query,
    };
    let found = |word: &str| {
        format!(" AND pk IN (SELECT rowid FROM user_search_trigrams WHERE search_text LIKE '%{word}%')")
    };
    let looks =
        |word: &str| format!(" AND pk IN (SELECT pk FROM user_search WHERE search_text LIKE '%{word}%')");
    let search = |text: &str| ListQuery { search: text.into(), ..ListQuery::default() };
    let sorted = |sort: &str| ListQuery { sort: Some(Sort::parse(sort)), ..ListQuery::default() };
    let filtered = |filters: Vec<Filter>| ListQuery { filters, ..ListQuery::default() };
    let engineering = || Filter::is("department", ["Engineering"]);
    let staged = || Filter::is("state", ["STAGED"]);
    vec![
        case("first page by name", ListQuery::default(), "", "name_key, pk"),
        case("newest first", sorted("-created"), "", "created_at DESC, pk DESC"),
        case("by company, no index", sorted("company"), "", "LOWER(company), pk"),
        case("by manager, no index", sorted("manager"), "", BY_MANAGER),
        case("search, rare (user.9876)", search("user.9876"), &found("user.9876"), "name_key, pk"),
        case("search, common (lovelace)", search("lovelace"), &looks("lovelace"), "name_key, pk"),
        case("search, two letters (zo)", search("zo"), &looks("zo"), "name_key, pk"),
        case("search, nothing (qqqq)", search("qqqq"), &found("qqqq"), "name_key, pk"),
        case(
            "department, by name",
            filtered(vec![engineering()]),
            " AND department_key IN ('engineering')",
            "name_key, pk",
        ),
        case("state that nobody has", filtered(vec![staged()]), " AND state IN ('STAGED')", "name_key, pk"),
        case(
            "search + department + order",
            ListQuery {
                search: "hopper".into(),
                sort: Some(Sort::parse("-email")),
                ..filtered(vec![engineering()])
            },
            &format!(" AND department_key IN ('engineering'){}", found("hopper")),
            "email DESC, pk DESC",
        ),
    ]
}

async fn lists(directory: &Directory, operator: &Operator, file: &std::path::Path, size: usize) {
    let mut bare =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.expect("open");
    let system = operator.actor("measuring");
    println!("| list page of 50 | p50 | p95 | bare SQL p50 | p95 | p95 ratio |");
    println!("|---|--:|--:|--:|--:|--:|");
    for case in cases() {
        let rounds = if size >= 1_000_000 { 40 } else { 100 };
        let mut ours = Vec::new();
        let mut sql = Vec::new();
        for round in 0..rounds + 5 {
            let began = Instant::now();
            directory.users().list(&system, &case.query).await.expect("a page");
            let page = began.elapsed();
            let began = Instant::now();
            for statement in [&case.count, &case.page] {
                sqlx::query(AssertSqlSafe(statement.clone())).fetch_all(&mut bare).await.expect("rows");
            }
            // The first rounds fill caches on both sides.
            if round >= 5 {
                ours.push(page);
                sql.push(began.elapsed());
            }
        }
        let (ours, sql) = (percentiles(ours), percentiles(sql));
        println!(
            "| {} | {} | {} | {} | {} | {:.2} |",
            case.name,
            shown(ours.0),
            shown(ours.1),
            shown(sql.0),
            shown(sql.1),
            ours.1.as_secs_f64() / sql.1.as_secs_f64()
        );
    }
    let began = Instant::now();
    directory.home().people(&system).await.expect("figures");
    println!("\nHomepage figures at {}: {}\n", model::list::grouped(size as u64), shown(began.elapsed()));
}

/// How many groups have a rule while it is measured.
const RULES: usize = 200;

/// 200 groups by rule; then a department is renamed, and one person moves.
async fn rules(directory: &Directory, operator: &Operator, size: usize) {
    let system = operator.actor("measuring");
    let condition = |field: &str, value: &str| {
        let (field, values) = (field.to_owned(), vec![value.to_owned()]);
        RulePart::Condition(RuleCondition { field, operator: Comparison::Equals, values })
    };
    let began = Instant::now();
    for number in 0..RULES {
        let form = GroupForm { name: format!("Group {number}"), ..GroupForm::default() };
        let group = directory.groups().create(&system, &form).await.expect("a group");
        let department = if number % 9 == 8 { "Studio" } else { pick(DEPARTMENTS, number % 9) };
        let parts = vec![condition("department", department), condition("location", pick(LOCATIONS, number))];
        let rule = RuleBlock { join: Join::All, parts };
        let rule = GroupRule { mode: RuleMode::Automatic, rule, brake: 100 };
        let save = SaveRule { group, version: 0, rule: Some(rule), leaving: 0 };
        directory.group_rules().save(&system, &save).await.expect("saved");
    }
    println!(
        "{RULES} groups by rule: saved and filled in {:.1} s, {} ms each\n",
        began.elapsed().as_secs_f64(),
        began.elapsed().as_millis() / RULES as u128
    );
    let mut csv = String::from("Username,department\n");
    let mut renamed = 0;
    for number in (0..size).filter(|number| pick(DEPARTMENTS, number / 3) == "Design") {
        writeln!(csv, "user.{number},Studio").expect("text");
        renamed += 1;
    }
    let update = ImportOptions {
        source: "csv".into(),
        by: MatchBy::Username,
        existing: Existing::Leave,
        ..ImportOptions::default()
    };
    let report = directory.import().users(&system, csv.as_bytes(), &update).await.expect("imported");
    assert!(report.is_complete(), "{:?}", report.faults.first());
    let began = Instant::now();
    directory.clean_up().await.expect("applied");
    println!(
        "A department of {} renamed: {RULES} rules are right again after {:.1} s (reach: 10)\n",
        model::list::grouped(renamed),
        began.elapsed().as_secs_f64()
    );
    let one = "Username,department\nuser.1,Studio\n";
    directory.import().users(&system, one.as_bytes(), &update).await.expect("imported");
    let began = Instant::now();
    directory.clean_up().await.expect("applied");
    println!("One person moved: {RULES} rules are right again after {}\n", shown(began.elapsed()));
}

fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1)).copied();
    (at(50).unwrap_or_default(), at(95).unwrap_or_default())
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}
