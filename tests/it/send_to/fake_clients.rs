//! The other managers, by stand-ins for their clients that keep what they are given and write down how they are run.

use super::{hand_to, signed_in};
use crate::support::notion::TOKEN;
use crate::support::sandbox::Sandbox;
use std::fs;

/// Each manager's client: its name, the arguments to send a secret to it, one of its variables, and its script, in which `$kept`
/// is the store and `$*` the arguments.
const CLIENTS: [(&str, &str, &str, &str, &str); 6] = [
    (
        "github",
        "gh",
        "--repo acme/app",
        "GH_TOKEN",
        "case \"$1 $2\" in 'secret set') cat >\"$kept\" ;;
         'secret list') if [ -f \"$kept\" ]; then echo \"[{\\\"name\\\":\\\"NOTION_API_TOKEN\\\",\\\"updatedAt\\\":\\\"$(stat -c %y \"$kept\")\\\"}]\"; else echo '[]'; fi ;; *) exit 9 ;; esac",
    ),
    (
        "gitlab",
        "glab",
        "--group acme",
        "GITLAB_TOKEN",
        "case \"$2\" in set) if [ -f \"$kept\" ]; then echo '* Key (NOTION_API_TOKEN) has already been taken' >&2; exit 1; fi; cat >\"$kept\" ;;
         update) cat >\"$kept\" ;; get) cat \"$kept\" ;; *) exit 9 ;; esac",
    ),
    (
        "vault",
        "vault",
        "--path ci/notion",
        "VAULT_TOKEN",
        "case \"$2\" in patch) if [ ! -f \"$kept\" ]; then echo 'No value found at secret/data/ci/notion' >&2; exit 2; fi; cat >\"$kept\" ;;
         put) cat >\"$kept\" ;; get) cat \"$kept\" ;; *) exit 9 ;; esac",
    ),
    (
        "1password",
        "op",
        "--vault Engineering",
        "OP_SERVICE_ACCOUNT_TOKEN",
        "case \"$1 $2\" in 'item get') echo '[ERROR] \"NOTION_API_TOKEN\" isn'\\''t an item in the \"Engineering\" vault' >&2; exit 1 ;;
         'item create') input=$(cat); case \"$input\" in *'\"title\":\"NOTION_API_TOKEN\"'*) ;; *) exit 8 ;; esac; input=${input##*'\"value\":\"'}; printf %s \"${input%%\\\"*}\" >\"$kept\" ;;
         'read --no-newline') [ \"$3\" = op://Engineering/NOTION_API_TOKEN/credential ] && cat \"$kept\" ;; *) exit 9 ;; esac",
    ),
    (
        "kubernetes",
        "kubectl",
        "--namespace ci --secret notion-ci",
        "KUBECONFIG",
        "case \"$1\" in apply) input=$(cat); case \"$input\" in *'\"name\":\"notion-ci\"'*) ;; *) exit 8 ;; esac; input=${input##*'\"NOTION_API_TOKEN\":\"'}; printf %s \"${input%%\\\"*}\" | base64 --decode >\"$kept\" && echo secret/notion-ci serverside-applied ;;
         get) cat \"$kept\" ;; *) exit 9 ;; esac",
    ),
    (
        "doppler",
        "doppler",
        "--project app --config prd",
        "DOPPLER_TOKEN",
        "case \"$2\" in set) cat >\"$kept\" ;; get) cat \"$kept\"; echo ;; *) exit 9 ;; esac",
    ),
];

/// With the client of this name, which first writes down its arguments and variables.
fn with_client(home: Sandbox, program: &str, variable: &'static str, behaviour: &str) -> Sandbox {
    let folder = home.path().join("client");
    fs::create_dir_all(&folder).unwrap();
    let folder = folder.display();
    let script = format!(
        "PATH=/usr/bin:/bin; kept={folder}/kept; {{ echo run; printf '%s\\n' \"$@\"; env; tr '\\0' '\\n' </proc/$$/cmdline; }} >>{folder}/log; {behaviour}"
    );
    home.add_program(program, &script);
    home.with_variable(variable, "of the client").with_variable("MINE", "of nobody else")
}

fn log(home: &Sandbox) -> String {
    fs::read_to_string(home.path().join("client/log")).unwrap_or_default()
}

