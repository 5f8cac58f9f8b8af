//! `completions` and `man`: print text that is generated from the clap definitions.

use crate::cli::{self, CompletionsArgs};
use crate::frontends::console::{Console, EXIT_SUCCESS};

pub fn run(args: &CompletionsArgs, console: &mut Console) -> u8 {
    console.write_preformatted(&cli::completion_script(args.shell), true);
    EXIT_SUCCESS
}

pub fn run_man(console: &mut Console) -> u8 {
    console.write_preformatted(&cli::manual_page(), true);
    EXIT_SUCCESS
}
