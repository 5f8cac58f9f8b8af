//! Checks the sources: which layer may import which, where each dependency may be used, and which files may expose a secret.
#![expect(clippy::disallowed_methods, reason = "what is tested here is files")]

mod circles;
mod source;

use notion_auth::domain::auth_path::AuthPath;
use source::{SourceFile, read_sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Each layer and the layers that it may import, as in `src/lib.rs`, with `wizard` divided further. A layer may list only layers
/// above it in this table, so there can be no cycle.
const ALLOWED_IMPORTS: [(&str, &[&str]); 18] = [
    ("domain", &[]),
    ("wizard/msg", &["domain"]),
    ("wizard/theme", &["domain"]),
    ("wizard/context", &["domain", "wizard/msg"]),
    ("wizard/keymap", &["domain", "wizard/msg"]),
    ("wizard/text_field", &["domain", "wizard/msg"]),
    ("wizard/widgets", &["domain", "wizard/msg", "wizard/theme", "wizard/context", "wizard/keymap", "wizard/text_field"]),
    ("wizard/kit", &["domain", "wizard/msg", "wizard/theme", "wizard/text_field", "wizard/widgets"]),
    (
        "wizard/screens",
        &[
            "domain",
            "wizard/msg",
            "wizard/theme",
            "wizard/context",
            "wizard/keymap",
            "wizard/text_field",
            "wizard/widgets",
            "wizard/kit",
        ],
    ),
    (
        "wizard/app",
        &[
            "domain",
            "wizard/msg",
            "wizard/theme",
            "wizard/context",
            "wizard/keymap",
            "wizard/widgets",
            "wizard/kit",
            "wizard/screens",
        ],
    ),
    ("runtime/ports", &["domain"]),
    ("runtime", &["domain", "wizard/msg", "runtime/ports"]),
    ("adapters", &["domain", "runtime/ports"]),
    (
        "frontends",
        &[
            "domain",
            "wizard/msg",
            "wizard/theme",
            "wizard/context",
            "wizard/keymap",
            "wizard/text_field",
            "wizard/widgets",
            "wizard/screens",
            "wizard/app",
            "runtime/ports",
            "runtime",
        ],
    ),
    ("commands", &["domain", "wizard/msg", "wizard/context", "wizard/app", "runtime/ports", "runtime", "frontends"]),
    ("cli", &["domain", "commands"]),
    // These only declare modules.
    ("wizard", &[]),
    ("lib", &[]),
];

/// Files outside the layers: `main` composes them all, `build` runs before the program exists.
const OUTSIDE_LAYERS: [&str; 2] = ["main", "build"];

/// Each dependency, and the files and folders of `src` that may use it.
const DEPENDENCY_PLACES: &[(&str, &[&str])] = &[
    ("ratatui", &["wizard", "frontends/tui"]),
    ("crossterm", &["frontends/tui"]),
    ("crossterm_winapi", &["frontends/plain/echo"]),
    ("win32job", &["adapters/process/running_program"]),
    ("unicode_width", &["domain/sanitize"]),
    ("unicode_segmentation", &["domain/sanitize", "wizard/text_field"]),
    ("tokio", &["runtime", "adapters", "frontends", "commands", "main"]),
    ("tracing", &["adapters"]),
    ("futures_util", &["adapters", "frontends", "commands/status"]),
    ("reqwest", &["adapters/notion_api"]),
    ("rustls", &["adapters/notion_api"]),
    ("ring", &["adapters/notion_api/oauth/random_values", "adapters/storage/profile_file"]),
    ("hyper", &["adapters/loopback", "adapters/demo/simulated_notion", "adapters/notion_api"]),
    ("hyper_util", &["adapters/loopback", "adapters/demo/simulated_notion", "adapters/notion_api/proxy"]),
    ("http_body_util", &["adapters/loopback", "adapters/demo/simulated_notion"]),
    ("keyring", &["adapters/storage/keychain"]),
    ("keyring_core", &["adapters/storage/keychain"]),
    ("zbus_secret_service_keyring_store", &["adapters/storage/keychain"]),
    ("apple_native_keyring_store", &["adapters/storage/keychain"]),
    ("windows_native_keyring_store", &["adapters/storage/keychain"]),
    ("linux_keyutils", &["adapters/ntn_cli/kernel_keyring"]),
    (
        "zeroize",
        &[
            "domain/secret",
            "domain/oauth/callback",
            "domain/token_text",
            "wizard/text_field",
            "adapters",
            "frontends/stdin",
            "frontends/plain",
            "frontends/tui/source",
        ],
    ),
    ("subtle", &["domain/secret"]),
    ("walkdir", &["adapters/plain_text_scan/walk"]),
    ("memchr", &["adapters/plain_text_scan/search"]),
    ("webbrowser", &["adapters/machine/browser"]),
    ("etcetera", &["adapters/storage/folders"]),
    ("fast_qr", &["wizard/widgets/qr"]),
    (
        "tempfile",
        &[
            "adapters/storage/private_file",
            "adapters/storage/agent_file",
            "adapters/ntn_cli/login",
            "adapters/ntn_cli/installers",
            "adapters/ntn_cli/workers",
            "main",
        ],
    ),
    ("anstream", &["adapters/process/output_lines"]),
    ("base64", &["frontends/clipboard", "adapters/secret_managers", "adapters/notion_api", "adapters/demo/simulated_notion"]),
    (
        "url",
        &[
            "domain/agents",
            "domain/base_url",
            "domain/link",
            "domain/mcp",
            "domain/oauth",
            "adapters/notion_api",
            "adapters/demo/simulated_notion",
        ],
    ),
    ("serde", &["domain", "adapters", "frontends/console", "commands", "build"]),
    ("serde_json", &["domain", "adapters", "frontends", "commands"]),
    ("postcard", &["domain", "build"]),
    ("strum", &["domain", "wizard", "commands", "adapters/machine/system_fault"]),
    ("toml", &["build", "domain/agents", "domain/team_profile/parse"]),
    ("toml_edit", &["domain/agents/config_file/toml"]),
    ("jsonc_parser", &["domain/agents"]),
    (
        "jiff",
        &[
            "domain",
            "wizard",
            "adapters/notion_api",
            "adapters/machine/clock",
            "adapters/storage",
            "frontends",
            "commands",
            "main",
            "runtime/agents",
            "runtime/found_tokens",
            "runtime/mcp",
            "runtime/rotate",
            "runtime/scan",
        ],
    ),
    ("frostem", &["domain/question/words"]),
    ("libm", &["domain/question/score", "domain/question/pairs", "domain/question/confidence"]),
    ("strsim", &["domain/question/spelling", "domain/credentials/suggestion", "domain/similar"]),
    ("clap", &["cli", "commands"]),
    ("clap_complete", &["commands/completions"]),
    ("clap_mangen", &["commands/man"]),
    ("rustix", &["adapters", "frontends/tui", "frontends/plain"]),
    ("pty_process", &["adapters/process/program", "adapters/process/running_program"]),
    // A dependency only to pin its version; no source file may use it.
    ("blocking", &[]),
];

/// Names that must not appear in the pure layers.
const IMPURE_NAMES: [&str; 9] =
    ["std::fs", "std::env", "std::process", "std::net", "std::thread", "std::io", "Instant", "SystemTime", "::now("];

/// The files that may expose a secret, to clean and mask a paste, to send, store or print it.
const SECRET_EXPOSING_FILES: &[&str] = &[
    // The text of another program's file may contain anything.
    "adapters/coding_agents",
    "adapters/coding_agents/headers",
    "adapters/notion_api/auth_headers",
    "adapters/notion_api/oauth/authorize",
    "adapters/notion_api/oauth/random_values",
    "adapters/notion_api/oauth/tokens",
    "adapters/notion_api/proxy",
    "adapters/notion_api/scrub",
    "adapters/ntn_cli/workers/credentials",
    "adapters/ntn_cli/workers/program",
    "adapters/process/launcher",
    "adapters/process/running_program",
    "adapters/secret_managers/client",
    "adapters/secret_managers/redaction",
    "adapters/storage/agent_file",
    "adapters/storage/credential_store/renewal_slot",
    "adapters/storage/file_store",
    "adapters/storage/keychain",
    "commands/env/formats",
    "domain/oauth/callback",
    "domain/oauth/server",
    "domain/scan/shell_profile",
    "domain/team_profile/parse",
    "domain/token_text",
    "domain/variables",
    "frontends/console",
    // Needed to tell a one-letter key from a text.
    "wizard/app/plain_view",
    "wizard/text_field",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of the program, without separate files of unit tests.
static SOURCES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let is_program = |name: &str| !name.ends_with("/tests");
    read_sources(&root().join("src"))
        .iter()
        .filter(|(name, _)| is_program(name))
        .map(|(name, text)| SourceFile::new(name, text))
        .collect()
});

