//! The page that stands in for Notion's approval of a login, and the decision that was made on it.

use super::{Full, forbid_loading, page};
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use tokio::sync::watch;

pub(super) const LOGIN_PATH: &str = "/workers/cli-login";
const APPROVE_PATH: &str = "/workers/cli-login/approve";
const DECLINE_PATH: &str = "/workers/cli-login/decline";

/// The code of every demo login.
pub const LOGIN_CODE: &str = "DEM-LOG";

const LOGIN_PAGE: &str = include_str!("../../../../assets/demo_login.html");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approved,
    Declined,
}

/// The person's decision about the login in progress.
#[derive(Debug)]
pub struct Approval(watch::Sender<Option<Decision>>);

impl Default for Approval {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Approval {
    /// Starts a new login, about which nothing is decided.
    pub fn begin(&self) -> watch::Receiver<Option<Decision>> {
        self.0.send_replace(None);
        self.0.subscribe()
    }

    /// Returns the page, or the result of pressing one of its buttons; `None` for every other address.
    pub(super) fn respond(&self, method: &str, path: &str) -> Option<Response<Full<Bytes>>> {
        let (decision, body) = match (method, path) {
            ("GET", LOGIN_PATH) => (None, LOGIN_PAGE.replace("<!-- code -->", LOGIN_CODE)),
            ("POST", APPROVE_PATH) => (Some(Decision::Approved), decision_page("Approved. Return to the terminal.")),
            ("POST", DECLINE_PATH) => (Some(Decision::Declined), decision_page("Declined. Return to the terminal.")),
            _ => return None,
        };
        if decision.is_some() {
            self.0.send_replace(decision);
        }
        let mut response = page(StatusCode::OK, "text/html; charset=utf-8", body);
        forbid_loading(&mut response);
        Some(response)
    }
}

fn decision_page(sentence: &str) -> String {
    LOGIN_PAGE.split("<main>").next().map(|head| format!("{head}<main><h1>{sentence}</h1></main>")).unwrap_or_default()
}
