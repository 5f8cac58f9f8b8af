//! The checks of the terminal and of the variables that affect connections to Notion.

use super::check::{Check, Verdict, problem_text, with_remedy};
use crate::domain::host_details::{HostDetails, RootsState, TerminalDetails, TerminalKind, TrustedRoots};
use crate::domain::machine::Findings;
use crate::domain::problem::ProxyMistake;
use crate::domain::proxy::ProxyVariable;

pub(super) fn host_checks(findings: &Findings) -> Vec<Check> {
    match findings.host_details.get() {
        None => Vec::new(),
        Some(Err(problem)) => vec![Check::new(TERMINAL_CHECK.0, TERMINAL_CHECK.1, Verdict::Unknown, problem_text(problem))],
        Some(Ok(found)) => {
            let around = [
                Some(terminal_check(&found.terminal)),
                proxy_check(found),
                certificates_check(&found.roots),
                second_ntn_check(&found.ntn),
            ];
            around.into_iter().flatten().collect()
        }
    }
}

const TERMINAL_CHECK: (&str, &str) = ("environment.terminal", "Terminal");

fn terminal_check(terminal: &TerminalDetails) -> Check {
    let (id, title) = TERMINAL_CHECK;
    let (least_columns, least_rows) = TerminalDetails::MIN_SIZE;
    let color = if terminal.no_color { "no color (NO_COLOR is set)" } else { "color" };
    let glyphs = if terminal.ascii { "ASCII" } else { "Unicode" };
    let inside = terminal.multiplexer.map(|inside| format!(", in {inside}")).unwrap_or_default();
    let rendering = format!("{color}, {glyphs}{inside}");
    match (terminal.kind, terminal.size) {
        (TerminalKind::None, _) => Check::new(id, title, Verdict::Skip, "No terminal, so only the commands work."),
        (TerminalKind::Dumb, _) => with_remedy(
            Check::new(id, title, Verdict::Warn, "TERM is dumb or not set, so the full-screen wizard can't run."),
            "Set TERM to your terminal's type, or use plain mode.",
        ),
        (TerminalKind::Full, Some((columns, rows))) if columns < least_columns || rows < least_rows => with_remedy(
            Check::new(id, title, Verdict::Warn, format!("{columns} × {rows}; the wizard needs {least_columns} × {least_rows}.")),
            "Enlarge the window, or use plain mode.",
        ),
        (TerminalKind::Full, Some((columns, rows))) => {
            Check::new(id, title, Verdict::Pass, format!("{columns} × {rows}, {rendering}."))
        }
        (TerminalKind::Full, None) => Check::new(id, title, Verdict::Pass, format!("Unknown size; {rendering}.")),
    }
}

/// Names the proxy variables but no value, which may hold a password. The network check reports which proxy was used.
fn proxy_check(found: &HostDetails) -> Option<Check> {
    let (id, title) = ("environment.proxy", "Proxy");
    let names: Vec<&str> = found.proxies.iter().map(|variable| variable.name).collect();
    let broken: Vec<(&ProxyVariable, ProxyMistake)> =
        found.proxies.iter().filter_map(|variable| Some((variable, variable.fault?))).collect();
    let Some((first, _)) = broken.first() else {
        return (!names.is_empty()).then(|| Check::new(id, title, Verdict::Skip, format!("Set: {}.", names.join(", "))));
    };
    let faults: Vec<String> =
        broken.iter().map(|(variable, fault)| format!("{} can't be parsed: {fault}.", variable.name)).collect();
    let is_used = broken.iter().any(|(variable, _)| variable.is_used);
    let verdict = if is_used { Verdict::Fail } else { Verdict::Warn };
    let remedy = format!("Correct {}, or unset it to connect without a proxy.", first.name);
    Some(with_remedy(Check::new(id, title, verdict, faults.join(" ")), remedy))
}

/// Returns no check if the system's own certificates are used.
fn certificates_check(roots: &[TrustedRoots]) -> Option<Check> {
    let (id, title) = ("environment.certificates", "Certificates");
    let described: Vec<String> = roots.iter().map(roots_text).collect();
    let evidence = described.join(" ");
    let is_usable = |roots: &TrustedRoots| matches!(roots.state, RootsState::Certificates(_));
    let Some(broken) = roots.iter().find(|roots| !is_usable(roots)).map(|roots| roots.variable) else {
        return (!roots.is_empty()).then(|| Check::new(id, title, Verdict::Pass, evidence));
    };
    // If one of them can be used, the other is ignored.
    let verdict = if roots.iter().any(is_usable) { Verdict::Warn } else { Verdict::Fail };
    let remedy = format!("Set {broken} to certificates in PEM format, or unset it to use the system's.");
    Some(with_remedy(Check::new(id, title, verdict, evidence), remedy))
}

/// Warns of two installations: an update may change the one that is not used, and each may store its login elsewhere.
fn second_ntn_check(found: &[String]) -> Option<Check> {
    let [used, others @ ..] = found else { return None };
    (!others.is_empty()).then(|| {
        let evidence = format!("Several are installed. {used} is used, {} is not.", others.join(", "));
        let row = Check::new("environment.second_ntn", "Second ntn", Verdict::Warn, evidence);
        with_remedy(row, "Uninstall all but one, the way each was installed; for npm, run npm uninstall --global ntn.")
    })
}

