//! Finds the token in any text: pasted text, standard input, a variable, or a line of a file.
//!
//! Every place that accepts a secret uses the one function [`scan`]. It never refuses a text for its form alone, because Notion advises
//! against that; but it reports what may be sent without confirmation, and what is a secret of another service.

mod foreign;
mod format;
mod prefixes;
mod shape;
mod words;
mod wrapping;

pub use foreign::{foreign_format_of, foreign_formats};
pub use format::ForeignFormat;
pub use prefixes::{PREFIXES, PrefixKind, has_issued_form, has_secret_prefix, prefix_kind};
pub use shape::{MIN_TOKEN_LENGTH, NameHint, TokenShape};
pub use words::{TextWord, words};

use super::problem::{Problem, ProblemCode};
use super::secret::Secret;
use prefixes::may_be_client_secret;
use shape::{has_glued_secret, is_notion_id, names_a_token};
use wrapping::{UnwrappedValue, remove_wrapping};
use zeroize::Zeroizing;

/// Limit of tokens to choose from; more are only reported as too many.
const MAX_TOKENS: usize = 9;

/// Length of the tokens and client secrets that Notion issues, by the rules of secret scanners such as gitleaks (`notion-api-token`). It is
/// only used to join a token that was broken over lines, and to separate two that have no mark between them.
pub const TOKEN_LENGTH: usize = 50;

/// A value that looks like one of Notion's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundToken {
    pub secret: Secret,
    /// The name it is assigned to, safe to show.
    pub name: Option<String>,
}

/// The secrets that a text holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenScan {
    /// The values that look like Notion's tokens, each once, in order.
    pub tokens: Vec<FoundToken>,
    /// The whole text without its wrapping, if that is a single value.
    pub single: Option<Secret>,
    /// The form of the single value; [`TokenShape::HasSpaces`] for a text with several values.
    pub shape: TokenShape,
    /// The kind of secret that the single value's name indicates.
    pub assigned_to: Option<NameHint>,
    /// The text is one line without an assignment.
    pub is_bare: bool,
    /// The beginning of a token joined with what follows it after spaces or line breaks. A person has to confirm it.
    pub pieces: Option<Secret>,
    pub client_id: Option<Secret>,
    pub client_secret: Option<Secret>,
    /// Names of the wrappings that were removed: "quotes", "line breaks", "Bearer", "the name before it".
    pub removed: Vec<&'static str>,
    foreign: Vec<&'static ForeignFormat>,
    names: Vec<String>,
}

/// Scans a text, in time linear in its length.
pub fn scan(text: &Secret) -> TokenScan {
    let visible = without_invisible(text.expose());
    let visible = visible.as_ref().map_or(text.expose(), |copy| copy.as_str());
    let UnwrappedValue { text, name, removed, is_single } = remove_wrapping(visible);
    let assigned_to = name.map(NameHint::from_name);
    let single = is_single.then_some(text);
    let is_pem = text.starts_with("-----BEGIN");
    let shape = match single {
        Some(single) => TokenShape::classify(single, assigned_to),
        None if text.is_empty() => TokenShape::Empty,
        None if is_pem => foreign_format_of(text).map_or(TokenShape::HasSpaces, TokenShape::Foreign),
        None => TokenShape::HasSpaces,
    };
    let mut reading = TokenScan {
        tokens: Vec::new(),
        single: single.map(Secret::new),
        shape,
        assigned_to,
        is_bare: name.is_none() && (is_single || is_pem || !text.contains(['\n', '\r', '\0', '='])),
        pieces: None,
        client_id: None,
        client_secret: None,
        removed,
        foreign: Vec::new(),
        names: Vec::new(),
    };
    for word in words(visible) {
        reading.add_word(&word);
    }
    if let Some(whole) = join_pieces(text).filter(|_| single.is_none()) {
        if whole.len() == TOKEN_LENGTH {
            reading.removed.push("line breaks");
            reading.tokens = vec![FoundToken { secret: Secret::new(whole.as_str()), name: name.and_then(displayable_name) }];
            return reading;
        }
        // Joined, the text is shorter than a token, so its first piece is not a token by itself.
        if whole.len() < TOKEN_LENGTH {
            reading.tokens.clear();
        }
        reading.pieces = reading.tokens.is_empty().then(|| Secret::new(whole.as_str()));
    }
    reading.prefer_single_value(single, name);
    reading
}

