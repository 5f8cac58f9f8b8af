//! The checks on which credential is in use, which ones it shadows, and what contradicts it.

use super::check::{Check, Verdict, problem_text, with_remedy};
use crate::domain::credentials::{Active, NoActive, Workspace, workspace_conflict};

/// The check of which credential is in use. `name` is the display name of the active one.
pub fn active_check(active: &Result<Active<'_>, NoActive>, name: &str) -> Check {
    let (id_of_check, title) = ("credential.active", "In use");
    match active {
        Ok(active) => match active.problem {
            Some(problem) => with_remedy(
                Check::new(id_of_check, title, Verdict::Fail, problem_text(problem)),
                "Set NOTION_API_TOKEN to one Notion token, or unset it.",
            ),
            None => Check::new(id_of_check, title, Verdict::Pass, format!("{name}. {}", active.reason.text())),
        },
        Err(NoActive::NotSignedIn) => with_remedy(Check::new(id_of_check, title, Verdict::Warn, "Not signed in."), "Sign in."),
        Err(NoActive::OtherPurpose) => {
            Check::new(id_of_check, title, Verdict::Pass, "Notion MCP only: no credential for the REST API is saved.")
        }
        Err(NoActive::Ambiguous { count }) => with_remedy(
            Check::new(id_of_check, title, Verdict::Warn, format!("{count} credentials are saved, but none is active.")),
            "Choose one with notion-auth switch, or name it in each command.",
        ),
        Err(NoActive::WorkspaceNotSaved { id }) => with_remedy(
            Check::new(
                id_of_check,
                title,
                Verdict::Fail,
                format!("NOTION_WORKSPACE_ID is {id}, but no credential of that workspace is saved."),
            ),
            "Unset NOTION_WORKSPACE_ID, or sign in to that workspace.",
        ),
        Err(NoActive::Unreadable(problem)) => Check::new(id_of_check, title, Verdict::Unknown, problem_text(problem)),
    }
}

/// The saved credentials that `NOTION_API_TOKEN` shadows. `kept` holds their names, and true if the token is the same. Returns `None`
/// if nothing is saved.
pub fn shadowed_check(saved: &[(String, bool)]) -> Option<Check> {
    let (id, title) = ("credential.shadows", "Overridden");
    let others: Vec<&str> = saved.iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name.as_str()).collect();
    if others.is_empty() {
        let same = saved.first()?;
        return Some(Check::new(id, title, Verdict::Pass, format!("NOTION_API_TOKEN contains the same token as {}.", same.0)));
    }
    Some(with_remedy(
        Check::new(id, title, Verdict::Warn, format!("NOTION_API_TOKEN is used instead of: {}.", others.join(", "))),
        "To use saved credentials, unset NOTION_API_TOKEN.",
    ))
}

/// Compares `NOTION_WORKSPACE_ID` with the workspace of the credential in use, if Notion has named it.
pub fn workspace_variable_check(variable: &str, workspace: Option<&Workspace>) -> Check {
    let (id, title) = ("credential.workspace_variable", "Workspace ID");
    let remedy = "Unset NOTION_WORKSPACE_ID, or use a credential of that workspace.";
    match workspace.map(|own| workspace_conflict(variable, own)) {
        None => Check::new(
            id,
            title,
            Verdict::Unknown,
            format!("NOTION_WORKSPACE_ID is {variable}; the credential's workspace is unknown."),
        ),
        Some(None) => Check::new(id, title, Verdict::Pass, "NOTION_WORKSPACE_ID matches the credential in use."),
        Some(Some(evidence)) => with_remedy(Check::new(id, title, Verdict::Warn, evidence), remedy),
    }
}

/// The check of a credential that only `ntn` can read, so that Notion was not asked.
pub fn unreadable_check() -> Check {
    with_remedy(
        Check::new("credential.valid", "Token works", Verdict::Unknown, "Not checked: only ntn can read it."),
        "Check with ntn itself.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::{ActiveReason, CredentialIndex, CredentialSource, DiscoveredCredential, Inventory, Unusable};
    use crate::domain::problem::{Problem, ProblemCode};
    use Verdict::{Pass, Unknown, Warn};

    #[test]
    fn which_one_is_in_use_is_said_or_what_to_do_about_it() {
        let with_variable = |unusable| {
            let variable = DiscoveredCredential {
                source: CredentialSource::Environment,
                place: "NOTION_API_TOKEN".into(),
                workspace: None,
                unusable,
            };
            Inventory::new(vec![variable], Ok(CredentialIndex::default()), None, "")
        };
        let foreign = Problem::new(ProblemCode::ForeignSecret).with_evidence("V holds x");
        let (usable, unusable) = (with_variable(None), with_variable(Some(Unusable::Variable(foreign))));
        let unreadable = Problem::new(ProblemCode::FileCorrupt).with_evidence("line 1");
        for (active, verdict, says) in [
            (usable.active(), Pass, ActiveReason::Variable.text()),
            (unusable.active(), Verdict::Fail, "V holds x"),
            (Err(NoActive::NotSignedIn), Warn, "Not signed in"),
            (Err(NoActive::Ambiguous { count: 3 }), Warn, "3 credentials are saved, but none is active"),
            (Err(NoActive::WorkspaceNotSaved { id: "ws-9".into() }), Verdict::Fail, "NOTION_WORKSPACE_ID is ws-9"),
            (Err(NoActive::Unreadable(unreadable)), Unknown, "(line 1)"),
        ] {
            let check = active_check(&active, "NOTION_API_TOKEN");
            assert_eq!((check.verdict, check.remedy.is_some()), (verdict, matches!(verdict, Warn | Verdict::Fail)), "{active:?}");
            assert!(check.evidence.contains(says), "{check:?}");
        }
    }

    #[test]
    fn what_a_variable_shadows_is_a_warning_unless_it_is_the_same() {
        let named = |name: &str, is_same| (name.to_owned(), is_same);
        assert_eq!(shadowed_check(&[]), None);
        assert_eq!(shadowed_check(&[named("Acme", true)]).unwrap().verdict, Pass);
        let check = shadowed_check(&[named("Acme", true), named("Beta", false)]).unwrap();
        assert_eq!((check.verdict, check.evidence.as_str()), (Warn, "NOTION_API_TOKEN is used instead of: Beta."));
    }

    #[test]
    fn a_workspace_id_is_compared_and_never_guessed() {
        let own = Workspace { id: "11111111-2222-3333-4444-555555555555".into(), name: None };
        assert_eq!(workspace_variable_check("11111111222233334444555555555555", Some(&own)).verdict, Pass);
        assert_eq!(workspace_variable_check("99999999-2222-3333-4444-555555555555", Some(&own)).verdict, Warn);
        assert_eq!(workspace_variable_check("11111111222233334444555555555555", None).verdict, Unknown);
    }
}
