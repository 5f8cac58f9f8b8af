//! A test of this binary in a process of its own: for what a process cannot do to itself safely, such as changing its
//! environment, its umask or its rights.
#![expect(clippy::disallowed_methods, reason = "starts this binary again")]

use super::any_day::shifted_clock;
use std::process::Command;

/// Marks a line that such a test hands to its parent.
pub(crate) const RESULT: &str = "RESULT ";

/// Runs the ignored test `name` with nothing of our environment but `PATH`. `wrapper` comes before it on the command
/// line: `["sh", "-c", "umask 0; exec \"$@\"", "sh"]`, or nothing.
pub(crate) fn again(wrapper: &[&str], name: &str) -> Command {
    let binary = std::env::current_exe().expect("this binary has a path");
    let mut command = match wrapper.split_first() {
        Some((program, arguments)) => {
            let mut command = Command::new(program);
            command.args(arguments).arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.args(["--exact", name, "--ignored", "--nocapture"]);
    command.env_clear().envs(shifted_clock()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What the test handed over, in order. Panics with everything it printed where it did not pass.
pub(crate) fn results(command: &mut Command) -> Vec<String> {
    let output = command.output().expect("the test binary starts again");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed.lines().filter_map(|line| line.split_once(RESULT)).map(|(_, result)| result.to_owned()).collect()
}
