//! Runs a test of this binary in a separate process, for changes that a process cannot safely make to itself, such as to its
//! environment, umask or rights.
#![expect(clippy::disallowed_methods, reason = "starts this binary again")]

use super::fixed_clock::clock_shift_variables;
use std::process::Command;

/// Prefix of lines that such a test returns to its parent.
pub(crate) const RESULT_PREFIX: &str = "RESULT ";

/// Builds a command that runs the ignored test `name` with only `PATH` from this environment. `wrapper` is put before it, such as
/// `["sh", "-c", "umask 0; exec \"$@\"", "sh"]`, or is empty.
pub(crate) fn test_in_subprocess(wrapper: &[&str], name: &str) -> Command {
    let binary = std::env::current_exe().expect("this binary has a path");
    // A name that matches no test would run none, and succeed.
    let listed =
        Command::new(&binary).args(["--exact", name, "--ignored", "--list"]).output().expect("the test binary starts again");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("1 test,"), "there is no ignored test {name}");
    let mut command = match wrapper.split_first() {
        Some((program, arguments)) => {
            let mut command = Command::new(program);
            command.args(arguments).arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.args(["--exact", name, "--ignored", "--nocapture"]);
    command.env_clear().envs(clock_shift_variables()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs the command and returns the lines that the test returned, in order. Panics with the full output if the test failed.
pub(crate) fn run_for_results(command: &mut Command) -> Vec<String> {
    let output = command.output().expect("the test binary starts again");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed.lines().filter_map(|line| line.split_once(RESULT_PREFIX)).map(|(_, result)| result.to_owned()).collect()
}