impl TokenScan {
    fn add_word(&mut self, word: &TextWord<'_>) {
        if word.is_name {
            return;
        }
        let value = word.text.trim_end_matches('.');
        let bare = without_marks(value);
        if let Some(format) = foreign_format_of(value).or_else(|| foreign_format_of(bare)) {
            if !self.foreign.contains(&format) {
                self.foreign.push(format);
            }
            return self.add_name(word, Some(format.name.as_str()));
        }
        let assigned_to = word.name.map(NameHint::from_name);
        self.add_to_client(value, word.is_whole, assigned_to);
        let shape = if bare.len() < MIN_TOKEN_LENGTH { TokenShape::TooShort } else { TokenShape::classify(bare, assigned_to) };
        let is_named = word.name.is_some_and(names_a_token) && word.is_whole;
        if shape.is_notion_like() || is_named && shape == TokenShape::Unknown {
            let is_new = self.tokens.iter().all(|token| token.secret.expose() != bare);
            if is_new && self.tokens.len() <= MAX_TOKENS {
                self.tokens.push(FoundToken { secret: Secret::new(bare), name: word.name.and_then(displayable_name) });
            }
        } else {
            self.add_name(word, None);
        }
    }

    fn add_to_client(&mut self, value: &str, is_whole: bool, assigned_to: Option<NameHint>) {
        if !is_whole || value.is_empty() {
            return;
        }
        let place = match assigned_to {
            Some(NameHint::ClientId) => &mut self.client_id,
            Some(NameHint::ClientSecret) if may_be_client_secret(value) => &mut self.client_secret,
            _ => return,
        };
        place.get_or_insert_with(|| Secret::new(value));
    }

    /// Records a name or kind for the summary of a text without a token. No value is recorded.
    fn add_name(&mut self, word: &TextWord<'_>, kind: Option<&str>) {
        let name = match (word.name.and_then(displayable_name), kind) {
            (Some(name), Some(kind)) => format!("{name} ({kind})"),
            (Some(name), None) => name,
            (None, Some(kind)) => kind.to_owned(),
            (None, None) => return,
        };
        if self.names.len() < MAX_TOKENS && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// Prefers the single value if there is one: the whole value is meant, even if it has characters that would end a word.
    fn prefer_single_value(&mut self, single: Option<&str>, name: Option<&str>) {
        if let (Some(format), true) = (self.foreign.first(), self.tokens.is_empty() && single.is_some()) {
            // An example is an address that contains a secret of another service.
            self.shape = TokenShape::Foreign(format);
        }
        match (single, self.tokens.as_slice()) {
            (Some(single), [_] | []) if self.shape.is_notion_like() && self.foreign.is_empty() => {
                self.tokens = vec![FoundToken { secret: Secret::new(single), name: name.and_then(displayable_name) }];
            }
            (Some(single), [token]) if token.secret.expose() == single => {}
            (_, [_, ..]) => self.removed = vec!["the text around it"],
            _ => {}
        }
    }

    /// The format of another service's secret, if the whole text is one, or if the text contains one.
    pub fn foreign_format(&self) -> Option<&'static ForeignFormat> {
        match self.shape {
            TokenShape::Foreign(format) => Some(format),
            _ => self.foreign.first().copied(),
        }
    }

    /// False if the whole text is something other than a client secret: a token, even one that was cut off, is not sent as one.
    pub fn can_be_client_secret(&self) -> bool {
        self.shape.can_be_client_secret() && !self.is_token()
    }

    /// True if the whole text begins like a current token, whatever its length.
    pub fn is_token(&self) -> bool {
        self.single.as_ref().is_some_and(|single| prefix_kind(single.expose()) == Some(PrefixKind::Token))
    }

    /// The names and kinds that were found, in a sentence. It holds no value.
    pub fn summary(&self) -> String {
        let names: Vec<&str> = self.tokens.iter().filter_map(|token| token.name.as_deref()).collect();
        match self.tokens.len() {
            0 if self.names.is_empty() => "It contains no Notion token.".to_owned(),
            0 => format!("It contains no Notion token, but: {}.", self.names.join(", ")),
            count => {
                let count = if count > MAX_TOKENS { format!("more than {MAX_TOKENS}") } else { count.to_string() };
                let list = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
                format!("It contains {count} Notion tokens{list}.")
            }
        }
    }
}

