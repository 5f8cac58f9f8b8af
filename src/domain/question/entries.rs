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
    pub path: AuthPath,
    pub question: Cow<'a, str>,
    pub claim: &'a Claim,
    /// The command that does it, if none of the paths does.
    pub command: Option<&'a str>,
    /// True for a question that people ask, false for a mere claim of the catalog.
    pub is_asked: bool,
}

impl QuestionEntry<'_> {
    /// The path that the answer leads to; `None` if a command does instead.
    pub fn leads_to(&self) -> Option<AuthPath> {
        self.command.is_none().then_some(self.path)
    }
}

/// Collects all entries, each with the phrasings of its question. The entries of the file come first.
pub(super) fn collect<'a>(catalog: &'a Catalog, questions: &'a QuestionsToml) -> Vec<(QuestionEntry<'a>, Vec<Cow<'a, str>>)> {
    let mut answered = HashSet::new();
    let mut all = Vec::new();
    let claims: Vec<&Claim> = catalog.claims().into_iter().map(|(_, claim)| claim).collect();
    for topic in &questions.topics {
        let Some(entry) = question_entry(catalog, &claims, topic) else { continue };
        answered.insert(entry.claim.text.as_str());
        let also = topic.also.iter().map(|also| Cow::Borrowed(also.as_str()));
        let phrasings = std::iter::once(entry.question.clone()).chain(also).collect();
        all.push((entry, phrasings));
    }
    for entry in claim_entries(catalog) {
        // The guide makes some statements in several places.
        if answered.insert(&entry.claim.text) {
            let title = &catalog.path(entry.path).title;
            let phrasing = Cow::Owned(format!("{title} {} {}", entry.question, entry.claim.text));
            all.push((entry, vec![phrasing]));
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
    let command = topic.command.as_deref();
    Some(QuestionEntry { id: topic.id.as_str().into(), path: topic.path, question: words.into(), claim, command, is_asked: true })
}

/// Every claim of the catalog as an entry.
fn claim_entries(catalog: &Catalog) -> impl Iterator<Item = QuestionEntry<'_>> {
    let faq = catalog.faq.iter().enumerate().map(|(index, faq)| QuestionEntry {
        id: format!("faq[{index}]").into(),
        path: faq.path,
        question: faq.question.as_str().into(),
        claim: &faq.answer,
        command: None,
        is_asked: true,
    });
    let tree = catalog.decision_tree.iter().map(|branch| QuestionEntry {
        id: format!("decision_tree.{}", branch.rule).into(),
        path: branch.path,
        question: format!("If {}", branch.when).into(),
        claim: &branch.claim,
        command: None,
        is_asked: false,
    });
    let rows = catalog.rows.iter().flat_map(|row| {
        AuthPath::ALL.map(|path| QuestionEntry {
            id: format!("rows.{}.{path}", row.id).into(),
            path,
            question: with_heading(&row.label, &row.cell(path).claim).into(),
            claim: &row.cell(path).claim,
            command: None,
            is_asked: false,
        })
    });
    let paths = AuthPath::ALL.into_iter().flat_map(move |path| {
        catalog.path(path).claims().into_iter().map(move |(place, claim)| QuestionEntry {
            question: with_heading(heading(&place), claim).into(),
            id: format!("paths.{path}.{place}").into(),
            path,
            claim,
            command: None,
            is_asked: false,
        })
    });
    faq.chain(tree).chain(rows).chain(paths)
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
