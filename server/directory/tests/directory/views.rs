//! Saved views of lists.

use directory::Actor;
use model::view::{SavedView, ViewForm, ViewUpdate};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Sort};

use crate::raw::run;
use crate::world::World;

const USERS: &str = "users";

fn staged() -> ListQuery {
    ListQuery {
        search: "ada & co".into(),
        filters: vec![Filter::is("state", ["STAGED"])],
        sort: Some(Sort::parse("-created")),
        columns: vec!["email".into(), "created".into()],
        ..ListQuery::default()
    }
}

fn view(name: &str) -> ViewForm {
    ViewForm { name: name.into(), query: staged(), shared: false, default: false }
}

async fn seen(world: &World, actor: &Actor) -> Vec<SavedView> {
    world.directory.views().list(actor, USERS).await.expect("views")
}

async fn names(world: &World, actor: &Actor) -> Vec<String> {
    seen(world, actor).await.into_iter().map(|view| view.name).collect()
}

async fn update_of(world: &World, actor: &Actor, id: Id) -> ViewUpdate {
    let view = seen(world, actor).await.into_iter().find(|view| view.id == id).expect("there");
    let form = ViewForm { name: view.name, query: view.query, shared: view.shared, default: view.default };
    ViewUpdate { id, version: view.version, form }
}

async fn default_of(world: &World, actor: &Actor) -> Vec<(String, String)> {
    world.directory.account().me(actor).await.expect("me").default_views
}

both! {
    async fn a_view_is_saved_changed_and_deleted_by_its_owner_alone(world) {
        let grace = world.grace().await;
        let mona = world.administrator("mona", DefaultRole::Manager).await;
        let views = world.directory.views();
        let paged = ListQuery { limit: 100, ..staged() };
        let id = views.create(&mona, USERS, &ViewForm { query: paged, ..view("  Staged ") }).await.expect("saved");
        let [saved] = &seen(world, &mona).await[..] else { panic!("one view") };
        assert_eq!((saved.id, saved.name.as_str(), &saved.query), (id, "Staged", &staged()));
        assert!(saved.missing.is_empty() && !saved.shared && !saved.default);

        // Nobody else has it, sees it or changes it.
        assert!(names(world, &grace).await.is_empty());
        let theirs = update_of(world, &mona, id).await;
        assert_eq!(world.code(views.update(&grace, &theirs).await), ErrorCode::NotFound);
        assert_eq!(world.code(views.delete(&grace, id).await), ErrorCode::NotFound);
        views.create(&grace, USERS, &view("Staged")).await.expect("a name is one's own");

        let taken = world.problem(views.create(&mona, USERS, &view("STAGED")).await);
        assert_eq!(taken.fault("name"), Some("You have a view called STAGED already. Choose another name."));
        views.create(&mona, "jobs", &ViewForm { query: ListQuery::default(), ..view("Staged") }).await.expect("another list");

        let mut update = update_of(world, &mona, id).await;
        update.form.name = "New hires".into();
        update.form.query.search.clear();
        views.update(&mona, &update).await.expect("changed");
        assert_eq!(world.code(views.update(&mona, &ViewUpdate { form: view("Late"), ..update }).await), ErrorCode::Stale);
        assert_eq!(names(world, &mona).await, ["New hires"]);
        assert_eq!(seen(world, &mona).await[0].query.search, "");
        views.delete(&mona, id).await.expect("deleted");
        assert!(names(world, &mona).await.is_empty());
        assert_eq!(world.code(views.delete(&mona, id).await), ErrorCode::NotFound);
    }
}

