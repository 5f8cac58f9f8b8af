//! `ask`: a question in one's own words.

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
