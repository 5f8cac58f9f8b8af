//! Searches a patch for tokens, as git writes it.

use crate::domain::scan::patch::{AddedLine, PatchReader, join_path};
use crate::domain::scan::{NEEDLES, Origin, PlainTextPlace, ScanProgress, SecretFinding, VARIABLE_NEEDLES, detect};
use crate::domain::secret::WipingBuffer;
use crate::runtime::ports::ProgressCallback;
use std::collections::hash_map::{HashMap, RandomState};
use std::hash::BuildHasher;
use std::path::Path;

/// A longer line is cut.
pub(super) const MAX_LINE_BYTES: usize = 1024 * 1024;
/// Commits between two reports of progress.
const PROGRESS_INTERVAL: usize = 100;
/// Limit of findings in one repository.
pub(super) const MAX_FINDINGS: usize = 5000;

/// The search of a patch, as its bytes arrive.
pub(super) struct PatchSearch<'a> {
    top: &'a Path,
    short: &'a (dyn Fn(&Path) -> String + Sync),
    on_progress: Option<&'a ProgressCallback<ScanProgress>>,
    reader: PatchReader,
    line: WipingBuffer,
    is_cut: bool,
    found: FoundInPatch,
    reported: usize,
}

/// The findings, and the index of each by its secret and file, because a history can hold tens of thousands of values.
#[derive(Default)]
struct FoundInPatch {
    findings: Vec<SecretFinding>,
    indexes: HashMap<u64, usize>,
    hasher: RandomState,
}

/// The findings of a whole patch, and how much was searched.
pub(super) struct PatchFindings {
    pub(super) findings: Vec<SecretFinding>,
    pub(super) commits: usize,
    pub(super) files: usize,
    /// True if a line was longer than the limit.
    pub(super) is_cut: bool,
}

impl<'a> PatchSearch<'a> {
    pub(super) fn new(
        top: &'a Path,
        short: &'a (dyn Fn(&Path) -> String + Sync),
        on_progress: Option<&'a ProgressCallback<ScanProgress>>,
    ) -> Self {
        let (reader, line) = (PatchReader::default(), WipingBuffer::default());
        Self { top, short, on_progress, reader, line, is_cut: false, found: FoundInPatch::default(), reported: 0 }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let mut part = lines.next().unwrap_or_default();
        for next in lines {
            self.extend(part);
            self.end_line();
            part = next;
        }
        self.extend(part);
    }

    fn extend(&mut self, part: &[u8]) {
        let room = MAX_LINE_BYTES - self.line.len();
        self.is_cut |= part.len() > room;
        self.line.extend(part.get(..room).unwrap_or(part));
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(added) = self.reader.read(line.as_bytes()) {
            self.found.add(&added, self.top, self.short);
        }
        let commits = self.reader.commits();
        if let Some(on_progress) = self.on_progress.filter(|_| commits >= self.reported + PROGRESS_INTERVAL) {
            self.reported = commits;
            on_progress(ScanProgress { files: commits, findings: self.found.findings.len() });
        }
    }

    pub(super) fn finish(mut self) -> PatchFindings {
        if !self.line.is_empty() {
            self.end_line();
        }
        let Self { reader, found, is_cut, .. } = self;
        PatchFindings { findings: found.findings, commits: reader.commits(), files: reader.files(), is_cut }
    }
}

impl FoundInPatch {
    /// The history is read from the newest commit to the oldest, so of several that add a secret to a file the first one stays.
    fn add(&mut self, added: &AddedLine<'_>, top: &Path, short: &(dyn Fn(&Path) -> String + Sync)) {
        let is_hit = |needle: &&str| added.text.windows(needle.len()).any(|part| part == needle.as_bytes());
        if !NEEDLES.iter().chain(&VARIABLE_NEEDLES).any(is_hit) {
            return;
        }
        let place = PlainTextPlace::of(Path::new(added.path));
        let path = join_path(top, added.path);
        let text = String::from_utf8_lossy(added.text);
        let mut position = 0;
        let mut column = 1;
        for detection in detect(&text, place) {
            // Those of a line follow each other.
            column += text.get(position..detection.start).unwrap_or_default().chars().count();
            position = detection.start;
            let origin = if added.commit.is_empty() { Origin::Staged } else { Origin::Commit { hash: added.commit.to_owned() } };
            let key = self.hasher.hash_one((&detection.secret, &path));
            let known = self.indexes.get(&key).and_then(|index| self.findings.get_mut(*index));
            if let Some(known) = known.filter(|_| origin != Origin::Staged) {
                (known.origin, known.line, known.column) = (origin, added.number, column);
            } else if self.findings.len() < MAX_FINDINGS {
                self.indexes.insert(key, self.findings.len());
                self.findings.push(SecretFinding {
                    secret: detection.secret,
                    kind: detection.kind,
                    certainty: detection.certainty,
                    variable: detection.variable,
                    short_path: short(&path),
                    path: path.clone(),
                    place,
                    line: added.number,
                    column,
                    origin,
                });
            }
        }
    }
}
