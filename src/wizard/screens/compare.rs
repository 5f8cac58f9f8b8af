//! The first frame: the three ways side by side, which one fits, and what this machine has.
//!
//! From 100 columns up the paths are columns; below, a list with the details of one path; below 60, cards.

mod machine;

use super::{Hint, Page, Stage};
use crate::domain::advice::recommend;
use crate::domain::catalog::{Claim, PathId, Row};
use crate::domain::sanitize::{fit, width, wrap};
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::msg::{Ask, AskId, Choice, Given, Input, Intent, Route, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{Sheet, pad};
use crate::wizard::widgets::{claims, marks};
use ratatui::text::Span;

/// How a statement is told in one line, if it is.
type Short = fn(&Claim) -> Option<&str>;

/// From this many rows up the live rows stand apart from the table.
const ROOMY: u16 = 34;

/// Width of the column with the rows' names.
const LABEL: usize = 17;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compare {
    path: PathId,
    /// 0 is the path as a whole, then the rows of the table, then this machine.
    row: usize,
}

impl Default for Compare {
    /// On the recommended path: a page in sight, whose highlight never moves by itself.
    fn default() -> Self {
        Self { path: PathId::Cli, row: 0 }
    }
}

impl Compare {
    fn step(&mut self, forward: bool) {
        let here = self.index();
        let there = if forward { here + 1 } else { here.saturating_sub(1) };
        self.path = PathId::ALL.get(there).copied().unwrap_or(self.path);
    }

    fn index(&self) -> usize {
        PathId::ALL.iter().position(|path| *path == self.path).unwrap_or(0)
    }

    fn head(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let theme = sheet.theme();
        let recommended = recommend(ctx.found);
        let number = 1 + PathId::ALL.iter().position(|path| *path == recommended.path).unwrap_or(0);
        // One column too wide for the smallest screen, where every line counts.
        let is_cards = ctx.size.layout() == Layout::Cards;
        sheet.title(if is_cards { "How to reach Notion from here?" } else { "How should this machine reach Notion?" });
        let title = &ctx.catalog().path(recommended.path).title;
        let lead = format!("{} Recommended: {number} {title}. ", theme.glyph(Glyph::Pointer));
        if ctx.size.layout() == Layout::Columns {
            let mark = vec![sheet.span(Role::Accent, &lead)];
            sheet.hanging(mark, Role::Text, &recommended.reason);
        } else {
            sheet.text(Role::Accent, lead.trim_end());
            if ctx.size.rows >= 20 {
                sheet.hanging(vec![Span::raw("  ")], Role::Text, &recommended.reason);
            }
        }
        if let Some(line) = machine::already_here(ctx) {
            sheet.hanging(marks::key_mark(sheet, "u"), Role::Text, &line);
        }
    }

    fn columns(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size.full_width());
        let column = (sheet.width() - LABEL) / 3;
        Self::head(&mut sheet, ctx);
        sheet.blank();
        self.column_heads(&mut sheet, ctx, column);
        sheet.rule();
        for (index, row) in ctx.catalog().rows.iter().enumerate() {
            self.table_row(&mut sheet, row, index + 1, column);
        }
        let last = ctx.catalog().rows.len() + 1;
        if ctx.size.rows >= ROOMY {
            sheet.blank();
        }
        for (index, cells) in machine::rows(ctx).into_iter().enumerate() {
            let label = if index == 0 { "On this machine" } else { "" };
            let role = if self.row == last && index == 0 { Role::Focus } else { Role::Dim };
            if self.row == last && index == 0 {
                sheet.put_focus(0);
            }
            let mut spans = vec![sheet.span(role, &pad(label, LABEL - 1)), Span::raw(" ")];
            for finding in cells {
                let mark = machine::mark(&sheet, finding.as_ref());
                let text = finding.map(|finding| finding.short).unwrap_or_default();
                spans.push(mark);
                spans.push(sheet.span(Role::Text, &pad(&fit(&theme.text(&text), column - 3), column - 2)));
            }
            sheet.line(spans);
        }
        sheet.rule();
        self.detail(&mut sheet, ctx);
        sheet
    }

    fn column_heads(&self, sheet: &mut Sheet, ctx: &Ctx<'_>, column: usize) {
        let recommended = recommend(ctx.found).path;
        if self.row == 0 {
            sheet.put_focus(LABEL + self.index() * column);
        }
        let mut spans = vec![Span::raw(" ".repeat(LABEL))];
        for (index, path) in PathId::ALL.into_iter().enumerate() {
            let mark = if path == recommended { format!(" {}", sheet.theme().glyph(Glyph::Recommended)) } else { String::new() };
            let text = format!("{}  {}{mark} ", index + 1, ctx.catalog().path(path).title);
            let role = if path == self.path { Role::Focus } else { Role::Title };
            let after = column.saturating_sub(width(&text));
            spans.push(sheet.span(role, &text));
            spans.push(Span::raw(" ".repeat(after)));
        }
        sheet.line(spans);
    }

    fn table_row(&self, sheet: &mut Sheet, row: &Row, number: usize, column: usize) {
        let theme = sheet.theme();
        let is_here = number == self.row;
        let label = if is_here { Role::Title } else { Role::Dim };
        if is_here {
            sheet.put_focus(LABEL + self.index() * column);
        }
        // In the narrowest table some cells take two lines.
        let cells = PathId::ALL.map(|path| (path, wrap(&theme.text(&row.cell(path).short), column - 1)));
        let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default();
        for line in 0..height {
            let name = if line == 0 { row.label.as_str() } else { "" };
            let mut spans = vec![sheet.span(label, &pad(&fit(name, LABEL - 1), LABEL))];
            for (path, lines) in &cells {
                let text = lines.get(line).map(String::as_str).unwrap_or_default();
                let role = if is_here && *path == self.path { Role::Focus } else { Role::Text };
                let after = column.saturating_sub(width(text));
                spans.push(sheet.span(role, text));
                spans.push(Span::raw(" ".repeat(after)));
            }
            sheet.line(spans);
        }
    }

    /// What the highlight stands on, in full.
    fn detail(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let catalog = ctx.catalog();
        let title = &catalog.path(self.path).title;
        if let Some(row) = self.row.checked_sub(1).and_then(|index| catalog.rows.get(index)) {
            sheet.title(&format!("{title} {} {}", sheet.theme().glyph(Glyph::Bullet), row.label));
            claims::full(sheet, catalog, &row.cell(self.path).claim);
        } else if self.row > 0 {
            sheet.title("On this machine");
            machine::full(sheet, ctx);
        } else {
            self.overview(sheet, ctx);
        }
    }

    fn overview(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let path = ctx.catalog().path(self.path);
        match ctx.size.layout() {
            Layout::Columns => {
                sheet.hanging(vec![sheet.span(Role::Title, &pad(&path.title, LABEL))], Role::Text, &path.promise);
            }
            // In the list it stands under its path already.
            Layout::List => {}
            Layout::Cards => sheet.text(Role::Text, &path.promise),
        }
        // What the guide says and is outdated stands on the full page, beside what is true today.
        let parts: [(&str, &[Claim], Short); 3] = [
            ("When to use", &path.when_to_use, claims::today),
            ("When not", &path.when_not_to_use, claims::in_short),
            ("Limits", &path.limitations, claims::in_short),
        ];
        for (label, stated, short) in parts {
            let text = stated.iter().filter_map(short).collect::<Vec<_>>().join(" · ");
            if !text.is_empty() {
                sheet.pair(label, LABEL - 1, Role::Text, &text);
            }
        }
    }

    fn list(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size.text_width());
        Self::head(&mut sheet, ctx);
        let recommended = recommend(ctx.found).path;
        let is_list = ctx.size.layout() == Layout::List;
        if ctx.size.rows >= 16 {
            sheet.blank();
        }
        for (index, path) in PathId::ALL.into_iter().enumerate() {
            let entry = ctx.catalog().path(path);
            let mark = if path == recommended { format!(" {}", theme.glyph(Glyph::Recommended)) } else { String::new() };
            let detail = if is_list { entry.promise.as_str() } else { "" };
            let choice = Choice::new(format!("{}{mark}", entry.title), detail);
            marks::choice(&mut sheet, index + 1, &choice, path == self.path);
        }
        sheet.rule();
        if sheet.is_linear() {
            sheet.blank();
            sheet.title(&format!("{} in short; h and l turn to the other paths", ctx.catalog().path(self.path).title));
        }
        self.overview(&mut sheet, ctx);
        for row in &ctx.catalog().rows {
            sheet.pair(&row.label, LABEL - 1, Role::Text, &row.cell(self.path).short);
        }
        if sheet.is_linear() {
            sheet.blank();
        }
        sheet.title("On this machine");
        machine::full(&mut sheet, ctx);
        sheet
    }
}

