//! The credentials of this machine: in one list, chosen by name, and what is said when one is switched to, ended or removed.
//!
//! The commands and the Accounts screen both speak from here, so that they cannot disagree.

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

/// One thing that is said. A front end lays it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A sentence that stands for itself.
    Say(String),
    /// One that belongs to the sentence before it.
    Under(String),
    /// An address or a command, on a line of its own that is never broken.
    Whole(String),
    Problem(Problem),
}
