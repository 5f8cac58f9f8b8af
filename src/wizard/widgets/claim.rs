//! Draws a claim of the guide with its source, and Notion's current statement if the guide is outdated.

use super::sheet::Sheet;
use crate::domain::catalog::{Catalog, Claim, ClaimStatus};
use crate::wizard::theme::Role;
use jiff::civil::Date;
use ratatui::text::Span;

/// Draws the claims with their sources and dates. If the guide is not fully right, what is true today comes first. Claims of one source
/// that follow each other name it once.
pub fn draw(sheet: &mut Sheet, catalog: &Catalog, claims: &[Claim]) {
    for (index, claim) in claims.iter().enumerate() {
        let (text, source, outdated) = statement(claim);
        let next = claims.get(index + 1).map(|next| statement(next).1);
        sheet.bullet(Role::Text, text);
        if outdated || next != Some(source) {
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &source_line(catalog, source));
        }
        if outdated {
            let text = format!("The guide says {}: {}", status_label(claim.verdict), claim.text);
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &text);
        }
    }
}

/// Returns what is true, its source and date, and whether the guide says something else.
fn statement(claim: &Claim) -> (&str, (&str, Date), bool) {
    match (claim.verdict, &claim.today) {
        (ClaimStatus::Partly | ClaimStatus::Outdated, Some(today)) => (&today.text, (&today.source, today.as_of), true),
        (ClaimStatus::Current | ClaimStatus::Partly | ClaimStatus::Outdated, _) => {
            (&claim.text, (&claim.source, claim.as_of), false)
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

fn source_line(catalog: &Catalog, (source, as_of): (&str, Date)) -> String {
    let title = catalog.source(source).map_or(source, |source| source.title.as_str());
    format!("{title}, {as_of}")
}
