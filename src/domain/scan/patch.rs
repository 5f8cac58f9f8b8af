//! Reads the patches that `git log` and `git diff` write, line by line: which line was added where, by which commit.

use std::path::PathBuf;

/// The line with which our format of `git log` begins each commit. A line of a patch begins in another way.
const COMMIT: &[u8] = b"commit ";

/// A line that a patch adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLine<'a> {
    /// Empty for a patch without a commit.
    pub commit: &'a str,
    /// The path in the repository.
    pub path: &'a str,
    /// The number of the line in the new file, from 1.
    pub number: usize,
    pub text: &'a [u8],
}

/// The state between two lines.
#[derive(Clone, Debug, Default)]
pub struct PatchReader {
    commit: String,
    path: String,
    /// The number of the next added line.
    number: usize,
    /// Lines of the hunk that are still to come: removed ones, and added ones. Only these counts tell content from headers.
    removed: usize,
    added: usize,
    commits: usize,
    files: usize,
}

impl PatchReader {
    /// Reads one line, without its line break.
    pub fn read<'a>(&'a mut self, line: &'a [u8]) -> Option<AddedLine<'a>> {
        match line.split_first() {
            Some((b'+', text)) if self.added > 0 => {
                self.added -= 1;
                let number = self.number;
                self.number += 1;
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                return Some(AddedLine { commit: &self.commit, path: &self.path, number, text });
            }
            Some((b'-', _)) if self.removed > 0 => self.removed -= 1,
            Some((b' ', _)) if self.removed > 0 && self.added > 0 => {
                self.removed -= 1;
                self.added -= 1;
                self.number += 1;
            }
            _ => self.read_header(line),
        }
        None
    }

    /// Returns how many commits have been read.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// Returns how many files the patches are about.
    pub fn files(&self) -> usize {
        self.files
    }

    fn read_header(&mut self, line: &[u8]) {
        if let Some(commit) = line.strip_prefix(COMMIT) {
            self.commit = String::from_utf8_lossy(commit).into_owned();
            self.commits += 1;
        } else if let Some(path) = line.strip_prefix(b"+++ ") {
            self.path = path_of(path);
            self.files += 1;
        } else if let Some(ranges) = line.strip_prefix(b"@@ ") {
            let ranges = String::from_utf8_lossy(ranges);
            let mut ranges = ranges.split(' ');
            let removed = ranges.next().and_then(|range| parse_range(range, '-'));
            let added = ranges.next().and_then(|range| parse_range(range, '+'));
            let ((_, removed), (number, added)) = (removed.unwrap_or_default(), added.unwrap_or_default());
            (self.removed, self.added, self.number) = (removed, added, number);
        }
    }
}

/// Reads `+12,3`; without a length it is one line.
fn parse_range(range: &str, sign: char) -> Option<(usize, usize)> {
    let range = range.strip_prefix(sign)?;
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    Some((start.parse().ok()?, length.parse().ok()?))
}

/// Removes `b/`, quotes and the tab that ends a name with spaces.
fn path_of(header: &[u8]) -> String {
    let header = header.strip_suffix(b"\r").unwrap_or(header);
    let header = header.strip_suffix(b"\t").unwrap_or(header);
    let quoted = header.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let name = quoted.map_or_else(|| header.to_vec(), unquote);
    let name = name.strip_prefix(b"b/").unwrap_or(&name);
    String::from_utf8_lossy(name).into_owned()
}

/// Undoes git's quoting of a name, which follows the rules of C.
fn unquote(quoted: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(quoted.len());
    let mut bytes = quoted.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            name.push(byte);
            continue;
        }
        match bytes.next() {
            Some(digit @ b'0'..=b'3') => {
                let rest = bytes.by_ref().take(2);
                name.push(rest.fold(digit - b'0', |value, digit| value.wrapping_mul(8).wrapping_add(digit.wrapping_sub(b'0'))));
            }
            Some(b'n') => name.push(b'\n'),
            Some(b't') => name.push(b'\t'),
            Some(b'r') => name.push(b'\r'),
            Some(b'a') => name.push(7),
            Some(b'b') => name.push(8),
            Some(b'v') => name.push(11),
            Some(b'f') => name.push(12),
            Some(other) => name.push(other),
            None => {}
        }
    }
    name
}

/// Returns the path of a file in a repository, whose folders are separated by slashes on every system.
pub fn join_path(repository: &std::path::Path, path: &str) -> PathBuf {
    path.split('/').fold(repository.to_owned(), |folder, part| folder.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(patch: &str) -> Vec<String> {
        let mut reader = PatchReader::default();
        let mut lines = Vec::new();
        for line in patch.split('\n') {
            if let Some(AddedLine { commit, path, number, text }) = reader.read(line.as_bytes()) {
                lines.push(format!("{commit} {path}:{number} {}", String::from_utf8_lossy(text)));
            }
        }
        lines
    }

    #[test]
    fn added_lines_have_their_commit_file_and_number() {
        let patch = "commit a1\n\ndiff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -3,2 +3 @@ fn x\n-old\n-older\n+new\n@@ -9,0 +8,2 @@\n+one\n+two\n\
                     commit b2\n\ndiff --git a/y z b/y z\nnew file mode 100644\n--- /dev/null\n+++ b/y z\t\n@@ -0,0 +1 @@\n+all\n\\ No newline at end of file\n";
        assert_eq!(added(patch), ["a1 x:3 new", "a1 x:8 one", "a1 x:9 two", "b2 y z:1 all"]);
    }

    #[test]
    fn content_that_looks_like_a_header_is_content() {
        let patch = "commit a1\n--- a/x\n+++ b/x\n@@ -1,2 +1,4 @@\n--- a/no\n-commit c3\n++++ b/no\n+@@ -1 +1 @@\n+commit d4\n+\n";
        assert_eq!(added(patch), ["a1 x:1 +++ b/no", "a1 x:2 @@ -1 +1 @@", "a1 x:3 commit d4", "a1 x:4 "]);
    }

    #[test]
    fn line_breaks_of_windows_quoted_names_renames_and_binary_files_are_read() {
        let patch = "commit a1\ndiff --git a/old b/new\nsimilarity index 90%\nrename from old\nrename to new\n--- a/old\n+++ \"b/n\\303\\251w \\\"1\\\".env\"\n@@ -1 +1 @@\n-a\r\n+b\r\n\
                     diff --git a/p.png b/p.png\nBinary files a/p.png and b/p.png differ\n\
                     diff --git a/moved b/there\nsimilarity index 100%\nrename from moved\nrename to there\n";
        assert_eq!(added(patch), ["a1 néw \"1\".env:1 b"]);
    }

    #[test]
    fn a_broken_patch_adds_nothing() {
        for patch in ["+a", "@@ -1 +1 @@", "@@ x y @@\n+a", "@@ -1 +99999999999999999999999 @@\n+a", "commit", "+++ \"b/\\", ""] {
            assert_eq!(added(patch), [""; 0], "{patch}");
        }
    }
}
