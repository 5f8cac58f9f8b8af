//! The fuzz targets are a package with a lock file of its own. A dependency that is not in it would be added by each run, unseen.
#![expect(clippy::disallowed_methods, reason = "reads the files of the packages")]

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> toml::Table {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap().parse().unwrap()
}

/// The dependencies of the program and of its build script, on every system.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let tables = std::iter::once(manifest).chain(
        manifest
            .get("target")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::values)
            .filter_map(toml::Value::as_table),
    );
    let lists = tables.flat_map(|table| ["dependencies", "build-dependencies"].map(|kind| table.get(kind)));
    let names = lists
        .flatten()
        .filter_map(toml::Value::as_table)
        .flat_map(toml::Table::iter)
        .map(|(name, dependency)| dependency.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_owned());
    names.collect()
}

#[test]
fn the_lock_file_of_the_fuzz_targets_knows_every_dependency() {
    let (manifest, lock) = (read("Cargo.toml"), read("tests/fuzz/Cargo.lock"));
    let packages = lock["package"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == manifest["package"]["name"]).unwrap();
    let locked = ours["dependencies"].as_array().unwrap().iter();
    let locked: BTreeSet<String> = locked.map(|name| name.as_str().unwrap().split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(locked, dependencies(&manifest), "run cargo update --workspace in tests/fuzz");
    assert_eq!(ours["version"], manifest["package"]["version"]);
}
