//! An authorization server that was found by discovery, and the checks of what it says about itself.
//!
//! The author of one of these documents decides where a person is sent and where codes and tokens go. So each has to name
//! itself exactly as it was asked for, and every address has to be https, or http to this machine where the resource is there too.

use crate::domain::link::Link;
use crate::domain::secret::Secret;
use serde::Deserialize;
use std::fmt;
use url::Url;

/// An authorization server (RFC 8414), and the resource that tokens are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationServer {
    pub issuer: Link,
    pub authorization_endpoint: Link,
    pub token_endpoint: Link,
    pub registration_endpoint: Link,
    pub revocation_endpoint: Option<Link>,
    /// The value of `resource` at both endpoints (RFC 8707).
    pub resource: String,
    /// The scopes to ask for, if the resource has any.
    pub scope: Option<String>,
    /// True if every answer to an authorization names the issuer (RFC 9207).
    pub names_issuer: bool,
}

/// A client without a secret, which registered itself (RFC 7591).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicClient {
    pub id: String,
    pub server: Box<AuthorizationServer>,
}

impl PublicClient {
    /// The client of a saved credential. Its ID is kept with the tokens, but it is no secret: the link of every
    /// authorization contains it (RFC 6749, section 2.2).
    pub fn from_saved_id(id: &Secret, server: AuthorizationServer) -> Self {
        Self { id: id.expose().to_owned(), server: Box::new(server) }
    }
}

/// The metadata of a protected resource (RFC 9728, section 2).
#[derive(Debug, Deserialize)]
pub struct ResourceMetadata {
    resource: String,
    authorization_servers: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
}

/// The metadata of an authorization server (RFC 8414, section 2).
#[derive(Debug, Deserialize)]
pub struct ServerMetadata {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFault(String);

impl MetadataFault {
    /// There is no such document.
    pub fn missing() -> Self {
        Self("no metadata was found".into())
    }
}

impl fmt::Display for MetadataFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn fault<T>(text: impl Into<String>) -> Result<T, MetadataFault> {
    Err(MetadataFault(text.into()))
}

impl ResourceMetadata {
    /// Returns the resource and the issuer of its tokens. `expected` is the resource that the document was asked about (RFC 9728,
    /// section 3.3).
    pub fn check(&self, expected: &str) -> Result<(String, Link), MetadataFault> {
        let is_same = |left: &str, right: &str| left.trim_end_matches('/') == right.trim_end_matches('/');
        if !is_same(&self.resource, expected) {
            return fault(format!("its resource is {}, not {expected}", self.resource));
        }
        match self.authorization_servers.as_deref() {
            Some([issuer, ..]) => Ok((self.resource.clone(), endpoint("authorization server", Some(issuer), expected)?)),
            _ => fault("it names no authorization server"),
        }
    }
}

/// Returns the scopes to ask for: those that the resource's challenge names, otherwise all that its metadata lists
/// (<https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-selection-strategy>). A text that can't be a list
/// of scopes (RFC 6749, section 3.3) counts as none.
pub fn scope_to_ask_for(challenged: Option<String>, metadata: &ResourceMetadata) -> Option<String> {
    let listed = || metadata.scopes_supported.as_ref().map(|scopes| scopes.join(" "));
    let is_scope =
        |text: &String| !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte));
    challenged.or_else(listed).filter(is_scope)
}

impl ServerMetadata {
    /// `issuer` is the one that the document was asked about (RFC 8414, section 3.3).
    pub fn check(&self, issuer: &Link, resource: &str) -> Result<AuthorizationServer, MetadataFault> {
        // The parser adds a slash to an address without a path.
        if self.issuer != issuer.as_str() && format!("{}/", self.issuer) != issuer.as_str() {
            return fault(format!("its issuer is {}, not {issuer}", self.issuer));
        }
        let supports = |methods: &Option<Vec<String>>, wanted: &str| methods.iter().flatten().any(|method| method == wanted);
        if !supports(&self.code_challenge_methods_supported, "S256") {
            return fault("it does not support PKCE with S256");
        }
        // Without the field, only clients with a secret are accepted (RFC 8414, section 2).
        if !supports(&self.token_endpoint_auth_methods_supported, "none") {
            return fault("it accepts no client without a secret");
        }
        Ok(AuthorizationServer {
            issuer: issuer.clone(),
            authorization_endpoint: endpoint("authorization_endpoint", self.authorization_endpoint.as_ref(), resource)?,
            token_endpoint: endpoint("token_endpoint", self.token_endpoint.as_ref(), resource)?,
            registration_endpoint: endpoint("registration_endpoint", self.registration_endpoint.as_ref(), resource)?,
            revocation_endpoint: match &self.revocation_endpoint {
                None => None,
                some => Some(endpoint("revocation_endpoint", some.as_ref(), resource)?),
            },
            resource: resource.to_owned(),
            scope: None,
            names_issuer: self.authorization_response_iss_parameter_supported,
        })
    }
}

impl AuthorizationServer {
    /// The addresses at which a server with this issuer may describe itself, in the order in which they are asked (RFC 8414,
    /// section 3.1; OpenID Connect Discovery, section 4).
    pub fn metadata_places(issuer: &Link) -> Vec<String> {
        let Ok(url) = Url::parse(issuer.as_str()) else { return Vec::new() };
        let (origin, path) = (url.origin().ascii_serialization(), url.path().trim_end_matches('/'));
        let (oauth, openid) = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration");
        let mut places = vec![format!("{origin}{oauth}{path}"), format!("{origin}{openid}{path}")];
        if !path.is_empty() {
            places.push(format!("{origin}{path}{openid}"));
        }
        places
    }

