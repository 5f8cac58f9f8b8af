//! The proof that a new token belongs to the same workspace and to the same person or connection as the old one.

use crate::domain::credentials::{CredentialRecord, Identity, Owner, TokenKind, same_id, workspace_name};
use crate::domain::problem::{Problem, ProblemCode};
use strum::IntoStaticStr;

/// The basis of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum OwnerProof {
    /// Notion named the same owner for both tokens, or the ID that was saved with the old one.
    Id,
    /// Notion no longer answers about the old token, and the record of an earlier version has no ID: only the names are the same.
    Name,
}

impl OwnerProof {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Each personal access token has its own bot, so it is the person that has to be the same. A connection's tokens have one bot.
pub fn check_owner(record: &CredentialRecord, old: Option<&Identity>, new: &Identity) -> Result<OwnerProof, Problem> {
    let mismatch = || {
        let old_owner = old.map_or_else(|| record_owner(record), |old| identity_owner(old, record));
        let evidence = format!("the old token is {old_owner}; the new one is {}", identity_owner(new, record));
        Err(Problem::new(ProblemCode::RotationMismatch).with_evidence(evidence))
    };
    if !is_same_workspace(record, old, new) {
        return mismatch();
    }
    let is_same = match (old.map(|old| &old.owner), &new.owner) {
        (Some(Owner::Person(old)), Owner::Person(new)) => same_id(&old.id, &new.id),
        (Some(Owner::Workspace), Owner::Workspace) | (Some(Owner::Unknown), Owner::Unknown) => {
            same_actor(old.and_then(Identity::actor_id), new)
        }
        (Some(_), _) => false,
        (None, Owner::Person(person)) => match &record.person {
            Some(saved) => same_id(saved, &person.id),
            None if record.kind == TokenKind::User && has_same_name(record, new) => return Ok(OwnerProof::Name),
            None => false,
        },
        (None, Owner::Workspace | Owner::Unknown) => record.kind == new.kind() && same_actor(record.account.actor(), new),
    };
    if is_same { Ok(OwnerProof::Id) } else { mismatch() }
}

/// Compares the workspaces. If Notion names none for either token, their owner alone counts.
fn is_same_workspace(record: &CredentialRecord, old: Option<&Identity>, new: &Identity) -> bool {
    let known = old.and_then(|old| old.workspace.as_ref()).map_or(record.workspace.id.as_str(), |workspace| workspace.id.as_str());
    match (&new.workspace, old) {
        (Some(workspace), _) => same_id(&workspace.id, known),
        (None, Some(old)) => old.workspace.is_none(),
        (None, None) => record.workspace.name.is_none(),
    }
}

fn same_actor(old: Option<&str>, new: &Identity) -> bool {
    old.zip(new.actor_id()).is_some_and(|(old, new)| same_id(old, new))
}

fn has_same_name(record: &CredentialRecord, new: &Identity) -> bool {
    record.user.as_deref().zip(new.display_name()).is_some_and(|(old, new)| old == new)
}

fn record_owner(record: &CredentialRecord) -> String {
    let user = record.user.as_deref().unwrap_or("an unknown owner");
    describe(user, record.account.actor(), workspace_name(record), &record.workspace.id)
}

fn identity_owner(identity: &Identity, record: &CredentialRecord) -> String {
    let name = identity.display_name().unwrap_or("an unknown owner");
    let id = identity.person().map_or(identity.actor_id(), |person| Some(person.id.as_str()));
    match &identity.workspace {
        Some(workspace) => describe(name, id, workspace.name.as_deref().unwrap_or("an unnamed workspace"), &workspace.id),
        None => describe(name, id, "an unknown workspace", &record.workspace.id),
    }
}

fn describe(name: &str, id: Option<&str>, workspace: &str, workspace_id: &str) -> String {
    let id = id.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{name}{id} in {workspace} ({workspace_id})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::auth_path::AuthPath;
    use crate::domain::credentials::{Account, Person, StoreKind, Workspace};
    use jiff::civil::date;

    fn record(kind: TokenKind, user: &str, person: Option<&str>) -> CredentialRecord {
        CredentialRecord {
            account: Account::new("ws-1", AuthPath::Token, Some("bot-1")),
            workspace: Workspace { id: "ws-1".into(), name: Some("Acme".into()) },
            user: Some(user.into()),
            kind,
            path: AuthPath::Token,
            store: StoreKind::Keychain,
            expires_on: None,
            saved_on: date(2026, 11, 22),
            connection: None,
            mcp: None,
            person: person.map(str::to_owned),
            sent_to: Vec::new(),
            replaced_keys: Vec::new(),
        }
    }

    fn identity(owner: Owner, bot: &str, workspace: &str) -> Identity {
        Identity {
            owner,
            bot_id: Some(bot.into()),
            bot_name: Some("Sync".into()),
            workspace: Some(Workspace { id: workspace.into(), name: None }),
            upload_limit: None,
            request_id: None,
        }
    }

    fn person(id: &str, name: &str) -> Owner {
        Owner::Person(Person { id: id.into(), name: Some(name.into()), email: None })
    }

    #[test]
    fn two_tokens_of_one_person_have_two_bots_and_those_of_a_connection_have_one() {
        let ada = || record(TokenKind::User, "Ada", Some("person-1"));
        let sync = || record(TokenKind::Internal, "Sync", None);
        let known = |owner, bot| Some(identity(owner, bot, "ws-1"));
        for (record, old, new, proof) in [
            // Notion answers about both.
            (
                ada(),
                known(person("person-1", "Ada"), "bot-1"),
                identity(person("person-1", "Ada L"), "bot-9", "WS-1"),
                Some(OwnerProof::Id),
            ),
            (ada(), known(person("person-1", "Ada"), "bot-1"), identity(person("person-2", "Ada"), "bot-9", "ws-1"), None),
            (ada(), known(person("person-1", "Ada"), "bot-1"), identity(person("person-1", "Ada"), "bot-9", "ws-2"), None),
            (ada(), known(person("person-1", "Ada"), "bot-1"), identity(Owner::Workspace, "bot-1", "ws-1"), None),
            (sync(), known(Owner::Workspace, "bot-1"), identity(Owner::Workspace, "bot-1", "ws-1"), Some(OwnerProof::Id)),
            (sync(), known(Owner::Workspace, "bot-1"), identity(Owner::Workspace, "bot-2", "ws-1"), None),
            (sync(), known(Owner::Workspace, "bot-1"), identity(person("person-1", "Ada"), "bot-1", "ws-1"), None),
            // The old one has expired.
            (ada(), None, identity(person("person-1", "Ada L"), "bot-9", "ws-1"), Some(OwnerProof::Id)),
            (ada(), None, identity(person("person-2", "Ada"), "bot-9", "ws-1"), None),
            (ada(), None, identity(person("person-1", "Ada"), "bot-9", "ws-2"), None),
            (
                record(TokenKind::User, "Ada", None),
                None,
                identity(person("person-1", "Ada"), "bot-9", "ws-1"),
                Some(OwnerProof::Name),
            ),
            (record(TokenKind::User, "Ada", None), None, identity(person("person-2", "Bo"), "bot-9", "ws-1"), None),
            (sync(), None, identity(Owner::Workspace, "bot-1", "ws-1"), Some(OwnerProof::Id)),
            (sync(), None, identity(Owner::Workspace, "bot-2", "ws-1"), None),
            (sync(), None, identity(person("person-1", "Sync"), "bot-1", "ws-1"), None),
            // Nothing can be proven.
            (ada(), None, Identity { workspace: None, ..identity(person("person-1", "Ada"), "bot-9", "") }, None),
        ] {
            let checked = check_owner(&record, old.as_ref(), &new);
            assert_eq!(checked.as_ref().ok().copied(), proof, "{old:?} {new:?}");
            if let Err(problem) = checked {
                assert_eq!(problem.code, ProblemCode::RotationMismatch);
            }
        }
    }

    #[test]
    fn the_problem_names_both_owners() {
        let old = identity(person("person-1", "Ada"), "bot-1", "ws-1");
        let new = identity(person("person-2", "Bo"), "bot-2", "ws-2");
        let problem = check_owner(&record(TokenKind::User, "Ada", None), Some(&old), &new).unwrap_err();
        let evidence = problem.evidence.unwrap();
        assert!(["Ada", "person-1", "ws-1", "Bo", "person-2", "ws-2"].iter().all(|name| evidence.contains(name)), "{evidence}");
    }
}
