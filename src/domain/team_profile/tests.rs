use super::*;
use crate::domain::problem::ProblemCode::{ProfileHasSecret, ProfileInvalid};

fn parse(text: &str) -> Result<TeamProfile, Problem> {
    let file = ProfileFile { place: "notion-auth.toml".into(), digest: "0".into(), text: Secret::new(text) };
    file.parse().map(|loaded| loaded.profile)
}

fn agent(id: &str) -> &'static Agent {
    known_agents().iter().find(|agent| agent.id == id).unwrap()
}

fn full() -> TeamProfile {
    TeamProfile {
        role: Some(MemberRole::Member),
        plan: Some(Plan::Enterprise),
        policy: Some(TokenPolicy::OwnersAndGroups),
        path: AuthPath::ALL.into_iter().next(),
        store: Some(StoreKind::File),
        agents: vec![agent("codex"), agent("claude-code")],
    }
}

#[test]
fn every_answer_is_read_and_an_open_one_is_none() {
    let text = "schema = 1\nrole = \"member\"\nplan = \"enterprise\"\npolicy = 'owners-and-groups'\npath = \"token\"\n\
                store = \"file\"\nagents = [\"codex\", \"claude-code\", \"codex\"]\n";
    assert_eq!(parse(text), Ok(full()));
    assert_eq!(parse("schema = 1\n"), Ok(TeamProfile::default()));
    assert_eq!(parse("schema = 1\r\nrole = \"not-sure\" # yet\r\nagents = []\r\n"), Ok(TeamProfile::default()));
}

#[test]
fn what_is_written_is_read_as_the_same() {
    for profile in [full(), TeamProfile::default(), TeamProfile { agents: Vec::new(), path: None, ..full() }] {
        let text = profile.to_toml();
        assert_eq!(parse(&text).as_ref(), Ok(&profile), "{text}");
        assert_eq!(
            text.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count(),
            1 + profile.answers().count()
        );
    }
    for key in ProfileKey::VARIANTS {
        for value in key.values() {
            let value = if *key == ProfileKey::Agents { format!("[\"{value}\"]") } else { format!("\"{value}\"") };
            let profile = parse(&format!("schema = 1\n{} = {value}\n", key.name())).unwrap();
            assert_eq!(profile.answers().count(), 1, "{value}");
            assert_eq!(parse(&profile.to_toml()), Ok(profile));
        }
    }
}

/// Each with its code, and with a part of the evidence that names the place and the way on.
#[test]
fn a_fault_names_its_line_and_the_way_on() {
    let token = format!("ntn_{}", "fake".repeat(11));
    let with_token = format!("schema = 1\n# {token}\n");
    let hidden_by_url = format!("schema = 1\n# https://example.com\n# ghp_{}\n", "a1B2".repeat(9));
    for (text, code, evidence) in [
        ("", ProfileInvalid, "line 1: \"schema = 1\" is missing"),
        ("role = \"member\"\n", ProfileInvalid, "line 1: \"schema = 1\" is missing"),
        ("schema = 2\nnew = 1\n", ProfileInvalid, "line 1: schema 2 needs a newer notion-auth"),
        ("schema = \"1\"\n", ProfileInvalid, "line 1: schema has to be the number 1"),
        ("schema = 0\n", ProfileInvalid, "line 1: schema has to be the number 1"),
        ("schema = 1\nrol = \"member\"\n", ProfileInvalid, "line 2: there is no key \"rol\". Did you mean role?"),
        ("schema = 1\n\nworkspace = \"x\"\n", ProfileInvalid, "line 3: there is no key \"workspace\". Keys: role, plan"),
        (
            "schema = 1\nrole = \"membre\"\n",
            ProfileInvalid,
            "line 2: role has no value \"membre\". Did you mean member? Values: owner",
        ),
        ("schema = 1\nplan = 3\n", ProfileInvalid, "line 2: plan has to be one of these in quotes: free"),
        ("schema = 1\nstore = \"ntn\"\n", ProfileInvalid, "Values: keychain, file, none."),
        ("schema = 1\n[path]\nname = \"cli\"\n", ProfileInvalid, "line 2: path has to be one of these in quotes"),
        ("schema = 1\nagents = \"codex\"\n", ProfileInvalid, "line 2: agents has to be a list"),
        ("schema = 1\nagents = [\n  \"codex\",\n  7,\n]\n", ProfileInvalid, "line 4: agents has to be a list"),
        ("schema = 1\nagents = [\"codx\"]\n", ProfileInvalid, "Did you mean codex?"),
        ("schema = 1\nagents = [\"Claude Code\"]\n", ProfileInvalid, "named by its ID: claude-code"),
        ("schema = 1\nrole = \"member\"\nrole = \"guest\"\n", ProfileInvalid, "line 3: it isn't TOML"),
        ("schema = 1\nrole = \"member\n", ProfileInvalid, "line 2: it isn't TOML"),
        ("schema = 1\nrole = \"mem\u{202e}ber\u{7}\"\n", ProfileInvalid, "line 2"),
        ("schema = 1\nrole = \"\\u001b[31mowner\"\n", ProfileInvalid, "line 2: role has no value \"[31mowner\""),
        ("\u{0}\u{1}", ProfileInvalid, "line 1: it isn't TOML"),
        (&with_token, ProfileHasSecret, "line 2"),
        (&hidden_by_url, ProfileHasSecret, "line 3"),
    ] {
        let problem = parse(text).unwrap_err();
        let found = problem.evidence.unwrap();
        assert_eq!(problem.code, code, "{text:?}");
        assert!(found.starts_with("notion-auth.toml") && found.contains(evidence), "{text:?}: {found}");
        assert!(!found.contains("ntn_") && !found.contains("ghp_") && !found.contains(char::is_control), "{found}");
    }
}

#[test]
fn no_address_is_accepted_or_repeated() {
    for line in [
        "base_url = \"https://evil.example\"",
        "host = \"evil.example\"",
        "path = \"https://evil.example/token\"",
        "store = \"//evil.example/share\"",
        "agents = [\"evil.example\"]",
        "role = \"owner@evil.example\"",
    ] {
        let problem = parse(&format!("schema = 1\n{line}\n")).unwrap_err();
        let evidence = problem.evidence.unwrap();
        assert_eq!(problem.code, ProfileInvalid);
        assert!(evidence.contains("line 2") && evidence.contains("address") && !evidence.contains("evil"), "{evidence}");
    }
}

/// TOML's escape sequences hide a secret from a search in the text.
#[test]
fn a_secret_in_an_escape_sequence_is_not_repeated() {
    let token = format!("\\u006Etn_{}", "fake".repeat(7));
    for text in [format!("schema = 1\nrole = \"{token}\"\n"), format!("schema = 1\n\"{token}\" = 1\n")] {
        let problem = parse(&text).unwrap_err();
        assert!(!problem.evidence.as_ref().unwrap().contains("fake"), "{problem:?}");
    }
}

#[test]
fn what_the_team_leaves_open_stays_as_it_was() {
    let known = MemberProfile { role: MemberRole::Owner, plan: Plan::Plus, policy: TokenPolicy::AllMembers };
    let team = TeamProfile { plan: Some(Plan::Business), ..TeamProfile::default() };
    assert_eq!(team.apply_to(known), MemberProfile { plan: Plan::Business, ..known });
    assert!(team.has_member_answers() && !TeamProfile::default().has_member_answers());
    assert_eq!(full().agents_command().as_deref(), Some("notion-auth agents connect codex claude-code"));
    assert_eq!(team.agents_command(), None);
}
