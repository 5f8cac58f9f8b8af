//! The problem texts: one entry a code, the right exit code, remedies that exist, and `docs/problems.md` made from them.
//!
//! `UPDATE_DOCS=1 cargo test --test it problems::` rewrites that page.
#![expect(clippy::disallowed_methods, reason = "reads and, when asked to, rewrites the generated page")]

use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::problem::{
    Cause, FaultText, MissingInput, Problem, ProblemCode, ProblemKind, ProblemText, ProblemsToml, ProxyMistake, Remedy,
    RemedyAction, SystemFault,
};
use notion_auth::domain::sanitize::{sanitize, width};
use std::fmt::Write as _;
use strum::VariantArray;

const SHIPPED: &str = include_str!("../../assets/problems.toml");

fn parse(text: &str) -> Result<Vec<ProblemText>, String> {
    toml::from_str::<ProblemsToml>(text).map(|file| file.problem).map_err(|error| error.to_string())
}

fn problems() -> Vec<ProblemText> {
    parse(SHIPPED).expect("the shipped problems parse")
}

#[test]
fn the_binary_carries_what_the_file_says() {
    assert_eq!(problems(), ProblemCode::ALL.iter().map(|code| code.text().clone()).collect::<Vec<_>>());
}

#[test]
fn every_code_has_its_words_once_and_in_order() {
    let codes: Vec<ProblemCode> = problems().iter().map(|words| words.code).collect();
    assert_eq!(codes, ProblemCode::ALL);
}

fn file() -> ProblemsToml {
    toml::from_str(SHIPPED).expect("the shipped problems parse")
}

/// Each with its causes and remedies, in the order of the file.
fn details() -> Vec<(String, Vec<Cause>, Vec<Remedy>)> {
    fn named<F: std::fmt::Debug>(all: Vec<FaultText<F>>) -> impl Iterator<Item = (String, Vec<Cause>, Vec<Remedy>)> {
        all.into_iter().map(|words| (format!("{:?}", words.fault), words.causes, words.remedies))
    }
    let ProblemsToml { system_fault, proxy_mistake, missing_input, .. } = file();
    named(system_fault).chain(named(proxy_mistake)).chain(named(missing_input)).collect()
}

#[test]
fn every_detail_has_its_words_once_and_in_order() {
    let names = details().into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
    let system = SystemFault::VARIANTS.iter().map(|fault| format!("{fault:?}"));
    let proxy = ProxyMistake::ALL.iter().map(|mistake| format!("{mistake:?}"));
    let input = MissingInput::VARIANTS.iter().map(|missing| format!("{missing:?}"));
    assert_eq!(names, system.chain(proxy).chain(input).collect::<Vec<_>>());
    for (name, causes, remedies) in details() {
        assert!(!remedies.is_empty(), "{name}");
        let causes = causes.iter().map(|cause| &cause.text);
        for text in causes.chain(remedies.iter().map(|remedy| &remedy.text)) {
            assert!(text.ends_with('.') && width(text) <= 90, "{name}: {text}");
            assert_eq!(&sanitize(text), text);
        }
    }
    for words in file().system_fault {
        assert!(words.remedies.iter().any(|remedy| remedy.action == RemedyAction::Retry), "{:?}", words.fault);
    }
}

#[test]
fn a_code_has_one_name_in_the_file_and_in_json() {
    let file: toml::Table = SHIPPED.parse().expect("it is TOML");
    let entries = file["problem"].as_array().expect("entries");
    let names: Vec<&str> = entries.iter().map(|entry| entry["code"].as_str().expect("a code")).collect();
    assert_eq!(names, ProblemCode::ALL.iter().map(|code| code.name()).collect::<Vec<_>>());
}

#[test]
fn as_an_error_a_problem_says_its_headline_and_evidence() {
    let problem = Problem::new(ProblemCode::NoNetwork);
    let headline = problem.headline();
    let text = |problem: Problem| Box::<dyn std::error::Error>::from(problem).to_string();
    assert_eq!(text(problem.clone()), headline);
    assert_eq!(
        text(problem.with_evidence("no route to host\u{7}")),
        format!("{}: no route to host", headline.trim_end_matches('.'))
    );
}

