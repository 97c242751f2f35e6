//! Lists: search, filters, order, pages.

use directory::{Actor, ImportOptions};
use model::account::ColumnChoice;
use model::list::{Cursor, FilterKind};
use model::lists::LISTS;
use model::user::{Cell, CustomAttribute, NewUser, TextAttribute, UserState};
use model::{ErrorCode, Filter, ListQuery, Sort, Test};

use crate::world::{World, form};

async fn sample(world: &World) -> Actor {
    let grace = world.grace().await;
    let file = include_bytes!("../../data/people.csv");
    let options = ImportOptions { source: "sample".into(), ..ImportOptions::default() };
    let report = world.directory.import().users(&world.system(), file, &options).await.expect("read");
    assert_eq!(report.imported, 1284);
    grace
}

async fn names(world: &World, actor: &Actor, query: &ListQuery) -> Vec<String> {
    let page = world.directory.users().list(actor, query).await.expect("a page");
    page.rows.iter().map(|row| row.username.clone()).collect()
}

both! {
    /// Forward to the end and back to the start, in every order: each user once, in order.
    async fn pages_there_and_back(world) {
        let grace = sample(world).await;
        let users = world.directory.users();
        for sort in ["name", "-name", "state", "-state", "department", "created", "-created", "last_login", "email", "-last_name"] {
            let start = ListQuery { sort: Some(Sort::parse(sort)), limit: 100, ..ListQuery::default() };
            let mut pages = Vec::new();
            let mut query = start.clone();
            loop {
                let page = users.list(&grace, &query).await.expect("a page");
                assert_eq!(page.first, pages.len() as u64 * 100 + 1, "{sort}");
                let after = page.after.clone();
                pages.push(page);
                match after {
                    Some(mark) => query.cursor = Some(Cursor::After(mark)),
                    None => break,
                }
            }
            assert_eq!(pages.len(), 13);
            let mut seen: Vec<_> = pages.iter().flat_map(|page| page.rows.iter().map(|row| row.id)).collect();
            assert_eq!(seen.len(), 1284);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 1284, "{sort}: nobody is there twice");
            for index in (0..12).rev() {
                let mark = pages[index + 1].before.clone().expect("a page before");
                let query = ListQuery { cursor: Some(Cursor::Before(mark)), ..start.clone() };
                let back = users.list(&grace, &query).await.expect("a page");
                assert_eq!((&back.rows, back.first), (&pages[index].rows, pages[index].first), "{sort}");
                assert_eq!(back.before.is_some(), index > 0, "{sort}");
            }
        }
    }
}

both! {
    async fn search_finds_what_people_type(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        for (username, first, last) in
            [("zoe.obrien", "Zoë", "O'Brien"), ("lukasz.d", "Łukasz", "Dąbrowski"), ("li.xiaolong", "李", "小龙"), ("odd_name-50", "50%", "_x\\y")]
        {
            let mut form = form(username);
            form.set_text(TextAttribute::FirstName, first);
            form.set_text(TextAttribute::LastName, last);
            form.set_text(TextAttribute::EmployeeIdentifier, format!("E-{username}"));
            users.create(&grace, &NewUser { form, state: None, ..NewUser::default() }).await.expect("added");
        }
        for (text, found) in [
            ("zoe", vec!["zoe.obrien"]),
            ("ZOË o'b", vec!["zoe.obrien"]),
            ("dabrow luk", vec!["lukasz.d"]),
            ("小龙", vec!["li.xiaolong"]),
            ("李", vec!["li.xiaolong"]),
            ("e-lukasz", vec!["lukasz.d"]),
            ("50%", vec!["odd_name-50"]),
            ("%", vec!["odd_name-50"]),
            ("_x\\", vec!["odd_name-50"]),
            ("d_n", vec!["odd_name-50"]),
            ("zoe lukasz", vec![]),
            ("' OR 1=1 --", vec![]),
            ("\" OR \"", vec![]),
            ("example.org", vec!["odd_name-50", "lukasz.d", "zoe.obrien", "li.xiaolong"]),
        ] {
            let query = ListQuery { search: text.into(), ..ListQuery::default() };
            let mut expected: Vec<String> = found.into_iter().map(str::to_owned).collect();
            let mut got = names(world, &grace, &query).await;
            expected.sort();
            got.sort();
            assert_eq!(got, expected, "{text}");
        }
    }
}

