//! The row "This machine": the findings, each in its cell as soon as it arrives.

use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::checks::Verdict;
use crate::domain::credentials::Entry;
use crate::domain::machine::{BrowserState, Findings, HeadlessReason, KeychainState, NtnState};
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// A finding, as short texts for a cell and in full.
pub struct FindingText {
    pub verdict: Verdict,
    /// Texts for a cell, the widest first: at most 22, 17 and 14 columns. For an alert, its headline.
    pub texts: Vec<String>,
    pub full: String,
}

impl FindingText {
    fn new(verdict: Verdict, texts: [&str; 3], full: impl Into<String>) -> Self {
        Self { texts: texts.map(str::to_owned).into(), ..Self::line(verdict, full) }
    }

    /// Creates an alert, with a headline for places with room for one line only.
    fn alert(verdict: Verdict, headline: &str, full: impl Into<String>) -> Self {
        Self { texts: vec![headline.to_owned()], ..Self::line(verdict, full) }
    }

    fn line(verdict: Verdict, full: impl Into<String>) -> Self {
        Self { verdict, texts: Vec::new(), full: full.into() }
    }
}

/// Returns the mark of a finding; `None` is still being checked.
pub fn finding_mark(sheet: &Sheet, shown: Option<&FindingText>) -> Span<'static> {
    match shown {
        Some(shown) => components::verdict_mark(sheet, shown.verdict),
        None => sheet.span(Role::Dim, &format!("{} ", sheet.theme().glyph(Glyph::Waiting))),
    }
}

/// Returns the finding that matters most to the path.
pub fn cell(ctx: &Ctx<'_>, path: AuthPath) -> Option<FindingText> {
    match path.main_method() {
        AuthMethod::Token => keychain(ctx.findings, ctx),
        AuthMethod::OwnConnection => browser(ctx.findings),
        AuthMethod::BrowserLogin | AuthMethod::Worker => ntn(ctx.findings),
    }
}

/// Returns the problems that the user must know before choosing.
pub fn alerts(ctx: &Ctx<'_>) -> Vec<FindingText> {
    let network = network(ctx.findings, ctx).filter(|shown| shown.verdict == Verdict::Fail);
    let credentials = credentials(ctx.findings, ctx).filter(|shown| shown.verdict == Verdict::Warn);
    network.into_iter().chain(credentials).collect()
}

/// Draws every finding on a line of its own.
pub fn draw_all(sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let found = ctx.findings;
    let all = [
        ("keychain", keychain(found, ctx)),
        ("browser", browser(found)),
        ("ntn", ntn(found)),
        ("network", network(found, ctx)),
        ("credentials", credentials(found, ctx)),
    ];
    for (name, shown) in all {
        let mark = finding_mark(sheet, shown.as_ref());
        let text = shown.map_or_else(|| format!("{name}: checking"), |shown| shown.full);
        sheet.hanging(vec![mark], Role::Text, &text);
    }
}

fn keychain(found: &Findings, ctx: &Ctx<'_>) -> Option<FindingText> {
    let file = &ctx.setup.file_place;
    if let Some(problem) = &ctx.setup.no_store {
        let why = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
        let texts = ["nothing is saved here", "can't save here", "can't save"];
        return Some(FindingText::new(Verdict::Warn, texts, format!("storage: nothing can be saved here ({why})")));
    }
    Some(match found.keychain.get()? {
        KeychainState::Available { name } => FindingText::new(
            Verdict::Pass,
            ["keychain works", "keychain", "keychain"],
            format!("keychain: {name} works; a test entry was written and read back"),
        ),
        KeychainState::Absent { evidence } => FindingText::new(
            Verdict::Warn,
            ["no keychain, uses file", "no keychain: file", "no keychain"],
            format!("keychain: none ({evidence}). You can use a private file instead: {file}"),
        ),
        KeychainState::Locked { evidence } => FindingText::new(
            Verdict::Warn,
            ["keychain is locked", "keychain locked", "keyring locked"],
            format!("keychain: locked ({evidence}). Unlock it and recheck, or use the file"),
        ),
        KeychainState::TimedOut => FindingText::new(
            Verdict::Warn,
            ["keychain: no response", "slow keychain", "slow keychain"],
            "keychain: no response within 3 seconds. Check for a dialog behind another window, or use the file",
        ),
        KeychainState::Disabled { value } => FindingText::new(
            Verdict::Skip,
            ["keychain off: file", "keychain off", "keychain off"],
            format!("keychain: NOTION_KEYRING={value} selects the file {file}"),
        ),
    })
}

