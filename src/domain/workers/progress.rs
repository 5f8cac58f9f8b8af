//! Computes which steps are done, which one is next, and what blocks it, from `ntn`'s answers and the runbook. It is pure.

use super::declaration::variable_names;
use super::{Project, Runbook, Said, Step, TokenState};

/// The state of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It is done; the text is the evidence.
    Done(String),
    /// It is the first step that is not done; the text is a hint for running it.
    Next(Option<String>),
    /// It waits for the steps before it.
    Todo,
    /// The person skipped it; later steps do not wait for it.
    Skipped,
    /// It cannot run, for this reason; no later step is next.
    Blocked(String),
}

/// Returns every step with its state, in order. At most one is next.
pub fn progress(project: &Project, runbook: Option<&Runbook>) -> [(Step, StepState); 8] {
    let mut is_over = false;
    Step::ALL.map(|step| {
        if let Some(evidence) = evidence(step, project, runbook) {
            return (step, StepState::Done(evidence));
        }
        if runbook.is_some_and(|runbook| runbook.skipped.contains(&step)) {
            return (step, StepState::Skipped);
        }
        // Without a chosen provider there is nothing to register, store or start.
        let waits = is_over || (runbook.is_none() && step > Step::RedirectUrl);
        is_over = true;
        let state = match obstacle(step, project) {
            _ if waits => StepState::Todo,
            Some(reason) => StepState::Blocked(reason),
            None => StepState::Next(hint(step, project, runbook)),
        };
        (step, state)
    })
}

/// The evidence that a step is done. A token proves all earlier steps, even if they were done elsewhere. But it belongs to the
/// deployed credentials, and proves nothing about a pair that was stored later.
fn evidence(step: Step, project: &Project, runbook: Option<&Runbook>) -> Option<String> {
    let seen = match step {
        Step::Project => project.worker_id.as_ref().map(|id| format!("workers.json names the worker {id}")),
        Step::Deploy => deployed(project, runbook),
        Step::RedirectUrl => project.redirect_url.answer().cloned(),
        Step::Register => runbook.filter(|runbook| runbook.registered).map(|_| "you said so".to_owned()),
        Step::Credentials => runbook.and_then(|runbook| stored(project, runbook)),
        Step::Redeploy => runbook.filter(|runbook| runbook.redeployed).map(|_| "deployed since they were stored".to_owned()),
        Step::Start | Step::Token => None,
    };
    let Some(TokenState::Present { expires_at }) = project.token.answer() else { return seen };
    if step >= Step::Redeploy && runbook.is_some_and(|runbook| runbook.stored_since_deploy) {
        return None;
    }
    seen.or_else(|| match (step, expires_at) {
        (Step::Project, _) => None,
        (Step::Token, Some(end)) => Some(format!("Notion holds a token until {end}")),
        (_, _) => Some("Notion holds a token".to_owned()),
    })
}

/// Evidence for the deployment: the runbook's own capability, or any capability if there is no runbook.
fn deployed(project: &Project, runbook: Option<&Runbook>) -> Option<String> {
    let keys = project.oauth_keys.answer()?;
    match runbook {
        Some(runbook) => keys.contains(&runbook.key).then(|| format!("Notion knows the capability {}", runbook.key)),
        None => (!keys.is_empty()).then(|| format!("Notion knows the capabilities {}", keys.join(", "))),
    }
}

fn stored(project: &Project, runbook: &Runbook) -> Option<String> {
    let names = project.variables.answer()?;
    let (id, secret) = variable_names(&runbook.key);
    (names.contains(&id) && names.contains(&secret)).then(|| format!("{id} and {secret} are set"))
}

fn obstacle(step: Step, project: &Project) -> Option<String> {
    match (step, &project.redirect_url) {
        (Step::Project | Step::Deploy | Step::Redeploy, _) if !project.has_sources => {
            Some("this folder holds no sources of a worker; ntn workers new makes some".to_owned())
        }
        (Step::RedirectUrl, Said::Refused(reason)) => Some(reason.clone()),
        _ => None,
    }
}

/// A hint for the person before this step runs.
fn hint(step: Step, project: &Project, runbook: Option<&Runbook>) -> Option<String> {
    match step {
        Step::Deploy => match (&project.oauth_keys, runbook) {
            (Said::Refused(reason), _) => Some(unknown(reason)),
            (Said::Answer(_), Some(runbook)) => {
                Some(format!("it is not deployed with {}: put the declaration into its source first", runbook.key))
            }
            _ => None,
        },
        Step::Credentials => project.variables.refusal().map(unknown),
        Step::Start => project.token.refusal().map(unknown),
        Step::Project | Step::RedirectUrl | Step::Register | Step::Redeploy | Step::Token => None,
    }
}