both! {
    async fn filters_add_up(world) {
        let grace = sample(world).await;
        let count = async |filters: Vec<Filter>| {
            let query = ListQuery { filters, limit: 10, ..ListQuery::default() };
            world.directory.users().list(&grace, &query).await.expect("a page").total.counted
        };
        let is = |column: &str, values: &[&str]| Filter::is(column, values.iter().copied());
        assert_eq!(count(vec![is("department", &["Engineering"])]).await, 512);
        assert_eq!(count(vec![is("department", &["ENGINEERING", "Sales"])]).await, 512 + 184);
        let not = Filter { test: Test::IsNot, ..is("department", &["Engineering"]) };
        assert_eq!(count(vec![not]).await, 1284 - 512);
        let holds = Filter { test: Test::Contains, ..is("location", &["paulo", "krakow"]) };
        assert_eq!(count(vec![holds]).await, 168 + 146);
        let staged = count(vec![is("state", &["STAGED"])]).await;
        let others = count(vec![is("state", &["ACTIVATED", "Suspended"])]).await;
        assert_eq!(staged + others, 1284);
        assert_eq!(count(vec![is("state", &["STAGED"]), is("department", &["Nowhere"])]).await, 0);
        assert_eq!(count(vec![is("password_status", &["Pending"])]).await, 1284);
        assert_eq!(count(vec![is("password_status", &["Active", "Expired", "Locked", "Expiring"])]).await, 0);
        assert_eq!(count(vec![is("mfa_enrolled", &["true"])]).await, 0);
        assert_eq!(count(vec![is("sudo", &["no"])]).await, 1284);
        assert_eq!(count(vec![Filter::after("created", "-7d")]).await, 1284);
        assert_eq!(count(vec![Filter { test: Test::Before, ..Filter::after("created", "-7d") }]).await, 0);
        assert_eq!(count(vec![is("company", &["Example Org"])]).await, 1284);
        assert_eq!(count(vec![is("custom.tshirt", &["XL"])]).await, 0);
        assert_eq!(count(vec![Filter { test: Test::IsNot, ..is("custom.tshirt", &["XL"]) }]).await, 1284);
    }
}

both! {
    async fn reports_of_a_manager(world) {
        let grace = sample(world).await;
        let users = world.directory.users();
        let query = ListQuery { search: "brandon.nicholson".into(), ..ListQuery::default() };
        let boss = users.list(&grace, &query).await.expect("a page").rows[0].id;
        let query = ListQuery {
            filters: vec![Filter::is("manager", [boss.to_string()])],
            columns: vec!["manager".into()],
            ..ListQuery::default()
        };
        let page = users.list(&grace, &query).await.expect("a page");
        assert_eq!(page.total.counted, 49);
        assert!(page.rows.iter().all(|row| matches!(&row.cells[0], Cell::Person(Some(person)) if person.id == boss)));
    }
}

both! {
    async fn what_a_list_does_not_have_is_refused(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let filter = |column: &str, test, values: Vec<&str>| ListQuery {
            filters: vec![Filter { column: column.into(), test, values: values.into_iter().map(Into::into).collect() }],
            ..ListQuery::default()
        };
        let queries = [
            filter("nonsense", Test::Is, vec!["x"]),
            filter("state", Test::Is, vec!["GONE"]),
            filter("state", Test::Before, vec!["STAGED"]),
            filter("created", Test::Before, vec!["yesterday"]),
            filter("created", Test::Before, vec!["1", "2"]),
            filter("created", Test::After, vec!["9223372036854775807d"]),
            filter("mfa_enrolled", Test::Is, vec!["maybe"]),
            filter("manager", Test::Is, vec!["'; DROP TABLE users"]),
            filter("department", Test::Is, vec!["\0"]),
            filter("department", Test::Is, vec!["x"; 201]),
            ListQuery { search: "x".repeat(201), ..ListQuery::default() },
            ListQuery { search: "\0".into(), ..ListQuery::default() },
            ListQuery { sort: Some(Sort::parse("nonsense")), ..ListQuery::default() },
            ListQuery { limit: 0, ..ListQuery::default() },
            ListQuery { limit: 65535, ..ListQuery::default() },
            ListQuery { cursor: Some(Cursor::After("nonsense".into())), ..ListQuery::default() },
            ListQuery { cursor: Some(Cursor::Before(String::new())), ..ListQuery::default() },
        ];
        for query in queries {
            assert_eq!(world.code(users.list(&grace, &query).await), ErrorCode::Invalid, "{query:?}");
        }
        for key in ["name:1", "x", ""] {
            let query = ListQuery { columns: vec!["email".into(), key.into()], ..ListQuery::default() };
            let problem = world.problem(users.list(&grace, &query).await);
            assert!(problem.fault("columns").is_some_and(|message| message.contains(key)), "{problem:?}");
        }
    }
}

