//! Questions in people's own words: what they find, what they do not, and the file of answers behind it.

use notion_auth::domain::catalog::{Catalog, PathId};
use notion_auth::domain::question::{Index, Questions};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paraphrases {
    paraphrase: Vec<Paraphrase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paraphrase {
    asks: String,
    path: Option<PathId>,
    answer: Option<Ids>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ids {
    One(String),
    Several(Vec<String>),
}

fn index() -> &'static Index<'static> {
    Index::shipped().expect("the shipped answers parse")
}

fn paraphrases() -> Vec<Paraphrase> {
    toml::from_str::<Paraphrases>(include_str!("question/paraphrases.toml")).expect("the paraphrases parse").paraphrase
}

impl Paraphrase {
    fn ids(&self) -> &[String] {
        match &self.answer {
            None => &[],
            Some(Ids::One(id)) => std::slice::from_ref(id),
            Some(Ids::Several(ids)) => ids,
        }
    }

    /// What was found instead, if it was something else.
    fn miss(&self) -> Option<String> {
        let answer = index().ask(&self.asks);
        let found = answer.best.and_then(|best| index().entry(best));
        let is_right = match found {
            Some(entry) => self.path == Some(entry.path) && self.ids().iter().any(|id| *id == entry.id),
            None => self.ids().is_empty(),
        };
        let all: Vec<String> =
            answer.all().filter_map(|found| Some(format!("{} {:.2}", index().entry(found)?.id, found.score))).collect();
        let verdict = if found.is_some() { "found" } else { "nothing, near" };
        (!is_right).then(|| format!("{:?} wants {:?}, {verdict} {:.2}: {}", self.asks, self.ids(), answer.score, all.join(", ")))
    }
}

#[test]
fn dev() {
    let held = std::env::var("HELD").is_ok();
    let all = paraphrases();
    let mine: Vec<_> = all.iter().enumerate().filter(|(at, _)| (at % 3 == 2) == held).map(|(_, it)| it).collect();
    let misses: Vec<String> = mine.iter().filter_map(|it| it.miss()).collect();
    println!("{} of {} missed\n{}", misses.len(), mine.len(), misses.join("\n"));
}

#[test]
fn the_shipped_questions_have_no_faults() {
    let questions = Questions::shipped().expect("the shipped questions parse");
    assert_eq!(questions.faults(Catalog::shipped().expect("the shipped catalog parses")), Vec::<String>::new());
}
