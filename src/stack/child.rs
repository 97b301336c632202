//! A program of others as our child, which does not outlive us.
//!
//! - Ended: SIGTERM, then SIGKILL after a bounded wait, on [`Child::stop`] and on drop.
//! - Interrupted: it has a process group of its own, so that Ctrl-C in a terminal reaches us alone and
//!   we end it in order.
//! - Killed: where `setpriv` is to be had, the kernel kills the child once we are gone. The kernel looks
//!   at the *thread* that started the child, so that one is kept until the child is gone.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::{Runnable, StackError};

/// How long a child may take to end in order; Alertmanager would take 10 s where a receiver refuses.
const GRACE: Duration = Duration::from_secs(5);
/// The same on drop, where everything else waits for us.
const GRACE_ON_DROP: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(20);
/// How much of its log is shown where it ended by itself.
const TAIL_LINES: usize = 6;
const TAIL_BYTES: u64 = 16 * 1024;

/// One start at a time: a program just copied cannot run ("text file busy") while a fork of another
/// start still holds the copy open.
static STARTING: Mutex<()> = Mutex::new(());

/// A running program.
#[derive(Debug)]
pub(crate) struct Child {
    tool: &'static str,
    log: PathBuf,
    process: process::Child,
    /// Lets go of the thread that started the child, once it is dropped.
    _keeper: mpsc::Sender<()>,
}

impl Child {
    /// Starts `program`, which writes into the file `log`.
    pub(crate) fn start<A: AsRef<OsStr>>(
        tool: &'static str,
        program: &Path,
        arguments: &[A],
        log: &Path,
    ) -> Result<Self, StackError> {
        let (out, err) = open(log).map_err(|source| StackError::Write { path: log.to_owned(), source })?;
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let spawn_error = |source| StackError::Spawn { tool, source };
        let mut command = that_dies_with_us(&Runnable::of(program).map_err(spawn_error)?);
        command.args(arguments).stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
        let (process, keeper) = kept(command).map_err(spawn_error)?;
        Ok(Self { tool, log: log.to_owned(), process, _keeper: keeper })
    }

    /// Its process number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Where it writes.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it still runs.
    pub(crate) fn check(&mut self) -> Result<(), StackError> {
        match self.status() {
            None => Ok(()),
            Some(status) => Err(StackError::Exited {
                tool: self.tool,
                status: status.to_string(),
                log_tail: tail(&self.log),
            }),
        }
    }

    /// What it says it is ready with (`ready …`), once it does.
    pub(crate) fn ready(&mut self) -> Result<Option<String>, StackError> {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        // A line under way has no end yet.
        let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
        match whole.lines().find_map(|line| line.strip_prefix("ready ")) {
            Some(told) => Ok(Some(told.to_owned())),
            None => self.check().map(|()| None),
        }
    }

    /// Ends it and waits until it is gone, on this thread; killed where it takes longer than `grace`.
    pub(crate) fn end(mut self, grace: Duration) {
        self.ask_to_end(grace);
        // Drop kills it where it is still there.
    }