both! {
    /// Whatever the browser offers to filter and sort by, the directory takes.
    async fn every_column_does_what_it_says(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ask = async |list: &str, query: ListQuery| match list {
            "users" => users.list(&grace, &query).await.map(drop),
            "deleted_users" => users.list_deleted(&grace, &query).await.map(drop),
            "user_groups" => world.directory.groups().list(&grace, &query).await.map(drop),
            "applications" => world.directory.applications().list(&grace, &query).await.map(drop),
            "jobs" => world.directory.jobs().list(&grace, &query).await.map(drop),
            "schedules" => users.schedules(&grace, &query).await.map(drop),
            "messages" => world.directory.mail().list(&grace, &query).await.map(drop),
            "events" => world.directory.insights().list(&grace, &query).await.map(drop),
            "administrators" => world.directory.administrators().list(&grace, &query).await.map(drop),
            other => panic!("say how the list {other} is asked for"),
        };
        for spec in LISTS {
            for column in spec.columns {
                let sort = Some(Sort { column: column.key.into(), descending: true });
                let sorted = ask(spec.name, ListQuery { sort, ..ListQuery::default() }).await;
                assert_eq!(sorted.is_ok(), column.sortable, "{} by {}", spec.name, column.key);
                let Some(kind) = column.filter else { continue };
                let filter = match kind {
                    FilterKind::Choice(choices) => Filter::is(column.key, choices.iter().map(|(value, _)| *value)),
                    FilterKind::Text => Filter::is(column.key, ["x", "y"]),
                    FilterKind::Flag => Filter::is(column.key, ["true"]),
                    FilterKind::Time => Filter::after(column.key, "-7d"),
                    FilterKind::Person => Filter::is(column.key, ["0123456789abcdef01234567"]),
                };
                let query = ListQuery { filters: vec![filter], ..ListQuery::default() };
                assert!(ask(spec.name, query).await.is_ok(), "{} filtered by {}", spec.name, column.key);
            }
        }
    }
}

both! {
    /// A page's mark fits the order it was made in, and no other.
    async fn a_mark_of_another_order_is_refused(world) {
        let grace = sample(world).await;
        let users = world.directory.users();
        let mark = users.list(&grace, &ListQuery::default()).await.expect("a page").after.expect("more");
        let query = ListQuery {
            sort: Some(Sort::parse("-email")),
            cursor: Some(Cursor::After(mark)),
            ..ListQuery::default()
        };
        assert_eq!(world.code(users.list(&grace, &query).await), ErrorCode::Invalid);
    }
}

both! {
    async fn everything_is_searched_for_those_who_may(world) {
        let grace = sample(world).await;
        let search = world.directory.search();
        let hits = search.everything(&grace, "gra").await.expect("hits");
        assert!(!hits.people.is_empty() && hits.people.len() <= 6);
        assert_eq!(hits.administrators[0].email, "grace@example.org");
        assert_eq!(search.everything(&grace, "  ").await.expect("hits"), model::search::Hits::default());
        let runner = world.administrator("run", model::DefaultRole::CommandRunner).await;
        assert_eq!(search.everything(&runner, "gra").await.expect("hits"), model::search::Hits::default());
        assert_eq!(world.code(search.everything(&grace, &"x".repeat(300)).await), ErrorCode::Invalid);
    }
}

