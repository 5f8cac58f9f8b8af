//! Validates the questions against a catalog. A test validates the shipped ones; nothing does at run time.

use super::file::{QuestionTopic, QuestionsToml};
use super::synonyms::MAX_PHRASE_WORDS;
use super::words::words;
use crate::domain::catalog::Catalog;
use std::collections::HashSet;

impl QuestionsToml {
    /// All faults of the questions with this catalog, one line each.
    pub fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = HashSet::new();
        for phrase in self.synonyms.iter().flat_map(|group| &group.words) {
            if words(phrase).count() > MAX_PHRASE_WORDS {
                faults.push(format!("{phrase:?} has more than {MAX_PHRASE_WORDS} words"));
            }
        }
        for topic in &self.topics {
            let id = &topic.id;
            if !seen.insert(id) {
                faults.push(format!("{id} stands twice"));
            }
            if topic.also.is_empty() {
                faults.push(format!("{id} can be put in one way only"));
            }
            faults.extend(topic.answer_fault(catalog).map(|fault| format!("{id}: {fault}")));
            faults.extend(topic.claim.iter().flat_map(|claim| catalog.claim_faults(id, claim)));
        }
        faults
    }
}

impl QuestionTopic {
    fn answer_fault(&self, catalog: &Catalog) -> Option<String> {
        let asked_by_the_guide = |beginning: &str| catalog.faq.iter().any(|faq| faq.answer.text.starts_with(beginning));
        match (&self.answer, &self.claim, &self.question) {
            (Some(_), Some(_), _) => Some("it has an answer and a claim".into()),
            (None, None, _) => Some("it has neither an answer nor a claim".into()),
            (None, Some(_), None) => Some("nothing asks it".into()),
            (None, Some(_), Some(_)) => None,
            (Some(beginning), None, question) => {
                let claims = catalog.claims();
                let matching = claims.iter().filter(|(_, claim)| claim.text.starts_with(beginning.as_str()));
                let texts: HashSet<&str> = matching.map(|(_, claim)| claim.text.as_str()).collect();
                match (texts.len(), question) {
                    (0, _) => Some(format!("no statement begins with {beginning:?}")),
                    (1, Some(_)) => None,
                    (1, None) if asked_by_the_guide(beginning) => None,
                    (1, None) => Some("nothing asks it".into()),
                    (_, _) => Some(format!("several statements begin with {beginning:?}")),
                }
            }
        }
    }
}
