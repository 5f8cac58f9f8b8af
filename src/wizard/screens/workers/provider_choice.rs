//! The first two questions, asked once for each folder: the provider, and the key under which the worker's source declares it.

use super::details::draw_costs;
use crate::domain::secret::Secret;
use crate::domain::token_text::{contains_secret, strip_wrapping};
use crate::domain::workers::WorkerProject;
use crate::domain::workers::commands::{is_valid_key, key_fault};
use crate::domain::workers::declaration::variable_names;
use crate::domain::workers::provider::{Provider, providers};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Form, FormEvent, Menu, MenuEvent};
use crate::wizard::msg::{Choice, Input, Intent, Mode, Prompt, PromptId};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::sheet::Sheet;

const PROVIDER_QUESTION: &str = "What does the worker sign in to?";

#[derive(Clone, Debug, PartialEq)]
pub(super) enum ProviderChoice {
    Provider { selected: usize },
    Key { provider: &'static Provider, form: Form },
}

/// The result of an input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ChoiceResult {
    Pending,
    Complete { provider: &'static Provider, key: String },
    Back,
}

impl ProviderChoice {
    /// Starts with this provider selected, if there is one.
    pub(super) fn with_provider(id: Option<&str>) -> Self {
        let position = id.and_then(|id| providers().iter().position(|provider| provider.id == id));
        Self::Provider { selected: position.unwrap_or(0) }
    }

    pub(super) fn mode(&self) -> Mode {
        match self {
            Self::Provider { .. } => Mode::Normal,
            Self::Key { .. } => Mode::Insert,
        }
    }

    fn menu() -> Menu {
        let detail = |provider: &Provider| match provider.scope.as_str() {
            "" => provider.scope_means.clone(),
            scope => format!("Scope {scope}. {}", provider.scope_means),
        };
        let items = providers().iter().map(|provider| Choice::new(provider.name.as_str(), detail(provider))).collect();
        Menu::new(PromptId::Provider, PROVIDER_QUESTION, items)
    }

    pub(super) fn on_input(&mut self, input: &Input, project: &WorkerProject) -> ChoiceResult {
        match self {
            Self::Provider { selected } => match (Self::menu().on_input(selected, input), input) {
                (MenuEvent::Chosen(index), _) => {
                    if let Some(provider) = providers().get(index) {
                        let form = Form::default().field("Key", TextField::visible(suggested_key(provider, project)));
                        *self = Self::Key { provider, form };
                    }
                }
                (MenuEvent::Ignored, Input::Do(Intent::Back)) => return ChoiceResult::Back,
                (MenuEvent::Handled(_) | MenuEvent::Ignored, _) => {}
            },
            Self::Key { provider, form } => match (form.on_input(input), input) {
                (FormEvent::Pasted(text, is_line), _) => {
                    replace(form, &text);
                    if is_line && !form.has_fault() {
                        return self.finish();
                    }
                }
                (FormEvent::Ignored, Input::Do(Intent::Confirm)) => return self.finish(),
                (FormEvent::Ignored, Input::Do(Intent::Back)) => *self = Self::with_provider(Some(&provider.id)),
                (FormEvent::Handled | FormEvent::Ignored, _) => {}
            },
        }
        ChoiceResult::Pending
    }

    fn finish(&mut self) -> ChoiceResult {
        let Self::Key { provider, form } = self else { return ChoiceResult::Pending };
        let key = key_text(form).to_owned();
        form.fault(key_fault(&key).map(Into::into));
        if form.has_fault() { ChoiceResult::Pending } else { ChoiceResult::Complete { provider, key } }
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, project: &WorkerProject, ctx: &Ctx<'_>) {
        match self {
            Self::Provider { selected } => {
                sheet.title(PROVIDER_QUESTION);
                if ctx.size.is_roomy() {
                    sheet.text(Role::Dim, &format!("A worker in {}. This doesn't sign anyone in to Notion.", project.folder));
                    sheet.blank();
                }
                // On a small screen only the selected choice has room for its details.
                if ctx.size.is_roomy() {
                    Self::menu().draw(sheet, *selected);
                } else {
                    Self::menu().draw_short(sheet, *selected);
                }
                sheet.blank();
                draw_costs(sheet, ctx);
            }
            Self::Key { form, .. } => {
                sheet.title("What's the OAuth key in your worker's source?");
                form.draw(sheet);
                sheet.text(Role::Dim, "It is the first argument of worker.oauth in the worker's source.");
                if key_fault(key_text(form)).is_none() {
                    let (id, secret) = variable_names(key_text(form));
                    sheet.text(Role::Dim, &format!("The ID and the secret are read from {id} and {secret}."));
                }
                if let Some(keys) = project.oauth_keys.answer().filter(|keys| !keys.is_empty()) {
                    sheet.text(Role::Dim, &format!("Deployed so far: {}.", keys.join(", ")));
                }
            }
        }
    }

    pub(super) fn prompt(&self) -> Prompt {
        match self {
            Self::Provider { .. } => Self::menu().prompt(),
            Self::Key { .. } => {
                Prompt::Text { id: PromptId::Provider, prompt: "The key (the first argument of worker.oauth)".into() }
            }
        }
    }

    pub(super) fn actions(&self) -> Actions {
        match self {
            Self::Provider { .. } => Self::menu().actions("continue").back("back"),
            Self::Key { form, .. } => form.actions("continue").back("back"),
        }
    }
}

fn key_text(form: &Form) -> &str {
    form.text(0).and_then(TextField::public_text).unwrap_or_default()
}

/// Suggests the deployed key or, without one, the provider's name.
fn suggested_key(provider: &Provider, project: &WorkerProject) -> String {
    let deployed = project.oauth_keys.answer().map(Vec::as_slice).unwrap_or_default();
    match deployed {
        [only] if is_valid_key(only) && provider.is_custom() => only.clone(),
        _ => provider.id.clone(),
    }
}

/// Replaces the key with a paste, or says why it is rejected; a possible secret must not be shown.
fn replace(form: &mut Form, text: &Secret) {
    let cleaned = strip_wrapping(text);
    let mut pasted = TextField::visible("");
    pasted.paste(&cleaned);
    let key = pasted.public_text().filter(|_| !contains_secret(&cleaned)).unwrap_or_default();
    let refusal = key_fault(key);
    form.fault(refusal.map(Into::into));
    if refusal.is_none() {
        form.set(0, pasted);
    }
}
