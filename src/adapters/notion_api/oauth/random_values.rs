//! Random values: the state that ties a callback to its request (RFC 6749, section 10.12), and the verifier that ties the exchange
//! to it (RFC 7636).

use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// 256 bits, which are 43 characters in base64, the fewest that a verifier may have.
const RANDOM_BYTES: usize = 32;

pub(super) fn random_secret() -> Result<Secret, Problem> {
    let mut bytes = Zeroizing::new([0; RANDOM_BYTES]);
    // There is no fallback without randomness: a value that can be guessed protects no one.
    SystemRandom::new().fill(&mut *bytes).map_err(|_| Problem::bug("the system returned no random data"))?;
    Ok(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(*bytes)))
}

/// Computes the S256 challenge of a verifier (RFC 7636, section 4.2).
pub(super) fn code_challenge(verifier: &Secret) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(code_challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn nothing_is_ever_given_twice_and_all_of_it_may_stand_in_an_address() {
        let (first, second) = (random_secret().expect("randomness"), random_secret().expect("randomness"));
        assert_ne!(first, second);
        assert_eq!(first.len(), 43);
        assert!(first.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }
}
