//! Needs npm, and tar: `ntn` is installed by the real npm, from a registry of our own.

use crate::support::machine_folder::{Folder, Told, run};
use crate::support::notion::{FakeNotion, Response};
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::installers::install;
use notion_auth::domain::login::Installer;
use notion_auth::domain::problem::{Problem, ProblemCode};
use serde_json::json;

const NTN: &str = "case \"$*\" in --version) echo 'ntn 0.23.19';; 'login --help'|'login poll --help') ;; *) exit 2;; esac";

#[track_caller]
fn evidence(outcome: Result<(), Problem>) -> String {
    let problem = outcome.expect_err("it cannot have worked");
    assert_eq!(problem.code, ProblemCode::InstallFailed);
    problem.evidence.unwrap_or_default()
}

/// A package of our own making, behind a registry of our own.
fn registry(folder: &Folder) -> FakeNotion {
    folder.file("package/package.json", r#"{"name":"ntn","version":"0.23.19","bin":{"ntn":"ntn"}}"#);
    folder.file("package/ntn", &format!("#!/bin/sh\n{NTN}\n"));
    let packed = folder.path().join("ntn.tgz");
    run("tar", &["--create", "--gzip", "--file", packed.to_str().unwrap(), "--directory", folder.text(), "package"]);
    let packed = std::fs::read(packed).unwrap();
    FakeNotion::start(move |request| match request.path() {
        "/ntn" => {
            let tarball = format!("http://{}/ntn.tgz", request.header("host").unwrap_or_default());
            let version = json!({"name": "ntn", "version": "0.23.19", "bin": {"ntn": "ntn"}, "dist": {"tarball": tarball}});
            Response::json(200, json!({"name": "ntn", "dist-tags": {"latest": "0.23.19"}, "versions": {"0.23.19": version}}))
        }
        "/ntn.tgz" => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", packed.len());
            Response::raw(&[head.as_bytes(), &packed].concat())
        }
        _ => Response::json(404, json!({})),
    })
}

/// The person's npm settings reach npm: where packages come from, and where they go.
#[tokio::test]
async fn the_real_npm_installs_into_the_folder_the_person_chose() {
    let folder = Folder::new();
    let registry = registry(&folder);
    let prefix = folder.path().join("npm-global");
    let path = std::env::var("PATH").unwrap();
    let environment = |path: &str| {
        let settings = [("NPM_CONFIG_PREFIX", prefix.to_str().unwrap()), ("npm_config_registry", &registry.base_url())];
        Environment::from_pairs([("PATH", path), ("HOME", folder.text())].into_iter().chain(settings))
    };
    let told = Told::default();
    let seen = evidence(install(&environment(&path), Installer::Npm, &told.tell()).await);
    assert!(seen.ends_with(&format!("npm installs to {}/bin, which is not in PATH", prefix.display())), "{seen}");
    assert!(told.lines().iter().any(|line| line.starts_with("added 1 package")), "{:?}", told.lines());

    let path = format!("{}/bin:{path}", prefix.display());
    assert_eq!(install(&environment(&path), Installer::Npm, &Told::default().tell()).await, Ok(()));
}
