//! Redacts the lines of a client that may repeat the secret: whole, encoded, or broken over the cells of a table.

use crate::adapters::process::output_lines::clean_line;
use crate::domain::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Length of a part: a shorter one would be found in any text; a longer one could be broken before it is found.
const PART_LENGTH: usize = 12;

/// Replaces a line that reveals a part of the secret.
const REDACTED_LINE: &str = "(line withheld: it contains part of the secret)";

/// Returns the lines for a person: sanitised and redacted.
pub(super) fn redacted_lines(bytes: &[u8], secret: &Secret) -> Vec<String> {
    let encoded = Zeroizing::new(STANDARD.encode(secret.expose()));
    let gives_away = |line: &[u8]| reveals_part(line, secret.expose().as_bytes()) || reveals_part(line, encoded.as_bytes());
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let shown = lines.map(|line| if gives_away(line) { REDACTED_LINE.to_owned() } else { clean_line(line) });
    shown.filter(|line| !line.is_empty()).collect()
}

fn reveals_part(line: &[u8], secret: &[u8]) -> bool {
    let part = PART_LENGTH.min(secret.len());
    part > 0 && secret.windows(part).any(|part| line.windows(part.len()).any(|window| window == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_repeats_the_secret_in_any_form_is_not_shown() {
        let secret = Secret::new("ntn_fake_abcdefghijklmnop_qrstuvwxyz");
        let encoded = STANDARD.encode(secret.expose());
        let output = format!(
            "\u{1b}[32mwritten\u{1b}[0m\nvalue ntn_fake_abcdefghijklmnop_qrstuvwxyz\n| abcdefghijklmn |\ndata: {encoded}\n\nntn_ done\n"
        );
        assert_eq!(
            redacted_lines(output.as_bytes(), &secret),
            ["written", REDACTED_LINE, REDACTED_LINE, REDACTED_LINE, "ntn_ done"]
        );
    }
}