both! {
    /// Exact, then a word that starts with it, then others, however many there are.
    async fn what_fits_best_is_found_first(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        for number in 0..60 {
            world.user(&grace, &format!("a{number}.allan")).await;
        }
        for (username, first, last) in [("x1", "Zoe", "Lannister"), ("x2", "Zoe", "Lan"), ("x3", "Lan", "")] {
            let mut form = form(username);
            form.set_text(TextAttribute::FirstName, first);
            form.set_text(TextAttribute::LastName, last);
            users.create(&grace, &NewUser { form, ..NewUser::default() }).await.expect("added");
        }
        let hits = world.directory.search().everything(&grace, " LAN").await.expect("hits").people;
        let names: Vec<_> = hits.iter().map(|hit| hit.name.as_str()).collect();
        assert_eq!(names.len(), 6);
        assert_eq!(names[..3], ["Lan", "Zoe Lan", "Zoe Lannister"]);
        world.administrator("lan", model::DefaultRole::ReadOnly).await;
        let hits = world.directory.search().everything(&grace, "lan@example.org").await.expect("hits");
        assert_eq!(hits.administrators[0].email, "lan@example.org");
    }
}

both! {
    async fn staged_people_are_in_the_list_of_the_staged(world) {
        let grace = world.grace().await;
        let new = NewUser { form: form("ada.lovelace"), state: Some(UserState::Staged), ..NewUser::default() };
        world.directory.users().create(&grace, &new).await.expect("added");
        let query = ListQuery { filters: vec![Filter::is("state", ["STAGED"])], ..ListQuery::default() };
        assert_eq!(names(world, &grace, &query).await, ["ada.lovelace"]);
    }
}

both! {
    async fn custom_attributes_are_columns_and_are_found_by_name(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        for (username, custom) in [
            ("ada", vec![("tshirt", "XL"), ("Badge", "7")]),
            ("bob", vec![("tshirt", "S")]),
            ("cy", vec![("desk", "")]),
        ] {
            let mut form = form(username);
            form.custom = custom.into_iter()
                .map(|(name, value)| CustomAttribute { name: name.into(), value: value.into() })
                .collect();
            users.create(&grace, &NewUser { form, ..NewUser::default() }).await.expect("added");
        }
        let columns: Vec<String> = ["custom.tshirt", "email", "custom.none"].map(str::to_owned).into();
        let query = ListQuery { columns: columns.clone(), sort: Some(Sort::parse("username")), ..ListQuery::default() };
        let page = users.list(&grace, &query).await.expect("a page");
        assert_eq!(page.columns, columns);
        let cells: Vec<_> = page.rows.iter().map(|row| (row.cells[0].clone(), row.cells[2].clone())).collect();
        let text = |text: &str| Cell::Text(text.into());
        assert_eq!(cells, [(text("XL"), text("")), (text("S"), text("")), (text(""), text(""))]);

        let choice = ColumnChoice { columns: vec!["custom.Badge".into()], ..ColumnChoice::default() };
        world.directory.preferences().set_columns(&grace, "users", &choice).await.expect("chosen");
        let page = users.list(&grace, &ListQuery::default()).await.expect("a page");
        assert_eq!(page.columns, ["custom.Badge"]);
        let odd = ListQuery { columns: vec!["custom.t-shirt".into()], ..ListQuery::default() };
        assert_eq!(world.code(users.list(&grace, &odd).await), ErrorCode::Invalid);

        let found = async |test: Test, values: &[&str]| {
            let filter = Filter { test, ..Filter::is("custom.tshirt", values.iter().copied()) };
            let query = ListQuery { filters: vec![filter], ..ListQuery::default() };
            let mut names = names(world, &grace, &query).await;
            names.sort();
            names
        };
        assert_eq!(found(Test::Is, &[""]).await, ["cy"], "nothing is what they have who lack it");
        assert_eq!(found(Test::IsNot, &[""]).await, ["ada", "bob"]);
        assert_eq!(found(Test::Is, &["", "S"]).await, ["bob", "cy"]);
        assert_eq!(found(Test::Contains, &["x"]).await, ["ada"]);

        let named = async |text: &str| users.attribute_names(&grace, text).await.expect("names");
        assert_eq!(named("").await, ["Badge", "desk", "tshirt"]);
        assert_eq!(named(" BAD").await, ["Badge"]);
        assert!(named("%").await.is_empty());
        let bill = world.administrator("bill", model::DefaultRole::BillingOnly).await;
        assert_eq!(world.code(users.attribute_names(&bill, "").await), ErrorCode::Forbidden);
    }
}