/// The beginnings of the codes of problems with a store.
const STORAGE: [&str; 8] = [
    "file_",
    "keychain_",
    "store_busy",
    "read_back_mismatch",
    "secret_missing",
    "nowhere_to_store",
    "login_not_stored",
    "account_taken",
];

#[test]
fn a_kind_decides_the_exit_code_of_each_problem() {
    let refused = [
        "unauthorized",
        "restricted",
        "not_signed_in",
        "credential_not_found",
        "login_refused",
        "wrong_workspace",
        "login_expired",
        "no_pending_login",
        "client_unknown",
        "client_refused",
        "redirect_mismatch",
        "authorization_denied",
        "authorization_refused",
        "authorization_expired",
        "callback_mismatch",
        "code_refused",
        "refresh_refused",
        "workers_unavailable",
        "workers_terms",
        "ntn_not_logged_in",
        "mcp_registration_refused",
        "mcp_token_refused",
        "mcp_own_token_refused",
        "mcp_forbidden",
        "mcp_sign_in_ended",
        "mcp_client_lost",
        "mcp_not_signed_in",
        "mcp_only",
        "rotation_mismatch",
    ];
    let usage = [
        "scan_path_refused",
        "agent_method_missing",
        "agent_not_found",
        "usage",
        "mcp_url_refused",
        "base_url_refused",
        "base_url_wrong",
        "setting_refused",
        "proxy_unreadable",
        "not_a_token",
        "token_missing",
        "foreign_secret",
        "not_a_client_secret",
        "variable_unclear",
        "send_refused",
        "profile_unreadable",
        "profile_invalid",
        "profile_has_secret",
        "rotation_same_token",
    ];
    let failed = [
        "bug",
        "ntn_failed",
        "ntn_missing",
        "ntn_too_old",
        "ntn_file_unreadable",
        "login_link_refused",
        "install_failed",
        "browser_failed",
        "nothing_to_refresh",
        "worker_build_failed",
        "worker_missing",
        "worker_step_failed",
        "unrepresentable_value",
        "manager_unusable",
        "send_failed",
        "send_unconfirmed",
        "agent_file_refused",
        "bridge_failed",
        "profile_not_written",
        "rotation_unsupported",
        "rotation_incomplete",
        "reminder_failed",
        "git_search_failed",
        "shell_profile_refused",
    ];
    for &code in ProblemCode::ALL {
        let name = code.name();
        let expected = match name {
            _ if refused.contains(&name) => 4,
            _ if usage.contains(&name) => 2,
            _ if failed.contains(&name) => 1,
            _ if STORAGE.iter().any(|start| name.starts_with(start)) => 6,
            "input_required" | "token_unclear" | "expiry_unknown" => 3,
            "cancelled" => 130,
            _ => 5,
        };
        assert_eq!(Problem::new(code).exit_code(), expected, "{name}");
    }
}

#[test]
fn the_words_are_short_whole_sentences_without_blame() {
    let sources = Catalog::shipped().expect("the shipped catalog parses");
    for words in problems() {
        let name = words.code.name();
        assert!(width(&words.headline) <= 70, "{name}: {}", words.headline);
        assert!(!words.remedies.is_empty(), "{name} offers no way on");
        let causes = words.causes.iter().map(|cause| &cause.text);
        for text in causes.chain(words.remedies.iter().map(|remedy| &remedy.text)).chain([&words.headline]) {
            assert_eq!(&sanitize(text), text, "{name}");
            assert!(text.ends_with('.') && !text.contains('!'), "{name}: {text}");
            assert!(width(text) <= 90, "{name}: {text}");
            assert!(text.split_whitespace().all(|word| width(word) <= 36), "{name}: {text}");
            for blame in ["invalid", "illegal", "you must", "failed to", "Oops", "Sorry"] {
                assert!(!text.contains(blame), "{name}: {text}");
            }
        }
        for source in words.causes.iter().filter_map(|cause| cause.source.as_ref()) {
            assert!(sources.source(source).is_some(), "{name}: no source {source}");
        }
    }
}

