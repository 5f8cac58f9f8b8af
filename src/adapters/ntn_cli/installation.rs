//! Tells how the `ntn` on this machine was installed, and finds others on `PATH`. Starts nothing.

use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program_search;
use crate::domain::login::Installer;
use crate::domain::sanitize::sanitize;
use std::path::{Path, PathBuf};

/// Returns the command that updates this program. Each installer of `ntn` has its own, and the wrong one leaves the old version
/// first in `PATH`, or refuses.
pub fn update_command(program: &Path) -> &'static str {
    installer_of(&resolve_links(program)).update_command()
}

/// Returns every different `ntn` on `PATH`, the one that is used first. Two links to one file are one program.
pub fn find_all_on_path(environment: &Environment) -> Vec<String> {
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut found = Vec::new();
    for program in program_search::find_all("ntn", environment) {
        let real = resolve_links(&program);
        if !seen.contains(&real) {
            seen.push(real);
            found.push(sanitize(&program.display().to_string()));
        }
    }
    found
}

/// Resolves links: npm puts one into its folder of programs, and the file itself tells the installer.
fn resolve_links(program: &Path) -> PathBuf {
    program.canonicalize().unwrap_or_else(|_| program.to_owned())
}

fn installer_of(real: &Path) -> Installer {
    let is_below = |name: &str| real.components().any(|part| part.as_os_str().eq_ignore_ascii_case(name));
    // On Windows npm writes `ntn.cmd` beside `node_modules` instead of a link into it.
    let is_npm_script = real.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cmd"));
    if is_below("node_modules") || is_npm_script {
        Installer::Npm
    } else if is_below("winget") {
        Installer::Winget
    } else {
        Installer::Script
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_the_file_tells_who_put_it_there() {
        for (path, command) in [
            ("/usr/lib/node_modules/ntn/bin/ntn", "npm update --global ntn"),
            ("/home/a/.nvm/versions/node/v22.1.0/lib/node_modules/ntn/dist/ntn", "npm update --global ntn"),
            ("/c/Users/a/AppData/Roaming/npm/ntn.cmd", "npm update --global ntn"),
            ("/c/Users/a/AppData/Local/Microsoft/WinGet/Links/ntn.exe", "winget upgrade Notion.ntn"),
            ("/home/a/.local/bin/ntn", "ntn update"),
            ("/usr/local/bin/ntn", "ntn update"),
        ] {
            assert_eq!(update_command(Path::new(path)), command, "{path}");
        }
    }
}
