//! What jobs take. Ignored unless somebody asks, with `--nocapture`: no time is asserted.

#![expect(clippy::print_stdout, reason = "a measurement prints what it saw")]

use std::fmt::Write as _;
use std::time::Duration;

use directory::ImportOptions;
use model::event::EventKind;
use model::job::BulkAction;

use crate::jobs::{events, everybody, start};
use crate::world::World;

/// What it takes to suspend ten thousand while somebody else signs in again and again. Prints what it saw.
async fn measure(world: &World) {
    let grace = world.grace().await;
    let mut file = "Username,Email,FirstName,LastName\n".to_owned();
    for number in 0..10_000 {
        let row = writeln!(file, "user.{number},user.{number}@example.org,User,{number}");
        row.expect("text");
    }
    let options = ImportOptions { source: "csv".into(), ..ImportOptions::default() };
    let system = world.system();
    let report = world.directory.import().users(&system, file.as_bytes(), &options).await.expect("read");
    assert_eq!(report.imported, 10_000);
    let began = std::time::Instant::now();
    start(world, &grace, &everybody(BulkAction::Suspend)).await;
    let started = began.elapsed();
    let directory = world.directory.clone();
    let working = tokio::spawn(async move { directory.work_on_jobs(1000).await });
    let mut slowest = Duration::ZERO;
    while !working.is_finished() {
        let asked = std::time::Instant::now();
        world.grace_again().await;
        slowest = slowest.max(asked.elapsed());
    }
    working.await.expect("no panic").expect("worked");
    let took = began.elapsed();
    assert_eq!(events(world, EventKind::UserSuspended).await, (10_000, 10_000));
    println!(
        "10,000 suspended in {took:?}, of which the start {started:?}; slowest sign-in meanwhile {slowest:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn measured_on_sqlite() {
    measure(&World::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, and needs PostgreSQL"]
async fn measured_on_postgres() {
    measure(&World::postgres().await).await;
}
