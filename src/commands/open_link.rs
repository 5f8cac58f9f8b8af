//! `open-link`: opens a link in the browser. The program starts itself with this hidden command.

use crate::domain::link::Link;
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use clap::Args;

/// Open a URL in the browser (internal)
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct OpenLinkArgs {
    pub url: String,
}

pub fn run(args: &OpenLinkArgs, open: fn(&Link) -> Result<(), Problem>, console: &mut Console) -> u8 {
    match Link::parse(&args.url).map_err(|error| Problem::bug(error.to_string())).and_then(|link| open(&link)) {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => {
            // The caller is notion-auth itself, which only needs the evidence.
            console.write_message(problem.evidence.as_deref().unwrap_or_else(|| problem.headline()));
            problem.exit_code()
        }
    }
}
