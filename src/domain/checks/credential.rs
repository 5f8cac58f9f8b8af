//! The checks of one credential: validity, identity, kind, capabilities, visible content, expiry and precedence.

use super::check::{CapabilityResponse, Check, CheckGroup, Reach, UserList, Verdict, problem_text, with_first_remedy, with_remedy};
use super::evidence::{EnvironmentToken, Evidence};
use crate::domain::credentials::{Identity, Owner, days_between, time_left_text};
use crate::domain::oauth::Introspection;
use crate::domain::problem::{Problem, ProblemCode};

/// An expiry date within this many days is a warning.
const EXPIRY_WARNING_DAYS: i32 = 14;

const SHARE_REMEDY: &str =
    "Open a page in Notion, then ••• → Connections → Add connection. Pages below it come along. Then check again.";

fn check(id: &'static str, title: &'static str, source: &'static str, verdict: Verdict, evidence: impl Into<String>) -> Check {
    Check { id, group: CheckGroup::Credential, title, verdict, evidence: evidence.into(), remedy: None, source: Some(source) }
}

/// The check for a request that failed: the verdict is unknown.
fn inconclusive(id: &'static str, title: &'static str, source: &'static str, problem: &Problem) -> Check {
    check(id, title, source, Verdict::Unknown, problem.headline())
}

/// A refusal fails. A network problem or a missing answer says nothing about the token, so it is unknown.
pub fn validity_check(answer: Result<&Identity, &Problem>) -> Check {
    let (id, title, source) = ("credential.valid", "Token works", "SELF");
    match answer {
        Ok(_) => check(id, title, source, Verdict::Pass, "Notion answers to this token."),
        Err(problem) => {
            let verdict = match problem.code {
                ProblemCode::Unauthorized | ProblemCode::Restricted | ProblemCode::SecretMissing => Verdict::Fail,
                _ => Verdict::Unknown,
            };
            with_first_remedy(check(id, title, source, verdict, problem_text(problem)), problem)
        }
    }
}

pub fn identity_check(identity: &Identity) -> Check {
    let (id, title, source) = ("credential.identity", "Acts as", "SELF");
    let address = identity.person().and_then(|person| person.email.as_deref());
    match (identity.display_name(), address) {
        (Some(name), Some(address)) if name != address => check(id, title, source, Verdict::Pass, format!("{name} ({address})")),
        (Some(name), _) => check(id, title, source, Verdict::Pass, name),
        (None, _) => match identity.person() {
            Some(person) => check(id, title, source, Verdict::Pass, format!("The person with id {}", person.id)),
            None => check(id, title, source, Verdict::Unknown, "Notion named no one."),
        },
    }
}

pub fn workspace_check(identity: &Identity) -> Check {
    let (id, title, source) = ("credential.workspace", "Workspace", "SELF");
    match &identity.workspace {
        None => check(id, title, source, Verdict::Unknown, "Notion named no workspace."),
        Some(workspace) => {
            let named = workspace.name.clone().unwrap_or_else(|| format!("Unnamed, id {}", workspace.id));
            check(id, title, source, Verdict::Pass, named)
        }
    }
}

/// Derives the kind from the owner in the response, never from the prefix: PAT, OAuth and `ntn login` tokens look alike.
pub fn kind_check(evidence: &Evidence) -> Check {
    let (id, title) = ("credential.kind", "Kind");
    let lists_people = matches!(evidence.users, Some(Ok(CapabilityResponse::Granted(_))));
    match evidence.identity.owner {
        Owner::Workspace => check(id, title, "SELF", Verdict::Pass, "An internal connection's token: it acts as its own bot."),
        Owner::Unknown => check(id, title, "SELF", Verdict::Unknown, "Notion did not say whom it acts as."),
        Owner::Person(_) if evidence.logged_in_by_ntn => {
            check(id, title, "CLIAUTH", Verdict::Pass, "A login of ntn's: it acts as a person.")
        }
        Owner::Person(_) if evidence.connection.is_some() => {
            check(id, title, "AUTHZ", Verdict::Pass, "A token of your own connection: it acts as the person who let it in.")
        }
        Owner::Person(_) if lists_people => check(
            id,
            title,
            "USERS",
            Verdict::Unknown,
            "Acts as a person. An OAuth token or ntn login; a PAT could not list people.",
        ),
        Owner::Person(_) => {
            check(id, title, "SELF", Verdict::Unknown, "Acts as a person. PAT, OAuth token or ntn login: Notion does not tell.")
        }
    }
}

/// The result of token introspection (RFC 7662), requested by the connection that issued the token.
pub fn introspection_check(evidence: &Evidence) -> Option<Check> {
    let (id, title, source) = ("credential.introspection", "Introspected", "AUTHZ");
    Some(match evidence.introspection? {
        Ok(Introspection { active: true, scope, issued_at }) => {
            let since = issued_at.map(|time| format!(", issued on {}", time.strftime("%Y-%m-%d"))).unwrap_or_default();
            let scope = scope.as_ref().map(|scope| format!(", scope {scope}")).unwrap_or_default();
            check(id, title, source, Verdict::Pass, format!("Active{since}{scope}."))
        }
        Ok(Introspection { active: false, .. }) => {
            check(id, title, source, Verdict::Fail, "Notion says that it is not active for this connection.")
        }
        Err(problem) => inconclusive(id, title, source, problem),
    })
}

