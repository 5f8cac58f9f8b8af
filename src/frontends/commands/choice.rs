//! Which credential is meant, and its secret. `status`, `token` and `logout` answer it alike, because they ask here.

pub(super) use crate::domain::accounts::{active, named, nothing_is_kept, only, workspace_name};
pub(super) use crate::runtime::accounts::{environment_secret, secret};
