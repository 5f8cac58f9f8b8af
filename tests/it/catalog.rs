//! The shipped comparison: nothing of the guide is lost, nothing outdated is passed off as true, everything fits.

use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::catalog::faults::{ROW_IDS, RULE_NAMES};
use notion_auth::domain::catalog::json::paths_json;
use notion_auth::domain::catalog::{Catalog, Claim, ClaimStatus, NtnVersions};
use notion_auth::domain::prerequisites;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::question::QuestionIndex;
use notion_auth::domain::workers::provider::{Provider, providers};
use serde_json::Value;
use std::collections::HashSet;

const SHIPPED: &str = include_str!("../../assets/paths.toml");

fn shipped() -> &'static Catalog {
    Catalog::shipped().expect("the shipped catalog parses")
}

#[test]
fn the_binary_carries_what_the_file_says() {
    assert_eq!(toml::from_str::<Catalog>(SHIPPED).as_ref(), Ok(shipped()));
}

#[test]
fn the_shipped_catalog_has_no_faults() {
    assert_eq!(shipped().faults(), Vec::<String>::new());
}

#[test]
fn every_fault_is_found() {
    type Damage = fn(&mut Catalog);
    let damages: [(Damage, &str); 35] = [
        (|catalog| catalog.rows.swap(0, 1), "rows are not, in this order"),
        (|catalog| catalog.decision_tree.swap(0, 3), "decision_tree is not, in this order"),
        (|catalog| catalog.sources.push(catalog.sources[1].clone()), "sources: PAT stands twice"),
        (|catalog| catalog.faq.push(catalog.faq[0].clone()), "faq: Which path"),
        (|catalog| catalog.typical_questions.push(catalog.typical_questions[0].clone()), "typical_questions: How"),
        (|catalog| catalog.related_queries.push(catalog.related_queries[0].clone()), "related_queries: authenticate"),
        (|catalog| catalog.paths.cli.best_for.text.push('x'), "paths.cli.best_for differs from its row"),
        (|catalog| catalog.paths.token.entry.kinds.truncate(1), "paths.token.entry.kinds has not two lines"),
        (|catalog| catalog.paths.oauth.entry.steps.clear(), "paths.oauth.entry lacks steps or next"),
        (|catalog| catalog.paths.oauth.entry.next.clear(), "paths.oauth.entry lacks steps or next"),
        (|catalog| catalog.rows[3].cells.cli.short = "maybe".into(), "rows.code_required.cli is neither yes nor no"),
        (|catalog| catalog.intent.source = "rumour".into(), "intent: no source rumour"),
        (|catalog| catalog.faq[5].answer.today.as_mut().unwrap().source = "rumour".into(), "faq[5].today: no source rumour"),
        (|catalog| catalog.paths.token.entry.source = "rumour".into(), "paths.token.entry: no source rumour"),
        (|catalog| catalog.intent.as_of = "2999-01-01".parse().unwrap(), "intent: 2999-01-01 is later than its source guide"),
        (|catalog| catalog.sources[1].url = Some("http://notion.so".into()), "sources.PAT: it is neither https"),
        (|catalog| catalog.sources[1].url = Some("http://localhost:1/".into()), "sources.PAT: it is not https"),
        (
            |catalog| catalog.paths.cli.entry.portal = "https://notion.example/".into(),
            "entry.portal: notion.example is not a known host",
        ),
        (|catalog| catalog.paths.cli.entry.revoke = "notion".into(), "entry.revoke: it is not a URL"),
        (|catalog| catalog.faq[5].answer.verdict = ClaimStatus::Current, "faq[5]: it is current and has a today"),
        (|catalog| catalog.faq[5].answer.today = None, "faq[5]: it is not current and has no today"),
        (|catalog| catalog.faq[5].answer.today.as_mut().unwrap().source = "guide".into(), "faq[5]: today rests on the guide"),
        (|catalog| catalog.rows[0].label = "x".repeat(18), "rows.best_for.label: 18 cells, at most 17"),
        (|catalog| catalog.rows[8].label_at_72 = None, "rows.who_may.label at 72: 15 cells, at most 12"),
        (|catalog| catalog.rows[0].cells.oauth.at_80 = None, "rows.best_for.oauth at 80: 20 cells, at most 19"),
        (|catalog| catalog.rows[0].cells.oauth.at_72 = None, "rows.best_for.oauth at 72: 17 cells, at most 16"),
        (|catalog| catalog.advice.swap(0, 1), "advice is not, in this order"),
        (|catalog| catalog.advice[0].text = "x ".repeat(60), "advice.browser_and_ntn: 120 cells, at most 116"),
        (|catalog| catalog.paths.cli.tagline = "x".repeat(22), "paths.cli.tagline: 22 cells, at most 21"),
        (|catalog| catalog.rows[0].cells.oauth.short = "日".repeat(13), "rows.best_for.oauth.short: 26 cells, at most 24"),
        (|catalog| catalog.paths.cli.title = "x".repeat(12), "paths.cli.title: 12 cells, at most 11"),
        (|catalog| catalog.sharing[0] = "x ".repeat(40), "sharing: 80 cells, at most 76"),
        (|catalog| catalog.paths.cli.facts[0].text = "x".repeat(37), "paths.cli.facts[0]: the word xxx"),
        (|catalog| catalog.faq[0].question.clear(), "faq: a text is empty"),
        (|catalog| catalog.intent.text.push_str(" \u{1b}[31m"), "intent: too long, or stray spaces or control characters"),
    ];
    for (damage, expected) in damages {
        let mut catalog = shipped().clone();
        damage(&mut catalog);
        let faults = catalog.faults();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "no {expected:?} in {faults:#?}");
    }
}

