//! Finds the token or client secret in standard input, or the reason why none is sent.

use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::token_text::{ForeignFormat, TokenShape, scan};

/// Returns the token: a single bare value, or the only one of several values that looks like a Notion token.
pub fn parse_token(input: &Secret) -> Result<Secret, Problem> {
    let reading = scan(input);
    if let [token] = reading.tokens.as_slice() {
        return Ok(token.secret.clone());
    }
    match (reading.single.clone(), reading.shape) {
        (_, TokenShape::Empty) => Err(Problem::new(ProblemCode::TokenMissing)),
        (_, TokenShape::Foreign(format)) if reading.is_bare => Err(foreign_secret(format)),
        (Some(value), shape) if reading.is_bare && shape.is_plausible() => Ok(value),
        // The variable name says that it is a client secret or a refresh token.
        (Some(_), TokenShape::ClientSecret | TokenShape::RefreshToken | TokenShape::WebhookSecret) => {
            Err(not_a_token(reading.shape))
        }
        (_, shape) if reading.is_bare && reading.foreign_format().is_none() && reading.tokens.is_empty() => Err(not_a_token(shape)),
        _ => Err(Problem::new(ProblemCode::TokenUnclear).with_evidence(reading.summary())),
    }
}

fn not_a_token(shape: TokenShape) -> Problem {
    Problem::new(ProblemCode::NotAToken).with_evidence(shape.advice().unwrap_or_default())
}

fn foreign_secret(format: &ForeignFormat) -> Problem {
    Problem::new(ProblemCode::ForeignSecret).with_evidence(format!("Standard input contains {}.", format.name))
}

/// Returns the client secret from a line that contains only the secret, or an assignment to its name.
pub(super) fn parse_client_secret(line: &Secret) -> Result<Secret, Problem> {
    let reading = scan(line);
    let wrong =
        |why: &str| Problem::new(ProblemCode::NotAClientSecret).with_evidence(format!("The first line of standard input {why}."));
    match (reading.single.clone().or_else(|| reading.client_secret.clone()), reading.shape) {
        (_, TokenShape::Empty) => Err(Problem::needed(
            MissingInput::ClientSecret,
            "No client secret: --client-secret-stdin reads the first line of standard input, which is empty.",
        )),
        (_, _) if reading.foreign_format().is_some() => {
            Err(reading.foreign_format().map_or_else(|| wrong("is another service's secret"), foreign_secret))
        }
        (Some(secret), _) if reading.can_be_client_secret() || reading.client_secret.as_ref() == Some(&secret) => Ok(secret),
        (_, _) if reading.is_token() => Err(wrong("is a Notion token")),
        (_, TokenShape::Address) => Err(wrong("is a URL")),
        (_, TokenShape::NotionId) => Err(wrong("is an ID, perhaps the client ID")),
        (_, TokenShape::RefreshToken) => Err(wrong("is a refresh token")),
        _ => Err(wrong("is not a single word")),
    }
}
