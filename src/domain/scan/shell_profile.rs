//! Replaces a token in a shell's profile by a command that reads it from the keychain. Only a line whose form is understood is changed:
//! an assignment of the token, and nothing but the token, to a variable, where a command begins.

use super::command_lines::command_lines;
use super::content::ProfileShell;
use super::detection::detect;
use super::places::PlainTextPlace;
use crate::domain::command_line::shell_quote;
use crate::domain::credentials::Account;
use crate::domain::diff::{DiffLine, diff};
use crate::domain::secret::Secret;
use crate::domain::token_text::text_contains_secret;

/// A token and the account under which it is saved now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedToken {
    pub secret: Secret,
    pub account: Account,
}

/// A profile without the tokens that are saved now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileEdit {
    pub text: Secret,
    /// The change as a patch, safe to show.
    pub diff: Vec<DiffLine>,
    /// The lines that were replaced, from 1.
    pub lines: Vec<usize>,
}

impl ProfileShell {
    /// Returns the command whose output is the token.
    fn token_command(self, account: &Account) -> String {
        let key = account.key();
        let key = match self {
            Self::Posix | Self::Fish => shell_quote(&key),
            Self::Powershell => format!("'{}'", key.replace('\'', "''")),
        };
        format!("notion-auth token --workspace {key}")
    }

    /// Returns the line with the command in the token's place, or `None` for a line of another form.
    fn replace_in_line(self, line: &str, token: &SavedToken, place: PlainTextPlace) -> Option<String> {
        let command = self.token_command(&token.account);
        let content = line.trim_start_matches([' ', '\t']);
        let (indent, content) = line.split_at(line.len() - content.len());
        let (start, value) = match self {
            Self::Posix => split_posix(content)?,
            Self::Fish => split_fish(content)?,
            Self::Powershell => split_powershell(content)?,
        };
        let rest = after_value(value, token.secret.expose())?;
        let replaced = match self {
            Self::Posix => format!("{indent}{start}\"$({command})\"{rest}"),
            Self::Fish | Self::Powershell => format!("{indent}{start}({command}){rest}"),
        };
        // A comment after it may hold another token, or what may be one, and so may the name before it.
        let is_clean = |part: &str| !text_contains_secret(part) && detect(part, place).is_empty();
        (is_clean(start) && is_clean(rest)).then_some(replaced)
    }

