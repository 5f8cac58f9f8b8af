//! Formats the variables for each kind of reader.

use crate::cli::Format;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::fmt::Write as _;

const TOKEN: &str = "NOTION_API_TOKEN";
const WORKSPACE: &str = "NOTION_WORKSPACE_ID";
const KEYRING: &str = "NOTION_KEYRING";

pub(super) struct Values<'a> {
    pub(super) token: Token<'a>,
    pub(super) workspace_id: Option<&'a str>,
    pub(super) keyring_is_off: bool,
    pub(super) is_demo: bool,
}

pub(super) enum Token<'a> {
    /// The lines fetch the token when they run: from this account, or from the one that is active then.
    Fetched(Option<&'a str>),
    Revealed(&'a Secret),
}

impl Values<'_> {
    /// Returns the variables that are not secret.
    fn others(&self) -> Vec<(&'static str, &str)> {
        let workspace = self.workspace_id.map(|id| (WORKSPACE, id));
        // ntn understands only `0`.
        workspace.into_iter().chain(self.keyring_is_off.then_some((KEYRING, "0"))).collect()
    }

    /// Returns the command that prints the token, with its arguments quoted by `quoted`.
    fn command(&self, account: Option<&str>, quoted: fn(&str) -> String) -> String {
        let account = account.map(|account| format!(" {}", quoted(&format!("--workspace={account}"))));
        let demo = if self.is_demo { " --demo" } else { "" };
        format!("notion-auth{demo} token{}", account.unwrap_or_default())
    }
}

/// Formats the lines, without a final line break. The result is a [`Secret`], because it may contain the token.
pub(super) fn of(format: Format, values: &Values<'_>) -> Result<Secret, Problem> {
    // The capacity is larger than any output, because a string that is reallocated leaves a copy in memory.
    let mut text = String::with_capacity(4096);
    match format {
        Format::Sh => posix(values, &mut text),
        Format::Fish => fish(values, &mut text),
        Format::PowerShell => powershell(values, &mut text),
        Format::Dotenv => dotenv(values, &mut text)?,
        Format::Docker => docker(values, &mut text)?,
        Format::Github => github(values, &mut text),
    }
    text.truncate(text.trim_end().len());
    Ok(Secret::new(text))
}

/// Assigns first and exports afterwards, because `export NAME="$(…)"` hides a failure of the command. Each line ends in a
/// semicolon, so that an unquoted `eval`, which joins the lines, still works.
fn posix(values: &Values<'_>, text: &mut String) {
    match values.token {
        Token::Fetched(account) => {
            let _ = writeln!(text, "{TOKEN}=\"$({})\";", values.command(account, in_sh));
        }
        Token::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN}={};", in_sh(secret.expose()));
        }
    }
    for (name, value) in values.others() {
        let _ = writeln!(text, "{name}={};", in_sh(value));
    }
    let names: Vec<&str> = [TOKEN].into_iter().chain(values.others().into_iter().map(|(name, _)| name)).collect();
    let _ = writeln!(text, "export {};", names.join(" "));
}

fn fish(values: &Values<'_>, text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "set --global --export {name} {value};");
    };
    match values.token {
        Token::Fetched(account) => set(TOKEN, &format!("({})", values.command(account, in_fish))),
        Token::Revealed(secret) => set(TOKEN, &in_fish(secret.expose())),
    }
    for (name, value) in values.others() {
        set(name, &in_fish(value));
    }
}

fn powershell(values: &Values<'_>, text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "$env:{name} = {value}");
    };
    match values.token {
        Token::Fetched(account) => set(TOKEN, &values.command(account, in_powershell)),
        Token::Revealed(secret) => set(TOKEN, &in_powershell(secret.expose())),
    }
    for (name, value) in values.others() {
        set(name, &in_powershell(value));
    }
}

/// Readers of .env files do not run commands, so the token is left empty to be filled in. ntn and notion-auth treat an empty
/// token as unset.
fn dotenv(values: &Values<'_>, text: &mut String) -> Result<(), Problem> {
    match values.token {
        Token::Fetched(_) => {
            let _ = writeln!(text, "# To fill it in: notion-auth env --format dotenv --reveal");
            let _ = writeln!(text, "{TOKEN}=");
        }
        Token::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN}={}", in_dotenv(TOKEN, secret.expose())?);
        }
    }
    for (name, value) in values.others() {
        let _ = writeln!(text, "{name}={}", in_dotenv(name, value)?);
    }
    Ok(())
}

