//! Turns the content in `assets/*.toml` into what is read fast, at build time.
//!
//! Reading TOML costs a millisecond at every start, which is an eighth of the first frame's budget; reading the same as JSON
//! costs a tenth of that. The TOML stays the source, and a fault in it fails the build with its line.
//!
//! To read all questions and statements to their terms costs more than everything else that answering one needs. The program's
//! own code does it here, so that there is one rule for what we say and for what is asked.
#![expect(clippy::disallowed_methods, reason = "a build script reads files and is told where to write by the environment")]

use domain::catalog::Catalog;
use domain::foreign_secrets::ForeignFormats;
use domain::prerequisites::PolicyFile;
use domain::problem::ProblemFile;
use domain::question::{Prepared, Questions};
use domain::secret_manager::SecretManagers;
use domain::snippets::Snippets;
use domain::workers::ProviderFile;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::{env, error, fs};

/// The program reads here what this script has still to write.
macro_rules! shipped {
    ($name:literal) => {
        ""
    };
}

/// As much of the program's as preparing and checking need.
#[expect(dead_code, reason = "the program has uses for the rest")]
mod domain {
    #[path = "catalog/content.rs"]
    pub mod catalog;

    #[path = "token_text/format.rs"]
    pub mod foreign_secrets;

    #[path = "prerequisites/content.rs"]
    pub mod prerequisites;

    pub mod problem;

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

    pub mod sanitize;

    #[path = "secret_manager/content.rs"]
    pub mod secret_manager;

    #[path = "snippets/content.rs"]
    pub mod snippets;

    #[path = "workers/provider.rs"]
    pub mod workers;
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    ship::<Catalog>("paths", out)?;
    ship::<ForeignFormats>("foreign_secrets", out)?;
    ship::<ProblemFile>("problems", out)?;
    ship::<PolicyFile>("policies", out)?;
    ship::<ProviderFile>("providers", out)?;
    ship::<SecretManagers>("secret_managers", out)?;
    ship::<Snippets>("snippets", out)?;
    let prepared = Prepared::of(&content::<Catalog>("paths")?, &content::<Questions>("questions")?);
    fs::write(out.join("prepared.postcard"), postcard::to_allocvec(&prepared)?)?;
    println!("cargo::rerun-if-changed=src/build.rs");
    for shape in [
        "catalog/content.rs",
        "prerequisites/content.rs",
        "problem.rs",
        "question",
        "secret_manager/content.rs",
        "snippets/content.rs",
        "token_text/format.rs",
        "workers/provider.rs",
    ] {
        println!("cargo::rerun-if-changed=src/domain/{shape}");
    }
    Ok(())
}

/// Writes `assets/NAME.toml` as JSON, once both are read as what the program takes them for. A fault found in the TOML is told with
/// its line; one that only the JSON has would be the fault of this script.
fn ship<T: DeserializeOwned>(name: &str, out: &Path) -> Result<(), Box<dyn error::Error>> {
    content::<T>(name)?;
    let json = serde_json::to_string(&content::<toml::Table>(name)?)?;
    serde_json::from_str::<T>(&json).map_err(|error| format!("assets/{name}.toml, as JSON: {error}"))?;
    fs::write(out.join(format!("{name}.json")), json)?;
    Ok(())
}

fn content<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    let source = format!("assets/{name}.toml");
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(&source).map_err(|error| format!("{source}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{source}: {error}"))
}