    fn ask_to_end(&mut self, grace: Duration) {
        self.signal(Signal::SIGTERM);
        let deadline = Instant::now() + grace;
        while self.status().is_none() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn stop(mut self) {
        self.signal(Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while self.status().is_none() && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
        // Drop kills it where it is still there.
    }

    /// Ends it as a power cut would: at once, with nothing written.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::SIGKILL);
        // Drop waits for what is gone already.
    }

    /// `None` while it runs; a child that cannot be asked after is none of ours any more.
    fn status(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().unwrap_or_else(|_| Some(ExitStatus::default()))
    }

    /// Signals the child's group. Only a child not yet waited for has a number nobody else can have.
    fn signal(&mut self, signal: Signal) {
        if self.status().is_none()
            && let Ok(id) = i32::try_from(self.id())
        {
            // It may end between the two lines; then there is nobody to signal.
            let _ = killpg(Pid::from_raw(id), signal);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.ask_to_end(GRACE_ON_DROP);
        self.signal(Signal::SIGKILL);
        // Nothing survives SIGKILL, so this returns; it fails only where the child is gone already.
        let _ = self.process.wait();
    }
}

fn open(log: &Path) -> io::Result<(File, File)> {
    let file = OpenOptions::new().create(true).append(true).open(log)?;
    Ok((file.try_clone()?, file))
}

/// The program, through `setpriv` where it is to be had; `setpriv` becomes the program, number and all.
pub(crate) fn that_dies_with_us(program: &Runnable) -> Command {
    let Some(setpriv) = setpriv() else { return program.command() };
    let wrapper = Runnable { program: setpriv.into(), folder: program.folder.clone() };
    let mut command = wrapper.command();
    command.args(["--pdeathsig", "KILL"]).arg(&program.program);
    command
}

/// `setpriv`, if there is one that knows `--pdeathsig`.
fn setpriv() -> Option<&'static str> {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let knows = || {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "true"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    FOUND.get_or_init(knows).then_some("setpriv")
}

/// Starts the command from a thread that lives until the sender is dropped.
fn kept(mut command: Command) -> io::Result<(process::Child, mpsc::Sender<()>)> {
    let (keeper, until_dropped) = mpsc::channel();
    let (answer, started) = mpsc::channel();
    thread::Builder::new().name("keeper".to_owned()).spawn(move || {
        if answer.send(command.spawn()).is_ok() {
            let _ = until_dropped.recv();
        }
    })?;
    let process = started.recv().map_err(io::Error::other)??;
    Ok((process, keeper))
}

/// The last errors of a log, or its last lines where it names none; empty where it cannot be read.
fn tail(log: &Path) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let text = String::from_utf8_lossy(&read().unwrap_or_default()).into_owned();
    let errors: Vec<&str> = text.lines().filter(|line| line.contains("err=")).collect();
    let lines = if errors.is_empty() { text.lines().collect() } else { errors };
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};

    fn shell(folder: &Path, script: &str) -> Child {
        Child::start("shell", Path::new("/bin/sh"), &["-c", script], &folder.join("shell.log")).unwrap()
    }

    fn runs(id: u32) -> bool {
        // A process that ended and is not yet waited for by whoever inherited it is a zombie, and gone.
        std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + limit;
        while !holds() {
            if Instant::now() > deadline {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }

    #[tokio::test]
    async fn a_stopped_child_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = shell(folder.path(), "exec sleep 600");
        child.check().unwrap();
        let id = child.id();
        child.stop().await;
        assert!(!runs(id));
    }

    #[test]
    fn a_child_deaf_to_sigterm_is_killed_on_drop() {
        let folder = tempfile::tempdir().unwrap();
        let child = shell(folder.path(), "trap '' TERM; echo deaf; while :; do sleep 1; done");
        let log = child.log().to_owned();
        assert!(within(Duration::from_secs(20), || tail(&log) == "deaf"));
        let id = child.id();
        drop(child);
        assert!(!runs(id));
    }

    #[test]
    fn a_child_that_ends_by_itself_is_reported_with_its_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = shell(folder.path(), "for i in 1 2 3 4 5 6 7; do echo $i; done; exit 3");
        assert!(within(Duration::from_secs(20), || child.check().is_err()));
        let Err(StackError::Exited { tool, status, log_tail }) = child.check() else { return };
        assert_eq!((tool, status.as_str()), ("shell", "exit status: 3"));
        assert_eq!(log_tail, "2\n3\n4\n5\n6\n7");
    }

    /// Not a test: the program that the next one kills.
    #[test]
    #[ignore = "only run by `a_killed_parent_leaves_no_orphan`"]
    fn holds_a_child_until_it_is_killed() {
        let Some(folder) = std::env::var_os("BALISE_CHILD_TEST") else { return };
        let child = shell(Path::new(&folder), "exec sleep 600");
        println!("\nchild {}", child.id());
        thread::sleep(Duration::from_secs(600));
    }

    #[test]
    fn a_killed_parent_leaves_no_orphan() {
        if setpriv().is_none() {
            crate::speech::tell("skipped: setpriv not found");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut parent = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("stack::child::tests::holds_a_child_until_it_is_killed")
            .env("BALISE_CHILD_TEST", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(parent.stdout.take().unwrap());
        let number = |line: String| line.strip_prefix("child ").and_then(|id| id.parse().ok());
        let child: u32 = said.lines().map_while(Result::ok).find_map(number).unwrap();
        // Only once it is what it is to be has the kernel been told to watch its parent.
        let name = || std::fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
        assert!(within(Duration::from_secs(20), || name().trim() == "sleep"));
        parent.kill().unwrap();
        parent.wait().unwrap();
        assert!(within(Duration::from_secs(20), || !runs(child)));
    }
}
