//! Recognises Notion's secrets in a line. Precision matters: after a warning about a placeholder, people ignore the next warning.
//!
//! * A value of the form in which Notion issues secrets is one for certain.
//! * A longer value with a prefix of Notion's, or one that a Notion variable is assigned where variables are, is possibly one.
//! * A placeholder, a reference to a variable, and a secret of another service are not reported.

use super::places::PlainTextPlace;
use crate::domain::secret::Secret;
use crate::domain::token_text::{
    MIN_TOKEN_LENGTH, NameHint, PREFIXES, PrefixKind, TOKEN_LENGTH, TextWord, displayable_name, foreign_format_of, has_issued_form,
    has_notion_id_form, has_secret_prefix, prefix_kind, words,
};
use crate::domain::variables::token_variables;
use std::collections::HashSet;
use strum::IntoStaticStr;

/// A line with this mark is skipped, like one with gitleaks' own mark of this kind.
pub const ALLOW_MARK: &str = "notion-auth:allow";

/// The beginnings of secrets, for a fast search. A line with none of them has no finding, unless it names a variable.
pub const NEEDLES: [&str; 3] = ["ntn_", "secret_", "nrt_"];

/// The part that all names of Notion's variables share.
pub const VARIABLE_NEEDLES: [&str; 2] = ["NOTION_", "OPENAPI_MCP_HEADERS"];

/// Maximum length of a value that may be a token.
const MAX_LENGTH: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SecretKind {
    Token,
    /// It is assigned to the name of a client secret, and never sent to Notion as a token.
    ClientSecret,
    RefreshToken,
    WebhookSecret,
}

