//! `paths`: arguments and help.

use super::one_of_values;
use crate::domain::catalog::AuthPath;
use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct PathsArgs {
    /// One path in full
    #[arg(value_name = "ID", value_parser = one_of_values(&AuthPath::ALL, AuthPath::as_str))]
    pub id: Option<AuthPath>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) const AFTER_HELP: &str = "\
Examples:
  notion-auth paths                                  the three ways in, side by side
  notion-auth paths cli                              one of them in full, with its sources
  notion-auth paths --json                           all of it, for a program";
