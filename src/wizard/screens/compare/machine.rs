//! The "On this machine" rows: what was found, each in its cell as it streams in.

use crate::domain::accounts::reminder;
use crate::domain::check::Verdict;
use crate::domain::credential::{Existing, ExistingSource};
use crate::domain::machine::{BrowserState, Finding, Findings, HeadlessReason, KeychainState, NtnState};
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// One finding in a cell's width, and in full.
pub struct Shown {
    pub verdict: Verdict,
    pub short: String,
    pub full: String,
}

impl Shown {
    fn new(verdict: Verdict, short: impl Into<String>, full: impl Into<String>) -> Self {
        Self { verdict, short: short.into(), full: full.into() }
    }
}

/// `None` is still being looked at.
pub fn mark(sheet: &Sheet, shown: Option<&Shown>) -> Span<'static> {
    match shown {
        Some(shown) if shown.short.is_empty() => Span::raw("  "),
        Some(shown) => marks::verdict_mark(sheet, shown.verdict),
        None => sheet.span(Role::Dim, &format!("{} ", sheet.theme().glyph(Glyph::Waiting))),
    }
}

/// Two rows of cells, each under the path it matters to most.
pub fn rows(ctx: &Ctx<'_>) -> [[Option<Shown>; 3]; 2] {
    let found = ctx.found;
    [[keychain(found, ctx), browser(found), ntn(found)], [network(found, ctx), nothing(), existing(found)]]
}

#[expect(clippy::unnecessary_wraps, reason = "a cell of the table, where None means that it is still being looked at")]
fn nothing() -> Option<Shown> {
    Some(Shown::new(Verdict::Skip, "", ""))
}

/// Every finding on a line of its own.
pub fn full(sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let found = ctx.found;
    let all = [
        ("keychain", keychain(found, ctx)),
        ("browser", browser(found)),
        ("ntn", ntn(found)),
        ("network", network(found, ctx)),
        ("credentials", existing(found)),
    ];
    for (name, shown) in all {
        let mark = mark(sheet, shown.as_ref());
        let text = shown.map_or_else(|| format!("{name}: looking"), |shown| shown.full);
        sheet.hanging(vec![mark], Role::Text, &text);
    }
}

/// What can be used with one key, in a sentence.
pub fn already_here(ctx: &Ctx<'_>) -> Option<String> {
    let usable: Vec<&Existing> = ctx.found.existing.get()?.iter().filter(|existing| existing.readable).collect();
    let first = usable.first()?;
    let named = |existing: &Existing| {
        let workspace = existing.workspace.as_ref().and_then(|workspace| workspace.name.as_deref());
        match (&existing.source, workspace) {
            (ExistingSource::Environment, _) => "NOTION_API_TOKEN is set".to_owned(),
            (ExistingSource::Ours(_), Some(name)) => format!("signed in to {name} (kept in {})", existing.place),
            (ExistingSource::Ours(_), None) => format!("a credential is kept in {}", existing.place),
            (ExistingSource::Ntn { .. }, Some(name)) => format!("ntn is logged in to {name}"),
            (ExistingSource::Ntn { .. }, None) => "ntn is logged in".to_owned(),
        }
    };
    let more = match usable.len() {
        1 => String::new(),
        2 => ", and one more".to_owned(),
        count => format!(", and {} more", count - 1),
    };
    let end = ctx.ledger.credentials.iter().find(|record| record.stands_for(&first.source)).and_then(|record| record.expires_on);
    let mind = end.and_then(|end| reminder(end, ctx.setup.today)).map(|reminder| format!("; {reminder}")).unwrap_or_default();
    let is_elsewhere =
        !ctx.environment_token_is_set() && !ctx.ledger.credentials.is_empty() && ctx.ledger.selectable().next().is_none();
    let elsewhere = if is_elsewhere { "; NOTION_WORKSPACE_ID names another workspace" } else { "" };
    Some(format!("Use what is here: {}{mind}{more}{elsewhere}.", named(first)))
}

