//! The first page: the paths side by side, which one fits best, and what this machine has.
//!
//! The layout is a table from 72 columns up; a list with the details of one path from 60; otherwise a list followed by its details.

mod list;
mod machine;
mod resume;
mod table;

use super::{Page, Stage};
use crate::domain::advice::{Advice, Requirements, recommend};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::catalog::Claim;
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Mode, Prompt, PromptId, Route, TokenEntry, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{chrome, claim, components};
use list::LABEL_COLUMNS;
use ratatui::layout::Rect;
use resume::resume;
use table::TableRow;

/// A function that shortens a claim to one line, if possible.
type ClaimSummary = fn(&Claim) -> Option<&str>;

const QUESTION: &str = "How do you want to connect to Notion?";
/// From this many rows up the reason stays visible while a cell is read.
const MIN_ROWS_FOR_BOTH: u16 = 30;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparePage {
    /// `None` until the user moves it; until then the default is selected, which may change as findings arrive.
    selected: Option<Selection>,
}

/// The selected item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selection {
    /// The line that continues with an account found on this machine.
    Resume,
    /// A path as a whole (row 0), or one cell of its column.
    Path(AuthPath, usize),
}

impl Selection {
    fn is_on_path(self, path: AuthPath) -> bool {
        matches!(self, Self::Path(here, _) if here == path)
    }

    fn row(self) -> Option<usize> {
        match self {
            Self::Resume => None,
            Self::Path(_, row) => Some(row),
        }
    }
}

fn best_fit(ctx: &Ctx<'_>) -> Option<Advice> {
    recommend(Requirements::DEFAULT, ctx.findings)
}

impl ComparePage {
    fn selection(&self, ctx: &Ctx<'_>) -> Selection {
        let has_resume = resume(ctx).is_some();
        match self.selected {
            Some(Selection::Resume) | None if has_resume => Selection::Resume,
            Some(at @ Selection::Path(..)) => at,
            Some(Selection::Resume) | None => Selection::Path(Self::default_path(ctx), 0),
        }
    }

    /// Returns the best fit or, until it is known, the path that fits most users.
    fn default_path(ctx: &Ctx<'_>) -> AuthPath {
        best_fit(ctx).map_or(AuthPath::DEFAULT, |advice| advice.path)
    }

    /// Returns the path that the details describe.
    fn selected_path(&self, ctx: &Ctx<'_>) -> AuthPath {
        match self.selection(ctx) {
            Selection::Path(path, _) => path,
            Selection::Resume => Self::default_path(ctx),
        }
    }

    /// Moves to the path on the left or right, in the same row.
    fn move_sideways(&mut self, forward: bool, ctx: &Ctx<'_>) {
        let here = AuthPath::ALL.iter().position(|path| *path == self.selected_path(ctx)).unwrap_or(0);
        let there = if forward { here + 1 } else { here.saturating_sub(1) };
        let path = AuthPath::ALL.get(there).copied().unwrap_or(self.selected_path(ctx));
        self.selected = Some(Selection::Path(path, self.selection(ctx).row().unwrap_or(0)));
    }

    fn move_up(&mut self, ctx: &Ctx<'_>) {
        let is_table = ctx.size.layout() == Layout::Columns;
        let has_resume = resume(ctx).is_some();
        match self.selection(ctx) {
            Selection::Path(path, row @ 1..) if is_table => self.selected = Some(Selection::Path(path, row - 1)),
            Selection::Path(path, _) if has_resume && (is_table || AuthPath::ALL.first() == Some(&path)) => {
                self.selected = Some(Selection::Resume);
            }
            Selection::Path(path, _) if is_table => self.selected = Some(Selection::Path(path, 0)),
            Selection::Path(..) => self.move_sideways(false, ctx),
            Selection::Resume => {}
        }
    }

    fn move_down(&mut self, ctx: &Ctx<'_>) {
        let is_table = ctx.size.layout() == Layout::Columns;
        match self.selection(ctx) {
            Selection::Resume if is_table => self.selected = Some(Selection::Path(self.selected_path(ctx), 0)),
            Selection::Resume => self.selected = AuthPath::ALL.first().map(|path| Selection::Path(*path, 0)),
            Selection::Path(path, row) if is_table => {
                self.selected = Some(Selection::Path(path, (row + 1).min(table::table_rows(ctx).len())));
            }
            Selection::Path(..) => self.move_sideways(true, ctx),
        }
    }

