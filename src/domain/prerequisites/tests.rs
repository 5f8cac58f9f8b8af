//! The truth table of all answers, invariants of the whole table, and the texts.

use super::content::PoliciesToml;
use super::policies::POLICIES;
use super::*;
use crate::domain::catalog::Catalog;
use crate::domain::sanitize::{sanitize, width};
use std::collections::HashSet;
use strum::VariantArray;

const SHIPPED: &str = include_str!("../../../assets/policies.toml");

/// Maximum width of a word, so that it fits 40 columns.
const MAX_WORD_WIDTH: usize = 36;

/// Notion's documented rules, written independently of the code: `p`ass, `w`arn, `f`ail, `?` unknown.
///
/// Each line is a role: owner, member, restricted member, guest, not sure. Each group is a plan: Free, Plus, Business, Enterprise,
/// not sure. The letters of a group are the policies: owners only, owners and groups, all members, not sure.
const TRUTH: [(Capability, [&str; 5]); 6] = [
    (
        Capability::Login,
        [
            "pppp pppp pppp pppp pppp",
            "ffff pppp f?p? f?p? f?p?",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ffff ffff ffff",
            "???? ???? ???? ???? ????",
        ],
    ),
    (
        Capability::PatApi,
        [
            "pppp pppp pppp pppp pppp",
            "ffff pppp f?p? f?p? f?p?",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ffff ffff ffff",
            "???? ???? ???? ???? ????",
        ],
    ),
    (
        // The policy matters only in the last group: chosen groups exist on Enterprise alone.
        Capability::PatWorkers,
        [
            "ffff ffff pppp pppp ?p??",
            "ffff ffff wwww wwww ?w??",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ???? ???? ????",
        ],
    ),
    (
        Capability::InternalConnection,
        [
            "pppp pppp pppp pppp pppp",
            "wwww wwww wwww wwww wwww",
            "wwww wwww wwww wwww wwww",
            "ffff ffff ffff ffff ffff",
            "???? ???? ???? ???? ????",
        ],
    ),
    (
        Capability::OwnConnection,
        [
            "pppp pppp pppp pppp pppp",
            "wwww wwww wwww wwww wwww",
            "???? ???? ???? ???? ????",
            "???? ???? ???? ???? ????",
            "???? ???? ???? ???? ????",
        ],
    ),
    (
        Capability::DeployWorkers,
        [
            "ffff ffff wwww wwww ?w??",
            "ffff ffff wwww wwww ?w??",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ffff ffff ffff",
            "ffff ffff ???? ???? ????",
        ],
    ),
];

fn answers() -> impl Iterator<Item = (MemberRole, Plan, TokenPolicy)> {
    let plans = |role| {
        Plan::VARIANTS
            .iter()
            .copied()
            .flat_map(move |plan| TokenPolicy::VARIANTS.iter().copied().map(move |policy| (role, plan, policy)))
    };
    MemberRole::VARIANTS.iter().copied().flat_map(plans)
}

/// Every verdict for every combination of answers, with the answers.
fn rows() -> impl Iterator<Item = ((MemberRole, Plan, TokenPolicy), CapabilityVerdict)> {
    answers().flat_map(|answers| {
        let (role, plan, policy) = answers;
        permissions(role, plan, policy).capabilities.into_iter().map(move |row| (answers, row))
    })
}

fn row(role: MemberRole, plan: Plan, policy: TokenPolicy, id: Capability) -> CapabilityVerdict {
    let mut rows = permissions(role, plan, policy).capabilities.into_iter();
    rows.find(|row| row.id == id).expect("every capability has a row")
}

fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::Pass => 'p',
        Verdict::Warn => 'w',
        Verdict::Fail => 'f',
        Verdict::Unknown => '?',
        Verdict::Skip => panic!("nothing is skipped"),
    }
}

#[test]
fn every_answer_gives_the_documented_verdict() {
    for (id, expected) in TRUTH {
        for (role, expected) in MemberRole::VARIANTS.iter().copied().zip(expected) {
            let plan = |plan| {
                TokenPolicy::VARIANTS.iter().copied().map(|policy| letter(row(role, plan, policy, id).verdict)).collect::<String>()
            };
            assert_eq!(Plan::VARIANTS.iter().copied().map(plan).collect::<Vec<_>>().join(" "), expected, "{id:?} for {role:?}");
        }
    }
}

#[test]
fn every_outlook_has_all_rows_in_order() {
    for (role, plan, policy) in answers() {
        let ids: Vec<_> = permissions(role, plan, policy).capabilities.iter().map(|row| row.id).collect();
        assert_eq!(ids, Capability::VARIANTS);
    }
}

