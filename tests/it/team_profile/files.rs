//! The files themselves: found in a project, or refused as hostile.
#![expect(clippy::disallowed_methods, reason = "writes the files that are read")]

use crate::support::named_pipe::make_named_pipe;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::storage::profile_file::LocalProfiles;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::team_profile::{LoadedProfile, ProfileFile};
use notion_auth::runtime::ports::TeamProfiles;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const NAME: &str = "notion-auth.toml";
const TEXT: &str = "schema = 1\nplan = \"plus\"\n";

fn profiles(folder: &Path) -> LocalProfiles {
    LocalProfiles::new(Arc::new(Environment::default().with_project_folder(folder.to_owned())))
}

async fn find(folder: &Path) -> Result<Option<PathBuf>, Problem> {
    Ok(profiles(folder).find().await?.map(|file| PathBuf::from(file.place)))
}

async fn read(path: &Path) -> Result<LoadedProfile, Problem> {
    profiles(Path::new("")).read(path.to_owned()).await.and_then(ProfileFile::parse)
}

/// A working tree with a folder in it, as `git init` makes it or, in a linked working tree, with a file.
fn working_tree(is_linked: bool) -> (TempDir, PathBuf) {
    let root = TempDir::new().unwrap();
    let inner = root.path().join("src/deep");
    fs::create_dir_all(&inner).unwrap();
    if is_linked {
        fs::write(root.path().join(".git"), "gitdir: elsewhere\n").unwrap();
    } else {
        fs::create_dir(root.path().join(".git")).unwrap();
    }
    (root, inner)
}

#[tokio::test]
async fn the_folder_comes_before_the_root_of_its_working_tree_and_nothing_else_is_searched() {
    for is_linked in [false, true] {
        let (root, inner) = working_tree(is_linked);
        assert_eq!(find(&inner).await, Ok(None));
        // Between the folder and the root is no place for it.
        fs::write(root.path().join("src").join(NAME), TEXT).unwrap();
        assert_eq!(find(&inner).await, Ok(None));
        fs::write(root.path().join(NAME), TEXT).unwrap();
        assert_eq!(find(&inner).await, Ok(Some(root.path().join(NAME))));
        fs::write(inner.join(NAME), TEXT).unwrap();
        assert_eq!(find(&inner).await, Ok(Some(inner.join(NAME))));
    }
    let outside = TempDir::new().unwrap();
    let inner = outside.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(outside.path().join(NAME), TEXT).unwrap();
    assert_eq!(find(&inner).await, Ok(None));
    assert_eq!(find(&outside.path().join("gone")).await, Ok(None));
}

#[tokio::test]
async fn the_digest_is_that_of_the_content() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    fs::write(&path, "schema = 1\n").unwrap();
    let first = read(&path).await.unwrap();
    // As sha256sum prints it.
    assert_eq!(first.digest, "da93db77ebb07776dbd095f79fe28cbf4d42340c27bc33547ed7eeb2d3c93ea1");
    let copy = folder.path().join("copy.toml");
    fs::copy(&path, &copy).unwrap();
    assert_eq!(read(&copy).await.unwrap().digest, first.digest);
    fs::write(&copy, "schema = 1 \n").unwrap();
    assert_ne!(read(&copy).await.unwrap().digest, first.digest);
}

/// Makes something hostile at this path.
type Hostile = fn(&Path);

#[tokio::test]
async fn what_is_no_small_file_of_ones_own_is_refused_at_once() {
    let hostile: [(Hostile, &str); 7] = [
        (|path| fs::create_dir(path).unwrap(), "a folder"),
        (|path| symlink("/etc/shadow", path).unwrap(), "a symbolic link"),
        (|path| symlink("nowhere", path).unwrap(), "a symbolic link"),
        (|path| symlink(path.with_file_name("other"), path).unwrap(), "a symbolic link"),
        (make_named_pipe, "not a regular file"),
        (|path| fs::write(path, vec![b'#'; 20 * 1024 * 1024]).unwrap(), "larger than 16 KB"),
        (|path| fs::write(path, b"schema = 1\n# \xff\n").unwrap(), "not UTF-8"),
    ];
    for (make, reason) in hostile {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(NAME);
        fs::write(path.with_file_name("other"), TEXT).unwrap();
        make(&path);
        for problem in [read(&path).await.unwrap_err(), find(folder.path()).await.unwrap_err()] {
            assert_eq!(problem.code, ProblemCode::ProfileUnreadable, "{reason}");
            assert!(problem.evidence.as_ref().unwrap().ends_with(reason), "{problem:?}");
        }
        let written = profiles(folder.path()).write(path, TEXT.into(), false).await.unwrap_err();
        assert_eq!(written.code, ProblemCode::ProfileNotWritten, "{reason}");
        assert_eq!(fs::read_to_string(folder.path().join("other")).unwrap(), TEXT);
    }
    let missing = read(Path::new("/nowhere/notion-auth.toml")).await.unwrap_err();
    assert_eq!(missing.code, ProblemCode::ProfileUnreadable);
}

#[tokio::test]
async fn a_file_is_written_once_and_replaced_only_on_request() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(NAME);
    let profiles = profiles(folder.path());
    assert_eq!(profiles.write(path.clone(), TEXT.into(), false).await, Ok(path.display().to_string()));
    let again = profiles.write(path.clone(), "schema = 1\n".into(), false).await.unwrap_err();
    assert_eq!((again.code, fs::read_to_string(&path).unwrap().as_str()), (ProblemCode::ProfileNotWritten, TEXT));
    profiles.write(path.clone(), "schema = 1\n".into(), true).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "schema = 1\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    let nowhere = profiles.write(folder.path().join("no/such/folder.toml"), TEXT.into(), true).await.unwrap_err();
    assert_eq!(nowhere.code, ProblemCode::ProfileNotWritten);
}

/// A link is not followed even to replace what it leads to.
#[tokio::test]
async fn force_does_not_write_through_a_link() {
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("target");
    fs::write(&target, "mine").unwrap();
    let path = folder.path().join(NAME);
    symlink(&target, &path).unwrap();
    let problem = profiles(folder.path()).write(path, TEXT.into(), true).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::ProfileNotWritten);
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
}
