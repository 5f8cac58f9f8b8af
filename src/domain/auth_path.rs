//! The authentication paths, and all that the code has to know of each. Their content is in `assets/paths.toml`, and
//! when one is recommended in `domain/advice.rs`.
//!
//! The build script includes this file too, because the catalog names the paths.

use crate::domain::prerequisites::Capability;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// An authentication path: one of the columns of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum AuthPath {
    Token,
    Oauth,
    Cli,
}

impl AuthPath {
    pub const ALL: [Self; 3] = [Self::Token, Self::Oauth, Self::Cli];
    /// The path that fits most people: the default of the guide's decision tree.
    pub const DEFAULT: Self = Self::Cli;

    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The method that the path stands for. It is the first of its methods.
    pub fn main_method(self) -> AuthMethod {
        match self {
            Self::Token => AuthMethod::Token,
            Self::Oauth => AuthMethod::OwnConnection,
            Self::Cli => AuthMethod::BrowserLogin,
        }
    }

    /// The methods that the Prepare page offers, in its order.
    pub fn methods(self) -> &'static [AuthMethod] {
        match self {
            Self::Token => &[AuthMethod::Token],
            Self::Oauth => &[AuthMethod::OwnConnection, AuthMethod::Worker],
            Self::Cli => &[AuthMethod::BrowserLogin, AuthMethod::Token],
        }
    }

    /// The capabilities that the path relies on, the most important first.
    pub fn capabilities(self) -> &'static [Capability] {
        match self {
            Self::Token => &[Capability::PatApi, Capability::InternalConnection, Capability::PatWorkers],
            Self::Oauth => &[Capability::OwnConnection, Capability::DeployWorkers],
            Self::Cli => &[Capability::Login, Capability::DeployWorkers],
        }
    }

    /// True if the path is for working with `ntn`, which a person logs in to, or which reads its token from `NOTION_API_TOKEN`.
    pub fn uses_ntn(self) -> bool {
        self.main_method() == AuthMethod::BrowserLogin
    }
}

impl fmt::Display for AuthPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The method by which a person signs in on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// Through `ntn login`.
    BrowserLogin,
    /// A token that is pasted, or set in `NOTION_API_TOKEN`.
    Token,
    /// OAuth against Notion, for an app that many people use.
    OwnConnection,
    /// Workers OAuth: a worker signs in to another service.
    Worker,
}

impl AuthMethod {
    /// The path of a credential that this method made, if nothing says on which path it was used.
    pub fn path(self) -> AuthPath {
        match self {
            Self::BrowserLogin => AuthPath::Cli,
            Self::Token => AuthPath::Token,
            Self::OwnConnection | Self::Worker => AuthPath::Oauth,
        }
    }
}

/// A value for each path. In TOML it is a table whose keys are the names of the paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerPath<T> {
    pub token: T,
    pub oauth: T,
    pub cli: T,
}

impl<T> PerPath<T> {
    pub fn get(&self, path: AuthPath) -> &T {
        match path {
            AuthPath::Token => &self.token,
            AuthPath::Oauth => &self.oauth,
            AuthPath::Cli => &self.cli,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_listed_once_under_its_name() {
        let numbers = AuthPath::ALL.map(|path| path as usize);
        assert!(numbers.into_iter().eq(0..AuthPath::ALL.len()));
        for path in AuthPath::ALL {
            assert_eq!(serde_json::to_value(path).unwrap(), path.as_str());
        }
    }

    #[test]
    fn a_paths_main_method_comes_first_and_leads_back_to_it() {
        for path in AuthPath::ALL {
            assert_eq!(path.methods().first(), Some(&path.main_method()));
            assert_eq!(path.main_method().path(), path);
            assert!(path.methods().iter().all(|method| method.path().methods().contains(method)));
        }
    }
}
