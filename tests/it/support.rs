//! Shared test support: fakes, servers, terminals and a harness for the wizard.

pub(crate) mod connection_fakes;
pub(crate) mod connection_life;
pub(crate) mod connection_sandbox;
pub(crate) mod connection_wizard;
pub(crate) mod conversation;
pub(crate) mod deadline;
pub(crate) mod doctor_document;
pub(crate) mod examples;
pub(crate) mod fakes;
pub(crate) mod fixed_clock;
pub(crate) mod frames;
pub(crate) mod harness;
pub(crate) mod login_server;
pub(crate) mod loopback_client;
pub(crate) mod loopback_wait;
pub(crate) mod machine_folder;
pub(crate) mod mcp_sandbox;
pub(crate) mod mcp_server;
#[cfg(unix)]
pub(crate) mod named_pipe;
pub(crate) mod no_agents;
pub(crate) mod no_mcp;
pub(crate) mod no_scan;
pub(crate) mod notion;
pub(crate) mod ntn;
pub(crate) mod ntn_login;
pub(crate) mod oauth_server;
pub(crate) mod permissions;
pub(crate) mod ports;
pub(crate) mod pty;
pub(crate) mod reset_output;
pub(crate) mod rotation;
pub(crate) mod rotation_notion;
pub(crate) mod sandbox;
pub(crate) mod scheduler;
pub(crate) mod scratch;
pub(crate) mod screen_transcript;
pub(crate) mod script;
pub(crate) mod send_to;
pub(crate) mod shell;
pub(crate) mod signed_in;
pub(crate) mod snippets;
pub(crate) mod subprocess;
pub(crate) mod team_profiles;
#[cfg(unix)]
pub(crate) mod unlocked;
pub(crate) mod wizard;
pub(crate) mod worker_desk;
pub(crate) mod worker_projects;
pub(crate) mod workers_server;

use notion_auth::domain::problem::ProblemCode;

/// Returns the headline of a problem. Tests use the code, so that the text can be changed freely.
pub(crate) fn headline(code: ProblemCode) -> &'static str {
    &code.text().headline
}
