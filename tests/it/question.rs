//! Questions in people's own words: what they find, what they do not, and the file of answers behind it.

use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::catalog::{Catalog, ClaimStatus};
use notion_auth::domain::question::{MIN_ANSWER_SCORE, PreparedQuestions, QuestionIndex, QuestionsToml};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

const SHIPPED: &str = include_str!("../../assets/questions.toml");

/// Of a hundred questions that the search was adjusted with, so many find their path and their answer, or are refused.
const RIGHT: usize = 96;

/// And so many of those that it has never seen.
const RIGHT_UNSEEN: usize = 80;

/// So many of a hundred unseen ones, at most, get an answer beside the point. The rest is told that nothing fits.
const WRONG_UNSEEN: usize = 4;

/// Of a hundred questions about something else that the search was adjusted with, so many are refused.
const REFUSED: usize = 98;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paraphrases {
    paraphrase: Vec<Paraphrase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paraphrase {
    asks: String,
    path: Option<AuthPath>,
    answer: Option<Ids>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ids {
    One(String),
    Several(Vec<String>),
}

fn catalog() -> &'static Catalog {
    Catalog::shipped().expect("the shipped catalog parses")
}

fn questions() -> &'static QuestionsToml {
    static QUESTIONS: LazyLock<QuestionsToml> = LazyLock::new(|| toml::from_str(SHIPPED).expect("the questions parse"));
    &QUESTIONS
}

fn index() -> &'static QuestionIndex<'static> {
    QuestionIndex::shipped().expect("what both are made of parses")
}

fn seen() -> Vec<Paraphrase> {
    read(include_str!("question/paraphrases.toml"))
}

fn unseen() -> Vec<Paraphrase> {
    read(include_str!("question/held_out.toml"))
}

/// Everyday questions, other services, and uses of Notion that have nothing to do with signing in.
fn off_topic() -> Vec<Paraphrase> {
    read(include_str!("question/off_topic.toml"))
}

fn read(text: &str) -> Vec<Paraphrase> {
    toml::from_str::<Paraphrases>(text).expect("the paraphrases parse").paraphrase
}

/// The id of the answer, where one fits.
fn found(question: &str) -> Option<&'static str> {
    index().search(question).best.and_then(|best| index().entry(best)).map(|entry| &*entry.id)
}

impl Paraphrase {
    fn ids(&self) -> &[String] {
        match &self.answer {
            None => &[],
            Some(Ids::One(id)) => std::slice::from_ref(id),
            Some(Ids::Several(ids)) => ids,
        }
    }

    /// Returns the wrong result, if the expected one was not found.
    fn miss(&self) -> Option<String> {
        let answer = index().search(&self.asks);
        let found = answer.best.and_then(|best| index().entry(best));
        let is_right = match found {
            Some(entry) => self.path == Some(entry.path) && self.ids().iter().any(|id| *id == entry.id),
            None => self.ids().is_empty(),
        };
        let nearest: Vec<&str> = answer.all().filter_map(|found| Some(&*index().entry(found)?.id)).collect();
        let verdict = if found.is_some() { "found" } else { "found nothing, near" };
        (!is_right).then(|| format!("  {:?} wants {:?}, {verdict} {nearest:?}", self.asks, self.ids()))
    }
}

/// Prints every miss; a test that passes shows them with `--nocapture`.
#[expect(clippy::print_stdout, reason = "the misses are worth reading also where there are few enough of them")]
fn hold(name: &str, paraphrases: &[Paraphrase], percent: usize) {
    let misses: Vec<String> = paraphrases.iter().filter_map(Paraphrase::miss).collect();
    let right = paraphrases.len() - misses.len();
    let told = format!("{name}: {right} of {} are right; missed:\n{}", paraphrases.len(), misses.join("\n"));
    println!("{told}");
    assert!(right * 100 >= percent * paraphrases.len(), "{told}");
}

