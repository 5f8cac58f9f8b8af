//! The parts that `tests/agents` installs, and a home for them in which nothing but this machine can be reached.

use crate::support::ports::unused_address;
use crate::support::sandbox::Sandbox;
use std::path::{Path, PathBuf};

fn installed(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/agents").join(path);
    assert!(path.exists(), "{} is missing: run `bash tests/agents`", path.display());
    path
}

/// Returns the program as it is released.
pub(crate) fn released_program() -> PathBuf {
    installed("../dist/notion-auth")
}

/// Returns the folder of the agents' programs.
fn clients() -> PathBuf {
    installed("clients/node_modules/.bin")
}

/// Returns a file of one of the other packages.
pub(crate) fn package_file(path: &str) -> PathBuf {
    installed("servers/node_modules").join(path)
}

/// Returns the folder of Node 22.
pub(crate) fn node() -> PathBuf {
    let system = if cfg!(target_arch = "aarch64") { "linux-arm64" } else { "linux-x64" };
    installed(&format!("node/node_modules/node-{system}/bin"))
}

/// Gives a home to the agents: their programs, the real clock, and a proxy that leads nowhere.
pub(crate) fn with_agents(home: Sandbox) -> Sandbox {
    let folders = [home.path().join("bin"), clients(), node(), "/usr/bin".into(), "/bin".into()];
    let path = folders.map(|folder| folder.to_str().unwrap().to_owned()).join(":");
    let proxy = format!("http://{}", unused_address());
    home.without_variable("NOTION_AUTH_NOW")
        .with_variable("PATH", path)
        .with_variable("HTTP_PROXY", proxy.as_str())
        .with_variable("HTTPS_PROXY", proxy)
        .with_variable("NO_PROXY", "127.0.0.1,localhost")
        .with_variable("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
        // Without it, Gemini CLI starts no server, not even one of the user's.
        .with_variable("GEMINI_CLI_TRUST_WORKSPACE", "true")
}
