//! The clock, time zone and locale of programs that tests start, so that no test depends on those of the machine.

use std::ffi::OsString;

/// Variables for every run of the built binary. The date is the one that tests in this process pass as today.
pub(crate) const FIXED_VARIABLES: [(&str, &str); 3] =
    [("NOTION_AUTH_NOW", "2026-11-22T12:00:00Z"), ("TZ", "UTC"), ("LANG", "C.UTF-8")];

/// Returns the variables with which `tests/any-day` shifts the clock of this process. A child with an empty environment needs
/// them too, or its clock would differ from its parent's.
pub(crate) fn clock_shift_variables() -> impl Iterator<Item = (OsString, OsString)> {
    let shifts = |name: &str| ["LD_PRELOAD", "NO_FAKE_STAT", "MAN_DISABLE_SECCOMP"].contains(&name) || name.starts_with("FAKETIME");
    std::env::vars_os().filter(move |(name, _)| name.to_str().is_some_and(shifts))
}
