//! The challenge in the header `WWW-Authenticate` of a 401.

const PARAMETER: &str = "resource_metadata";

/// Returns the address of the resource's metadata that a challenge names (RFC 9728, section 5.1).
pub fn resource_metadata(challenge: &str) -> Option<&str> {
    let mut rest = challenge;
    // A name is only looked for outside quoted values, because a description may contain the same word.
    while let Some((names, quoted)) = rest.split_once('"') {
        let (value, after) = quoted.split_once('"')?;
        let name = names.trim_end().strip_suffix('=').unwrap_or_default().trim_end();
        let name = name.rsplit([',', ' ', '\t']).next().unwrap_or_default();
        if name.eq_ignore_ascii_case(PARAMETER) {
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
            assert_eq!(resource_metadata(&challenge), Some(place), "{challenge}");
        }
        for challenge in ["Bearer", "Bearer my_resource_metadata=\"x\"", "Bearer resource_metadata=\"cut", ""] {
            assert_eq!(resource_metadata(challenge), None, "{challenge}");
        }
    }
}
