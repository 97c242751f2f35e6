//! A PostgreSQL of the tests' own, gone when they are over.

use std::{
    fs::{self, File},
    io::Read,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::install;
use crate::{
    Result,
    tools::{at, complete, find, target, write},
};

/// Where tests find the address of a superuser on the database `postgres`.
pub const VARIABLE: &str = "BAILIWICK_TEST_POSTGRES";

/// The user that Debian's package makes; PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";

pub struct Postgres {
    bin: PathBuf,
    home: PathBuf,
    url: String,
    child: Option<Child>,
}

impl Postgres {
    pub fn start() -> Result<Self> {
        if bin().is_none() {
            install::debian("postgresql", "PostgreSQL")?;
        }
        let bin = bin().ok_or("PostgreSQL is installed, but its programs are not to be found")?;
        let mut postgres = Self { bin, home: home()?, url: String::new(), child: None };
        postgres.stop();
        postgres.create()?;
        postgres.launch()?;
        Ok(postgres)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// One of PostgreSQL's programs, as a user that it accepts.
    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        if install::is_root() { as_account(&path) } else { Command::new(path) }
    }

    fn create(&self) -> Result {
        let data = self.data();
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| at(&data, &error))?;
        }
        let secret = self.home.join("password");
        write(&secret, password()?.as_bytes())?;
        own(&self.home)?;
        let mut initdb = self.program("initdb");
        initdb.args(["--username=postgres", "--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        initdb.arg("--pwfile").arg(&secret).arg("--pgdata").arg(&data).stdout(Stdio::null());
        complete(&mut initdb)
    }

    fn launch(&mut self) -> Result {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let password = fs::read_to_string(self.home.join("password"))?;
        self.url = format!("postgres://postgres:{}@127.0.0.1:{port}/postgres", password.trim());
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &port.to_string()]);
        // What it loses with the machine, nobody misses.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            command.args(["-c", setting]);
        }
        let log = self.home.join("log");
        let out = File::create(&log).map_err(|error| at(&log, &error))?;
        self.child = Some(command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn()?);
        self.wait(port, &log)
    }

    fn wait(&mut self, port: u16, log: &Path) -> Result {
        for _ in 0..150 {
            let mut ask = self.program("pg_isready");
            ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            if ask.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            if self.child.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|ended| ended.is_some())) {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let said = fs::read_to_string(log).unwrap_or_default();
        Err(format!("PostgreSQL did not start:\n{said}").into())
    }

    /// Ends it, be it ours or left over from a run that was broken off.
    fn stop(&mut self) {
        let data = self.data();
        if data.join("postmaster.pid").exists() {
            let mut stop = self.program("pg_ctl");
            stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(&data);
            // One that is no longer there is as good as stopped.
            drop(stop.stdout(Stdio::null()).stderr(Stdio::null()).status());
        }
        if let Some(mut child) = self.child.take() {
            drop(child.wait());
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder of the newest PostgreSQL here.
fn bin() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| dir.join("initdb").is_file() && dir.join("postgres").is_file();
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()));
    let on_path = find("postgres").and_then(|path| path.parent().map(Path::to_owned));
    told.filter(complete)
        .or_else(|| on_path.filter(complete))
        .or_else(|| debians().into_iter().find(complete))
}

fn debians() -> Vec<PathBuf> {
    let found = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = found.map(|entry| entry.path()).collect();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    found.sort_by_key(|path| std::cmp::Reverse(version(path)));
    found.into_iter().map(|path| path.join("bin")).collect()
}

/// A folder below `target` that the account can reach; root's own home is closed to it.
fn home() -> Result<PathBuf> {
    let inside = target().join("postgres");
    fs::create_dir_all(&inside).map_err(|error| at(&inside, &error))?;
    let inside = inside.canonicalize()?;
    if !install::is_root() {
        return Ok(inside);
    }
    let mut look = as_account("test".as_ref());
    if look.arg("-x").arg(&inside).status().is_ok_and(|status| status.success()) {
        return Ok(inside);
    }
    let outside = outside(&inside);
    fs::create_dir_all(&outside).map_err(|error| at(&outside, &error))?;
    Ok(outside)
}

/// One for each folder that is built in: two that are tested at once do not stop each other's.
fn outside(inside: &Path) -> PathBuf {
    let mut name = HEXLOWER.encode(&Sha256::digest(inside.as_os_str().as_encoded_bytes()));
    name.truncate(12);
    std::env::temp_dir().join(format!("bailiwick-postgres-{name}"))
}

/// Ends with us, even when we are killed.
fn as_account(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    let id = format!("--reuid={ACCOUNT}");
    let group = format!("--regid={ACCOUNT}");
    command.args([&id, &group, "--init-groups", "--pdeathsig=TERM", "--"]).arg(program);
    command
}

fn own(home: &Path) -> Result {
    if install::is_root() {
        complete(Command::new("chown").args(["-R", &format!("{ACCOUNT}:{ACCOUNT}")]).arg(home))?;
    }
    Ok(())
}

/// Other people of this machine can reach the port.
fn password() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(HEXLOWER.encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clones_have_a_server_each() {
        assert_eq!(outside("/one/target/postgres".as_ref()), outside("/one/target/postgres".as_ref()));
        assert_ne!(outside("/one/target/postgres".as_ref()), outside("/two/target/postgres".as_ref()));
    }
}
