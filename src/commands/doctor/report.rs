//! The report as text and as JSON.

use super::checks::DoctorCheck;
use super::diagnosis::Diagnosis;
use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::citation;
use crate::domain::checks::{CheckGroup, Verdict};
use crate::domain::machine::NtnState;
use crate::frontends::console::Console;
use jiff::civil::Date;
use serde::Serialize;

/// Minimum width to show a title and its evidence side by side.
const MIN_TWO_COLUMN_WIDTH: usize = 60;

pub(super) fn write(checks: &[DoctorCheck], about: &str, console: &mut Console) {
    let mut heading = None;
    for reported in checks {
        let here = group_heading(reported);
        if heading.as_ref() != Some(&here) {
            if heading.is_some() {
                console.write_data("");
            }
            console.write_data_wrapped("", &here);
            heading = Some(here);
        }
        write_check(reported, console);
    }
    console.write_data("");
    console.write_data_wrapped("", &VerdictCounts::count(checks).summary_line());
    console.write_data_wrapped("", about);
}

fn group_heading(reported: &DoctorCheck) -> String {
    match reported.check.group {
        CheckGroup::Environment => "This machine".into(),
        CheckGroup::Prerequisites => "Your permissions".into(),
        CheckGroup::Storage => "Storage".into(),
        CheckGroup::Credential => match &reported.subject {
            Some(subject) => format!("Credential: {subject}"),
            None => "Credential".into(),
        },
    }
}

fn write_check(reported: &DoctorCheck, console: &mut Console) {
    let DoctorCheck { check, subject, command } = reported;
    let head = format!("  {:<8} {:<15} ", check.verdict.name(), check.title);
    // Storage checks name the credential in each line, because their group has no subject.
    let whose = subject.as_ref().filter(|_| check.group == CheckGroup::Storage);
    let evidence = whose.map_or_else(|| check.full_evidence(), |subject| format!("{subject}: {}", check.full_evidence()));
    let under = if console.width < MIN_TWO_COLUMN_WIDTH {
        console.write_data(head.trim_end());
        console.write_data_wrapped("    ", &evidence);
        "    ".to_owned()
    } else {
        console.write_data_wrapped(&head, &evidence);
        " ".repeat(head.len())
    };
    // A remedy that is only a command is not printed twice.
    if let Some(remedy) = check.remedy.as_ref().filter(|remedy| command.as_ref() != Some(remedy)) {
        console.write_data_wrapped(&under, remedy);
    }
    if let Some(command) = command {
        // The command has a line of its own, so that it can be copied whole.
        console.write_data(&format!("{under}$ {command}"));
    }
}

/// Number of checks by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct VerdictCounts {
    pass: usize,
    warn: usize,
    fail: usize,
    unknown: usize,
    skip: usize,
}

impl VerdictCounts {
    fn count(checks: &[DoctorCheck]) -> Self {
        let count = |verdict| checks.iter().filter(|reported| reported.check.verdict == verdict).count();
        Self {
            pass: count(Verdict::Pass),
            warn: count(Verdict::Warn),
            fail: count(Verdict::Fail),
            unknown: count(Verdict::Unknown),
            skip: count(Verdict::Skip),
        }
    }

    fn summary_line(self) -> String {
        let Self { pass, warn, fail, unknown, skip } = self;
        let all = pass + warn + fail + unknown + skip;
        let warnings = if warn == 1 { "1 warning".to_owned() } else { format!("{warn} warnings") };
        format!("{all} checks: {fail} failed, {warnings}, {unknown} unknown, {pass} passed, {skip} skipped.")
    }
}

/// Returns the last line: version, system and date.
pub(super) fn version_line(found: &Diagnosis, today: Date) -> String {
    let ntn = match found.findings.ntn.get() {
        Some(NtnState::Found { version, .. }) => format!(", ntn {version}"),
        _ => String::new(),
    };
    format!("notion-auth {VERSION} on {}{ntn}, {today}.", platform())
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn platform() -> String {
    format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)
}

/// The output of `doctor --json`.
#[derive(Serialize)]
struct DoctorReport<'a> {
    schema: u8,
    version: &'static str,
    system: String,
    date: Date,
    /// True if people and workspaces are numbered instead of named.
    redacted: bool,
    summary: VerdictCounts,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    id: &'a str,
    group: CheckGroup,
    title: &'a str,
    /// The credential it is about.
    subject: Option<&'a str>,
    verdict: Verdict,
    evidence: String,
    remedy: Option<&'a str>,
    /// The command that fixes it.
    command: Option<&'a str>,
    source: Option<&'a str>,
}

pub(super) fn json_report<'a>(checks: &'a [DoctorCheck], catalog: &'a Catalog, today: Date, redacted: bool) -> impl Serialize + 'a {
    let entry = |reported: &'a DoctorCheck| CheckJson {
        id: reported.check.id,
        group: reported.check.group,
        title: reported.check.title,
        subject: reported.subject.as_deref(),
        verdict: reported.check.verdict,
        evidence: reported.check.full_evidence(),
        remedy: reported.check.remedy.as_deref(),
        command: reported.command.as_deref(),
        source: reported.check.source.map(|id| citation(catalog, id)),
    };
    DoctorReport {
        schema: 1,
        version: VERSION,
        system: platform(),
        date: today,
        redacted,
        summary: VerdictCounts::count(checks),
        checks: checks.iter().map(entry).collect(),
    }
}
