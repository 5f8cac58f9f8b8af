//! Validates a parsed catalog: the rules that keep it true to its sources and readable on the narrowest screen.
//!
//! It is pure, so that tests can show each fault being found. A test validates the shipped catalog; nothing does at run time.

use super::{Catalog, Claim, ClaimStatus, ComparisonCell};
use crate::domain::advice::{Reason, codes};
use crate::domain::auth_path::AuthPath;
use crate::domain::link::Link;
use crate::domain::sanitize::{sanitize, width};
use jiff::civil::Date;
use std::collections::HashSet;
use strum::VariantArray;

/// The ids of the comparison's rows, from top to bottom.
pub const ROW_IDS: [&str; 12] = [
    "best_for",
    "key_fact",
    "complexity",
    "code_required",
    "automation",
    "acts_as",
    "sees",
    "lasts",
    "who_may",
    "needs_admin",
    "headless",
    "detail_skill",
];

/// The rules of the decision tree, in the order in which they are tried.
pub const RULE_NAMES: [&str; 4] = ["external_service", "own_terminal", "own_script", "default"];

/// Maximum widths in columns: a table's label and cell at each width of the terminal, a path's title, a line, and a word that must
/// fit a terminal of 40 columns.
const MAX_LABEL_WIDTH: usize = 17;
const MAX_LABEL_WIDTH_AT_72: usize = 12;
const MAX_CELL_WIDTH: usize = 24;
const MAX_CELL_WIDTH_AT_80: usize = 19;
const MAX_CELL_WIDTH_AT_72: usize = 16;
const MAX_TITLE_WIDTH: usize = 11;
const MAX_TAGLINE_WIDTH: usize = 21;
/// Two lines of a terminal with 72 columns, less the space lost where they wrap.
const MAX_REASON_WIDTH: usize = 116;
const MAX_LINE_WIDTH: usize = 76;
const MAX_WORD_WIDTH: usize = 36;

impl Catalog {
    /// All faults, one line each.
    pub fn faults(&self) -> Vec<String> {
        [
            self.shape_faults(),
            self.source_faults(),
            self.link_faults(),
            self.verdict_faults(),
            self.width_faults(),
            self.text_faults(),
        ]
        .concat()
    }

