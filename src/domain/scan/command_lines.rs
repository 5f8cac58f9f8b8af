//! Finds the lines of a script at which a command begins. A line of a here-document, of a quoted text or of a continued command can look
//! like an assignment without being one, and a change there could break the script.

use super::content::ProfileShell;

/// The state between two lines.
struct ScriptReader {
    shell: ProfileShell,
    /// The mark that ends the text that is open.
    quote: Option<Quote>,
    /// The here-documents that are open, the first one first.
    documents: Vec<HereDocument>,
    is_continued: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
    /// `$'…'`, in which a backslash escapes.
    AnsiC,
    /// `<# … #>` of PowerShell.
    Comment,
}

struct HereDocument {
    end: String,
    is_indented: bool,
}

/// Returns for each line whether a command begins there.
pub fn command_lines(shell: ProfileShell, text: &str) -> Vec<bool> {
    let mut reader = ScriptReader { shell, quote: None, documents: Vec::new(), is_continued: false };
    text.split('\n').map(|line| reader.read(line.strip_suffix('\r').unwrap_or(line))).collect()
}

impl ScriptReader {
    fn read(&mut self, line: &str) -> bool {
        let begins_command = self.quote.is_none() && self.documents.is_empty() && !self.is_continued;
        if let Some(document) = self.documents.first() {
            let content = if document.is_indented { line.trim_start_matches('\t') } else { line };
            let is_end = match self.shell {
                // What follows the mark is a command again.
                ProfileShell::Powershell => content.starts_with(&document.end),
                ProfileShell::Posix | ProfileShell::Fish => content == document.end,
            };
            if is_end {
                self.documents.remove(0);
            }
        } else {
            self.read_code(line);
        }
        begins_command
    }

    fn escape(&self) -> char {
        if self.shell == ProfileShell::Powershell { '`' } else { '\\' }
    }

    fn escapes_in(&self, quote: Option<Quote>) -> bool {
        match quote {
            None | Some(Quote::Double | Quote::AnsiC) => true,
            Some(Quote::Single) => self.shell == ProfileShell::Fish,
            Some(Quote::Comment) => false,
        }
    }

    fn read_code(&mut self, line: &str) {
        self.is_continued = false;
        let mut before = ' ';
        let mut rest = line.chars();
        while let Some(character) = rest.next() {
            let after = rest.as_str();
            if character == self.escape() && self.escapes_in(self.quote) {
                self.is_continued = after.is_empty() && self.quote.is_none();
                before = rest.next().unwrap_or_default();
                continue;
            }
            let is_closed = match self.quote {
                Some(Quote::Single | Quote::AnsiC) => character == '\'',
                Some(Quote::Double) => character == '"',
                Some(Quote::Comment) => (before, character) == ('#', '>'),
                None => false,
            };
            match (self.quote, character) {
                (Some(_), _) => self.quote = self.quote.filter(|_| !is_closed),
                (None, '<') if self.shell == ProfileShell::Powershell && after.starts_with('#') => {
                    self.quote = Some(Quote::Comment);
                }
                (None, '#') if before.is_whitespace() || ";&|()".contains(before) => break,
                (None, mark @ ('\'' | '"'))
                    if self.shell == ProfileShell::Powershell && before == '@' && after.trim().is_empty() =>
                {
                    self.documents.push(HereDocument { end: format!("{mark}@"), is_indented: false });
                }
                (None, '\'') if before == '$' && self.shell == ProfileShell::Posix => self.quote = Some(Quote::AnsiC),
                (None, '\'') => self.quote = Some(Quote::Single),
                (None, '"') => self.quote = Some(Quote::Double),
                // `<<<` is followed by a text, and in arithmetic the sign shifts bits.
                (None, '<') if self.shell == ProfileShell::Posix && after.starts_with('<') => {
                    let word = after.trim_start_matches('<');
                    let is_arithmetic = line.get(..line.len() - after.len()).is_some_and(|start| start.contains("(("));
                    if after.len() == word.len() + 1 && !is_arithmetic {
                        self.documents.extend(here_document(word));
                    }
                    rest = word.chars();
                }
                (None, _) => {}
            }
            before = character;
        }
    }
}

/// Reads what follows `<<`: a word, which can be quoted, after `-` if the document is indented.
fn here_document(text: &str) -> Option<HereDocument> {
    let (is_indented, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
    let word = word.trim_start_matches([' ', '\t']);
    let length = word.find(|character: char| character.is_whitespace() || ";&|<>()".contains(character)).unwrap_or(word.len());
    let end: String = word.get(..length)?.chars().filter(|character| !['\'', '"', '\\'].contains(character)).collect();
    (length > 0).then_some(HereDocument { end, is_indented })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines at which a command begins, from 1.
    fn commands(shell: ProfileShell, text: &str) -> Vec<usize> {
        let lines = command_lines(shell, text).into_iter().enumerate();
        lines.filter_map(|(index, is_command)| is_command.then_some(index + 1)).collect()
    }

    #[test]
    fn a_line_of_a_text_of_several_lines_is_no_command() {
        for (text, expected) in [
            ("a\nb\r\nc", vec![1, 2, 3]),
            ("cat <<EOF >x\nX=1\nEOF\nb", vec![1, 4]),
            ("cat <<-'E F' # x\n\tX=1\n", vec![1]),
            ("cat <<-\\EOF\n\tX=1\n\tEOF\nb", vec![1, 4]),
            ("cat <<A <<\"B\"\n1\nA\n2\nB\nb", vec![1, 6]),
            ("cat <<<x\nb", vec![1, 2]),
            ("n=$((1 << 4))\nb", vec![1, 2]),
            ("alias q='\nX=1\n'\nb", vec![1, 4]),
            ("q=\"\nX=1\\\"\n\"\nb", vec![1, 4]),
            ("q=$'\\'\nX=1'\nb", vec![1, 3]),
            ("q='\\'\nb", vec![1, 2]),
            ("env A=1 \\\nX=1 \\\n run\nb", vec![1, 4]),
            ("# don't\nb # isn't\nc", vec![1, 2, 3]),
            ("n=${#x} m=$#\na=b#'c\n'\nb", vec![1, 2, 4]),
            ("it=\\'s\nb", vec![1, 2]),
        ] {
            assert_eq!(commands(ProfileShell::Posix, text), expected, "{text}");
        }
    }

    #[test]
    fn fish_and_powershell_quote_in_their_own_way() {
        for (text, expected) in
            [("set a 'it\\'s\nX'\nb", vec![1, 3]), ("a <<EOF\nb", vec![1, 2]), ("a \\\nset -x X 1\nb", vec![1, 3])]
        {
            assert_eq!(commands(ProfileShell::Fish, text), expected, "{text}");
        }
        for (text, expected) in [
            ("$a = @\"\nsay \"hi\n\"@\nb", vec![1, 4]),
            ("$a = @'\n'\n'@\nb", vec![1, 4]),
            ("<# it's\n$env:X = 1\n#>\nb", vec![1, 4]),
            ("run `\n$env:X = 1\nb", vec![1, 3]),
            ("$a = \"C:\\\"\nb", vec![1, 2]),
            ("$a = 'it''s'\nb", vec![1, 2]),
        ] {
            assert_eq!(commands(ProfileShell::Powershell, text), expected, "{text}");
        }
    }
}
