//! What a person pasted, made into the token they meant: wrapping removed, wrong things recognised.
//!
//! A prefix is a hint, never a gate (facts A.3): Notion advises against validating tokens by shape, so nothing here
//! refuses a text that could be a token. Notion decides.

use super::secret::Secret;
use zeroize::Zeroizing;

/// A pasted text without what was wrapped around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    pub secret: Secret,
    /// What was taken away, to be told: "quotes", "line breaks", "Bearer", "NOTION_API_TOKEN=".
    pub removed: Vec<&'static str>,
    /// The name it was assigned to spoke of a client secret or a refresh token.
    pub assigned_to: Option<AssignedTo>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignedTo {
    Token,
    ClientId,
    ClientSecret,
    RefreshToken,
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Empty,
    /// One of the prefixes Notion uses today.
    Token,
    /// `secret_`: tokens made before 2024-09-11, and client secrets, look like this.
    OlderTokenOrClientSecret,
    ClientSecret,
    RefreshToken,
    Address,
    /// A page, database or workspace id.
    NotionId,
    TooShort,
    HasSpaces,
    /// Characters that no HTTP header can carry.
    Unsendable,
    Unknown,
}

impl Look {
    /// Whether it is worth asking Notion without being told to.
    pub fn is_plausible(self) -> bool {
        matches!(self, Self::Token | Self::OlderTokenOrClientSecret | Self::Unknown)
    }

    /// What to tell the person, where there is something to tell.
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Empty | Self::Token => None,
            Self::OlderTokenOrClientSecret => {
                Some("Older tokens and client secrets both begin with secret_. Notion will tell which this is.")
            }
            Self::ClientSecret => Some("This looks like a connection's client secret. A token is what is wanted here."),
            Self::RefreshToken => {
                Some("This looks like a refresh token (nrt_). The access token that came with it is wanted here.")
            }
            Self::Address => Some("This is an address, not a token. The token stands on the page where you made it."),
            Self::NotionId => Some("This looks like the id of a page or workspace, not like a token."),
            Self::TooShort => Some("This is shorter than any Notion token. Was it cut off?"),
            Self::HasSpaces => Some("There is a space inside. Was more than the token copied?"),
            Self::Unsendable => Some("There are characters inside that no token has. Was it copied from a formatted text?"),
            Self::Unknown => Some("This does not begin like Notion's tokens (ntn_). Notion will tell whether it is one."),
        }
    }
}

/// Shortest text that is sent without being told to; Notion's own tools accept from 8 characters on.
const SHORTEST: usize = 20;

/// Whether a text begins as Notion's secrets do today: then it is handled as one, whatever it was meant to be.
pub fn begins_like_a_secret(text: &Secret) -> bool {
    ["ntn_", "secret_", "nrt_", "development_ntn_"].iter().any(|prefix| text.expose().starts_with(prefix))
}

/// Length from which a word with digits in it is opaque: the secrets of other services have no prefix to know them by.
const OPAQUE: usize = 20;

/// Whether running text may hold a secret: a word that begins like one, or a long one that nobody would say.
pub fn may_hold_a_secret(text: &Secret) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut words = text.expose().split(|character: char| !is_part(character));
    let is_opaque = |run: &str| run.len() >= OPAQUE && run.bytes().any(|byte| byte.is_ascii_digit());
    let mut runs = text.expose().split(|character: char| character.is_whitespace() || "=&?/\"'".contains(character));
    words.any(|word| begins_like_a_secret(&Secret::new(word))) || runs.any(is_opaque)
}

/// Whether a text has the form of Notion's ids: no secret of Notion's has it.
pub fn is_an_id(text: &Secret) -> bool {
    is_notion_id(text.expose())
}

/// Removes line breaks, quotes, `Bearer`, `Authorization:`, `export NAME=`, `set NAME=` and JSON's `"name": "…"`.
pub fn clean(pasted: &Secret) -> Cleaned {
    let mut removed = Vec::new();
    let mut note = |what: &'static str| {
        if !removed.contains(&what) {
            removed.push(what);
        }
    };
    let mut assigned_to = None;
    let raw = pasted.expose();
    let joined: Zeroizing<String> =
        Zeroizing::new(raw.chars().filter(|character| !matches!(character, '\r' | '\n' | '\u{feff}')).collect());
    if joined.trim().len() < raw.trim().len() {
        note("line breaks");
    }
    let mut text = joined.trim();
    // Each pass peels one layer; wrappings nest (`export X="Bearer …"`).
    loop {
        let before = text;
        if let Some((name, value)) = assignment(text) {
            assigned_to = Some(kind_of_name(name)).or(assigned_to);
            text = value;
            note("the name before it");
        }
        for quote in ['"', '\'', '`', '“', '”', '‘', '’'] {
            let bare = text.trim_matches(quote);
            if bare.len() < text.len() {
                text = bare;
                note("quotes");
            }
        }
        for word in ["authorization:", "bearer "] {
            if text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) {
                text = text.get(word.len()..).unwrap_or_default();
                note("Bearer");
            }
        }
        text = text.trim().trim_end_matches([',', ';']);
        if text == before {
            break;
        }
    }
    Cleaned { secret: Secret::new(text), removed, assigned_to }
}

