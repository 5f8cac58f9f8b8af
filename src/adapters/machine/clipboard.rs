//! Copies to the clipboard of this machine through the program that comes with its desktop. With a library we would have to keep
//! running to serve the copied text on X11 and Wayland; these programs do that, and outlive us.
//!
//! The text goes to standard input, because other users can read arguments.
#![expect(clippy::disallowed_methods, reason = "this file starts the programs that copy")]

use super::display_detection;
use super::environment::Environment;
use crate::adapters::process::{core_dumps, program_search};
use crate::adapters::trace;
use crate::domain::variables::token_variables;
use crate::runtime::ports::{Clipboard, Job};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Time limit for all programs together: a program waits for ever if the compositor or X server does not respond.
const COPY_TIMEOUT: Duration = Duration::from_secs(3);

pub struct SystemClipboard {
    environment: Arc<Environment>,
}

impl SystemClipboard {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&self, text: String) -> Job<Option<String>> {
        let takers = copy_programs(&self.environment, display_detection::is_wsl()).into_iter();
        let takers: Vec<_> = takers
            .filter_map(|taker| program_search::find(taker.name, &self.environment).map(|program| (taker, program)))
            .collect();
        trace::job("clipboard", "copy", async move {
            let first = async {
                for (taker, program) in takers {
                    if copy_with(&taker, program, &text).await.is_some_and(|took| took) {
                        return Some(taker.name.to_owned());
                    }
                }
                None
            };
            Ok(tokio::time::timeout(COPY_TIMEOUT, first).await.unwrap_or(None))
        })
    }
}

/// A program that copies its standard input to a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CopyProgram {
    name: &'static str,
    arguments: &'static [&'static str],
}

const PBCOPY: CopyProgram = CopyProgram { name: "pbcopy", arguments: &[] };
/// With an explicit type it does not start `xdg-mime` to guess it.
const WL_COPY: CopyProgram = CopyProgram { name: "wl-copy", arguments: &["--type", "text/plain"] };
const XCLIP: CopyProgram = CopyProgram { name: "xclip", arguments: &["-selection", "clipboard"] };
const XSEL: CopyProgram = CopyProgram { name: "xsel", arguments: &["--input", "--clipboard"] };
const CLIP: CopyProgram = CopyProgram { name: if cfg!(windows) { "clip" } else { "clip.exe" }, arguments: &[] };

/// Returns the programs whose clipboard is the one in front of this person, best first. Over SSH that is not on this machine.
fn copy_programs(environment: &Environment, is_wsl: bool) -> Vec<CopyProgram> {
    if environment.is_ssh() {
        return Vec::new();
    }
    // Under WSL with a desktop of its own both reach the same clipboard; the program of Windows is more reliable.
    let candidates = [
        (cfg!(target_os = "macos"), PBCOPY),
        (cfg!(windows) || is_wsl, CLIP),
        (environment.has_wayland(), WL_COPY),
        (environment.has_x11(), XCLIP),
        (environment.has_x11(), XSEL),
    ];
    candidates.into_iter().filter_map(|(makes_sense, taker)| makes_sense.then_some(taker)).collect()
}

/// Returns whether the program took the text, or `None` if the text could not be given to it. On Linux the program ends at once and
/// leaves a process behind that serves the text: in a process group of its own, so that no key of our terminal ends it, and without
/// our streams, so that nothing waits for it.
async fn copy_with(taker: &CopyProgram, program: PathBuf, text: &str) -> Option<bool> {
    let mut command = Command::new(program);
    command.args(taker.arguments).kill_on_drop(true);
    for name in token_variables() {
        command.env_remove(name);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // Without this variable pbcopy decodes its input as Mac Roman.
    command.env("LC_CTYPE", "UTF-8");
    #[cfg(unix)]
    command.process_group(0);
    let mut child = core_dumps::with_inherited_limit(|| command.spawn()).ok()?;
    let mut input = child.stdin.take()?;
    input.write_all(&encode(taker, text)).await.ok()?;
    drop(input);
    child.wait().await.ok().map(|status| status.success())
}

/// `clip.exe` understands the console's code page and UTF-16, but not UTF-8.
fn encode(taker: &CopyProgram, text: &str) -> Vec<u8> {
    if *taker == CLIP && !text.is_ascii() {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    text.as_bytes().to_vec()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn names(pairs: &[(&str, &str)], is_wsl: bool) -> Vec<&'static str> {
        let environment = Environment::from_pairs(pairs.iter().copied());
        copy_programs(&environment, is_wsl).iter().map(|taker| taker.name).collect()
    }

    #[test]
    fn the_clipboard_is_the_one_in_front_of_the_person() {
        assert_eq!(names(&[], false), [""; 0]);
        assert_eq!(names(&[("DISPLAY", ":0")], false), ["xclip", "xsel"]);
        assert_eq!(names(&[("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")], false), ["wl-copy", "xclip", "xsel"]);
        assert_eq!(names(&[("DISPLAY", ":0")], true), ["clip.exe", "xclip", "xsel"]);
        for variable in ["SSH_CONNECTION", "SSH_TTY"] {
            assert_eq!(names(&[(variable, "x"), ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")], true), [""; 0]);
        }
    }

    #[test]
    fn windows_is_given_an_encoding_it_knows() {
        assert_eq!(encode(&CLIP, "https://x"), b"https://x");
        assert_eq!(encode(&CLIP, "é"), [0xe9, 0]);
        assert_eq!(encode(&XCLIP, "é"), "é".as_bytes());
    }
}