    fn choose(&mut self, path: Option<&AuthPath>) -> Transition {
        let Some(path) = path else { return Transition::stay() };
        self.selected = Some(Selection::Path(*path, 0));
        Transition::to(Route::Prepare(*path))
    }

    /// Draws the question, or the line to continue with an existing account.
    fn draw_head(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        match resume(ctx) {
            // The question is one column too wide for the smallest screen, where every line counts.
            None if ctx.size.layout() == Layout::Cards => sheet.title("Connect to Notion"),
            None => sheet.title(QUESTION),
            Some(resume) => {
                let is_here = self.selection(ctx) == Selection::Resume;
                let intent = if is_here { Intent::Confirm } else { Intent::UseExisting };
                let key = components::key_name(sheet.theme(), Mode::Normal, intent);
                let mut mark = components::key_mark(sheet, &key);
                if is_here {
                    let bar = sheet.theme().glyph(Glyph::Bar);
                    if !sheet.is_plain() {
                        mark.insert(0, sheet.span(Role::Accent, &format!("{bar} ")));
                    }
                    sheet.set_focus(0);
                }
                let role = if is_here { Role::Title } else { Role::Text };
                sheet.hanging(mark, role, &resume.text(ctx));
            }
        }
    }

    /// Draws the reason for the best fit.
    fn draw_reason(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let theme = sheet.theme();
        match best_fit(ctx) {
            None => components::draw_waiting(sheet, "Checking which one fits this machine"),
            Some(advice) => {
                let named = if sheet.is_plain() { format!("{}: ", ctx.catalog().path(advice.path).title) } else { String::new() };
                let mark = vec![sheet.span(Role::Accent, &format!("{} {named}", theme.glyph(Glyph::BestFit)))];
                sheet.hanging(mark, Role::Text, &advice.reason.text(ctx.catalog(), ctx.findings));
            }
        }
    }

    /// Draws problems that the user must know before choosing; without any, the shortest way to sign in.
    fn draw_alerts(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let alerts = machine::alerts(ctx);
        if alerts.is_empty() {
            return sheet.text(Role::Dim, "Have a token? Paste it.");
        }
        let is_roomy = ctx.size.rows >= MIN_ROWS_FOR_BOTH;
        for alert in alerts.iter().take(if is_roomy { alerts.len() } else { 1 }) {
            let headline = alert.texts.first().filter(|_| !is_roomy).unwrap_or(&alert.full);
            sheet.hanging(vec![machine::finding_mark(sheet, Some(alert))], Role::Text, headline);
        }
    }

    fn table_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::wide(theme, ctx.size);
        let at = self.selection(ctx);
        self.draw_head(&mut sheet, ctx);
        sheet.blank();
        table::draw(&mut sheet, ctx, at, best_fit(ctx).map(|advice| advice.path));
        let on_a_cell = at.row().is_some_and(|row| row > 0);
        if !on_a_cell || ctx.size.rows >= MIN_ROWS_FOR_BOTH {
            Self::draw_reason(&mut sheet, ctx);
            Self::draw_alerts(&mut sheet, ctx);
        }
        let mut more = Sheet::wide(theme, ctx.size);
        if on_a_cell {
            if ctx.size.rows >= MIN_ROWS_FOR_BOTH {
                more.blank();
            }
            self.draw_cell(&mut more, ctx);
            sheet.append(more);
        } else {
            more.blank();
            self.draw_overview(&mut more, ctx);
            // The overview is shown in full or not at all; Tab shows everything.
            let area = Rect::new(0, 0, ctx.size.columns, ctx.size.rows);
            if sheet.height() + more.height() <= usize::from(chrome::body_area(area, self.has_steps(), &[]).height) {
                sheet.append(more);
            }
        }
        sheet
    }

    /// Draws the full text of the selected cell.
    fn draw_cell(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (path, title) = (self.selected_path(ctx), &ctx.catalog().path(self.selected_path(ctx)).title);
        let row = self.selection(ctx).row().unwrap_or(0);
        match row.checked_sub(1).and_then(|index| table::table_rows(ctx).into_iter().nth(index)) {
            Some(TableRow::Criterion(row)) => {
                sheet.title(&format!("{title} {} {}", sheet.theme().glyph(Glyph::Bullet), row.label));
                claim::draw(sheet, ctx.catalog(), &row.cell(path).claim);
            }
            Some(TableRow::Machine) | None => {
                sheet.title("This machine");
                machine::draw_all(sheet, ctx);
            }
        }
    }

    fn draw_overview(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let path = ctx.catalog().path(self.selected_path(ctx));
        match ctx.size.layout() {
            Layout::Columns => sheet.pair(&path.title, LABEL_COLUMNS, Role::Text, &path.promise),
            // In the list, the promise is already below its path.
            Layout::List => {}
            Layout::Cards => sheet.text(Role::Text, &path.promise),
        }
        // An outdated claim of the guide is only on the full page, beside today's fact.
        let parts: [(&str, &[Claim], ClaimSummary); 3] = [
            ("When to use", &path.when_to_use, claim::current_text),
            ("When not", &path.when_not_to_use, claim::short_text),
            ("Limits", &path.limitations, claim::short_text),
        ];
        for (label, stated, short) in parts {
            let text = stated.iter().filter_map(short).collect::<Vec<_>>().join(" · ");
            if !text.is_empty() {
                sheet.pair(label, LABEL_COLUMNS, Role::Text, &text);
            }
        }
    }

    fn list_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        self.draw_head(&mut sheet, ctx);
        list::draw_paths(&mut sheet, ctx, self.selection(ctx), best_fit(ctx).map(|advice| advice.path));
        Self::draw_reason(&mut sheet, ctx);
        Self::draw_alerts(&mut sheet, ctx);
        sheet.rule();
        if sheet.is_plain() {
            sheet.begin_details();
            sheet.blank();
            sheet.title(&format!("{} in short (h and l switch paths)", ctx.catalog().path(self.selected_path(ctx)).title));
        }
        self.draw_overview(&mut sheet, ctx);
        list::draw_rows(&mut sheet, ctx, self.selected_path(ctx));
        sheet
    }
}

