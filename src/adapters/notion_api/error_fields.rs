//! Cleans the short fields of an error before they are shown as evidence: a server may send anything in them.

/// Maximum length of a code, id or host that is shown as evidence.
pub(super) const MAX_NAME_LENGTH: usize = 80;

/// Codes are snake case; anything else is not one.
pub(super) fn sanitize_code(text: &str) -> String {
    let is_code = text.len() <= MAX_NAME_LENGTH
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_code && !text.is_empty() { text.to_owned() } else { "unknown".to_owned() }
}

pub(super) fn sanitize_id(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '-').take(MAX_NAME_LENGTH).collect()
}
