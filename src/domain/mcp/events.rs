//! Reads server-sent events as they arrive (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). Memory use is bounded,
//! however long a line is.

use std::time::Duration;

/// An event was longer than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTooLong;

/// The reader of one stream.
#[derive(Debug)]
pub struct EventReader {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The id of the event that is not complete yet.
    pending_id: Option<String>,
    skips_line_feed: bool,
    most: usize,
    /// The id of the last complete event, with which a stream is resumed.
    pub last_event_id: Option<String>,
    /// The pause that the server asks for before the stream is resumed.
    pub retry: Option<Duration>,
}

impl EventReader {
    pub fn new(most: usize) -> Self {
        let (line, data) = (Vec::new(), Vec::new());
        Self { line, data, has_data: false, pending_id: None, skips_line_feed: false, most, last_event_id: None, retry: None }
    }

    /// Takes the next bytes, and returns the data of the events that they complete. Several lines of data are joined by a space: a JSON
    /// text means the same with either.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, EventTooLong> {
        let mut events = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            if std::mem::take(&mut self.skips_line_feed) && rest.first() == Some(&b'\n') {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (part, ended) = rest.split_at(end.unwrap_or(rest.len()));
            if self.line.len() + self.data.len() + part.len() > self.most {
                return Err(EventTooLong);
            }
            self.line.extend_from_slice(part);
            let Some((end, after)) = ended.split_first() else { break };
            self.skips_line_feed = *end == b'\r';
            rest = after;
            events.extend(self.end_line());
        }
        Ok(events)
    }

    /// An empty line completes an event. An event without data is discarded, but its id counts.
    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.last_event_id = self.pending_id.take().or_else(|| self.last_event_id.take());
            self.has_data = false;
            return Some(std::mem::take(&mut self.data)).filter(|data| !data.is_empty());
        }
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default()),
            None => (line.as_slice(), &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push(b' ');
                }
                self.data.extend_from_slice(value);
            }
            b"id" => self.pending_id = std::str::from_utf8(value).ok().filter(|id| !id.contains('\0')).map(str::to_owned),
            b"retry" => {
                let milliseconds = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                self.retry = milliseconds.map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(events: Vec<Vec<u8>>) -> Vec<String> {
        events.into_iter().map(|data| String::from_utf8(data).expect("UTF-8")).collect()
    }

    #[test]
    fn events_end_at_an_empty_line_whatever_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let stream =
                ": hello\nevent: message\nid: 7\nretry: 20\ndata: {\"a\":\ndata:1}\n\ndata: b\n\n\nid: 8\n\nid: 9\ndata: cut"
                    .replace('\n', end);
            let mut reader = EventReader::new(100);
            assert_eq!(texts(reader.push(stream.as_bytes()).expect("short")), ["{\"a\": 1}", "b"], "{end:?}");
            assert_eq!((reader.last_event_id.as_deref(), reader.retry), (Some("8"), Some(Duration::from_millis(20))));
        }
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_is_kept() {
        let mut reader = EventReader::new(1000);
        assert!(reader.push(b"data: ").is_ok());
        let refused = (0..100).find_map(|_| reader.push(&[b'x'; 100]).err());
        assert_eq!(refused, Some(EventTooLong));
        assert!(reader.line.capacity() <= 2000);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_are_cut(stream in "(data: [ab:]{0,5}|[\n\r]|id: 1|: x){0,20}", cuts in prop::collection::vec(1..9_usize, 0..30)) {
            let whole = EventReader::new(10_000).push(stream.as_bytes()).expect("short");
            let (mut reader, mut rest, mut pieces) = (EventReader::new(10_000), stream.as_bytes(), Vec::new());
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.extend(reader.push(piece).expect("short"));
                rest = after;
            }
            prop_assert_eq!(pieces, whole);
        }
    }
}
