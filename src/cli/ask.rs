//! `ask`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AskArgs {
    /// The question, in your own words
    #[arg(value_name = "QUESTION", required = true)]
    pub question: Vec<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) const AFTER_HELP: &str = "\
Answers come from this program alone: nothing leaves this machine. Mistyped words, the order of
words, and other words for the same do not matter. Every answer names its source and its date;
where the guide is out of date, what Notion says today stands beside it.

Examples:
  notion-auth ask how long does a token last
  notion-auth ask 'can I use ntn in docker?'
  notion-auth ask --json redirect mismatch

Where nothing fits, it says so and shows where to begin; path and answer are null in the JSON.

Exit codes:
  0    an answer fits
  1    nothing fits";