    /// The issuer as its own metadata spells it: without the slash that a parser adds to an address without a path.
    pub fn is_issuer(&self, named: &str) -> bool {
        named == self.issuer.as_str() || format!("{named}/") == self.issuer.as_str()
    }
}

/// An http address may only lead to this machine, and only from a resource on it: a document from elsewhere must not send a
/// person's browser or a code to a program here.
fn endpoint(name: &str, address: Option<&String>, resource: &str) -> Result<Link, MetadataFault> {
    let Some(address) = address else { return fault(format!("it has no {name}")) };
    let link = Link::parse(address).map_err(|error| MetadataFault(format!("{name}: {error}")))?;
    if address.contains('#') {
        return fault(format!("{name}: it contains a fragment"));
    }
    if link.as_str().starts_with("http:") && !resource.starts_with("http:") {
        return fault(format!("{name}: it is not https"));
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const RESOURCE: &str = "https://mcp.example/mcp";

    fn document(changes: &[(&str, Value)]) -> ServerMetadata {
        let mut document = json!({
            "issuer": "https://mcp.example",
            "authorization_endpoint": "https://mcp.example/authorize",
            "token_endpoint": "https://mcp.example/token",
            "registration_endpoint": "https://mcp.example/register",
            "revocation_endpoint": "https://mcp.example/token",
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
        });
        for (name, value) in changes {
            document[*name] = value.clone();
        }
        serde_json::from_value(document).expect("metadata")
    }

    fn issuer() -> Link {
        Link::parse("https://mcp.example").expect("an issuer")
    }

    #[test]
    fn a_document_that_names_itself_is_accepted() {
        let server = document(&[]).check(&issuer(), RESOURCE).expect("a server");
        assert_eq!(server.token_endpoint.as_str(), "https://mcp.example/token");
        assert!(server.is_issuer("https://mcp.example") && !server.is_issuer("https://mcp.example.evil"));
    }

    #[test]
    fn a_document_about_another_server_or_with_an_unsafe_address_is_refused() {
        for (name, value) in [
            ("issuer", json!("https://other.example")),
            ("issuer", json!("https://mcp.example/x")),
            ("authorization_endpoint", json!("http://mcp.example/authorize")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("token_endpoint", json!("http://127.0.0.1:1/token")),
            ("token_endpoint", json!("https://me:pw@mcp.example/token")),
            ("token_endpoint", Value::Null),
            ("registration_endpoint", Value::Null),
            ("revocation_endpoint", json!("ftp://mcp.example")),
            ("code_challenge_methods_supported", json!(["plain"])),
            ("code_challenge_methods_supported", Value::Null),
            ("token_endpoint_auth_methods_supported", json!(["client_secret_basic"])),
        ] {
            assert!(document(&[(name, value.clone())]).check(&issuer(), RESOURCE).is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn a_resource_is_described_by_its_own_document_alone() {
        let read = |resource: &str, servers: Value| {
            let document = json!({ "resource": resource, "authorization_servers": servers });
            serde_json::from_value::<ResourceMetadata>(document).expect("metadata").check(RESOURCE)
        };
        assert!(read(RESOURCE, json!(["https://mcp.example"])).is_ok());
        for (resource, servers) in [
            ("https://mcp.example/other", json!(["https://mcp.example"])),
            (RESOURCE, json!([])),
            (RESOURCE, Value::Null),
            (RESOURCE, json!(["http://127.0.0.1:4000"])),
            (RESOURCE, json!(["http://mcp.example"])),
        ] {
            assert!(read(resource, servers.clone()).is_err(), "{resource} {servers}");
        }
    }

    #[test]
    fn the_scopes_of_a_challenge_come_before_those_of_the_metadata() {
        let metadata = |scopes: Value| -> ResourceMetadata {
            serde_json::from_value(json!({ "resource": RESOURCE, "scopes_supported": scopes })).expect("metadata")
        };
        let all = metadata(json!(["read", "write"]));
        assert_eq!(scope_to_ask_for(Some("read".into()), &all).as_deref(), Some("read"));
        assert_eq!(scope_to_ask_for(None, &all).as_deref(), Some("read write"));
        for scopes in [Value::Null, json!([]), json!(["a\nb"])] {
            assert_eq!(scope_to_ask_for(None, &metadata(scopes)), None);
        }
    }

    #[test]
    fn an_issuer_with_a_path_has_it_between_host_and_name_or_before_the_name() {
        let places = |issuer: &str| AuthorizationServer::metadata_places(&Link::parse(issuer).expect(issuer));
        assert_eq!(
            places("https://a.example").first().map(String::as_str),
            Some("https://a.example/.well-known/oauth-authorization-server")
        );
        assert_eq!(
            places("https://a.example/tenant"),
            [
                "https://a.example/.well-known/oauth-authorization-server/tenant",
                "https://a.example/.well-known/openid-configuration/tenant",
                "https://a.example/tenant/.well-known/openid-configuration",
            ]
        );
    }
}