/// Returns the names of the sources that match, in order.
fn files_that(matches: impl Fn(&SourceFile) -> bool) -> Vec<&'static str> {
    SOURCES.iter().filter(|source| matches(source)).map(|source| source.name.as_str()).collect()
}

/// Returns true if the name is this file or lies in this folder.
fn is_inside(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the layer of a module: the longest that matches.
fn layer_of(module: &str) -> Option<&'static str> {
    ALLOWED_IMPORTS.iter().map(|(layer, _)| *layer).filter(|layer| is_inside(module, layer)).max_by_key(|layer| layer.len())
}

/// Returns the forbidden imports of one file.
fn forbidden_imports(source: &SourceFile) -> Vec<String> {
    if OUTSIDE_LAYERS.iter().any(|place| is_inside(&source.name, place)) {
        return Vec::new();
    }
    let Some(from) = layer_of(&source.name) else { return vec![format!("{} belongs to no layer", source.name)] };
    let may = ALLOWED_IMPORTS.iter().find(|(layer, _)| *layer == from).map(|(_, may)| *may).unwrap_or_default();
    let targets: BTreeSet<&str> = source.own_paths().iter().filter_map(|path| layer_of(&path.join("/"))).collect();
    let forbidden = targets.into_iter().filter(|to| *to != from && !may.contains(to));
    forbidden.map(|to| format!("{} is of {from} and imports {to}", source.name)).collect()
}

