//! The findings about this machine: a cell of the table for each path, the alerts, and the checks.

use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::checks::{Check, Verdict, environment_checks};
use crate::domain::credentials::Inventory;
use crate::domain::machine::{BrowserState, Findings, HeadlessReason, KeychainState, NtnState};
use crate::wizard::context::Ctx;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// A finding, as short texts for a cell, the widest first: at most 22, 17 and 14 columns.
pub struct FindingText {
    pub verdict: Verdict,
    pub texts: Vec<String>,
}

impl FindingText {
    fn new(verdict: Verdict, texts: [&str; 3]) -> Self {
        Self { verdict, texts: texts.map(str::to_owned).into() }
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

/// Returns what the user must know before choosing, each in one sentence.
pub fn alerts(ctx: &Ctx<'_>) -> Vec<(Verdict, String)> {
    let network = ctx.findings.network.get().and_then(|answer| answer.as_ref().err());
    let network = network.map(|problem| (Verdict::Fail, problem.headline().to_owned()));
    let unreadable = ctx.inventory().and_then(Inventory::problem).map(|problem| (Verdict::Warn, problem.headline().to_owned()));
    let variable = ctx.environment_problem().map(|problem| {
        let evidence = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
        (Verdict::Warn, format!("{evidence}. Unset it, or set it to one Notion token."))
    });
    network.into_iter().chain(unreadable.or(variable)).collect()
}

/// Draws the checks of this machine that `concerns` the page.
pub fn draw_checks(sheet: &mut Sheet, ctx: &Ctx<'_>, concerns: impl Fn(&Check) -> bool) {
    if let Some(problem) = &ctx.setup.no_store {
        sheet.hanging(vec![components::verdict_mark(sheet, Verdict::Warn)], Role::Text, problem.headline());
    }
    for check in environment_checks(ctx.findings).iter().filter(|check| concerns(check)) {
        components::draw_check(sheet, check, ctx.shows_details);
    }
    if ctx.findings.is_incomplete() {
        components::draw_still_waiting(sheet, "Checking…");
    }
}

fn keychain(found: &Findings, ctx: &Ctx<'_>) -> Option<FindingText> {
    if ctx.setup.no_store.is_some() {
        return Some(FindingText::new(Verdict::Warn, ["nothing is saved here", "can't save here", "can't save"]));
    }
    Some(match found.keychain.get()? {
        KeychainState::Available { .. } => FindingText::new(Verdict::Pass, ["keychain works", "keychain", "keychain"]),
        KeychainState::Absent { .. } => {
            FindingText::new(Verdict::Warn, ["no keychain, uses file", "no keychain: file", "no keychain"])
        }
        KeychainState::Locked { .. } => {
            FindingText::new(Verdict::Warn, ["keychain is locked", "keychain locked", "keyring locked"])
        }
        KeychainState::TimedOut => FindingText::new(Verdict::Warn, ["keychain: no response", "slow keychain", "slow keychain"]),
        KeychainState::Disabled { .. } => FindingText::new(Verdict::Skip, ["keychain off: file", "keychain off", "keychain off"]),
    })
}

fn browser(found: &Findings) -> Option<FindingText> {
    Some(match found.browser.get()? {
        BrowserState::Ready { name: Some(name) } => {
            let named = format!("browser: {name}");
            FindingText::new(Verdict::Pass, [&named, &named, "browser"])
        }
        BrowserState::Ready { name: None } => FindingText::new(Verdict::Pass, ["browser"; 3]),
        BrowserState::Headless { reason } => FindingText::new(Verdict::Warn, no_browser_texts(*reason)),
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
        NtnState::Found { version, .. } => {
            let named = format!("ntn {version}");
            let short = named.split(" (").next().unwrap_or_default();
            FindingText::new(Verdict::Pass, [&named, short, "ntn"])
        }
        NtnState::Missing => FindingText::new(Verdict::Warn, ["ntn not installed yet", "no ntn yet", "no ntn yet"]),
        NtnState::NotInstallable => FindingText::new(Verdict::Warn, ["no ntn, no npm or curl", "no ntn, no npm", "no ntn"]),
        NtnState::OtherProgram { .. } => FindingText::new(Verdict::Warn, ["another tool's ntn", "not Notion's ntn", "another ntn"]),
        NtnState::Broken { .. } => FindingText::new(Verdict::Warn, ["ntn doesn't work", "ntn doesn't work", "ntn is broken"]),
    })
}
