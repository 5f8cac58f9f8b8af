//! A file of variables for `ntn workers env push`, for this user alone, and gone when it is dropped.
//!
//! 0.4.0 takes `KEY=VALUE` to the end of the line and trims it; a value in single quotes literally; one in double quotes with `\n`,
//! `\"` and `\\` as escapes (all observed). It drops a line that it does not understand without a message, so every line that we
//! write has one meaning only.

use std::io::{self, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile, TempDir};
use zeroize::Zeroizing;

/// The file is dropped before its folder.
pub struct EnvFile {
    file: NamedTempFile,
    _folder: TempDir,
}

impl EnvFile {
    pub fn write<const N: usize>(variables: [(&str, &str); N]) -> io::Result<Self> {
        let mut builder = Builder::new();
        builder.prefix("notion-auth-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir()?;
        // A temporary file is for its owner alone.
        let mut file = NamedTempFile::new_in(folder.path())?;
        for (name, value) in variables {
            let value = quote(value);
            let line = Zeroizing::new(format!("{name}={}\n", *value));
            file.write_all(line.as_bytes())?;
        }
        Ok(Self { file, _folder: folder })
    }

    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// Leaves a value unquoted if no character in it is special, as in most ids and secrets.
fn quote(value: &str) -> Zeroizing<String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.~/+=:@".contains(letter);
    Zeroizing::new(if value.chars().all(is_plain) {
        value.to_owned()
    } else if !value.contains(['\'', '\n', '\r']) {
        format!("'{value}'")
    } else {
        let mut quoted = String::with_capacity(value.len() * 2 + 2);
        quoted.push('"');
        for letter in value.chars() {
            match letter {
                '"' | '\\' => quoted.extend(['\\', letter]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                _ => quoted.push(letter),
            }
        }
        quoted.push('"');
        quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_only_where_it_has_to_be() {
        for (value, expected) in [
            ("Iv1.a629723b1f0a6e9e", "Iv1.a629723b1f0a6e9e"),
            ("GOCSPX-fake_0~x/y+z==", "GOCSPX-fake_0~x/y+z=="),
            ("", ""),
            ("a b#c$HOME`x`\\n", "'a b#c$HOME`x`\\n'"),
            ("\"quoted\"", "'\"quoted\"'"),
            ("it's \"\\", "\"it's \\\"\\\\\""),
            ("two\nlines'", "\"two\\nlines'\""),
        ] {
            assert_eq!(*quote(value), expected, "{value:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_this_user_alone_and_leaves_nothing_behind() {
        use std::os::unix::fs::PermissionsExt;
        let file = EnvFile::write([("A_CLIENT_ID", "fake-id"), ("A_CLIENT_SECRET", "fake secret")]).expect("a file");
        let path = file.path().to_owned();
        let mode = |path: &Path| path.metadata().expect("its metadata").permissions().mode() & 0o777;
        let folder = path.parent().expect("a folder").to_owned();
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        let text = io::read_to_string(file.file.reopen().expect("it is there")).expect("text");
        assert_eq!(text, "A_CLIENT_ID=fake-id\nA_CLIENT_SECRET='fake secret'\n");
        drop(file);
        assert!(!folder.exists());
    }
}
