//! The files of questions that the search is measured by, and how many of them are answered rightly.

use super::index;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::question::{Confidence, QuestionIndex};
use serde::Deserialize;

/// Entries whose answers both serve a question for the other.
pub const EQUIVALENT: [&[&str]; 20] = [
    &["mcp_connect", "mcp_codex", "mcp_cursor", "mcp_vscode", "mcp_claude_desktop", "mcp_gemini", "mcp_opencode", "mcp_address"],
    &["leaked", "pat_revoke"],
    &["token_stored", "where_stored"],
    &["keep_out_of_files", "send_to_ci"],
    &["oauth_refresh", "refresh_dead"],
    &["rate_limits", "mcp_limits", "request_blocked"],
    &["restricted_resource", "list_users"],
    &["internal_lasts", "internal_revoke"],
    &["agent_token", "limit_to_pages"],
    &["bot_or_person", "internal_to_pat"],
    &["own_terminal", "cli_login"],
    &["oauth_endpoint", "sdk_oauth"],
    &["redirect_rules", "redirect_localhost"],
    &["mcp_needs_auth", "mcp_invalid_token"],
    &["keychain_error", "keyring_off"],
    &["guest", "account_restricted"],
    &["redirect_mismatch", "redirect_rules"],
    &["mcp_client_lost", "mcp_sign_in_ends"],
    &["internal_sees", "share_page"],
    &["no_network", "proxy_hosts"],
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    #[serde(alias = "paraphrase")]
    question: Vec<Question>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub asks: String,
    pub path: Option<AuthPath>,
    answer: Option<Ids>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ids {
    One(String),
    Several(Vec<String>),
}

/// Questions written before the search was tuned; docs/testing.md says what was seen of them since.
pub fn strangers() -> Vec<Question> {
    read(include_str!("strangers.toml"))
}

pub fn held_out() -> Vec<Question> {
    read(include_str!("held_out.toml"))
}

/// Real questions from public threads.
pub fn cases() -> Vec<Question> {
    read(include_str!("cases.toml"))
}

/// Questions by an author who had seen nothing but the answers.
pub fn another_author() -> Vec<Question> {
    read(include_str!("another_author.toml"))
}

/// Real questions from public threads, of which a third was put aside.
pub fn fresh_threads() -> Vec<Question> {
    read(include_str!("fresh_threads.toml"))
}

/// Real questions from public threads: a third of them, put aside before the search was improved.
pub fn threads() -> Vec<Question> {
    read(include_str!("threads.toml"))
}

/// Real questions from threads that were found when the search was nearly done.
pub fn late_threads() -> Vec<Question> {
    read(include_str!("late_threads.toml"))
}

/// All questions that have a right answer, and those that have none.
pub fn all() -> Vec<Question> {
    let files = [another_author(), cases(), fresh_threads(), threads(), late_threads(), strangers(), held_out(), off_topic()];
    files.into_iter().flatten().collect()
}

/// Everyday questions, other services, and uses of Notion that have nothing to do with signing in.
pub fn off_topic() -> Vec<Question> {
    read(include_str!("off_topic.toml"))
}

fn read(text: &str) -> Vec<Question> {
    toml::from_str::<Questions>(text).expect("the questions parse").question
}

fn is_equivalent(id: &str, wanted: &str) -> bool {
    id == wanted || EQUIVALENT.iter().any(|ids| ids.contains(&id) && ids.contains(&wanted))
}

impl Question {
    pub fn ids(&self) -> &[String] {
        match &self.answer {
            None => &[],
            Some(Ids::One(id)) => std::slice::from_ref(id),
            Some(Ids::Several(ids)) => ids,
        }
    }
}

/// How many questions were answered rightly, not answered, or answered wrongly.
#[derive(Debug, Default)]
pub struct Shares {
    pub right: usize,
    /// Among those that were not answered but offered the nearest entries, the right one was among these.
    pub near: usize,
    pub unsure: usize,
    pub wrong: usize,
    misses: Vec<String>,
}

impl Shares {
    pub fn count(&mut self, index: &QuestionIndex<'_>, asks: &str, wanted: &[String]) {
        let result = index.search(asks);
        let ids: Vec<&str> = result.all().filter_map(|found| Some(&*index.entry(found)?.id)).collect();
        let is_wanted = |id: &str| wanted.iter().any(|wanted| is_equivalent(id, wanted));
        match (result.confidence, ids.first()) {
            (Confidence::Sure, Some(id)) if is_wanted(id) => self.right += 1,
            (Confidence::Sure, _) => self.wrong += 1,
            (Confidence::Unsure | Confidence::None, _) if wanted.is_empty() => self.right += 1,
            (Confidence::Unsure | Confidence::None, _) => {
                self.near += usize::from(ids.iter().any(|id| is_wanted(id)));
                self.unsure += 1;
            }
        }
        if result.confidence == Confidence::Sure && !is_wanted(ids.first().copied().unwrap_or_default())
            || result.confidence != Confidence::Sure && !wanted.is_empty()
        {
            self.misses.push(format!("  {asks:?} wants {wanted:?}: {:?} {:.2}, {ids:?}", result.confidence, result.score));
        }
    }

    pub fn of(questions: &[Question]) -> Self {
        let mut shares = Self::default();
        for question in questions {
            shares.count(index(), &question.asks, question.ids());
        }
        shares
    }

    pub fn add(&mut self, other: &Self) {
        self.right += other.right;
        self.near += other.near;
        self.unsure += other.unsure;
        self.wrong += other.wrong;
    }

    /// Prints every miss; a test that passes shows them with `--nocapture`.
    #[expect(clippy::print_stdout, reason = "the misses are worth reading also where there are few enough of them")]
    pub fn hold(&self, name: &str, min_right: usize, max_wrong: usize) {
        let all = self.right + self.unsure + self.wrong;
        let report = format!(
            "{name}: of {all}, {} right, {} unsure ({} near), {} wrong; missed:\n{}",
            self.right,
            self.unsure,
            self.near,
            self.wrong,
            self.misses.join("\n")
        );
        println!("{report}");
        assert!(self.right * 100 >= min_right * all, "{report}");
        assert!(self.wrong * 100 <= max_wrong * all, "{report}");
    }
}
