//! The checks on a person's permissions, from their own answers: Notion's API reports neither role nor plan nor policy.

use super::check::{Check, Verdict, with_remedy};
use crate::domain::prerequisites::{Capability, MemberProfile};

/// The checks of the report: id, title, and the capability that decides each.
const PROFILE_CHECKS: [(&str, &str, Capability); 3] = [
    ("prerequisites.login", "ntn login", Capability::Login),
    ("prerequisites.pat_policy", "PAT policy", Capability::PatApi),
    ("prerequisites.workers", "Workers", Capability::DeployWorkers),
];

const NOT_ANSWERED: &str = "Unknown. Notion's API doesn't report your role or plan, and you haven't entered them.";

/// The checks that are based on a person's answers; `None` means not asked yet. They never fail, because an answer may be wrong and
/// trying is always possible.
pub fn profile_checks(profile: Option<MemberProfile>) -> Vec<Check> {
    let Some(profile) = profile else {
        let remedy = "Enter them in the wizard's Prepare step, or look up each case with the command below.";
        return vec![with_remedy(check("prerequisites.standing", "Your answers", Verdict::Unknown, NOT_ANSWERED, None), remedy)];
    };
    let permissions = profile.permissions().capabilities;
    let answered = check("prerequisites.standing", "Your answers", Verdict::Skip, profile.text(), None);
    let answers = PROFILE_CHECKS.into_iter().filter_map(|(id, title, capability)| {
        let row = permissions.iter().find(|row| row.id == capability)?;
        let verdict = if row.verdict == Verdict::Fail { Verdict::Warn } else { row.verdict };
        let answer = check(id, title, verdict, row.reason.clone(), Some(row.source));
        Some(Check { remedy: row.alternative.map(str::to_owned).filter(|_| verdict != Verdict::Pass), ..answer })
    });
    std::iter::once(answered).chain(answers).collect()
}

fn check(
    id: &'static str,
    title: &'static str,
    verdict: Verdict,
    evidence: impl Into<String>,
    source: Option<&'static str>,
) -> Check {
    Check { source, ..Check::new(id, title, verdict, evidence) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prerequisites::{MemberRole, Plan, TokenPolicy};
    use strum::VariantArray;

    #[test]
    fn what_nobody_said_is_unknown_and_comes_with_what_to_do() {
        let checks = profile_checks(None);
        assert_eq!((checks.len(), checks[0].verdict), (1, Verdict::Unknown));
        assert!(checks[0].remedy.is_some());
    }

    #[test]
    fn what_was_said_is_judged_as_prepare_judges_it_and_never_fails() {
        for &role in MemberRole::VARIANTS {
            for &plan in Plan::VARIANTS {
                for &policy in TokenPolicy::VARIANTS {
                    let profile = MemberProfile { role, plan, policy };
                    let rows = profile.permissions().capabilities;
                    let checks = profile_checks(Some(profile));
                    assert_eq!(checks[0].evidence, profile.text());
                    for (check, (_, _, capability)) in checks.iter().skip(1).zip(PROFILE_CHECKS) {
                        let row = rows.iter().find(|row| row.id == capability).unwrap();
                        let softened = if row.verdict == Verdict::Fail { Verdict::Warn } else { row.verdict };
                        assert_eq!((check.verdict, &check.evidence), (softened, &row.reason), "{profile:?}");
                        assert_eq!(check.source, Some(row.source));
                    }
                }
            }
        }
    }
}
