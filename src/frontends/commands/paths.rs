//! `paths`: prints the comparison or one path in full, as text or JSON, from the catalog alone.

mod comparison;
mod full;

use crate::cli::PathsArgs;
use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::paths_json;
use crate::frontends::console::{Console, EXIT_SUCCESS};

pub fn run(args: &PathsArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match (args.json, args.id) {
        (true, id) => console.write_json(&paths_json(catalog, id)),
        (false, None) => comparison::write(catalog, console),
        (false, Some(id)) => full::write(catalog, id, console),
    }
    EXIT_SUCCESS
}
