//! The form of one value, and the advice that a person gets about it.

use super::foreign::{begins_foreign_secret, foreign_format_of};
use super::format::ForeignFormat;
use super::prefixes::{PREFIXES, PrefixKind, may_be_client_secret, prefix_kind};
use std::borrow::Cow;

/// Minimum length of a text that is sent without confirmation; Notion's own tools accept 8 characters or more.
pub const MIN_TOKEN_LENGTH: usize = 20;

/// Maximum length of a token in bytes; longer values would not fit a request header.
const MAX_TOKEN_LENGTH: usize = 4096;

/// The kind of secret that a name indicates for the value assigned to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameHint {
    Token,
    ClientId,
    ClientSecret,
    RefreshToken,
    /// The verification token with which Notion signs webhooks; it begins with `secret_` too.
    WebhookSecret,
}

impl NameHint {
    pub fn from_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        if name.contains("webhook") || name.contains("verification") {
            Self::WebhookSecret
        } else if name.contains("client") && name.ends_with("id") {
            Self::ClientId
        } else if name.contains("client") {
            Self::ClientSecret
        } else if name.contains("refresh") {
            Self::RefreshToken
        } else {
            Self::Token
        }
    }
}

/// True if another secret, of Notion or of another service, directly follows a Notion token: as one value, both would be sent.
pub(super) fn has_glued_secret(text: &str) -> bool {
    let is_start = |rest: &str| {
        begins_foreign_secret(rest) || prefix_kind(rest).is_some_and(|kind| kind != PrefixKind::OlderTokenOrClientSecret)
    };
    let own = PREFIXES.iter().find_map(|(prefix, _)| text.strip_prefix(prefix)).filter(|_| text.len() <= MAX_TOKEN_LENGTH);
    own.is_some_and(|own| own.char_indices().filter_map(|(start, _)| own.get(start..)).any(is_start))
}

/// True if the name alone indicates a Notion token, regardless of the value's form.
pub(super) fn names_a_token(name: &str) -> bool {
    let lowercase = name.to_ascii_lowercase();
    lowercase.contains("notion")
        && ["token", "key", "secret", "pat"].iter().any(|word| lowercase.contains(word))
        && NameHint::from_name(name) == NameHint::Token
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenShape {
    Empty,
    /// It has one of Notion's current token prefixes.
    Token,
    /// It begins with `secret_`, like client secrets and tokens from before 2024-09-11.
    OlderTokenOrClientSecret,
    ClientSecret,
    RefreshToken,
    WebhookSecret,
    Foreign(&'static ForeignFormat),
    Address,
    /// A page, database or workspace id.
    NotionId,
    TooShort,
    TooLong,
    HasSpaces,
    /// Another secret begins inside it, without a separator.
    Glued,
    /// A token that was joined from several lines.
    Pieces,
    /// It has characters that an HTTP header cannot contain.
    Unsendable,
    Unknown,
}

impl TokenShape {
    pub(super) fn classify(text: &str, assigned_to: Option<NameHint>) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        if let Some(format) = foreign_format_of(text) {
            return Self::Foreign(format);
        }
        match assigned_to {
            // A token stays one under whatever name.
            Some(NameHint::ClientSecret) if may_be_client_secret(text) => return Self::ClientSecret,
            Some(NameHint::RefreshToken) => return Self::RefreshToken,
            Some(NameHint::WebhookSecret) => return Self::WebhookSecret,
            Some(NameHint::ClientSecret | NameHint::Token | NameHint::ClientId) | None => {}
        }
        if has_glued_secret(text) {
            return Self::Glued;
        }
        let kind = prefix_kind(text);
        if kind == Some(PrefixKind::RefreshToken) {
            Self::RefreshToken
        } else if text.contains("://") || text.starts_with("www.") || text.starts_with("notion.so/") {
            Self::Address
        } else if text.chars().any(char::is_whitespace) {
            Self::HasSpaces
        } else if !text.chars().all(|character| character.is_ascii_graphic()) || is_masked(text) {
            Self::Unsendable
        } else if text.len() > MAX_TOKEN_LENGTH {
            Self::TooLong
        } else if is_notion_id(text) {
            Self::NotionId
        } else if text.len() < MIN_TOKEN_LENGTH {
            Self::TooShort
        } else {
            match kind {
                Some(PrefixKind::Token | PrefixKind::RefreshToken) => Self::Token,
                Some(PrefixKind::OlderTokenOrClientSecret) => Self::OlderTokenOrClientSecret,
                None => Self::Unknown,
            }
        }
    }

    /// True if it looks like one of Notion's tokens, so that it is verified as soon as it is pasted.
    pub fn is_notion_like(self) -> bool {
        matches!(self, Self::Token | Self::OlderTokenOrClientSecret)
    }

    /// True if it can be a token, so that it is sent if a person says that it is one.
    pub fn is_plausible(self) -> bool {
        self.is_notion_like() || self == Self::Unknown
    }

    /// False if it is never sent to Notion: no token has this form, no header can contain it, or it is a secret of another service.
    pub fn can_be_sent(self) -> bool {
        !matches!(
            self,
            Self::Empty | Self::Foreign(_) | Self::TooShort | Self::TooLong | Self::Unsendable | Self::HasSpaces | Self::Glued
        )
    }

    pub(super) fn can_be_client_secret(self) -> bool {
        let is_other = matches!(self, Self::Token | Self::RefreshToken | Self::WebhookSecret | Self::Address | Self::NotionId);
        (self.can_be_sent() || self == Self::TooShort) && !is_other
    }

    /// The advice for the person, if there is any.
    pub fn advice(self) -> Option<Cow<'static, str>> {
        let text = match self {
            Self::Empty | Self::Token => return None,
            Self::Foreign(format) => {
                return Some(format!("This is {}, not a Notion token. It was not sent.", format.name).into());
            }
            Self::OlderTokenOrClientSecret => {
                "secret_ can be an old token or an OAuth client secret. Notion will show which it is."
            }
            Self::ClientSecret => "This looks like a connection's client secret. Paste a token instead.",
            Self::RefreshToken => "This looks like a refresh token (nrt_). Paste the access token that came with it.",
            Self::WebhookSecret => "This looks like a webhook's verification token. Paste an access token instead.",
            Self::Address => "That's a URL. Copy the token itself from the page where you created it.",
            Self::NotionId => "This looks like the ID of a page or workspace, not a token.",
            Self::TooShort => "That's too short for a token. Paste the whole token.",
            Self::TooLong => "This is longer than any Notion token.",
            Self::Glued => "It contains another secret. Copy only the Notion token.",
            Self::HasSpaces => "There's a space in it, so it can't be a token. Did you copy more than the token?",
            Self::Pieces => "The token was split across lines and has been joined. Check that nothing else got in.",
            Self::Unsendable => "It contains characters that no token has. Did you copy it from formatted text?",
            Self::Unknown => "Notion tokens usually start with ntn_.",
        };
        Some(text.into())
    }
}

/// True for a token that a log or a settings page has masked.
fn is_masked(text: &str) -> bool {
    text.contains("**")
}

/// True for 32 hexadecimal digits, with or without dashes.
pub(super) fn is_notion_id(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    digits == 32 && text.chars().all(|character| character.is_ascii_hexdigit() || character == '-')
}