impl SecretKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::ClientSecret => "client secret",
            Self::RefreshToken => "refresh token",
            Self::WebhookSecret => "webhook secret",
        }
    }

    fn of(value: &str, hint: Option<NameHint>) -> Self {
        match (prefix_kind(value), hint) {
            (Some(PrefixKind::RefreshToken), _) => Self::RefreshToken,
            (Some(PrefixKind::Token), _) | (_, Some(NameHint::Token | NameHint::ClientId) | None) => Self::Token,
            (_, Some(NameHint::ClientSecret)) => Self::ClientSecret,
            (_, Some(NameHint::RefreshToken)) => Self::RefreshToken,
            (_, Some(NameHint::WebhookSecret)) => Self::WebhookSecret,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Certainty {
    Possible,
    Certain,
}

/// A secret in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    pub secret: Secret,
    pub kind: SecretKind,
    pub certainty: Certainty,
    /// The name that it is assigned to, safe to show.
    pub variable: Option<String>,
    /// The byte of the line at which it begins.
    pub start: usize,
}

/// Returns the secrets in a line of a file at such a place, each once.
pub fn detect(line: &str, place: PlainTextPlace) -> Vec<Detection> {
    let mut found: Vec<Detection> = Vec::new();
    // A line of a patch can hold tens of thousands.
    let mut known = HashSet::new();
    if line.contains(ALLOW_MARK) {
        return found;
    }
    for word in words(line) {
        let detections = prefixed_secrets(&word);
        let detections = if detections.is_empty() { assigned_value(line, &word, place).into_iter().collect() } else { detections };
        for detection in detections {
            if known.insert(detection.secret.clone()) {
                found.push(detection);
            }
        }
    }
    found
}

/// Returns the values with a prefix of Notion's in a word. The marks that a word can contain separate them.
fn prefixed_secrets(word: &TextWord<'_>) -> Vec<Detection> {
    let mut start = word.start;
    let mut found = Vec::new();
    for mut part in word.text.split(['-', '.', '~', '+']) {
        while let Some((value, next)) = split_joined(part) {
            found.extend(prefixed_secret(value, word, start));
            start += value.len();
            part = next;
        }
        found.extend(prefixed_secret(part, word, start));
        start += part.len() + 1;
    }
    found
}

/// Splits off a value that another one follows without a mark, as in a file to which two were written without a line break. Only the issued
/// form has an end that can be known.
fn split_joined(part: &str) -> Option<(&str, &str)> {
    let (value, next) = part.split_at_checked(TOKEN_LENGTH)?;
    (has_issued_form(value) && has_secret_prefix(next)).then_some((value, next))
}

fn prefixed_secret(value: &str, word: &TextWord<'_>, start: usize) -> Option<Detection> {
    if !has_secret_prefix(value) || is_placeholder(value) {
        return None;
    }
    let certainty =
        if has_issued_form(value) { Some(Certainty::Certain) } else { is_possible(value).then_some(Certainty::Possible) };
    certainty.map(|certainty| detection(value, word, start, certainty))
}

fn detection(value: &str, word: &TextWord<'_>, start: usize, certainty: Certainty) -> Detection {
    let kind = SecretKind::of(value, word.name.map(NameHint::from_name));
    Detection { secret: Secret::new(value), kind, certainty, variable: word.name.and_then(displayable_name), start }
}

/// True for a value that is as long as a token, and mixed as a token is; names in code, such as `secret_manager_client`, are not.
fn is_possible(value: &str) -> bool {
    let rest =
        PREFIXES.iter().filter_map(|(prefix, _)| value.strip_prefix(prefix)).min_by_key(|rest| rest.len()).unwrap_or_default();
    (MIN_TOKEN_LENGTH..=MAX_LENGTH).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_mixed(rest)
}

fn is_mixed(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns the value of a Notion variable, whatever its form. A secret of another service is left out.
fn assigned_value(line: &str, word: &TextWord<'_>, place: PlainTextPlace) -> Option<Detection> {
    let name = word.name.filter(|name| place.assigns_variables() && token_variables().any(|variable| variable == *name))?;
    let value = word.text;
    let before = line.get(..word.start).unwrap_or_default();
    // `$VAR`, `${VAR}`, `$(command)`, `%VAR%`, `<your token>`, and a path.
    let is_reference = before.ends_with(['$', '{', '(', '<', '%', '/', '`', '@']);
    let is_value = word.is_whole
        && !is_reference
        && (MIN_TOKEN_LENGTH..=MAX_LENGTH).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_graphic())
        && is_mixed(value)
        && !is_placeholder(value)
        && foreign_format_of(value).is_none()
        && !has_notion_id_form(&Secret::new(value));
    is_value.then(|| Detection { variable: displayable_name(name), ..detection(value, word, word.start, Certainty::Possible) })
}

/// Parts of values that documentation shows in place of a secret. A value of an issued form is random, and has none by chance.
const PLACEHOLDER_WORDS: [&str; 14] = [
    "your",
    "fake",
    "example",
    "placeholder",
    "dummy",
    "sample",
    "replace",
    "insert",
    "changeme",
    "change_me",
    "redacted",
    "secret_here",
    "token_here",
    "xxxx",
];

/// Fewer different characters than a random value of a token's length has.
const MIN_DISTINCT: usize = 8;

/// Length of a run such as `abcdefgh` or `12345678` that no random value has.
const MAX_SEQUENCE: usize = 8;

/// True for a text in the place of a secret: `ntn_xxx…`, `ntn_your_token`, `ntn_1234567890abc…`.
fn is_placeholder(value: &str) -> bool {
    let rest = NEEDLES.iter().find_map(|prefix| value.strip_prefix(prefix)).unwrap_or(value);
    let lowercase = rest.to_ascii_lowercase();
    let mut characters: Vec<char> = lowercase.chars().collect();
    let is_sequence = |run: &[char]| run.iter().zip(run.iter().skip(1)).all(|(one, next)| u32::from(*one) + 1 == u32::from(*next));
    let has_sequence = characters.windows(MAX_SEQUENCE).any(is_sequence);
    characters.sort_unstable();
    characters.dedup();
    let is_monotonous = characters.len() < MIN_DISTINCT;
    let has_word = || PLACEHOLDER_WORDS.iter().any(|word| lowercase.contains(word));
    is_monotonous || has_sequence || !has_issued_form(value) && has_word()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// A value of the form that Notion issues, made here so that no scanner takes this file for a leak.
    fn issued(prefix: &str) -> String {
        let rest = if prefix == "ntn_" { "31415926535" } else { "aZ3kT9qLm" };
        format!("{prefix}{rest}{}{}", "QwErTyUiOp4", "7bNmKjHgFdSaZx2CvB8LpM") + if prefix == "ntn_" { "R5" } else { "5" }
    }

    fn found(path: &str, line: &str) -> Vec<(SecretKind, Certainty, Option<String>, usize)> {
        let detections = detect(line, PlainTextPlace::of(Path::new(path)));
        detections.into_iter().map(|found| (found.kind, found.certainty, found.variable, found.start)).collect()
    }

    fn has(path: &str, line: &str) -> bool {
        !found(path, line).is_empty()
    }

    #[test]
    fn a_value_of_the_issued_form_is_certain_wherever_it_is() {
        for prefix in ["ntn_", "secret_"] {
            let token = issued(prefix);
            assert!(has_issued_form(&token), "{}", token.len());
            for line in [
                token.clone(),
                format!("export NOTION_TOKEN={token}"),
                format!("\"Authorization\": \"Bearer {token}\","),
                format!("curl -H 'Authorization: Bearer {token}' https://api.notion.com"),
                format!("https://me:{token}@example.com?x=1"),
                format!("{{\"env\":\"A=1\\n{token}\\n\"}}"),
                format!("token%3D%22{token}%22"),
                format!("- {token}."),
                format!("x-{token}-y"),
                format!(": 1700000000:0;export NOTION_TOKEN={token}"),
            ] {
                let detections = detect(&line, PlainTextPlace::of(Path::new("notes.txt")));
                assert_eq!(detections.len(), 1, "{line}");
                assert_eq!(
                    (detections[0].certainty, detections[0].secret.clone()),
                    (Certainty::Certain, Secret::new(token.as_str()))
                );
                assert_eq!(line.get(detections[0].start..detections[0].start + token.len()), Some(token.as_str()));
            }
        }
    }

    #[test]
    fn two_tokens_of_a_line_are_two_and_one_that_is_there_twice_is_one() {
        let (one, other) = (issued("ntn_"), format!("{}Z9", issued("ntn_").strip_suffix("R5").unwrap()));
        for line in [format!("A={one} B={other}"), format!("export A={one}; export B='{other}'"), format!("{one},{other}")] {
            let secrets: Vec<Secret> =
                detect(&line, PlainTextPlace::of(Path::new(".zshrc"))).into_iter().map(|found| found.secret).collect();
            assert_eq!(secrets, [Secret::new(one.as_str()), Secret::new(other.as_str())], "{line}");
        }
        assert_eq!(found(".zshrc", &format!("A={one} B={one}")).len(), 1, "the line is one place of it");
    }

    #[test]
    fn secrets_that_follow_each_other_without_a_mark_are_found_each() {
        let (token, secret) = (issued("ntn_"), issued("secret_"));
        let other = format!("{}Z9", token.strip_suffix("R5").unwrap());
        for values in [[&token, &other, &secret], [&secret, &token, &other]] {
            let line = format!("x {}", values.map(String::as_str).concat());
            let places: Vec<(Secret, usize)> =
                detect(&line, PlainTextPlace::of(Path::new("notes"))).into_iter().map(|it| (it.secret, it.start)).collect();
            assert_eq!(places, [0, 1, 2].map(|at| (Secret::new(values[at].as_str()), 2 + 50 * at)), "{line}");
        }
        assert_eq!(
            found("notes", &format!("{token}ntn_")).len(),
            0,
            "a prefix alone is no second one, and the first has another form"
        );
        assert_eq!(found(".env", &format!("NOTION_TOKEN={token}{other}")).len(), 2);
    }

    #[test]
    fn a_secret_with_another_name_is_never_a_token() {
        let secret = issued("secret_");
        for (name, kind) in [
            ("NOTION_CLIENT_SECRET", SecretKind::ClientSecret),
            ("clientSecret", SecretKind::ClientSecret),
            ("NOTION_WEBHOOK_VERIFICATION_TOKEN", SecretKind::WebhookSecret),
            ("NOTION_REFRESH_TOKEN", SecretKind::RefreshToken),
            ("NOTION_KEY", SecretKind::Token),
        ] {
            assert_eq!(found(".env", &format!("{name}={secret}"))[0].0, kind, "{name}");
        }
        assert_eq!(
            found(".env", &format!("CLIENT_SECRET={}", issued("ntn_")))[0].0,
            SecretKind::Token,
            "a token under whatever name"
        );
        assert_eq!(found(".env", concat!("X=nrt_", "a1b2c3d4e5f6g7h8i9j0k1"))[0].0, SecretKind::RefreshToken);
    }

    #[test]
    fn another_long_value_is_possibly_one() {
        let value = concat!("ntn_", "9kdjf84hgnb73hfKJD83jd");
        assert_eq!(found("a.txt", value)[0].1, Certainty::Possible);
        let opaque = "9kdjf84hgnb73hfKJD83jdPQ";
        assert_eq!(
            found(".env", &format!("NOTION_TOKEN={opaque}")),
            [(SecretKind::Token, Certainty::Possible, Some("NOTION_TOKEN".into()), 13)]
        );
        assert!(has(".zshrc", &format!("set -gx NOTION_API_KEY '{opaque}'")));
        assert!(has(".cursor/mcp.json", &format!("\"NOTION_TOKEN\": \"{opaque}\"")));
        assert!(!has("main.rs", &format!("NOTION_TOKEN={opaque}")), "code assigns anything");
        assert!(!has(".env", &format!("OTHER_TOKEN={opaque}")));
    }

    #[test]
    fn placeholders_references_and_other_secrets_are_no_findings() {
        for line in [
            "NOTION_TOKEN=ntn_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "NOTION_TOKEN=ntn_****************",
            "NOTION_TOKEN=ntn_your_token_goes_here_1234",
            "NOTION_TOKEN=ntn_fake_member_00000000000000000001",
            "NOTION_TOKEN=<your-notion-token-of-2026-here>",
            "NOTION_TOKEN=$OTHER_NOTION_TOKEN_0123456789",
            "NOTION_TOKEN=${OTHER_NOTION_TOKEN_0123456789}",
            "NOTION_TOKEN=\"$(notion-auth token --workspace 0123456789abcdef-x)\"",
            "NOTION_TOKEN=%OTHER_NOTION_TOKEN_0123456789%",
            "NOTION_TOKEN=op://vault-of-mine-1/notion-token-0123456789",
            "NOTION_TOKEN=/run/secrets/notion_token_0123456789",
            "NOTION_TOKEN=0123456789abcdef0123456789abcdef",
            "NOTION_TOKEN=ghp_9kdjf84hgnb73hfKJD83jd9kdjf84hgnb73h",
            "NOTION_TOKEN=ntn_1234567890abcdefghijklmnopqrstuvwxyz",
            "NOTION_TOKEN=short1",
            "NOTION_TOKEN=",
            "let secret_manager_client_options_2 = ntn_login_state_machine_1;",
            "my_ntn_a1b2c3d4e5f6g7h8i9j0k1l2",
            "ntn_",
        ] {
            assert!(!has(".env", line), "{line}");
        }
        assert!(!has(".env", &format!("X={} # {ALLOW_MARK}", issued("ntn_"))));
    }
}
