//! The checks of one credential: validity, identity, kind, capabilities, visible content, expiry and precedence.

use super::check::{CapabilityResponse, Check, Reach, UserList, Verdict, problem_text, with_first_remedy, with_remedy};
use super::evidence::{EnvironmentToken, Evidence};
use crate::domain::credentials::{ExpiryState, Identity, Owner, expiry_state, time_left_text};
use crate::domain::oauth::Introspection;
use crate::domain::problem::{Problem, ProblemCode};

const SHARE_REMEDY: &str =
    "Open a page in Notion, choose ••• → Connections → Add connection. Its subpages are included. Then check again.";

fn check(id: &'static str, title: &'static str, source: &'static str, verdict: Verdict, evidence: impl Into<String>) -> Check {
    Check { source: Some(source), ..Check::new(id, title, verdict, evidence) }
}

/// The check for a request that failed: the verdict is unknown.
fn inconclusive(id: &'static str, title: &'static str, source: &'static str, problem: &Problem) -> Check {
    check(id, title, source, Verdict::Unknown, problem.headline())
}

/// A refusal fails. A network problem or a missing answer says nothing about the token, so it is unknown.
pub fn validity_check(answer: Result<&Identity, &Problem>) -> Check {
    let (id, title, source) = ("credential.valid", "Token works", "SELF");
    match answer {
        Ok(_) => check(id, title, source, Verdict::Pass, "Notion accepted the token."),
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
            Some(person) => check(id, title, source, Verdict::Pass, format!("Person with ID {}", person.id)),
            None => check(id, title, source, Verdict::Unknown, "Notion did not name an owner."),
        },
    }
}

pub fn workspace_check(identity: &Identity) -> Check {
    let (id, title, source) = ("credential.workspace", "Workspace", "SELF");
    match &identity.workspace {
        None => check(id, title, source, Verdict::Unknown, "Notion did not name a workspace."),
        Some(workspace) => {
            let named = workspace.name.clone().unwrap_or_else(|| format!("Unnamed, ID {}", workspace.id));
            check(id, title, source, Verdict::Pass, named)
        }
    }
}

/// Derives the kind from the owner in the response, never from the prefix: PAT, OAuth and `ntn login` tokens look alike.
pub fn kind_check(evidence: &Evidence) -> Check {
    let (id, title) = ("credential.kind", "Type");
    let lists_people = matches!(evidence.users, Some(Ok(CapabilityResponse::Granted(_))));
    match evidence.identity.owner {
        Owner::Workspace => check(id, title, "SELF", Verdict::Pass, "An internal connection's token, which acts as its own bot."),
        Owner::Unknown => check(id, title, "SELF", Verdict::Unknown, "Notion did not say who it acts as."),
        Owner::Person(_) if evidence.logged_in_by_ntn => {
            check(id, title, "CLIAUTH", Verdict::Pass, "A login with ntn, which acts as a person.")
        }
        Owner::Person(_) if evidence.connection.is_some() => {
            check(id, title, "AUTHZ", Verdict::Pass, "A token of your own connection, which acts as the person who approved it.")
        }
        Owner::Person(_) if lists_people => {
            check(id, title, "USERS", Verdict::Unknown, "A person's token: OAuth or an ntn login. PATs can't list people.")
        }
        Owner::Person(_) => check(
            id,
            title,
            "SELF",
            Verdict::Unknown,
            "A person's token. Notion doesn't say whether it's a PAT, an OAuth token or an ntn login.",
        ),
    }
}

/// The result of token introspection (RFC 7662), requested by the connection that issued the token.
pub fn introspection_check(evidence: &Evidence) -> Option<Check> {
    let (id, title, source) = ("credential.introspection", "Notion reports", "AUTHZ");
    Some(match evidence.introspection? {
        Ok(Introspection { active: true, scope, issued_at }) => {
            let since = issued_at.map(|time| format!(", issued {}", time.strftime("%Y-%m-%d"))).unwrap_or_default();
            let scope = scope.as_ref().map(|scope| format!(", scope {scope}")).unwrap_or_default();
            check(id, title, source, Verdict::Pass, format!("Active{since}{scope}."))
        }
        Ok(Introspection { active: false, .. }) => check(id, title, source, Verdict::Fail, "Not active for this connection."),
        Err(problem) => inconclusive(id, title, source, problem),
    })
}

