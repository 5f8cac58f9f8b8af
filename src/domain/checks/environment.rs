//! The checks of this machine: the means to sign in, and the credentials that exist already.

use super::check::{Check, Verdict, problem_text, with_detail, with_first_remedy, with_remedy};
use crate::domain::credentials::{CredentialSource, Entry, Inventory, StoreKind};
use crate::domain::login::NtnStorage;
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, Findings, KeychainState, NtnState, Reachability};
use crate::domain::problem::Problem;
use crate::domain::variables::TOKEN_VARIABLE;

/// A larger clock skew is an error rather than network delay; dates would be wrong.
const MAX_CLOCK_SKEW_S: i64 = 60;

/// One check for each finding that has arrived.
pub(super) fn machine_checks(findings: &Findings) -> Vec<Check> {
    let existing = findings.inventory.get().map(discovered_check);
    let clock = findings.network.get().and_then(|answer| answer.as_ref().ok()?.clock_skew_s).map(clock_check);
    let found = [
        findings.keychain.get().map(keychain_check),
        findings.browser.get().map(browser_check),
        findings.network.get().map(network_check),
        clock,
        findings.ntn.get().map(ntn_check),
        findings.port.get().map(port_check),
        existing,
    ];
    found.into_iter().flatten().collect()
}

/// A library's words become the detail; a file or a variable that is to blame stays in the evidence.
fn problem_check(id: &'static str, title: &'static str, verdict: Verdict, problem: &Problem) -> Check {
    if problem.has_technical_evidence() {
        return Check { detail: problem.evidence.clone(), ..Check::new(id, title, verdict, problem.headline()) };
    }
    Check::new(id, title, verdict, problem_text(problem))
}

fn keychain_check(state: &KeychainState) -> Check {
    let (id, title) = ("environment.keychain", "Keychain");
    match state {
        KeychainState::Available { name } => Check::new(id, title, Verdict::Pass, format!("Works: {name}.")),
        KeychainState::Absent { evidence } => with_remedy(
            with_detail(Check::new(id, title, Verdict::Warn, "None on this machine."), evidence),
            "Save the token in the private file, or don't save it.",
        ),
        KeychainState::Locked { evidence } => with_remedy(
            with_detail(Check::new(id, title, Verdict::Warn, "Locked."), evidence),
            "Unlock it and check again, or save the token in the private file.",
        ),
        KeychainState::TimedOut => with_remedy(
            Check::new(id, title, Verdict::Warn, "No response within 3 seconds."),
            "Its unlock dialog may be hidden behind another window.",
        ),
        KeychainState::Disabled { value } => {
            Check::new(id, title, Verdict::Skip, format!("Turned off by NOTION_KEYRING={value}; the private file is used."))
        }
    }
}

fn browser_check(state: &BrowserState) -> Check {
    let (id, title) = ("environment.browser", "Browser");
    match state {
        BrowserState::Ready { name: Some(name) } => Check::new(id, title, Verdict::Pass, format!("{name} is available.")),
        BrowserState::Ready { name: None } => Check::new(id, title, Verdict::Pass, "Available."),
        BrowserState::Headless { reason } => with_remedy(
            Check::new(id, title, Verdict::Warn, format!("No browser: {}.", reason.label())),
            "Open the link on another device.",
        ),
    }
}

fn network_check(answer: &Result<Reachability, Problem>) -> Check {
    let (id, title) = ("environment.network", "Notion");
    match answer {
        Err(problem) => with_first_remedy(problem_check(id, title, Verdict::Fail, problem), problem),
        Ok(Reachability { latency_ms, proxy, .. }) => {
            let through = proxy.as_ref().map(|proxy| format!(", through proxy {proxy}")).unwrap_or_default();
            Check::new(id, title, Verdict::Pass, format!("Reachable in {latency_ms} ms{through}."))
        }
    }
}

/// `skew` is our clock minus Notion's, in seconds.
fn clock_check(skew: i64) -> Check {
    let (id, title) = ("environment.clock", "Clock");
    if skew.abs() <= MAX_CLOCK_SKEW_S {
        return Check::new(id, title, Verdict::Pass, "Matches Notion's.");
    }
    let direction = if skew > 0 { "ahead of" } else { "behind" };
    let evidence = format!("{} s {direction} Notion's.", skew.unsigned_abs());
    with_remedy(Check::new(id, title, Verdict::Warn, evidence), "Set this machine's clock; certificate checks depend on it.")
}

