//! `send-to`, by the built binary: the managers' clients are stand-ins that write down how they are run. The secret is in no argument, no variable and no file but those it was meant for.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts programs, and looks at what they wrote")]

mod fake_clients;
mod managers;

use crate::support::send_to::{hand_to, signed_in};
