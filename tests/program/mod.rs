//! The program as a child of a test: run to its end, or under way with its page.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, reason = "no test uses all of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn balise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balise"));
    command.args(arguments).current_dir(root()).env("BALISE_LANG", "en").stdin(Stdio::null());
    command
}

pub fn run(arguments: &[&str]) -> Output {
    balise(arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

/// Runs and expects the exit code; gives all that was said.
pub fn check(arguments: &[&str], exit: i32) -> String {
    let output = run(arguments);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {text}");
    text
}

/// A program under way, killed where a test fails.
pub struct Running(pub Child);

impl Running {
    pub fn start(arguments: &[&str]) -> (Self, String) {
        let mut child = balise(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        // Whoever closes the other end of its output must not stop it; keep ours open instead.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let ready = line.trim().strip_prefix("ready ").map(str::to_owned);
        (Self(child), ready.unwrap_or_else(|| panic!("not ready: {line}")))
    }

    /// How it ended, and how long that took.
    pub fn signal(mut self, signal: Signal) -> (Option<i32>, Duration) {
        let asked = Instant::now();
        kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), signal).unwrap();
        let code = self.0.wait().unwrap().code();
        (code, asked.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn page(url: &str) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches("/metrics");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Looks again and again until the page says so.
pub fn page_that(url: &str, holds: impl Fn(&str) -> bool) -> String {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let text = page(url);
        if holds(&text) {
            return text;
        }
        assert!(Instant::now() < deadline, "{text}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
