//! The real world behind the ports, one outside crate a file.

pub mod browser;
pub mod credential_store;
pub mod environment;
pub mod file_store;
pub mod headless;
pub mod keychain;
pub mod machine;
pub mod notion_api;
pub mod ntn;
pub mod ntn_files;
pub mod programs;
pub mod records;
pub mod simulated_notion;
