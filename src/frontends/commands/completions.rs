//! `completions` and `man`: print text that is generated from the clap definitions.

use crate::cli::{self, CompletionsArgs};
use crate::frontends::console::{Console, DONE};

pub fn run(args: &CompletionsArgs, console: &mut Console) -> u8 {
    console.show(&cli::completions(args.shell), true);
    DONE
}

pub fn man(console: &mut Console) -> u8 {
    console.show(&cli::manual(), true);
    DONE
}
