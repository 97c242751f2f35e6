//! Every command that a person needs, with nothing to install by hand. `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its person")]

mod bench;
mod check;
mod dev;
#[cfg(test)]
mod layers;
mod libraries;
#[cfg(test)]
mod recipes;
mod release;
mod run;
mod site;
mod test;
mod tools;

use std::{env, error::Error, path::PathBuf, process::ExitCode};

/// A failure is a sentence for the person at the terminal.
type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "run",
        about: "build for a first look (server unoptimised) and start on http://localhost:8080 with ./data",
        run: run::run,
    },
    Command {
        name: "test",
        about: "everything: format, lints, tests on both databases, browsers\n\
                with NAME…: only the tests, in Rust and in browsers, whose name it is part of",
        run: test::run,
    },
    Command { name: "dev", about: "build quickly, start, and again after each change", run: dev::run },
    Command {
        name: "check",
        about: "format and lints only, for the server and the browser",
        run: check::run,
    },
    Command { name: "bench", about: "measure: bytes of the first visit of each page", run: bench::run },
    Command {
        name: "release",
        about: "target/dist: the program in a .tar.gz with its SHA-256",
        run: release::run,
    },
];

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let said = error.to_string();
            if !said.is_empty() {
                eprintln!("\nxtask: {said}");
            }
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result {
    env::set_current_dir(root())?;
    let args: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        list();
        return Ok(());
    };
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return (command.run)(rest);
    }
    list();
    Err(format!("there is no command `{name}`").into())
}

fn list() {
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {:<9}{}", command.name, command.about.replace('\n', "\n           "));
    }
}

/// The top of the repository, where every command runs.
fn root() -> PathBuf {
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(own).join("..")
}
