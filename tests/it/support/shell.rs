//! A home with a shell, where `notion-auth` and the system's programs are on the path.
#![cfg(unix)]

use super::sandbox::{BINARY, CommandOutput, Sandbox};
use std::io::Write;
use std::process::Stdio;

impl Sandbox {
    /// Puts `notion-auth` and the system's programs on the path.
    pub(crate) fn with_shell(self) -> Self {
        let programs = self.path().join("bin");
        std::os::unix::fs::symlink(BINARY, programs.join("notion-auth")).unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display());
        self.with_variable("PATH", path)
    }

    /// Runs these lines in bash.
    #[track_caller]
    pub(crate) fn run_bash(&self, lines: &str) -> CommandOutput {
        self.run_program(&["/bin/bash", "--norc", "-c", lines], "")
    }

    /// Runs another program to its end.
    #[track_caller]
    pub(crate) fn run_program(&self, line: &[&str], input: &str) -> CommandOutput {
        let (program, arguments) = line.split_first().unwrap();
        let mut command = self.program_command(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}; `bash tests/install` installs it"));
        // Fails if the program closes the pipe without reading its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        CommandOutput::wait(child)
    }
}
