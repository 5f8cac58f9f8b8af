//! The checks of the storage: its location, its permissions, and whether a saved secret can be read back.

use super::check::{Check, Verdict, problem_text, with_first_remedy, with_remedy};
use crate::domain::credentials::{StoreKind, logout_command};
use crate::domain::machine::Findings;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::domain::storage::{Access, StorageState, StoredFile};
use std::path::Path;

/// One check for each inspected item, once the storage has been inspected.
pub fn storage_checks(findings: &Findings) -> Vec<Check> {
    let state = match findings.storage.get() {
        None => return Vec::new(),
        // Only saving needs a store, so a missing one is a warning.
        Some(Err(problem)) if problem.code == ProblemCode::NowhereToStore => {
            return vec![with_first_remedy(
                Check::new(FOLDER_CHECK.0, FOLDER_CHECK.1, Verdict::Warn, problem_text(problem)),
                problem,
            )];
        }
        Some(Err(problem)) => {
            return vec![with_first_remedy(
                Check::new(FOLDER_CHECK.0, FOLDER_CHECK.1, Verdict::Fail, problem_text(problem)),
                problem,
            )];
        }
        Some(Ok(state)) => state,
    };
    let mut checks = vec![folder_check(state)];
    checks.extend(
        state.files.iter().filter(|file| file.access.is_some() || file.read.is_err()).map(|file| file_check(file, &state.folder)),
    );
    checks.extend(leftover_checks(state));
    checks
}

const FOLDER_CHECK: (&str, &str) = ("storage.folder", "Folder");

fn folder_check(state: &StorageState) -> Check {
    let (id, title) = FOLDER_CHECK;
    let place = &state.folder;
    match state.access {
        None => Check::new(id, title, Verdict::Skip, format!("{place} doesn't exist: nothing has been saved yet.")),
        Some(Access::Symlink) => with_remedy(
            Check::new(id, title, Verdict::Fail, format!("{place} is a symbolic link, so nothing is saved there.")),
            "Replace it with a real folder, or set NOTION_AUTH_HOME to one.",
        ),
        Some(Access::OtherOwner) => with_remedy(
            Check::new(id, title, Verdict::Fail, format!("{place} belongs to another user.")),
            "Change its owner, or set NOTION_AUTH_HOME to a folder of your own.",
        ),
        Some(access) if access.is_open_to_others() => {
            let evidence = format!("{place} is accessible to other users ({}).", mode_text(access));
            with_remedy(Check::new(id, title, Verdict::Warn, evidence), "Make it private: chmod go-rwx on that folder.")
        }
        Some(Access::Unchecked) => {
            Check::new(id, title, Verdict::Unknown, format!("{place}. Who else can read it isn't checked on this system."))
        }
        Some(access) => Check::new(id, title, Verdict::Pass, format!("{place}, private to you{}.", mode_suffix(access))),
    }
}

fn file_check(file: &StoredFile, folder: &str) -> Check {
    let (id, title, what) = match file.name {
        "secrets.json" => ("storage.secrets", "Private file", "secrets.json contains tokens in plain text".to_owned()),
        "credentials.json" => ("storage.records", "Records", "credentials.json contains no secrets".to_owned()),
        log => {
            let path = Path::new(folder).join(log);
            ("storage.log", "Log", format!("{} is the log of the last wizard with -v; it contains no secrets", path.display()))
        }
    };
    match (&file.read, file.access) {
        (Err(problem), _) => with_first_remedy(Check::new(id, title, Verdict::Fail, problem_text(problem)), problem),
        (Ok(()), Some(access)) if access.is_open_to_others() => {
            let evidence = format!("{what}; other users can access it ({}).", mode_text(access));
            let remedy = match id {
                "storage.secrets" => "Make it private: chmod 600 on that file. Replace its tokens if others use this machine.",
                _ => "Make it private: chmod 600 on that file.",
            };
            with_remedy(Check::new(id, title, Verdict::Warn, evidence), remedy)
        }
        (Ok(()), Some(Access::Unchecked)) => {
            Check::new(id, title, Verdict::Unknown, format!("{what}; who else can read it isn't checked on this system."))
        }
        (Ok(()), access) => {
            let bits = access.map(mode_suffix).unwrap_or_default();
            Check::new(id, title, Verdict::Pass, format!("{what}; private to you{bits}."))
        }
    }
}

