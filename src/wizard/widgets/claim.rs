//! Draws a claim of the guide with its source, and Notion's current statement if the guide is outdated.

use super::sheet::Sheet;
use crate::domain::catalog::{Catalog, Claim, ClaimStatus};
use crate::wizard::theme::Role;
use jiff::civil::Date;
use ratatui::text::Span;

/// Draws the claim with its source and date. If the guide is not fully right, what is true today comes first.
pub fn draw(sheet: &mut Sheet, catalog: &Catalog, claim: &Claim) {
    let indent = || vec![Span::raw("  ")];
    match (claim.verdict, &claim.today) {
        (ClaimStatus::Partly | ClaimStatus::Outdated, Some(today)) => {
            sheet.bullet(Role::Text, &today.text);
            sheet.hanging(indent(), Role::Dim, &source_line(catalog, &today.source, today.as_of));
            sheet.hanging(indent(), Role::Dim, &format!("The guide says {}: {}", status_label(claim.verdict), claim.text));
        }
        (ClaimStatus::Current | ClaimStatus::Partly | ClaimStatus::Outdated, _) => {
            sheet.bullet(Role::Text, &claim.text);
            sheet.hanging(indent(), Role::Dim, &source_line(catalog, &claim.source, claim.as_of));
        }
    }
}

/// Returns what is true today, even if the guide does not say it.
pub fn current_text(claim: &Claim) -> Option<&str> {
    let text = claim.today.as_ref().map_or(&claim.text, |today| &today.text);
    Some(text.trim_end_matches('.'))
}

/// Returns what is still true of the claim, without the full stop; `None` if today's fact is about something else.
pub fn short_text(claim: &Claim) -> Option<&str> {
    let text = match (claim.verdict, &claim.today) {
        (ClaimStatus::Outdated, _) => return None,
        (ClaimStatus::Partly, Some(today)) => &today.text,
        (ClaimStatus::Current | ClaimStatus::Partly, _) => &claim.text,
    };
    Some(text.trim_end_matches('.'))
}

fn status_label(verdict: ClaimStatus) -> &'static str {
    match verdict {
        ClaimStatus::Current => "",
        ClaimStatus::Partly => "(partly right)",
        ClaimStatus::Outdated => "(outdated)",
    }
}

fn source_line(catalog: &Catalog, source: &str, as_of: Date) -> String {
    let title = catalog.source(source).map_or(source, |source| source.title.as_str());
    format!("{title}, {as_of}")
}
