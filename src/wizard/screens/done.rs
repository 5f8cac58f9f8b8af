//! The last page: where the credential is, which commands to run next, a one-line command for the next machine, and how to revoke access.

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::calendar::ReminderFile;
use crate::domain::catalog::{NextCommand, NtnVersions};
use crate::domain::command_line::option_word;
use crate::domain::credentials::{
    CredentialSource, ExpiryState, SignInOutcome, StoreKind, expiry_reminder, expiry_state, revoke_path,
};
use crate::domain::login::LoginFlow;
use crate::domain::loopback::DEFAULT_PORT;
use crate::domain::machine::NtnState;
use crate::domain::oauth::ConnectionRecord;
use crate::domain::rotation::rotation_blocker;
use crate::domain::sanitize::{truncate, width};
use crate::wizard::context::{Ctx, Size};
use crate::wizard::kit::{Actions, Menu};
use crate::wizard::msg::{Answer, Choice, Input, Intent, Mode, Prompt, PromptId, Route, Task, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// From this many rows up, there is a blank line between the commands.
const MIN_ROWS_FOR_GAPS: u16 = 30;

#[derive(Clone, Debug, PartialEq)]
pub struct DonePage {
    done: SignInOutcome,
    selected: usize,
}

impl DonePage {
    pub fn new(done: SignInOutcome) -> Self {
        Self { done, selected: 0 }
    }

    /// Returns the command that signs in the same way without the screen, with its description: by browser login, or with a secret from
    /// standard input.
    fn one_liner(&self) -> (String, &'static str) {
        if self.is_ntn_login() {
            return ("notion-auth login --path cli".into(), "On another machine");
        }
        let record = &self.done.record;
        if let Some(connection) = &record.connection {
            let ConnectionRecord { client_id, redirect } = connection;
            let client_id = option_word("client-id", client_id);
            let port = if redirect.port == DEFAULT_PORT { String::new() } else { format!(" --port {}", redirect.port) };
            let store = record.store.name();
            let command =
                format!("notion-auth login --path oauth {client_id} --client-secret-stdin{port} --store {store} < secret.txt");
            return (command, "On another machine (secret.txt holds the client secret)");
        }
        // The command has only options that differ from the defaults, so that it fits on a line.
        let path = if record.path == AuthMethod::Token.path() { String::new() } else { format!(" --path {}", record.path) };
        let store = if record.store == StoreKind::Keychain { String::new() } else { format!(" --store {}", record.store.name()) };
        let expires = record.expires_on.map(|day| format!(" --expires {day}")).unwrap_or_default();
        let command = format!("notion-auth login{path} --token-stdin{store}{expires} < token.txt");
        (command, "On another machine (token.txt holds the token)")
    }

    /// Returns commands to copy, each with its description.
    fn commands(&self, ctx: &Ctx<'_>) -> Vec<(String, String)> {
        let entry = &ctx.catalog().path(self.done.record.path).entry;
        let next = if self.is_ntn_login() { &entry.after_login } else { &entry.next };
        let installed = installed_ntn(ctx);
        // A credential that is not saved cannot be read by a later command.
        let is_runnable = |command: &&NextCommand| self.done.record.store != StoreKind::None && command.works_with(installed);
        let mut commands: Vec<_> =
            next.iter().filter(is_runnable).map(|command| (command.run.clone(), command.does.clone())).collect();
        if self.done.needs_keyring_variable {
            let does = "First, tell ntn to use its token file (add this to your shell profile too)";
            commands.insert(0, ("export NOTION_KEYRING=0".to_owned(), does.to_owned()));
        }
        if self.is_ntn_login() && ctx.has_environment_token() {
            let does = "First, unset the variables that ntn would use instead of the login";
            commands.insert(0, ("unset NOTION_API_TOKEN NOTION_WORKSPACE_ID".to_owned(), does.to_owned()));
        }
        if self.done.record.store != StoreKind::None {
            let (command, does) = self.one_liner();
            commands.push((command, does.to_owned()));
        }
        for (command, _) in &mut commands {
            *command = ctx.setup.shell_syntax.translate(command);
        }
        commands
    }

    /// The commands as a menu. Enter finishes instead.
    fn menu(&self, ctx: &Ctx<'_>) -> Menu {
        let items = self.commands(ctx).into_iter().map(|(command, does)| Choice::new(command, does)).collect();
        Menu::new(PromptId::Finished, "Run next", items).with_numbers_that_select()
    }

    fn is_ntn_login(&self) -> bool {
        matches!(self.done.found_in, Some(CredentialSource::Ntn { .. }))
    }

    /// True if the credential was already saved before.
    fn was_saved_before(&self) -> bool {
        matches!(self.done.found_in, Some(CredentialSource::Saved(_)))
    }

    /// Describes where the credential is, and whether it was written now.
    fn storage_text(&self) -> String {
        let place = &self.done.receipt.place;
        match self.done.receipt.store {
            StoreKind::None => "Not saved. You'll sign in again next time.".to_owned(),
            StoreKind::Ntn => format!("Managed by ntn: {place}"),
            StoreKind::Keychain | StoreKind::File if self.was_saved_before() => format!("Saved: {place}"),
            StoreKind::Keychain | StoreKind::File => format!("Saved and read back: {place}"),
        }
    }

    /// Draws where the credential is. The account, which is made of two long ids, is broken between them.
    fn draw_storage(&self, sheet: &mut Sheet, size: Size) {
        let text = self.storage_text();
        let account = format!("account {}", self.done.record.account.key());
        let place = text.strip_suffix(&format!(", {account}")).filter(|_| !sheet.is_plain());
        sheet.hanging(vec![Span::raw("  ")], Role::Text, place.unwrap_or(&text));
        // On a small screen the first command is more useful than the account's ids.
        if place.is_none() || !size.is_roomy() {
            return;
        }
        let room = sheet.width().saturating_sub(2);
        let parts = match account.split_once('@') {
            Some((name, actor)) if width(&account) > room => vec![name.to_owned(), format!("@{actor}")],
            _ => vec![account],
        };
        for part in parts {
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &truncate(&part, room));
        }
    }

    /// Draws the reminder of an expiry date that is near, and the keys that help.
    fn draw_reminder(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let key = |intent| components::key_name(sheet.theme(), Mode::Normal, intent);
        let reminder = self.done.record.expires_on.and_then(|end| expiry_reminder(end, ctx.setup.today));
        let text = match (reminder, self.can_rotate()) {
            (Some(reminder), true) => format!("Note: {reminder}. Press {} to replace the token.", key(Intent::Rotate)),
            (Some(reminder), false) => format!("Note: {reminder}."),
            (None, true) if ctx.size.is_roomy() => format!("Press {} for a calendar reminder.", key(Intent::Reminder)),
            (None, _) => return,
        };
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, &text);
    }

    /// True if the credential is saved and its tokens are not refreshed.
    fn can_be_sent(&self) -> bool {
        matches!(self.done.receipt.store, StoreKind::Keychain | StoreKind::File) && self.done.record.connection.is_none()
    }

    /// True if the token is saved here and can be replaced from here.
    fn can_rotate(&self) -> bool {
        let is_saved = matches!(self.done.receipt.store, StoreKind::Keychain | StoreKind::File);
        is_saved && rotation_blocker(&self.done.record).is_none()
    }

    /// Returns the calendar file of the expiry date, if one is known and the token can be replaced before it.
    fn reminder(&self, ctx: &Ctx<'_>) -> Option<ReminderFile> {
        let end = self.done.record.expires_on.filter(|_| self.can_rotate())?;
        Some(ReminderFile::new(&self.done.record, end, ctx.setup.today))
    }

    /// True if the person is to be reminded of the expiry date now.
    fn is_expiring(&self, ctx: &Ctx<'_>) -> bool {
        self.done.record.expires_on.is_some_and(|end| expiry_state(end, ctx.setup.today) != ExpiryState::Far)
    }

    fn revocation_text(&self) -> &'static str {
        match self.done.receipt.store {
            StoreKind::Ntn => {
                "To sign out, run ntn logout. Notion doesn't document where a login is revoked; tokens are revoked on this page:"
            }
            StoreKind::None if self.done.record.connection.is_some() => {
                "To revoke it, the person who approved it disconnects it in Settings → Connections. On this page you can delete the \
                 connection itself, for everyone:"
            }
            StoreKind::None => "To revoke it, use this page:",
            StoreKind::Keychain | StoreKind::File if self.done.record.connection.is_some() => {
                "To sign out, run notion-auth logout: it revokes the tokens and deletes them here. On this page you can delete the \
                 connection itself, for everyone:"
            }
            StoreKind::Keychain | StoreKind::File => {
                "To sign out, run notion-auth logout, which deletes it here. Revoke it at Notion on this page:"
            }
        }
    }
}

