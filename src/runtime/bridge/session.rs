//! The session and the version of the protocol that the handshake settled.

use crate::domain::mcp::MessageInfo;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    pub(super) id: Option<String>,
    pub(super) protocol_version: Option<String>,
    /// The `initialize` of the agent, with which a lost session is opened again.
    pub(super) handshake: Option<(Arc<Vec<u8>>, Arc<MessageInfo>)>,
}

#[derive(Debug, Default)]
pub(super) struct Sessions {
    session: Mutex<Session>,
    /// Held while a lost session is opened again, so that one request does it for all.
    pub(super) reopening: tokio::sync::Mutex<()>,
}

impl Sessions {
    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a new session, and forgets the previous one.
    pub(super) fn begin(&self, handshake: (Arc<Vec<u8>>, Arc<MessageInfo>)) {
        *self.session() = Session { handshake: Some(handshake), ..Session::default() };
    }

    pub(super) fn current(&self) -> Session {
        self.session().clone()
    }

    /// Stores the session that was opened in place of the lost one.
    pub(super) fn replace(&self, id: Option<String>, protocol_version: String) {
        let mut session = self.session();
        (session.id, session.protocol_version) = (id, Some(protocol_version));
    }

    pub(super) fn set_id(&self, id: Option<String>) {
        if id.is_some() {
            self.session().id = id;
        }
    }

    pub(super) fn set_version(&self, version: Option<String>) {
        if version.is_some() {
            self.session().protocol_version = version;
        }
    }
}
