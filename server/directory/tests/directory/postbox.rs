//! A real mail server on this machine: aiosmtpd, by `tests/data/postbox.py`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::world::named;

/// Where a Python that has aiosmtpd is found.
pub const PYTHON: &str = "BAILIWICK_TEST_SMTP";

pub struct Postbox {
    pub port: u16,
    said: Mutex<Receiver<Value>>,
    child: Child,
}

/// A message as it arrived.
pub struct Arrived {
    pub to: String,
    pub text: String,
    pub tls: bool,
    pub login: String,
}

impl Postbox {
    pub fn start(args: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/postbox.py");
        let mut child = Command::new(named(PYTHON))
            .arg(script)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It warns of what the tests want.
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let (tell, said) = channel();
        let out = child.stdout.take().expect("what it says");
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let said = serde_json::from_str(&line).expect("a line of JSON");
                if tell.send(said).is_err() {
                    break;
                }
            }
        });
        let mut postbox = Self { port: 0, said: Mutex::new(said), child };
        let port = postbox.next().expect("its port")["port"].as_u64().expect("a number");
        postbox.port = u16::try_from(port).expect("a port");
        postbox
    }

    fn next(&self) -> Option<Value> {
        self.said.lock().expect("a lock").recv_timeout(Duration::from_secs(20)).ok()
    }

    /// Waits until the server leaves somebody without an answer.
    pub fn stalled(&self) {
        assert!(self.next().expect("a word")["stalled"].is_string());
    }

    /// The next message, once it arrives.
    pub fn coming(&self) -> Arrived {
        read(&self.next().expect("a message"))
    }

    /// The messages that have arrived since this was last asked.
    pub fn messages(&self) -> Vec<Arrived> {
        // What the server took it said before it answered, but through a pipe.
        std::thread::sleep(Duration::from_millis(50));
        let said = self.said.lock().expect("a lock");
        said.try_iter().map(|message| read(&message)).collect()
    }

    /// The one message that has arrived.
    pub fn message(&self) -> Arrived {
        let mut messages = self.messages();
        assert_eq!(messages.len(), 1, "messages that arrived");
        messages.remove(0)
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(message: &Value) -> Arrived {
    let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
    Arrived {
        to: message["to"][0].as_str().unwrap_or_default().to_owned(),
        text: text("text"),
        tls: message["tls"].as_bool().unwrap_or_default(),
        login: text("login"),
    }
}

impl Arrived {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        let line = self.text.lines().find_map(|line| line.strip_prefix(start.as_str()));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.text))
    }

    /// The text with its soft line breaks taken out (RFC 2045, 6.7).
    pub fn plain(&self) -> String {
        self.text.replace("=\r\n", "").replace("=3D", "=")
    }
}
