//! The program by itself: how soon it answers, and what it holds while nothing happens.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use super::{
    server::Server,
    table::{Table, budget},
};
use crate::{Result, tools::target};

const PEOPLE: usize = 10_000;
const MEMORY: usize = 40_000_000;
const START: Duration = Duration::from_millis(150);

pub fn at_rest() -> Result<Table> {
    drop(Server::start(PEOPLE)?);
    let mut table = Table::new("The program with 10,000 people", &["", "reached", "budget"]);
    let began = Instant::now();
    let server = Server::serve(&target().join("bench").join("data"))?;
    let ready = server.get("/readyz", &[])?;
    let took = began.elapsed();
    if ready.status != 200 {
        return Err(format!("/readyz answers with {}", ready.status).into());
    }
    let kept = if took <= START { "ok" } else { "MISSED" };
    let cells = [format!("{} ms", took.as_millis()), format!("{} ms {kept}", START.as_millis())];
    table.row([vec!["start to first answer".to_owned()], cells.to_vec()].concat());
    // At rest means after the first round of housekeeping, and after somebody has looked at a list.
    let cookie = server.sign_in()?;
    server.get("/admin/users", &[("Accept", "text/html"), ("Cookie", &cookie)])?;
    thread::sleep(Duration::from_secs(3));
    let bytes = resident(server.pid())?;
    let megabytes = format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
    table.row(vec!["memory at rest (resident)".to_owned(), megabytes, budget(bytes, Some(MEMORY))]);
    Ok(table)
}

/// Linux tells in kibibytes.
fn resident(pid: u32) -> Result<usize> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}