/// `export NAME=value`, `set NAME=value`, `$env:NAME = value`, `NAME: value`, `"name": "value"`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['=', ':'])?;
    let (left, right) = (text.get(..at)?.trim(), text.get(at + 1..)?.trim());
    if right.is_empty() || right.starts_with("//") {
        return None;
    }
    let name =
        ["export ", "set -x ", "set ", "setx ", "$env:", "let "].iter().find_map(|word| left.strip_prefix(word)).unwrap_or(left);
    // `$env:NAME = value` has its first separator inside the left side.
    let (name, right) = match (name, right.split_once('=')) {
        ("$env", Some((inner, value))) => (inner.trim(), value.trim()),
        _ => (name, right),
    };
    let name = name.trim_matches(['"', '\'', ' ', '{']);
    let is_name =
        !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'));
    // "Authorization" is peeled as a header, so that its `Bearer` goes with it.
    (is_name && !name.eq_ignore_ascii_case("authorization")).then_some((name, right))
}

fn kind_of_name(name: &str) -> AssignedTo {
    let name = name.to_ascii_lowercase();
    if name.contains("client") && name.ends_with("id") {
        AssignedTo::ClientId
    } else if name.contains("client") {
        AssignedTo::ClientSecret
    } else if name.contains("refresh") {
        AssignedTo::RefreshToken
    } else {
        AssignedTo::Token
    }
}

/// Says what a cleaned text looks like.
pub fn look(cleaned: &Cleaned) -> Look {
    let text = cleaned.secret.expose();
    if text.is_empty() {
        return Look::Empty;
    }
    match cleaned.assigned_to {
        Some(AssignedTo::ClientSecret) => return Look::ClientSecret,
        Some(AssignedTo::RefreshToken) => return Look::RefreshToken,
        Some(AssignedTo::Token | AssignedTo::ClientId) | None => {}
    }
    if text.starts_with("nrt_") {
        Look::RefreshToken
    } else if text.contains("://") || text.starts_with("www.") || text.starts_with("notion.so/") {
        Look::Address
    } else if text.chars().any(char::is_whitespace) {
        Look::HasSpaces
    } else if !text.chars().all(|character| character.is_ascii_graphic()) {
        Look::Unsendable
    } else if is_notion_id(text) {
        Look::NotionId
    } else if text.len() < SHORTEST {
        Look::TooShort
    } else if text.starts_with("ntn_") || text.starts_with("development_ntn_") {
        Look::Token
    } else if text.starts_with("secret_") {
        Look::OlderTokenOrClientSecret
    } else {
        Look::Unknown
    }
}

/// 32 hexadecimal digits, with or without dashes.
fn is_notion_id(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    digits == 32 && text.chars().all(|character| character.is_ascii_hexdigit() || character == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAKE: &str = "ntn_fake_fake_fake_fake_fake_fake";

    fn cleaned(text: &str) -> Cleaned {
        clean(&Secret::new(text))
    }

    #[test]
    fn every_wrapping_around_a_token_is_removed() {
        for pasted in [
            FAKE.to_owned(),
            format!("  {FAKE}\n"),
            format!("\"{FAKE}\""),
            format!("'{FAKE}',"),
            format!("“{FAKE}”"),
            format!("Bearer {FAKE}"),
            format!("bearer {FAKE}"),
            format!("Authorization: Bearer {FAKE}"),
            format!("export NOTION_API_TOKEN={FAKE}"),
            format!("export NOTION_API_TOKEN=\"{FAKE}\"\n"),
            format!("NOTION_TOKEN='{FAKE}'"),
            format!("set NOTION_API_TOKEN={FAKE}"),
            format!("set -x NOTION_API_TOKEN {FAKE}").replace("TOKEN ", "TOKEN="),
            format!("$env:NOTION_API_TOKEN = \"{FAKE}\""),
            format!("\"token\": \"{FAKE}\","),
            format!("export AUTH=\"Bearer {FAKE}\""),
            format!("{}\n{}", &FAKE[..20], &FAKE[20..]),
        ] {
            assert_eq!(cleaned(&pasted).secret.expose(), FAKE, "{pasted:?}");
        }
    }

    #[test]
    fn a_clean_token_is_left_alone_and_nothing_is_reported() {
        assert!(cleaned(FAKE).removed.is_empty());
        assert_eq!(cleaned("export X=\"ntn_fake\"").removed, ["the name before it", "quotes"]);
    }

    #[test]
    fn things_pasted_by_mistake_are_recognised() {
        for (pasted, expected) in [
            ("", Look::Empty),
            (FAKE, Look::Token),
            ("secret_fake_fake_fake_fake_fake", Look::OlderTokenOrClientSecret),
            ("NOTION_CLIENT_SECRET=secret_fake_fake_fake_fake", Look::ClientSecret),
            ("\"refresh_token\": \"fake_fake_fake_fake_fake\"", Look::RefreshToken),
            ("nrt_fake_fake_fake_fake_fake", Look::RefreshToken),
            ("https://www.notion.so/Page-0123456789abcdef0123456789abcdef", Look::Address),
            ("0123456789abcdef0123456789abcdef", Look::NotionId),
            ("01234567-89ab-cdef-0123-456789abcdef", Look::NotionId),
            ("ntn_short", Look::TooShort),
            ("ntn_fake fake fake fake fake", Look::HasSpaces),
            ("ntn_fäke_fake_fake_fake_fake", Look::Unsendable),
            ("something_else_entirely_fake", Look::Unknown),
        ] {
            assert_eq!(look(&cleaned(pasted)), expected, "{pasted:?}");
        }
    }

    #[test]
    fn an_unknown_prefix_is_no_gate() {
        assert!(Look::Unknown.is_plausible());
        assert!(Look::OlderTokenOrClientSecret.is_plausible());
        assert!(!Look::Address.is_plausible());
    }
}
