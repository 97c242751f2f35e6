//! A running `bailiwick serve`.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::installation::Installation;

/// Longer than anything takes on a busy machine; a test never waits for it in vain.
const LONG: Duration = Duration::from_mins(1);

pub struct Server {
    child: Child,
    /// What it said on the standard output until it listened.
    pub said: Vec<String>,
    rest: Receiver<String>,
    log: Option<JoinHandle<String>>,
    pub port: u16,
}

/// How a server ended.
pub struct Ended {
    pub status: Option<i32>,
    pub log: String,
}

impl Installation {
    /// Starts the server on a free port and waits until it listens.
    pub fn serve(&self, args: &[&str]) -> Server {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"]).args(args))
    }
}

impl Server {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (tell, rest) = channel();
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        let mut err = child.stderr.take().expect("a pipe");
        let log = thread::spawn(move || {
            let mut text = Vec::new();
            drop(err.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut server = Self { child, said: Vec::new(), rest, log: Some(log), port: 0 };
        server.listen();
        server
    }

    fn listen(&mut self) {
        while let Ok(line) = self.rest.recv_timeout(LONG) {
            let port = line.strip_prefix("Listening on ").and_then(|url| url.rsplit_once(':'));
            self.port = port.and_then(|(_, port)| port.parse().ok()).unwrap_or(self.port);
            self.said.push(line);
            if self.port != 0 {
                // What comes with it is written at once.
                self.said
                    .extend(std::iter::from_fn(|| self.rest.recv_timeout(Duration::from_millis(300)).ok()));
                return;
            }
        }
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        panic!("the server does not listen:\n{log}");
    }

    /// The link with the one-time token, if it printed one.
    pub fn link(&self) -> Option<&str> {
        self.said.iter().find_map(|line| line.strip_prefix("Set up Bailiwick: "))
    }

    pub fn get(&self, path: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        get(stream, path)
    }

    /// Sends JSON with an API key; the answer with its head.
    pub fn send(&self, method: &str, path: &str, key: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks it to stop, as an operator would.
    pub fn stop(mut self) -> Ended {
        signal("TERM", self.child.id());
        let status = self.child.wait().expect("an end").code();
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        Ended { status, log }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Asks for one page; the answer with its head.
pub fn get(mut stream: impl Read + std::io::Write, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    // Over TLS an end without a farewell is an error, and of no matter here.
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

pub fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    assert!(sent.expect("kill runs").success());
}
