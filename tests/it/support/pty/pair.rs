//! Both ends of a pseudo-terminal that no other process inherits, and a program at its far end.
//!
//! `openpty`, and crates that use it, set close-on-exec only after they have opened the near end. A child that another test starts
//! in between inherits it, and while it lives this terminal can neither hang up nor reach its end.

use rustix::fs::{Mode, OFlags};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::Command;

/// Resets these signals, which `nohup` and a shell's `&` ignore, so that the program starts as in a terminal.
pub(crate) const RESET_SIGNALS_OPTION: &str = "--default-signal=HUP,INT,QUIT,TERM,CHLD,ALRM";

pub(crate) struct PtyPair {
    /// The terminal's own end.
    pub(super) controller: File,
    /// The program's end.
    pub(super) device: File,
}

impl PtyPair {
    pub(crate) fn open(size: (u16, u16)) -> io::Result<Self> {
        // Without NOCTTY, it could become the controlling terminal of the test runner.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let near = rustix::fs::open("/dev/ptmx", flags, Mode::empty())?;
        rustix::pty::grantpt(&near)?;
        rustix::pty::unlockpt(&near)?;
        let place = PathBuf::from(OsString::from_vec(rustix::pty::ptsname(&near, Vec::new())?.into_bytes()));
        let far = rustix::fs::open(place, flags, Mode::empty())?;
        let pair = Self { controller: near.into(), device: far.into() };
        resize(&pair.controller, size)?;
        Ok(pair)
    }

    /// Returns a command that runs `program` as the leader of a new session with this controlling terminal. Doing so between fork and
    /// exec would need unsafe code; `setsid` and `env`, which exec the program, are on every Linux.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> io::Result<Command> {
        let mut command = Command::new("/usr/bin/setsid");
        command.args(["--ctty", "/usr/bin/env", RESET_SIGNALS_OPTION]).arg(program);
        command.stdin(self.device.try_clone()?).stdout(self.device.try_clone()?).stderr(self.device.try_clone()?);
        Ok(command)
    }
}

/// Sets the size; the kernel sends SIGWINCH to the program.
pub(super) fn resize(near: &File, (columns, rows): (u16, u16)) -> io::Result<()> {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    Ok(tcsetwinsize(near, size)?)
}
