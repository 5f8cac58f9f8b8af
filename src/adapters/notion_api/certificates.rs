//! Inspects the certificates of `SSL_CERT_FILE` and `SSL_CERT_DIR`, which replace the system's, as the client would find them.

use crate::adapters::machine::environment::CERT_DIR;
use crate::domain::host_details::{RootsState, TrustedRoots};
use crate::domain::sanitize::sanitize;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Maximum number of files that are read in a folder: a system's has some hundreds.
const MAX_FILES: usize = 2000;
/// Maximum number in one file: a system's bundle has some hundreds, and a file that fails half-way would go on failing.
const MAX_CERTIFICATES: usize = 10_000;

/// Returns the state of each variable that is set. macOS and Windows ignore both: there the system's own verifier decides.
pub fn inspect_roots<'a>(variables: impl Iterator<Item = (&'static str, &'a Path)>) -> Vec<TrustedRoots> {
    let heeded = !cfg!(any(windows, target_os = "macos"));
    let state = |variable, path: &Path| if variable == CERT_DIR { inspect_folders(path) } else { inspect_file(path) };
    let roots = |(variable, path): (&'static str, &Path)| TrustedRoots {
        variable,
        path: sanitize(&path.display().to_string()),
        state: state(variable, path),
    };
    variables.filter(|_| heeded).map(roots).collect()
}

fn inspect_file(path: &Path) -> RootsState {
    match path.metadata() {
        _ if path.as_os_str().is_empty() => RootsState::VariableEmpty,
        // Opening a named pipe would wait for its writer.
        Ok(metadata) if !metadata.is_file() => RootsState::Unreadable { evidence: "it is not a regular file".into() },
        Ok(metadata) if metadata.len() == 0 => RootsState::FileEmpty,
        Ok(_) => match CertificateDer::pem_file_iter(path) {
            Ok(certificates) => match certificates.take(MAX_CERTIFICATES).flatten().count() {
                0 => RootsState::NoCertificate,
                count => RootsState::Certificates(count),
            },
            Err(rustls::pki_types::pem::Error::Io(error)) => RootsState::Unreadable { evidence: sanitize(&error.to_string()) },
            Err(_) => RootsState::NoCertificate,
        },
        Err(error) if error.kind() == ErrorKind::NotFound => RootsState::Missing,
        Err(error) => RootsState::Unreadable { evidence: sanitize(&error.to_string()) },
    }
}

/// Inspects folders between colons, as OpenSSL reads them.
fn inspect_folders(list: &Path) -> RootsState {
    let folders: Vec<PathBuf> = std::env::split_paths(list).collect();
    if !folders.iter().any(|folder| folder.is_dir()) {
        return RootsState::Missing;
    }
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten().take(MAX_FILES);
    let states: Vec<RootsState> = entries.map(|entry| inspect_file(&entry.path())).collect();
    let count = states.iter().map(|state| if let RootsState::Certificates(count) = state { *count } else { 0 }).sum();
    match (count, states.is_empty()) {
        (0, true) => RootsState::FileEmpty,
        (0, false) => RootsState::NoCertificate,
        (count, _) => RootsState::Certificates(count),
    }
}
