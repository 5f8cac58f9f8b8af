//! The first page: the three paths side by side, which one fits best, and what this machine has.
//!
//! The layout is a table from 72 columns up; a list with the details of one path from 60; otherwise a list followed by its details.

mod list;
mod machine;
mod resume;
mod table;

use super::{Hint, Page, Stage};
use crate::domain::advice::{Advice, Need, recommend};
use crate::domain::catalog::{Claim, PathId};
use crate::wizard::context::{Ctx, Layout};
use crate::wizard::msg::{Ask, AskId, Choice, Entry, Given, Input, Intent, Mode, Route, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{chrome, claims, marks};
use list::LABEL;
use ratatui::layout::Rect;
use resume::resume;
use table::Line;

/// A function that shortens a claim to one line, if possible.
type Short = fn(&Claim) -> Option<&str>;

const QUESTION: &str = "How do you want to connect to Notion?";
/// From this many rows up the reason stays visible while a cell is read.
const ROOM_FOR_BOTH: u16 = 30;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compare {
    /// `None` until the user moves it; until then the default is selected, which may change as findings arrive.
    selected: Option<At>,
}

/// The selected item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// The line that continues with an account found on this machine.
    Resume,
    /// A path as a whole (row 0), or one cell of its column.
    Path(PathId, usize),
}

impl At {
    fn is_column(self, path: PathId) -> bool {
        matches!(self, Self::Path(here, _) if here == path)
    }

    fn row(self) -> Option<usize> {
        match self {
            Self::Resume => None,
            Self::Path(_, row) => Some(row),
        }
    }
}

fn best(ctx: &Ctx<'_>) -> Option<Advice> {
    recommend(Need::UNASKED, ctx.found)
}

impl Compare {
    fn at(&self, ctx: &Ctx<'_>) -> At {
        let has_resume = resume(ctx).is_some();
        match self.selected {
            Some(At::Resume) | None if has_resume => At::Resume,
            Some(at @ At::Path(..)) => at,
            Some(At::Resume) | None => At::Path(Self::default_path(ctx), 0),
        }
    }

    /// Returns the best fit or, until it is known, the path that fits most users.
    fn default_path(ctx: &Ctx<'_>) -> PathId {
        best(ctx).map_or(PathId::Cli, |advice| advice.path)
    }

    /// Returns the path that the details describe.
    fn path(&self, ctx: &Ctx<'_>) -> PathId {
        match self.at(ctx) {
            At::Path(path, _) => path,
            At::Resume => Self::default_path(ctx),
        }
    }

    /// Moves to the path on the left or right, in the same row.
    fn turn(&mut self, forward: bool, ctx: &Ctx<'_>) {
        let here = PathId::ALL.iter().position(|path| *path == self.path(ctx)).unwrap_or(0);
        let there = if forward { here + 1 } else { here.saturating_sub(1) };
        let path = PathId::ALL.get(there).copied().unwrap_or(self.path(ctx));
        self.selected = Some(At::Path(path, self.at(ctx).row().unwrap_or(0)));
    }

    fn up(&mut self, ctx: &Ctx<'_>) {
        let is_table = ctx.size.layout() == Layout::Columns;
        let has_resume = resume(ctx).is_some();
        match self.at(ctx) {
            At::Path(path, row @ 1..) if is_table => self.selected = Some(At::Path(path, row - 1)),
            At::Path(path, _) if has_resume && (is_table || PathId::ALL.first() == Some(&path)) => self.selected = Some(At::Resume),
            At::Path(path, _) if is_table => self.selected = Some(At::Path(path, 0)),
            At::Path(..) => self.turn(false, ctx),
            At::Resume => {}
        }
    }

    fn down(&mut self, ctx: &Ctx<'_>) {
        let is_table = ctx.size.layout() == Layout::Columns;
        match self.at(ctx) {
            At::Resume if is_table => self.selected = Some(At::Path(self.path(ctx), 0)),
            At::Resume => self.selected = PathId::ALL.first().map(|path| At::Path(*path, 0)),
            At::Path(path, row) if is_table => self.selected = Some(At::Path(path, (row + 1).min(table::lines(ctx).len()))),
            At::Path(..) => self.turn(true, ctx),
        }
    }

    fn choose(&mut self, path: Option<&PathId>) -> Transition {
        let Some(path) = path else { return Transition::stay() };
        self.selected = Some(At::Path(*path, 0));
        Transition::to(Route::Prepare(*path))
    }

