//! The credentials on this machine: listing them, selecting one by name, and the messages about switching, logging out and resetting.
//!
//! The commands and the Accounts page share this module, so that they cannot disagree.

mod choice;
mod in_use;
mod leaving;
mod listing;
mod remains;
mod reminder;
mod suggestion;
mod switching;
mod words;

pub use choice::{
    Unsettled, active, check_variable, name_among, name_and_user, named, names, nothing_is_kept, only, workspace_name,
};
pub use in_use::in_use;
pub use leaving::{Deletion, Left, LoggedOut, Refreshed, Revocation, Revoked, refreshed, revoke_path};
pub use listing::{Answer, Listed, Listing, reason_for};
pub use remains::{Handle, Kind, Remaining, Remains, Removed};
pub use reminder::{ends, reminder};
pub use switching::{succession, switched};
pub use words::{NamedCredential, lines, titles};

use super::problem::Problem;

/// One line of a message. Each front end lays it out in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A sentence of its own.
    Say(String),
    /// A sentence that belongs to the one before it.
    Under(String),
    /// An address or a command, on a line of its own that is never wrapped.
    Whole(String),
    Problem(Problem),
}