#[test]
fn a_row_that_does_not_pass_says_what_can_be_done_and_gives_a_message_to_all_but_owners() {
    for ((role, plan, policy), row) in rows() {
        let passes = row.verdict == Verdict::Pass;
        assert_eq!(row.alternative.is_none(), passes, "{role:?} {plan:?} {policy:?}: {row:?}");
        assert_eq!(row.admin_message.is_none(), passes || role == MemberRole::Owner, "{role:?} {plan:?} {policy:?}: {row:?}");
    }
}

#[test]
fn a_definite_verdict_on_an_unsure_answer_holds_for_every_answer_it_may_be() {
    let definite = rows().filter(|(_, row)| row.verdict != Verdict::Unknown);
    for ((role, plan, policy), expected) in definite {
        let same = |role, plan, policy| row(role, plan, policy, expected.id).verdict == expected.verdict;
        if role == MemberRole::NotSure {
            assert!(
                MemberRole::VARIANTS.iter().copied().all(|known| same(known, plan, policy)),
                "{plan:?} {policy:?}: {expected:?}"
            );
        }
        if let Some(known) = policy_for(plan).filter(|_| policy == TokenPolicy::NotSure) {
            assert!(known.choices.iter().all(|policy| same(role, plan, *policy)), "{role:?} {plan:?}: {expected:?}");
        }
        if plan == Plan::NotSure {
            let offering = policy_table().iter().filter(|row| policy == TokenPolicy::NotSure || row.choices.contains(&policy));
            assert!(offering.into_iter().all(|row| same(role, row.plan, policy)), "{role:?} {policy:?}: {expected:?}");
        }
    }
}

#[test]
fn what_the_answers_leave_open_names_the_answers_that_would_settle_it() {
    let reason = |role, plan, policy, id| row(role, plan, policy, id).reason;
    let (unsure_plan, unsure_policy) = (Plan::NotSure, TokenPolicy::NotSure);
    assert_eq!(
        reason(MemberRole::Member, Plan::Business, unsure_policy, Capability::PatApi),
        "It depends on the token policy. The default on Business: workspace owners only."
    );
    assert_eq!(reason(MemberRole::Member, unsure_plan, unsure_policy, Capability::PatApi), "It depends on the token policy.");
    assert_eq!(reason(MemberRole::NotSure, Plan::Plus, unsure_policy, Capability::Login), "It depends on your role.");
    assert_eq!(
        reason(MemberRole::NotSure, unsure_plan, unsure_policy, Capability::Login),
        "It depends on your role and the token policy."
    );
    assert_eq!(
        reason(MemberRole::NotSure, unsure_plan, unsure_policy, Capability::DeployWorkers),
        "It depends on your role and the workspace's plan."
    );
    assert_eq!(
        reason(MemberRole::Owner, unsure_plan, unsure_policy, Capability::PatWorkers),
        "It depends on the workspace's plan."
    );
}

#[test]
fn a_question_that_is_already_answered_is_never_named() {
    for ((role, plan, policy), row) in rows().filter(|(_, row)| row.reason.starts_with("It depends on")) {
        assert!(role == MemberRole::NotSure || !row.reason.contains("your role"), "{row:?}");
        assert!(plan == Plan::NotSure || !row.reason.contains("workspace's plan"), "{row:?}");
        let offered = policy_for(plan).is_none_or(|known| known.choices.contains(&policy));
        assert!(policy == TokenPolicy::NotSure || !offered || !row.reason.contains("token policy"), "{row:?}");
        assert_ne!(row.reason, "It depends on .");
    }
}

#[test]
fn the_message_names_the_setting_that_stands_in_the_way() {
    let member = |policy, id| row(MemberRole::Member, Plan::Enterprise, policy, id).admin_message.expect("a member may ask");
    let setting = ["\"Limit who can create personal access tokens (PATs)\"", "Settings → Connections → Manage"];
    for id in [Capability::Login, Capability::PatApi] {
        for policy in [TokenPolicy::OwnersOnly, TokenPolicy::OwnersAndGroups, TokenPolicy::NotSure] {
            let message = member(policy, id);
            assert!(setting.iter().all(|part| message.contains(part)), "{id:?} {policy:?}: {message}");
        }
    }
    assert!(member(TokenPolicy::NotSure, Capability::InternalConnection).contains("\"Limit who can create internal connections\""));
    assert!(member(TokenPolicy::NotSure, Capability::OwnConnection).contains("\"Restrict members from adding connections\""));
    assert!(member(TokenPolicy::NotSure, Capability::DeployWorkers).contains("Settings → Workers"));
}

#[test]
fn nobody_is_sent_to_a_setting_their_plan_does_not_have() {
    for ((_, plan, _), row) in rows().filter(|((role, plan, _), _)| *role == MemberRole::Member && *plan == Plan::Free) {
        let message = row.admin_message.unwrap_or_default();
        assert!(!message.contains("personal access tokens (PATs)\""), "{plan:?}: {message}");
        assert!(!message.contains("adding connections\""), "{plan:?}: {message}");
    }
}