fn keychain(found: &Findings, ctx: &Ctx<'_>) -> Option<Shown> {
    let file = &ctx.setup.file_place;
    if let Some(problem) = &ctx.setup.no_store {
        let why = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
        return Some(Shown::new(Verdict::Warn, "nothing is kept here", format!("storage: nothing can be kept here ({why})")));
    }
    Some(match found.keychain.get()? {
        KeychainState::Answers { name } => {
            Shown::new(Verdict::Pass, "keychain answers", format!("keychain: {name} took a test entry and gave it back"))
        }
        KeychainState::Absent { evidence } => Shown::new(
            Verdict::Warn,
            "no keychain: file",
            format!("keychain: none here ({evidence}). A private file is offered instead: {file}"),
        ),
        KeychainState::Locked { evidence } => Shown::new(
            Verdict::Warn,
            "keychain locked",
            format!("keychain: it is there and took nothing ({evidence}). Unlock it and look again, or use the file"),
        ),
        KeychainState::Slow => Shown::new(
            Verdict::Warn,
            "keychain is silent",
            "keychain: no answer within 3 seconds. A dialog may wait on another screen; the file can be used instead",
        ),
        KeychainState::TurnedOff { value } => {
            Shown::new(Verdict::Skip, "keychain off: file", format!("keychain: NOTION_KEYRING={value} selects the file {file}"))
        }
    })
}

fn browser(found: &Findings) -> Option<Shown> {
    Some(match found.browser.get()? {
        BrowserState::Ready { name: Some(name) } => {
            Shown::new(Verdict::Pass, format!("browser: {name}"), format!("browser: {name}"))
        }
        BrowserState::Ready { name: None } => Shown::new(Verdict::Pass, "browser", "browser: one can be opened here"),
        BrowserState::Headless { reason } => Shown::new(
            Verdict::Warn,
            no_browser(*reason),
            format!("browser: none will appear here, {}. Links are shown to be opened elsewhere", reason.label()),
        ),
    })
}

/// As short as a cell of the narrowest table.
fn no_browser(reason: HeadlessReason) -> &'static str {
    match reason {
        HeadlessReason::Ssh => "no browser over SSH",
        HeadlessReason::Ci => "no browser in CI",
        HeadlessReason::Container => "no browser: container",
        HeadlessReason::NoDisplay => "no browser: no display",
        HeadlessReason::NoBrowser => "no browser found",
        HeadlessReason::TextBrowser => "text browser only",
    }
}

fn ntn(found: &Findings) -> Option<Shown> {
    Some(match found.ntn.get()? {
        NtnState::Found { path, version, .. } => {
            Shown::new(Verdict::Pass, format!("ntn {version}"), format!("ntn: {version}, {path}"))
        }
        NtnState::Missing => Shown::new(Verdict::Warn, "ntn is not installed", "ntn: not on the PATH. Only browser login needs it"),
        NtnState::NotNotions { path, evidence } => Shown::new(
            Verdict::Warn,
            "another tool's ntn",
            format!("ntn: {path} is not Notion's ({evidence}). Another tool carries the same name"),
        ),
        NtnState::Broken { path, evidence } => {
            Shown::new(Verdict::Warn, "ntn does not answer", format!("ntn: {path} did not answer as it should ({evidence})"))
        }
    })
}

fn network(found: &Findings, ctx: &Ctx<'_>) -> Option<Shown> {
    let host = &ctx.setup.notion_host;
    Some(match found.network.get()? {
        Ok(reachable) => {
            let skew = reachable.clock_skew_s.filter(|skew| skew.abs() > 60);
            match skew {
                None => Shown::new(
                    Verdict::Pass,
                    format!("Notion answers, {} ms", reachable.latency_ms),
                    format!("network: {host} answered in {} ms", reachable.latency_ms),
                ),
                Some(skew) => Shown::new(
                    Verdict::Warn,
                    "this clock is off",
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
            Shown::new(Verdict::Fail, "Notion not reached", format!("network: {}{evidence}", sentence(problem)))
        }
    })
}

/// The headline, to be followed by what was seen.
fn sentence(problem: &Problem) -> &'static str {
    problem.headline().trim_end_matches('.')
}

fn existing(found: &Findings) -> Option<Shown> {
    let Finding::Found(existing) = &found.existing else { return None };
    if let Some(problem) = &found.existing_trouble {
        let evidence = problem.evidence.as_deref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
        return Some(Shown::new(Verdict::Warn, "a file needs a look", format!("credentials: {}{evidence}", sentence(problem))));
    }
    let readable = existing.iter().filter(|existing| existing.readable).count();
    let places: Vec<String> = existing.iter().map(|existing| existing.place.clone()).collect();
    Some(match (existing.len(), readable) {
        (0, _) => Shown::new(Verdict::Skip, "no login here yet", "credentials: none found in the environment, here or with ntn"),
        (_, 0) => Shown::new(Verdict::Pass, "ntn is logged in", format!("credentials: {}", places.join(", "))),
        (_, 1) => Shown::new(Verdict::Pass, "one login here: u", format!("credentials: {}", places.join(", "))),
        (_, count) => Shown::new(Verdict::Pass, format!("{count} logins here: u"), format!("credentials: {}", places.join(", "))),
    })
}
