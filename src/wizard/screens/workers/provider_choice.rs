//! The first two questions, asked once for each folder: the provider, and the key under which the worker's source declares it.

use super::details::draw_costs;
use crate::domain::checks::Verdict;
use crate::domain::secret::Secret;
use crate::domain::token_text::{contains_secret, strip_wrapping};
use crate::domain::workers::WorkerProject;
use crate::domain::workers::commands::{is_valid_key, key_fault};
use crate::domain::workers::declaration::variable_names;
use crate::domain::workers::provider::{Provider, providers};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Mode, Prompt, PromptId};
use crate::wizard::screens::Hint;
use crate::wizard::text_field::TextField;
use crate::wizard::theme::Role;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

const PROVIDER_QUESTION: &str = "What is the worker to sign in to?";

#[derive(Clone, Debug, PartialEq)]
pub(super) enum ProviderChoice {
    Provider { selected: usize },
    Key { provider: &'static Provider, field: TextField, refusal: Option<&'static str> },
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

    pub(super) fn on_input(&mut self, input: &Input, project: &WorkerProject) -> ChoiceResult {
        match self {
            Self::Provider { selected } => {
                let last = providers().len().saturating_sub(1);
                let picked = match input {
                    Input::Do(Intent::Confirm) => Some(*selected),
                    Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => Some(*index),
                    _ => None,
                };
                match (input, picked.and_then(|index| providers().get(index))) {
                    (_, Some(provider)) => {
                        let field = TextField::visible(suggested_key(provider, project));
                        *self = Self::Key { provider, field, refusal: None };
                    }
                    (Input::Do(Intent::Up), _) => *selected = selected.saturating_sub(1),
                    (Input::Do(Intent::Down), _) => *selected = (*selected + 1).min(last),
                    (Input::Do(Intent::First), _) => *selected = 0,
                    (Input::Do(Intent::Last), _) => *selected = last,
                    (Input::Do(Intent::Back), _) => return ChoiceResult::Back,
                    _ => {}
                }
            }
            Self::Key { provider, field, refusal } => match input {
                Input::Type(edit) => {
                    field.edit(*edit);
                    *refusal = None;
                }
                Input::Paste(text) => *refusal = replace(field, text),
                Input::Answer(Answer::Text(text)) => {
                    *refusal = replace(field, text);
                    if refusal.is_none() {
                        return self.finish();
                    }
                }
                Input::Do(Intent::Confirm) => return self.finish(),
                Input::Do(Intent::Back) => *self = Self::with_provider(Some(&provider.id)),
                _ => {}
            },
        }
        ChoiceResult::Pending
    }

    fn finish(&mut self) -> ChoiceResult {
        let Self::Key { provider, field, refusal } = self else { return ChoiceResult::Pending };
        let key = field.public_text().unwrap_or_default();
        *refusal = key_fault(key);
        if refusal.is_some() { ChoiceResult::Pending } else { ChoiceResult::Complete { provider, key: key.to_owned() } }
    }

    fn choices() -> Vec<Choice> {
        let detail = |provider: &Provider| match provider.scope.as_str() {
            "" => provider.scope_means.clone(),
            scope => format!("Scope {scope}. {}", provider.scope_means),
        };
        providers().iter().map(|provider| Choice::new(provider.name.as_str(), detail(provider))).collect()
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, project: &WorkerProject, ctx: &Ctx<'_>) {
        match self {
            Self::Provider { selected } => {
                sheet.title(PROVIDER_QUESTION);
                if ctx.size.is_roomy() {
                    sheet.text(Role::Dim, &format!("A worker in {}. This signs nobody in to Notion.", project.folder));
                    sheet.blank();
                }
                for (index, mut choice) in Self::choices().into_iter().enumerate() {
                    // On a small screen only the selected choice has room for its details.
                    if !ctx.size.is_roomy() && index != *selected {
                        choice.detail.clear();
                    }
                    components::draw_choice(sheet, index + 1, &choice, index == *selected);
                }
                sheet.blank();
                draw_costs(sheet, ctx);
            }
            Self::Key { provider, field, refusal } => {
                sheet.title(&format!("Under which key does the worker declare {}?", provider.name));
                components::draw_field_line(sheet, field, true);
                if let Some(reason) = refusal {
                    let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
                    sheet.hanging(mark, Role::Text, reason);
                }
                sheet.text(Role::Dim, "It is the first argument of worker.oauth in the worker's source.");
                if let Some(key) = field.public_text().filter(|key| key_fault(key).is_none()) {
                    let (id, secret) = variable_names(key);
                    sheet.text(Role::Dim, &format!("Id and secret are read from {id} and {secret}."));
                }
                if let Some(keys) = project.oauth_keys.answer().filter(|keys| !keys.is_empty()) {
                    sheet.text(Role::Dim, &format!("Deployed so far: {}.", keys.join(", ")));
                }
            }
        }
    }

    pub(super) fn prompt(&self) -> Prompt {
        match self {
            Self::Provider { .. } => {
                let prompt = PROVIDER_QUESTION.into();
                Prompt::Choice { id: PromptId::Provider, prompt, options: Self::choices() }
            }
            Self::Key { .. } => {
                Prompt::Text { id: PromptId::Provider, prompt: "The key, the first argument of worker.oauth".into() }
            }
        }
    }

    pub(super) fn hints() -> Vec<Hint> {
        vec![(Intent::Confirm, "go on"), (Intent::Back, "back")]
    }
}

/// Suggests the deployed key or, without one, the provider's name.
fn suggested_key(provider: &Provider, project: &WorkerProject) -> String {
    let deployed = project.oauth_keys.answer().map(Vec::as_slice).unwrap_or_default();
    match deployed {
        [only] if is_valid_key(only) && provider.id == "custom" => only.clone(),
        _ => provider.id.clone(),
    }
}

/// Replaces the key with a paste and returns the reason if it is rejected; a possible secret must not be shown.
fn replace(field: &mut TextField, text: &Secret) -> Option<&'static str> {
    let cleaned = strip_wrapping(text);
    let mut pasted = TextField::visible("");
    pasted.paste(&cleaned);
    let key = pasted.public_text().filter(|_| !contains_secret(&cleaned)).unwrap_or_default();
    let refusal = key_fault(key);
    if refusal.is_none() {
        *field = pasted;
    }
    refusal
}
