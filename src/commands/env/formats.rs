//! Formats the variables for each kind of reader.

use super::EnvFormat;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::fmt::Write as _;

const TOKEN_VARIABLE: &str = "NOTION_API_TOKEN";
const WORKSPACE_VARIABLE: &str = "NOTION_WORKSPACE_ID";
const KEYRING_VARIABLE: &str = "NOTION_KEYRING";

pub(super) struct EnvValues<'a> {
    pub(super) token: TokenValue<'a>,
    pub(super) workspace_id: Option<&'a str>,
    pub(super) keyring_is_off: bool,
    pub(super) is_demo: bool,
}

pub(super) enum TokenValue<'a> {
    /// The lines fetch the token when they run: from this account, or from the one that is active then.
    Fetched(Option<&'a str>),
    Revealed(&'a Secret),
}

impl EnvValues<'_> {
    /// Returns the variables that are not secret.
    fn public_variables(&self) -> Vec<(&'static str, &str)> {
        let workspace = self.workspace_id.map(|id| (WORKSPACE_VARIABLE, id));
        // ntn understands only `0`.
        workspace.into_iter().chain(self.keyring_is_off.then_some((KEYRING_VARIABLE, "0"))).collect()
    }

    /// Returns the command that prints the token, with its arguments quoted by `quoted`.
    fn token_command(&self, account: Option<&str>, quoted: fn(&str) -> String) -> String {
        let account = account.map(|account| format!(" {}", quoted(&format!("--workspace={account}"))));
        let demo = if self.is_demo { " --demo" } else { "" };
        format!("notion-auth{demo} token{}", account.unwrap_or_default())
    }
}

/// Formats the lines, without a final line break. The result is a [`Secret`], because it may contain the token.
pub(super) fn render(format: EnvFormat, values: &EnvValues<'_>) -> Result<Secret, Problem> {
    // The capacity is larger than any output, because a string that is reallocated leaves a copy in memory.
    let mut text = String::with_capacity(4096);
    match format {
        EnvFormat::Sh => write_posix(values, &mut text),
        EnvFormat::Fish => write_fish(values, &mut text),
        EnvFormat::PowerShell => write_powershell(values, &mut text),
        EnvFormat::Dotenv => write_dotenv(values, &mut text)?,
        EnvFormat::Docker => write_docker(values, &mut text)?,
        EnvFormat::Github => write_github(values, &mut text),
    }
    text.truncate(text.trim_end().len());
    Ok(Secret::new(text))
}

/// Assigns first and exports afterwards, because `export NAME="$(…)"` hides a failure of the command. Each line ends in a
/// semicolon, so that an unquoted `eval`, which joins the lines, still works.
fn write_posix(values: &EnvValues<'_>, text: &mut String) {
    match values.token {
        TokenValue::Fetched(account) => {
            let _ = writeln!(text, "{TOKEN_VARIABLE}=\"$({})\";", values.token_command(account, quote_sh));
        }
        TokenValue::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN_VARIABLE}={};", quote_sh(secret.expose()));
        }
    }
    for (name, value) in values.public_variables() {
        let _ = writeln!(text, "{name}={};", quote_sh(value));
    }
    let names: Vec<&str> =
        [TOKEN_VARIABLE].into_iter().chain(values.public_variables().into_iter().map(|(name, _)| name)).collect();
    let _ = writeln!(text, "export {};", names.join(" "));
}

fn write_fish(values: &EnvValues<'_>, text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "set --global --export {name} {value};");
    };
    match values.token {
        TokenValue::Fetched(account) => set(TOKEN_VARIABLE, &format!("({})", values.token_command(account, quote_fish))),
        TokenValue::Revealed(secret) => set(TOKEN_VARIABLE, &quote_fish(secret.expose())),
    }
    for (name, value) in values.public_variables() {
        set(name, &quote_fish(value));
    }
}

fn write_powershell(values: &EnvValues<'_>, text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "$env:{name} = {value}");
    };
    match values.token {
        TokenValue::Fetched(account) => set(TOKEN_VARIABLE, &values.token_command(account, quote_powershell)),
        TokenValue::Revealed(secret) => set(TOKEN_VARIABLE, &quote_powershell(secret.expose())),
    }
    for (name, value) in values.public_variables() {
        set(name, &quote_powershell(value));
    }
}

