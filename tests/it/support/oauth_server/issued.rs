//! The codes and tokens that were issued, and which of them are still valid.

use std::time::Instant;

/// An unused authorization code.
pub(super) struct IssuedCode {
    pub(super) text: String,
    pub(super) redirect: String,
    pub(super) challenge: Option<String>,
}

#[derive(Clone)]
pub(super) struct TokenPair {
    pub(super) access: String,
    pub(super) refresh: String,
    access_valid: bool,
    refresh_valid: bool,
}

#[derive(Default)]
pub(super) struct IssuedTokens {
    codes: Vec<IssuedCode>,
    code_count: usize,
    pairs: Vec<TokenPair>,
    refreshed_at: Option<Instant>,
}

impl IssuedTokens {
    pub(super) fn new_code(&mut self, redirect: String, challenge: Option<String>) -> String {
        self.code_count += 1;
        let code = format!("fake-code-{:04}", self.code_count);
        self.codes.push(IssuedCode { text: code.clone(), redirect, challenge });
        code
    }

    /// Removes a code: it works once, even if the exchange fails.
    pub(super) fn use_code(&mut self, code: &str) -> Option<IssuedCode> {
        let at = self.codes.iter().position(|known| known.text == code)?;
        Some(self.codes.remove(at))
    }

    pub(super) fn new_pair(&mut self) -> TokenPair {
        let number = self.pairs.len() + 1;
        let access = format!("ntn_fake_access_{number:04}_000000000000000000000000");
        let refresh = format!("nrt_fake_refresh_{number:04}_00000000000000000000000");
        let pair = TokenPair { access, refresh, access_valid: true, refresh_valid: true };
        self.pairs.push(pair.clone());
        pair
    }

    /// Returns the newest pair that is still valid.
    pub(super) fn valid_pair(&self) -> Option<TokenPair> {
        self.pairs.iter().rev().find(|pair| pair.access_valid && pair.refresh_valid).cloned()
    }

    /// Replaces the pair of a valid refresh token with a new one.
    #[expect(clippy::disallowed_methods, reason = "compared with the time at which a test killed a process")]
    pub(super) fn rotate(&mut self, refresh: &str) -> Option<TokenPair> {
        let pair = self.pairs.iter_mut().find(|pair| pair.refresh_valid && pair.refresh == refresh)?;
        (pair.access_valid, pair.refresh_valid) = (false, false);
        self.refreshed_at = Some(Instant::now());
        Some(self.new_pair())
    }

    /// Revokes a refresh token together with its access token, or an access token alone (RFC 7009, section 2.1).
    pub(super) fn revoke(&mut self, token: &str) {
        for pair in &mut self.pairs {
            if pair.refresh == token {
                pair.refresh_valid = false;
            }
            if pair.refresh == token || pair.access == token {
                pair.access_valid = false;
            }
        }
    }

    pub(super) fn revoke_all(&mut self) {
        self.codes.clear();
        for pair in &mut self.pairs {
            (pair.access_valid, pair.refresh_valid) = (false, false);
        }
    }

    pub(super) fn is_access(&self, token: &str) -> bool {
        self.pairs.iter().any(|pair| pair.access_valid && pair.access == token)
    }

    pub(super) fn is_valid(&self, token: &str) -> bool {
        self.is_access(token) || self.pairs.iter().any(|pair| pair.refresh_valid && pair.refresh == token)
    }

    pub(super) fn refreshed_at(&self) -> Option<Instant> {
        self.refreshed_at
    }

    pub(super) fn pair_count(&self) -> usize {
        self.pairs.len()
    }
}