#[test]
fn a_key_that_no_type_knows_is_refused_and_its_line_named() {
    for (known, unknown) in
        [("\nlabel = ", "\nlabl = "), ("\nshort = ", "\ncolour = \"red\"\nshort = "), ("\npromise = ", "\nx = 1\npromise = ")]
    {
        let damaged = SHIPPED.replacen(known, unknown, 1);
        assert_ne!(damaged, SHIPPED, "{known:?} stands nowhere");
        let error = toml::from_str::<Catalog>(&damaged).expect_err(unknown).to_string();
        assert!(error.contains("unknown field") && error.contains("line"), "{error}");
    }
}

#[test]
fn every_source_is_cited_somewhere() {
    let mut cited: HashSet<&str> = HashSet::new();
    for (_, claim) in shipped().claims() {
        cited.insert(&claim.source);
        cited.extend(claim.today.as_ref().map(|today| today.source.as_str()));
    }
    let causes = ProblemCode::ALL.iter().flat_map(|code| &code.text().causes);
    cited.extend(causes.filter_map(|cause| cause.source.as_deref()));
    cited.extend(prerequisites::source_ids());
    cited.extend(providers().iter().flat_map(Provider::source_ids));
    let index = QuestionIndex::shipped().expect("the shipped index is read");
    cited.extend(index.entries().iter().map(|entry| entry.claim.source.as_str()));
    let idle: Vec<&str> = shipped().sources.iter().map(|source| source.id.as_str()).filter(|id| !cited.contains(id)).collect();
    assert_eq!(idle, Vec::<&str>::new());
}

