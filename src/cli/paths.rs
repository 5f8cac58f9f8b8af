//! `paths`: the comparison.

use super::one_of;
use crate::domain::catalog::PathId;
use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct PathsArgs {
    /// One path in full
    #[arg(value_name = "ID", value_parser = one_of(&PathId::ALL, PathId::as_str))]
    pub id: Option<PathId>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
