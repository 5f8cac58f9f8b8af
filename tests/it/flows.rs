//! Conversations with the wizard, from what is given to what is seen, asked and done.

/// Adds to the transcript what the page says now: a page in full if the one recorded before was another, otherwise the lines that came (`+`)
/// and went (`-`).
macro_rules! record {
    ($wizard:expr) => {{
        fn here() {}
        $wizard.record(std::any::type_name_of_val(&here))
    }};
}

mod accounts;
pub(crate) mod agents;
mod connection;
mod done;
mod entry_points;
mod expiry;
mod global_keys;
mod guide;
mod install;
mod key_counts;
mod login;
mod paste;
mod prepare;
mod profile;
mod prompts;
mod question;
mod refusals;
pub(crate) mod rotate;
mod save;
pub(crate) mod scan;
mod send;
pub(crate) mod snippets;
pub(crate) mod team_profile;
mod token_entry;
mod unverified_login;
mod verify;
mod waiting;
mod workers;
