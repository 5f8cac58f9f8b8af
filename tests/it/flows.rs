//! Conversations with the wizard, from what is given to what is seen, asked and done.

mod accounts;
mod asking;
mod connection;
mod done;
mod entering;
mod everywhere;
mod expiry;
mod guide;
pub(crate) mod hand_over;
mod hand_to;
mod install;
mod keep;
mod login;
mod prepare;
mod question;
mod refusals;
mod reported;
mod standing;
mod token_entry;
mod verify;
mod workers;
