//! The comparison as data: paths, claims with source and date, the decision tree, the FAQ. Read from `assets/paths.toml`.
//!
//! The types and the look-ups are in `content`. What may be wrong with a catalog is in `faults`, its JSON in `json`.

mod content;
pub mod faults;
pub mod json;

pub use content::{
    AuthPath, Branch, Catalog, Cell, Claim, Command, Entry, Faq, NtnVersions, PathId, Paths, Row, Source, Standing, Today, Wording,
};

use std::sync::LazyLock;

/// Made from `assets/paths.toml` by the build script.
const SHIPPED: &str = shipped!("paths");

static CATALOG: LazyLock<Result<Catalog, String>> =
    LazyLock::new(|| serde_json::from_str(SHIPPED).map_err(|error| error.to_string()));

impl Catalog {
    /// The catalog this binary carries. A test holds that it parses.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        CATALOG.as_ref().map_err(String::as_str)
    }
}