    /// Draws the question, or the line to continue with an existing account.
    fn head(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        match resume(ctx) {
            // The question is one column too wide for the smallest screen, where every line counts.
            None if ctx.size.layout() == Layout::Cards => sheet.title("Connect to Notion"),
            None => sheet.title(QUESTION),
            Some(resume) => {
                let is_here = self.at(ctx) == At::Resume;
                let intent = if is_here { Intent::Confirm } else { Intent::UseExisting };
                let key = marks::key(sheet.theme(), Mode::Moving, intent);
                let mut mark = marks::key_mark(sheet, &key);
                if is_here {
                    let bar = sheet.theme().glyph(Glyph::Bar);
                    if !sheet.is_linear() {
                        mark.insert(0, sheet.span(Role::Accent, &format!("{bar} ")));
                    }
                    sheet.put_focus(0);
                }
                let role = if is_here { Role::Title } else { Role::Text };
                sheet.hanging(mark, role, &resume.text(ctx));
            }
        }
    }

    /// Draws the reason for the best fit.
    fn reason(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let theme = sheet.theme();
        match best(ctx) {
            None => marks::waiting(sheet, "Checking which one fits this machine"),
            Some(advice) => {
                let named = if sheet.is_linear() { format!("{}: ", ctx.catalog().path(advice.path).title) } else { String::new() };
                let mark = vec![sheet.span(Role::Accent, &format!("{} {named}", theme.glyph(Glyph::BestFit)))];
                sheet.hanging(mark, Role::Text, &advice.reason.text(ctx.catalog(), ctx.found));
            }
        }
    }

    /// Draws problems that the user must know before choosing; without any, the shortest way to sign in.
    fn advice_beneath(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let alerts = machine::alerts(ctx);
        if alerts.is_empty() {
            return sheet.text(Role::Dim, "Have a token? Paste it.");
        }
        let is_roomy = ctx.size.rows >= ROOM_FOR_BOTH;
        for alert in alerts.iter().take(if is_roomy { alerts.len() } else { 1 }) {
            let headline = alert.texts.first().filter(|_| !is_roomy).unwrap_or(&alert.full);
            sheet.hanging(vec![machine::mark(sheet, Some(alert))], Role::Text, headline);
        }
    }

    fn columns(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::wide(theme, ctx.size);
        let at = self.at(ctx);
        self.head(&mut sheet, ctx);
        sheet.blank();
        table::draw(&mut sheet, ctx, at, best(ctx).map(|advice| advice.path));
        let on_a_cell = at.row().is_some_and(|row| row > 0);
        if !on_a_cell || ctx.size.rows >= ROOM_FOR_BOTH {
            Self::reason(&mut sheet, ctx);
            Self::advice_beneath(&mut sheet, ctx);
        }
        let mut more = Sheet::wide(theme, ctx.size);
        if on_a_cell {
            if ctx.size.rows >= ROOM_FOR_BOTH {
                more.blank();
            }
            self.cell(&mut more, ctx);
            sheet.append(more);
        } else {
            more.blank();
            self.overview(&mut more, ctx);
            // The overview is shown in full or not at all; Tab shows everything.
            let area = Rect::new(0, 0, ctx.size.columns, ctx.size.rows);
            if sheet.height() + more.height() <= usize::from(chrome::body(area, self.has_steps(), &[]).height) {
                sheet.append(more);
            }
        }
        sheet
    }

    /// Draws the full text of the selected cell.
    fn cell(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (path, title) = (self.path(ctx), &ctx.catalog().path(self.path(ctx)).title);
        let row = self.at(ctx).row().unwrap_or(0);
        match row.checked_sub(1).and_then(|index| table::lines(ctx).into_iter().nth(index)) {
            Some(Line::Criterion(row)) => {
                sheet.title(&format!("{title} {} {}", sheet.theme().glyph(Glyph::Bullet), row.label));
                claims::full(sheet, ctx.catalog(), &row.cell(path).claim);
            }
            Some(Line::Machine) | None => {
                sheet.title("This machine");
                machine::full(sheet, ctx);
            }
        }
    }

    fn overview(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let path = ctx.catalog().path(self.path(ctx));
        match ctx.size.layout() {
            Layout::Columns => sheet.pair(&path.title, LABEL, Role::Text, &path.promise),
            // In the list, the promise is already below its path.
            Layout::List => {}
            Layout::Cards => sheet.text(Role::Text, &path.promise),
        }
        // An outdated claim of the guide is only on the full page, beside today's fact.
        let parts: [(&str, &[Claim], Short); 3] = [
            ("When to use", &path.when_to_use, claims::today),
            ("When not", &path.when_not_to_use, claims::in_short),
            ("Limits", &path.limitations, claims::in_short),
        ];
        for (label, stated, short) in parts {
            let text = stated.iter().filter_map(short).collect::<Vec<_>>().join(" · ");
            if !text.is_empty() {
                sheet.pair(label, LABEL, Role::Text, &text);
            }
        }
    }

