//! A small disk that is full, or has no inode left, with a real file system of that size. Only root may mount one.

use super::require_root;
use crate::support::connection_life::{REFRESH, authorize, checked, record};
use crate::support::fakes::workspace;
use crate::support::oauth_server::OauthServer;
use crate::support::sandbox::{CommandOutput, Sandbox};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::domain::credentials::{Secrets, StoreKind};
use notion_auth::domain::secret::Secret;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A file system in memory, unmounted with the value.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    #[expect(clippy::disallowed_methods, reason = "mounts")]
    fn mount() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=128k,nr_inodes=40,mode=700", "none"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(mount.status.success(), "root may not mount a file system here: {}", String::from_utf8_lossy(&mount.stderr));
        Self { folder }
    }

    fn ballast(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("ballast-{number}"))
    }

    fn use_up_space(&self) {
        let mut file = File::create(self.ballast(0)).unwrap();
        while file.write_all(&[1; 512]).is_ok() {}
    }

    fn use_up_inodes(&self) {
        assert!((0..100).any(|number| File::create(self.ballast(number)).is_err()));
    }

    fn make_room(&self) {
        for number in 0..100 {
            let _ = std::fs::remove_file(self.ballast(number));
        }
    }
}

impl Drop for SmallDisk {
    #[expect(clippy::disallowed_methods, reason = "unmounts")]
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.folder.path()).status();
    }
}

struct DiskUser {
    disk: SmallDisk,
    home: Sandbox,
    server: OauthServer,
}

impl DiskUser {
    /// Signed in through an own connection, and with a token to another workspace, on a small disk.
    fn new() -> Self {
        let (disk, server) = (SmallDisk::mount(), OauthServer::start());
        let folder = disk.folder.path().join("notion-auth");
        let home = Sandbox::new()
            .with_variable("NOTION_API_BASE_URL", server.base_url())
            .with_variable("NOTION_AUTH_HOME", folder.to_str().unwrap());
        let person = Self { disk, home, server };
        person.store().save_blocking(record(), &authorize(&person.server)).unwrap();
        let mut token = crate::support::fakes::token_record(workspace("workspace-2", "Other Works"));
        token.store = StoreKind::File;
        person
            .store()
            .save_blocking(token, &Secrets::from_token(Secret::new("ntn_fake_other_0000000000000000000000000000")))
            .unwrap();
        person
    }

    fn store(&self) -> LocalStore {
        LocalStore::new(&Folders::under(self.disk.folder.path().join("notion-auth")), Some("off".into()))
    }

    #[track_caller]
    fn run(&self, arguments: &str) -> CommandOutput {
        checked(self.home.run(arguments, ""))
    }

    #[track_caller]
    fn assert_alive(&self) {
        let kept = self.store().load_blocking(&record().account).unwrap();
        assert!(self.server.is_token_valid(kept.token.expose()) && self.server.is_token_valid(kept.refresh.unwrap().expose()));
    }
}

#[test]
fn without_space_or_inodes_notion_is_not_asked_and_the_account_goes_on() {
    require_root();
    for use_up in [SmallDisk::use_up_space, SmallDisk::use_up_inodes] {
        let person = DiskUser::new();
        use_up(&person.disk);
        let run = person.run("refresh workspace-1/oauth");
        assert_eq!(run.exit_code, Some(6), "{run:?}");
        assert!(
            run.stderr.split_whitespace().collect::<Vec<_>>().join(" ").contains("the refresh was not started"),
            "{}",
            run.stderr
        );
        assert_eq!(person.server.request_count(REFRESH), 0);
        person.assert_alive();
        person.disk.make_room();
        assert_eq!(person.run("refresh workspace-1/oauth").exit_code, Some(0));
        person.assert_alive();
    }
}

#[test]
fn one_can_log_out_and_switch_on_a_disk_that_is_full() {
    require_root();
    for use_up in [SmallDisk::use_up_space, SmallDisk::use_up_inodes] {
        let person = DiskUser::new();
        use_up(&person.disk);
        let run = person.run("switch workspace-1/oauth");
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        for logout in ["logout workspace-2", "logout workspace-1/oauth"] {
            let run = person.run(logout);
            assert_eq!(run.exit_code, Some(0), "{run:?}");
        }
        assert_eq!(person.store().load_index_blocking().unwrap().credentials, []);
        let secrets = crate::support::signed_in::read(&person.disk.folder.path().join("notion-auth/secrets.json"));
        assert!(!secrets.contains("fake"), "{secrets}");
        let left = std::fs::read_dir(person.disk.folder.path().join("notion-auth")).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(left.iter().all(|name| !name.contains(".tmp") && !name.starts_with("renewal-")), "{left:?}");
    }
}
