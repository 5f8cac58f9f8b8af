//! The environment variables that hold a Notion token, from `assets/variables.toml`: which program reads which, and which names must
//! not hold one.

mod content;

pub use content::Variable;

use super::problem::{Problem, ProblemCode};
use super::secret::Secret;
use super::token_text::{in_variable, text_contains_secret};
use content::VariablesToml;
use std::ffi::OsString;
use std::str::FromStr;
use std::sync::LazyLock;

/// The variable of `ntn`, and the only one whose token is active by itself.
pub const TOKEN_VARIABLE: &str = "NOTION_API_TOKEN";

/// The part of a template that the token replaces.
const PLACEHOLDER: &str = "{token}";

/// The build script has checked that it parses.
static CONTENT: LazyLock<VariablesToml> = LazyLock::new(|| postcard::from_bytes(shipped!("variables")).unwrap_or_default());

/// The variables besides `NOTION_API_TOKEN`.
pub fn known_variables() -> &'static [Variable] {
    &CONTENT.variables
}

/// The names of all variables for tokens; a program that isn't meant to have a token gets none of them.
pub fn token_variables() -> impl Iterator<Item = &'static str> {
    std::iter::once(TOKEN_VARIABLE).chain(known_variables().iter().map(|variable| variable.name.as_str()))
}

impl Variable {
    /// Returns the token in a value of this variable, or why it must not reach Notion.
    pub fn read_token(&self, value: &Secret) -> Result<Option<Secret>, Problem> {
        // MCP servers of other services read the same variable, such as Anytype's
        // (https://github.com/anyproto/anytype-mcp): their key must not be sent to Notion.
        if self.template.is_some() && !text_contains_secret(value.expose()) {
            return Ok(None);
        }
        in_variable(&self.name, value)
    }
}

/// Returns the variables that the program of this command is known to read.
pub fn variables_for(command: &[OsString]) -> impl Iterator<Item = &'static Variable> {
    let words: Vec<String> = command.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let program = StartedProgram::from_command(&words);
    known_variables().iter().filter(move |variable| {
        let mut programs = variable.readers.iter().flat_map(|reader| &reader.programs);
        program.as_ref().is_some_and(|program| programs.any(|name| program.is_called(name)))
    })
}

/// The program that a command ends up running.
enum StartedProgram {
    /// A file name without its folder and extension.
    Command(String),
    /// A package or a script, as it was passed to a runner.
    Started(String),
}

impl StartedProgram {
    fn from_command(words: &[String]) -> Option<Self> {
        let (first, arguments) = words.split_first()?;
        let command = command_name(first);
        let follows = |runner: &&String| {
            let mut parts = runner.split(' ');
            parts.next() == Some(command)
                && parts.clone().count() <= arguments.len()
                && parts.zip(arguments).all(|(part, word)| part == word)
        };
        let runner = CONTENT.runners.iter().filter(follows).max_by_key(|runner| runner.len());
        let Some(runner) = runner else { return Some(Self::Command(command.to_owned())) };
        let mut rest = arguments.iter().skip(runner.split(' ').count() - 1);
        rest.find(|word| !word.starts_with('-')).map(|started| Self::Started(started.clone()))
    }

    fn is_called(&self, name: &str) -> bool {
        match self {
            Self::Command(command) => command == name,
            Self::Started(package) if package.starts_with('@') => without_version(package) == name,
            // A script may be in the package's folder.
            Self::Started(path) => path.split(['/', '\\', ':']).any(|part| without_version(command_name(part)) == name),
        }
    }
}

/// Removes the folder, and the extension that Windows needs.
fn command_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if ["exe", "cmd", "bat", "ps1"].iter().any(|known| extension.eq_ignore_ascii_case(known)) => stem,
        _ => name,
    }
}

/// Removes `@1.2.3`, `==1.2.3` and `[extra]`. An `@` at the beginning is that of an npm scope.
fn without_version(package: &str) -> &str {
    let end = package.char_indices().skip(1).find(|(_, character)| matches!(character, '@' | '=' | '<' | '>' | '~' | '!' | '['));
    end.and_then(|(end, _)| package.get(..end)).unwrap_or(package)
}

/// The name of a variable that may hold a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableName(String);

