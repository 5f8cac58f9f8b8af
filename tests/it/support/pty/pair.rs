//! Both ends of a pseudo-terminal, which nobody has but who opened it, and a program at its far end.
//!
//! `openpty`, and crates that use it, mark the near end as not for children only after it is open. A child that another test starts
//! in between keeps a copy for as long as it lives, and meanwhile this terminal can neither hang up nor come to its end.

use rustix::fs::{Mode, OFlags};
use rustix::termios::{Winsize, tcsetwinsize};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::Command;

/// Whatever ignores these around the tests, as `nohup` and a shell's `&` do: the program meets them as in a terminal.
const DEFAULT_SIGNALS: &str = "--default-signal=HUP,INT,QUIT,TERM,CHLD,ALRM";

pub(super) struct Pair {
    /// The terminal's own end.
    pub(super) near: File,
    /// The program's end.
    pub(super) far: File,
}

impl Pair {
    pub(super) fn open(size: (u16, u16)) -> io::Result<Self> {
        // Without NOCTTY it would become the controlling terminal of the test runner itself.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let near = rustix::fs::open("/dev/ptmx", flags, Mode::empty())?;
        rustix::pty::grantpt(&near)?;
        rustix::pty::unlockpt(&near)?;
        let place = PathBuf::from(OsString::from_vec(rustix::pty::ptsname(&near, Vec::new())?.into_bytes()));
        let far = rustix::fs::open(place, flags, Mode::empty())?;
        let pair = Self { near: near.into(), far: far.into() };
        resize(&pair.near, size)?;
        Ok(pair)
    }

    /// `program` as the leader of a session of its own, whose terminal this is. To make it so between fork and exec would take
    /// unsafe code; `setsid` and `env`, which become the program, are on every Linux.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> io::Result<Command> {
        let mut command = Command::new("/usr/bin/setsid");
        command.args(["--ctty", "/usr/bin/env", DEFAULT_SIGNALS]).arg(program);
        command.stdin(self.far.try_clone()?).stdout(self.far.try_clone()?).stderr(self.far.try_clone()?);
        Ok(command)
    }
}

/// The program is told by a signal.
pub(super) fn resize(near: &File, (columns, rows): (u16, u16)) -> io::Result<()> {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    Ok(tcsetwinsize(near, size)?)
}