#[test]
fn paraphrases_find_their_path_and_their_answer() {
    hold("adjusted with", &seen(), RIGHT);
    hold("never seen", &unseen(), RIGHT_UNSEEN);
    let all: Vec<Paraphrase> = seen().into_iter().chain(unseen()).collect();
    hold("all", &all, 90);
}

#[test]
fn what_is_asked_beside_the_subject_is_refused() {
    hold("beside the subject, adjusted with", &off_topic(), REFUSED);
    for asks in [
        "what is the wether",
        "weather",
        "how do I connect my Google calendar to Notion calendar",
        "how do webhooks work",
        "how much does notion cost",
    ] {
        assert_eq!(found(asks), None, "{asks}");
    }
}

#[test]
fn few_answers_are_beside_the_point() {
    let unseen = unseen();
    let is_wrong = |it: &&Paraphrase| it.miss().is_some() && found(&it.asks).is_some();
    let wrong: Vec<&str> = unseen.iter().filter(is_wrong).map(|it| it.asks.as_str()).collect();
    assert!(wrong.len() * 100 <= WRONG_UNSEEN * unseen.len(), "{wrong:#?}");
}

#[test]
fn questions_about_agents_sdks_rotation_and_places_have_their_answer() {
    for (asks, id) in [
        ("how do I connect Claude Code to Notion", "mcp_connect"),
        ("how do I give an AI agent a read-only key", "agent_token"),
        ("which sdk do I use with my token", "sdk"),
        ("how do I do the OAuth flow with the javascript SDK and get an access token for a user", "sdk_oauth"),
        ("my personal access token runs out next month, how do I rotate it without breaking my scripts", "rotate"),
        ("find my workspace id", "find_workspace_id"),
        ("notion oauth redirect url", "redirect_rules"),
        ("notion developer platform", "portal"),
        ("notion api token", "pat_create"),
        ("my token stopped working", "unauthorized"),
        ("gest", "guest"),
        ("my company blocks personal access tokens", "policy_blocks"),
        ("what scopes does oauth need", "oauth_capabilities"),
        ("where is my token stored", "token_stored"),
        ("which sdk for python", "sdk"),
        ("what is ntn_", "token_prefix"),
        ("what is nrt_", "refresh_prefix"),
        ("what is ntn", "cli"),
        ("ntn api hangs forever in my container", "ntn_hangs"),
        ("can I call the Notion API from the browser, I get a CORS error", "cors"),
    ] {
        assert_eq!(found(asks), Some(id), "{asks}");
    }
    for asks in ["notion developer platform", "notion api token"] {
        let best = index().search(asks).best.and_then(|best| index().entry(best)).expect(asks);
        assert!(best.claim.text.contains("app.notion.com/developers"), "{asks}");
    }
}

#[test]
fn the_paraphrases_are_many_and_of_many_kinds() {
    let all: Vec<Paraphrase> = seen().into_iter().chain(unseen()).collect();
    assert!(all.len() >= 100, "{}", all.len());
    assert!(all.iter().filter(|it| it.ids().is_empty()).count() >= 12);
    assert!(off_topic().len() >= 100 && off_topic().iter().all(|it| it.path.is_none() && it.ids().is_empty()));
    let known: HashSet<&str> = index().entries().iter().map(|entry| &*entry.id).collect();
    for paraphrase in &all {
        assert_eq!(paraphrase.path.is_some(), !paraphrase.ids().is_empty(), "{}", paraphrase.asks);
        for id in paraphrase.ids() {
            assert!(known.contains(id.as_str()), "{id} is no answer");
        }
    }
    let asked: HashSet<&str> = all.iter().map(|it| it.asks.as_str()).collect();
    assert_eq!(asked.len(), all.len(), "a paraphrase stands twice");
    let wanted: HashSet<&str> = all.iter().flat_map(Paraphrase::ids).map(String::as_str).collect();
    let idle: Vec<&str> = questions().topics.iter().map(|topic| topic.id.as_str()).filter(|id| !wanted.contains(id)).collect();
    assert!(idle.len() <= 12, "nobody asks for {idle:?}");
}