fn unknown(reason: &str) -> String {
    format!("whether it is done, ntn does not say: {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states as one letter for each step: `d`one, `n`ext, `t`o do, `b`locked, `s`kipped.
    fn letters(project: &Project, runbook: Option<&Runbook>) -> String {
        let letter = |state: &StepState| match state {
            StepState::Done(_) => 'd',
            StepState::Next(_) => 'n',
            StepState::Todo => 't',
            StepState::Blocked(_) => 'b',
            StepState::Skipped => 's',
        };
        progress(project, runbook).iter().map(|(_, state)| letter(state)).collect()
    }

    fn state(step: Step, project: &Project, runbook: Option<&Runbook>) -> StepState {
        progress(project, runbook).into_iter().find(|(known, _)| *known == step).expect("every step").1
    }

    fn runbook() -> Runbook {
        Runbook::of("/w".into(), "github".into(), "github".into())
    }

    fn sources() -> Project {
        Project { has_sources: true, redirect_url: Said::Answer("https://notion.so/cb".into()), ..Project::default() }
    }

    fn created() -> Project {
        Project { worker_id: Some("w-1".into()), oauth_keys: Said::Answer(Vec::new()), ..sources() }
    }

    fn deployed() -> Project {
        Project { oauth_keys: Said::Answer(vec!["github".into()]), variables: Said::Answer(Vec::new()), ..created() }
    }

    fn with_variables() -> Project {
        Project {
            variables: Said::Answer(vec!["GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into()]),
            token: Said::Answer(TokenState::Absent),
            ..deployed()
        }
    }

    fn signed_in(expires_at: Option<&str>) -> Project {
        Project { token: Said::Answer(TokenState::Present { expires_at: expires_at.map(str::to_owned) }), ..with_variables() }
    }

    #[test]
    fn each_state_of_a_project_has_its_next_step() {
        let registered = Runbook { registered: true, ..runbook() };
        let redeployed = Runbook { redeployed: true, ..registered.clone() };
        for (name, project, runbook, expected) in [
            ("an empty folder", Project::default(), runbook(), "bttttttt"),
            ("sources alone", sources(), runbook(), "ntdttttt"),
            ("a worker without its capability", created(), runbook(), "dndttttt"),
            ("deployed", deployed(), runbook(), "dddntttt"),
            ("registered", deployed(), registered.clone(), "ddddnttt"),
            ("stored", with_variables(), registered, "dddddntt"),
            ("deployed again", with_variables(), redeployed, "ddddddnt"),
            ("a token, whoever took the steps", signed_in(None), runbook(), "dddddddd"),
        ] {
            assert_eq!(letters(&project, Some(&runbook)), expected, "{name}");
        }
    }

    #[test]
    fn without_a_choice_nothing_is_registered_stored_or_started() {
        for (project, expected) in [(sources(), "ntdttttt"), (created(), "dndttttt"), (deployed(), "dddttttt")] {
            assert_eq!(letters(&project, None), expected);
        }
    }

    #[test]
    fn a_worker_whose_sources_are_elsewhere_is_not_deployed_from_here() {
        let elsewhere = Project { has_sources: false, ..created() };
        assert_eq!(letters(&elsewhere, Some(&runbook())), "dbdttttt");
        let elsewhere = Project { has_sources: false, ..deployed() };
        assert_eq!(letters(&elsewhere, Some(&runbook())), "dddntttt", "but what is deployed can be signed in");
    }

    #[test]
    fn one_variable_of_two_is_not_enough() {
        let half = Project { variables: Said::Answer(vec!["GITHUB_CLIENT_ID".into()]), ..with_variables() };
        assert_eq!(letters(&half, Some(&Runbook { registered: true, ..runbook() })), "ddddnttt");
    }

    #[test]
    fn a_token_says_nothing_of_credentials_that_were_stored_after_it() {
        let finished = Runbook { registered: true, redeployed: true, ..runbook() };
        let stored = finished.after(Step::Credentials, true);
        assert_eq!(letters(&signed_in(None), Some(&stored)), "dddddntt");
        for deployed in [Step::Deploy, Step::Redeploy] {
            let runbook = stored.clone().after(deployed, true);
            assert_eq!(letters(&signed_in(None), Some(&runbook)), "dddddddd", "{deployed:?}");
            assert!(runbook.redeployed && !runbook.stored_since_deploy);
        }
    }

    #[test]
    fn what_was_skipped_is_not_waited_for_and_what_is_done_is_not_skipped() {
        let skipping = runbook().skipping(Step::Register).skipping(Step::Redeploy);
        assert_eq!(letters(&deployed(), Some(&skipping)), "dddsnstt");
        assert_eq!(letters(&deployed(), Some(&skipping.clone().skipping(Step::Register))), "dddntstt", "taken in again");
        assert_eq!(letters(&deployed(), Some(&skipping.clone().after(Step::Register, false))), "ddddnstt");
        assert_eq!(letters(&with_variables(), Some(&skipping.after(Step::Credentials, false))), "dddsdntt", "a new pair");
        let blocked = runbook().skipping(Step::Project);
        assert_eq!(letters(&Project::default(), Some(&blocked)), "sbtttttt");
    }

    #[test]
    fn what_ntn_refuses_to_say_is_told_and_may_be_run() {
        let said = || Said::Refused("not logged in".to_owned());
        let silent = Project { oauth_keys: Said::Refused("not logged in".into()), ..created() };
        let StepState::Next(Some(hint)) = state(Step::Deploy, &silent, Some(&runbook())) else { panic!("it may be run") };
        assert!(hint.contains("not logged in"), "{hint}");
        let blocked = Project { redirect_url: said(), ..deployed() };
        assert_eq!(state(Step::RedirectUrl, &blocked, Some(&runbook())), StepState::Blocked("not logged in".into()));
        assert_eq!(letters(&blocked, Some(&runbook())), "ddbttttt");
    }

    #[test]
    fn the_evidence_names_what_was_seen() {
        let project = signed_in(Some("2026-12-01"));
        for (step, sign) in [
            (Step::Project, "w-1"),
            (Step::Deploy, "github"),
            (Step::RedirectUrl, "https://notion.so/cb"),
            (Step::Credentials, "GITHUB_CLIENT_SECRET"),
            (Step::Token, "2026-12-01"),
        ] {
            let StepState::Done(evidence) = state(step, &project, Some(&runbook())) else { panic!("{step:?} is done") };
            assert!(evidence.contains(sign), "{step:?}: {evidence}");
        }
    }
}
