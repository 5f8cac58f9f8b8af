//! Saves credentials: secrets in a keychain or a file, and a record of each, which holds no secret.

pub mod agent_file;
pub mod agent_records;
pub mod credential_store;
pub mod file_lock;
pub mod file_store;
pub mod folders;
pub mod json_file;
pub mod keychain;
pub mod log_file;
pub mod no_store;
pub mod private_file;
pub mod private_folder;
mod private_io;
pub mod profile_file;
mod record_search;
pub mod records_file;
pub mod reserved_file;
pub mod secret_store;
pub mod storage_step;
pub mod time_limited_store;