/// Returns the text of the claims, without today's facts.
fn told(claims: &[&Claim]) -> String {
    claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn assert_all_in(text: &str, phrases: &[&str]) {
    let lost: Vec<&&str> = phrases.iter().filter(|phrase| !text.contains(**phrase)).collect();
    assert!(lost.is_empty(), "{lost:?} not in:\n{text}");
}

#[test]
fn nothing_the_guide_says_about_a_path_is_lost() {
    let said: [(AuthPath, &str, [usize; 3], &[&str]); 3] = [
        (
            AuthPath::Token,
            "Use API tokens (PATs)",
            [1, 2, 2],
            &[
                "act on behalf of a single user",
                "like GitHub's",
                "integration tokens",
                "Developer Platform",
                "CLI-based tokens",
                "Not available as a standalone mechanism",
                "NOTION_API_TOKEN",
                "None applicable: this path is misleading",
                "GitHub or other platforms",
                "several users' workspaces",
                "not actually available as described",
                "internal use, single workspace",
                "OAuth access tokens (several users)",
            ],
        ),
        (
            AuthPath::Oauth,
            "Set up OAuth flow",
            [3, 3, 3],
            &[
                "on behalf of multiple users",
                "OAuth 2.0 Authorization Code with PKCE",
                "GitHub, Google or Salesforce",
                "redirect URL",
                "ntn workers deploy",
                "ntn workers oauth show-redirect-url",
                "ntn workers env set (client ID, client secret)",
                "ntn workers oauth start",
                "Billing: free",
                "Auth method: OAuth 2.0 Authorization Code flow with PKCE",
                "refresh handled for you by the Notion runtime",
                "overly complex",
                "with no external service",
                "developer console",
                "registered with an external provider",
                "can't be set up in the interface alone",
                "5 consecutive WebhookVerificationError failures",
                "blocked until redeployed",
            ],
        ),
        (
            AuthPath::Cli,
            "Authenticate via CLI",
            [3, 3, 3],
            &[
                "Local development, testing or scripting with the Notion CLI",
                "ntn login",
                "NOTION_API_TOKEN",
                "NOTION_WORKSPACE_ID",
                "OS keychain",
                "NOTION_KEYRING=false",
                "CI/CD",
                "Auth method: browser-based login, or a personal access token through environment variables",
                "Prerequisite: full workspace membership (guests and restricted members cannot log in)",
                "Prerequisite: workspace admin permissions to create personal access tokens",
                "Headless sign-in in CI/CD pipelines",
                "quick interactive sign-in",
                "public integration for multiple users",
                "long-lived tokens without manual intervention",
                "you don't want the credential in a file",
                "guests and restricted members cannot authenticate",
                "Workspace admin permissions are needed",
                "OS keychain by default",
            ],
        ),
    ];
    for (id, title, counts, phrases) in said {
        let path = shipped().path(id);
        assert_eq!(path.guide_title, title);
        assert_eq!([path.when_to_use.len(), path.when_not_to_use.len(), path.limitations.len()], counts, "{id}");
        let lists = [&path.when_to_use, &path.when_not_to_use, &path.limitations, &path.facts].into_iter().flatten();
        let claims: Vec<&Claim> = [&path.best_for, &path.brief].into_iter().chain(lists).collect();
        assert_all_in(&told(&claims), phrases);
    }
}

#[test]
fn the_guides_table_stands_cell_by_cell() {
    let cells: [(&str, [&str; 3]); 5] = [
        ("complexity", ["Low.", "High.", "Low."]),
        ("code_required", ["Yes.", "Yes.", "No."]),
        ("automation", ["Yes.", "Yes.", "Yes."]),
        ("detail_skill", ["notion/api/notion-auth", "notion/guide/notion-integration", "notion/cli/notion-auth"]),
        (
            "key_fact",
            [
                "either an integration token or OAuth",
                "requires ntn workers deploy, ntn workers oauth show-redirect-url and registration with an external provider",
                "ntn login, or headless with NOTION_API_TOKEN and NOTION_WORKSPACE_ID; credentials live in the OS keychain or",
            ],
        ),
    ];
    for (id, texts) in cells {
        let row = shipped().row(id).expect(id);
        for (path, text) in AuthPath::ALL.into_iter().zip(texts) {
            assert_all_in(&row.cell(path).claim.text, &[text]);
        }
    }
}

#[test]
fn the_guides_tree_leads_where_it_led_and_names_the_skill() {
    let tree = &shipped().decision_tree;
    let leads: Vec<(&str, AuthPath)> = tree.iter().map(|branch| (branch.rule.as_str(), branch.path)).collect();
    assert_eq!(
        leads,
        RULE_NAMES.into_iter().zip([AuthPath::Oauth, AuthPath::Cli, AuthPath::Cli, AuthPath::Cli]).collect::<Vec<_>>()
    );
    assert_all_in(&tree[0].when, &["public integration", "on behalf of users", "GitHub, Google or Salesforce"]);
    assert_all_in(&tree[1].when, &["ntn", "local development, testing or scripting", "full workspace membership"]);
    let skills: Vec<&str> = tree.iter().map(|branch| branch.skill.as_str()).collect();
    let cli = "notion/cli/notion-auth";
    assert_eq!(skills, ["notion/guide/notion-integration", cli, cli, cli]);
    assert_all_in(&tree[2].when, &["server-side script", "only within your own Notion workspace"]);
    assert_all_in(&tree[2].claim.text, &["NOTION_API_TOKEN"]);
    assert_all_in(
        &tree[3].claim.text,
        &["Start with the CLI", "outside the CLI or an integration", "overkill for a single workspace"],
    );
}

#[test]
fn every_question_of_the_guide_is_answered() {
    let faq: [(&str, AuthPath, &[&str]); 6] = [
        (
            "Which path should I start with?",
            AuthPath::Cli,
            &["ntn login or NOTION_API_TOKEN", "public app", "outside your workspace"],
        ),
        ("guest or restricted member", AuthPath::Cli, &["full workspace membership", "ntn login", "personal access token"]),
        ("only a personal access token", AuthPath::Oauth, &["hard limit", "your own workspace only", "ntn workers oauth start"]),
        (
            "without registering an app",
            AuthPath::Oauth,
            &["No.", "ntn workers oauth show-redirect-url", "self-contained OAuth", "identity source"],
        ),
        (
            "Docker container or CI pipeline",
            AuthPath::Cli,
            &["NOTION_KEYRING=false", "NOTION_API_TOKEN and NOTION_WORKSPACE_ID", "headless"],
        ),
        ("fails verification 5 times", AuthPath::Oauth, &["blocked automatically", "ntn workers deploy"]),
    ];
    assert_eq!(shipped().faq.len(), faq.len());
    for (entry, (question, path, phrases)) in shipped().faq.iter().zip(faq) {
        assert_all_in(&entry.question, &[question]);
        assert_eq!(entry.path, path, "{question}");
        assert_all_in(&entry.answer.text, phrases);
    }
    assert_eq!(shipped().typical_questions, ["How to authenticate my app with Notion?", "How to set up OAuth for Notion?"]);
    assert_eq!(shipped().related_queries.len(), 12);
    assert_all_in(&shipped().intent.text, &["integration", "script", "yourself", "your team", "many users"]);
}

#[test]
fn what_is_no_longer_so_is_never_told_without_what_is() {
    let outdated = [
        ("does not support traditional Personal Access Tokens", "PAT"),
        ("Notion does not support this", "2026-05-12"),
        ("standalone mechanism", "A PAT alone is enough"),
        ("either an integration token or OAuth", "2026-05-12"),
        ("with PKCE", "PKCE"),
        ("self-contained OAuth", "registered with Notion alone"),
        ("an external provider", "Workers OAuth"),
        ("NOTION_KEYRING=false", "NOTION_KEYRING=0"),
        ("admin permissions", "plan"),
        ("redeploy", "toggling synchronous verification"),
        ("no usage fees", "credits"),
        ("Use OAuth only for a public app", "internal tool"),
        ("via the CLI with NOTION_API_TOKEN", "needs no CLI"),
        ("long-lived tokens", "no documented expiry"),
        ("you don't want the credential in a file", "neither keychain nor file"),
    ];
    for (phrase, today) in outdated {
        let claims: Vec<_> = shipped().claims().into_iter().filter(|(_, claim)| claim.text.contains(phrase)).collect();
        assert!(!claims.is_empty(), "nothing says {phrase:?}");
        for (place, claim) in claims {
            assert_ne!(claim.verdict, ClaimStatus::Current, "{place}");
            assert_all_in(&claim.today.as_ref().expect(&place).text, &[today]);
        }
    }
}

#[test]
fn the_table_itself_says_nothing_outdated() {
    for row in &shipped().rows {
        for id in AuthPath::ALL {
            let short = &row.cell(id).short;
            for phrase in ["PKCE", "no PAT", "=false", "not standalone", "admin only"] {
                assert!(!short.contains(phrase), "rows.{}.{id}: {short}", row.id);
            }
        }
    }
}

#[test]
fn what_a_chooser_needs_today_is_there() {
    let today: [(AuthPath, &[&str]); 3] = [
        (
            AuthPath::Token,
            &[
                "7, 30, 90 or 180 days, or 1 year",
                "Free plan",
                "Plus plan",
                "Business plan",
                "Enterprise plan",
                "guests and restricted members",
                "shared with it",
            ],
        ),
        (
            AuthPath::Oauth,
            &[
                "client ID and secret",
                "state",
                "new refresh token",
                "localhost",
                "signs no one in to Notion",
                "ntn workers env set",
            ],
        ),
        (
            AuthPath::Cli,
            &[
                "NOTION_KEYRING=0",
                "NOTION_HOME",
                "auth.json",
                "Exit code 4",
                "Node 22",
                "service notion-cli",
                "--no-browser",
                "ntn update",
                "ntn debug",
            ],
        ),
    ];
    for (id, phrases) in today {
        let current: Vec<&Claim> = shipped().path(id).facts.iter().filter(|claim| claim.verdict == ClaimStatus::Current).collect();
        assert_all_in(&told(&current), phrases);
    }
}

#[test]
fn links_go_to_the_pages_of_today() {
    let old = [
        "/guides/get-started/",
        "www.notion.so/developers/",
        "notion.so/my-integrations",
        "notion.so/profile/integrations",
        "notion2attioBackend/issues/1\"",
    ];
    let assets = [
        SHIPPED,
        include_str!("../../assets/problems.toml"),
        include_str!("../../assets/policies.toml"),
        include_str!("../../assets/providers.toml"),
        include_str!("../../assets/questions.toml"),
        include_str!("../../assets/snippets.toml"),
        include_str!("../../assets/secret_managers.toml"),
        include_str!("../../assets/demo_portal.html"),
    ];
    for old in old {
        assert!(assets.iter().all(|text| !text.contains(old)), "{old}");
    }
    let entry = |path| &shipped().path(path).entry;
    assert_eq!(entry(AuthPath::Token).portal, "https://app.notion.com/developers/tokens");
    assert_eq!(entry(AuthPath::Oauth).portal, "https://app.notion.com/developers/connections");
}

#[test]
fn after_a_login_each_version_of_ntn_is_offered_what_it_understands() {
    let runs = |installed| -> Vec<&str> {
        let commands = shipped().path(AuthPath::Cli).entry.after_login.iter();
        commands.filter(|command| command.works_with(installed)).map(|command| command.run.as_str()).collect()
    };
    let calls = |installed| -> Vec<&str> { runs(installed).into_iter().filter(|run| run.contains("ntn api")).collect() };
    assert_eq!(calls(NtnVersions::Newer), ["ntn api v1/users/me"]);
    assert_eq!(calls(NtnVersions::V0_4_0), ["notion-auth run -- ntn api v1/users/me"]);
}

#[test]
fn a_command_to_run_never_puts_the_token_among_arguments() {
    let runs: Vec<&str> =
        AuthPath::ALL.iter().flat_map(|id| &shipped().path(*id).entry.next).map(|next| next.run.as_str()).collect();
    assert!(runs.iter().any(|run| run.contains("notion-auth token")));
    for run in runs {
        assert!(!run.contains("$(notion-auth token)") || run.starts_with("export "), "{run}");
    }
}

fn json(only: Option<AuthPath>) -> Value {
    serde_json::to_value(paths_json(shipped(), only)).expect("the document serialises")
}

/// Every object that is a fact, wherever it stands.
fn facts_in<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("verdict") {
                found.push(value);
            }
            fields.values().for_each(|field| facts_in(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| facts_in(item, found)),
        _ => {}
    }
}