fn browser(found: &Findings) -> Option<FindingText> {
    Some(match found.browser.get()? {
        BrowserState::Ready { name: Some(name) } => {
            let named = format!("browser: {name}");
            FindingText::new(Verdict::Pass, [&named, &named, "browser"], named.clone())
        }
        BrowserState::Ready { name: None } => FindingText::new(Verdict::Pass, ["browser"; 3], "browser: available"),
        BrowserState::Headless { reason } => FindingText::new(
            Verdict::Warn,
            no_browser_texts(*reason),
            format!("browser: none ({}). Open links on another device", reason.label()),
        ),
    })
}

fn no_browser_texts(reason: HeadlessReason) -> [&'static str; 3] {
    match reason {
        HeadlessReason::Ssh => ["no browser over SSH", "no browser (SSH)", "no browser"],
        HeadlessReason::Ci => ["no browser in CI", "no browser in CI", "no browser"],
        HeadlessReason::Container => ["no browser: container", "no browser", "no browser"],
        HeadlessReason::NoDisplay => ["no browser: no display", "no display", "no display"],
        HeadlessReason::NoBrowser => ["no browser found", "no browser found", "no browser"],
        HeadlessReason::TextBrowser => ["text browser only", "text browser only", "text browser"],
    }
}

fn ntn(found: &Findings) -> Option<FindingText> {
    Some(match found.ntn.get()? {
        NtnState::Found { path, version, .. } => {
            let named = format!("ntn {version}");
            let short = named.split(" (").next().unwrap_or_default();
            FindingText::new(Verdict::Pass, [&named, short, "ntn"], format!("ntn: {version}, {path}"))
        }
        NtnState::Missing => FindingText::new(
            Verdict::Warn,
            ["ntn not installed yet", "no ntn yet", "no ntn yet"],
            "ntn: not installed yet. Only browser login needs it, and the wizard can install it",
        ),
        NtnState::NotInstallable => FindingText::new(
            Verdict::Warn,
            ["no ntn, no npm or curl", "no ntn, no npm", "no ntn"],
            "ntn: not installed, and there is no npm, curl or winget to install it with. Only browser login needs it",
        ),
        NtnState::OtherProgram { path, evidence } => FindingText::new(
            Verdict::Warn,
            ["another tool's ntn", "not Notion's ntn", "another ntn"],
            format!("ntn: {path} is not Notion's ({evidence}). Another tool carries the same name"),
        ),
        NtnState::Broken { path, evidence } => FindingText::new(
            Verdict::Warn,
            ["ntn doesn't work", "ntn doesn't work", "ntn is broken"],
            format!("ntn: {path} doesn't work ({evidence})"),
        ),
    })
}

fn network(found: &Findings, ctx: &Ctx<'_>) -> Option<FindingText> {
    let host = &ctx.setup.notion_host;
    Some(match found.network.get()? {
        Ok(reachable) => {
            let skew = reachable.clock_skew_s.filter(|skew| skew.abs() > 60);
            match skew {
                None => FindingText::line(Verdict::Pass, format!("network: {host} reachable in {} ms", reachable.latency_ms)),
                Some(skew) => FindingText::line(
                    Verdict::Warn,
                    format!(
                        "network: {host} answered, and this clock is {} s {}",
                        skew.abs(),
                        if skew > 0 { "ahead" } else { "behind" }
                    ),
                ),
            }
        }
        Err(problem) => {
            let evidence = problem.evidence.as_deref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            FindingText::alert(Verdict::Fail, problem.headline(), format!("network: {}{evidence}", headline_without_stop(problem)))
        }
    })
}

/// Returns the headline without its full stop, to be followed by the evidence.
fn headline_without_stop(problem: &Problem) -> &'static str {
    problem.headline().trim_end_matches('.')
}

fn credentials(found: &Findings, ctx: &Ctx<'_>) -> Option<FindingText> {
    let inventory = found.inventory.get()?;
    if let Some(problem) = &inventory.problem() {
        let evidence = problem.evidence.as_deref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
        return Some(FindingText::alert(
            Verdict::Warn,
            problem.headline(),
            format!("credentials: {}{evidence}", headline_without_stop(problem)),
        ));
    }
    if let Some(problem) = ctx.environment_problem() {
        let evidence = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
        let full = format!("credentials: {evidence}. Unset it, or set it to one Notion token");
        return Some(FindingText::alert(Verdict::Warn, evidence, full));
    }
    let places: Vec<&str> = inventory.by_precedence().into_iter().map(Entry::short_place).collect();
    Some(match places.as_slice() {
        [] => FindingText::line(Verdict::Skip, "credentials: none found"),
        places => FindingText::line(Verdict::Pass, format!("credentials: {}", places.join(", "))),
    })
}