fn leftover_checks(state: &StorageState) -> Vec<Check> {
    let row = |id, title, evidence, remedy: &str| with_remedy(Check::new(id, title, Verdict::Warn, evidence), remedy);
    let mut checks = Vec::new();
    if !state.corrupt_files.is_empty() {
        checks.push(row(
            "storage.set_aside",
            "Corrupt files",
            format!("Corrupt files were renamed: {}.", state.corrupt_files.join(", ")),
            "Recover what you need, then delete them: they may contain tokens.",
        ));
    }
    if !state.partial_files.is_empty() {
        checks.push(row(
            "storage.unfinished",
            "Partial files",
            format!("An interrupted save left {}.", state.partial_files.join(", ")),
            "The next save removes it.",
        ));
    }
    checks.extend(state.orphans.iter().map(|orphan| {
        row(
            "storage.orphan",
            "No record",
            format!("A saved secret has no record: {}.", orphan.place),
            &format!("To delete it, run: {}", logout_command(&orphan.account)),
        )
    }));
    checks.extend(state.search_problem.as_ref().map(|problem| {
        let evidence = format!("Couldn't search for secrets without a record: {}", problem_text(problem));
        Check::new("storage.search", "Search", Verdict::Unknown, evidence)
    }));
    checks
}

/// The check that the store returns a saved credential. `problem` is the reason why it could not be used, if any: only a storage
/// problem fails, because Notion and the network come after the secret was read.
pub fn read_back_check(store: StoreKind, problem: Option<&Problem>) -> Check {
    let (id, title) = ("storage.read_back", "Read back");
    match problem.filter(|problem| problem.kind() == ProblemKind::Storage) {
        Some(problem) => with_first_remedy(Check::new(id, title, Verdict::Fail, problem_text(problem)), problem),
        None => Check::new(id, title, Verdict::Pass, format!("The {} returns it.", store_text(store))),
    }
}

fn store_text(store: StoreKind) -> &'static str {
    match store {
        StoreKind::Keychain => "keychain",
        StoreKind::File => "private file",
        StoreKind::Ntn => "store that ntn uses",
        StoreKind::None => "session",
    }
}

fn mode_text(access: Access) -> String {
    match access {
        Access::Mode(mode) => format!("{mode:04o}"),
        Access::Unchecked | Access::Symlink | Access::OtherOwner => String::new(),
    }
}

