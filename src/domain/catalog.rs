//! The comparison as data, from `assets/paths.toml`: paths, claims with source and date, the decision tree, and the FAQ.
//!
//! The types and the look-ups are in `content`, the validation in `faults`, the JSON output in `json`.

mod content;
pub mod faults;
pub mod json;

pub use content::{
    AdviceText, Branch, Catalog, Claim, ClaimStatus, ComparisonCell, ComparisonRow, Correction, Faq, NextCommand, NtnVersions,
    PathDetails, SignInText, Source,
};

use std::sync::LazyLock;

/// The build script generates it from `assets/paths.toml`.
const SHIPPED: &[u8] = shipped!("paths");

static CATALOG: LazyLock<Result<Catalog, String>> =
    LazyLock::new(|| postcard::from_bytes(SHIPPED).map_err(|error| error.to_string()));

impl Catalog {
    /// The catalog embedded in this binary. A test checks that it parses.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        CATALOG.as_ref().map_err(String::as_str)
    }
}
