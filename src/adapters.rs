//! The real world behind the ports, one outside crate a file.

pub mod browser;
pub mod credential_store;
pub mod demo_keychain;
pub mod environment;
pub mod file_lock;
pub mod file_store;
pub mod folders;
pub mod headless;
pub mod json_file;
#[cfg(target_os = "linux")]
pub mod kernel_keyring;
pub mod keychain;
pub mod machine;
pub mod notion_api;
pub mod ntn;
pub mod ntn_files;
pub mod ntn_login;
pub mod ntn_storage;
pub mod private_file;
pub mod private_folder;
pub mod programs;
pub mod records;
pub mod secret_store;
pub mod simulated_notion;
pub mod time_limited;