    fn shape_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.rows.iter().map(|row| row.id.as_str()).eq(ROW_IDS) {
            faults.push(format!("rows are not, in this order: {}", ROW_IDS.join(" ")));
        }
        if !self.decision_tree.iter().map(|branch| branch.rule.as_str()).eq(RULE_NAMES) {
            faults.push(format!("decision_tree is not, in this order: {}", RULE_NAMES.join(" ")));
        }
        if !self.advice.iter().map(|wording| wording.code.as_str()).eq(codes()) {
            faults.push(format!("advice is not, in this order: {}", codes().collect::<Vec<_>>().join(" ")));
        }
        faults.extend(duplicate_faults("sources", self.sources.iter().map(|source| &source.id)));
        faults.extend(duplicate_faults("faq", self.faq.iter().map(|faq| &faq.question)));
        faults.extend(duplicate_faults("typical_questions", &self.typical_questions));
        faults.extend(duplicate_faults("related_queries", &self.related_queries));
        faults.extend(duplicate_faults("asked_often", &self.asked_often));
        for id in AuthPath::ALL {
            let path = self.path(id);
            if self.row("best_for").is_some_and(|row| row.cell(id).claim != path.best_for) {
                faults.push(format!("paths.{id}.best_for differs from its row"));
            }
            if path.entry.kinds.len() != 2 {
                faults.push(format!("paths.{id}.entry.kinds has not two lines"));
            }
            if path.entry.steps.is_empty() || path.entry.next.is_empty() {
                faults.push(format!("paths.{id}.entry lacks steps or next"));
            }
            for row in ["code_required", "automation"] {
                if self.row(row).is_some_and(|row| !matches!(row.cell(id).short.as_str(), "yes" | "no")) {
                    faults.push(format!("rows.{row}.{id} is neither yes nor no"));
                }
            }
        }
        faults
    }

    /// The faults of a claim in another file that cites this catalog's sources.
    pub fn claim_faults(&self, place: &str, claim: &Claim) -> Vec<String> {
        let today = claim.today.as_ref().map(|today| today.text.as_str());
        let texts = [Some(claim.text.as_str()), today].into_iter().flatten().filter_map(text_fault);
        let mut faults = self.claim_citation_faults(place, claim);
        faults.extend(texts.chain(verdict_fault(claim).map(str::to_owned)).map(|fault| format!("{place}: {fault}")));
        faults
    }

    fn claim_citation_faults(&self, place: &str, claim: &Claim) -> Vec<String> {
        let today = claim.today.as_ref();
        let today = today.and_then(|today| self.citation_fault(&format!("{place}.today"), &today.source, today.as_of));
        self.citation_fault(place, &claim.source, claim.as_of).into_iter().chain(today).collect()
    }

    fn source_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (place, claim) in self.claims() {
            faults.extend(self.claim_citation_faults(&place, claim));
        }
        for id in AuthPath::ALL {
            let source = &self.path(id).entry.source;
            if self.source(source).is_none() {
                faults.push(format!("paths.{id}.entry: no source {source}"));
            }
        }
        faults
    }

    fn citation_fault(&self, place: &str, id: &str, as_of: Date) -> Option<String> {
        match self.source(id) {
            None => Some(format!("{place}: no source {id}")),
            Some(source) if as_of > source.as_of => Some(format!("{place}: {as_of} is later than its source {id}")),
            Some(_) => None,
        }
    }

    fn link_faults(&self) -> Vec<String> {
        let sources = self.sources.iter().filter_map(|source| Some((format!("sources.{}", source.id), source.url.as_deref()?)));
        let entries = AuthPath::ALL.into_iter().flat_map(|id| {
            let entry = &self.path(id).entry;
            [
                (format!("paths.{id}.entry.portal"), entry.portal.as_str()),
                (format!("paths.{id}.entry.revoke"), entry.revoke.as_str()),
            ]
        });
        sources.chain(entries).filter_map(|(place, url)| self.link_fault(&place, url)).collect()
    }

    fn link_fault(&self, place: &str, url: &str) -> Option<String> {
        match Link::parse(url) {
            Err(error) => Some(format!("{place}: {error}")),
            // `Link::parse` accepts loopback for the demo, but no shipped link may point there.
            Ok(link) if !link.as_str().starts_with("https://") => Some(format!("{place}: it is not https")),
            Ok(link) if !self.known_hosts.contains(&link.host()) => Some(format!("{place}: {} is not a known host", link.host())),
            Ok(_) => None,
        }
    }

    fn verdict_faults(&self) -> Vec<String> {
        self.claims().into_iter().filter_map(|(place, claim)| Some(format!("{place}: {}", verdict_fault(claim)?))).collect()
    }

    fn width_faults(&self) -> Vec<String> {
        let mut limited: Vec<(String, &str, usize)> = Vec::new();
        for row in &self.rows {
            limited.push((format!("rows.{}.label", row.id), &row.label, MAX_LABEL_WIDTH));
            limited.push((format!("rows.{}.label at 72", row.id), row.narrow_label(), MAX_LABEL_WIDTH_AT_72));
            for id in AuthPath::ALL {
                let cell = row.cell(id);
                limited.push((format!("rows.{}.{id}.short", row.id), &cell.short, MAX_CELL_WIDTH));
                limited.push((format!("rows.{}.{id} at 80", row.id), last_of_first(cell, 2), MAX_CELL_WIDTH_AT_80));
                limited.push((format!("rows.{}.{id} at 72", row.id), last_of_first(cell, 3), MAX_CELL_WIDTH_AT_72));
            }
        }
        let is_reason = |code: &str| Reason::VARIANTS.iter().any(|reason| code == <&str>::from(reason));
        let reasons = self.advice.iter().filter(|wording| is_reason(&wording.code));
        limited.extend(reasons.map(|wording| (format!("advice.{}", wording.code), wording.text.as_str(), MAX_REASON_WIDTH)));
        for id in AuthPath::ALL {
            let path = self.path(id);
            limited.push((format!("paths.{id}.title"), &path.title, MAX_TITLE_WIDTH));
            limited.push((format!("paths.{id}.tagline"), &path.tagline, MAX_TAGLINE_WIDTH));
            limited.push((format!("paths.{id}.promise"), &path.promise, MAX_LINE_WIDTH));
            limited.extend(line_limits(&format!("paths.{id}.entry.steps"), &path.entry.steps));
            limited.extend(line_limits(&format!("paths.{id}.entry.notes"), &path.entry.notes));
            limited.extend(line_limits(&format!("paths.{id}.entry.kinds"), &path.entry.kinds));
            limited.extend(
                path.entry
                    .next
                    .iter()
                    .chain(&path.entry.after_login)
                    .map(|next| (format!("paths.{id}.entry.next"), next.does.as_str(), MAX_LINE_WIDTH)),
            );
        }
        limited.extend(line_limits("sharing", &self.sharing));
        limited.extend(line_limits("sharing_notes", &self.sharing_notes));
        let too_wide = |(place, text, limit): (String, &str, usize)| {
            (width(text) > limit).then(|| format!("{place}: {} cells, at most {limit}: {text}", width(text)))
        };
        limited.into_iter().filter_map(too_wide).collect()
    }

    fn text_faults(&self) -> Vec<String> {
        self.prose().into_iter().filter_map(|(place, text)| Some(format!("{place}: {}", text_fault(text)?))).collect()
    }

    /// Every text that is drawn as prose, without addresses and commands.
    fn prose(&self) -> Vec<(String, &str)> {
        let mut prose: Vec<(String, &str)> = Vec::new();
        for (place, claim) in self.claims() {
            prose.extend(claim.today.as_ref().map(|today| (format!("{place}.today"), today.text.as_str())));
            prose.push((place, &claim.text));
        }
        for row in &self.rows {
            prose.extend([row.label.as_str(), row.narrow_label()].map(|label| (format!("rows.{}.label", row.id), label)));
            for id in AuthPath::ALL {
                prose.extend(row.cell(id).texts().map(|text| (format!("rows.{}.{id}.short", row.id), text)));
            }
        }
        for id in AuthPath::ALL {
            let path = self.path(id);
            prose.extend(
                [&path.title, &path.tagline, &path.guide_title, &path.promise].map(|text| (format!("paths.{id}"), text.as_str())),
            );
            let lines = path
                .entry
                .steps
                .iter()
                .chain(&path.entry.notes)
                .chain(&path.entry.kinds)
                .chain(path.entry.next.iter().chain(&path.entry.after_login).map(|next| &next.does));
            prose.extend(lines.map(|text| (format!("paths.{id}.entry"), text.as_str())));
        }
        prose.extend(self.sources.iter().map(|source| (format!("sources.{}", source.id), source.title.as_str())));
        prose.extend(self.decision_tree.iter().map(|branch| (format!("decision_tree.{}", branch.rule), branch.when.as_str())));
        prose.extend(self.advice.iter().map(|wording| (format!("advice.{}", wording.code), wording.text.as_str())));
        prose.extend(self.faq.iter().map(|faq| ("faq".to_owned(), faq.question.as_str())));
        prose.extend(self.typical_questions.iter().map(|text| ("typical_questions".to_owned(), text.as_str())));
        prose.extend(self.related_queries.iter().map(|text| ("related_queries".to_owned(), text.as_str())));
        prose.extend(self.asked_often.iter().map(|text| ("asked_often".to_owned(), text.as_str())));
        let sharing = self.sharing.iter().chain(&self.sharing_notes);
        prose.extend(sharing.map(|text| ("sharing".to_owned(), text.as_str())));
        prose
    }
}