/// The token in a variable: what was wrapped around it is left out, because no program that reads the variable can mean it. A value
/// that no request may carry, or that may mean several tokens, is a problem that names the variable and none of its secrets.
pub fn in_variable(name: &str, value: &Secret) -> Result<Option<Secret>, Problem> {
    let reading = scan(value);
    let text = strip_wrapping(value);
    let unclear = |why: &str| Problem::new(ProblemCode::VariableUnclear).with_evidence(format!("{name}: {why}"));
    let foreign = reading.foreign_format().filter(|_| reading.tokens.is_empty());
    match (reading.tokens.as_slice(), &reading.single) {
        _ if reading.shape == TokenShape::Empty => Ok(None),
        _ if let Some(format) = foreign => {
            Err(Problem::new(ProblemCode::ForeignSecret).with_evidence(format!("{name} contains {}", format.name)))
        }
        ([token], _) if reading.single.is_some() || !is_followed(text.expose(), token) => Ok(Some(token.secret.clone())),
        // A short value may be a fake one, for a server of the person's own.
        (_, Some(_)) if !reading.shape.can_be_sent() && reading.shape != TokenShape::TooShort => {
            Err(unclear(&reading.shape.advice().unwrap_or_default()))
        }
        (_, Some(single)) => Ok(Some(single.clone())),
        (_, None) => Err(unclear(&several_in(text.expose()))),
    }
}

/// True if a text begins with a token and continues after white space, so that the rest may belong to it or be another.
fn is_followed(text: &str, token: &FoundToken) -> bool {
    let begins = prefix_kind(text).is_some() && text.contains(char::is_whitespace);
    begins && join_pieces(text).is_none_or(|whole| whole.as_str() != token.secret.expose())
}

/// Says what a text with several values contains; known secrets are named by their last four characters.
fn several_in(text: &str) -> String {
    let secrets = text.split_whitespace().filter(|word| has_secret_prefix(word));
    let ends: Vec<String> = secrets.filter_map(|word| Secret::new(word).last_four()).map(|end| format!("…{end}")).collect();
    match ends.as_slice() {
        [] => "it contains several values".to_owned(),
        [end] => format!("it contains more than the token {end}"),
        ends if ends.len() > MAX_TOKENS => format!("it contains more than {MAX_TOKENS} tokens"),
        ends => format!("it contains {} tokens: {}", ends.len(), ends.join(", ")),
    }
}

/// Removes the name, the quotes and any other wrapping from a text.
pub fn strip_wrapping(text: &Secret) -> Secret {
    let visible = without_invisible(text.expose());
    Secret::new(remove_wrapping(visible.as_ref().map_or(text.expose(), |copy| copy.as_str())).text)
}

/// True if the text holds one token of Notion's and no client of an OAuth connection. A `secret_` may be a client secret, so it does
/// not count.
pub fn is_notion_token(text: &Secret) -> bool {
    let reading = scan(text);
    let is_token = |token: &FoundToken| prefix_kind(token.secret.expose()) == Some(PrefixKind::Token);
    matches!(reading.tokens.as_slice(), [token] if is_token(token))
        && reading.client_id.is_none()
        && reading.client_secret.is_none()
}

/// True if the text contains a secret of Notion, or of another service whose format is known.
pub fn contains_secret(text: &Secret) -> bool {
    text_contains_secret(text.expose())
}

/// Checks the same as [`contains_secret`], for a plain text such as an argument.
pub fn text_contains_secret(text: &str) -> bool {
    let visible = without_invisible(text);
    let text = visible.as_ref().map_or(text, |copy| copy.as_str());
    let UnwrappedValue { text: whole, is_single, .. } = remove_wrapping(text);
    let is_token = is_single && has_secret_prefix(whole) || join_pieces(whole).is_some_and(|whole| whole.len() == TOKEN_LENGTH);
    let is_url = text.contains("://");
    is_token
        || words(text).any(|word| {
            let bare = without_marks(word.text);
            let mut parts = word.text.split(['-', '.', '~', '+']).chain([bare]);
            // A URL may contain random text, such as a `state`, that looks like a foreign secret by chance.
            parts.any(has_secret_prefix) || !is_url && (foreign_format_of(word.text).is_some() || foreign_format_of(bare).is_some())
        })
}

/// True for a token of Notion's API, or one of Notion MCP, which has three parts: user, grant and secret.
pub fn is_secret_word(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    let is_plain =
        |part: &&str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    text_contains_secret(word) || parts.len() == 3 && parts.iter().all(is_plain)
}

