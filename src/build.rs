//! Turns the content in `assets/*.toml` into compact JSON at build time.
//!
//! Reading TOML costs a millisecond at every start, which is an eighth of the first frame's budget; reading the same as JSON
//! costs a tenth of that. The TOML stays the source, and a fault in it fails the build with its line.
#![expect(clippy::disallowed_methods, reason = "a build script reads files and is told where to write by the environment")]

use std::path::Path;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    let out = env::var("OUT_DIR")?;
    for name in ["paths", "problems", "policies", "providers", "questions", "secret_managers", "snippets"] {
        let source = format!("assets/{name}.toml");
        println!("cargo::rerun-if-changed={source}");
        let content: toml::Table = toml::from_str(&fs::read_to_string(&source)?).map_err(|error| format!("{source}: {error}"))?;
        fs::write(Path::new(&out).join(format!("{name}.json")), serde_json::to_string(&content)?)?;
    }
    println!("cargo::rerun-if-changed=src/build.rs");
    Ok(())
}
