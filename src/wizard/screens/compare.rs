//! The first page: the paths side by side, which one fits best, and what this machine has.
//!
//! The layout is a table from 72 columns up, a list beside the rows of one path from 60, and otherwise a list of three lines.

mod details;
mod list;
mod resume;
mod table;
mod team;

use super::{Page, Stage};
use crate::domain::advice::{Advice, Requirements, recommend};
use crate::domain::auth_path::AuthPath;
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, RowId, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::{MEASURE, Sheet};
use crate::wizard::widgets::{chrome, components, machine};
use details::Placement;
use ratatui::layout::Rect;
use resume::{Resume, resume};

const QUESTION: &str = "How do you want to connect to Notion?";
/// From this many rows up all problems of this machine are shown in full; otherwise the headline of one.
const MIN_ROWS_FOR_ALERTS: u16 = 30;

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

    /// Returns the team's path, the best fit or, until it is known, the path that fits most users.
    fn default_path(ctx: &Ctx<'_>) -> AuthPath {
        let of_team = ctx.team_answers().and_then(|answers| answers.path);
        of_team.unwrap_or_else(|| best_fit(ctx).map_or(AuthPath::DEFAULT, |advice| advice.path))
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
                self.selected = Some(Selection::Path(path, (row + 1).min(table::rows(ctx).len())));
            }
            Selection::Path(..) => self.move_sideways(true, ctx),
        }
    }

    fn choose(&mut self, path: Option<&AuthPath>) -> Transition {
        let Some(path) = path else { return Transition::stay() };
        self.selected = Some(Selection::Path(*path, 0));
        Transition::to(Route::Prepare(*path))
    }

    /// Returns the row that the cursor is on, in the table.
    fn selected_row(&self, ctx: &Ctx<'_>) -> Option<RowId> {
        let index = self.selection(ctx).row().filter(|_| ctx.size.layout() == Layout::Columns)?.checked_sub(1)?;
        table::rows(ctx).into_iter().nth(index)
    }

    /// Draws the question or, to someone who is signed in, the line that answers it.
    fn draw_head(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        match resume(ctx) {
            Some(resume) => resume.draw(sheet, ctx, self.selection(ctx), ctx.size.is_roomy()),
            // The question is one column too wide for the smallest screen, where every line counts.
            None if ctx.size.layout() == Layout::Cards => sheet.title("Connect to Notion"),
            None => sheet.title(QUESTION),
        }
        if resume(ctx).is_none() && ctx.size.is_roomy() && !sheet.is_plain() {
            sheet.blank();
        }
    }

    /// Draws the reason for the best fit.
    fn draw_reason(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let theme = sheet.theme();
        match best_fit(ctx) {
            None => components::draw_waiting(sheet, "Checking which one fits this machine"),
            Some(advice) => {
                let named = if sheet.is_plain() { format!("{}: ", ctx.catalog().path(advice.path).title) } else { String::new() };
                let mark = vec![sheet.span(Role::Title, &format!("{} {named}", theme.glyph(Glyph::BestFit)))];
                sheet.hanging(mark, Role::Text, &advice.reason.text(ctx.catalog(), ctx.findings));
            }
        }
    }

    /// Draws problems that the user must know before choosing; without any, the shortest way to sign in.
    fn draw_alerts(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let has_note = team::draw(sheet, ctx);
        let alerts = machine::alerts(ctx);
        // A small screen needs every line.
        if has_note && alerts.is_empty() && !ctx.size.is_roomy() {
            return;
        }
        if alerts.is_empty() {
            return sheet.text(Role::Text, "Have a token? Paste it.");
        }
        let shown = if ctx.size.rows >= MIN_ROWS_FOR_ALERTS { alerts.len() } else { 1 };
        for (verdict, alert) in alerts.iter().take(shown) {
            sheet.hanging(vec![components::verdict_mark(sheet, *verdict)], Role::Text, alert);
        }
    }

    fn table_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let placement = Placement::new(ctx.size);
        let mut sheet = match placement {
            Placement::Beside(width) => {
                Sheet::column(theme, ctx.size, ctx.size.full_width().min(ctx.size.screen_width() - width - details::GAP))
            }
            Placement::Below(_) | Placement::BehindTab => Sheet::wide(theme, ctx.size),
        };
        self.draw_head(&mut sheet, ctx);
        table::draw(&mut sheet, ctx, self.selection(ctx), best_fit(ctx).map(|advice| advice.path));
        let mut notes = Sheet::column(theme, ctx.size, sheet.width().min(MEASURE));
        Self::draw_reason(&mut notes, ctx);
        Self::draw_alerts(&mut notes, ctx);
        sheet.append(notes);
        let area = Rect::new(0, 0, ctx.size.columns, ctx.size.rows);
        let height = usize::from(chrome::body_area(area, self.has_steps(), &[]).height);
        let about = (self.selected_path(ctx), self.selected_row(ctx));
        match placement {
            Placement::Beside(width) => {
                sheet.put_beside(sheet.width() + details::GAP, details::column(ctx, theme, about, width, height));
            }
            Placement::Below(width) => {
                let room = height.saturating_sub(sheet.height() + 1);
                let block = details::block(ctx, theme, about, width, room);
                sheet.blank();
                sheet.append(block);
            }
            Placement::BehindTab => {}
        }
        sheet
    }

    /// Draws the list with the rows of the selected path beside it.
    fn list_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        self.draw_head(&mut sheet, ctx);
        let best = best_fit(ctx).map(|advice| advice.path);
        list::draw_with_rows(&mut sheet, ctx, (self.selection(ctx), self.selected_path(ctx)), best, |notes| {
            Self::draw_alerts(notes, ctx);
        });
        Self::draw_reason(&mut sheet, ctx);
        sheet
    }

    /// Draws one line for each path and, where all of them fit, the rows of the selected one below.
    fn short_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        self.draw_head(&mut sheet, ctx);
        list::draw_lines(&mut sheet, ctx, self.selection(ctx), best_fit(ctx).map(|advice| advice.path));
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        Self::draw_reason(&mut sheet, ctx);
        Self::draw_alerts(&mut sheet, ctx);
        let rows = list::rows(ctx, theme, self.selected_path(ctx), sheet.width());
        let area = Rect::new(0, 0, ctx.size.columns, ctx.size.rows);
        if sheet.height() + 1 + rows.height() <= usize::from(chrome::body_area(area, self.has_steps(), &[]).height) {
            sheet.rule();
            sheet.append(rows);
        }
        sheet
    }

    fn plain_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        self.draw_head(&mut sheet, ctx);
        let best = best_fit(ctx).map(|advice| advice.path);
        list::draw_choices(&mut sheet, ctx, self.selection(ctx), best, |ctx, path| ctx.catalog().path(path).tagline.clone());
        Self::draw_reason(&mut sheet, ctx);
        Self::draw_alerts(&mut sheet, ctx);
        sheet.begin_details();
        list::write_details(&mut sheet, ctx, self.selected_path(ctx));
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
                let machine = table::rows(ctx).iter().position(|row| *row == RowId::Machine).unwrap_or_default();
                self.selected = Some(Selection::Path(self.selected_path(ctx), machine + 1));
            }
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.choose(AuthPath::ALL.get(index)),
            Input::Do(Intent::Confirm) => match resume(ctx).filter(|_| self.selection(ctx) == Selection::Resume) {
                Some(resume) => return Transition::to(resume.route()),
                None => return Transition::to(Route::Prepare(self.selected_path(ctx))),
            },
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.selected_path(ctx), self.selected_row(ctx))),
            Input::Do(Intent::Guide) => return Transition::to(Route::Guide),
            Input::Do(Intent::Accounts) => return Transition::to(Route::Accounts),
            Input::Do(Intent::Agents) => return Transition::to(Route::Agents),
            Input::Do(Intent::Profile) => {
                // This selects the team's path if its answers are used.
                self.selected = None;
                return Transition::to(Route::TeamProfile);
            }
            Input::Do(Intent::Rotate) => {
                let resume = resume(ctx);
                let record = resume.as_ref().and_then(|resume| resume.expiring(ctx)).cloned();
                return record.map_or_else(Transition::stay, |record| Transition::to(Route::Rotate(Box::new(record))));
            }
            Input::Do(Intent::Scan) => return Transition::to(Route::Scan),
            Input::Do(Intent::AskQuestion) => return Transition::to(Route::Question),
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Retry) => return Transition::reprobe("Checking again."),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        match ctx.size.layout() {
            Layout::Columns => self.table_sheet(ctx, theme),
            Layout::List if theme.plain => self.plain_sheet(ctx, theme),
            Layout::List => self.list_sheet(ctx, theme),
            Layout::Cards => self.short_sheet(ctx, theme),
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
        let (resume, at) = (resume(ctx), self.selection(ctx));
        let verb = resume.as_ref().filter(|_| at == Selection::Resume).map_or("continue".into(), Resume::label);
        let actions = Actions::enter(verb).main(Intent::Pick(AuthPath::ALL.len() - 1), "choose");
        let actions = match &resume {
            Some(resume) => resume.add_key(actions, at),
            None => actions,
        };
        let is_expiring = resume.as_ref().is_some_and(|resume| resume.expiring(ctx).is_some());
        team::add_key(actions, ctx)
            .key_if(is_expiring, Intent::Rotate, "rotate")
            .key(Intent::Guide, "help me choose")
            .key(Intent::AskQuestion, "ask")
            .key(Intent::Details, "details")
            .key(Intent::Accounts, "accounts")
            .key(Intent::Agents, "agents")
            .key(Intent::Scan, "scan")
            .key(Intent::Retry, "recheck")
            .moving(&[Intent::Up, Intent::Down, Intent::Left, Intent::Right, Intent::First], "move")
            .moving(if is_table { &[Intent::Last] } else { &[] }, "move")
    }
}
