//! The domain model and its rules. It has no I/O, no clock and no screen, and imports no other layer.

/// Includes the content of `assets/NAME.toml` in the binary form of postcard, made by the build script from the program's own type.
macro_rules! shipped {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".postcard"))
    };
}

pub mod advice;
pub mod agents;
pub mod auth_path;
pub mod base_url;
pub mod calendar;
pub mod catalog;
pub mod checks;
pub mod command_line;
pub mod compact_date;
pub mod credentials;
pub mod diff;
pub mod host_details;
pub mod link;
pub mod login;
pub mod loopback;
pub mod machine;
pub mod mcp;
pub mod oauth;
pub mod prerequisites;
pub mod problem;
pub mod proxy;
pub mod question;
pub mod retry;
pub mod rotation;
pub mod sanitize;
pub mod scan;
pub mod secret;
pub mod secret_manager;
pub mod similar;
pub mod snippets;
pub mod storage;
pub mod store_choice;
pub mod team_profile;
pub mod token_text;
pub mod variables;
pub mod workers;
