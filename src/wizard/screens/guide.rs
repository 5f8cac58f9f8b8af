//! The guide: a decision tree, one question at a time, then the recommendation with its reason.

use super::{Page, Stage};
use crate::domain::advice::{
    Advice, Audience, GuideAnswers, GuideQuestion, GuideStep, Membership, TargetEnvironment, guide_recommendation, next_step,
    recommend,
};
use crate::domain::auth_path::AuthMethod;
use crate::domain::sanitize::capitalised;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Menu, MenuEvent};
use crate::wizard::msg::{Choice, Input, Intent, Prompt, PromptId, Route, TokenEntry, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{claim, components};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuidePage {
    answers: GuideAnswers,
    /// All answers, including those that were undone: they are preselected when their question comes again.
    previous_answers: GuideAnswers,
    selected: usize,
    /// Computed when the last question is answered, so that it does not change while it is read.
    advice: Option<Advice>,
}

const AUDIENCES: [(Audience, &str, &str); 3] = [
    (Audience::Own, "Me, or my team", "One workspace that you belong to."),
    (Audience::ManyUsers, "Many users of my app", "Each in their own workspace."),
    (Audience::ExternalService, "A worker that signs in to another service", "Such as GitHub, Google or Salesforce."),
];

const PLACES: [(TargetEnvironment, &str, &str); 3] = [
    (TargetEnvironment::Terminal, "In my own terminal", "Local development, testing, scripting with ntn."),
    (TargetEnvironment::Server, "On a server or in CI", "A script that runs where no one can approve a login."),
    (TargetEnvironment::Unsure, "Not sure yet", "Start simple; you can change it later."),
];

const MEMBERSHIPS: [(Membership, &str, &str); 3] = [
    (Membership::Full, "A full member", "Owners are full members too."),
    (Membership::GuestOrRestricted, "A guest or restricted member", "Invited to individual pages, or with limited rights."),
    (Membership::Unsure, "Not sure", "Look in Settings → People."),
];

impl GuidePage {
    fn question(&self) -> Option<GuideQuestion> {
        match next_step(self.answers) {
            GuideStep::Ask(question) => Some(question),
            GuideStep::Complete(_) => None,
        }
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let Some(question) = self.question() else { return self.follow_advice(index) };
        match question {
            GuideQuestion::Audience => {
                self.previous_answers.audience = AUDIENCES.get(index).map(|(value, ..)| *value);
                self.answers.audience = self.previous_answers.audience;
            }
            GuideQuestion::Environment => {
                self.previous_answers.environment = PLACES.get(index).map(|(value, ..)| *value);
                self.answers.environment = self.previous_answers.environment;
            }
            GuideQuestion::Membership => {
                self.previous_answers.membership = MEMBERSHIPS.get(index).map(|(value, ..)| *value);
                self.answers.membership = self.previous_answers.membership;
            }
        }
        self.selected = self.previous_choice();
        if let GuideStep::Complete(need) = next_step(self.answers) {
            self.advice = Some(recommend(need, ctx.findings).unwrap_or_else(|| guide_recommendation(need)));
        }
        Transition::stay()
    }

    /// Follows the recommendation: the best path, or one of the alternatives.
    fn follow_advice(&self, index: usize) -> Transition {
        let Some(advice) = self.advice else { return Transition::stay() };
        let runner_up = index.checked_sub(1).and_then(|index| advice.runners_up.get(index));
        match (index, runner_up) {
            (0, _) if advice.path.uses_ntn() && advice.method == AuthMethod::Token => {
                Transition::to(Route::Token(advice.path, TokenEntry::Field))
            }
            // The answers name the kind of OAuth, so it is not asked for again.
            (0, _) if advice.method == AuthMethod::OwnConnection => Transition::to(Route::Connection),
            (0, _) if advice.method == AuthMethod::Worker => Transition::to(Route::Workers),
            (0, _) => Transition::to(Route::PrepareFor(advice.path, advice.method)),
            (_, Some((path, _))) => Transition::to(Route::Prepare(*path)),
            (_, None) => Transition::stay(),
        }
    }

    /// Returns the previous choice for this question.
    fn previous_choice(&self) -> usize {
        let given = self.previous_answers;
        let index = match self.question() {
            Some(GuideQuestion::Audience) => AUDIENCES.iter().position(|(value, ..)| Some(*value) == given.audience),
            Some(GuideQuestion::Environment) => PLACES.iter().position(|(value, ..)| Some(*value) == given.environment),
            Some(GuideQuestion::Membership) => MEMBERSHIPS.iter().position(|(value, ..)| Some(*value) == given.membership),
            None => None,
        };
        index.unwrap_or(0)
    }

    /// Undoes the last answer, or leaves the page if there is none.
    fn on_back(&mut self) -> Transition {
        self.advice = None;
        if self.answers.membership.take().is_some()
            || self.answers.environment.take().is_some()
            || self.answers.audience.take().is_some()
        {
            self.selected = self.previous_choice();
            Transition::stay()
        } else {
            Transition::back()
        }
    }

    fn question_text(question: GuideQuestion) -> &'static str {
        match question {
            GuideQuestion::Audience => "Who is it for?",
            GuideQuestion::Environment => "Where will it run?",
            GuideQuestion::Membership => "What's your role in that workspace?",
        }
    }

    fn menu(&self, ctx: &Ctx<'_>) -> Menu {
        let Some(question) = self.question() else {
            let items = self.advice.map(|advice| Self::result_choices(&advice, ctx)).unwrap_or_default();
            return Menu::new(PromptId::Path, "Which path?", items);
        };
        let items = match question {
            GuideQuestion::Audience => AUDIENCES.map(|(_, label, detail)| Choice::new(label, detail)),
            GuideQuestion::Environment => PLACES.map(|(_, label, detail)| Choice::new(label, detail)),
            GuideQuestion::Membership => MEMBERSHIPS.map(|(_, label, detail)| Choice::new(label, detail)),
        };
        Menu::new(PromptId::Guide, Self::question_text(question), items.into())
    }

    /// Says why, from the answers first and then from this machine, if they lead to the same method.
    fn reason(&self, advice: &Advice, ctx: &Ctx<'_>) -> String {
        let here = advice.reason.text(ctx.catalog(), ctx.findings);
        let GuideStep::Complete(need) = next_step(self.answers) else { return here };
        let answered = guide_recommendation(need);
        let is_same = (answered.path, answered.method) == (advice.path, advice.method) && answered.reason != advice.reason;
        if is_same { format!("{} {here}", answered.reason.text(ctx.catalog(), ctx.findings)) } else { here }
    }

    fn result_choices(advice: &Advice, ctx: &Ctx<'_>) -> Vec<Choice> {
        let title = |path| ctx.catalog().path(path).title.as_str();
        let method = match (advice.path.uses_ntn(), advice.method) {
            (true, AuthMethod::BrowserLogin) => ", with your browser",
            (true, _) => ", with NOTION_API_TOKEN",
            (false, AuthMethod::OwnConnection) => ", with your own connection",
            (false, AuthMethod::Worker) => ", Workers OAuth",
            (false, AuthMethod::Token | AuthMethod::BrowserLogin) => "",
        };
        let catalog = ctx.catalog();
        // The reason is above the choices.
        let first = Choice::new(format!("{}{method}", title(advice.path)), "");
        let others = advice.runners_up.iter();
        let others =
            others.map(|(path, alternative)| Choice::new(title(*path), capitalised(catalog.advice_text(alternative.into()))));
        std::iter::once(first).chain(others).collect()
    }
}

