//! `completions` and `man`: our own commands, written for a shell and for `man`. Both need nothing but their definitions.

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
