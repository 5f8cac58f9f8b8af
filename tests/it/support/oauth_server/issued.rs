//! The codes and tokens that were issued, and which of them are still valid.

use std::time::Instant;

/// An unused authorization code.
pub(super) struct Code {
    pub(super) text: String,
    pub(super) redirect: String,
    pub(super) challenge: Option<String>,
}

#[derive(Clone)]
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
    access_alive: bool,
    refresh_alive: bool,
}

#[derive(Default)]
pub(super) struct Issued {
    codes: Vec<Code>,
    codes_made: usize,
    pairs: Vec<Pair>,
    refreshed_at: Option<Instant>,
}

impl Issued {
    pub(super) fn code(&mut self, redirect: String, challenge: Option<String>) -> String {
        self.codes_made += 1;
        let code = format!("fake-code-{:04}", self.codes_made);
        self.codes.push(Code { text: code.clone(), redirect, challenge });
        code
    }

    /// Removes a code: it works once, even if the exchange fails.
    pub(super) fn use_code(&mut self, code: &str) -> Option<Code> {
        let at = self.codes.iter().position(|known| known.text == code)?;
        Some(self.codes.remove(at))
    }

    pub(super) fn new_pair(&mut self) -> Pair {
        let number = self.pairs.len() + 1;
        let access = format!("ntn_fake_access_{number:04}_000000000000000000000000");
        let refresh = format!("nrt_fake_refresh_{number:04}_00000000000000000000000");
        let pair = Pair { access, refresh, access_alive: true, refresh_alive: true };
        self.pairs.push(pair.clone());
        pair
    }

    /// Returns the newest pair that is still valid.
    pub(super) fn living_pair(&self) -> Option<Pair> {
        self.pairs.iter().rev().find(|pair| pair.access_alive && pair.refresh_alive).cloned()
    }

    /// Replaces the pair of a valid refresh token with a new one.
    #[expect(clippy::disallowed_methods, reason = "compared with the time at which a test killed a process")]
    pub(super) fn rotate(&mut self, refresh: &str) -> Option<Pair> {
        let pair = self.pairs.iter_mut().find(|pair| pair.refresh_alive && pair.refresh == refresh)?;
        (pair.access_alive, pair.refresh_alive) = (false, false);
        self.refreshed_at = Some(Instant::now());
        Some(self.new_pair())
    }

    /// Revokes a refresh token together with its access token, or an access token alone (RFC 7009, section 2.1).
    pub(super) fn revoke(&mut self, token: &str) {
        for pair in &mut self.pairs {
            if pair.refresh == token {
                pair.refresh_alive = false;
            }
            if pair.refresh == token || pair.access == token {
                pair.access_alive = false;
            }
        }
    }

    pub(super) fn end_all(&mut self) {
        self.codes.clear();
        for pair in &mut self.pairs {
            (pair.access_alive, pair.refresh_alive) = (false, false);
        }
    }

    pub(super) fn is_access(&self, token: &str) -> bool {
        self.pairs.iter().any(|pair| pair.access_alive && pair.access == token)
    }

    pub(super) fn is_alive(&self, token: &str) -> bool {
        self.is_access(token) || self.pairs.iter().any(|pair| pair.refresh_alive && pair.refresh == token)
    }

    pub(super) fn refreshed_at(&self) -> Option<Instant> {
        self.refreshed_at
    }

    pub(super) fn pairs_made(&self) -> usize {
        self.pairs.len()
    }
}
