//! Pieces that pages are drawn with.

pub mod chrome;
pub mod claim;
pub mod components;
pub mod machine;
pub mod output_log;
pub mod qr;
pub mod sheet;
mod text_line;
