//! Formats the variables for each kind of reader.

use super::EnvFormat;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::variables::{TOKEN_VARIABLE, VariableName};
use std::fmt::Write as _;

const WORKSPACE_VARIABLE: &str = "NOTION_WORKSPACE_ID";
const KEYRING_VARIABLE: &str = "NOTION_KEYRING";

pub(super) struct EnvValues<'a> {
    /// The variables for the token, `NOTION_API_TOKEN` first.
    pub(super) names: &'a [VariableName],
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

    /// The variables for the token, besides `NOTION_API_TOKEN`.
    fn other_names(&self) -> impl Iterator<Item = &VariableName> {
        self.names.iter().skip(1)
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
    let secrets = match values.token {
        TokenValue::Fetched(_) => Vec::new(),
        TokenValue::Revealed(token) => values.names.iter().map(|name| name.value(token)).collect::<Result<_, _>>()?,
    };
    let secrets: Vec<(&str, &str)> =
        values.names.iter().zip(&secrets).map(|(name, secret)| (name.as_str(), secret.expose())).collect();
    // The capacity is larger than any output, because a string that is reallocated leaves a copy in memory.
    let mut text = String::with_capacity(4096 * values.names.len());
    match format {
        EnvFormat::Sh => write_posix(values, &secrets, &mut text),
        EnvFormat::Fish => write_fish(values, &secrets, &mut text),
        EnvFormat::PowerShell => write_powershell(values, &secrets, &mut text),
        EnvFormat::Dotenv => write_dotenv(values, &secrets, &mut text)?,
        EnvFormat::Docker => write_docker(values, &secrets, &mut text)?,
        EnvFormat::Github => write_github(values, &secrets, &mut text),
    }
    text.truncate(text.trim_end().len());
    Ok(Secret::new(text))
}

/// Assigns first and exports afterwards, because `export NAME="$(…)"` hides a failure of the command. Each line ends in a
/// semicolon, so that an unquoted `eval`, which joins the lines, still works.
fn write_posix(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) {
    if let TokenValue::Fetched(account) = values.token {
        let _ = writeln!(text, "{TOKEN_VARIABLE}=\"$({})\";", values.token_command(account, quote_sh));
        for name in values.other_names() {
            let (before, after) = quoted_wrapping(name, quote_sh);
            let _ = writeln!(text, "{}={before}\"${TOKEN_VARIABLE}\"{after};", name.as_str());
        }
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        let _ = writeln!(text, "{name}={};", quote_sh(value));
    }
    let public = values.public_variables();
    let names: Vec<&str> = values.names.iter().map(VariableName::as_str).chain(public.into_iter().map(|(name, _)| name)).collect();
    let _ = writeln!(text, "export {};", names.join(" "));
}

fn write_fish(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "set --global --export {name} {value};");
    };
    if let TokenValue::Fetched(account) = values.token {
        set(TOKEN_VARIABLE, &format!("({})", values.token_command(account, quote_fish)));
        for name in values.other_names() {
            let (before, after) = quoted_wrapping(name, quote_fish);
            set(name.as_str(), &format!("{before}${TOKEN_VARIABLE}{after}"));
        }
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        set(name, &quote_fish(value));
    }
}

fn write_powershell(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) {
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(text, "$env:{name} = {value}");
    };
    if let TokenValue::Fetched(account) = values.token {
        set(TOKEN_VARIABLE, &values.token_command(account, quote_powershell));
        for name in values.other_names() {
            let value = match name.wrapping() {
                ("", "") => format!("$env:{TOKEN_VARIABLE}"),
                (before, after) => format!("{} + $env:{TOKEN_VARIABLE} + {}", quote_powershell(before), quote_powershell(after)),
            };
            set(name.as_str(), &value);
        }
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        set(name, &quote_powershell(value));
    }
}

/// Readers of .env files do not run commands, so the token is left empty to be filled in. ntn and notion-auth treat an empty
/// token as unset.
fn write_dotenv(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) -> Result<(), Problem> {
    if secrets.is_empty() {
        let names: Vec<&str> = values.other_names().flat_map(|name| [" --as ", name.as_str()]).collect();
        let _ = writeln!(text, "# To fill it in, run: notion-auth env --format dotenv{} --reveal", names.concat());
        for name in values.names {
            let _ = writeln!(text, "{}=", name.as_str());
        }
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        let _ = writeln!(text, "{name}={}", quote_dotenv(name, value)?);
    }
    Ok(())
}

/// Docker takes the value of a name without `=` from its own environment.
fn write_docker(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) -> Result<(), Problem> {
    if secrets.is_empty() {
        for name in values.names {
            let _ = writeln!(text, "{}", name.as_str());
        }
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        let _ = writeln!(text, "{name}={}", check_docker_value(name, value)?);
    }
    Ok(())
}

/// Writes a workflow's `env:` block that uses the repository's secret `NOTION_API_TOKEN`, or values for the file named by
/// `$GITHUB_ENV`.
fn write_github(values: &EnvValues<'_>, secrets: &[(&str, &str)], text: &mut String) {
    if secrets.is_empty() {
        let _ = writeln!(text, "env:");
        for name in values.names {
            let token = format!("${{{{ secrets.{TOKEN_VARIABLE} }}}}");
            let value = match name.wrapping() {
                ("", "") => token,
                (before, after) => quote_yaml(&format!("{before}{token}{after}")),
            };
            let _ = writeln!(text, "  {}: {value}", name.as_str());
        }
        for (name, value) in values.public_variables() {
            let _ = writeln!(text, "  {name}: {}", quote_yaml(value));
        }
        return;
    }
    for (name, value) in secrets.iter().copied().chain(values.public_variables()) {
        let end = unused_delimiter(value);
        let _ = writeln!(text, "{name}<<{end}\n{value}\n{end}");
    }
}

/// Returns what a variable's value has before and after the token, each quoted unless it is empty.
fn quoted_wrapping(name: &VariableName, quoted: fn(&str) -> String) -> (String, String) {
    let (before, after) = name.wrapping();
    let quoted = |part: &str| if part.is_empty() { String::new() } else { quoted(part) };
    (quoted(before), quoted(after))
}

fn quote_yaml(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
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
        return Err(unrepresentable(name, "a quote, a backslash or a line break", "programs read differently in .env files"));
    }
    Ok(format!("'{value}'"))
}

/// Docker's env file has no quoting: a value is the rest of the line.
fn check_docker_value<'a>(name: &str, value: &'a str) -> Result<&'a str, Problem> {
    if value.contains(['\n', '\r', '\0']) {
        return Err(unrepresentable(name, "a line break", "Docker's env file can't represent"));
    }
    Ok(value)
}

fn unrepresentable(name: &str, what: &str, why: &str) -> Problem {
    Problem::new(ProblemCode::UnrepresentableValue).with_evidence(format!("{name} contains {what}, which {why}"))
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
            let values = EnvValues {
                names: &[VariableName::default_name()],
                token: TokenValue::Revealed(&secret),
                workspace_id: None,
                keyring_is_off: false,
                is_demo: false,
            };
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
