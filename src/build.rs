//! Converts `assets/*.toml` to a form that loads fast, at build time.
//!
//! Parsing TOML would cost a millisecond at every start, a fifth of the first frame's budget. The TOML stays the source, and an error in
//! it fails the build with its line number.
//!
//! Splitting all questions and claims into search terms costs more than the rest of answering a question. The program's own modules
//! do it here, so that indexed texts and queries are parsed by the same rules.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads files, asks git, and is told where to write by the environment"
)]

use domain::agents::AgentsToml;
use domain::catalog::Catalog;
use domain::foreign_secrets::ForeignSecretsToml;
use domain::prerequisites::PoliciesToml;
use domain::problem::ProblemsToml;
use domain::question::{PhrasingsToml, PreparedQuestions, QuestionsToml};
use domain::scan::PlainTextPlacesToml;
use domain::secret_manager::SecretManagersToml;
use domain::snippets::SnippetsToml;
use domain::variables::VariablesToml;
use domain::workers::ProvidersToml;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::process::Command;
use std::{env, error, fs};

/// Stands in for the program's macro of the same name, which includes the files that this script has yet to write.
macro_rules! shipped {
    ($name:literal) => {
        b""
    };
}

/// The program's modules that preparing and checking the content need.
///
/// They are compiled a second time here, and stay so. Both sides need the same types, because postcard stores no field names, and the
/// same reading of words. A library crate for both would have to be a package of its own, as a build script can depend on no part of its
/// own package; this is one package on purpose (`docs/architecture.md`), and it costs the build only these files.
#[expect(dead_code, reason = "the program has uses for the rest")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a date over so, and in the library the function is public")]
mod domain {
    #[path = "agents/content.rs"]
    pub mod agents;

    pub mod auth_path;

    #[path = "catalog/content.rs"]
    pub mod catalog;

    pub mod compact_date;

    #[path = "token_text/format.rs"]
    pub mod foreign_secrets;

    pub mod prerequisites {
        mod capability;
        mod content;

        pub use capability::Capability;
        pub use content::PoliciesToml;
    }

    pub mod problem;

    pub mod question {
        mod entries;
        mod file;
        mod index_builder;
        mod lexicon;
        mod pairs;
        mod prepared;
        mod synonyms;
        mod words;

        pub use file::{PhrasingsToml, QuestionsToml};
        pub use prepared::PreparedQuestions;
    }

    pub mod sanitize;

    #[path = "scan/content.rs"]
    pub mod scan;

    #[path = "secret_manager/content.rs"]
    pub mod secret_manager;

    #[path = "snippets/content.rs"]
    pub mod snippets;

    #[path = "variables/content.rs"]
    pub mod variables;

    #[path = "workers/provider.rs"]
    pub mod workers;
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    convert::<AgentsToml>("agents", out)?;
    convert::<Catalog>("paths", out)?;
    convert::<ForeignSecretsToml>("foreign_secrets", out)?;
    convert::<ProblemsToml>("problems", out)?;
    convert::<PlainTextPlacesToml>("plain_text_places", out)?;
    convert::<PoliciesToml>("policies", out)?;
    convert::<ProvidersToml>("providers", out)?;
    convert::<SecretManagersToml>("secret_managers", out)?;
    convert::<SnippetsToml>("snippets", out)?;
    convert::<VariablesToml>("variables", out)?;
    let mut questions: QuestionsToml = read_toml("questions")?;
    for author in ["forum", "plain_words", "search_bar", "threads"] {
        questions.add_phrasings(&read_toml::<PhrasingsToml>(&format!("phrasings/{author}"))?);
    }
    questions.elsewhere = read_toml("phrasings/elsewhere")?;
    let prepared = PreparedQuestions::build(&read_toml::<Catalog>("paths")?, &questions);
    fs::write(out.join("prepared.postcard"), postcard::to_allocvec(&prepared)?)?;
    println!("cargo::rustc-env=NOTION_AUTH_VERSION={}", full_version(&env::var("CARGO_PKG_VERSION")?));
    link(|name| env::var(name).unwrap_or_default());
    println!("cargo::rerun-if-changed=src/build.rs");
    for shape in [
        "agents/content.rs",
        "auth_path.rs",
        "catalog/content.rs",
        "compact_date.rs",
        "prerequisites",
        "problem.rs",
        "question",
        "scan/content.rs",
        "secret_manager/content.rs",
        "snippets/content.rs",
        "token_text/format.rs",
        "variables/content.rs",
        "workers/provider.rs",
    ] {
        println!("cargo::rerun-if-changed=src/domain/{shape}");
    }
    Ok(())
}

/// Links so that the program starts quickly.
fn link(target: impl Fn(&str) -> String) {
    let is_native = target("HOST") == target("TARGET");
    let is_glibc = target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu";
    match target("PROFILE").as_str() {
        "release" if is_native && is_glibc => link_unwinder(),
        // Tests start a debug build thousands of times, and a fourth of each start moved it to a random address.
        "debug" if is_native && is_glibc => println!("cargo::rustc-link-arg-bins=-no-pie"),
        _ => {}
    }
}

/// Links the unwinder of GCC statically, if the compiler has it. As a shared library, it would be loaded at each start, which takes 0.09 ms.
fn link_unwinder() {
    // A compiler that has no such file repeats its name.
    let asked = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    let path = asked.ok().and_then(|answer| String::from_utf8(answer.stdout).ok()).unwrap_or_default();
    if let Some(folder) = Path::new(path.trim()).parent().filter(|folder| folder.is_absolute()) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Returns the version, and the commit if the sources are a checkout. Not in a debug build, which would be compiled again after each
/// commit.
fn full_version(version: &str) -> String {
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    is_release.then(checked_out_commit).flatten().map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"))
}

/// Returns the commit, if this very folder is the root of a checkout, and not just unpacked inside somebody's.
fn checked_out_commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    let root = git(&["rev-parse", "--show-toplevel"])?;
    if fs::canonicalize(root).ok()? != fs::canonicalize(".").ok()? {
        return None;
    }
    // It changes with each commit and each checkout.
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    let commit = git(&["rev-parse", "--short=10", "HEAD"])?;
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_changed { format!("{commit}, changed") } else { commit })
}

/// Writes `assets/NAME.toml` in binary form. An error in the TOML is reported with its line; content that cannot be read back is a
/// bug in this script.
fn convert<T: Serialize + DeserializeOwned>(name: &str, out: &Path) -> Result<(), Box<dyn error::Error>> {
    let binary = postcard::to_allocvec(&read_toml::<T>(name)?)?;
    postcard::from_bytes::<T>(&binary).map_err(|error| format!("assets/{name}.toml, in binary form: {error}"))?;
    fs::write(out.join(format!("{name}.postcard")), binary)?;
    Ok(())
}

fn read_toml<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    let source = format!("assets/{name}.toml");
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(&source).map_err(|error| format!("{source}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{source}: {error}"))
}
