//! The reminder of an expiry date as a calendar file (iCalendar, RFC 5545): an event of that day, with two alarms before it.
//!
//! It holds no secret. The time stamp is data, because the core reads no clock.

use super::credentials::{CredentialRecord, rotate_command_by_name, workspace_name};
use jiff::ToSpan;
use jiff::civil::Date;

/// Days before the expiry date on which the alarms ring.
const ALARM_DAYS: [u8; 2] = [14, 1];

/// Longest line in octets, without its end (RFC 5545, section 3.1).
const MAX_LINE_OCTETS: usize = 75;

/// Longest part of a file's name that names the workspace.
const MAX_SLUG_LENGTH: usize = 40;

/// A calendar file that is ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderFile {
    /// The name that the file has if the person chooses none.
    pub name: String,
    pub text: String,
}

impl ReminderFile {
    /// Returns the reminder that this credential expires on `end`.
    pub fn new(record: &CredentialRecord, end: Date, today: Date) -> Self {
        let workspace = workspace_name(record);
        let (start, stamp) = (end.strftime("%Y%m%d"), today.strftime("%Y%m%dT000000Z"));
        let after = end.checked_add(1.day()).unwrap_or(end).strftime("%Y%m%d");
        let summary = format!("Notion token for {workspace} expires");
        let description = format!(
            "The token saved for {workspace} expires on {end}, by the date that you entered. To replace it everywhere, create a new \
             token and run:\n{}",
            rotate_command_by_name(record)
        );
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//notion-auth//notion-auth//EN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escape(&uid(record))),
            format!("DTSTAMP:{stamp}"),
            format!("DTSTART;VALUE=DATE:{start}"),
            format!("DTEND;VALUE=DATE:{after}"),
            format!("SUMMARY:{}", escape(&summary)),
            format!("DESCRIPTION:{}", escape(&description)),
            // The day is not blocked for meetings.
            "TRANSP:TRANSPARENT".to_owned(),
        ];
        for days in ALARM_DAYS {
            lines.extend([
                "BEGIN:VALARM".to_owned(),
                "ACTION:DISPLAY".to_owned(),
                format!("TRIGGER:-P{days}D"),
                format!("DESCRIPTION:{}", escape(&summary)),
                "END:VALARM".to_owned(),
            ]);
        }
        lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
        let text = lines.iter().flat_map(|line| [fold(line), "\r\n".to_owned()]).collect();
        Self { name: format!("notion-auth-{}-{end}.ics", slug(workspace)), text }
    }
}

/// Returns an ID that all reminders of one credential share, so that a calendar replaces the event when the date changes.
fn uid(record: &CredentialRecord) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() || "-._".contains(character) { character } else { '-' };
    let account: String = record.account.key().chars().map(plain).collect();
    format!("{account}@notion-auth")
}

/// Escapes a text value (RFC 5545, section 3.3.11). Other control characters are not allowed in it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// Breaks a line that is too long between characters; each further line begins with a space (RFC 5545, section 3.1).
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / MAX_LINE_OCTETS * 3);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > MAX_LINE_OCTETS {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(character);
        octets += character.len_utf8();
    }
    folded
}

/// Returns a name for a file, of letters and digits of any script.
fn slug(workspace: &str) -> String {
    let lower = workspace.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(MAX_SLUG_LENGTH).collect();
    if joined.is_empty() { "workspace".to_owned() } else { joined.trim_end_matches('-').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::auth_path::AuthPath;
    use crate::domain::credentials::{Account, StoreKind, TokenKind, Workspace};
    use jiff::civil::date;

    fn record(name: &str) -> CredentialRecord {
        CredentialRecord {
            account: Account::new("ws-1", AuthPath::Token, Some("bot-1")),
            workspace: Workspace { id: "ws-1".into(), name: Some(name.into()) },
            user: Some("Ada Fake".into()),
            kind: TokenKind::User,
            path: AuthPath::Token,
            store: StoreKind::Keychain,
            expires_on: None,
            saved_on: date(2026, 11, 22),
            connection: None,
            mcp: None,
            person: None,
            sent_to: Vec::new(),
            replaced_keys: Vec::new(),
        }
    }

    fn reminder(name: &str) -> ReminderFile {
        ReminderFile::new(&record(name), date(2026, 12, 31), date(2026, 11, 22))
    }

    #[test]
    fn it_is_an_event_of_the_whole_day_with_two_alarms() {
        let ReminderFile { name, text } = reminder("Acme");
        assert_eq!(name, "notion-auth-acme-2026-12-31.ics");
        let lines: Vec<_> = text.split("\r\n").filter(|line| !line.starts_with("DESCRIPTION") && !line.starts_with(' ')).collect();
        assert_eq!(
            lines,
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//notion-auth//notion-auth//EN",
                "BEGIN:VEVENT",
                "UID:ws-1-token-bot-1@notion-auth",
                "DTSTAMP:20261122T000000Z",
                "DTSTART;VALUE=DATE:20261231",
                "DTEND;VALUE=DATE:20270101",
                "SUMMARY:Notion token for Acme expires",
                "TRANSP:TRANSPARENT",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "TRIGGER:-P14D",
                "END:VALARM",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "TRIGGER:-P1D",
                "END:VALARM",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_unfolding_gives_the_text_back() {
        for name in ["Acme", "Ünïcödé 株式会社 の ワークスペース 🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀", &"x".repeat(300)]
        {
            let text = reminder(name).text;
            assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{name}");
            assert!(text.split("\r\n").all(|line| line.len() <= MAX_LINE_OCTETS), "{name}");
            let unfolded = text.replace("\r\n ", "");
            assert!(unfolded.contains(&format!("\r\nSUMMARY:Notion token for {name} expires\r\n")), "{name}");
            assert!(unfolded.contains("\\nnotion-auth rotate "), "{name}");
        }
    }

    #[test]
    fn text_is_escaped_and_a_name_cannot_add_a_line() {
        for (text, escaped) in [
            ("a, b; c\\d", "a\\, b\\; c\\\\d"),
            ("two\nlines", "two\\nlines"),
            ("a\r\nBEGIN:VEVENT", "a\\nBEGIN:VEVENT"),
            ("bell\u{7}", "bell"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn the_name_of_the_file_leads_nowhere_else() {
        for (workspace, name) in
            [("Acme & Söhne / Büro", "acme-söhne-büro"), ("../../etc", "etc"), ("...", "workspace"), ("", "workspace")]
        {
            assert_eq!(slug(workspace), name);
        }
    }
}