impl Page for GuidePage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Choose)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.menu(ctx).on_input(&mut self.selected, &input), input) {
            (MenuEvent::Chosen(index), _) => self.pick(index, ctx),
            (MenuEvent::Handled(transition), _) => *transition,
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => self.on_back(),
            (MenuEvent::Ignored, Input::Do(Intent::AskQuestion)) => Transition::to(Route::Question),
            (MenuEvent::Ignored, _) => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        match self.advice {
            None => {
                let number = 1 + usize::from(self.answers.audience.is_some()) + usize::from(self.answers.environment.is_some());
                sheet.text(Role::Dim, &format!("Question {number} of up to 3"));
                let menu = self.menu(ctx);
                sheet.title(&menu.question);
                sheet.blank();
                menu.draw(&mut sheet, self.selected);
            }
            Some(advice) => {
                let catalog = ctx.catalog();
                // In plain mode the mark is the words "best fit".
                let star = if theme.plain { String::new() } else { format!("{} ", theme.glyph(Glyph::BestFit)) };
                let mark = vec![sheet.span(Role::Title, &star)];
                sheet.hanging(mark, Role::Title, &format!("Best fit: {}", catalog.path(advice.path).title));
                sheet.text(Role::Text, &self.reason(&advice, ctx));
                if let Some(caution) = advice.caution {
                    let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
                    sheet.hanging(mark, Role::Text, catalog.advice_text(caution.into()));
                }
                sheet.blank();
                for (index, choice) in Self::result_choices(&advice, ctx).iter().enumerate() {
                    if index == 1 {
                        sheet.text(Role::Dim, "Other options");
                    }
                    components::draw_choice(&mut sheet, index + 1, choice, index == self.selected);
                }
                // On a small screen the result comes before the choices, until another one is selected.
                if self.selected == 0 && !sheet.is_plain() {
                    sheet.focus_on_top();
                }
                // If this machine leads to another path, the guide's rule did not decide, and is not shown.
                let branch =
                    catalog.decision_tree.iter().find(|branch| (branch.rule.as_str(), branch.path) == (advice.rule, advice.path));
                if let Some(branch) = branch {
                    sheet.blank();
                    sheet.text(Role::Dim, "The guide's rule for this case:");
                    claim::draw(&mut sheet, catalog, std::slice::from_ref(&branch.claim));
                    sheet.text(Role::Dim, &format!("Notion skill: {}", branch.skill));
                }
            }
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        self.menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        self.menu(ctx).actions("continue").back("back").key(Intent::AskQuestion, "ask")
    }
}
