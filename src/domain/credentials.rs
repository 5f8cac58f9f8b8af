//! The credentials on this machine: what is known about each, the one list of them, and the messages about switching, logging out and
//! resetting.
//!
//! The commands and the Accounts page share this module, so that they cannot disagree.

mod account;
mod description;
mod entry;
mod expiry;
mod found;
mod identity;
mod index;
mod inventory;
mod logout;
mod lookup;
mod record;
mod reset;
mod secret_copy;
mod suggestion;
mod switch;
mod verified;

pub use account::Account;
pub use description::{NamedCredential, titles};
pub use entry::{Entry, IdentityResult};
pub use expiry::{
    ExpiryState, days_between, expiry_reminder, expiry_state, expiry_text, rotate_command, rotate_command_by_name, time_left_text,
};
pub use found::{CredentialSource, DiscoveredCredential, Unusable};
pub use identity::{Identity, Owner, Person, TokenKind, Workspace, same_id};
pub use index::{CredentialIndex, NoActive, ProfileDecision, RememberedAnswers, TokenPurpose};
pub use inventory::{Active, ActiveReason, Inventory};
pub use logout::{
    Deletion, LogoutOutcome, RefreshOutcome, RemainingCredentials, Revocation, RevocationOutcomes, logout_command, orphan_message,
    refresh_message, revoke_path,
};
pub use lookup::{
    SelectionError, active_credential, check_variable, find_credential, list_names, name_and_user, no_saved_credential,
    only_credential, unique_name, workspace_conflict,
};
pub use record::{CredentialRecord, OrphanSecret, Receipt, Secrets, SignInOutcome, StoreKind, workspace_name};
pub use reset::{ResetOutcome, StoredData, StoredItem, StoredItemHandle, StoredItemKind};
pub use secret_copy::{SecretCopy, inherit_copies, remember_copy};
pub use switch::{active_after_logout, switch_message};
pub use verified::{Candidate, TokenOutcome, VerifiedCredential};

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
