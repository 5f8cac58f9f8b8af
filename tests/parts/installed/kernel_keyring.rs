//! The kernel's keyring as `ntn` 0.4.0 uses it, and processes to which the kernel refuses it.
#![cfg(target_os = "linux")]

use linux_keyutils::{Key, KeyRing, KeyRingIdentifier};
use std::sync::atomic::{AtomicU32, Ordering};

/// A key as `ntn` creates it. It is removed on drop, or after a minute.
pub(crate) struct KeyringToken {
    pub(crate) workspace: String,
    key: Key,
}

impl KeyringToken {
    /// Adds a key to the session keyring, which is created if needed. Returns `None` if the kernel refuses, as in some containers.
    pub(crate) fn add(payload: &[u8]) -> Option<Self> {
        let workspace = unique_workspace_id();
        let session = session_keyring()?;
        let key = session.add_key(&key_description(&workspace), payload).ok()?;
        key.set_timeout(60).unwrap();
        Some(Self { workspace, key })
    }

    /// Finds the key that `ntn` itself created, even if `ntn` no longer knows it.
    pub(crate) fn find_from_ntn(workspace: &str) -> Option<Self> {
        let session = KeyRing::from_special_id(KeyRingIdentifier::Session, false).ok()?;
        Some(Self { workspace: workspace.into(), key: session.search(&key_description(workspace)).ok()? })
    }

    /// Adds a key only to the persistent keyring. Returns `None` if the kernel has no persistent keyrings.
    pub(crate) fn add_persistent(payload: &[u8]) -> Option<Self> {
        let token = Self::add(payload)?;
        KeyRing::get_persistent(KeyRingIdentifier::Thread).ok()?.link_key(token.key).unwrap();
        session_keyring()?.unlink_key(token.key).unwrap();
        Some(token)
    }
}

impl Drop for KeyringToken {
    fn drop(&mut self) {
        let _ = self.key.invalidate();
    }
}

/// Returns the session keyring. If there is none, one is created for this thread and its child processes.
pub(crate) fn session_keyring() -> Option<KeyRing> {
    KeyRing::from_special_id(KeyRingIdentifier::Session, true).ok()
}

/// Returns a unique workspace id, because all tests share the keyring.
pub(crate) fn unique_workspace_id() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("workspace-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn key_description(workspace: &str) -> String {
    format!("keyring-rs:{workspace}@notion-cli")
}

/// Returns a command prefix that makes keyring system calls fail with this errno, as containers do: 1 (EPERM) in Docker, 38
/// (ENOSYS) in gVisor. It uses perl, which every Debian has and which can make any system call.
pub(crate) fn refusal_wrapper(number: &'static str) -> [&'static str; 5] {
    [
        "/usr/bin/perl",
        "-e",
        SECCOMP_SCRIPT,
        number,
        if cfg!(target_arch = "aarch64") { "167,217,218,219" } else { "157,248,249,250" },
    ]
}

/// Installs a seccomp filter: each of the calls jumps to the last instruction, which refuses; all others are allowed.
const SECCOMP_SCRIPT: &str = r#"
my ($number, $calls) = splice @ARGV, 0, 2;
my ($prctl, @refused) = split /,/, $calls;
my $filter = pack("SCCL", 0x20, 0, 0, 0);
$filter .= pack("SCCL", 0x15, scalar(@refused) - $_, 0, $refused[$_]) for 0 .. $#refused;
$filter .= pack("SCCL", 0x06, 0, 0, 0x7fff0000) . pack("SCCL", 0x06, 0, 0, 0x00050000 | $number);
my $program = pack("S x6 P", length($filter) / 8, $filter);
syscall($prctl, 38, 1, 0, 0, 0) == 0 and syscall($prctl, 22, 2, $program) == 0 or die "no filter: $!";
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!";
"#;
