//! Reads standard input: the one token or client secret that is meant, or why none is sent.

use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::token_text::{ForeignFormat, Shape, read};

/// One bare value is what the person named as the token. Of several values the only one that looks like Notion's is meant.
pub(super) fn token(input: &Secret) -> Result<Secret, Problem> {
    let reading = read(input);
    if let [token] = reading.tokens.as_slice() {
        return Ok(token.secret.clone());
    }
    match (reading.single.clone(), reading.shape) {
        (_, Shape::Empty) => Err(Problem::new(ProblemCode::TokenMissing)),
        (_, Shape::Foreign(format)) if reading.is_bare => Err(foreign(format)),
        (Some(value), shape) if reading.is_bare && shape.is_plausible() => Ok(value),
        // A client secret or a refresh token is told by its name.
        (Some(_), Shape::ClientSecret | Shape::RefreshToken | Shape::WebhookSecret) => Err(no_token(reading.shape)),
        (_, shape) if reading.is_bare && reading.foreign().is_none() && reading.tokens.is_empty() => Err(no_token(shape)),
        _ => Err(Problem::new(ProblemCode::TokenUnclear).seen(reading.summary())),
    }
}

fn no_token(shape: Shape) -> Problem {
    Problem::new(ProblemCode::NotAToken).seen(shape.advice().unwrap_or_default())
}

fn foreign(format: &ForeignFormat) -> Problem {
    Problem::new(ProblemCode::ForeignSecret).seen(format!("Standard input holds {}.", format.name))
}

/// The client secret on a line: alone, or assigned to its name.
pub(super) fn client_secret(line: &Secret) -> Result<Secret, Problem> {
    let reading = read(line);
    let wrong = |why: &str| Problem::new(ProblemCode::NotAClientSecret).seen(format!("The first line of standard input {why}."));
    match (reading.single.clone().or_else(|| reading.client_secret.clone()), reading.shape) {
        (_, Shape::Empty) => Err(Problem::needed(
            MissingInput::ClientSecret,
            "--client-secret-stdin reads the client secret from the first line of standard input, which is empty",
        )),
        (_, _) if reading.foreign().is_some() => Err(reading.foreign().map_or_else(|| wrong("is of another service"), foreign)),
        (Some(secret), _) if reading.can_be_client_secret() || reading.client_secret.as_ref() == Some(&secret) => Ok(secret),
        (_, _) if reading.is_token() => Err(wrong("is a Notion token")),
        (_, Shape::Address) => Err(wrong("is an address")),
        (_, Shape::NotionId) => Err(wrong("is an id, as the client ID is")),
        (_, Shape::RefreshToken) => Err(wrong("is a refresh token")),
        _ => Err(wrong("is not one word")),
    }
}