/// Shorter words that begin like a secret are names, such as those of problems and variables.
const SHORTEST_WITHHELD: usize = 16;

/// True if a token was glued to a word, as by a control character that was removed. `secret_` is a part of many names.
fn has_a_token_inside(word: &str) -> bool {
    word.char_indices().any(|(start, _)| {
        let (before, rest) = word.split_at(start);
        let is_name = before.ends_with(|character: char| character.is_ascii_alphanumeric() || character == '_');
        let is_older = prefix_kind(rest) == Some(PrefixKind::OlderTokenOrClientSecret);
        rest.len() >= SHORTEST_WITHHELD && has_secret_prefix(rest) && !(is_name && is_older)
    })
}

/// A text that a program wrote, for a report: secrets in it, Notion's and others', are replaced.
pub fn without_secrets(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (is_word, run) in runs(text) {
        let word = run.trim_end_matches(['.', '-']);
        if is_word && word.len() >= SHORTEST_WITHHELD && (text_contains_secret(word) || has_a_token_inside(word)) {
            clean.push_str("(withheld)");
            clean.push_str(run.get(word.len()..).unwrap_or_default());
        } else {
            clean.push_str(run);
        }
    }
    clean
}

/// Splits a text into runs of the characters that ids, addresses and tokens are made of, and the runs between them.
pub fn runs(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let is_of_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '@' | '.' | '+');
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let kind = is_of_word(first);
        let end = rest.find(|character| is_of_word(character) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((kind, run))
    })
}

/// Length from which a word with digits in it is opaque: the secrets of many services have no prefix to know them by.
const MIN_OPAQUE_LENGTH: usize = 20;

/// True if prose may contain a secret: a known one, or a long word with digits.
pub fn may_contain_secret(text: &Secret) -> bool {
    let is_opaque = |run: &str| run.len() >= MIN_OPAQUE_LENGTH && run.bytes().any(|byte| byte.is_ascii_digit());
    let mut runs = text.expose().split(|character: char| character.is_whitespace() || "=&?/\"'".contains(character));
    contains_secret(text) || runs.any(is_opaque)
}

/// True if the text has the form of a Notion id, which no secret of Notion has.
pub fn has_notion_id_form(text: &Secret) -> bool {
    is_notion_id(text.expose())
}

/// Joins a token that was broken by lines or spaces. All pieces must be able to belong to it.
fn join_pieces(text: &str) -> Option<Zeroizing<String>> {
    const MOST_PIECES: usize = 8;
    let is_piece = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let is_other = |piece: &str| prefix_kind(piece).is_some() || foreign_format_of(piece).is_some();
    let mut pieces = text.split_whitespace();
    prefix_kind(pieces.clone().next()?)?;
    if text.len() > 4 * TOKEN_LENGTH || !pieces.clone().all(is_piece) || pieces.clone().skip(1).any(is_other) {
        return None;
    }
    let whole: Zeroizing<String> = Zeroizing::new(pieces.by_ref().take(MOST_PIECES).collect());
    (pieces.next().is_none() && whole.len() >= MIN_TOKEN_LENGTH && !has_glued_secret(&whole)).then_some(whole)
}

/// Removes the marks of lists, diffs and emphasis before a word.
fn without_marks(word: &str) -> &str {
    word.trim_start_matches(['-', '.', '~', '+', '_'])
}

/// Returns the name if it is safe to show: it must not look like a secret itself.
pub fn displayable_name(name: &str) -> Option<String> {
    let is_identifier = name.len() <= 60 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let is_secret = || text_contains_secret(name) || has_a_token_inside(name);
    let is_opaque = || name.len() >= MIN_OPAQUE_LENGTH && name.bytes().any(|byte| byte.is_ascii_digit());
    (is_identifier && !is_secret() && !is_opaque()).then(|| name.to_owned())
}

/// Returns a copy without byte order marks and zero-width characters, if there are any. Texts of web pages and files contain them.
fn without_invisible(text: &str) -> Option<Zeroizing<String>> {
    let is_invisible = |character: char| matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    text.contains(is_invisible).then(|| {
        let mut copy = Zeroizing::new(String::with_capacity(text.len()));
        copy.extend(text.chars().filter(|character| !is_invisible(*character)));
        copy
    })
}

#[cfg(test)]
mod tests;