#[test]
fn each_manager_is_handed_the_secret_on_its_input_and_nowhere_else() {
    for (id, program, arguments, variable, behaviour) in CLIENTS {
        let (_notion, home) = signed_in(200);
        let home = with_client(home, program, variable, behaviour);
        // 1Password's must not be there before.
        for _ in 0..if id == "1password" { 1 } else { 2 } {
            let shown = hand_to(&home, &format!("{id} {arguments} --yes --json"));
            assert_eq!(shown.exit_code, Some(0), "{id}: {shown:?} {}", log(&home));
            let document = shown.json_document();
            assert_eq!((&document["sent"], &document["manager"]), (&true.into(), &id.into()));
            assert_eq!(document["read_back"], if id == "github" { "listed" } else { "same" }, "{id}");
            assert_eq!(fs::read_to_string(home.path().join("client/kept")).unwrap(), TOKEN, "{id}");
        }
        let log = log(&home);
        assert!(log.contains(&format!("{variable}=of the client")), "{id}: {log}");
        for stranger in [TOKEN, "NOTION_API", "NOTION_AUTH", "MINE="] {
            let log = log.replace("\nNOTION_API_TOKEN\n", "\n").replace("NOTION_API_TOKEN=-", "").replace("/NOTION_API_TOKEN/", "");
            let log = log.replace("-field=NOTION_API_TOKEN", "").replace("\"NOTION_API_TOKEN\" | base64decode", "");
            assert!(!log.contains(stranger), "{id} has {stranger}: {log}");
        }
        for file in home.files() {
            let holds = String::from_utf8_lossy(&fs::read(&file).unwrap()).contains(TOKEN);
            assert_eq!(holds, file.ends_with("secrets.json") || file.ends_with("client/kept"), "{}", file.display());
        }
    }
}

/// Vault's, with other behaviour.
fn vault(behaviour: &str) -> (crate::support::notion::FakeNotion, Sandbox) {
    let (notion, home) = signed_in(200);
    let home = with_client(home, "vault", "VAULT_TOKEN", behaviour);
    (notion, home)
}

const VAULT: &str = "vault --path ci/notion --yes";

#[test]
fn what_was_read_back_decides_whatever_the_client_says() {
    let (_notion, home) = vault("case \"$2\" in get) echo another-value ;; *) cat >/dev/null; echo Success! ;; esac");
    let shown = hand_to(&home, VAULT);
    assert_eq!(shown.exit_code, Some(1), "{shown:?}");
    assert!(shown.stderr.contains("the value read back is different"), "{}", shown.stderr);
    let (_notion, home) = vault("case \"$2\" in get) echo permission denied >&2; exit 2 ;; *) cat >/dev/null ;; esac");
    let shown = hand_to(&home, VAULT);
    assert_eq!(shown.exit_code, Some(1));
    assert!(shown.stderr.contains("The secret may have been written"), "{}", shown.stderr);
}

#[test]
fn an_old_entry_that_is_still_listed_is_no_proof() {
    let (_notion, home) = signed_in(200);
    let list = "cat >/dev/null; echo '[{\"name\":\"NOTION_API_TOKEN\",\"updatedAt\":\"2026-01-01T00:00:00Z\"}]'";
    let home = with_client(home, "gh", "GH_TOKEN", list);
    let shown = hand_to(&home, "github --repo acme/app --yes");
    assert_eq!(shown.exit_code, Some(1), "{shown:?}");
    assert!(shown.stderr.contains("its time of change is still"), "{}", shown.stderr);
}

#[test]
fn a_client_that_repeats_the_secret_is_not_repeated() {
    let (_notion, home) = vault("case \"$2\" in get) cat \"$kept\" ;; *) tee \"$kept\"; echo; base64 -w0 \"$kept\" ;; esac");
    let shown = hand_to(&home, VAULT);
    assert_eq!(shown.exit_code, Some(0), "{shown:?}");
    assert_eq!(shown.stderr.matches("(line withheld: it contains part of the secret)").count(), 2, "{}", shown.stderr);
    let (_notion, home) = vault("echo \"Error: cannot write $(cat)\" >&2; exit 2");
    let shown = hand_to(&home, VAULT);
    assert!(shown.exit_code == Some(1) && shown.stderr.contains("(line withheld: it contains part of the secret)"), "{shown:?}");
}

#[test]
fn a_usual_failure_comes_with_what_helps_and_the_next_command_is_not_tried() {
    let (_notion, home) = vault("echo 'Code: 403. Errors: * permission denied' >&2; exit 2");
    let shown = hand_to(&home, VAULT);
    assert_eq!(shown.exit_code, Some(1));
    assert!(shown.stderr.contains("Sign in first: vault login."), "{}", shown.stderr);
    assert_eq!(log(&home).matches("\nput\n").count(), 0, "{}", log(&home));
}

#[test]
fn one_of_that_name_in_1password_is_left_alone() {
    let (_notion, home) = signed_in(200);
    let home = with_client(home, "op", "OP_SERVICE_ACCOUNT_TOKEN", "echo '{}'");
    let shown = hand_to(&home, "1password --vault Engineering --yes");
    assert_eq!(shown.exit_code, Some(1));
    assert!(shown.stderr.contains("already exists"), "{}", shown.stderr);
    assert!(!log(&home).contains("create"), "{}", log(&home));
}