    fn list(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        self.head(&mut sheet, ctx);
        list::paths(&mut sheet, ctx, self.at(ctx), best(ctx).map(|advice| advice.path));
        Self::reason(&mut sheet, ctx);
        Self::advice_beneath(&mut sheet, ctx);
        sheet.rule();
        if sheet.is_linear() {
            sheet.blank();
            sheet.title(&format!("{} in short; h and l turn to the other paths", ctx.catalog().path(self.path(ctx)).title));
        }
        self.overview(&mut sheet, ctx);
        list::rows(&mut sheet, ctx, self.path(ctx));
        sheet
    }
}

impl Page for Compare {
    fn stage(&self) -> Stage {
        Stage::Choose
    }

    fn has_steps(&self) -> bool {
        false
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let is_table = ctx.size.layout() == Layout::Columns;
        match input {
            Input::Do(Intent::Up) => self.up(ctx),
            Input::Do(Intent::Down) => self.down(ctx),
            Input::Do(Intent::Left) => self.turn(false, ctx),
            Input::Do(Intent::Right) => self.turn(true, ctx),
            Input::Do(Intent::First) => self.selected = Some(At::Path(self.path(ctx), 0)),
            Input::Do(Intent::Last) if is_table => {
                let machine = table::lines(ctx).iter().position(|line| matches!(line, Line::Machine)).unwrap_or_default();
                self.selected = Some(At::Path(self.path(ctx), machine + 1));
            }
            Input::Do(Intent::Pick(number)) => return self.choose(PathId::ALL.get(usize::from(number) - 1)),
            Input::Answer(Given::Choice(index)) => return self.choose(PathId::ALL.get(index)),
            Input::Do(Intent::Confirm) => match resume(ctx).filter(|_| self.at(ctx) == At::Resume) {
                Some(resume) => return Transition::to(resume.route()),
                None => return Transition::to(Route::Prepare(self.path(ctx))),
            },
            // A pasted token needs no choice of a path.
            Input::Paste(secret) => return Transition::to(Route::SignIn(PathId::Token, Entry::Pasted(secret))),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path(ctx))),
            Input::Do(Intent::Guide) => return Transition::to(Route::Guide),
            Input::Do(Intent::Accounts) => return Transition::to(Route::Accounts),
            Input::Do(Intent::Ask) => return Transition::to(Route::Question),
            Input::Do(Intent::UseExisting) if resume(ctx).is_some() => return Transition::to(Route::UseExisting),
            Input::Do(Intent::UseExisting) => return Transition::say("Nothing that can be used was found on this machine."),
            Input::Do(Intent::Retry) => return Transition { look: true, ..Transition::say("Checking again.") },
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Answer(_) => {}
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
        Ask::Choice { id: AskId::Path, prompt: QUESTION.into(), options: PathId::ALL.map(option).into() }
    }

    /// Returns the most important keys, as many as fit; "more" lists the others.
    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let more = (Intent::Help, "more");
        match ctx.size.columns {
            0..60 if !ctx.is_in_lines => {
                vec![(Intent::Confirm, "continue"), (Intent::Pick(3), ""), (Intent::Guide, ""), (Intent::Ask, ""), more]
            }
            60..72 if !ctx.is_in_lines => {
                vec![
                    (Intent::Confirm, "continue"),
                    (Intent::Pick(3), "choose"),
                    (Intent::Guide, "help me choose"),
                    (Intent::Ask, "ask"),
                    more,
                ]
            }
            _ => {
                let mut hints = vec![
                    (Intent::Confirm, "continue"),
                    (Intent::Pick(3), "choose"),
                    (Intent::Guide, "help me choose"),
                    (Intent::Ask, "ask"),
                    (Intent::Details, "details"),
                ];
                if resume(ctx).is_some() && ctx.is_in_lines {
                    hints.push((Intent::UseExisting, "other accounts"));
                }
                if ctx.is_in_lines || ctx.size.columns >= 100 {
                    hints.extend([(Intent::Accounts, "accounts"), (Intent::Retry, "recheck")]);
                } else {
                    hints.push(more);
                }
                hints
            }
        }
    }
}
