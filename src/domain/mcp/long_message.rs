//! Finds the id of a request that is too long to be kept, while the request streams past.

use super::RequestId;

/// Longest id, or name of a field, that is kept. Longer ones are skipped.
const MAX_TOKEN_BYTES: usize = 256;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    OutsideString,
    InString,
    /// After a backslash.
    Escaped,
}

/// Reads the outermost fields of a JSON object piece by piece. It keeps one short token at a time, whatever the length of the text.
#[derive(Debug, Default)]
pub struct LongMessage {
    depth: usize,
    place: Place,
    /// True if the text is not a single object.
    is_other: bool,
    /// The field name or the plain value that is being read, as it is written.
    token: Vec<u8>,
    key: Vec<u8>,
    id: Vec<u8>,
    has_method: bool,
}

impl LongMessage {
    pub fn push(&mut self, text: &[u8]) {
        for byte in text {
            match (self.place, byte) {
                (Place::OutsideString, _) => {
                    self.push_outside_string(*byte);
                    continue;
                }
                (Place::InString, b'"') => self.place = Place::OutsideString,
                (Place::InString, b'\\') => self.place = Place::Escaped,
                (Place::InString, _) => {}
                (Place::Escaped, _) => self.place = Place::InString,
            }
            self.keep(*byte);
        }
    }

    fn push_outside_string(&mut self, byte: u8) {
        match byte {
            _ if byte.is_ascii_whitespace() => {}
            // A batch has several ids, and what follows the object belongs to no message.
            _ if self.depth == 0 && (byte != b'{' || !self.key.is_empty() || self.has_method) => self.is_other = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                if self.depth == 1 {
                    self.end_field();
                }
                self.depth -= 1;
            }
            b',' if self.depth == 1 => self.end_field(),
            b':' if self.depth == 1 => self.key = std::mem::take(&mut self.token),
            _ => {
                if byte == b'"' {
                    self.place = Place::InString;
                }
                self.keep(byte);
            }
        }
    }

    /// Keeps one byte too many of a token that is too long, so that it can be recognised.
    fn keep(&mut self, byte: u8) {
        if self.depth == 1 && self.token.len() <= MAX_TOKEN_BYTES {
            self.token.push(byte);
        }
    }

    fn end_field(&mut self) {
        let value = std::mem::take(&mut self.token);
        match self.key.as_slice() {
            b"\"id\"" => self.id = value,
            b"\"method\"" => self.has_method = true,
            _ => {}
        }
    }

    /// Returns the id if the text was one request.
    pub fn request_id(self) -> Option<RequestId> {
        let is_request = self.depth == 0 && self.place == Place::OutsideString && !self.is_other && self.has_method;
        RequestId::from_json(&self.id).filter(|_| is_request && self.id.len() <= MAX_TOKEN_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mcp::MessageInfo;

    fn id(text: &str) -> Option<RequestId> {
        let mut message = LongMessage::default();
        text.as_bytes().chunks(3).for_each(|chunk| message.push(chunk));
        message.request_id()
    }

    #[test]
    fn the_id_is_found_wherever_it_stands_and_only_at_the_top() {
        for text in [
            r#"{"id":"a","method":"m","params":{"id":1}}"#,
            r#" { "params" : [ { "id" : 2, "x": "]}\\\"" } ] , "method" : "m", "id" : "a" } "#,
        ] {
            let expected = MessageInfo::read(text.as_bytes()).expect(text).requests.pop();
            assert!(expected.is_some() && id(text) == expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_single_request_has_no_id() {
        let long = "x".repeat(MAX_TOKEN_BYTES);
        for text in [
            r#"{"id":1,"method":"m","params":"cut"#,
            r#"{"id":1,"method":"m"}{"id":2,"method":"m"}"#,
            r#"[{"id":1,"method":"m"}]"#,
            r#"{"id":1,"result":{"method":"m"}}"#,
            r#"{"method":"m","params":{"id":1}}"#,
            r#"{"id":{"a":1},"method":"m"}"#,
            r#"{"id":null,"method":"m"}"#,
            "]}",
            "",
            &format!(r#"{{"id":"{long}","method":"m"}}"#),
        ] {
            assert_eq!(id(text), None, "{text}");
        }
    }
}