impl Page for ComparePage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Choose)
    }

    fn has_steps(&self) -> bool {
        false
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let is_table = ctx.size.layout() == Layout::Columns;
        match input {
            Input::Do(Intent::Up) => self.move_up(ctx),
            Input::Do(Intent::Down) => self.move_down(ctx),
            Input::Do(Intent::Left) => self.move_sideways(false, ctx),
            Input::Do(Intent::Right) => self.move_sideways(true, ctx),
            Input::Do(Intent::First) => self.selected = Some(Selection::Path(self.selected_path(ctx), 0)),
            Input::Do(Intent::Last) if is_table => {
                let machine = table::table_rows(ctx).iter().position(|line| matches!(line, TableRow::Machine)).unwrap_or_default();
                self.selected = Some(Selection::Path(self.selected_path(ctx), machine + 1));
            }
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.choose(AuthPath::ALL.get(index)),
            Input::Do(Intent::Confirm) => match resume(ctx).filter(|_| self.selection(ctx) == Selection::Resume) {
                Some(resume) => return Transition::to(resume.route()),
                None => return Transition::to(Route::Prepare(self.selected_path(ctx))),
            },
            // A pasted token needs no choice of a path.
            Input::Paste(secret) => return Transition::to(Route::Token(AuthMethod::Token.path(), TokenEntry::Pasted(secret))),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.selected_path(ctx))),
            Input::Do(Intent::Guide) => return Transition::to(Route::Guide),
            Input::Do(Intent::Accounts) => return Transition::to(Route::Accounts),
            Input::Do(Intent::AskQuestion) => return Transition::to(Route::Question),
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Retry) => return Transition::reprobe("Checking again."),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        match ctx.size.layout() {
            Layout::Columns => self.table_sheet(ctx, theme),
            Layout::List | Layout::Cards => self.list_sheet(ctx, theme),
        }
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        let option = |path: AuthPath| {
            let entry = ctx.catalog().path(path);
            Choice::new(entry.title.clone(), entry.promise.clone())
        };
        Prompt::Choice { id: PromptId::Path, prompt: QUESTION.into(), options: AuthPath::ALL.map(option).into() }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let is_table = ctx.size.layout() == Layout::Columns;
        Actions::enter("continue")
            .bare(Intent::Pick(AuthPath::ALL.len() - 1), "choose")
            .bare(Intent::Guide, "help me choose")
            .bare(Intent::AskQuestion, "ask")
            .key(Intent::Details, "details")
            .key_if(resume(ctx).is_some(), Intent::UseExisting, "continue as")
            .key(Intent::Accounts, "accounts")
            .key(Intent::Retry, "recheck")
            .moving(&[Intent::Up, Intent::Down, Intent::Left, Intent::Right, Intent::First], "move")
            .moving(if is_table { &[Intent::Last] } else { &[] }, "move")
            .in_help(Intent::Paste, "a token, to sign in with it")
    }
}
