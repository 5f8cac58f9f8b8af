//! The examples of each command's `--help`, and the shell blocks of README.md and docs.
#![expect(clippy::disallowed_methods, reason = "reads the documents")]

use notion_auth::cli;
use std::path::Path;

/// Documents with shell blocks.
const DOCUMENTS: [&str; 4] = ["README.md", "docs/agents.md", "docs/architecture.md", "docs/testing.md"];

/// An example: where it is printed, and the line to type.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) of: String,
    pub(crate) line: String,
}

/// Those of every `--help`, from the definitions themselves.
pub(crate) fn of_the_help() -> Vec<Example> {
    let whole = cli::public_command();
    let commands = whole.get_subcommands().map(|command| (format!("{} --help", command.get_name()), command));
    let mut examples = Vec::new();
    for (of, command) in [("--help".to_owned(), &whole)].into_iter().chain(commands) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let block = help.split("Examples:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        let lines = block.lines().filter_map(|line| line.trim().split("  ").next()).filter(|line| !line.is_empty());
        examples.extend(lines.map(|line| Example { of: of.clone(), line: line.to_owned() }));
    }
    examples
}

/// Each line of the blocks marked `sh`, without its comment.
pub(crate) fn of_the_documents() -> Vec<Example> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut examples = Vec::new();
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        let mut in_block = false;
        for line in text.lines() {
            if line.starts_with("```") {
                in_block = line == "```sh";
            } else if let Some(line) = line.split(" #").next().map(str::trim).filter(|line| in_block && !line.is_empty()) {
                examples.push(Example { of: document.into(), line: line.to_owned() });
            }
        }
    }
    examples
}