impl Page for Compare {
    fn stage(&self) -> Stage {
        Stage::Choose
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let is_table = ctx.size.layout() == Layout::Columns;
        match input {
            Input::Do(Intent::Up) if is_table => self.row = self.row.saturating_sub(1),
            Input::Do(Intent::Down) if is_table => self.row = (self.row + 1).min(ctx.catalog().rows.len() + 1),
            Input::Do(Intent::Left | Intent::Up) => self.step(false),
            Input::Do(Intent::Right | Intent::Down) => self.step(true),
            Input::Do(Intent::First) => self.row = 0,
            Input::Do(Intent::Last) if is_table => self.row = ctx.catalog().rows.len() + 1,
            Input::Do(Intent::Pick(number)) => {
                if let Some(path) = PathId::ALL.get(usize::from(number) - 1) {
                    self.path = *path;
                    return Transition::to(Route::Prepare(*path));
                }
            }
            Input::Answer(Given::Choice(index)) => {
                if let Some(path) = PathId::ALL.get(index) {
                    self.path = *path;
                    return Transition::to(Route::Prepare(*path));
                }
            }
            Input::Do(Intent::Confirm) => return Transition::to(Route::Prepare(self.path)),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path)),
            Input::Do(Intent::Guide) => return Transition::to(Route::Guide),
            Input::Do(Intent::Accounts) => return Transition::to(Route::Accounts),
            Input::Do(Intent::Ask) => return Transition::to(Route::Question),
            Input::Do(Intent::UseExisting) if machine::already_here(ctx).is_some() => return Transition::to(Route::UseExisting),
            Input::Do(Intent::UseExisting) => return Transition::say("Nothing that can be used was found on this machine."),
            Input::Do(Intent::Retry) => return Transition { look: true, ..Transition::say("Looking again.") },
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        match ctx.size.layout() {
            Layout::Columns => self.columns(ctx, theme),
            Layout::List | Layout::Cards => self.list(ctx, theme),
        }
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        let option = |path: PathId| {
            let entry = ctx.catalog().path(path);
            Choice::new(entry.title.clone(), entry.promise.clone())
        };
        let prompt = "How should this machine reach Notion?".into();
        Ask::Choice { id: AskId::Path, prompt, options: PathId::ALL.map(option).into() }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let mut hints = vec![(Intent::Confirm, "go on"), (Intent::Pick(1), "to 3 pick")];
        if machine::already_here(ctx).is_some() {
            hints.push((Intent::UseExisting, "use what is here"));
        }
        hints.extend([
            (Intent::Guide, "guide me"),
            (Intent::Ask, "ask"),
            (Intent::Accounts, "accounts"),
            (Intent::Details, "details"),
            (Intent::Retry, "look again"),
        ]);
        hints
    }
}
