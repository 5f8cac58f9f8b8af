//! `completions`: what a shell needs to complete our commands.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: String,
}
