//! The line that asks when a token expires, because Notion's API does not return it
//! (<https://developers.notion.com/reference/get-self>). It can be skipped.

use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use jiff::ToSpan;
use jiff::civil::Date;

/// The columns of the label in front of the expiry.
const LABEL_COLUMNS: usize = 14;

/// The lifetimes in days that Notion's portal offers besides one year (<https://developers.notion.com/page/changelog>, 2026-07-02).
const LIFETIME_DAYS: [i32; 4] = [7, 30, 90, 180];

/// The day on which the token expires; `None` if it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpiryChoice(pub Option<Date>);

impl ExpiryChoice {
    /// Returns label and date of every lifetime; the first one is "don't know".
    pub fn options(today: Date) -> Vec<(String, Option<Date>)> {
        let unknown = std::iter::once(("don't know".to_owned(), None));
        let after_days = LIFETIME_DAYS.iter().map(|days| (format!("{days} days"), today.checked_add(days.days()).ok()));
        let year = ("1 year".to_owned(), today.checked_add(1.year()).ok());
        unknown.chain(after_days).chain([year]).collect()
    }

    /// Selects the next or the previous day on which the token may expire.
    pub fn change(&mut self, by: isize, today: Date) {
        let days = Self::options(today);
        let here = days.iter().position(|(_, day)| *day == self.0).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(days.len() - 1);
        self.0 = days.get(there).and_then(|(_, day)| *day);
    }

    /// Draws the line between its two keys. Plain mode names them below the page.
    pub fn draw(self, sheet: &mut Sheet, today: Date) {
        let options = Self::options(today);
        let label = options.iter().find(|(_, day)| *day == self.0).map(|(label, _)| label.as_str());
        let theme = sheet.theme();
        let key = |intent| if theme.plain { String::new() } else { components::key_name(theme, Mode::Normal, intent) };
        let value = match (label, self.0) {
            (Some(label), _) => label.to_owned(),
            (None, day) => day.map(|day| day.to_string()).unwrap_or_default(),
        };
        let note = match self.0 {
            Some(day) => format!("until {day}, if you created it today"),
            None => "optional".to_owned(),
        };
        sheet.blank();
        let text = format!("{} {value} {}  ({note})", key(Intent::Left), key(Intent::Right));
        sheet.pair("Expires", LABEL_COLUMNS, Role::Text, text.trim());
    }
}