#[test]
fn imports_point_one_way() {
    let faults: Vec<String> = SOURCES.iter().flat_map(forbidden_imports).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    assert_eq!(circles::files_on_circles(&SOURCES), [""; 0]);
}

#[test]
fn the_table_of_layers_is_in_order() {
    for (at, (layer, may)) in ALLOWED_IMPORTS.iter().enumerate() {
        for other in *may {
            assert!(
                ALLOWED_IMPORTS[..at].iter().any(|(above, _)| above == other),
                "{layer} may import {other}, which does not stand above it"
            );
        }
    }
}

#[test]
fn a_forbidden_edge_is_reported() {
    let reported = |name: &str, text: &str| forbidden_imports(&SourceFile::new(name, text));
    for (name, text, to) in [
        ("domain/checks", "use crate::wizard::msg::Msg;", "wizard/msg"),
        ("domain/checks", "fn f() -> crate::adapters::ntn_cli::Ntn {}", "adapters"),
        ("wizard/widgets/components", "use crate::wizard::{theme::Role, screens::Page};", "wizard/screens"),
        ("wizard/widgets/components", "use super::super::app::Model;", "wizard/app"),
        ("wizard/screens/save", "use super::super::{app, msg::{Msg, Ask}};", "wizard/app"),
        ("runtime/ports", "use super::Runtime;", "runtime"),
        ("runtime/tasks", "use crate::wizard::screens::Screen;", "wizard/screens"),
        ("adapters/ntn_cli", "use crate::runtime::Runtime;", "runtime"),
        ("adapters/ntn_cli", "use crate::frontends::console::Console;", "frontends"),
        ("cli", "use crate::wizard::theme::Theme;", "wizard/theme"),
        ("frontends/tui", "use crate::adapters::machine::browser::SystemBrowser;", "adapters"),
        ("frontends/headless", "use crate::commands::login::LoginArgs;", "commands"),
        ("commands/man", "use crate::cli::public_command;", "cli"),
    ] {
        assert_eq!(reported(name, text).len(), 1, "{text}");
        assert!(reported(name, text)[0].ends_with(&format!("imports {to}")), "{:?}", reported(name, text));
    }
    assert_eq!(reported("helpers", "").len(), 1, "a file outside every layer");
}

#[test]
fn what_is_no_edge_is_not_reported() {
    for text in [
        "// see crate::wizard::app\n/// [`crate::adapters`]\n",
        "const TEXT: &str = \"crate::wizard::app \\\" crate::adapters\";",
        "const TEXT: &str = r#\"\"crate::wizard::app\"#;",
        "fn quote<'a>(tick: char) -> bool { tick == '\"' } // crate::wizard::app \"",
        "#[cfg(test)]\nmod tests { use crate::wizard::app::update; }",
        "pub(super) use super::machine::Findings; use crate::domain::secret::Secret;",
    ] {
        assert_eq!(forbidden_imports(&SourceFile::new("domain/checks", text)), [""; 0], "{text}");
    }
}

