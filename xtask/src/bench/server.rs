//! The released program with a directory of its own, and the few requests that a measure makes.

use std::{
    fs,
    io::{BufRead, BufReader, Lines, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    Result,
    tools::{at, not_started, program, target},
};

pub struct Server {
    child: Child,
    /// Stays open: a program that cannot write to its output ends.
    out: Lines<BufReader<ChildStdout>>,
    /// `localhost:PORT`.
    host: String,
}

/// The administrator of a directory that is measured.
const EMAIL: &str = "grace@example.org";
const PASSWORD: &str = "tundra-violin-oxide-9";

/// What came back: the status, and the body as sent, still compressed.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Server {
    /// Starts it with a directory of so many people and waits until it listens.
    pub fn start(people: usize) -> Result<Self> {
        let data = target().join("bench").join("data");
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| at(&data, &error))?;
        }
        let names = ["--organization", "Example Org", "--first-name", "Grace", "--last-name", "Hopper"];
        bailiwick(&data, &[&["setup", "--email", EMAIL, "--password-stdin"], &names[..]].concat(), PASSWORD)?;
        if people > 0 {
            bailiwick(&data, &["import", "users", "-"], &csv(people))?;
        }
        Self::serve(&data)
    }

    /// Starts it with the directory that is there.
    pub fn serve(data: &Path) -> Result<Self> {
        let mut command = Command::new(program("release"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).env("BAILIWICK_LOG", "warn");
        let spawned = command.stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| not_started(&command, &error))?;
        let out = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let mut server = Self { child, out, host: String::new() };
        server.host = server.said("Listening on http://")?;
        Ok(server)
    }

    /// Waits for a line of its output that begins so, and returns the rest of it.
    pub fn said(&mut self, beginning: &str) -> Result<String> {
        for line in &mut self.out {
            if let Some(rest) = line?.strip_prefix(beginning) {
                return Ok(rest.to_owned());
            }
        }
        Err(format!("the server ended without saying `{beginning}`").into())
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Signs an administrator in; says the cookie of the session, for `get`.
    pub fn sign_in(&self) -> Result<String> {
        self.session("/admin/login", EMAIL, "bailiwick_admin")
    }

    /// Adds a user and signs them in; says the cookies of both sessions.
    pub fn user_sign_in(&self, administrator: &str) -> Result<String> {
        let user = serde_json::json!({ "user": {
            "form": { "username": "ada", "email": "ada@example.org" },
            "state": "ACTIVATED",
            "password": { "password": PASSWORD, "must_change": false },
        } });
        let kind = [("Content-Type", "application/json"), ("Cookie", administrator)];
        let answer = self.ask("POST", "/_fn/create_user", &kind, &user.to_string())?;
        if answer.status != 200 {
            return Err(format!("adding a user answers with {}", answer.status).into());
        }
        Ok(format!("{administrator}; {}", self.session("/login", "ada", "bailiwick_user")?))
    }

    fn session(&self, login: &str, name: &str, cookie: &str) -> Result<String> {
        let form = format!("email={}&password={PASSWORD}", name.replace('@', "%40"));
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        let answer = self.ask("POST", login, &kind, &form)?;
        let begin = format!("set-cookie: {cookie}=");
        let value = answer.head.lines().find_map(|line| line.strip_prefix(&*begin));
        let value = value.and_then(|rest| rest.split(';').next());
        Ok(format!("{cookie}={}", value.ok_or("signing in gave no session")?))
    }

    /// Asks as a browser does.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.ask("GET", path, headers, "")
    }

    /// Not by HTTP/1.0, which the server takes for the sign of a proxy.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.host.replace("localhost", "127.0.0.1"))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.host,
            body.len()
        )?;
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        stream.write_all(format!("\r\n{body}").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("not an answer of HTTP")?;
        let mut body = answer.split_off(end + 4);
        let head = String::from_utf8_lossy(&answer).into_owned();
        if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
            body = joined(&body)?;
        }
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        Ok(Answer { status: status.ok_or("an answer without a status")?, head, body })
    }
}

/// Runs a command of the program on a directory, with something to read.
fn bailiwick(data: &Path, args: &[&str], input: &str) -> Result {
    let mut command = Command::new(program("release"));
    command.args(args).arg("--data").arg(data).stdin(Stdio::piped()).stdout(Stdio::null());
    let spawned = command.spawn();
    let mut child = spawned.map_err(|error| not_started(&command, &error))?;
    child.stdin.take().ok_or("no input")?.write_all(format!("{input}\n").as_bytes())?;
    if child.wait()?.success() { Ok(()) } else { Err(format!("{args:?} failed").into()) }
}

/// People as a file of the template's columns.
fn csv(people: usize) -> String {
    let lines = (0..people).map(|n| format!("First{n},Last{n},user.{n},user.{n}@example.org,Engineering\n"));
    format!("FirstName,LastName,Username,Email,department\n{}", lines.collect::<String>())
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The body of an answer that came in pieces, each after its length.
fn joined(mut pieces: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = pieces.windows(2).position(|two| two == b"\r\n").ok_or("a piece without a length")?;
        let (length, rest) = pieces.split_at(end);
        let length = usize::from_str_radix(std::str::from_utf8(length)?.trim(), 16)?;
        if length == 0 {
            return Ok(body);
        }
        let piece = rest.get(2..length + 2).ok_or("a piece that is cut short")?;
        body.extend_from_slice(piece);
        pieces = rest.get(length + 4..).ok_or("pieces without an end")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined() {
        assert_eq!(joined(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n").unwrap(), b"abc0123456789");
        for broken in [&b""[..], b"3\r\nab", b"x\r\n", b"3\r\nabc\r\n"] {
            assert!(joined(broken).is_err(), "{broken:?}");
        }
    }
}