/// Returns the version group of the installed `ntn`. Without one, the commands use the form that every version understands.
fn installed_ntn(ctx: &Ctx<'_>) -> NtnVersions {
    match ctx.findings.ntn.get() {
        Some(NtnState::Found { generation: LoginFlow::TwoSteps, .. }) => NtnVersions::Newer,
        _ => NtnVersions::V0_4_0,
    }
}

impl Page for DonePage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Done)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let link = || ctx.revocation_link(revoke_path(&self.done.record));
        match (input, &self.done.record.connection) {
            (Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(_)), _) => Transition::quit(),
            (Input::Do(Intent::Copy), _) => {
                let command = self.commands(ctx).into_iter().nth(self.selected);
                command.map_or_else(Transition::stay, |(command, _)| Transition::copy(command))
            }
            (Input::Do(Intent::Open), _) => link().map_or_else(Transition::stay, Transition::open),
            (Input::Do(Intent::PrintLink), _) => link().map_or_else(Transition::stay, |link| Transition::print(link.as_str())),
            (Input::Do(Intent::Details), Some(connection)) => Transition::to(Route::Snippets(connection.clone())),
            (Input::Do(Intent::Rotate), _) if self.can_rotate() => {
                Transition::to(Route::Rotate(Box::new(self.done.record.clone())))
            }
            (Input::Do(Intent::Reminder), _) => self
                .reminder(ctx)
                .map_or_else(Transition::stay, |reminder| Transition::start(Task::WriteReminder(Box::new(reminder)))),
            (Input::Do(Intent::Accounts), _) => Transition::to(Route::Accounts),
            (Input::Do(Intent::Agents), _) => Transition::to(Route::Agents),
            (Input::Do(Intent::Back), _) => Transition::back(),
            (input, _) => {
                self.menu(ctx).on_input(&mut self.selected, &input);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let mark = vec![sheet.span(Role::Good, &format!("{} ", theme.glyph(Glyph::Pass)))];
        let note = &self.done.record;
        let who = note.user.as_deref().unwrap_or("this token");
        let workspace = note.workspace.name.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
        sheet.scroll_to_here();
        sheet.hanging(mark, Role::Title, &format!("Signed in as {who}{workspace}"));
        self.draw_storage(&mut sheet, ctx.size);
        if note.connection.is_some() && note.store != StoreKind::None {
            let text = "The refresh token and the client secret are saved beside it.";
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, text);
        }
        if let Some(note) = &self.done.receipt.note {
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, note);
        }
        if let Some(day) = self.done.record.expires_on {
            let ends = if self.was_saved_before() {
                format!("Expires {day}.")
            } else {
                format!("Expires {day} (if you created it today).")
            };
            sheet.hanging(vec![Span::raw("  ")], Role::Text, &ends);
            self.draw_reminder(&mut sheet, ctx);
        }
        let commands = self.commands(ctx);
        if !commands.is_empty() {
            if ctx.size.is_roomy() {
                sheet.blank();
            }
            sheet.title("Run next");
        }
        if ctx.setup.demo.is_some() && !commands.is_empty() {
            components::draw_demo(&mut sheet, "Examples only. The demo's token is gone when you quit.");
        }
        for (index, (command, does)) in commands.iter().enumerate() {
            if index > 0 && !sheet.is_plain() && ctx.size.rows >= MIN_ROWS_FOR_GAPS {
                sheet.blank();
            }
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, does);
            // On arrival the cursor stays on the headline.
            if index == self.selected && index > 0 {
                sheet.set_focus(2);
            }
            // One line each, so that the mouse selects no line end; the copy key has the rest of a longer one.
            let room = if sheet.is_plain() { usize::MAX } else { ctx.size.screen_width().saturating_sub(2) };
            sheet.command(&truncate(command, room), index == self.selected);
        }
        if note.connection.is_some() {
            sheet.blank();
            let tab = components::key_name(theme, Mode::Normal, Intent::Details);
            let text =
                format!("Your own server needs a few lines of code: press {tab} to see them in five languages, without secrets.");
            sheet.text(Role::Text, &text);
        }
        sheet.begin_details();
        sheet.blank();
        sheet.text(Role::Dim, self.revocation_text());
        if let Some(link) = ctx.revocation_link(revoke_path(&self.done.record)) {
            sheet.link(&link);
        }
        if self.can_be_sent() {
            let key = |intent| components::key_name(theme, Mode::Normal, intent);
            let (accounts, hand_to) = (key(Intent::Accounts), key(Intent::Send));
            let text = format!("To send it to a secret manager: {accounts}, then {hand_to}");
            sheet.text(Role::Dim, &text);
        }
        sheet.text(Role::Dim, "Run notion-auth to reopen this wizard.");
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        Prompt::Ended
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        Actions::enter("finish")
            .back("start over")
            .key_if(!self.commands(ctx).is_empty(), Intent::Copy, "copy")
            .key_if(self.done.record.connection.is_some(), Intent::Details, "for your server")
            .key(Intent::Open, "revoke page")
            .key_if(self.can_rotate() && self.is_expiring(ctx), Intent::Rotate, "rotate")
            .key(Intent::Accounts, "accounts")
            .key(Intent::Agents, "agents")
            .key_if(self.reminder(ctx).is_some(), Intent::Reminder, "reminder")
            .key(Intent::PrintLink, "print link")
            .and(self.menu(ctx).actions("finish"))
    }
}
