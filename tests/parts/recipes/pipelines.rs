//! GitHub Actions, GitLab CI and dev containers: the file is parsed, and its steps are run as the system would run them.

use super::{Site, block};
use crate::support::notion::TOKEN;
use crate::support::sandbox::CommandOutput;
use serde_json::Value;

impl Site {
    /// Parses the text with a YAML parser.
    #[track_caller]
    fn yaml(&self, text: &str) -> Value {
        let parse = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
        let run = self.home.run_program(&["/usr/bin/python3", "-c", parse], text);
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// The steps of the workflow, one shell each, until one fails.
    fn github(self, secret: &str) -> (Self, CommandOutput) {
        let workflow = self.yaml(&block("GitHub Actions", "yaml"));
        let job = &workflow["jobs"]["sync"];
        assert_eq!(workflow["permissions"]["contents"], "read");
        let value = job["env"]["NOTION_API_TOKEN"].as_str().unwrap().replace("${{ secrets.NOTION_API_TOKEN }}", secret);
        assert_eq!(value, secret, "the secret's name is the variable's");
        let Self { notion, home } = self;
        let home =
            home.with_variable("NOTION_API_TOKEN", value).with_variable("CI", "true").with_variable("GITHUB_ACTIONS", "true");
        let site = Self { notion, home };
        let steps: Vec<&str> = job["steps"].as_array().unwrap().iter().filter_map(|step| step["run"].as_str()).collect();
        assert_eq!(steps.len(), 2, "{job}");
        let mut last = None;
        for step in steps {
            site.put("tmp/step.sh", step);
            let run = site.home.run_program(&["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "tmp/step.sh"], "");
            let failed = run.exit_code != Some(0);
            last = Some(run);
            if failed {
                break;
            }
        }
        std::fs::remove_file(site.path().join("tmp/step.sh")).unwrap();
        (site, last.unwrap())
    }

    /// The job's script, and what follows it whether it failed or not.
    fn gitlab(self) -> (Self, CommandOutput, CommandOutput) {
        let pipeline = self.yaml(&block("GitLab CI", "yaml"));
        let job = &pipeline["sync"];
        let builds = self.path().join("tmp").display().to_string();
        let folder = job["variables"]["NOTION_AUTH_HOME"].as_str().unwrap();
        let folder = folder.replace("$CI_BUILDS_DIR", &builds).replace("$CI_JOB_ID", "4711");
        let token_file = self.path().join("token.txt").display().to_string();
        let Self { notion, home } = self;
        let home = home
            .with_variable("NOTION_AUTH_HOME", folder)
            .with_variable("NOTION_TOKEN_FILE", token_file)
            .with_variable("CI", "true")
            .with_variable("GITLAB_CI", "true");
        let site = Self { notion, home };
        let lines = |part: &str| -> String {
            let lines: Vec<&str> = job[part].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
            format!("set -eo pipefail\n{}", lines.join("\n"))
        };
        let script = site.home.run_bash(&lines("script"));
        let afterwards = site.home.run_bash(&lines("after_script"));
        (site, script, afterwards)
    }
}

#[test]
fn a_workflow_of_github_checks_and_works_and_keeps_nothing_on_the_runner() {
    let (site, run) = Site::new().github(TOKEN);
    site.assert_synced(&run);
    assert_eq!(site.left(), Vec::<String>::new());
}

#[test]
fn a_workflow_of_github_stops_at_the_check_where_there_is_no_secret_or_a_bad_one() {
    for (site, secret) in [(Site::new(), ""), (Site::refused(), TOKEN)] {
        let (site, run) = site.github(secret);
        assert_eq!((run.exit_code, site.synced()), (Some(4), None), "{secret:?}: {run:?}");
    }
}

#[test]
fn a_job_of_gitlab_signs_in_works_and_takes_everything_with_it() {
    let (site, script, afterwards) = Site::new().gitlab();
    site.assert_synced(&script);
    assert_eq!(afterwards.exit_code, Some(0), "{afterwards:?}");
    assert_eq!(site.left(), Vec::<String>::new());
    assert_eq!(site.path().join("tmp").read_dir().unwrap().count(), 0);
}

#[test]
fn a_job_of_gitlab_whose_token_is_refused_does_no_work() {
    let (site, script, _) = Site::refused().gitlab();
    assert_eq!((script.exit_code, site.synced()), (Some(4), None), "{script:?}");
    assert_eq!(site.left(), Vec::<String>::new());
}

#[test]
fn a_dev_container_has_the_variable_of_outside_and_says_how_to_sign_in_without_it() {
    let container: Value = serde_json::from_str(&block("Dev containers", "json")).unwrap();
    assert_eq!(container["remoteEnv"]["NOTION_API_TOKEN"], "${localEnv:NOTION_API_TOKEN}");
    let command = container["postCreateCommand"].as_str().unwrap();
    for (token, says) in [(TOKEN, "Fake Works"), ("", "notion-auth login --path cli --no-browser")] {
        let Site { notion: _notion, home } = Site::new();
        let run = home.with_variable("NOTION_API_TOKEN", token).run_program(&["/bin/sh", "-c", command], "");
        assert_eq!(run.exit_code, Some(0), "the container is made all the same: {run:?}");
        assert!(run.stdout.contains(says), "{run:?}");
    }
}