/// The capabilities that the two requests show. A refused list of people is not a fault: few need it, and a PAT never gets it.
pub fn capabilities_check(evidence: &Evidence) -> Option<Check> {
    let (id, title, source) = ("credential.capabilities", "Can do", "CAP");
    let (users, search) = (evidence.users?, evidence.search?);
    let (search, users) = match (search, users) {
        (Ok(search), Ok(users)) => (search, users),
        (Err(problem), _) | (_, Err(problem)) => return Some(inconclusive(id, title, source, problem)),
    };
    let is_known =
        matches!(evidence.identity.owner, Owner::Workspace) || evidence.logged_in_by_ntn || evidence.connection.is_some();
    let people = people_text(users, is_known);
    Some(match search {
        CapabilityResponse::Granted(_) => check(id, title, source, Verdict::Pass, format!("Finds content; {people}.")),
        CapabilityResponse::Refused { status, code } => with_remedy(
            check(id, title, source, Verdict::Warn, format!("May not search ({status} {code}); {people}.")),
            "Switch on “Read content” where the token was made.",
        ),
    })
}

fn people_text(answer: &CapabilityResponse<UserList>, is_no_pat: bool) -> &'static str {
    match answer {
        CapabilityResponse::Granted(list) if list.has_emails => "lists people with addresses",
        CapabilityResponse::Granted(_) => "lists people, no addresses",
        CapabilityResponse::Refused { .. } if is_no_pat => "no user information",
        CapabilityResponse::Refused { .. } => "no user information, or a PAT",
    }
}

/// The content that the token can see. A working token that sees nothing is the most common surprise; its cause depends on the kind.
pub fn reach_check(evidence: &Evidence) -> Option<Check> {
    let (id, title) = ("credential.reach", "Can see");
    let owner = &evidence.identity.owner;
    let source = if matches!(owner, Owner::Workspace) { "INT" } else { "PAT" };
    Some(match evidence.search? {
        Err(problem) => inconclusive(id, title, source, problem),
        Ok(CapabilityResponse::Refused { status, code }) => {
            check(id, title, "CAP", Verdict::Unknown, format!("Not told: it may not search ({status} {code})."))
        }
        Ok(CapabilityResponse::Granted(Reach { pages: 0, data_sources: 0, .. })) => match owner {
            Owner::Workspace => with_remedy(
                check(id, title, source, Verdict::Warn, "No page yet: none is shared with this connection."),
                SHARE_REMEDY,
            ),
            Owner::Person(_) if evidence.logged_in_by_ntn => {
                check(id, title, "CLIAUTH", Verdict::Warn, "No page: in this workspace there is none that you can see.")
            }
            Owner::Person(_) => with_remedy(
                check(id, title, source, Verdict::Warn, "No page: the workspace is empty, or none was picked at consent."),
                "With an OAuth token, authorize again and pick pages. A PAT sees what its maker sees.",
            ),
            Owner::Unknown => with_remedy(check(id, title, source, Verdict::Warn, "No page yet."), SHARE_REMEDY),
        },
        Ok(CapabilityResponse::Granted(reach)) => check(id, title, source, Verdict::Pass, reach_text(*reach)),
    })
}

fn reach_text(reach: Reach) -> String {
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let parts = [(reach.pages, "page"), (reach.data_sources, "database")].into_iter().filter(|(count, _)| *count > 0);
    let text = parts.map(|(count, one)| counted(count, one)).collect::<Vec<_>>().join(" and ");
    if reach.has_more { format!("{text}, and more") } else { text }
}

/// The expiry date as the person entered it: Notion's API reports none, as introspection has no `exp`
/// (<https://developers.notion.com/guides/get-started/authorization>).
pub fn expiry_check(evidence: &Evidence) -> Check {
    let (id, title, source) = ("credential.expiry", "Lasts", "PAT");
    if let Some(connection) = evidence.connection {
        return match connection.refresh {
            Some(_) => check(
                id,
                title,
                "AUTHZ",
                Verdict::Pass,
                "No lifetime is published. Once kept, notion-auth refresh gives a new pair.",
            ),
            None => check(id, title, "AUTHZ", Verdict::Warn, "No lifetime is published, and Notion gave no refresh token."),
        };
    }
    let Some(end) = evidence.expires_on else {
        return match evidence.identity.owner {
            Owner::Workspace => check(id, title, "INT", Verdict::Pass, "No end is documented for a connection's token."),
            Owner::Person(_) if evidence.logged_in_by_ntn => {
                check(id, title, "CLIAUTH", Verdict::Unknown, "Not told by Notion, and not documented for a login of ntn's.")
            }
            Owner::Person(_) | Owner::Unknown => {
                check(id, title, source, Verdict::Unknown, "Not told by Notion. A PAT lasts 7 days to 1 year.")
            }
        };
    };
    let left = time_left_text(end, evidence.today);
    if end < evidence.today {
        return check(id, title, source, Verdict::Warn, format!("It was noted to end on {end}, and still works."));
    }
    let words = format!("Until {end}, {left}.");
    if days_between(evidence.today, end) > EXPIRY_WARNING_DAYS {
        return check(id, title, source, Verdict::Pass, words);
    }
    with_remedy(check(id, title, source, Verdict::Warn, words), "Make its successor before then, and sign in with that.")
}

/// `NOTION_API_TOKEN` takes precedence over every saved credential, in our `token` command and in `ntn`.
pub fn precedence_check(environment: EnvironmentToken) -> Check {
    let (id, title, source) = ("credential.precedence", "Goes first", "CLIAUTH");
    match environment {
        EnvironmentToken::Unset => check(id, title, source, Verdict::Pass, "Nothing shadows it."),
        EnvironmentToken::Same => check(id, title, source, Verdict::Pass, "NOTION_API_TOKEN holds this same token."),
        EnvironmentToken::Other => with_remedy(
            check(id, title, source, Verdict::Warn, "NOTION_API_TOKEN holds another token, which is used instead."),
            "Unset NOTION_API_TOKEN where this one is to be used.",
        ),
    }
}
