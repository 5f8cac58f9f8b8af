//! Draws a claim of the guide with its source, and Notion's current statement if the guide is outdated.

use super::sheet::Sheet;
use crate::domain::catalog::{Catalog, Claim, Standing};
use crate::wizard::theme::{Glyph, Role};
use jiff::civil::Date;
use ratatui::text::Span;

/// Draws the claim with its source and date and, if the guide is not fully right, what Notion says today.
pub fn full(sheet: &mut Sheet, catalog: &Catalog, claim: &Claim) {
    let indent = || vec![Span::raw("  ")];
    match (claim.verdict, &claim.today) {
        (Standing::Partly | Standing::Outdated, Some(today)) => {
            sheet.bullet(Role::Dim, &format!("Guide says: {} {}", claim.text, verdict_words(claim.verdict)));
            let mark = vec![Span::raw("  "), sheet.span(Role::Accent, &format!("{} ", sheet.theme().glyph(Glyph::Pointer)))];
            sheet.hanging(mark, Role::Text, &format!("Notion says today: {}", today.text));
            sheet.hanging(vec![Span::raw("    ")], Role::Dim, &source_line(catalog, &today.source, today.as_of));
        }
        (Standing::Current | Standing::Partly | Standing::Outdated, _) => {
            sheet.bullet(Role::Text, &claim.text);
            sheet.hanging(indent(), Role::Dim, &source_line(catalog, &claim.source, claim.as_of));
        }
    }
}

/// Returns what is true today, even if the guide does not say it.
pub fn today(claim: &Claim) -> Option<&str> {
    let text = claim.today.as_ref().map_or(&claim.text, |today| &today.text);
    Some(text.trim_end_matches('.'))
}

/// Returns what is still true of the claim, without the full stop; `None` if today's fact is about something else.
pub fn in_short(claim: &Claim) -> Option<&str> {
    let text = match (claim.verdict, &claim.today) {
        (Standing::Outdated, _) => return None,
        (Standing::Partly, Some(today)) => &today.text,
        (Standing::Current | Standing::Partly, _) => &claim.text,
    };
    Some(text.trim_end_matches('.'))
}

fn verdict_words(verdict: Standing) -> &'static str {
    match verdict {
        Standing::Current => "",
        Standing::Partly => "(partly right)",
        Standing::Outdated => "(outdated)",
    }
}

fn source_line(catalog: &Catalog, source: &str, as_of: Date) -> String {
    let title = catalog.source(source).map_or(source, |source| source.title.as_str());
    format!("{title}, {as_of}")
}