/// The capabilities that the two requests show. A refused list of people is not a fault: few need it, and a PAT never gets it.
pub fn capabilities_check(evidence: &Evidence) -> Option<Check> {
    let (id, title, source) = ("credential.capabilities", "Access", "CAP");
    let (users, search) = (evidence.users?, evidence.search?);
    let (search, users) = match (search, users) {
        (Ok(search), Ok(users)) => (search, users),
        (Err(problem), _) | (_, Err(problem)) => return Some(inconclusive(id, title, source, problem)),
    };
    let is_known =
        matches!(evidence.identity.owner, Owner::Workspace) || evidence.logged_in_by_ntn || evidence.connection.is_some();
    let people = people_text(users, is_known);
    let (joined, verb) = match users {
        CapabilityResponse::Granted(_) => (" and ", "Can"),
        CapabilityResponse::Refused { .. } => (", but not ", "Can't"),
    };
    Some(match search {
        CapabilityResponse::Granted(_) => check(id, title, source, Verdict::Pass, format!("Can search content{joined}{people}.")),
        CapabilityResponse::Refused { status, code } => with_remedy(
            check(id, title, source, Verdict::Warn, format!("Can't search ({status} {code}). {verb} {people}.")),
            "Turn on “Read content” where the token was created.",
        ),
    })
}

fn people_text(answer: &CapabilityResponse<UserList>, is_no_pat: bool) -> &'static str {
    match answer {
        CapabilityResponse::Granted(list) if list.has_emails => "list people with email addresses",
        CapabilityResponse::Granted(_) => "list people, without email addresses",
        CapabilityResponse::Refused { .. } if is_no_pat => "list people",
        CapabilityResponse::Refused { .. } => "list people (normal for a PAT)",
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
            check(id, title, "CAP", Verdict::Unknown, format!("Unknown: the token can't search ({status} {code})."))
        }
        Ok(CapabilityResponse::Granted(Reach { pages: 0, data_sources: 0, .. })) => match owner {
            Owner::Workspace => {
                with_remedy(check(id, title, source, Verdict::Warn, "No pages are shared with this connection yet."), SHARE_REMEDY)
            }
            Owner::Person(_) if evidence.logged_in_by_ntn => {
                check(id, title, "CLIAUTH", Verdict::Warn, "No pages: you can't see any in this workspace.")
            }
            Owner::Person(_) => with_remedy(
                check(id, title, source, Verdict::Warn, "No pages: the workspace is empty, or none were chosen at consent."),
                "With an OAuth token, authorize again and choose pages. A PAT sees what its creator sees.",
            ),
            Owner::Unknown => with_remedy(check(id, title, source, Verdict::Warn, "No pages yet."), SHARE_REMEDY),
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
    let (id, title, source) = ("credential.expiry", "Expires", "PAT");
    if let Some(connection) = evidence.connection {
        return match connection.refresh {
            Some(_) => check(id, title, "AUTHZ", Verdict::Pass, "Not published. Once saved, notion-auth refresh renews it."),
            None => check(id, title, "AUTHZ", Verdict::Warn, "Not published, and Notion issued no refresh token."),
        };
    }
    let Some(end) = evidence.expires_on else {
        let lists_people = matches!(evidence.users, Some(Ok(CapabilityResponse::Granted(_))));
        return match evidence.identity.owner {
            Owner::Workspace => check(id, title, "INT", Verdict::Pass, "No expiry is documented for a connection's token."),
            Owner::Person(_) if evidence.logged_in_by_ntn => {
                check(id, title, "CLIAUTH", Verdict::Unknown, "Unknown. Notion doesn't report or document it for ntn logins.")
            }
            // A PAT can't list people.
            Owner::Person(_) if lists_people => check(id, title, "AUTHZ", Verdict::Unknown, "Unknown. Notion doesn't report it."),
            Owner::Person(_) | Owner::Unknown => {
                check(id, title, source, Verdict::Unknown, "Unknown. Notion doesn't report it (PATs last at most 1 year).")
            }
        };
    };
    let left = time_left_text(end, evidence.today);
    let state = expiry_state(end, evidence.today);
    if state == ExpiryState::Expired {
        return check(
            id,
            title,
            source,
            Verdict::Warn,
            format!("It still works, although the date you entered ({end}) has passed."),
        );
    }
    let words = format!("{end}, {left}.");
    if state == ExpiryState::Far {
        return check(id, title, source, Verdict::Pass, words);
    }
    with_remedy(check(id, title, source, Verdict::Warn, words), "Create a new token before then, and run notion-auth rotate.")
}

/// `NOTION_API_TOKEN` takes precedence over every saved credential, in our `token` command and in `ntn`.
pub fn precedence_check(environment: EnvironmentToken) -> Check {
    let (id, title, source) = ("credential.precedence", "In use", "CLIAUTH");
    match environment {
        EnvironmentToken::Unset => check(id, title, source, Verdict::Pass, "No variable or other credential overrides it."),
        EnvironmentToken::Same => check(id, title, source, Verdict::Pass, "NOTION_API_TOKEN contains the same token."),
        EnvironmentToken::Other => with_remedy(
            check(id, title, source, Verdict::Warn, "NOTION_API_TOKEN contains another token, which is used instead."),
            "To use this one, unset NOTION_API_TOKEN.",
        ),
    }
}
