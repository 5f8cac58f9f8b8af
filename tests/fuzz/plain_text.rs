//! `domain/scan`: whatever stands in a file or a patch, a finding is where it is said to be, and a profile loses its token and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::domain::credentials::Account;
use notion_auth::domain::diff::DiffLine;
use notion_auth::domain::scan::patch::PatchReader;
use notion_auth::domain::scan::shell_profile::{SavedToken, without_tokens};
use notion_auth::domain::scan::{ALLOW_MARK, Detection, PlainTextPlace, ProfileShell, detect};
use notion_auth::domain::secret::Secret;
use notion_auth_fuzz::assert_hides;
use std::path::Path;

/// A profile of each shell, and places in which a name decides, or nothing does.
const PLACES: [&str; 6] = [".zshrc", ".config/fish/config.fish", "profile.ps1", ".env", ".cursor/mcp.json", "notes.txt"];

/// The words in the seeds that stand for a token. It is put together here so that no scanner takes a seed for a leak.
const WORDS: [(&str, &str); 2] = [("TOKEN", "WXYZ"), ("OTHER", "ABCD")];

fn issued(end: &str) -> String {
    format!("ntn_{}{}{end}", "31415926535", "aZ3kT9qLmQwErTyUiOp47bNmKjHgFdS")
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let path = PLACES[usize::from(*first) % PLACES.len()];
    let text = WORDS.iter().fold(String::from_utf8_lossy(rest).into_owned(), |text, (word, end)| text.replace(word, &issued(end)));
    let place = PlainTextPlace::of(Path::new(path));
    let found: Vec<Secret> = text.lines().flat_map(|line| detect_in(line, place)).map(|found| found.secret).collect();
    a_copy_has_no_token(&text, place, &found);
    for shell in [ProfileShell::Posix, ProfileShell::Fish, ProfileShell::Powershell] {
        a_profile_loses_its_token_and_nothing_else(&text, place, shell, &found);
    }
    a_patch_adds_only_its_own_lines(text.as_bytes());
});

fn detect_in(line: &str, place: PlainTextPlace) -> Vec<Detection> {
    let found = detect(line, place);
    assert!(found.is_empty() || !line.contains(ALLOW_MARK));
    for (index, detection) in found.iter().enumerate() {
        let secret = detection.secret.expose();
        assert!(line[detection.start..].starts_with(secret), "{secret:?} does not begin at {} of {line:?}", detection.start);
        assert!(!found[..index].iter().any(|earlier| earlier.secret == detection.secret), "{secret:?} is listed twice");
        assert_hides(&format!("{detection:?}"), &[secret]);
        assert_hides(detection.variable.as_deref().unwrap_or_default(), &[secret]);
    }
    found
}

fn a_copy_has_no_token(text: &str, place: PlainTextPlace, found: &[Secret]) {
    let copy = without_tokens(&Secret::new(text), place, found);
    for secret in found {
        assert!(!copy.expose().contains(secret.expose()), "{:?} is in the copy", secret.expose());
    }
}

fn a_profile_loses_its_token_and_nothing_else(text: &str, place: PlainTextPlace, shell: ProfileShell, found: &[Secret]) {
    let account = Account { workspace: "ws-1".into(), name: "token@bot-1".into() };
    let saved: Vec<SavedToken> =
        found.iter().map(|secret| SavedToken { secret: secret.clone(), account: account.clone() }).collect();
    let Some(edit) = shell.replace_tokens(&Secret::new(text), &saved, place) else { return };
    let (old, new): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), edit.text.expose().split('\n').collect());
    assert_eq!(old.len(), new.len());
    for (number, (old, new)) in (1..).zip(old.iter().zip(&new)) {
        if edit.lines.contains(&number) {
            assert!(new.contains("notion-auth token --workspace "), "{new:?}");
            assert_eq!(detect(new, place), [], "a line that is replaced holds no other secret");
            assert_eq!(old.ends_with('\r'), new.ends_with('\r'));
        } else {
            assert_eq!(old, new);
        }
    }
    let shown: String = edit.diff.iter().map(DiffLine::marked).collect();
    for secret in found {
        assert_hides(&shown, &[secret.expose()]);
    }
}

fn a_patch_adds_only_its_own_lines(patch: &[u8]) {
    let mut reader = PatchReader::default();
    for line in patch.split(|byte| *byte == b'\n') {
        let Some(added) = reader.read(line) else { continue };
        let text = line.strip_prefix(b"+").expect("only an added line is one");
        assert_eq!(added.text, text.strip_suffix(b"\r").unwrap_or(text));
    }
}
