//! Copying through the programs of a desktop.

use super::Folder;
use notion_auth::adapters::machine::clipboard::SystemClipboard;
use notion_auth::runtime::ports::Clipboard;
use std::sync::Arc;

const X11: &[(&str, &str)] = &[("DISPLAY", ":0")];
const LINK: &str = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";

/// Writes down what it is given, as those programs read it.
const TAKES: &str = "printf '%s\\n' \"$@\" >\"$0.arguments\"; cat >\"$0.text\"";

async fn copy(folder: &Folder, variables: &[(&str, &str)]) -> Option<String> {
    SystemClipboard::new(Arc::new(folder.environment(variables))).copy(LINK.into()).await.unwrap()
}

fn seen(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap_or_default()
}

#[tokio::test]
async fn the_text_goes_in_by_standard_input_and_the_program_is_named() {
    let folder = Folder::new();
    folder.program("xclip", TAKES);
    assert_eq!(copy(&folder, X11).await.as_deref(), Some("xclip"));
    assert_eq!(
        (seen(&folder, "xclip.text").as_str(), seen(&folder, "xclip.arguments").as_str()),
        (LINK, "-selection\nclipboard\n")
    );
}

#[tokio::test]
async fn one_that_fails_leaves_it_to_the_next() {
    let folder = Folder::new();
    folder.program("wl-copy", "cat >/dev/null; exit 1");
    folder.program("xsel", TAKES);
    assert_eq!(copy(&folder, &[("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")]).await.as_deref(), Some("xsel"));
    assert_eq!(seen(&folder, "xsel.text"), LINK);
    folder.program("xsel", "exit 3");
    assert_eq!(copy(&folder, X11).await, None);
}

#[tokio::test]
async fn where_none_would_be_this_persons_none_is_started() {
    let folder = Folder::new();
    for name in ["pbcopy", "wl-copy", "xclip", "xsel", "clip.exe"] {
        folder.program(name, TAKES);
    }
    let over_ssh = [("DISPLAY", "localhost:10.0"), ("WAYLAND_DISPLAY", "wayland-0"), ("SSH_CONNECTION", "1 2 3 4")];
    assert_eq!(copy(&folder, &over_ssh).await, None);
    for name in ["pbcopy", "wl-copy", "xclip", "xsel", "clip.exe"] {
        assert_eq!(seen(&folder, &format!("{name}.arguments")), "", "{name} was started");
    }
    assert_eq!(copy(&Folder::new(), X11).await, None, "nothing is installed");
}

#[tokio::test]
async fn one_that_stays_behind_to_serve_is_neither_waited_for_nor_ended() {
    let folder = Folder::new();
    let (pipe, told) = folder.pipe("served");
    folder.program("xclip", &format!("cat >\"$0.text\"; (read -r _ <\"$0.go\"; echo served >{pipe}) & exit 0"));
    let go = folder.path().join("xclip.go");
    super::run("mkfifo", &[go.to_str().unwrap()]);
    assert_eq!(copy(&folder, X11).await.as_deref(), Some("xclip"));
    std::fs::write(go, "now\n").unwrap();
    assert_eq!(told.recv_timeout(super::DEADLINE).as_deref(), Ok("served\n"));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_is_given_up() {
    let folder = Folder::new();
    folder.program("xclip", "exec sleep 60");
    assert_eq!(copy(&folder, X11).await, None);
}
