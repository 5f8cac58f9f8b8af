//! Code snippets for the developer's own server, filled with the values that have just been verified, without secrets.

use super::{Page, Stage};
use crate::domain::oauth::ConnectionRecord;
use crate::domain::sanitize::{width, wrap};
use crate::domain::snippets::{Snippet, snippets};
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// The gap between two languages.
const LANGUAGE_GAP: &str = "  ";

#[derive(Clone, Debug, PartialEq)]
pub struct SnippetsPage {
    connection: ConnectionRecord,
    selected: usize,
}

impl SnippetsPage {
    pub fn new(connection: ConnectionRecord) -> Self {
        Self { connection, selected: 0 }
    }

    fn last_index() -> usize {
        snippets().len().saturating_sub(1)
    }

    fn snippet(&self) -> Option<(&'static Snippet, String)> {
        let language = snippets().get(self.selected)?;
        Some((language, language.filled_in(&self.connection)))
    }

    fn pick(&mut self, index: usize) {
        if index <= Self::last_index() {
            self.selected = index;
        }
    }

    /// Draws the languages in one row, or two on a narrow screen; the cursor is on the selected one.
    fn draw_languages(&self, sheet: &mut Sheet) {
        if sheet.is_plain() {
            for (index, language) in snippets().iter().enumerate() {
                components::draw_choice(sheet, index + 1, &Choice::new(language.name.as_str(), ""), index == self.selected);
            }
            return;
        }
        let mut row: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        for (index, language) in snippets().iter().enumerate() {
            let is_selected = index == self.selected;
            let pointer = if is_selected { sheet.theme().glyph(Glyph::Bar) } else { " " };
            let (key, name) = if is_selected { (Role::Accent, Role::Title) } else { (Role::Key, Role::Text) };
            let number = format!("{} ", index + 1);
            let cells = width(pointer) + 1 + number.len() + width(&language.name);
            if used + cells > sheet.width() {
                sheet.line(std::mem::take(&mut row));
                used = 0;
            }
            if is_selected {
                sheet.set_focus(used + 2);
            }
            row.push(sheet.span(Role::Accent, &format!("{pointer} ")));
            row.push(sheet.span(key, &number));
            row.push(sheet.span(name, &language.name));
            row.push(Span::raw(LANGUAGE_GAP));
            used += cells + LANGUAGE_GAP.len();
        }
        sheet.line(row);
    }

    /// Draws the snippet. Comments are dim, so that the code stands out; copying is not affected.
    fn draw_snippet(&self, sheet: &mut Sheet) {
        let Some((language, code)) = self.snippet() else { return };
        if sheet.is_plain() {
            return code.lines().for_each(|line| sheet.verbatim(line, false));
        }
        let lines: Vec<&str> = code.lines().collect();
        let is_comment = |line: &&str| line.trim_start().starts_with(&language.comment);
        for block in lines.chunk_by(|line, next| is_comment(line) && is_comment(next)) {
            match block {
                [first, ..] if is_comment(first) => draw_comment(sheet, block, &language.comment),
                [line] if !line.trim().is_empty() => sheet.verbatim(line, false),
                _ => sheet.blank(),
            }
        }
    }
}

/// Draws a comment as it is; on a narrow screen it is rewrapped, with the comment prefix on each line.
fn draw_comment(sheet: &mut Sheet, block: &[&str], prefix: &str) {
    let text = |line: &str| line.trim_start().trim_start_matches(prefix).trim_start().to_owned();
    let indent = block.first().map_or(0, |line| line.len() - line.trim_start().len());
    let mark = format!("  {}{prefix} ", " ".repeat(indent));
    let room = sheet.width().saturating_sub(width(&mark));
    let written: Vec<String> = block.iter().map(|line| text(line)).collect();
    let fits = written.iter().all(|line| width(line) <= room);
    let lines = if fits { written } else { wrap(&written.join(" "), room) };
    for line in lines {
        sheet.line(vec![sheet.span(Role::Dim, &format!("{mark}{line}"))]);
    }
}

impl Page for SnippetsPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Done)
    }

    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Left) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Right) => self.pick(self.selected + 1),
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => self.pick(index),
            Input::Do(Intent::Copy) => return self.snippet().map_or_else(Transition::stay, |(_, code)| Transition::copy(code)),
            Input::Do(Intent::Confirm | Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("The same on your own server");
        if ctx.size.is_roomy() {
            let redirect = self.connection.redirect;
            sheet.text(
                Role::Text,
                &format!(
                    "The secret is read from NOTION_CLIENT_SECRET. Register your server's own redirect URI too, and put it in the \
                     place of {redirect}."
                ),
            );
            sheet.blank();
        }
        self.draw_languages(&mut sheet);
        sheet.blank();
        self.draw_snippet(&mut sheet);
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        let options = snippets().iter().map(|language| Choice::new(language.name.as_str(), "")).collect();
        Prompt::Choice { id: PromptId::Finished, prompt: "In which language?".into(), options }
    }

    fn actions(&self, _ctx: &Ctx<'_>) -> Actions {
        Actions::new()
            .main(Intent::Copy, "copy")
            .back("back")
            .key(Intent::Right, "next language")
            .key(Intent::Pick(Self::last_index()), "choose")
            .in_help(Intent::Left, "previous language")
            .in_help(Intent::Confirm, "back")
    }
}
