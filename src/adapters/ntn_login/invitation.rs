//! The link and the code of a login, out of what `ntn` says.

use crate::domain::link::Link;
use crate::domain::login::Invitation;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use jiff::ToSpan;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// Finds the code of `ntn` 0.4.0: a paragraph of its own, below the one that asks to compare it.
#[derive(Default)]
pub struct CodeOnScreen {
    place: Place,
}

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Before,
    InTheMessage,
    /// So many blank lines below the message.
    Below(u8),
}

impl CodeOnScreen {
    /// One more line. `Some(None)` where the place for the code is past and held none.
    pub fn read(&mut self, line: &str) -> Option<Option<String>> {
        let line = sanitize(line);
        match self.place {
            Place::Before if line.contains("verification code") => self.place = Place::InTheMessage,
            Place::InTheMessage if line.is_empty() => self.place = Place::Below(1),
            Place::Below(_) if !line.is_empty() => return Some(Some(line)),
            Place::Below(blank) if blank >= 2 => return Some(None),
            Place::Below(blank) => self.place = Place::Below(blank + 1),
            Place::Before | Place::InTheMessage => {}
        }
        None
    }
}

/// How long `ntn` 0.4.0 waits for the approval, by its own count.
const WAITS_SECONDS: i64 = 300;

/// The invitation of 0.4.0: the address that it wanted to open, else one that it printed.
pub fn of_terminal(address: Option<String>, said: &[String], code: Option<String>) -> Result<Invitation, Problem> {
    let address = address.or_else(|| said.iter().find_map(|line| first_address(line)).map(str::to_owned));
    let unknown = || Problem::new(ProblemCode::NtnFailed).seen("the address that ntn opens could not be seen");
    Ok(Invitation { link: checked(&address.ok_or_else(unknown)?)?, code, ends_at: in_seconds(WAITS_SECONDS) })
}

/// The invitation of a newer `ntn`, which prints everything and ends.
pub fn of_two_steps(text: &str) -> Option<Result<Invitation, Problem>> {
    let link = match checked(first_address(text)?) {
        Ok(link) => link,
        Err(problem) => return Some(Err(problem)),
    };
    let printed =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric())).find(|word| is_code(word));
    let code = printed.map(str::to_owned).or_else(|| code_of(&link));
    Some(Ok(Invitation { link, code, ends_at: None }))
}

fn first_address(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))
}

/// The address itself is not quoted: whoever has it has the login.
fn checked(address: &str) -> Result<Link, Problem> {
    let refused = |error| Problem::new(ProblemCode::NtnFailed).seen(format!("the address that ntn opens was refused: {error}"));
    Link::checked(address.trim()).map_err(refused)
}

/// `VAF-HWY`, `ABCD-1234`: capitals and digits, with hyphens between.
fn is_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let fits =
        |part: &&str| (3..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (2..=4).contains(&parts.len()) && parts.iter().all(fits)
}

/// The link carries the code along.
fn code_of(link: &Link) -> Option<String> {
    let (_, query) = link.as_str().split_once('?')?;
    let code = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("verificationCode="))?;
    Some(sanitize(code)).filter(|code| is_code(code))
}

/// The clock time, where this machine knows its time zone.
#[expect(clippy::disallowed_methods, reason = "the clock of this machine, for the person before it")]
fn in_seconds(seconds: i64) -> Option<Time> {
    let zone = TimeZone::try_system().ok()?;
    let now = jiff::Timestamp::now().to_zoned(zone);
    now.checked_add(seconds.seconds()).ok().map(|then| then.time())
}
