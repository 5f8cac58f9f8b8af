//! Keeps sent secrets out of what is shown. We put no secret into evidence, but a server that echoes one as a host, a code or an id might.

use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use zeroize::Zeroizing;

/// A shorter secret would be found in any text.
const MIN_SECRET_LENGTH: usize = 8;

/// Stands in for a text in which a server repeated a secret.
const SCRUBBED: &str = "withheld: the response repeated a secret";

/// Replaces evidence that repeats one of these secrets.
pub(super) fn scrub<'a>(mut problem: Problem, secrets: impl IntoIterator<Item = &'a Secret>) -> Problem {
    problem.evidence = problem.evidence.map(|evidence| scrub_text(evidence, secrets));
    problem
}

/// Replaces a text that repeats one of these secrets.
pub(super) fn scrub_text<'a>(text: String, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    let bare = keep_alphanumeric(&text);
    let repeats = |secret: &Secret| {
        let secret = keep_alphanumeric(secret.expose());
        secret.len() >= MIN_SECRET_LENGTH && bare.contains(&**secret)
    };
    if secrets.into_iter().any(repeats) { SCRUBBED.into() } else { text }
}

/// Keeps letters and digits alone: a host is folded to lower case, and an id loses its underscores, on the way into evidence.
fn keep_alphanumeric(text: &str) -> Zeroizing<String> {
    // Allocated at full length, because text that moves while it grows leaves itself behind.
    let mut bare = Zeroizing::new(String::with_capacity(text.len()));
    bare.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()));
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_comes_back_is_cut_out_in_any_disguise() {
        let secrets = [Secret::new("secret_fake"), Secret::new("ntn_fake_ABC"), Secret::new("short")];
        let scrubbed = |evidence: &str| scrub(Problem::bug(evidence), &secrets).evidence;
        for echo in ["HTTP 302 to ntn_fake_abc.example", "HTTP 400, request ntnfakeABC", "HTTP 400 secret_fake"] {
            assert_eq!(scrubbed(echo).as_deref(), Some("withheld: the response repeated a secret"), "{echo}");
        }
        assert_eq!(scrubbed("HTTP 302, in short").as_deref(), Some("HTTP 302, in short"));
        assert_eq!(scrub(Problem::new(crate::domain::problem::ProblemCode::Bug), &secrets).evidence, None);
    }
}