/// Docker takes the value of a name without `=` from its own environment.
fn docker(values: &Values<'_>, text: &mut String) -> Result<(), Problem> {
    match values.token {
        Token::Fetched(_) => {
            let _ = writeln!(text, "{TOKEN}");
        }
        Token::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN}={}", in_docker(TOKEN, secret.expose())?);
        }
    }
    for (name, value) in values.others() {
        let _ = writeln!(text, "{name}={}", in_docker(name, value)?);
    }
    Ok(())
}

/// Writes a workflow's `env:` block that uses the repository's secrets, or values for the file named by `$GITHUB_ENV`.
fn github(values: &Values<'_>, text: &mut String) {
    match values.token {
        Token::Fetched(_) => {
            let _ = writeln!(text, "env:\n  {TOKEN}: ${{{{ secrets.{TOKEN} }}}}");
            for (name, value) in values.others() {
                let _ = writeln!(text, "  {name}: '{}'", value.replace('\'', "''"));
            }
        }
        Token::Revealed(secret) => {
            let others = values.others();
            for (name, value) in [(TOKEN, secret.expose())].into_iter().chain(others) {
                let end = delimiter(value);
                let _ = writeln!(text, "{name}<<{end}\n{value}\n{end}");
            }
        }
    }
}

/// Returns a delimiter that the value does not contain, so that the value cannot end early and set another variable.
fn delimiter(value: &str) -> String {
    let mut end = "NOTION_AUTH_END".to_owned();
    while value.contains(&end) {
        end.push('_');
    }
    end
}

/// Within single quotes every character is literal; a single quote closes them, is escaped, and reopens them.
fn in_sh(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Within single quotes, fish treats a backslash as an escape before a quote or another backslash.
fn in_fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A single quote is doubled. PowerShell treats typographic single quotes as quotes too.
fn in_powershell(value: &str) -> String {
    let mut quoted = String::with_capacity(2 * value.len() + 2);
    quoted.push('\'');
    for character in value.chars() {
        if matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

/// Readers of .env files agree only on single-quoted values without a quote, a backslash or a line break.
fn in_dotenv(name: &str, value: &str) -> Result<String, Problem> {
    if value.contains(['\'', '\\', '\n', '\r', '\0']) {
        return Err(unspeakable(name, "a quote, a backslash or a line break", "readers of .env files do not agree on"));
    }
    Ok(format!("'{value}'"))
}

/// Docker's env file has no quoting: a value is the rest of the line.
fn in_docker<'a>(name: &str, value: &'a str) -> Result<&'a str, Problem> {
    if value.contains(['\n', '\r', '\0']) {
        return Err(unspeakable(name, "a line break", "Docker's file has no spelling for"));
    }
    Ok(value)
}

fn unspeakable(name: &str, what: &str, why: &str) -> Problem {
    Problem::new(ProblemCode::NoSpelling).seen(format!("{name} holds {what}, which {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_cannot_spell_is_refused_and_not_repeated() {
        for (format, value) in [
            (Format::Dotenv, "fake'secret"),
            (Format::Dotenv, "fake\\secret"),
            (Format::Dotenv, "fake\nEVIL=1"),
            (Format::Docker, "fake\nEVIL=1"),
        ] {
            let secret = Secret::new(value);
            let values = Values { token: Token::Revealed(&secret), workspace_id: None, keyring_is_off: false, is_demo: false };
            let problem = of(format, &values).expect_err("it has no spelling");
            assert_eq!(problem.code, ProblemCode::NoSpelling);
            assert!(!problem.evidence.unwrap_or_default().contains("fake"), "{value}");
        }
    }

    #[test]
    fn a_delimiter_never_stands_in_the_value() {
        for value in ["", "NOTION_AUTH_END", "a\nNOTION_AUTH_END\nEVIL<<NOTION_AUTH_END_\n1\nNOTION_AUTH_END_"] {
            assert!(!value.contains(&delimiter(value)), "{value}");
        }
    }
}
