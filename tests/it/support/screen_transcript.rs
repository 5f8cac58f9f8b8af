//! What a conversation's pages said, as a snapshot for each conversation of a test. A test asserts ids, effects and structure; it leaves
//! sentences to this.

use super::frames;
use ratatui::buffer::Buffer;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What was recorded last in a test, over all its conversations.
#[derive(Default, Clone)]
struct LastPage {
    name: &'static str,
    lines: Vec<String>,
    conversations: usize,
}

thread_local! {
    static LAST: RefCell<BTreeMap<&'static str, LastPage>> = const { RefCell::new(BTreeMap::new()) };
}

#[derive(Default)]
pub(crate) struct ScreenTranscript {
    /// Of the first record.
    begun: RefCell<Option<RecordedConversation>>,
}

struct RecordedConversation {
    snapshot: String,
    text: String,
}

impl RecordedConversation {
    /// The second one of a test is `name-2`.
    fn begin(here: &str, number: usize) -> Self {
        let test =
            here.trim_start_matches("it::flows::").trim_end_matches("::here").replace("::{{closure}}", "").replace("::", "__");
        Self { snapshot: if number == 1 { test } else { format!("{test}-{number}") }, text: String::new() }
    }
}

impl ScreenTranscript {
    /// `here` is the path of a function within the test, as `record!` finds it.
    pub(crate) fn record(&self, here: &'static str, page: &'static str, buffer: &Buffer) {
        let mut begun = self.begun.borrow_mut();
        LAST.with_borrow_mut(|all| {
            let last = all.entry(here).or_default();
            let conversation = begun.get_or_insert_with(|| {
                last.conversations += 1;
                RecordedConversation::begin(here, last.conversations)
            });
            let lines = body_lines(buffer);
            if last.name == page {
                let gone = last.lines.iter().filter(|line| !lines.contains(line)).map(|line| format!("- {line}\n"));
                let new = lines.iter().filter(|line| !last.lines.contains(line)).map(|line| format!("+ {line}\n"));
                conversation.text.extend(gone.chain(new));
            } else {
                conversation.text.extend(["[", page, "]\n"]);
                conversation.text.extend(lines.iter().map(|line| format!("  {line}\n")));
            }
            conversation.text.push('\n');
            (last.name, last.lines) = (page, lines);
        });
    }
}

/// Returns the lines between header and footer.
fn body_lines(buffer: &Buffer) -> Vec<String> {
    let frame = frames::buffer_text(buffer);
    let rows: Vec<&str> = frame.lines().collect();
    let body = rows.get(1..rows.len().saturating_sub(1)).unwrap_or_default();
    body.iter().map(|row| row.trim_end().to_owned()).filter(|row| !row.is_empty()).collect()
}

impl Drop for ScreenTranscript {
    fn drop(&mut self) {
        let Some(RecordedConversation { snapshot, text }) = self.begun.take() else { return };
        if std::thread::panicking() {
            return;
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../flows/transcripts" }, {
            insta::assert_snapshot!(snapshot, text);
        });
    }
}