#[test]
fn guests_and_restricted_members_are_told_of_full_membership() {
    for role in [MemberRole::Guest, MemberRole::Restricted] {
        for id in [Capability::Login, Capability::PatApi, Capability::DeployWorkers] {
            let message = row(role, Plan::Plus, TokenPolicy::AllMembers, id).admin_message.expect("there is something to ask");
            assert!(message.contains("full membership"), "{message}");
        }
    }
}

#[test]
fn the_table_is_the_one_that_notion_publishes() {
    use TokenPolicy::{AllMembers, OwnersAndGroups, OwnersOnly};
    let published: [(Plan, TokenPolicy, &[TokenPolicy]); 4] = [
        (Plan::Free, OwnersOnly, &[OwnersOnly]),
        (Plan::Plus, AllMembers, &[AllMembers]),
        (Plan::Business, OwnersOnly, &[OwnersOnly, AllMembers]),
        (Plan::Enterprise, OwnersAndGroups, &[OwnersOnly, OwnersAndGroups, AllMembers]),
    ];
    let table: Vec<_> = policy_table().iter().map(|row| (row.plan, row.default, row.choices.as_slice())).collect();
    assert_eq!(table, published);
    for row in policy_table() {
        assert!(row.choices.contains(&row.default), "{row:?}");
        assert_eq!(row.choices.len() == 1, row.change.contains("can't be changed"), "{row:?}");
    }
}

#[test]
fn every_statement_rests_on_a_source_that_exists() {
    let catalog = Catalog::shipped().expect("the catalog parses");
    for id in source_ids() {
        assert!(catalog.source(id).is_some(), "no source {id}");
    }
    for row in policy_table() {
        assert!(catalog.source(&row.source).is_some_and(|source| row.as_of <= source.as_of), "{row:?}");
    }
    assert!(rows().all(|(_, row)| catalog.source(row.source).is_some()));
}

#[test]
fn the_binary_carries_what_the_file_says_and_every_rule_has_its_words_once() {
    assert_eq!(toml::from_str::<PoliciesToml>(SHIPPED).as_ref(), Ok(&*POLICIES));
    let known_rules: HashSet<Rule> = POLICIES.rules.iter().map(|words| words.rule).collect();
    assert_eq!(known_rules.len(), POLICIES.rules.len(), "a rule has its words twice");
    let everybody = possible_profiles(MemberRole::NotSure, Plan::NotSure, TokenPolicy::NotSure);
    let fired: HashSet<Rule> =
        everybody.iter().flat_map(|case| Capability::VARIANTS.iter().copied().map(|id| case.rule(id))).collect();
    assert_eq!(fired, known_rules, "a rule without words, or words for no rule");
}

#[test]
fn all_texts_are_short_whole_sentences_that_lay_out_at_forty_columns() {
    for (_, row) in rows() {
        assert!(row.reason.matches(". ").count() <= 1 && width(&row.reason) <= 140, "{}", row.reason);
        let texts = [Some(row.reason.as_str()), row.alternative, row.admin_message.as_deref()];
        for text in texts.into_iter().flatten() {
            assert_sound(text);
        }
    }
    for row in policy_table() {
        assert_sound(&row.change);
        assert!(width(&row.change) <= 76, "{row:?}");
    }
    let labels = MemberRole::VARIANTS
        .iter()
        .copied()
        .map(MemberRole::label)
        .chain(Plan::VARIANTS.iter().copied().map(Plan::label))
        .chain(TokenPolicy::VARIANTS.iter().copied().map(TokenPolicy::label));
    assert!(labels.chain(Capability::VARIANTS.iter().copied().map(Capability::title)).all(|label| width(label) <= 28));
}

fn assert_sound(text: &str) {
    assert_eq!(sanitize(text), text, "too long, or stray characters");
    assert!(text.ends_with('.') && !text.contains(['!', '<', '{', '[', '…']), "{text}");
    assert!(text.split(' ').all(|word| width(word) <= MAX_WORD_WIDTH), "{text}");
}

#[test]
fn answers_are_remembered_under_stable_names_and_begin_as_not_sure() {
    let json = |answers| serde_json::to_string(&answers).expect("plain names");
    let first = json((MemberRole::Restricted, Plan::Business, TokenPolicy::OwnersAndGroups));
    assert_eq!(first, r#"["restricted","business","owners_and_groups"]"#);
    assert_eq!(json(<(MemberRole, Plan, TokenPolicy)>::default()), r#"["not_sure","not_sure","not_sure"]"#);
    for answers in answers() {
        assert_eq!(serde_json::from_str::<(MemberRole, Plan, TokenPolicy)>(&json(answers)).ok(), Some(answers));
    }
}
