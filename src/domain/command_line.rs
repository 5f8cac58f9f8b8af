//! Writes command lines that are shown to be copied: quotes their words for a POSIX shell and for the program's option parser, and
//! translates them for PowerShell.

use super::sanitize::width;

/// One word, in quotes where it needs them.
pub fn shell_quote(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:,@+".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// The syntax of the shell that shown commands are copied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShellSyntax {
    #[default]
    Posix,
    PowerShell,
}

impl ShellSyntax {
    /// The syntax of this system's usual shell.
    pub const HERE: Self = if cfg!(windows) { Self::PowerShell } else { Self::Posix };

    /// Returns the commands, a line each, in this syntax. Lines that need no translation stay as they are.
    pub fn translate(self, lines: &str) -> String {
        match self {
            Self::Posix => lines.to_owned(),
            Self::PowerShell => lines.split_inclusive('\n').map(for_powershell).collect(),
        }
    }
}

/// PowerShell has neither `<` nor `export`, `unset` and `eval`
/// (<https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_variables>).
fn for_powershell(line: &str) -> String {
    let command = line.trim_start();
    let (indent, _) = line.split_at(line.len() - command.len());
    if let Some((command, rest)) = command.split_once(" < ") {
        let (file, rest) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        return format!("{indent}Get-Content {file} | {command}{rest}");
    }
    let end = if line.ends_with('\n') { "\n" } else { "" };
    powershell_builtin(command.trim_end()).map_or_else(|| line.to_owned(), |command| format!("{indent}{command}{end}"))
}

/// Translates a command such as `export` to PowerShell. Returns `None` for commands that are the same there.
fn powershell_builtin(command: &str) -> Option<String> {
    let output = |quoted: &str| quoted.strip_prefix("\"$(").and_then(|rest| rest.strip_suffix(")\"")).map(str::to_owned);
    let (name, operands) = command.split_once(' ')?;
    match name {
        "export" => {
            let (variable, value) = operands.split_once('=')?;
            let value = output(value).unwrap_or_else(|| format!("'{}'", value.trim_matches(['"', '\''])));
            Some(format!("$env:{variable} = {value}"))
        }
        "unset" => {
            let variables: Vec<String> = operands.split(' ').map(|variable| format!("Env:{variable}")).collect();
            Some(format!("Remove-Item {}", variables.join(", ")))
        }
        // `where` alone is another command there.
        "which" => Some(format!("where.exe {}", operands.trim_start_matches("-a "))),
        "eval" => Some(format!("{} | Out-String | Invoke-Expression", output(operands)?)),
        _ => None,
    }
}

/// An option and its value as one word, so that a value that begins with a dash is not parsed as an option.
pub fn option_word(name: &str, value: &str) -> String {
    shell_quote(&format!("--{name}={value}"))
}

/// An operand. A value that begins with a dash is put after `--`.
pub fn operand(value: &str) -> String {
    if value.starts_with('-') { format!("-- {}", shell_quote(value)) } else { shell_quote(value) }
}

