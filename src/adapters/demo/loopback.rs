//! The demo's listener: the real one, and an automatic consent if no browser comes.

use super::simulated_notion::{CONSENT_CODE, DemoConsent};
use crate::adapters::loopback::LoopbackListener;
use crate::domain::loopback::ListenerEvent;
use crate::domain::oauth::AuthorizationAttempt;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, PortReservation, ProgressCallback};
use std::sync::Arc;
use std::time::Duration;

/// Delay of the automatic consent: long enough to read the page, short enough to wait for without a browser.
const AUTO_CONSENT_DELAY: Duration = Duration::from_secs(6);

pub struct DemoLoopback {
    listener: LoopbackListener,
    consent: Arc<DemoConsent>,
}

impl DemoLoopback {
    pub fn new(consent: Arc<DemoConsent>) -> Self {
        Self { listener: LoopbackListener::default(), consent }
    }
}

impl Loopback for DemoLoopback {
    fn reserve(&self, ports: Vec<u16>) -> Job<Option<PortReservation>> {
        self.listener.reserve(ports)
    }

    fn wait_for_callback(&self, pending: AuthorizationAttempt, on_progress: ProgressCallback<ListenerEvent>) -> Job<Secret> {
        let answer = self.listener.wait_for_callback(pending, on_progress);
        let was_opened = self.consent.begin();
        Box::pin(async move {
            let auto_consent = async {
                tokio::time::sleep(AUTO_CONSENT_DELAY).await;
                if *was_opened.borrow() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                answer = answer => answer,
                () = auto_consent => Ok(Secret::new(CONSENT_CODE)),
            }
        })
    }
    fn close(&self) -> Job<()> {
        self.listener.close()
    }
}
