//! The pieces that every page is built from: what it can do now, the question that it asks, and what it shows a link with.

pub mod actions;
pub mod consent;
pub mod expiry_choice;
pub mod form;
pub mod link_actions;
pub mod menu;
pub mod message;
pub mod problem;
pub mod token_input;
pub mod waiting;

pub use actions::{Action, Actions, HelpGroup, Importance, Keys};
pub use consent::Consent;
pub use expiry_choice::ExpiryChoice;
pub use form::{Form, FormEvent};
pub use link_actions::LinkActions;
pub use menu::{Menu, MenuEvent};
pub use message::draw_message;
pub use problem::draw_problem;
pub use token_input::{TokenInput, TokenInputEvent};
pub use waiting::Wait;
