//! The name and the description of each step, and the command that a person would type for it.

use super::declaration::variable_names;
use super::{Runbook, WorkerProject, WorkerStep};
use crate::domain::command_line::shell_quote;

/// Maximum length of a key.
const MAX_KEY_LENGTH: usize = 64;

impl WorkerStep {
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Deploy => "Deploy",
            Self::RedirectUrl => "Redirect URI",
            Self::Register => "Register",
            Self::Credentials => "ID and secret",
            Self::Redeploy => "Deploy again",
            Self::Start => "Consent",
            Self::Token => "Token",
        }
    }

    /// The description of the step, in one line of at most 76 cells.
    pub fn description(self) -> &'static str {
        match self {
            Self::Project => "Registers the worker with Notion and writes workers.json to this folder.",
            Self::Deploy => "Uploads your source; Notion builds it and registers the capability.",
            Self::RedirectUrl => "Gets the redirect URI from ntn.",
            Self::Register => "Register an app at the provider with this redirect URI.",
            Self::Credentials => "Stores the app's ID and secret in the worker's environment at Notion.",
            Self::Redeploy => "Redeploys the worker so that it uses the new ID and secret.",
            Self::Start => "Opens the provider's consent page, where you allow access.",
            Self::Token => "Checks until Notion has the provider's token. The token is never shown.",
        }
    }
}

/// The command to type for the step in the worker's folder; `None` if the step has no command, or its key is not chosen yet.
pub fn step_command(step: WorkerStep, project: &WorkerProject, runbook: Option<&Runbook>) -> Option<String> {
    let key = || runbook.map(|runbook| shell_quote(&runbook.key));
    let named = || format!("--name {}", shell_quote(&suggested_worker_name(&project.folder)));
    Some(match step {
        WorkerStep::Project => format!("ntn workers create {}", named()),
        WorkerStep::Deploy if project.worker_id.is_none() => format!("ntn workers deploy {}", named()),
        WorkerStep::Deploy | WorkerStep::Redeploy => "ntn workers deploy".to_owned(),
        WorkerStep::RedirectUrl => "ntn workers oauth show-redirect-url".to_owned(),
        WorkerStep::Register => return None,
        WorkerStep::Credentials if project.supports_file_push => "ntn workers env push --yes --file FILE".to_owned(),
        WorkerStep::Credentials => {
            let (id, secret) = variable_names(&runbook?.key);
            format!("ntn workers env set {id}=… {secret}=…")
        }
        WorkerStep::Start => format!("ntn workers oauth start {}", key()?),
        WorkerStep::Token => format!("ntn workers oauth token {}", key()?),
    })
}

/// The suggested name of a new worker: the name of its folder.
pub fn suggested_worker_name(folder: &str) -> String {
    let name = folder.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
    // A name that begins with a dash would be parsed as an option.
    let name = name.trim_start_matches(['-', '.', ' ']);
    if name.is_empty() { "worker".to_owned() } else { name.to_owned() }
}

/// True for a letter followed by letters, digits, hyphens and underscores. Notion documents no rule; these characters are safe in a
/// shell, in TypeScript and, after conversion, in the names of variables.
pub fn is_valid_key(key: &str) -> bool {
    key.len() <= MAX_KEY_LENGTH
        && key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
}

/// A sentence that says why the wizard refuses the key.
pub fn key_fault(key: &str) -> Option<&'static str> {
    if !is_valid_key(key) {
        return Some("A key starts with a letter, then letters, digits, hyphens or underscores.");
    }
    // Notion does not document that Workers reserve this prefix; a project that deploys workers reports it.
    let is_reserved = variable_names(key).0.starts_with("NOTION_");
    is_reserved.then_some("Its variables would start with NOTION_, which Workers reserve. Choose another key.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sanitize::width;

    #[test]
    fn every_step_says_what_it_does_in_a_line() {
        for step in WorkerStep::ALL {
            assert!(width(step.name()) <= 16 && width(step.description()) <= 76, "{step:?}: {}", width(step.description()));
        }
    }

    #[test]
    fn each_step_has_the_command_of_the_project_as_it_stands() {
        let runbook = Runbook::new("/home/me/my worker".into(), "github".into(), "github".into());
        let new = WorkerProject { folder: runbook.folder.clone(), ..WorkerProject::default() };
        let known = WorkerProject { worker_id: Some("w-1".into()), supports_file_push: true, ..new.clone() };
        for (step, project, expected) in [
            (WorkerStep::Project, &new, Some("ntn workers create --name 'my worker'")),
            (WorkerStep::Deploy, &new, Some("ntn workers deploy --name 'my worker'")),
            (WorkerStep::Deploy, &known, Some("ntn workers deploy")),
            (WorkerStep::RedirectUrl, &known, Some("ntn workers oauth show-redirect-url")),
            (WorkerStep::Register, &known, None),
            (WorkerStep::Credentials, &known, Some("ntn workers env push --yes --file FILE")),
            (WorkerStep::Credentials, &new, Some("ntn workers env set GITHUB_CLIENT_ID=… GITHUB_CLIENT_SECRET=…")),
            (WorkerStep::Redeploy, &known, Some("ntn workers deploy")),
            (WorkerStep::Start, &known, Some("ntn workers oauth start github")),
            (WorkerStep::Token, &known, Some("ntn workers oauth token github")),
        ] {
            assert_eq!(step_command(step, project, Some(&runbook)).as_deref(), expected, "{step:?}");
        }
        assert_eq!(step_command(WorkerStep::Start, &known, None), None, "no key is chosen");
    }

    #[test]
    fn a_worker_is_named_after_its_folder_and_never_like_an_option() {
        for (folder, name) in
            [("/home/me/sync", "sync"), ("C:\\work\\sync\\", "sync"), ("/srv/--force", "force"), ("/", "worker"), ("", "worker")]
        {
            assert_eq!(suggested_worker_name(folder), name, "{folder}");
        }
    }

    #[test]
    fn a_key_is_nothing_that_a_shell_or_an_option_parser_would_read() {
        for good in ["github", "googleAuth", "my-key_2", "g"] {
            assert!(is_valid_key(good), "{good}");
        }
        for bad in ["", "-v", "--json", "2fa", "a b", "a\"b", "a;b", "ключ", "a\n", &"x".repeat(65)] {
            assert!(!is_valid_key(bad), "{bad}");
        }
    }

    #[test]
    fn a_key_whose_variables_are_notions_own_is_refused_and_told_why() {
        for reserved in ["notion", "Notion", "notion-auth", "NOTION_x"] {
            assert!(key_fault(reserved).is_some_and(|reason| reason.contains("NOTION_")), "{reserved}");
        }
        for good in ["github", "notionish", "my-notion"] {
            assert_eq!(key_fault(good), None, "{good}");
        }
        assert!(key_fault("2fa").is_some_and(|reason| reason.starts_with("A key starts with a letter")));
    }
}
