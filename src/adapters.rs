//! The real world behind the ports, one outside crate a file.

pub mod browser;
pub mod credential_store;
pub mod demo_keychain;
pub mod demo_ntn;
pub mod environment;
pub mod file_lock;
pub mod file_store;
pub mod folders;
pub mod headless;
pub mod json_file;
pub mod keychain;
pub mod loopback;
pub mod machine;
pub mod notion_api;
pub mod ntn;
pub mod ntn_files;
pub mod ntn_login;
pub mod private_file;
pub mod private_folder;
pub mod programs;
pub mod records;
pub mod secret_store;
pub mod simulated_notion;
pub mod time_limited;