fn mode_suffix(access: Access) -> String {
    match access {
        Access::Mode(_) => format!(" ({})", mode_text(access)),
        Access::Unchecked | Access::Symlink | Access::OtherOwner => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::{Account, OrphanSecret};
    use crate::domain::machine::Finding;
    use Verdict::{Fail, Pass, Skip, Warn};

    fn state() -> StorageState {
        let file = |name, mode| StoredFile { name, access: Some(Access::Mode(mode)), read: Ok(()) };
        StorageState {
            folder: "/c/notion-auth".into(),
            access: Some(Access::Mode(0o700)),
            files: vec![file("credentials.json", 0o600), file("secrets.json", 0o600)],
            corrupt_files: Vec::new(),
            partial_files: Vec::new(),
            creation_problem: None,
            orphans: Vec::new(),
            search_problem: None,
        }
    }

    fn checks_of(state: StorageState) -> Vec<Check> {
        storage_checks(&Findings { storage: Finding::Found(Ok(state)), ..Findings::default() })
    }

    fn of(checks: &[Check], id: &str) -> (Verdict, String) {
        let check = checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no {id}: {checks:?}"));
        (check.verdict, check.evidence.clone())
    }

    #[test]
    fn what_is_in_order_passes_and_what_is_not_there_makes_no_check() {
        assert!(checks_of(state()).iter().all(|check| check.verdict == Pass));
        let mut empty = StorageState { access: None, ..state() };
        empty.files.iter_mut().for_each(|file| file.access = None);
        let checks = checks_of(empty);
        assert_eq!((checks.len(), checks[0].verdict), (1, Skip));
    }

    #[test]
    fn what_was_open_to_others_is_a_warning_with_its_bits() {
        let mut open = StorageState { access: Some(Access::Mode(0o755)), ..state() };
        open.files[1].access = Some(Access::Mode(0o640));
        let checks = checks_of(open);
        let (verdict, evidence) = of(&checks, "storage.folder");
        assert!(verdict == Warn && evidence.contains("0755"), "{evidence}");
        let (verdict, evidence) = of(&checks, "storage.secrets");
        assert!(verdict == Warn && evidence.contains("0640"), "{evidence}");
        assert_eq!(of(&checks, "storage.records").0, Pass);
        assert!(!Access::Unchecked.is_open_to_others());
    }

    #[test]
    fn a_folder_that_is_a_link_or_somebody_elses_fails() {
        for access in [Access::Symlink, Access::OtherOwner] {
            let checks = checks_of(StorageState { access: Some(access), ..state() });
            assert_eq!((checks[0].verdict, checks[0].remedy.is_some()), (Fail, true), "{checks:?}");
        }
    }

    #[test]
    fn where_nothing_can_be_kept_that_is_a_warning_and_a_setting_that_is_refused_a_failure() {
        for (code, verdict) in [(ProblemCode::NowhereToStore, Warn), (ProblemCode::SettingRefused, Fail)] {
            let found = Findings { storage: Finding::Found(Err(Problem::new(code).with_evidence("seen"))), ..Findings::default() };
            let checks = storage_checks(&found);
            assert_eq!((checks.len(), checks[0].verdict, checks[0].remedy.is_some()), (1, verdict, true), "{checks:?}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_fails_and_nothing_is_said_to_be_set_aside() {
        let mut damaged = state();
        damaged.files[0].read = Err(Problem::new(ProblemCode::FileCorrupt).with_evidence("line 1, column 9"));
        let checks = checks_of(damaged);
        let check = checks.iter().find(|check| check.id == "storage.records").unwrap();
        assert!(check.verdict == Fail && check.evidence.contains("line 1, column 9"), "{check:?}");
        assert!(check.remedy.as_ref().unwrap().starts_with("Repair it, or sign in again"), "{check:?}");
    }

    #[test]
    fn what_lies_beside_the_files_is_named() {
        let left =
            StorageState { corrupt_files: vec!["secrets.json.corrupt-1".into()], partial_files: vec![".x.tmp".into()], ..state() };
        let checks = checks_of(left);
        assert!(of(&checks, "storage.set_aside").1.contains("secrets.json.corrupt-1"));
        assert!(of(&checks, "storage.unfinished").1.contains(".x.tmp"));
    }

    #[test]
    fn a_secret_that_no_record_knows_is_named_with_the_command_that_deletes_it() {
        let account = Account { workspace: "ws-1".into(), name: "token@bot-1".into() };
        let orphan = OrphanSecret { account, store: StoreKind::Keychain, place: "keychain, account ws-1/token@bot-1".into() };
        let checks = checks_of(StorageState {
            orphans: vec![orphan],
            search_problem: Some(Problem::new(ProblemCode::KeychainSlow)),
            ..state()
        });
        let check = checks.iter().find(|check| check.id == "storage.orphan").unwrap();
        assert!(check.verdict == Warn && check.evidence.contains("ws-1/token@bot-1"), "{check:?}");
        assert!(check.remedy.as_ref().unwrap().ends_with("notion-auth logout ws-1/token@bot-1"), "{check:?}");
        assert_eq!(of(&checks, "storage.search").0, Verdict::Unknown);
    }

    #[test]
    fn only_trouble_with_the_store_says_that_a_secret_is_not_given_back() {
        for &code in ProblemCode::ALL {
            let problem = Problem::new(code);
            let expected = if problem.kind() == ProblemKind::Storage { Fail } else { Pass };
            assert_eq!(read_back_check(StoreKind::Keychain, Some(&problem)).verdict, expected, "{code:?}");
        }
        assert_eq!(read_back_check(StoreKind::File, None).verdict, Pass);
    }
}
