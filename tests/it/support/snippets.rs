//! The shipped snippets, filled in for a connection.

use super::connection_fakes::CLIENT_ID;
use notion_auth::domain::oauth::{ConnectionRecord, RedirectUri};
use notion_auth::domain::snippets::snippets;

pub(crate) fn connection() -> ConnectionRecord {
    ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port: 9123 } }
}

pub(crate) fn snippet(id: &str) -> String {
    let language = snippets().iter().find(|language| language.id == id);
    language.expect("it is shipped").filled_in(&connection())
}
