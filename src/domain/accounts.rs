//! The credentials on this machine: listing them, selecting one by name, and the messages about switching, logging out and resetting.
//!
//! The commands and the Accounts page share this module, so that they cannot disagree.

mod description;
mod expiry;
mod inventory;
mod logout;
mod lookup;
mod reset;
mod suggestion;
mod switch;

pub use description::{NamedCredential, titles};
pub use expiry::{days_between, expiry_reminder, expiry_text, time_left_text};
pub use inventory::{Active, ActiveReason, Entry, IdentityResult, Inventory, NoActive};
pub use logout::{
    Deletion, LogoutOutcome, RefreshOutcome, RemainingCredentials, Revocation, RevocationOutcomes, leftover_lines, logout_command,
    orphan_message, refresh_message, revoke_path,
};
pub use lookup::{
    SelectionError, active_credential, check_variable, find_credential, list_names, name_and_user, no_saved_credential,
    only_credential, unique_name, workspace_conflict, workspace_name,
};
pub use reset::{ResetOutcome, StoredData, StoredItem, StoredItemHandle, StoredItemKind};
pub use switch::{active_after_logout, switch_message};

use super::problem::Problem;

/// One line of a message. Each front end lays it out in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageLine {
    /// A sentence of its own.
    Sentence(String),
    /// A sentence that belongs to the one before it.
    Detail(String),
    /// An address or a command, on a line of its own that is never wrapped.
    Verbatim(String),
    Problem(Problem),
}