/// Letters and digits alone: neither case nor punctuation makes a sentence another one.
fn bare(text: &str) -> String {
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn no_paraphrase_is_a_sentence_of_ours() {
    let mut ours: HashSet<String> = HashSet::new();
    for (_, claim) in catalog().claims() {
        ours.extend([bare(&claim.text)].into_iter().chain(claim.today.as_ref().map(|today| bare(&today.text))));
    }
    ours.extend(catalog().faq.iter().map(|faq| bare(&faq.question)));
    ours.extend(catalog().typical_questions.iter().chain(&catalog().related_queries).map(|text| bare(text)));
    for topic in &questions().topics {
        ours.extend(topic.question.iter().chain(&topic.also).map(|text| bare(text)));
    }
    ours.extend(questions().elsewhere.iter().map(|text| bare(text)));
    for paraphrase in seen().into_iter().chain(unseen()).chain(off_topic()) {
        assert!(!ours.contains(&bare(&paraphrase.asks)), "{:?} is ours", paraphrase.asks);
    }
}

#[test]
fn every_question_of_ours_finds_its_own_answer() {
    for entry in index().entries().iter().filter(|entry| entry.is_asked) {
        assert_eq!(found(&entry.question), Some(&*entry.id), "{}", entry.question);
    }
}

#[test]
fn what_the_guide_lists_as_typical_finds_an_answer() {
    let catalog = catalog();
    for question in catalog.typical_questions.iter().chain(&catalog.related_queries).chain(&catalog.asked_often) {
        assert!(found(question).is_some(), "{question}");
    }
    assert_eq!(found("How to set up OAuth for Notion?"), Some("oauth_setup"));
    assert_eq!(found("notion integration token"), Some("integration_token"));
}

/// Each of our questions, changed; nine of ten still find their answer.
#[track_caller]
fn hold_changed(change: impl Fn(&str) -> String) {
    let asked: Vec<_> = index().entries().iter().filter(|entry| entry.is_asked).collect();
    let lost: Vec<String> = asked
        .iter()
        .map(|entry| (entry, change(&entry.question)))
        .filter(|(entry, text)| found(text) != Some(&*entry.id))
        .map(|(_, text)| text)
        .collect();
    assert!(lost.len() * 10 <= asked.len(), "{lost:#?}");
}

#[test]
fn the_order_of_words_does_not_matter() {
    hold_changed(|question| question.split(' ').rev().collect::<Vec<_>>().join(" "));
}

#[test]
fn letters_that_changed_places_do_not_matter() {
    let swap = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() > 6 {
            letters.swap(2, 3);
        }
        letters.into_iter().collect::<String>()
    };
    hold_changed(|question| question.split(' ').map(swap).collect::<Vec<_>>().join(" "));
}

#[test]
fn case_and_punctuation_do_not_matter() {
    for question in ["How long does a personal access token last?", "Can I use several workspaces?"] {
        let plain = index().search(question);
        assert_eq!(index().search(&question.to_uppercase()), plain);
        assert_eq!(index().search(&format!("  «{}» …", question.replace(' ', " , "))), plain);
    }
}

#[test]
fn a_question_can_be_answered_before_it_is_written_to_its_end() {
    assert_eq!(found("how do i revo"), Some("pat_revoke"));
    assert_eq!(found("webhook bloc"), Some("webhook_blocked"));
}

#[test]
fn a_word_of_english_is_not_a_mistyped_word_of_ours() {
    for word in &questions().english {
        assert_eq!(index().search(word).score.to_string(), "0", "{word}");
    }
}

