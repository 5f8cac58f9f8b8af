//! Details that narrow a problem down: their causes and remedies take the place of those of its code.

use super::{Cause, FaultText, PROBLEM_TEXTS, Remedy};
use serde::{Deserialize, Serialize};
use std::mem::discriminant;
use strum::VariantArray;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    System(SystemFault),
    Proxy(ProxyMistake),
    Input(MissingInput),
}

/// An error of the operating system that has its own causes and remedies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SystemFault {
    /// ENOSPC: blocks or inodes are used up.
    NoSpace,
    /// EDQUOT.
    QuotaReached,
    /// EROFS.
    ReadOnly,
    /// EACCES and EPERM.
    PermissionDenied,
    /// ENOLCK.
    NoLocks,
    /// EMFILE: the limit of this process.
    TooManyOpenFiles,
    /// ENFILE: the limit of the whole machine.
    TooManyOpenFilesOnMachine,
    /// ELOOP.
    LinkLoop,
    /// ENAMETOOLONG.
    NameTooLong,
    /// EIO.
    DiskError,
    /// ESTALE.
    StaleNetworkFile,
    /// ENOENT.
    NotFound,
    /// ENOTDIR.
    NotAFolder,
    /// EISDIR.
    IsAFolder,
    /// EBUSY and ETXTBSY.
    InUse,
    /// ETIMEDOUT of a network file system, ENOTCONN, EHOSTDOWN.
    StorageUnreachable,
    /// ENOTSUP, ENOSYS.
    Unsupported,
}

/// The reason why a proxy's address was refused. It contains nothing of the address except the one character that has to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyMistake {
    NotUnicode,
    Quoted,
    /// User name or password: this character has a meaning of its own in an address. The texts do not depend on it.
    Unencoded(#[serde(skip)] char),
    /// User name or password: a space, a control character, or one outside ASCII.
    Unprintable,
    /// `socks://` does not say which version of SOCKS is meant.
    SocksVersion,
    Scheme,
    Host,
    Port,
    Path,
}

impl ProxyMistake {
    pub const ALL: [Self; 9] = [
        Self::NotUnicode,
        Self::Quoted,
        Self::Unencoded('\0'),
        Self::Unprintable,
        Self::SocksVersion,
        Self::Scheme,
        Self::Host,
        Self::Port,
        Self::Path,
    ];
}

/// The kind of input that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum MissingInput {
    /// The evidence names the option. It is needed in a terminal too.
    Option,
    /// The evidence names the option; in a terminal the person is asked.
    Consent,
    /// An argument of the command; the evidence lists what it may be.
    Argument,
    /// Several accounts fit, and the evidence lists them; in a terminal the person is asked.
    Account,
    /// Standard input is read, and empty.
    ClientSecret,
}

impl Detail {
    pub(super) fn words(self) -> Option<(&'static [Cause], &'static [Remedy])> {
        match self {
            Self::System(fault) => words_of(&PROBLEM_TEXTS.system_fault, &fault),
            Self::Proxy(mistake) => words_of(&PROBLEM_TEXTS.proxy_mistake, &mistake),
            Self::Input(missing) => words_of(&PROBLEM_TEXTS.missing_input, &missing),
        }
    }
}

fn words_of<F>(all: &'static [FaultText<F>], fault: &F) -> Option<(&'static [Cause], &'static [Remedy])> {
    all.iter()
        .find(|words| discriminant(&words.fault) == discriminant(fault))
        .map(|words| (words.causes.as_slice(), words.remedies.as_slice()))
}
