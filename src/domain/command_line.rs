//! Quotes the words of a command line that is shown to be copied, for a POSIX shell and for the program's option parser.

/// One word, quoted if it needs quotes.
pub fn word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:,@+".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// An option and its value as one word, so that a value that begins with a dash is not parsed as an option.
pub fn option(name: &str, value: &str) -> String {
    word(&format!("--{name}={value}"))
}

/// An operand. A value that begins with a dash is put after `--`.
pub fn operand(value: &str) -> String {
    if value.starts_with('-') { format!("-- {}", word(value)) } else { word(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_word_and_never_an_option() {
        for (value, as_option, as_operand) in [
            ("acme", "--workspace=acme", "acme"),
            ("-rf", "--workspace=-rf", "-- -rf"),
            ("it's $(me)", r"'--workspace=it'\''s $(me)'", r"'it'\''s $(me)'"),
            ("", "--workspace=", "''"),
            ("a\nb", "'--workspace=a\nb'", "'a\nb'"),
        ] {
            assert_eq!((option("workspace", value).as_str(), operand(value).as_str()), (as_option, as_operand));
        }
    }
}