fn roots_text(roots: &TrustedRoots) -> String {
    let TrustedRoots { variable, path, state } = roots;
    match state {
        RootsState::Certificates(1) => format!("{variable}: 1 certificate in {path}."),
        RootsState::Certificates(count) => format!("{variable}: {count} certificates in {path}."),
        RootsState::VariableEmpty => format!("{variable} is set but empty, so no certificate is trusted."),
        RootsState::Missing => format!("{variable} points to {path}, which does not exist."),
        RootsState::FileEmpty => format!("{variable} points to {path}, which is empty."),
        RootsState::NoCertificate => format!("{variable} points to {path}, which contains no certificate."),
        RootsState::Unreadable { evidence } => format!("{variable} points to {path}, which can't be read: {evidence}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::machine::Finding;
    use Verdict::{Fail, Pass, Skip, Warn};

    fn here() -> HostDetails {
        let terminal =
            TerminalDetails { kind: TerminalKind::Full, size: Some((80, 24)), no_color: false, ascii: false, multiplexer: None };
        HostDetails { terminal, proxies: Vec::new(), roots: Vec::new(), workspace_id: None, ntn: Vec::new(), home: None }
    }

    fn checks_of(found: HostDetails) -> Vec<Check> {
        host_checks(&Findings { host_details: Finding::Found(Ok(found)), ..Findings::default() })
    }

    #[test]
    fn a_terminal_is_judged_by_what_the_wizard_needs() {
        let plain = here().terminal;
        for (terminal, verdict, says) in [
            (plain.clone(), Pass, "80 × 24, color, Unicode."),
            (
                TerminalDetails { no_color: true, ascii: true, multiplexer: Some("tmux"), ..plain.clone() },
                Pass,
                "no color (NO_COLOR is set), ASCII, in tmux.",
            ),
            (TerminalDetails { size: Some((40, 10)), ..plain.clone() }, Pass, "40 × 10"),
            (TerminalDetails { size: Some((39, 24)), ..plain.clone() }, Warn, "39 × 24; the wizard needs 40 × 10."),
            (TerminalDetails { size: Some((80, 9)), ..plain.clone() }, Warn, "80 × 9; the wizard needs 40 × 10."),
            (TerminalDetails { size: None, ..plain.clone() }, Pass, "Unknown size"),
            (TerminalDetails { kind: TerminalKind::Dumb, ..plain.clone() }, Warn, "can't run"),
            (TerminalDetails { kind: TerminalKind::None, size: None, ..plain }, Skip, "only the commands"),
        ] {
            let checks = checks_of(HostDetails { terminal, ..here() });
            assert_eq!((checks.len(), checks[0].verdict), (1, verdict), "{checks:?}");
            assert!(checks[0].evidence.contains(says), "{checks:?}");
            assert_eq!(checks[0].remedy.is_some(), verdict == Warn);
        }
    }

    #[test]
    fn certificates_that_nobody_can_be_trusted_by_fail() {
        let roots = |variable, state| TrustedRoots { variable, path: "/ca".into(), state };
        let file = |state| roots("SSL_CERT_FILE", state);
        let unreadable = RootsState::Unreadable { evidence: "Permission denied".into() };
        for (found, verdict, says) in [
            (vec![file(RootsState::Certificates(140))], Pass, "140 certificates in /ca"),
            (vec![file(RootsState::Missing)], Fail, "SSL_CERT_FILE points to /ca, which does not exist."),
            (vec![file(RootsState::FileEmpty)], Fail, "which is empty"),
            (vec![file(RootsState::VariableEmpty)], Fail, "is set but empty"),
            (vec![file(RootsState::NoCertificate)], Fail, "contains no certificate"),
            (vec![file(unreadable)], Fail, "can't be read: Permission denied"),
            (vec![file(RootsState::Missing), roots("SSL_CERT_DIR", RootsState::Certificates(1))], Warn, "1 certificate in /ca"),
            (vec![file(RootsState::Missing), roots("SSL_CERT_DIR", RootsState::FileEmpty)], Fail, "SSL_CERT_DIR points to /ca"),
        ] {
            let checks = checks_of(HostDetails { roots: found.clone(), ..here() });
            assert_eq!((checks.len(), checks[1].verdict), (2, verdict), "{found:?}");
            assert!(checks[1].evidence.contains(says), "{checks:?}");
            assert_eq!(checks[1].remedy.is_some(), verdict != Pass);
        }
    }

    #[test]
    fn a_second_ntn_is_a_fault_and_one_is_none() {
        let ntn = |paths: &[&str]| checks_of(HostDetails { ntn: paths.iter().map(|path| (*path).to_owned()).collect(), ..here() });
        assert_eq!((ntn(&[]).len(), ntn(&["/usr/bin/ntn"]).len()), (1, 1));
        let checks = ntn(&["/usr/bin/ntn", "/opt/ntn"]);
        assert_eq!((checks[1].id, checks[1].verdict), ("environment.second_ntn", Warn));
        assert!(checks[1].evidence.contains("/usr/bin/ntn is used, /opt/ntn is not"), "{checks:?}");
        assert!(checks[1].remedy.is_some());
    }

    #[test]
    fn a_proxy_is_named_by_its_variable_alone() {
        let set = |name, fault, is_used| ProxyVariable { name, fault, is_used };
        let hash = Some(ProxyMistake::Unencoded('#'));
        for (proxies, verdict, says) in [
            (vec![set("HTTPS_PROXY", None, true), set("NO_PROXY", None, false)], Skip, "Set: HTTPS_PROXY, NO_PROXY."),
            (vec![set("HTTPS_PROXY", hash, true)], Fail, "HTTPS_PROXY can't be parsed: write # as %23."),
            (
                vec![set("HTTPS_PROXY", None, true), set("http_proxy", hash, false)],
                Warn,
                "http_proxy can't be parsed: write # as %23.",
            ),
        ] {
            let checks = checks_of(HostDetails { proxies, ..here() });
            assert_eq!((checks[1].verdict, checks[1].evidence.as_str()), (verdict, says));
            assert_eq!(checks[1].remedy.is_some(), verdict != Skip);
        }
    }
}