    /// Replaces each line that assigns one of these tokens. Returns `None` if there is none whose form is understood.
    pub fn replace_tokens(self, text: &Secret, tokens: &[SavedToken], place: PlainTextPlace) -> Option<ProfileEdit> {
        let replace = |line: &str| tokens.iter().find_map(|token| self.replace_in_line(line, token, place));
        let is_command = command_lines(self, text.expose());
        let commands: Vec<String> = tokens.iter().map(|token| token.account.key()).collect();
        let ours: Vec<&str> = commands.iter().map(String::as_str).collect();
        let old: Vec<&str> = text.expose().split_inclusive('\n').collect();
        let content_of = |line: &str| line.trim_end_matches(['\n', '\r']).len();
        let edits: Vec<(usize, String)> = old
            .iter()
            .enumerate()
            .filter(|(index, _)| is_command.get(*index) == Some(&true))
            .filter_map(|(index, line)| {
                let (content, end) = line.split_at(content_of(line));
                Some((index, format!("{}{end}", replace(content)?)))
            })
            .collect();
        let line = |index: usize| edits.iter().find(|(edited, _)| *edited == index).map(|(_, new)| new.as_str());
        // A string that grows would leave unwiped copies of the rest of the file in memory.
        let mut edited = String::with_capacity(text.expose().len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
        edited.extend(old.iter().enumerate().map(|(index, old)| line(index).unwrap_or(old)));
        let mut hunks = Vec::new();
        for (index, new) in &edits {
            let near = |index: usize| old.get(index).copied().unwrap_or_default();
            let (before, after) = (index.checked_sub(1).map(near).unwrap_or_default(), near(index + 1));
            let [old, new] = [near(*index), new].map(|line| Secret::new(format!("{before}{line}{after}")));
            hunks.push(DiffLine::position(index + 1));
            hunks.extend(diff(old.expose(), new.expose(), &ours));
        }
        let lines: Vec<usize> = edits.iter().map(|(index, _)| index + 1).collect();
        (!lines.is_empty()).then(|| ProfileEdit { text: Secret::new(edited), diff: hunks, lines })
    }
}

/// Returns a text in which the secrets are reduced to their last four characters, for a copy that may be kept: those that were found, and
/// those that are in the text by now.
pub fn without_tokens(text: &Secret, place: PlainTextPlace, found: &[Secret]) -> Secret {
    let mask = |text: Secret, secret: &Secret| {
        let end = secret.last_four().unwrap_or_default();
        // A string that grows would leave unwiped copies of the rest of the file in memory.
        let mut masked = String::with_capacity(text.expose().len());
        for (index, part) in text.expose().split(secret.expose()).enumerate() {
            masked.extend((index > 0).then(|| format!("…{end}")));
            masked.push_str(part);
        }
        Secret::new(masked)
    };
    let now = text.expose().lines().flat_map(|line| detect(line, place)).map(|detection| detection.secret);
    let mut secrets: Vec<Secret> = found.iter().cloned().chain(now).collect();
    // One secret can be the beginning of another, whose rest would stay.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    secrets.iter().fold(text.clone(), mask)
}

fn is_name(text: &str) -> bool {
    let is_letter = |character: char| character.is_ascii_alphabetic() || character == '_';
    text.starts_with(is_letter) && text.chars().all(|character| is_letter(character) || character.is_ascii_digit())
}

/// Splits `export NAME=VALUE` before the value.
fn split_posix(content: &str) -> Option<(&str, &str)> {
    let (head, value) = content.split_once('=')?;
    let mut words: Vec<&str> = head.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let has_name = words.pop().is_some_and(is_name);
    let is_keyword = match words.as_slice() {
        [] | ["export"] => has_name,
        ["declare" | "typeset", flags] => has_name && ["-x", "-gx", "-xg"].contains(flags),
        _ => false,
    };
    // A space before the equals sign makes it another command.
    (is_keyword && !head.ends_with([' ', '\t'])).then(|| content.split_at(content.len() - value.len()))
}

/// Splits `set -gx NAME VALUE` before the value. A universal variable is not replaced: fish would write the token to a file of its own.
fn split_fish(content: &str) -> Option<(&str, &str)> {
    let mut rest = content.strip_prefix("set")?;
    loop {
        let word_start = rest.trim_start_matches([' ', '\t']);
        if word_start.len() == rest.len() {
            return None;
        }
        let end = word_start.find([' ', '\t']).unwrap_or(word_start.len());
        let (word, after) = word_start.split_at(end);
        rest = after;
        if let Some(flag) = word.strip_prefix('-') {
            let is_known =
                ["-global", "-export", "-path", "-unpath"].contains(&flag) || flag.chars().all(|flag| matches!(flag, 'g' | 'x'));
            if !is_known {
                return None;
            }
            continue;
        }
        let value = rest.trim_start_matches([' ', '\t']);
        return (is_name(word) && value.len() < rest.len()).then(|| content.split_at(content.len() - value.len()));
    }
}

/// Splits `$env:NAME = VALUE` before the value. Names of variables are case-insensitive there.
fn split_powershell(content: &str) -> Option<(&str, &str)> {
    let scope = content.get(..5).filter(|scope| scope.eq_ignore_ascii_case("$env:"))?;
    let (name, value) = content.get(scope.len()..)?.split_once('=')?;
    let value = value.trim_start_matches([' ', '\t']);
    is_name(name.trim_end_matches([' ', '\t'])).then(|| content.split_at(content.len() - value.len()))
}

/// Returns what follows the token, if the value is the token and nothing but a comment follows.
fn after_value<'a>(value: &'a str, secret: &str) -> Option<&'a str> {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let rest = match quote {
        Some(quote) => value.strip_prefix(quote)?.strip_prefix(secret)?.strip_prefix(quote)?,
        None => value.strip_prefix(secret)?,
    };
    let tail = rest.trim_start_matches([' ', '\t']);
    let is_comment = tail.starts_with('#') && tail.len() < rest.len();
    (tail.is_empty() || tail == ";" || is_comment).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";

    fn saved() -> SavedToken {
        SavedToken { secret: Secret::new(TOKEN), account: Account { workspace: "ws-1".into(), name: "token@bot-1".into() } }
    }

    fn replaced(shell: ProfileShell, line: &str) -> Option<String> {
        shell.replace_in_line(&line.replace('T', TOKEN), &saved(), PlainTextPlace::of(Path::new(".zshrc")))
    }

    #[test]
    fn a_posix_line_runs_the_command() {
        let command = "\"$(notion-auth token --workspace ws-1/token@bot-1)\"";
        for (line, kept) in [
            ("export X=T", ("export X=", "")),
            ("export X='T'", ("export X=", "")),
            ("  export\tX=\"T\"  # mine", ("  export\tX=", "  # mine")),
            ("X=T", ("X=", "")),
            ("X=T;", ("X=", ";")),
            ("declare -x _A1=T", ("declare -x _A1=", "")),
            ("typeset -gx A=T", ("typeset -gx A=", "")),
        ] {
            assert_eq!(replaced(ProfileShell::Posix, line), Some(format!("{}{command}{}", kept.0, kept.1)), "{line}");
        }
        for line in [
            "export A=1 X=T",
            "export X=T Y=1",
            "X = T",
            "X=\"Bearer T\"",
            "X=T#no comment",
            "X='T\"",
            "# export X=T",
            "curl -H T",
            "X=T && echo",
            "alias n='X=T'",
            "export X=T # was T",
            "export X=T # was ntn_fake_other_1111111111",
            "local -r X=T",
            "1X=T",
            "X[0]=T",
            "X=Tx",
            "T=T",
            "export T='T'",
        ] {
            assert_eq!(replaced(ProfileShell::Posix, line), None, "{line}");
        }
    }

    #[test]
    fn a_line_of_fish_and_of_powershell_has_its_own_form() {
        let command = "(notion-auth token --workspace ws-1/token@bot-1)";
        for line in ["set -gx X T", "set -x X \"T\"", "set --global --export X 'T' # mine", "set X T"] {
            let kept = line.replace("\"T\"", command).replace("'T'", command);
            assert_eq!(replaced(ProfileShell::Fish, line), Some(kept.replace('T', command)), "{line}");
        }
        for line in
            ["set -Ux X T", "set --universal X T", "set -gx X T U", "set -e X", "setx X T", "set -gx X=T", "export X=T", "set"]
        {
            assert_eq!(replaced(ProfileShell::Fish, line), None, "{line}");
        }
        let command = "(notion-auth token --workspace 'ws-1/token@bot-1')";
        for line in ["$env:X = 'T'", "$Env:X=\"T\"", "$env:X = 'T' # mine"] {
            let kept = line.replace("\"T\"", command).replace("'T'", command);
            assert_eq!(replaced(ProfileShell::Powershell, line), Some(kept), "{line}");
        }
        for line in ["$env:X += 'T'", "$X = 'T'", "$env:X = \"a T\"", "[Environment]::SetEnvironmentVariable('X','T')"] {
            assert_eq!(replaced(ProfileShell::Powershell, line), None, "{line}");
        }
    }

    #[test]
    fn everything_else_in_the_file_stays() {
        let place = PlainTextPlace::of(Path::new(".zshrc"));
        let text = format!("# first\r\nexport A={TOKEN}\r\nother {TOKEN}\n\n  export B='{TOKEN}' # x");
        let edit = ProfileShell::Posix.replace_tokens(&Secret::new(text), &[saved()], place).unwrap();
        let command = "\"$(notion-auth token --workspace ws-1/token@bot-1)\"";
        let expected = format!("# first\r\nexport A={command}\r\nother {TOKEN}\n\n  export B={command} # x");
        assert_eq!((edit.text, edit.lines), (Secret::new(expected), vec![2, 5]));
        let shown: Vec<String> = edit.diff.iter().map(DiffLine::marked).collect();
        assert!(shown.contains(&"-export A=…0000".to_owned()) && shown.contains(&format!("+export A={command}")), "{shown:#?}");
        assert!(!shown.concat().contains(TOKEN));
        assert_eq!(ProfileShell::Posix.replace_tokens(&Secret::new("# nothing\n"), &[saved()], place), None);
    }

    #[test]
    fn a_line_at_which_no_command_begins_and_one_with_a_possible_token_in_its_comment_stay() {
        let text = format!("cat <<'E'\nX={TOKEN}\nE\nalias q=\"\nX={TOKEN}\n\"\nenv A=1 \\\nX={TOKEN}\nX={TOKEN}\n");
        let text = format!("{text}Y={TOKEN} # NOTION_TOKEN=zz81jq77wq01pq88wqz4\n");
        let edit =
            ProfileShell::Posix.replace_tokens(&Secret::new(text), &[saved()], PlainTextPlace::of(Path::new(".zshrc"))).unwrap();
        assert_eq!(edit.lines, [9]);
    }

    #[test]
    fn a_secret_that_begins_another_does_not_bare_its_rest() {
        let (short, long) = (Secret::new(TOKEN), Secret::new(format!("{TOKEN}12345678")));
        let text = Secret::new(format!("a={}\n", long.expose()));
        assert_eq!(without_tokens(&text, PlainTextPlace::of(Path::new(".zshrc")), &[short, long]), Secret::new("a=…5678\n"));
    }

    #[test]
    fn a_copy_names_the_secrets_by_their_ends() {
        let new = concat!("ntn_", "9kdjf84hgnb73hfKJD83jd");
        let text = Secret::new(format!("a={TOKEN}\nb={TOKEN}\nc={new}\n"));
        let place = PlainTextPlace::of(Path::new(".zshrc"));
        assert_eq!(without_tokens(&text, place, &[Secret::new(TOKEN)]), Secret::new("a=…0000\nb=…0000\nc=…83jd\n"));
    }
}