#[test]
fn the_paths_document_keeps_its_contract() {
    let document = json(None);
    assert_eq!(document["schema"], 1);
    let paths = document["paths"].as_array().expect("paths");
    assert_eq!(paths.iter().map(|path| path["id"].as_str().unwrap()).collect::<Vec<_>>(), ["token", "oauth", "cli"]);
    for path in paths {
        for bare in ["id", "title", "complexity", "detail_skill"] {
            assert!(path[bare].is_string(), "{bare}");
        }
        for yes_or_no in ["code_required", "automation"] {
            assert!(path[yes_or_no].is_boolean(), "{yes_or_no}");
        }
        for fact in ["best_for", "key_fact", "brief"] {
            assert!(path[fact]["text"].is_string(), "{fact}");
        }
        for list in ["when_to_use", "when_not_to_use", "limitations", "facts"] {
            assert!(!path[list].as_array().expect(list).is_empty(), "{list}");
        }
    }
    assert_eq!(document["comparison"].as_array().map(Vec::len), Some(ROW_IDS.len()));
    assert_eq!(document["decision_tree"].as_array().map(Vec::len), Some(4));
    assert_eq!(document["faq"][0]["path"], "cli");
    assert!(document["faq"][0]["answer"]["text"].is_string() && document["faq"][0]["question"].is_string());
    assert_eq!(document["typical_questions"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["related_queries"].as_array().map(Vec::len), Some(12));
    assert!(!document.to_string().contains(":null"));
}

#[test]
fn every_fact_of_the_document_names_source_date_and_standing() {
    let document = json(None);
    let mut facts = Vec::new();
    facts_in(&document, &mut facts);
    assert!(facts.len() > 100, "{}", facts.len());
    for fact in facts {
        assert!(fact["text"].is_string() && fact["source"].is_string(), "{fact}");
        assert!(fact["as_of"].as_str().unwrap().parse::<jiff::civil::Date>().is_ok(), "{fact}");
        assert_eq!(fact["verdict"] != "current", fact["today"]["text"].is_string(), "{fact}");
        if let Some(today) = fact.get("today") {
            assert!(today["source"].as_str().unwrap().starts_with("https://"), "{fact}");
        }
    }
}

#[test]
fn one_path_can_be_asked_for_alone() {
    let document = json(Some(AuthPath::Oauth));
    assert_eq!(document["paths"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["paths"][0]["title"], "OAuth app");
    assert!(document["faq"].as_array().unwrap().iter().all(|faq| faq["path"] == "oauth"));
    assert_eq!(document["decision_tree"][0]["rule"], "external_service");
    assert_eq!(document["comparison"][0]["cells"].as_object().unwrap().keys().collect::<Vec<_>>(), ["oauth"]);
}