#[test]
fn a_refused_token_names_every_possible_cause_and_claims_none() {
    let words = ProblemCode::Unauthorized.text();
    let causes: String = words.causes.iter().map(|cause| cause.text.as_str()).collect();
    for cause in ["cut off", "typo", "expired", "revoked", "policy"] {
        assert!(causes.contains(cause), "{cause} is missing: {causes}");
    }
    let offered: Vec<RemedyAction> = words.remedies.iter().map(|remedy| remedy.action).collect();
    assert_eq!(offered, [RemedyAction::Edit, RemedyAction::OpenPortal, RemedyAction::Retry]);
}

#[test]
fn trouble_with_the_network_offers_to_try_again_and_claims_nothing_about_the_token() {
    for words in problems().iter().filter(|words| words.kind == ProblemKind::Network) {
        let name = words.code.name();
        assert!(words.remedies.iter().any(|remedy| remedy.action == RemedyAction::Retry), "{name}");
        // Not "kept": where a sign-in fails, nothing is.
        assert!(words.remedies.iter().all(|remedy| !remedy.text.contains("kept")), "{name}");
        // A request that was answered 503 may have been carried out, so a refresh may have replaced the token.
        assert!(words.remedies.iter().all(|remedy| !remedy.text.contains("untouched")), "{name}");
    }
}

#[test]
fn trouble_with_the_keychain_offers_the_file_and_the_session() {
    for words in problems().iter().filter(|words| words.code.name().starts_with("keychain_")) {
        for action in [RemedyAction::Retry, RemedyAction::UseFile, RemedyAction::UseSession] {
            assert!(words.remedies.iter().any(|remedy| remedy.action == action), "{}: {action:?}", words.code.name());
        }
    }
}

#[test]
fn the_page_about_problems_is_the_file_in_prose() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/problems.md");
    let page = render(&file());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).expect("docs/problems.md can be written");
    }
    let kept = std::fs::read_to_string(path).expect("docs/problems.md can be read");
    assert!(kept == page, "docs/problems.md is out of date: run UPDATE_DOCS=1 cargo test --test it problems::");
}

fn render(file: &ProblemsToml) -> String {
    let problems = &file.problem;
    let mut page = String::from(
        "# Problems\n\n\
         Made from `assets/problems.toml` by `UPDATE_DOCS=1 cargo test --test it problems::`; edit that file, not this one.\n\n\
         The name in the first column is stable: `--json` events carry it as `code`. Causes are possible ones; none is claimed.\n\n\
         | code | exit code | what it means |\n| --- | --- | --- |\n",
    );
    for words in problems {
        let name = words.code.name();
        let _ = writeln!(page, "| [`{name}`](#{name}) | {} | {} |", words.kind.exit_code(), words.headline);
    }
    for words in problems {
        let _ = write!(page, "\n## {}\n\n{} Exit code {}.\n", words.code.name(), words.headline, words.kind.exit_code());
        if !words.causes.is_empty() {
            page.push_str("\nWhy it may be:\n\n");
        }
        for cause in &words.causes {
            let _ = writeln!(page, "* {}{}", cause.text, cause.source.as_deref().map(citation).unwrap_or_default());
        }
        page.push_str("\nWhat to do:\n\n");
        for remedy in &words.remedies {
            let _ = writeln!(page, "* {}", remedy.text);
        }
        match words.code {
            ProblemCode::FileFailed => page.push_str(&render_details("the operating system says more", &file.system_fault)),
            ProblemCode::ProxyUnreadable => page.push_str(&render_details("the mistake is known", &file.proxy_mistake)),
            ProblemCode::InputRequired => page.push_str(&render_details("it is known what is missing", &file.missing_input)),
            _ => {}
        }
    }
    page
}

fn render_details<F>(known: &str, details: &[FaultText<F>]) -> String {
    let mut text = format!("\nWhere {known}, that is said instead:\n\n");
    for detail in details {
        let texts = detail.causes.iter().map(|cause| &cause.text).chain(detail.remedies.iter().map(|remedy| &remedy.text));
        let _ = writeln!(text, "* {}", texts.map(String::as_str).collect::<Vec<_>>().join(" "));
    }
    text
}

fn citation(id: &str) -> String {
    let source = Catalog::shipped().ok().and_then(|catalog| catalog.source(id));
    source
        .map(|source| match &source.url {
            Some(url) => format!(" ([{}]({url}))", source.title),
            None => format!(" ({})", source.title),
        })
        .unwrap_or_default()
}
