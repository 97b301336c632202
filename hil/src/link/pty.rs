//! The device's end of a pseudo-terminal, for any program that can open a serial port.
//!
//! The terminal has a changing name (`/dev/pts/7`); a symbolic link at a chosen path leads to it and
//! moves in one step. Both ends are raw from the start, or CR LF would be rewritten. As on a real
//! line, what is sent while nobody has the port open is lost, and a slow reader never holds up the
//! sender. Unplugging closes the terminal and removes the link; plugging in makes a new one.

use super::{ByteSink, LinkError};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::pty::openpty;
use nix::sys::stat::Mode;
use nix::sys::termios::{FlushArg, SetArg, cfmakeraw, tcflush, tcgetattr, tcsetattr};
use nix::unistd::ttyname;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The device's end. Dropping it unplugs it.
#[derive(Debug)]
pub struct Pty {
    link: PathBuf,
    terminal: Option<Terminal>,
    lost_total: u64,
}

#[derive(Debug)]
struct Terminal {
    master: File,
    name: PathBuf,
    /// A program had the port open when last looked.
    in_use: bool,
    /// What the program said and nobody has taken yet.
    heard: Vec<u8>,
}

/// Most bytes of a program's talk that are kept for whoever listens.
const HEARD_MAX: usize = 4096;

impl Pty {
    /// A new terminal with a link at `link`. Once this returns, a program may open the link.
    ///
    /// # Errors
    /// [`LinkError::InTheWay`] when something that is no link stands there, or what the system says.
    pub fn plug(link: impl Into<PathBuf>) -> Result<Self, LinkError> {
        let mut pty = Self { link: link.into(), terminal: None, lost_total: 0 };
        pty.replug()?;
        Ok(pty)
    }

    /// A program may open it now.
    #[must_use]
    pub const fn is_plugged(&self) -> bool {
        self.terminal.is_some()
    }

    /// Where the link is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.link
    }

    /// Bytes that nobody read.
    #[must_use]
    pub const fn lost_total(&self) -> u64 {
        self.lost_total
    }

    /// Pulls the cable: a program that has the port open sees it go away.
    pub fn unplug(&mut self) {
        let Some(terminal) = self.terminal.take() else { return };
        // Someone else may have put a link of their own there meanwhile: that one stays.
        if fs::read_link(&self.link).is_ok_and(|target| target == terminal.name) {
            let _ = fs::remove_file(&self.link);
        }
    }

    /// Plugs the cable in: a new terminal under the same link.
    ///
    /// # Errors
    /// As [`plug`](Self::plug).
    pub fn replug(&mut self) -> Result<(), LinkError> {
        self.unplug();
        let terminal = Terminal::open().map_err(|source| LinkError::of(&self.link, source))?;
        point(&self.link, &terminal.name)?;
        self.terminal = Some(terminal);
        Ok(())
    }

    /// Appends what a program has said since the last time; nothing while unplugged.
    ///
    /// # Errors
    /// What the system says.
    pub fn hear_now(&mut self, heard: &mut Vec<u8>) -> Result<(), LinkError> {
        let Some(terminal) = &mut self.terminal else { return Ok(()) };
        terminal.look().map_err(|source| LinkError::of(&self.link, source))?;
        heard.append(&mut terminal.heard);
        Ok(())
    }

    /// Sends without ever waiting; how many bytes a reader can still get.
    ///
    /// # Errors
    /// [`LinkError::Gone`] while unplugged, or what the system says.
    pub fn send_now(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        let Some(terminal) = &mut self.terminal else {
            return Err(LinkError::Gone { path: self.link.clone() });
        };
        let was_in_use = terminal.in_use;
        terminal.look().map_err(|source| LinkError::of(&self.link, source))?;
        if was_in_use && !terminal.in_use && terminal.forget_unread() == Err(Errno::EBUSY) {
            // A program died holding the port for itself alone; only a new terminal frees it.
            self.replug()?;
        }
        let Some(terminal) = self.terminal.as_mut().filter(|terminal| terminal.in_use) else {
            self.lost_total += bytes.len() as u64;
            return Ok(0);
        };
        let taken = terminal.write(bytes).map_err(|source| LinkError::of(&self.link, source))?;
        self.lost_total += (bytes.len() - taken) as u64;
        Ok(taken)
    }
}

impl ByteSink for Pty {
    async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        self.send_now(bytes)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.unplug();
    }
}

impl Terminal {
    fn open() -> io::Result<Self> {
        let pair = openpty(None, None)?;
        let mut settings = tcgetattr(&pair.slave)?;
        cfmakeraw(&mut settings);
        tcsetattr(&pair.slave, SetArg::TCSANOW, &settings)?;
        let flags = OFlag::from_bits_truncate(fcntl(&pair.master, FcntlArg::F_GETFL)?);
        fcntl(&pair.master, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
        let name = ttyname(&pair.slave)?;
        // The slave is closed here: from now on reading the master tells whether anyone has it open.
        Ok(Self { master: File::from(pair.master), name, in_use: false, heard: Vec::new() })
    }

    /// Sees whether a program has the port open, and keeps the end of what it says.
    fn look(&mut self) -> io::Result<()> {
        let mut heard = [0_u8; 1024];
        // A chatterbox is not listened to for ever; the rest is heard next time.
        for _ in 0..64 {
            match self.master.read(&mut heard) {
                Ok(0) => break,
                Ok(more) => self.keep(heard.get(..more).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error() == Some(Errno::EIO as i32) => {
                    self.in_use = false;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.in_use = true;
        Ok(())
    }

    /// Where nobody listens the talk is forgotten: TEXT goes one way.
    fn keep(&mut self, said: &[u8]) {
        self.heard.extend_from_slice(said);
        let surplus = self.heard.len().saturating_sub(HEARD_MAX);
        self.heard.drain(..surplus);
    }

    /// What the last program left unread must not greet the next one.
    fn forget_unread(&self) -> Result<(), Errno> {
        let slave = open(&self.name, OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK, Mode::empty())?;
        tcflush(&slave, FlushArg::TCIFLUSH)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            match self.master.write(rest) {
                Ok(0) => break,
                Ok(more) => taken += more,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The program closed the port between the look and the write.
                Err(error) if error.raw_os_error() == Some(Errno::EIO as i32) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }
}

/// Makes `link` lead to `target` in one step, so that no program ever finds it missing halfway.
fn point(link: &Path, target: &Path) -> Result<(), LinkError> {
    if fs::symlink_metadata(link).is_ok_and(|there| !there.is_symlink()) {
        return Err(LinkError::InTheWay { path: link.to_owned() });
    }
    let mut beside = link.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let _ = fs::remove_file(&beside);
    std::os::unix::fs::symlink(target, &beside)
        .and_then(|()| fs::rename(&beside, link))
        .map_err(|source| LinkError::of(link, source))
}