#[test]
fn each_dependency_is_used_only_in_its_places() {
    for (name, places) in DEPENDENCY_PLACES {
        let is_allowed = |source: &SourceFile| places.iter().any(|place| is_inside(&source.name, place));
        let strays = files_that(|source| source.names_crate(name) && !is_allowed(source));
        assert_eq!(strays, [""; 0], "{name} belongs to {places:?}");
    }
}

#[test]
fn every_dependency_is_in_the_table() {
    let manifest: toml::Table = toml::from_str(&std::fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let targets = manifest["target"].as_table().unwrap().values().map(|target| &target["dependencies"]);
    let sections = [&manifest["dependencies"], &manifest["build-dependencies"]].into_iter().chain(targets);
    let names = sections.flat_map(|section| section.as_table().unwrap().keys());
    for name in names {
        let name = name.replace('-', "_");
        assert!(DEPENDENCY_PLACES.iter().any(|(listed, _)| *listed == name), "{name} is not in the table");
    }
}

#[test]
fn the_pure_layers_do_no_io() {
    for source in SOURCES.iter().filter(|source| is_inside(&source.name, "domain") || is_inside(&source.name, "wizard")) {
        for name in IMPURE_NAMES.into_iter().chain(["tokio"]) {
            assert!(!source.code.contains(name), "{} names {name}", source.name);
        }
    }
}

#[test]
fn only_the_listed_files_expose_a_secret() {
    assert_eq!(files_that(|source| source.code.contains(".expose()")), SECRET_EXPOSING_FILES);
}

/// A property of a path is declared beside it, so that another path needs no other file.
#[test]
fn only_the_advice_names_a_path() {
    let variants = AuthPath::ALL.map(|path| format!("AuthPath::{path:?}"));
    let naming = files_that(|source| variants.iter().any(|variant| source.code.contains(variant.as_str())));
    assert_eq!(naming, ["domain/advice", "domain/advice/machine", "domain/auth_path"]);
}

#[test]
fn only_the_runtime_creates_a_verified_credential() {
    assert_eq!(files_that(|source| source.code.contains("VerifiedCredential::new(")), ["runtime/tasks", "runtime/verify"]);
}

/// A file without a `mod` declaration is not compiled, and its tests do not run.
#[test]
fn no_test_file_is_forgotten() {
    for (folder, roots) in [("tests/it", &["main"][..]), ("tests/parts", &["main"]), ("src", &["lib", "main", "build"])] {
        let files = read_sources(&root().join(folder));
        let declares = |parent: &str, child: &str| {
            let text = files.iter().find(|(name, _)| name == parent).map(|(_, text)| text.as_str()).unwrap_or_default();
            text.lines().any(|line| line.trim_end().ends_with(&format!("mod {child};")))
        };
        for (name, _) in files.iter().filter(|(name, _)| !roots.contains(&name.as_str())) {
            let is_listed = match name.rsplit_once('/') {
                Some((parent, child)) => declares(parent, child),
                None => roots.iter().any(|root| declares(root, name)),
            };
            assert!(is_listed, "{folder}/{name}.rs is declared nowhere");
        }
    }
}

/// Returns the type that a line defines. Associated types, which are indented, belong to their trait.
fn defined_type(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let public = text
        .strip_prefix("pub")
        .map(|rest| rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest));
    let (kind, rest) = public.unwrap_or(text).trim_start().split_once(' ')?;
    let is_definition = matches!(kind, "struct" | "enum" | "trait") || (kind == "type" && text.len() == line.len());
    is_definition.then(|| rest.split(|letter: char| !letter.is_alphanumeric()).next()).flatten()
}

/// One name has one meaning, in the tests too. A type for each system stands twice in one file.
#[test]
fn no_two_files_define_types_of_the_same_name() {
    let mut files_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["src", "tests"] {
        for (file, text) in read_sources(&root().join(folder)) {
            for name in text.lines().filter_map(defined_type) {
                files_of.entry(name.to_owned()).or_default().insert(format!("{folder}/{file}"));
            }
        }
    }
    assert!(["Catalog", "Signals", "TestMachine"].iter().all(|name| files_of.contains_key(*name)), "a definition is not found");
    files_of.retain(|_, files| files.len() > 1);
    assert_eq!(files_of, BTreeMap::new());
}

#[test]
fn every_file_opens_with_what_it_does() {
    for folder in ["src", "tests/it", "tests/parts", "tests/bench"] {
        for (name, text) in read_sources(&root().join(folder)) {
            let is_tests_of_a_module = Path::new(&name).ends_with("tests");
            assert!(text.starts_with("//! ") || is_tests_of_a_module || text.trim().is_empty(), "{folder}/{name}.rs");
        }
    }
}
