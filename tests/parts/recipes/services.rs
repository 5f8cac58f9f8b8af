//! systemd, cron and Docker: the files are checked by their own tools where those are here, and their commands are run in the
//! environment they would have.

use super::{Site, block};
use crate::support::notion::TOKEN;

/// The values of this key, in order.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

/// systemd's own quoting is that of a shell here.
fn as_systemd_runs(line: &str, site: &Site) -> String {
    line.replace("%d", &format!("{}/credentials", site.path().display()))
        .replace("/usr/local/bin/", &format!("{}/bin/", site.path().display()))
}

#[test]
fn the_unit_has_nothing_that_systemd_complains_about() {
    let site = Site::new();
    let unit = block("systemd", "ini").replace("/usr/local/bin/", &format!("{}/bin/", site.path().display()));
    site.put("notion-sync.service", &unit);
    let run = site.home.run_program(&["/usr/bin/systemd-analyze", "verify", "--man=no", "./notion-sync.service"], "");
    let complaints: Vec<&str> = run.stderr.lines().filter(|line| line.contains("notion-sync")).collect();
    assert_eq!((run.exit_code, complaints), (Some(0), Vec::new()), "{run:?}");
}

#[test]
fn the_service_signs_in_with_its_credential_works_and_forgets_it() {
    let site = Site::new();
    let unit = block("systemd", "ini");
    std::fs::create_dir(site.path().join("credentials")).unwrap();
    site.put("credentials/notion-token", TOKEN);
    let folder = values(&unit, "Environment")[0].strip_prefix("NOTION_AUTH_HOME=").unwrap();
    let folder = folder.replace("%t", &format!("{}/run", site.path().display()));
    std::fs::create_dir_all(&folder).unwrap();
    assert_eq!(values(&unit, "LoadCredential"), ["notion-token:/etc/notion-sync/token"]);
    let Site { notion, home } = site;
    let site = Site { notion, home: home.with_variable("NOTION_AUTH_HOME", folder) };
    for key in ["ExecStartPre", "ExecStart", "ExecStopPost"] {
        let lines = values(&unit, key);
        assert_eq!(lines.len(), 1, "{key}");
        let run = site.home.run_program(&["/bin/sh", "-c", &as_systemd_runs(lines[0], &site)], "");
        assert_eq!(run.exit_code, Some(0), "{key}: {run:?}");
    }
    assert_eq!(site.synced().as_deref(), Some(TOKEN));
    let kept = std::fs::read_to_string(site.path().join("run/notion-sync/notion-auth/secrets.json")).unwrap();
    assert!(!kept.contains(TOKEN), "it is forgotten");
}

#[test]
fn a_job_of_cron_runs_with_what_cron_gives_it() {
    let site = Site::new();
    let login = site.home.run_bash(&block("cron", "sh"));
    assert_eq!(login.exit_code, Some(0), "{login:?}");
    let table = block("cron", "crontab");
    let (path, job) = table.trim().split_once('\n').unwrap();
    let path = path.strip_prefix("PATH=").unwrap().replace("/usr/local/bin", &format!("{}/bin", site.path().display()));
    let fields: Vec<&str> = job.splitn(6, ' ').collect();
    let [minute, hour, .., command] = fields.as_slice() else { panic!("{job}") };
    assert!(minute.parse::<u8>().unwrap() < 60 && hour.parse::<u8>().unwrap() < 24, "{job}");
    assert!(!command.contains('%'), "cron takes it for the end of a line");
    let home = site.path().display().to_string();
    let environment = [
        format!("HOME={home}"),
        "LOGNAME=somebody".into(),
        "SHELL=/bin/sh".into(),
        format!("PATH={path}"),
        format!("NOTION_API_BASE_URL={}", site.notion.base_url()),
    ];
    let line: Vec<&str> = ["/usr/bin/env", "-i"]
        .into_iter()
        .chain(environment.iter().map(String::as_str))
        .chain(["/bin/sh", "-c", command])
        .collect();
    let run = site.home.run_program(&line, "");
    site.assert_synced(&run);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "what is written is mailed");
}

/// Without a daemon, what it would run is run here: the line of the build with its secret, the command with the variables of
/// the file, and nothing else.
#[test]
fn an_image_is_built_with_a_secret_that_stays_outside_and_run_with_a_variable() {
    let site = Site::new();
    let file = block("Docker", "dockerfile");
    let step = file.lines().find_map(|line| line.strip_prefix("RUN --mount=type=secret,id=notion_token ")).unwrap();
    let secret = format!("{}/token.txt", site.path().display());
    let run = site.home.run_program(&["/bin/sh", "-c", &step.replace("/run/secrets/notion_token", &secret)], "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(site.left(), Vec::<String>::new(), "no layer holds anything");

    let command = file.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let command: Vec<String> = serde_json::from_str(command).unwrap();
    site.put("notion.env", &format!("NOTION_API_TOKEN={TOKEN}\n"));
    let quoted: Vec<String> = command.iter().map(|word| format!("'{word}'")).collect();
    site.home.add_program(
        "docker",
        &format!(
            "case \"$*\" in
             'build --secret id=notion_token,src=token.txt --tag notion-sync .') test -r token.txt;;
             'run --rm --env-file notion.env notion-sync') exec env $(cat notion.env) {};;
             *) echo \"not understood: $*\" >&2; exit 125;; esac",
            quoted.join(" ")
        ),
    );
    let run = site.home.run_bash(&format!("set -e\n{}", block("Docker", "sh")));
    site.assert_synced(&run);
}
