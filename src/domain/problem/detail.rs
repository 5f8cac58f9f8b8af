//! Details that narrow a problem down: their causes and remedies take the place of those of its code.

use super::{Cause, FaultText, PROBLEM_TEXTS, Remedy, SystemFault};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    System(SystemFault),
    Proxy(ProxyMistake),
    Input(MissingInput),
}

/// The part of a proxy's address that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ProxyMistake {
    NotUnicode,
    Quoted,
    /// User name and password: a character that has to be percent-encoded.
    Unencoded,
    /// User name and password: a space, a control character, or one outside ASCII.
    Unprintable,
    SocksVersion,
    Scheme,
    Host,
    Port,
    Path,
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

fn words_of<F: PartialEq>(all: &'static [FaultText<F>], fault: &F) -> Option<(&'static [Cause], &'static [Remedy])> {
    all.iter().find(|words| words.fault == *fault).map(|words| (words.causes.as_slice(), words.remedies.as_slice()))
}
