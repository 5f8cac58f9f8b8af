//! The shell blocks of README.md and of the documents beside it. The recipes have tests of their own.

use super::{Example, can_run, try_all};
use std::path::Path;

/// Documents with shell blocks.
const DOCUMENTS: [&str; 4] = ["README.md", "docs/agents.md", "docs/architecture.md", "docs/testing.md"];

/// Each line of the blocks marked `sh`, without its comment.
pub(super) fn examples() -> Vec<Example> {
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

#[test]
fn every_line_of_the_documents_shell_blocks_runs_as_printed() {
    let examples = examples();
    assert!(examples.iter().filter(|example| can_run(&example.line)).count() >= 8, "{examples:?}");
    try_all(&examples);
}
