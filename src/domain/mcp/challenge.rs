//! The challenge in the header `WWW-Authenticate` of a 401.

/// The requirements of a server that asks for a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// The address of the resource's metadata (RFC 9728, section 5.1).
    pub resource_metadata: Option<String>,
    /// The scopes that a token needs (RFC 6750, section 3).
    pub scope: Option<String>,
}

impl Challenge {
    /// Reads the values of all headers of this name.
    pub fn read(headers: &[&str]) -> Self {
        let find = |name: &str| headers.iter().find_map(|header| parameter(header, name)).map(str::to_owned);
        Self { resource_metadata: find("resource_metadata"), scope: find("scope") }
    }
}

/// Returns the quoted value of a parameter.
fn parameter<'a>(challenge: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = challenge;
    // A name is only looked for outside quoted values, because a description may contain the same word.
    while let Some((names, quoted)) = rest.split_once('"') {
        let (value, after) = quoted.split_once('"')?;
        let name = names.trim_end().strip_suffix('=').unwrap_or_default().trim_end();
        let name = name.rsplit([',', ' ', '\t']).next().unwrap_or_default();
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_among_other_parameters() {
        let place = "https://mcp.notion.com/.well-known/oauth-protected-resource/mcp";
        for challenge in [
            format!("Bearer realm=\"OAuth\", resource_metadata=\"{place}\", error=\"invalid_token\""),
            format!("Bearer Resource_Metadata = \"{place}\""),
            format!("Bearer error_description=\"see resource_metadata=\",resource_metadata=\"{place}\""),
        ] {
            assert_eq!(Challenge::read(&[&challenge]).resource_metadata.as_deref(), Some(place), "{challenge}");
        }
        for challenge in ["Bearer", "Bearer my_resource_metadata=\"x\"", "Bearer resource_metadata=\"cut", ""] {
            assert_eq!(Challenge::read(&[challenge]), Challenge::default(), "{challenge}");
        }
        let scoped = Challenge::read(&["Basic realm=\"x\"", "Bearer scope=\"read write\""]);
        assert_eq!(scoped, Challenge { resource_metadata: None, scope: Some("read write".into()) });
    }
}
