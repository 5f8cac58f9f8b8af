//! `paths`: prints the comparison or one path in full, as text or JSON, from the catalog alone.

mod comparison;
mod full;

use super::one_of_variants;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::paths_json;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use clap::Args;

/// Compare the authentication methods, or show one in full
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct PathsArgs {
    /// Show this path in full
    #[arg(value_name = "ID", value_parser = one_of_variants::<AuthPath>())]
    pub id: Option<AuthPath>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &PathsArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match (args.json, args.id) {
        (true, id) => console.write_json(&paths_json(catalog, id)),
        (false, None) => comparison::write(catalog, console),
        (false, Some(id)) => full::write(catalog, id, console),
    }
    EXIT_SUCCESS
}

const AFTER_HELP: &str = "\
Examples:
  notion-auth paths                                  the three methods side by side
  notion-auth paths cli                              one of them in full, with sources
  notion-auth paths --json                           everything, as JSON";
