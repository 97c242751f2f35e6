//! The released program with a directory of its own, and the few requests that a measure makes.

use std::{
    fs,
    io::{BufRead, BufReader, Lines, Read, Write},
    net::TcpStream,
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

/// What came back: the status, and the body as sent, still compressed.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Server {
    /// Starts it with an empty directory and waits until it listens.
    pub fn start() -> Result<Self> {
        let data = target().join("bench").join("data");
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| at(&data, &error))?;
        }
        let mut command = Command::new(program("release"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).env("BAILIWICK_LOG", "warn");
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

    /// Asks as a browser does. HTTP 1.0 keeps the answer in one piece.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.host.replace("localhost", "127.0.0.1"))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\n", self.host)?;
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        stream.write_all(b"\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("not an answer of HTTP")?;
        let body = answer.split_off(end + 4);
        let status = String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|word| word.parse().ok());
        Ok(Answer { status: status.ok_or("an answer without a status")?, body })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
