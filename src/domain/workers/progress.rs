//! Computes which steps are done, which one is next, and what blocks it, from `ntn`'s answers and the runbook. It is pure.

use super::declaration::variable_names;
use super::{NtnAnswer, ProviderTokenState, Runbook, WorkerProject, WorkerStep};

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
pub fn progress(project: &WorkerProject, runbook: Option<&Runbook>) -> [(WorkerStep, StepState); 8] {
    let mut is_over = false;
    WorkerStep::ALL.map(|step| {
        if let Some(evidence) = evidence(step, project, runbook) {
            return (step, StepState::Done(evidence));
        }
        if runbook.is_some_and(|runbook| runbook.skipped.contains(&step)) {
            return (step, StepState::Skipped);
        }
        // Without a chosen provider there is nothing to register, store or start.
        let waits = is_over || (runbook.is_none() && step > WorkerStep::RedirectUrl);
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
fn evidence(step: WorkerStep, project: &WorkerProject, runbook: Option<&Runbook>) -> Option<String> {
    let evidence = match step {
        WorkerStep::Project => project.worker_id.as_ref().map(|id| format!("workers.json names the worker {id}")),
        WorkerStep::Deploy => deploy_evidence(project, runbook),
        WorkerStep::RedirectUrl => project.redirect_url.answer().cloned(),
        WorkerStep::Register => runbook.filter(|runbook| runbook.registered).map(|_| "marked done by you".to_owned()),
        WorkerStep::Credentials => runbook.and_then(|runbook| credentials_evidence(project, runbook)),
        WorkerStep::Redeploy => runbook.filter(|runbook| runbook.redeployed).map(|_| "deployed after they were stored".to_owned()),
        WorkerStep::Start | WorkerStep::Token => None,
    };
    let Some(ProviderTokenState::Present { expires_at }) = project.token.answer() else { return evidence };
    if step >= WorkerStep::Redeploy && runbook.is_some_and(|runbook| runbook.stored_since_deploy) {
        return None;
    }
    evidence.or_else(|| match (step, expires_at) {
        (WorkerStep::Project, _) => None,
        (WorkerStep::Token, Some(end)) => Some(format!("Notion has a token until {end}")),
        (_, _) => Some("Notion has a token".to_owned()),
    })
}

/// Evidence for the deployment: the runbook's own capability, or any capability if there is no runbook.
fn deploy_evidence(project: &WorkerProject, runbook: Option<&Runbook>) -> Option<String> {
    let keys = project.oauth_keys.answer()?;
    match runbook {
        Some(runbook) => keys.contains(&runbook.key).then(|| format!("registered capability: {}", runbook.key)),
        None => (!keys.is_empty()).then(|| format!("registered capabilities: {}", keys.join(", "))),
    }
}

fn credentials_evidence(project: &WorkerProject, runbook: &Runbook) -> Option<String> {
    let names = project.variables.answer()?;
    let (id, secret) = variable_names(&runbook.key);
    (names.contains(&id) && names.contains(&secret)).then(|| format!("{id} and {secret} are set"))
}

fn obstacle(step: WorkerStep, project: &WorkerProject) -> Option<String> {
    match (step, &project.redirect_url) {
        (WorkerStep::Project | WorkerStep::Deploy | WorkerStep::Redeploy, _) if !project.has_sources => {
            Some("this folder has no worker source; create it with ntn workers new".to_owned())
        }
        (WorkerStep::RedirectUrl, NtnAnswer::Refused(reason)) => Some(reason.clone()),
        _ => None,
    }
}

/// A hint for the person before this step runs.
fn hint(step: WorkerStep, project: &WorkerProject, runbook: Option<&Runbook>) -> Option<String> {
    match step {
        WorkerStep::Deploy => match (&project.oauth_keys, runbook) {
            (NtnAnswer::Refused(reason), _) => Some(not_reported(reason)),
            (NtnAnswer::Answer(_), Some(runbook)) => {
                Some(format!("The deployed worker doesn't declare {} yet. Add the declaration to its source first.", runbook.key))
            }
            _ => None,
        },
        WorkerStep::Credentials => project.variables.refusal().map(not_reported),
        WorkerStep::Start => project.token.refusal().map(not_reported),
        WorkerStep::Project | WorkerStep::RedirectUrl | WorkerStep::Register | WorkerStep::Redeploy | WorkerStep::Token => None,
    }
}

fn not_reported(reason: &str) -> String {
    format!("ntn doesn't say whether this is done: {}.", reason.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states as one letter for each step: `d`one, `n`ext, `t`o do, `b`locked, `s`kipped.
    fn letters(project: &WorkerProject, runbook: Option<&Runbook>) -> String {
        let letter = |state: &StepState| match state {
            StepState::Done(_) => 'd',
            StepState::Next(_) => 'n',
            StepState::Todo => 't',
            StepState::Blocked(_) => 'b',
            StepState::Skipped => 's',
        };
        progress(project, runbook).iter().map(|(_, state)| letter(state)).collect()
    }

    fn state(step: WorkerStep, project: &WorkerProject, runbook: Option<&Runbook>) -> StepState {
        progress(project, runbook).into_iter().find(|(known, _)| *known == step).expect("every step").1
    }

    fn runbook() -> Runbook {
        Runbook::new("/w".into(), "github".into(), "github".into())
    }

    fn sources() -> WorkerProject {
        WorkerProject {
            has_sources: true,
            redirect_url: NtnAnswer::Answer("https://notion.so/cb".into()),
            ..WorkerProject::default()
        }
    }

    fn created() -> WorkerProject {
        WorkerProject { worker_id: Some("w-1".into()), oauth_keys: NtnAnswer::Answer(Vec::new()), ..sources() }
    }

    fn deployed_worker() -> WorkerProject {
        WorkerProject {
            oauth_keys: NtnAnswer::Answer(vec!["github".into()]),
            variables: NtnAnswer::Answer(Vec::new()),
            ..created()
        }
    }

    fn with_variables() -> WorkerProject {
        WorkerProject {
            variables: NtnAnswer::Answer(vec!["GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into()]),
            token: NtnAnswer::Answer(ProviderTokenState::Absent),
            ..deployed_worker()
        }
    }

    fn signed_in(expires_at: Option<&str>) -> WorkerProject {
        WorkerProject {
            token: NtnAnswer::Answer(ProviderTokenState::Present { expires_at: expires_at.map(str::to_owned) }),
            ..with_variables()
        }
    }

    #[test]
    fn each_state_of_a_project_has_its_next_step() {
        let registered = Runbook { registered: true, ..runbook() };
        let redeployed = Runbook { redeployed: true, ..registered.clone() };
        for (name, project, runbook, expected) in [
            ("an empty folder", WorkerProject::default(), runbook(), "bttttttt"),
            ("sources alone", sources(), runbook(), "ntdttttt"),
            ("a worker without its capability", created(), runbook(), "dndttttt"),
            ("deployed", deployed_worker(), runbook(), "dddntttt"),
            ("registered", deployed_worker(), registered.clone(), "ddddnttt"),
            ("stored", with_variables(), registered, "dddddntt"),
            ("deployed again", with_variables(), redeployed, "ddddddnt"),
            ("a token, whoever took the steps", signed_in(None), runbook(), "dddddddd"),
        ] {
            assert_eq!(letters(&project, Some(&runbook)), expected, "{name}");
        }
    }

    #[test]
    fn without_a_choice_nothing_is_registered_stored_or_started() {
        for (project, expected) in [(sources(), "ntdttttt"), (created(), "dndttttt"), (deployed_worker(), "dddttttt")] {
            assert_eq!(letters(&project, None), expected);
        }
    }

    #[test]
    fn a_worker_whose_sources_are_elsewhere_is_not_deployed_from_here() {
        let elsewhere = WorkerProject { has_sources: false, ..created() };
        assert_eq!(letters(&elsewhere, Some(&runbook())), "dbdttttt");
        let elsewhere = WorkerProject { has_sources: false, ..deployed_worker() };
        assert_eq!(letters(&elsewhere, Some(&runbook())), "dddntttt", "but what is deployed can be signed in");
    }

    #[test]
    fn one_variable_of_two_is_not_enough() {
        let half = WorkerProject { variables: NtnAnswer::Answer(vec!["GITHUB_CLIENT_ID".into()]), ..with_variables() };
        assert_eq!(letters(&half, Some(&Runbook { registered: true, ..runbook() })), "ddddnttt");
    }

    #[test]
    fn a_token_says_nothing_of_credentials_that_were_stored_after_it() {
        let finished = Runbook { registered: true, redeployed: true, ..runbook() };
        let stored = finished.with_completed(WorkerStep::Credentials, true);
        assert_eq!(letters(&signed_in(None), Some(&stored)), "dddddntt");
        for deployed in [WorkerStep::Deploy, WorkerStep::Redeploy] {
            let runbook = stored.clone().with_completed(deployed, true);
            assert_eq!(letters(&signed_in(None), Some(&runbook)), "dddddddd", "{deployed:?}");
            assert!(runbook.redeployed && !runbook.stored_since_deploy);
        }
    }

    #[test]
    fn what_was_skipped_is_not_waited_for_and_what_is_done_is_not_skipped() {
        let skipping = runbook().with_skip_toggled(WorkerStep::Register).with_skip_toggled(WorkerStep::Redeploy);
        assert_eq!(letters(&deployed_worker(), Some(&skipping)), "dddsnstt");
        assert_eq!(
            letters(&deployed_worker(), Some(&skipping.clone().with_skip_toggled(WorkerStep::Register))),
            "dddntstt",
            "taken in again"
        );
        assert_eq!(letters(&deployed_worker(), Some(&skipping.clone().with_completed(WorkerStep::Register, false))), "ddddnstt");
        assert_eq!(
            letters(&with_variables(), Some(&skipping.with_completed(WorkerStep::Credentials, false))),
            "dddsdntt",
            "a new pair"
        );
        let blocked = runbook().with_skip_toggled(WorkerStep::Project);
        assert_eq!(letters(&WorkerProject::default(), Some(&blocked)), "sbtttttt");
    }

    #[test]
    fn what_ntn_refuses_to_say_is_told_and_may_be_run() {
        let refused = || NtnAnswer::Refused("not logged in".to_owned());
        let silent = WorkerProject { oauth_keys: NtnAnswer::Refused("not logged in".into()), ..created() };
        let StepState::Next(Some(hint)) = state(WorkerStep::Deploy, &silent, Some(&runbook())) else { panic!("it may be run") };
        assert!(hint.contains("not logged in"), "{hint}");
        let blocked = WorkerProject { redirect_url: refused(), ..deployed_worker() };
        assert_eq!(state(WorkerStep::RedirectUrl, &blocked, Some(&runbook())), StepState::Blocked("not logged in".into()));
        assert_eq!(letters(&blocked, Some(&runbook())), "ddbttttt");
    }

    #[test]
    fn the_evidence_names_what_was_seen() {
        let project = signed_in(Some("2026-12-01"));
        for (step, sign) in [
            (WorkerStep::Project, "w-1"),
            (WorkerStep::Deploy, "github"),
            (WorkerStep::RedirectUrl, "https://notion.so/cb"),
            (WorkerStep::Credentials, "GITHUB_CLIENT_SECRET"),
            (WorkerStep::Token, "2026-12-01"),
        ] {
            let StepState::Done(evidence) = state(step, &project, Some(&runbook())) else { panic!("{step:?} is done") };
            assert!(evidence.contains(sign), "{step:?}: {evidence}");
        }
    }
}