both! {
    async fn who_changes_settings_shares_views_and_all_who_see_the_list_have_them(world) {
        let grace = world.grace().await;
        let mona = world.administrator("mona", DefaultRole::Manager).await;
        let bill = world.administrator("bill", DefaultRole::BillingOnly).await;
        let views = world.directory.views();
        let shared = ViewForm { shared: true, ..view("Staged") };
        assert_eq!(world.code(views.create(&mona, USERS, &shared).await), ErrorCode::Forbidden);
        let id = views.create(&grace, USERS, &shared).await.expect("shared");
        assert_eq!(names(world, &mona).await, ["Staged"]);
        assert_eq!(world.code(views.list(&bill, USERS).await), ErrorCode::Forbidden);
        assert_eq!(world.code(views.create(&bill, USERS, &view("Mine")).await), ErrorCode::Forbidden);
        assert_eq!(world.problem(views.list(&grace, "nothing").await).faults[0].field, "list");

        // To open with it is everybody's own choice; what it holds is not.
        let mut update = update_of(world, &mona, id).await;
        update.form.default = true;
        views.update(&mona, &update).await.expect("chosen");
        update.form.name = "Mine".into();
        assert_eq!(world.code(views.update(&mona, &update).await), ErrorCode::Forbidden);
        update.form = ViewForm { shared: false, name: "Staged".into(), ..update.form };
        assert_eq!(world.code(views.update(&mona, &update).await), ErrorCode::Forbidden);
        assert_eq!(world.code(views.delete(&mona, id).await), ErrorCode::Forbidden);
        let address = format!("{}&view={id}", staged().to_address());
        assert_eq!(default_of(world, &mona).await, [(USERS.to_owned(), address)]);
        assert!(default_of(world, &grace).await.is_empty());

        // Taken back, it is one's own, and nobody's list opens with it.
        let mut update = update_of(world, &grace, id).await;
        update.form.shared = false;
        views.update(&grace, &update).await.expect("taken back");
        assert!(names(world, &mona).await.is_empty() && default_of(world, &mona).await.is_empty());
        let mut update = update_of(world, &grace, id).await;
        update.form.shared = true;
        views.update(&grace, &update).await.expect("shared again");
        views.delete(&grace, id).await.expect("deleted");

        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let told: Vec<_> = events.iter().map(|one| one.event.event_type.as_str())
            .filter(|kind| kind.starts_with("saved_view")).collect();
        assert_eq!(told, ["saved_view_delete", "saved_view_update", "saved_view_update", "saved_view_create"]);
    }
}

both! {
    async fn a_list_opens_with_one_view_at_most(world) {
        let grace = world.grace().await;
        let views = world.directory.views();
        let chosen = |name: &str| ViewForm { default: true, ..view(name) };
        let first = views.create(&grace, USERS, &chosen("First")).await.expect("saved");
        let second = views.create(&grace, USERS, &chosen("Second")).await.expect("saved");
        let defaults: Vec<_> = seen(world, &grace).await.iter().map(|view| view.default).collect();
        assert_eq!(defaults, [false, true]);
        let mut update = update_of(world, &grace, first).await;
        update.form.default = true;
        views.update(&grace, &update).await.expect("chosen");
        assert!(default_of(world, &grace).await[0].1.ends_with(&first.to_string()));
        views.delete(&grace, second).await.expect("deleted");
        views.delete(&grace, first).await.expect("deleted");
        assert!(default_of(world, &grace).await.is_empty());
    }
}

both! {
    async fn what_a_list_no_longer_has_is_left_out_and_named(world) {
        let grace = world.grace().await;
        let views = world.directory.views();
        let odd = ListQuery { columns: vec!["email".into(), "floor".into()], ..staged() };
        let refused = world.problem(views.create(&grace, USERS, &ViewForm { query: odd, ..view("Odd") }).await);
        assert_eq!(refused.fault("query"), Some("The list does not have the column “floor”."));

        let id = views.create(&grace, USERS, &ViewForm { default: true, ..view("Old") }).await.expect("saved");
        run(world, "UPDATE saved_views SET query = 'filter=floor:is:3&filter=state:is:STAGED&sort=-desk&columns=email,floor'").await;
        let old = seen(world, &grace).await.remove(0);
        assert_eq!(old.missing, ["column “floor”", "filter “floor”", "order “desk”"]);
        let left = "filter=state:is:STAGED&columns=email";
        assert_eq!(old.query.to_address(), left);
        assert_eq!(default_of(world, &grace).await[0].1, format!("{left}&view={id}"));
        let page = world.directory.users().list(&grace, &old.query).await.expect("it opens");
        assert_eq!(page.columns, ["email"]);
    }
}

both! {
    async fn ones_own_views_go_with_the_administrator_and_shared_ones_stay(world) {
        let grace = world.grace().await;
        let adam = world.administrator("adam", DefaultRole::Administrator).await;
        let views = world.directory.views();
        views.create(&adam, USERS, &ViewForm { shared: true, default: true, ..view("Shared") }).await.expect("shared");
        views.create(&adam, USERS, &view("Own")).await.expect("saved");
        let (id, _) = crate::administrators::id_of(world, "adam").await;
        world.directory.administrators().delete(&grace, &[id]).await.expect("deleted");
        assert_eq!(names(world, &grace).await, ["Shared"]);
        assert_eq!(crate::raw::rows(world, "SELECT name, made_by FROM saved_views").await.len(), 1);
    }
}
