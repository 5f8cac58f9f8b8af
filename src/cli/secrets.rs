//! Refuses secrets in arguments, and never repeats them.

use crate::domain::token_text::text_contains_secret;
use std::ffi::{OsStr, OsString};

pub(super) const SECRET_IN_ARGUMENTS: &str = "\
error: don't pass secrets as arguments: other programs and your shell history can read them

Use standard input instead: notion-auth login --token-stdin < FILE
If this secret is real, remove it from your shell history and revoke it: a personal access token at
https://app.notion.com/developers/tokens, a connection's token at https://app.notion.com/developers/connections
";

/// Options that deliberately do not exist. A user who types one is about to put a secret on the command line.
const SECRET_OPTIONS: [&str; 2] = ["--token", "--client-secret"];

/// Returns the arguments up to `run --`; those after it belong to another program, which may have an option called `--token`.
pub(super) fn own_arguments(arguments: &[OsString]) -> impl Iterator<Item = &OsString> {
    let end = arguments
        .iter()
        .position(|argument| argument == "--")
        .filter(|end| arguments.iter().take(*end).any(|argument| argument == "run"));
    arguments.iter().take(end.unwrap_or(arguments.len()))
}

pub(super) fn has_secret(argument: &OsStr) -> bool {
    let argument = argument.to_string_lossy();
    let name = argument.split('=').next().unwrap_or_default();
    SECRET_OPTIONS.contains(&name) || text_contains_secret(&argument)
}

/// Redacts long words with digits from clap's message, because they may be tokens in a format that is not known here.
pub(super) fn redact_opaque_words(message: String, arguments: &[OsString]) -> String {
    let arguments: Vec<_> = arguments.iter().skip(1).map(|argument| argument.to_string_lossy()).collect();
    let words = arguments.iter().flat_map(|argument| argument.split('='));
    let opaque = words.filter(|word| word.len() >= 20 && word.bytes().any(|byte| byte.is_ascii_digit()));
    opaque.fold(message, |message, word| message.replace(word, "(withheld)"))
}