#[test]
fn what_tells_nothing_is_no_question() {
    for text in ["", " ", "?!", "notion", "how do I", "\u{1b}[31m", "日本語", &"x".repeat(5000), &"and ".repeat(5000)] {
        let answer = index().search(text);
        assert_eq!(answer.best, None, "{text}");
        assert!(answer.score < MIN_ANSWER_SCORE, "{text}");
    }
}

#[test]
fn scores_run_from_nothing_to_the_same_question() {
    assert_eq!(index().search("How do I revoke a personal access token?").score.to_string(), "1");
    for paraphrase in seen() {
        let answer = index().search(&paraphrase.asks);
        let scores: Vec<f64> = answer.all().map(|found| found.score).collect();
        assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
    }
}

#[test]
fn an_outdated_statement_brings_what_holds_today() {
    for question in ["are PATs supported?", "oauth without a third party identity provider"] {
        let best = index().search(question).best.and_then(|best| index().entry(best)).expect(question);
        assert_eq!(best.claim.verdict, ClaimStatus::Outdated, "{question}");
        assert!(best.claim.today.is_some(), "{question}");
    }
}

#[test]
fn every_statement_of_the_catalog_can_be_found() {
    let found: HashSet<&str> = index().entries().iter().map(|entry| entry.claim.text.as_str()).collect();
    for (place, claim) in catalog().claims().into_iter().filter(|(place, _)| place != "intent") {
        assert!(found.contains(claim.text.as_str()), "{place}");
    }
}

#[test]
fn the_binary_carries_what_the_files_say() {
    let carried = PreparedQuestions::shipped().expect("what was prepared can be read");
    assert!(*carried == PreparedQuestions::build(catalog(), questions()), "the build script prepared something else");
}

#[test]
fn every_question_that_was_prepared_has_its_statement() {
    for topic in &questions().topics {
        let entry = index().entries().iter().find(|entry| entry.id == topic.id).expect(&topic.id);
        match (&topic.claim, &topic.answer) {
            (Some(claim), _) => assert_eq!(entry.claim, claim, "{}", topic.id),
            (None, answer) => assert!(entry.claim.text.starts_with(answer.as_deref().unwrap_or("-")), "{}", topic.id),
        }
    }
}

#[test]
fn the_shipped_questions_have_no_faults() {
    assert_eq!(questions().faults(catalog()), Vec::<String>::new());
}

#[test]
fn every_fault_of_the_questions_is_found() {
    type Damage = fn(&mut QuestionsToml);
    let damages: [(Damage, &str); 9] = [
        (|all| all.topics.push(all.topics[0].clone()), "which_path stands twice"),
        (|all| all.topics[0].also.clear(), "which_path can be put in one way only"),
        (|all| all.topics[0].answer = Some("Nobody said this".into()), "which_path: no statement begins with"),
        (|all| all.topics[0].answer = Some("A".into()), "which_path: several statements begin with"),
        (|all| all.topics[0].answer = None, "which_path: it has neither an answer nor a claim"),
        (|all| all.topics.iter_mut().find(|it| it.id == "pat_lasts").unwrap().question = None, "pat_lasts: nothing asks it"),
        (|all| all.topics.iter_mut().find(|it| it.id == "rate_limits").unwrap().question = None, "rate_limits: nothing asks it"),
        (
            |all| all.topics.iter_mut().find(|it| it.id == "rate_limits").unwrap().claim.as_mut().unwrap().source = "rumour".into(),
            "rate_limits: no source rumour",
        ),
        (
            |all| all.topics.iter_mut().find(|it| it.id == "rate_limits").unwrap().claim.as_mut().unwrap().text.clear(),
            "rate_limits: a text is empty",
        ),
    ];
    for (damage, expected) in damages {
        let mut copy = questions().clone();
        damage(&mut copy);
        let faults = copy.faults(catalog());
        assert!(faults.iter().any(|fault| fault.contains(expected)), "no {expected:?} in {faults:#?}");
    }
}
