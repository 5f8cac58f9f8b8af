//! The exit status of a program.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Exit(pub(super) ExitStatus);

impl Exit {
    /// Returns the exit code that a shell reports: after a signal, 128 plus its number.
    pub(crate) fn exit_code(self) -> u32 {
        let code = self.0.code().unwrap_or_else(|| 128 + self.0.signal().unwrap_or_default());
        u32::try_from(code).unwrap()
    }

    /// Returns the number of the signal that ended it.
    pub(crate) fn signal(self) -> Option<i32> {
        self.0.signal()
    }

    pub(crate) fn core_dumped(self) -> bool {
        self.0.core_dumped()
    }

    pub(crate) fn success(self) -> bool {
        self.0.success()
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.signal() {
            None => write!(formatter, "code {}", self.exit_code()),
            Some(signal) => write!(formatter, "signal {signal}"),
        }
    }
}
