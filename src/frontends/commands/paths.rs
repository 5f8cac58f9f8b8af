//! `paths`: the comparison, or one path in full, as text or JSON. Needs nothing but the catalog.

mod comparison;
mod full;

use crate::cli::PathsArgs;
use crate::domain::catalog::{Catalog, PathId};
use crate::frontends::console::{Console, DONE};
use serde::Serialize;

pub fn run(args: &PathsArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match (args.json, args.id) {
        (true, id) => console.json(&document(catalog, id)),
        (false, None) => comparison::write(catalog, console),
        (false, Some(id)) => full::write(catalog, id, console),
    }
    DONE
}

/// STAND-IN for the domain's own JSON view of the catalog: this body becomes the one call.
fn document(catalog: &Catalog, id: Option<PathId>) -> impl Serialize {
    let shown = PathId::ALL.into_iter().filter(|path| id.is_none_or(|id| id == *path));
    let paths: Vec<_> = shown.map(|path| serde_json::json!({ "id": path, "title": catalog.path(path).title })).collect();
    serde_json::json!({ "schema": 1, "paths": paths })
}