fn port_check(state: &PortState) -> Check {
    let (id, title) = ("environment.port", "Port");
    match state {
        PortState::Free(port) => Check::new(id, title, Verdict::Pass, format!("{port} is free for the OAuth redirect.")),
        PortState::Unavailable { port, evidence } => with_remedy(
            Check::new(id, title, Verdict::Warn, format!("{port} can't be used: {evidence}")),
            "Quit the program that uses it, or register another port for the connection.",
        ),
    }
}

fn ntn_check(state: &NtnState) -> Check {
    let (id, title) = ("environment.ntn", "ntn");
    match state {
        NtnState::Found { version, storage, .. } => with_storage(Check::new(id, title, Verdict::Pass, ""), version, storage),
        NtnState::Missing => Check {
            source: Some("CLIINST"),
            ..with_remedy(Check::new(id, title, Verdict::Warn, "Not installed."), "npm install --global ntn")
        },
        NtnState::NotInstallable => Check {
            source: Some("CLIINST"),
            ..with_remedy(
                Check::new(
                    id,
                    title,
                    Verdict::Warn,
                    "Not installed, and can't be installed here: that takes curl and bash, or npm 10 with Node 22.",
                ),
                "Paste a token instead, or install Node 22 and run npm install --global ntn",
            )
        },
        NtnState::OtherProgram { path, evidence } => with_remedy(
            with_detail(Check::new(id, title, Verdict::Warn, format!("Another program is named ntn: {path}.")), evidence),
            "Put Notion's ntn before it in PATH.",
        ),
        NtnState::Broken { path, evidence } => with_remedy(
            with_detail(Check::new(id, title, Verdict::Warn, format!("{path} doesn't work.")), evidence),
            "Reinstall it: npm install --global ntn",
        ),
    }
}

/// Adds where `ntn` would store a login, so that a person knows before signing in if it would be lost.
fn with_storage(row: Check, version: &str, storage: &NtnStorage) -> Check {
    let (verdict, more) = match storage {
        NtnStorage::Keychain => (Verdict::Pass, String::new()),
        NtnStorage::KernelKeyring => {
            let lost = " Its login is in the kernel's keyring, which is cleared at reboot or after some days without use.";
            (Verdict::Pass, lost.into())
        }
        NtnStorage::File { place } => (Verdict::Pass, format!(" Its login is stored in {place}, in plain text.")),
        NtnStorage::KernelKeyringRefused { evidence } => {
            (Verdict::Warn, format!(" The kernel can't store its login here: {evidence}."))
        }
    };
    let row = Check { verdict, evidence: format!("{version} is installed.{more}"), ..row };
    if storage.is_usable() { row } else { with_remedy(row, "Set NOTION_KEYRING=0 to let it use a file (plain text).") }
}

fn discovered_check(inventory: &Inventory) -> Check {
    let (id, title) = ("environment.existing", "Signed in");
    if let Some(problem) = inventory.problem() {
        return with_first_remedy(problem_check(id, title, Verdict::Warn, &problem), &problem);
    }
    let names: Vec<_> = inventory.by_precedence().into_iter().map(credential_name).collect();
    match names.as_slice() {
        [] => Check::new(id, title, Verdict::Skip, "Nothing yet."),
        names => Check::new(id, title, Verdict::Pass, names.join(", ")),
    }
}

/// The workspace of a credential and where it is kept: "Acme in ntn", "NOTION_API_TOKEN".
fn credential_name(entry: &Entry) -> String {
    let workspace = entry.workspace.as_ref().map(|workspace| workspace.name.as_deref().unwrap_or(&workspace.id));
    let place = match &entry.source {
        CredentialSource::Environment => TOKEN_VARIABLE,
        CredentialSource::OtherVariable(name) => name,
        CredentialSource::Saved(_) => entry.store().map_or("", StoreKind::name),
        CredentialSource::Ntn { .. } => "ntn",
    };
    workspace.map_or_else(|| place.to_owned(), |workspace| format!("{workspace} in {place}"))
}