/// Readers of .env files do not run commands, so the token is left empty to be filled in. ntn and notion-auth treat an empty
/// token as unset.
fn write_dotenv(values: &EnvValues<'_>, text: &mut String) -> Result<(), Problem> {
    match values.token {
        TokenValue::Fetched(_) => {
            let _ = writeln!(text, "# To fill it in: notion-auth env --format dotenv --reveal");
            let _ = writeln!(text, "{TOKEN_VARIABLE}=");
        }
        TokenValue::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN_VARIABLE}={}", quote_dotenv(TOKEN_VARIABLE, secret.expose())?);
        }
    }
    for (name, value) in values.public_variables() {
        let _ = writeln!(text, "{name}={}", quote_dotenv(name, value)?);
    }
    Ok(())
}

/// Docker takes the value of a name without `=` from its own environment.
fn write_docker(values: &EnvValues<'_>, text: &mut String) -> Result<(), Problem> {
    match values.token {
        TokenValue::Fetched(_) => {
            let _ = writeln!(text, "{TOKEN_VARIABLE}");
        }
        TokenValue::Revealed(secret) => {
            let _ = writeln!(text, "{TOKEN_VARIABLE}={}", check_docker_value(TOKEN_VARIABLE, secret.expose())?);
        }
    }
    for (name, value) in values.public_variables() {
        let _ = writeln!(text, "{name}={}", check_docker_value(name, value)?);
    }
    Ok(())
}

/// Writes a workflow's `env:` block that uses the repository's secrets, or values for the file named by `$GITHUB_ENV`.
fn write_github(values: &EnvValues<'_>, text: &mut String) {
    match values.token {
        TokenValue::Fetched(_) => {
            let _ = writeln!(text, "env:\n  {TOKEN_VARIABLE}: ${{{{ secrets.{TOKEN_VARIABLE} }}}}");
            for (name, value) in values.public_variables() {
                let _ = writeln!(text, "  {name}: '{}'", value.replace('\'', "''"));
            }
        }
        TokenValue::Revealed(secret) => {
            let others = values.public_variables();
            for (name, value) in [(TOKEN_VARIABLE, secret.expose())].into_iter().chain(others) {
                let end = unused_delimiter(value);
                let _ = writeln!(text, "{name}<<{end}\n{value}\n{end}");
            }
        }
    }
}

/// Returns a delimiter that the value does not contain, so that the value cannot end early and set another variable.
fn unused_delimiter(value: &str) -> String {
    let mut end = "NOTION_AUTH_END".to_owned();
    while value.contains(&end) {
        end.push('_');
    }
    end
}

/// Within single quotes every character is literal; a single quote closes them, is escaped, and reopens them.
fn quote_sh(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Within single quotes, fish treats a backslash as an escape before a quote or another backslash.
fn quote_fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A single quote is doubled. PowerShell treats typographic single quotes as quotes too.
fn quote_powershell(value: &str) -> String {
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
fn quote_dotenv(name: &str, value: &str) -> Result<String, Problem> {
    if value.contains(['\'', '\\', '\n', '\r', '\0']) {
        return Err(unrepresentable(name, "a quote, a backslash or a line break", "readers of .env files do not agree on"));
    }
    Ok(format!("'{value}'"))
}

/// Docker's env file has no quoting: a value is the rest of the line.
fn check_docker_value<'a>(name: &str, value: &'a str) -> Result<&'a str, Problem> {
    if value.contains(['\n', '\r', '\0']) {
        return Err(unrepresentable(name, "a line break", "Docker's file has no spelling for"));
    }
    Ok(value)
}

fn unrepresentable(name: &str, what: &str, why: &str) -> Problem {
    Problem::new(ProblemCode::UnrepresentableValue).with_evidence(format!("{name} holds {what}, which {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_cannot_spell_is_refused_and_not_repeated() {
        for (format, value) in [
            (EnvFormat::Dotenv, "fake'secret"),
            (EnvFormat::Dotenv, "fake\\secret"),
            (EnvFormat::Dotenv, "fake\nEVIL=1"),
            (EnvFormat::Docker, "fake\nEVIL=1"),
        ] {
            let secret = Secret::new(value);
            let values =
                EnvValues { token: TokenValue::Revealed(&secret), workspace_id: None, keyring_is_off: false, is_demo: false };
            let problem = render(format, &values).expect_err("it has no spelling");
            assert_eq!(problem.code, ProblemCode::UnrepresentableValue);
            assert!(!problem.evidence.unwrap_or_default().contains("fake"), "{value}");
        }
    }

    #[test]
    fn a_delimiter_never_stands_in_the_value() {
        for value in ["", "NOTION_AUTH_END", "a\nNOTION_AUTH_END\nEVIL<<NOTION_AUTH_END_\n1\nNOTION_AUTH_END_"] {
            assert!(!value.contains(&unused_delimiter(value)), "{value}");
        }
    }
}