impl VariableName {
    /// The name of [`TOKEN_VARIABLE`].
    pub fn default_name() -> Self {
        Self(TOKEN_VARIABLE.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text before and after the token in the variable's value; both are empty if the value is the token.
    pub fn wrapping(&self) -> (&'static str, &'static str) {
        let variable = known_variables().iter().find(|variable| variable.name == self.0);
        variable.and_then(|variable| variable.template.as_deref()?.split_once(PLACEHOLDER)).unwrap_or_default()
    }

    /// Returns the value that the variable has for this token.
    pub fn value(&self, token: &Secret) -> Result<Secret, Problem> {
        let (before, after) = self.wrapping();
        if before.is_empty() {
            return Ok(token.clone());
        }
        if token.expose().contains(|character: char| matches!(character, '"' | '\\') || character.is_control()) {
            let evidence =
                format!("{}: the token contains a quote, a backslash or a line break, which this JSON value can't hold", self.0);
            return Err(Problem::new(ProblemCode::UnrepresentableValue).with_evidence(evidence));
        }
        // A string that is reallocated would leave a copy in memory.
        let mut value = String::with_capacity(before.len() + token.expose().len() + after.len());
        value.extend([before, token.expose(), after]);
        Ok(Secret::new(value))
    }
}

impl From<&Variable> for VariableName {
    fn from(variable: &Variable) -> Self {
        Self(variable.name.clone())
    }
}

impl FromStr for VariableName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let is_letter = |character: char| character.is_ascii_alphabetic() || character == '_';
        let is_name =
            name.starts_with(is_letter) && name.chars().all(|character| is_letter(character) || character.is_ascii_digit());
        if !is_name {
            return Err("a variable name consists of letters, digits and underscores, and can't start with a digit".to_owned());
        }
        // Names of variables are case-insensitive on Windows.
        let upper = name.to_ascii_uppercase();
        let covers = |pattern: &String| pattern.strip_suffix('*').map_or(upper == *pattern, |start| upper.starts_with(start));
        match CONTENT.refused.iter().find(|refused| refused.names.iter().any(covers)) {
            Some(refused) => Err(format!("{upper} {}", refused.reason)),
            None => Ok(Self(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_for(command: &str) -> Vec<&'static str> {
        let words: Vec<OsString> = command.split(' ').map(OsString::from).collect();
        variables_for(&words).map(|variable| variable.name.as_str()).collect()
    }

    #[test]
    fn a_program_is_known_by_its_name_and_behind_a_runner() {
        let server = ["NOTION_TOKEN", "OPENAPI_MCP_HEADERS"];
        for command in [
            "notion-mcp-server",
            "notion-mcp-server --transport http",
            "/usr/local/bin/notion-mcp-server",
            r"C:\npm\notion-mcp-server.CMD",
            "npx @notionhq/notion-mcp-server",
            "npx -y @notionhq/notion-mcp-server@2.5.2 --transport http",
            "npx --package=@notionhq/notion-mcp-server notion-mcp-server",
            "npm exec --yes -- @notionhq/notion-mcp-server",
            "bunx @notionhq/notion-mcp-server@latest",
            "bun x @notionhq/notion-mcp-server",
            "pnpm dlx @notionhq/notion-mcp-server",
            "yarn dlx @notionhq/notion-mcp-server",
            "npx github:makenotion/notion-mcp-server",
            "node node_modules/@notionhq/notion-mcp-server/bin/cli.mjs",
            "node --enable-source-maps ./node_modules/.bin/notion-mcp-server",
        ] {
            assert_eq!(names_for(command), server, "{command}");
        }
        for command in [
            "notion2md --download",
            "uvx notion2md@2.9.0",
            "uvx --from notion2md[x] notion2md",
            "python3 -m notion2md",
            "pipx run notion2md==2.9.0",
        ] {
            assert_eq!(names_for(command), ["NOTION_TOKEN"], "{command}");
        }
    }

    #[test]
    fn no_other_command_is_taken_for_it() {
        for command in [
            "",
            "ntn workers list",
            "npx",
            "npx -y",
            "npx @suekou/mcp-notion-server",
            "npx @somebody/notion-mcp-server",
            "npx -y notion-mcp-server-of-mine",
            "echo notion-mcp-server",
            "pnpm add @notionhq/notion-mcp-server",
            "docker run notion-mcp-server",
        ] {
            assert_eq!(names_for(command), [""; 0], "{command}");
        }
    }

    #[test]
    fn a_name_is_one_that_programs_can_read_and_that_may_hold_a_token() {
        for name in ["NOTION_TOKEN", "notion_key", "_X1", "MY_AUTH_TOKEN", "NOTION_API_TOKEN", "PATH_TO_NOTION"] {
            assert_eq!(name.parse(), Ok(VariableName(name.to_owned())));
        }
        for name in [
            "",
            "1X",
            "A B",
            "A=B",
            "A-B",
            "É",
            "A\n",
            "PATH",
            "Path",
            "LD_PRELOAD",
            "NOTION_TOKEN_V2",
            "AUTH_TOKEN",
            "NOTION_AUTH_HOME",
        ] {
            assert!(name.parse::<VariableName>().is_err(), "{name}");
        }
        for name in known_variables() {
            assert!(name.name.parse::<VariableName>().is_ok(), "{}", name.name);
        }
    }

    #[test]
    fn a_template_is_json_with_the_token_in_it() {
        let name: VariableName = "OPENAPI_MCP_HEADERS".parse().expect("a valid name");
        let value = name.value(&Secret::new("ntn_fake_0000")).expect("it has a spelling");
        let headers: serde_json::Value = serde_json::from_str(value.expose()).expect("valid JSON");
        assert_eq!(headers["Authorization"], "Bearer ntn_fake_0000");
        assert!(headers["Notion-Version"].is_string());
        let problem = name.value(&Secret::new("fake\",\"X\":\"")).expect_err("it would add a header");
        assert!(problem.code == ProblemCode::UnrepresentableValue && !problem.evidence.unwrap_or_default().contains("fake"));
        assert_eq!(VariableName::default_name().value(&Secret::new("a\"b")), Ok(Secret::new("a\"b")));
    }

    #[test]
    fn every_reader_has_a_source_and_every_name_stands_once() {
        let names: Vec<&str> = known_variables().iter().map(|variable| variable.name.as_str()).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
        assert!(!names.contains(&TOKEN_VARIABLE));
        for variable in known_variables() {
            assert!(variable.template.as_ref().is_none_or(|template| template.contains(PLACEHOLDER)), "{}", variable.name);
            assert!(!variable.readers.is_empty(), "{}", variable.name);
            for reader in &variable.readers {
                assert!(
                    reader.source.starts_with("https://") && reader.as_of.parse::<jiff::civil::Date>().is_ok(),
                    "{}",
                    reader.name
                );
            }
        }
    }
}
