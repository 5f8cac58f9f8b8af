//! Pieces that pages are drawn with.

pub mod chrome;
pub mod claims;
pub mod marks;
pub mod qr;
pub mod sheet;
