//! Turns the content in `assets/*.toml` into what is read fast, at build time.
//!
//! Reading TOML costs a millisecond at every start, which is an eighth of the first frame's budget; reading the same as JSON
//! costs a tenth of that. The TOML stays the source, and a fault in it fails the build with its line.
//!
//! To read all questions and statements to their terms costs more than everything else that answering one needs. The program's
//! own code does it here, so that there is one rule for what we say and for what is asked.
#![expect(clippy::disallowed_methods, reason = "a build script reads files and is told where to write by the environment")]

use domain::catalog::Catalog;
use domain::question::{Prepared, Questions};
use serde::de::DeserializeOwned;
use std::path::Path;
use std::{env, error, fs};

/// As much of the program's as preparing needs.
#[expect(dead_code, reason = "the program has uses for the rest")]
mod domain {
    #[path = "catalog/content.rs"]
    pub mod catalog;

    pub mod question {
        mod entries;
        mod file;
        mod learner;
        mod lexicon;
        mod meanings;
        mod prepared;
        mod words;

        pub use file::Questions;
        pub use prepared::Prepared;
    }
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    for name in ["paths", "problems", "policies", "providers", "secret_managers", "snippets"] {
        fs::write(out.join(format!("{name}.json")), serde_json::to_string(&content::<toml::Table>(name)?)?)?;
    }
    let prepared = Prepared::of(&content::<Catalog>("paths")?, &content::<Questions>("questions")?);
    fs::write(out.join("prepared.postcard"), postcard::to_allocvec(&prepared)?)?;
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-changed=src/domain/catalog/content.rs");
    println!("cargo::rerun-if-changed=src/domain/question");
    Ok(())
}

fn content<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    let source = format!("assets/{name}.toml");
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(&source).map_err(|error| format!("{source}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{source}: {error}"))
}
