//! The pure core: state, `update`, `view`. No I/O, no clock.

pub mod app;
pub mod context;
pub mod keymap;
pub mod kit;
pub mod msg;
pub mod screens;
pub mod text_field;
pub mod theme;
pub mod widgets;