/// Wraps the command to lines of at most `cells`; the first is shorter by `indent`. Lines break between words, after a backslash, so
/// that pasting all of them runs the same command. Only a word that is longer than a line is itself broken: outside single quotes
/// also after a backslash, which a shell removes together with the line break.
pub fn wrap_command(command: &str, cells: usize, indent: usize) -> Vec<String> {
    const BREAK: &str = " \\";
    let first = cells.saturating_sub(indent);
    if width(command) <= first {
        return vec![command.to_owned()];
    }
    let rest = 2 * indent;
    let mut lines = Vec::new();
    let (mut line, mut room) = (String::new(), first);
    let mut words = words(command).into_iter().peekable();
    while let Some(word) = words.next() {
        let behind = if words.peek().is_some() { BREAK.len() } else { 0 };
        if !line.trim_start().is_empty() && width(&line) + 1 + width(word) + behind > room {
            lines.push(line + BREAK);
            // A word that fits only without the indent starts at the edge.
            let is_indented = rest + width(word) + behind <= cells;
            (line, room) = (if is_indented { " ".repeat(rest) } else { String::new() }, cells);
        } else if !line.is_empty() {
            line.push(' ');
        }
        let mut word = word;
        while width(&line) + width(word) + behind > room {
            let (head, tail) = word.split_at(part_of(word, room.saturating_sub(width(&line) + 1)));
            if tail.is_empty() {
                break;
            }
            line.push_str(head);
            if !word.contains('\'') {
                line.push('\\');
            }
            lines.push(std::mem::take(&mut line));
            (word, room) = (tail, cells);
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// The words of a command, each with its quotes.
fn words(command: &str) -> Vec<&str> {
    let (mut quote, mut is_escaped) = (None, false);
    let is_between = |character: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match (quote, character) {
            _ if was_escaped => {}
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ') => return true,
            _ => {}
        }
        false
    };
    command.split(is_between).filter(|word| !word.is_empty()).collect()
}

/// The byte at which to break a word, so that its first part fits in this many cells; never after a backslash.
fn part_of(word: &str, cells: usize) -> usize {
    let mut used = 0;
    let end = word.char_indices().find(|(_, character)| {
        used += width(character.encode_utf8(&mut [0; 4]));
        used > cells
    });
    let at = end.map_or(word.len(), |(at, _)| at);
    let before = word.get(..at).map_or(at, |head| head.trim_end_matches('\\').len());
    if before > 0 { before } else { at.max(word.chars().next().map_or(0, char::len_utf8)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_broken_between_words_and_pastes_as_one() {
        let command = r#"notion-auth run --workspace='Acme Test' -- sh -c "echo \"a b\" $HOME" it\ is"#;
        assert_eq!(wrap_command(command, 200, 2), [command]);
        for cells in 30..80 {
            let lines = wrap_command(command, cells, 2);
            assert!(
                lines.iter().enumerate().all(|(row, line)| width(line) <= if row == 0 { cells - 2 } else { cells }),
                "{lines:#?}"
            );
            let whole: Vec<&str> = lines.iter().map(|line| line.trim_start().trim_end_matches(" \\")).collect();
            assert_eq!(whole.join(" "), command, "{cells}");
            assert!(lines.iter().rev().skip(1).all(|line| line.ends_with(" \\")), "{lines:#?}");
        }
    }

    #[test]
    fn only_a_word_that_is_longer_than_a_line_is_itself_broken() {
        assert_eq!(wrap_command("cat /a/very/long/path now", 12, 2), ["cat \\", "/a/very/lon\\", "g/path now"]);
        assert_eq!(wrap_command("'one single quoted'", 12, 2), ["'one sing", "le quoted'"]);
        assert_eq!(wrap_command(r"abcdefg\hijkl", 11, 2), [r"abcdefg\", r"\hijkl"]);
    }

    #[test]
    fn powershell_reads_files_and_sets_variables_in_its_own_way() {
        for (posix, powershell) in [
            ("notion-auth login --token-stdin < token.txt", "Get-Content token.txt | notion-auth login --token-stdin"),
            ("  notion-auth login < t.txt    sign in\n", "  Get-Content t.txt | notion-auth login    sign in\n"),
            ("export NOTION_API_TOKEN=\"$(notion-auth token)\"\n", "$env:NOTION_API_TOKEN = notion-auth token\n"),
            ("export NOTION_KEYRING=0", "$env:NOTION_KEYRING = '0'"),
            ("unset NOTION_API_TOKEN NOTION_WORKSPACE_ID", "Remove-Item Env:NOTION_API_TOKEN, Env:NOTION_WORKSPACE_ID"),
            ("eval \"$(notion-auth env)\"", "notion-auth env | Out-String | Invoke-Expression"),
            ("which -a ntn", "where.exe ntn"),
            ("notion-auth status", "notion-auth status"),
        ] {
            assert_eq!(
                (ShellSyntax::PowerShell.translate(posix).as_str(), ShellSyntax::Posix.translate(posix).as_str()),
                (powershell, posix)
            );
        }
    }

    #[test]
    fn a_value_is_one_word_and_never_an_option() {
        for (value, as_option, as_operand) in [
            ("acme", "--workspace=acme", "acme"),
            ("-rf", "--workspace=-rf", "-- -rf"),
            ("it's $(me)", r"'--workspace=it'\''s $(me)'", r"'it'\''s $(me)'"),
            ("", "--workspace=", "''"),
            ("a\nb", "'--workspace=a\nb'", "'a\nb'"),
        ] {
            assert_eq!((option_word("workspace", value).as_str(), operand(value).as_str()), (as_option, as_operand));
        }
    }
}