#[test]
fn a_token_that_notion_refuses_is_not_handed_on() {
    let (_notion, home) = signed_in(401);
    let home = with_client(home, "vault", "VAULT_TOKEN", "exit 9");
    assert_eq!(hand_to(&home, VAULT).exit_code, Some(4));
    assert_eq!(log(&home), "");
}

#[test]
fn nothing_runs_before_it_was_agreed_to() {
    let (notion, home) = vault("exit 9");
    let shown = hand_to(&home, "vault --path ci/notion");
    assert_eq!(shown.exit_code, Some(3));
    assert!(shown.stderr.contains("--yes"), "{}", shown.stderr);
    let dry = hand_to(&home, "vault --path ci/notion --mount kv --dry-run");
    assert_eq!(dry.exit_code, Some(0));
    assert_eq!(
        dry.stdout,
        "vault kv patch -mount=kv ci/notion NOTION_API_TOKEN=-  # token on standard input\n\
         vault kv put -mount=kv ci/notion NOTION_API_TOKEN=-  # token on standard input\n\
         vault kv get -mount=kv -field=NOTION_API_TOKEN ci/notion\n"
    );
    let astray = hand_to(&home, "vault --path ci/notion --dry-run --workspace Nope");
    assert_eq!((astray.exit_code, astray.stdout.as_str()), (Some(4), ""), "{astray:?}");
    assert_eq!((log(&home), notion.requests().len()), (String::new(), 0));
}

#[test]
fn on_a_terminal_it_shows_the_commands_and_asks() {
    for (answer, code) in [("n\r", 130), ("\r", 130), ("y\r", 0)] {
        let (_notion, home) = vault("case \"$2\" in get) cat \"$kept\" ;; *) cat >\"$kept\" ;; esac");
        let terminal = home.start_terminal((100, 30), "send-to vault --path ci/notion");
        terminal.wait_for_text("Run them? Type y or n, then press Enter.");
        terminal.wait_for_text("vault kv put -mount=secret ci/notion NOTION_API_TOKEN=-");
        assert_eq!(log(&home), "");
        terminal.send_text(answer);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{answer:?}");
        assert_eq!(log(&home).is_empty(), code != 0);
    }
}

#[test]
fn what_is_missing_or_does_not_fit_is_told_before_anything_is_asked() {
    let (notion, home) = vault("exit 9");
    for (arguments, code, says) in [
        ("vault --yes", 3, "--path"),
        ("github --vault x --yes", 2, "GitHub Actions has no option --vault"),
        ("vault --path ci --name 9lives --yes", 2, "letters, digits and underscores"),
        ("vault --path ci --name a=b --yes", 2, "letters, digits and underscores"),
        ("vault --path=-x --yes", 2, "starts with a dash"),
        ("doppler --yes", 1, "doppler is not installed"),
        ("infisical --yes", 1, "from standard input"),
    ] {
        let shown = hand_to(&home, arguments);
        assert_eq!(shown.exit_code, Some(code), "{arguments}: {shown:?}");
        let told = shown.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(says), "{arguments}: {told}");
    }
    assert_eq!((log(&home), notion.requests().len()), (String::new(), 0));
}

#[test]
fn without_a_name_all_are_listed_and_the_usable_ones_first() {
    let (_notion, home) = vault("exit 9");
    let shown = hand_to(&home, "");
    assert_eq!(shown.exit_code, Some(0));
    assert!(shown.stdout.starts_with("vault"), "{}", shown.stdout);
    assert!(shown.stdout.contains("unavailable: gh is not installed"), "{}", shown.stdout);
    let document = hand_to(&home, "--json").json_document();
    let ids: Vec<&str> = document["managers"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0]), (8, "vault"));
    assert_eq!(document["managers"][0]["unusable"], serde_json::Value::Null);
}

#[test]
fn whoever_forgets_the_name_is_asked_for_it_and_no_list_passes_for_a_secret_handed_over() {
    let (notion, home) = vault("exit 9");
    for arguments in ["--yes", "--dry-run", "--repo acme/app", "--workspace Acme", "--name TOKEN"] {
        let shown = hand_to(&home, arguments);
        assert_eq!((shown.exit_code, shown.stdout.as_str()), (Some(3), ""), "{arguments}: {shown:?}");
        assert!(shown.stderr.contains("Choose a secret manager: github"), "{arguments}: {}", shown.stderr);
    }
    let document = hand_to(&home, "--yes --json").json_document();
    assert_eq!((&document["sent"], &document["problem"]["code"]), (&false.into(), &"input_required".into()));
    assert_eq!((log(&home), notion.requests().len()), (String::new(), 0));
}

#[test]
fn in_the_demo_nothing_is_written_and_it_says_so() {
    let home = Sandbox::new();
    let shown = home.run("--demo send-to github --repo acme/app --yes", "");
    assert_eq!(shown.exit_code, Some(0), "{shown:?}");
    assert!(shown.stderr.contains("simulated: gh received it and discarded it"), "{}", shown.stderr);
}
