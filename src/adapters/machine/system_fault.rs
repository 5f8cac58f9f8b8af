//! Recognises the errors of the operating system that have causes and remedies of their own.

use crate::domain::problem::SystemFault;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter::successors;

/// Looks through errors that wrap others, as `tempfile` does to add a path: the number is only in the innermost one.
pub fn system_fault(error: &io::Error) -> Option<SystemFault> {
    let errors = successors(Some(error as &(dyn Error + 'static)), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    });
    let errors: Vec<&io::Error> = errors.filter_map(|error| error.downcast_ref::<io::Error>()).collect();
    errors.iter().rev().find_map(|error| by_number(error)).or_else(|| errors.iter().rev().find_map(|error| by_kind(error.kind())))
}

/// Covers the errors for which the standard library has no stable name.
#[cfg(unix)]
fn by_number(error: &io::Error) -> Option<SystemFault> {
    use rustix::io::Errno;
    Some(match Errno::from_io_error(error)? {
        Errno::NOLCK => SystemFault::NoLocks,
        Errno::MFILE => SystemFault::TooManyOpenFiles,
        Errno::NFILE => SystemFault::TooManyOpenFilesOnMachine,
        Errno::LOOP => SystemFault::LinkLoop,
        Errno::NAMETOOLONG => SystemFault::NameTooLong,
        Errno::IO => SystemFault::DiskError,
        Errno::NOTCONN | Errno::HOSTDOWN | Errno::HOSTUNREACH | Errno::TIMEDOUT => SystemFault::StorageUnreachable,
        Errno::NOTSUP | Errno::NOSYS => SystemFault::Unsupported,
        _ => return None,
    })
}

#[cfg(not(unix))]
fn by_number(_error: &io::Error) -> Option<SystemFault> {
    None
}

fn by_kind(kind: ErrorKind) -> Option<SystemFault> {
    Some(match kind {
        ErrorKind::StorageFull => SystemFault::NoSpace,
        ErrorKind::QuotaExceeded => SystemFault::QuotaReached,
        ErrorKind::ReadOnlyFilesystem => SystemFault::ReadOnly,
        ErrorKind::PermissionDenied => SystemFault::PermissionDenied,
        ErrorKind::StaleNetworkFileHandle => SystemFault::StaleNetworkFile,
        ErrorKind::NotFound => SystemFault::NotFound,
        ErrorKind::NotADirectory => SystemFault::NotAFolder,
        ErrorKind::IsADirectory => SystemFault::IsAFolder,
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => SystemFault::InUse,
        ErrorKind::TimedOut => SystemFault::StorageUnreachable,
        ErrorKind::Unsupported => SystemFault::Unsupported,
        _ => return None,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::domain::problem::{Problem, ProblemCode};
    use rustix::io::Errno;
    use strum::VariantArray;

    #[test]
    fn every_number_has_words_of_its_own_also_when_it_is_wrapped() {
        use SystemFault as Fault;
        for (errno, fault) in [
            (Errno::NOSPC, Fault::NoSpace),
            (Errno::DQUOT, Fault::QuotaReached),
            (Errno::ROFS, Fault::ReadOnly),
            (Errno::ACCESS, Fault::PermissionDenied),
            (Errno::PERM, Fault::PermissionDenied),
            (Errno::NOLCK, Fault::NoLocks),
            (Errno::MFILE, Fault::TooManyOpenFiles),
            (Errno::NFILE, Fault::TooManyOpenFilesOnMachine),
            (Errno::LOOP, Fault::LinkLoop),
            (Errno::NAMETOOLONG, Fault::NameTooLong),
            (Errno::IO, Fault::DiskError),
            (Errno::STALE, Fault::StaleNetworkFile),
            (Errno::NOENT, Fault::NotFound),
            (Errno::NOTDIR, Fault::NotAFolder),
            (Errno::ISDIR, Fault::IsAFolder),
            (Errno::BUSY, Fault::InUse),
            (Errno::TIMEDOUT, Fault::StorageUnreachable),
            (Errno::NOSYS, Fault::Unsupported),
        ] {
            let plain = io::Error::from(errno);
            assert_eq!(system_fault(&plain), Some(fault), "{errno:?}");
            let wrapped = io::Error::new(plain.kind(), io::Error::new(plain.kind(), plain));
            assert_eq!(system_fault(&wrapped), Some(fault), "{errno:?}, wrapped");
        }
        assert_eq!(system_fault(&io::Error::other("a reason of a library")), None);
    }

    #[test]
    fn no_two_faults_are_explained_alike() {
        let about = |fault| Problem::new(ProblemCode::FileFailed).with_fault(Some(fault));
        let general = Problem::new(ProblemCode::FileFailed);
        for &fault in SystemFault::VARIANTS {
            assert!(!about(fault).causes().is_empty() && !about(fault).remedies().is_empty(), "{fault:?}");
            assert_ne!(about(fault).causes(), general.causes(), "{fault:?}");
            for &other in SystemFault::VARIANTS.iter().filter(|other| **other != fault) {
                assert_ne!(about(fault).causes(), about(other).causes(), "{fault:?} {other:?}");
            }
        }
    }
}
