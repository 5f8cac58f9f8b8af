//! The `worker.oauth(…)` declaration for a provider, to be copied into the worker's source.

use super::provider::{Parameter, Provider};
use serde_json::Value;

/// Returns the declaration in TypeScript, for `@notionhq/workers` 0.9.2 (<https://www.npmjs.com/package/@notionhq/workers>).
pub fn declaration(provider: &Provider, key: &str) -> String {
    let (id, secret) = variable_names(key);
    let mut lines = vec![
        format!("worker.oauth({}, {{", literal(key)),
        field("name", &literal(key)),
        endpoint("authorizationEndpoint", &provider.authorization_endpoint),
        endpoint("tokenEndpoint", &provider.token_endpoint),
        field("scope", &literal(&provider.scope)),
        field("clientId", &format!("process.env.{id} ?? \"\"")),
        field("clientSecret", &format!("process.env.{secret} ?? \"\"")),
    ];
    if !provider.parameters.is_empty() {
        lines.push(field("authorizationParams", &parameters(&provider.parameters)));
    }
    if let Some(milliseconds) = provider.access_token_expires_ms {
        lines.push(field("accessTokenExpireMs", &milliseconds.to_string()));
    }
    lines.push("});".to_owned());
    lines.join("\n")
}

/// The environment variables for client id and secret, such as `GITHUB_CLIENT_ID` and `GITHUB_CLIENT_SECRET`.
pub fn variable_names(key: &str) -> (String, String) {
    let stem: String =
        key.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' }).collect();
    (format!("{stem}_CLIENT_ID"), format!("{stem}_CLIENT_SECRET"))
}

fn field(name: &str, value: &str) -> String {
    format!("  {name}: {value},")
}

/// A field with an address. The addresses of a custom provider are empty and have to be filled in.
fn endpoint(name: &str, address: &str) -> String {
    let line = field(name, &literal(address));
    if address.is_empty() { line + " // from its documentation" } else { line }
}

fn parameters(parameters: &[Parameter]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|parameter| format!("{}: {}", literal(&parameter.name), literal(&parameter.value))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// A string literal: every JSON string is valid in TypeScript.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::provider::provider;
    use super::*;

    fn another() -> Provider {
        provider("custom").expect("it is shipped").clone()
    }

    #[test]
    fn it_holds_what_the_provider_needs_and_no_more() {
        let google = Provider {
            authorization_endpoint: "https://accounts.example/auth".into(),
            token_endpoint: "https://accounts.example/token".into(),
            scope: "calendar.readonly".into(),
            parameters: vec![
                Parameter { name: "access_type".into(), value: "offline".into() },
                Parameter { name: "prompt".into(), value: "consent".into() },
            ],
            access_token_expires_ms: Some(3_600_000),
            ..another()
        };
        let expected = r#"worker.oauth("googleAuth", {
  name: "googleAuth",
  authorizationEndpoint: "https://accounts.example/auth",
  tokenEndpoint: "https://accounts.example/token",
  scope: "calendar.readonly",
  clientId: process.env.GOOGLEAUTH_CLIENT_ID ?? "",
  clientSecret: process.env.GOOGLEAUTH_CLIENT_SECRET ?? "",
  authorizationParams: { "access_type": "offline", "prompt": "consent" },
  accessTokenExpireMs: 3600000,
});"#;
        assert_eq!(declaration(&google, "googleAuth"), expected);
    }

    #[test]
    fn another_service_leaves_its_addresses_to_be_filled_in() {
        let text = declaration(&another(), "crm");
        assert!(text.contains("authorizationEndpoint: \"\", // from its documentation\n"), "{text}");
        assert!(!text.contains("authorizationParams") && !text.contains("accessTokenExpireMs"), "{text}");
    }

    #[test]
    fn no_text_breaks_out_of_its_quotes() {
        let odd = Provider { scope: "a\"b\\c\n`${x}`".into(), ..another() };
        let text = declaration(&odd, "k\"ey");
        assert!(text.contains(r#"scope: "a\"b\\c\n`${x}`","#), "{text}");
        assert!(text.contains(r#"worker.oauth("k\"ey", {"#) && text.contains("process.env.K_EY_CLIENT_ID ??"), "{text}");
    }
}
