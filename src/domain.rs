//! What is known and decided. No I/O, no clock, no screen; imports nothing of ours.

pub mod accounts;
pub mod advice;
pub mod base_url;
pub mod catalog;
pub mod check;
pub mod credential;
pub mod judge;
pub mod link;
pub mod login;
pub mod loopback;
pub mod machine;
pub mod membership;
pub mod oauth;
pub mod prerequisites;
pub mod problem;
pub mod question;
pub mod sanitize;
pub mod secret;
pub mod secret_manager;
pub mod snippets;
pub mod storage;
pub mod surroundings;
pub mod token_text;
pub mod workers;
