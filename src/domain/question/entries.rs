//! The searchable entries: the questions of the file, and every claim of the catalog that answers none of them.

use super::file::{QuestionTopic, QuestionsToml};
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, Claim};
use std::borrow::Cow;
use std::collections::HashSet;

/// A question, and the claim that answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionEntry<'a> {
    /// Its id in the file, or the claim's position in the catalog, such as `rows.lasts.token`.
    pub id: Cow<'a, str>,
    /// `None` if the answer has to do with none of the paths.
    pub path: Option<AuthPath>,
    pub question: Cow<'a, str>,
    pub claim: &'a Claim,
    /// The command of this program that does it.
    pub command: Cow<'a, str>,
    /// True if Enter copies the command, because the path's page doesn't do it.
    pub copies: bool,
    /// True for a question that people ask, false for a mere claim of the catalog.
    pub is_asked: bool,
}

impl QuestionEntry<'_> {
    /// The path whose page does it; `None` if only the command does.
    pub fn leads_to(&self) -> Option<AuthPath> {
        self.path.filter(|_| !self.copies)
    }
}

/// The texts of an entry that a question is compared with.
pub(super) struct EntryTexts<'a> {
    pub entry: QuestionEntry<'a>,
    pub phrasings: Vec<Cow<'a, str>>,
    pub hints: &'a str,
    pub errors: &'a [String],
}

/// Collects all entries, each with the phrasings of its question. The entries of the file come first.
pub(super) fn collect<'a>(catalog: &'a Catalog, questions: &'a QuestionsToml) -> Vec<EntryTexts<'a>> {
    let mut answered = HashSet::new();
    let mut all = Vec::new();
    let claims: Vec<&Claim> = catalog.claims().into_iter().map(|(_, claim)| claim).collect();
    for topic in &questions.topics {
        let Some(entry) = question_entry(catalog, &claims, topic) else { continue };
        answered.insert(entry.claim.text.as_str());
        let also = topic.also.iter().map(|also| Cow::Borrowed(also.as_str()));
        let phrasings = std::iter::once(entry.question.clone()).chain(also).collect();
        all.push(EntryTexts { entry, phrasings, hints: &topic.hints, errors: &topic.errors });
    }
    for (path, entry) in claim_entries(catalog) {
        // The guide makes some statements in several places.
        if answered.insert(&entry.claim.text) {
            let title = &catalog.path(path).title;
            let phrasing = Cow::Owned(format!("{title} {} {}", entry.question, entry.claim.text));
            all.push(EntryTexts { entry, phrasings: vec![phrasing], hints: "", errors: &[] });
        }
    }
    all
}

/// Returns `None` if the catalog lacks the answer; a test checks that the shipped one has all of them.
fn question_entry<'a>(catalog: &'a Catalog, claims: &[&'a Claim], topic: &'a QuestionTopic) -> Option<QuestionEntry<'a>> {
    let begins = |claim: &Claim| topic.answer.as_ref().is_some_and(|beginning| claim.text.starts_with(beginning.as_str()));
    let claim = match &topic.claim {
        Some(claim) => claim,
        None => claims.iter().copied().find(|claim| begins(claim))?,
    };
    let of_the_guide = || catalog.faq.iter().find(|faq| begins(&faq.answer)).map(|faq| faq.question.as_str());
    let words = topic.question.as_deref().or_else(of_the_guide)?;
    Some(QuestionEntry {
        id: topic.id.as_str().into(),
        path: topic.path,
        question: words.into(),
        claim,
        command: topic.command.as_str().into(),
        copies: topic.copies,
        is_asked: true,
    })
}

/// Every claim of the catalog as an entry.
fn claim_entries(catalog: &Catalog) -> impl Iterator<Item = (AuthPath, QuestionEntry<'_>)> {
    let faq = catalog.faq.iter().enumerate().map(|(index, faq)| {
        let entry = claim_entry(format!("faq[{index}]"), faq.path, faq.question.as_str().into(), &faq.answer);
        (faq.path, QuestionEntry { is_asked: true, ..entry })
    });
    let tree = catalog.decision_tree.iter().map(|branch| {
        let question = format!("If {}", branch.when).into();
        (branch.path, claim_entry(format!("decision_tree.{}", branch.rule), branch.path, question, &branch.claim))
    });
    let rows = catalog.rows.iter().flat_map(|row| {
        AuthPath::ALL.map(|path| {
            let claim = &row.cell(path).claim;
            (path, claim_entry(format!("rows.{}.{path}", row.id), path, with_heading(&row.label, claim).into(), claim))
        })
    });
    let paths = AuthPath::ALL.into_iter().flat_map(move |path| {
        catalog.path(path).claims().into_iter().map(move |(place, claim)| {
            let question = with_heading(heading(&place), claim).into();
            (path, claim_entry(format!("paths.{path}.{place}"), path, question, claim))
        })
    });
    faq.chain(tree).chain(rows).chain(paths)
}

fn claim_entry<'a>(id: String, path: AuthPath, question: Cow<'a, str>, claim: &'a Claim) -> QuestionEntry<'a> {
    let command = format!("notion-auth paths {path}").into();
    QuestionEntry { id: id.into(), path: Some(path), question, claim, command, copies: false, is_asked: false }
}

/// The heading of a claim with its first sentence, in the version that is true today: in a list, a heading alone is too vague.
fn with_heading(heading: &str, claim: &Claim) -> String {
    let text = claim.today.as_ref().map_or(&claim.text, |today| &today.text);
    let first = text.split_once(". ").map_or(text.as_str(), |(first, _)| first).trim_end_matches('.');
    if heading.is_empty() { format!("{first}.") } else { format!("{heading}: {first}.") }
}

/// The heading under which a list of claims is drawn. Facts have none, because each states its subject itself.
fn heading(place: &str) -> &'static str {
    match place.split('[').next().unwrap_or_default() {
        "best_for" => "Best for",
        "brief" => "In short",
        "when_to_use" => "When to use it",
        "when_not_to_use" => "When not to use it",
        "limitations" => "Limits",
        _ => "",
    }
}