/// The last of the first `of` texts, which a narrower table falls back to.
fn last_of_first(cell: &ComparisonCell, of: usize) -> &str {
    let texts = [Some(&cell.short), cell.at_80.as_ref(), cell.at_72.as_ref()];
    texts.into_iter().take(of).flatten().last().unwrap_or(&cell.short)
}

fn duplicate_faults<'a>(place: &str, names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|name| !seen.insert(*name)).map(|name| format!("{place}: {name} stands twice")).collect()
}

fn line_limits<'a>(place: &str, texts: &'a [String]) -> Vec<(String, &'a str, usize)> {
    texts.iter().map(|text| (place.to_owned(), text.as_str(), MAX_LINE_WIDTH)).collect()
}

fn verdict_fault(claim: &Claim) -> Option<&'static str> {
    match (claim.verdict, &claim.today) {
        (ClaimStatus::Current, Some(_)) => Some("it is current and has a today"),
        (ClaimStatus::Partly | ClaimStatus::Outdated, None) => Some("it is not current and has no today"),
        // A correction of the guide cannot cite the guide itself.
        (ClaimStatus::Partly | ClaimStatus::Outdated, Some(today)) if today.source == "guide" => Some("today rests on the guide"),
        _ => None,
    }
}

/// The fault of a text that sanitizing would change or that does not fit 40 columns.
fn text_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("a text is empty".into());
    }
    if sanitize(text) != text {
        return Some(format!("too long, or stray spaces or control characters: {text}"));
    }
    let word = text.split_whitespace().find(|word| width(word) > MAX_WORD_WIDTH)?;
    Some(format!("the word {word} is wider than {MAX_WORD_WIDTH} cells"))
}
