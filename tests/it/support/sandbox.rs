//! Runs the built binary in isolation: with a temporary home, its own `PATH`, no keychain, no Notion other than a given one, and
//! nothing from the environment of the tests.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts programs, looks at files, and reads the clock for its deadline")]

use super::deadline::DEADLINE;
use super::fixed_clock::{FIXED_VARIABLES, clock_shift_variables};
use super::notion::{FakeNotion, TOKEN, unused_address};
use super::pty::TestTerminal;
use super::scratch::scratch_folder;
use super::script;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_notion-auth");

pub(crate) struct Sandbox {
    folder: TempDir,
    variables: BTreeMap<&'static str, String>,
}

/// The output and exit code of a run without a terminal.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `None` if a signal ended it.
    pub(crate) exit_code: Option<i32>,
}

impl Sandbox {
    /// Creates a home from which nothing can be reached, not even Notion.
    pub(crate) fn new() -> Self {
        let folder = scratch_folder();
        let home = folder.path().to_str().unwrap().to_owned();
        let programs = folder.path().join("bin");
        std::fs::create_dir(&programs).unwrap();
        std::fs::create_dir(folder.path().join(".config")).unwrap();
        let own = [
            ("HOME", home.clone()),
            // Without it, the user's own D-Bus would be found in its usual place.
            ("XDG_RUNTIME_DIR", home.clone()),
            // A program that is killed leaves its temporary files, which go with the sandbox.
            ("TMPDIR", home),
            ("PATH", programs.to_str().unwrap().to_owned()),
            ("NOTION_API_BASE_URL", format!("http://{}", unused_address())),
        ];
        let fixed = FIXED_VARIABLES.map(|(name, value)| (name, value.to_owned()));
        let variables = own.into_iter().chain(fixed).collect();
        Self { folder, variables }
    }

    /// Creates a home that uses this Notion.
    pub(crate) fn with_notion(notion: &FakeNotion) -> Self {
        Self::new().with_variable("NOTION_API_BASE_URL", notion.base_url())
    }

    #[must_use]
    pub(crate) fn with_variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    #[must_use]
    pub(crate) fn without_variable(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Adds a shell script to the `PATH`.
    pub(crate) fn add_program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.path().join("bin").join(name);
        script::write_script(&path, &format!("#!/bin/sh\n{script}\n"));
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of one of the binary's own files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(".config/notion-auth").join(name)
    }

    /// Writes one of the binary's own files.
    pub(crate) fn write_file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Returns every file under the home except the programs on its `PATH`, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() && !entry.is_symlink() { folders.push(entry) } else { files.push(entry) }
            }
        }
        files.retain(|file| !file.starts_with(self.path().join("bin")));
        files.sort();
        files
    }

    /// Returns the files with data, without locks and reserved space.
    pub(crate) fn data_files(&self) -> Vec<PathBuf> {
        let mut files = self.files();
        files.retain(|file| file.extension().is_none_or(|end| end != "lock" && end != "spare"));
        files
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = self.program_command(BINARY);
        command.args(arguments.split_whitespace());
        command
    }

    /// Returns a command for another program in this environment.
    pub(crate) fn program_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(clock_shift_variables()).envs(&self.variables).current_dir(self.path());
        command
    }

    /// Runs the binary to its end, and checks that its output does not contain the secret.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &str, input: &str) -> CommandOutput {
        let run = self.run_allowing_secret(arguments, input);
        assert!(!run.stdout.contains(TOKEN), "{run:?}");
        run
    }

    /// Runs a command such as `token`, which prints the secret on standard output and nowhere else.
    #[track_caller]
    pub(crate) fn run_allowing_secret(&self, arguments: &str, input: &str) -> CommandOutput {
        let mut child = self.start(arguments);
        // A program that refuses its input before reading it closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        CommandOutput::wait(child)
    }

    /// Starts the binary with pipes for all three streams.
    pub(crate) fn start(&self, arguments: &str) -> Child {
        self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the binary through another program, which comes before it on the command line.
    pub(crate) fn start_with_wrapper(&self, wrapper: &[&str], arguments: &str) -> Child {
        let (program, first) = wrapper.split_first().unwrap();
        let mut command = self.program_command(program);
        command.args(first).arg(BINARY).args(arguments.split_whitespace());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the binary in a terminal.
    pub(crate) fn start_terminal(&self, size: (u16, u16), arguments: &str) -> TestTerminal {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let variables: Vec<(&str, &str)> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        TestTerminal::start(size, BINARY, &arguments, &variables)
    }
}

impl CommandOutput {
    #[track_caller]
    pub(crate) fn wait(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(!err.contains(TOKEN), "{err}");
        Self { stdout: out, stderr: err, exit_code: output.status.code() }
    }

    /// Parses the output as one JSON document per line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }

    /// Returns the only JSON document of the output.
    #[track_caller]
    pub(crate) fn json_document(&self) -> serde_json::Value {
        let mut events = self.json_lines();
        assert_eq!(events.len(), 1, "{self:?}");
        events.remove(0)
    }
}

/// Polls until another process has changed the state.
#[track_caller]
pub(crate) fn poll_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::yield_now();
    }
}
