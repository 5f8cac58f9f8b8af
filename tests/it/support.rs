//! Shared test support: fakes, servers, terminals and a harness for the wizard.

pub(crate) mod again;
pub(crate) mod any_day;
pub(crate) mod binary;
pub(crate) mod chromium;
pub(crate) mod connections;
pub(crate) mod deadline;
pub(crate) mod desk;
pub(crate) mod frames;
pub(crate) mod kernel_keyring;
pub(crate) mod login_server;
pub(crate) mod notion;
pub(crate) mod ntn;
pub(crate) mod oauth_server;
pub(crate) mod ports;
pub(crate) mod projects;
pub(crate) mod pty;
pub(crate) mod python;
pub(crate) mod scheduler;
pub(crate) mod script;
pub(crate) mod secret_service;
pub(crate) mod shell;
pub(crate) mod talk;
pub(crate) mod unlocked;
pub(crate) mod visitor;
pub(crate) mod workers_server;
pub(crate) mod world;

use notion_auth::domain::problem::ProblemCode;

/// Returns the headline of a problem. Tests use the code, so that the text can be changed freely.
pub(crate) fn headline(code: ProblemCode) -> &'static str {
    &code.words().headline
}
