//! Infers a person's role from indirect signals. No user object of Notion's API has a role or a member type
//! (<https://developers.notion.com/reference/user>), so most questions stay unknown.
//!
//! Each variant is a documented signal and states what it implies. The variants are ordered by strength, so the strongest signal is
//! the minimum.

use super::check::{CapabilityResponse, Check, Verdict};
use super::evidence::Evidence;
use crate::domain::credentials::{Identity, Owner};

/// The documented upload limit of the Free plan, 5 MiB. It is the only hint at a plan that the API gives
/// (<https://developers.notion.com/docs/working-with-files-and-media>).
const FREE_UPLOAD_LIMIT: u64 = 5_242_880;

/// An observation that says something about a person's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MembershipSignal {
    /// The token's owner is the workspace.
    InternalToken,
    /// `/v1/users/{id}` returns the person, but a complete `/v1/users` list lacks them.
    FoundButNotListed,
    NtnLogin,
    /// The `/v1/users` list contains the person.
    Listed,
    /// The person authorized their own connection, which guests may do too.
    OwnConnection,
    /// A user-owned token that can list people; PATs cannot.
    UserTokenListingPeople,
    /// A user-owned token, and the upload limit of the Free plan.
    UserTokenOnFree,
    /// A user-owned token, and the upload limit of a paid plan.
    UserTokenOnPaid,
    /// A user-owned token without a reported upload limit.
    UserToken,
    NtnLoginFailed,
    /// 401 `unauthorized`.
    Unauthorized,
    /// 403 `restricted_resource`.
    Restricted,
    /// 404 `object_not_found`.
    NotFound,
    /// The token works, but Notion does not report its owner.
    OwnerNotNamed,
}

/// The conclusion from a signal about one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conclusion {
    pub verdict: Verdict,
    pub evidence: &'static str,
    /// The question to ask, and whom, if Notion does not report the answer.
    pub remedy: Option<&'static str>,
    pub source: &'static str,
}

const ASK_ROLE: Option<&str> = Some("Ask a workspace owner what kind of member you are.");
const ASK_OWNER: Option<&str> = Some("If you're not sure, ask who owns the workspace.");
const ASK_POLICY: Option<&str> = Some("Ask a workspace owner for your role and the token policy.");

impl MembershipSignal {
    /// Concludes whether the person is a full member.
    pub fn membership(self) -> Conclusion {
        let (verdict, says, ask, source) = match self {
            Self::InternalToken => (Verdict::Skip, "Doesn't apply: a connection acts as itself.", None, "SELF"),
            Self::FoundButNotListed => {
                (Verdict::Warn, "Likely a guest: known to the workspace, but not in its member list.", ASK_ROLE, "USERS")
            }
            Self::NtnLogin => (Verdict::Pass, "Full member at sign-in (required by ntn).", None, "CLIAUTH"),
            Self::Listed => {
                (Verdict::Unknown, "A member, not a guest. Notion doesn't say if full or restricted.", ASK_ROLE, "USERS")
            }
            Self::OwnConnection => (Verdict::Unknown, "Unknown. Token limits don't apply to connections.", ASK_ROLE, "PAT"),
            Self::UserTokenListingPeople => {
                (Verdict::Unknown, "Unknown. Not a PAT, because it can list people.", ASK_ROLE, "USERS")
            }
            Self::UserTokenOnFree | Self::UserTokenOnPaid | Self::UserToken => (
                Verdict::Unknown,
                "Unknown. If this is a PAT, you were probably a full member when you created it.",
                ASK_ROLE,
                "PAT",
            ),
            Self::NtnLoginFailed => {
                (Verdict::Unknown, "Unknown: member type, token policy or the network caused the failure.", ASK_POLICY, "CLIAUTH")
            }
            Self::Unauthorized => {
                (Verdict::Unknown, "Unknown: wrong, expired, revoked and blocked tokens all get 401.", ASK_POLICY, "PAT")
            }
            Self::Restricted => {
                (Verdict::Unknown, "Unknown: a capability is missing, which says nothing about your role.", ASK_ROLE, "CAP")
            }
            Self::NotFound => {
                (Verdict::Unknown, "Unknown: not visible to this token, which says nothing about your role.", ASK_ROLE, "USERS")
            }
            Self::OwnerNotNamed => (Verdict::Unknown, "Notion did not say who it acts as.", ASK_ROLE, "SELF"),
        };
        Conclusion { verdict, evidence: says, remedy: ask, source }
    }

    /// Concludes whether the person owns the workspace.
    pub fn ownership(self) -> Conclusion {
        let unknown = |says, source| (Verdict::Unknown, says, ASK_OWNER, source);
        let (verdict, says, ask, source) = match self {
            Self::InternalToken => (Verdict::Skip, "Doesn't apply. Usually an owner created it.", None, "INT"),
            Self::UserTokenOnFree => {
                unknown("Unknown. If this is a PAT, you were probably an owner: on Free, only owners can create one.", "PAT")
            }
            Self::UserTokenOnPaid => unknown("Unknown. Notion's API doesn't report roles.", "PAT"),
            Self::NtnLoginFailed | Self::Unauthorized => unknown("Unknown. The token policy may allow owners only.", "PAT"),
            Self::FoundButNotListed => unknown("Unknown. Guests don't own workspaces.", "USERS"),
            Self::NtnLogin
            | Self::Listed
            | Self::OwnConnection
            | Self::UserTokenListingPeople
            | Self::UserToken
            | Self::Restricted
            | Self::NotFound
            | Self::OwnerNotNamed => unknown("Unknown. Notion's API doesn't report roles.", "USERS"),
        };
        Conclusion { verdict, evidence: says, remedy: ask, source }
    }
}

/// Collects the signals from the evidence that has arrived so far.
pub fn collect_signals(evidence: &Evidence) -> Vec<MembershipSignal> {
    let mut signals = vec![token_signal(evidence)];
    if let (Some(person), Some(Ok(CapabilityResponse::Granted(list)))) = (evidence.identity.person(), evidence.users) {
        let found = matches!(evidence.owner_found, Some(Ok(CapabilityResponse::Granted(true))));
        if list.people.contains(&person.id) {
            signals.push(MembershipSignal::Listed);
        } else if list.is_complete && found {
            signals.push(MembershipSignal::FoundButNotListed);
        }
    }
    signals
}

fn token_signal(evidence: &Evidence) -> MembershipSignal {
    let Identity { owner, upload_limit, .. } = evidence.identity;
    match owner {
        Owner::Workspace => MembershipSignal::InternalToken,
        Owner::Unknown => MembershipSignal::OwnerNotNamed,
        Owner::Person(_) if evidence.logged_in_by_ntn => MembershipSignal::NtnLogin,
        Owner::Person(_) if evidence.connection.is_some() => MembershipSignal::OwnConnection,
        Owner::Person(_) if matches!(evidence.users, Some(Ok(CapabilityResponse::Granted(_)))) => {
            MembershipSignal::UserTokenListingPeople
        }
        Owner::Person(_) => match *upload_limit {
            Some(FREE_UPLOAD_LIMIT) => MembershipSignal::UserTokenOnFree,
            Some(_) => MembershipSignal::UserTokenOnPaid,
            None => MembershipSignal::UserToken,
        },
    }
}

/// The two checks on membership and ownership; the strongest signal decides each.
pub fn membership_checks(signals: &[MembershipSignal]) -> Vec<Check> {
    let strongest = |reading: fn(MembershipSignal) -> Conclusion| {
        let mut readings: Vec<_> = signals.iter().map(|signal| (reading(*signal), *signal)).collect();
        readings.sort_by_key(|(_, signal)| *signal);
        readings.first().map(|(reading, _)| *reading)
    };
    let membership =
        strongest(MembershipSignal::membership).map(|reading| check("prerequisites.membership", "Membership", reading));
    let ownership = strongest(MembershipSignal::ownership).map(|reading| check("prerequisites.admin", "Owner or admin", reading));
    membership.into_iter().chain(ownership).collect()
}

fn check(id: &'static str, title: &'static str, reading: Conclusion) -> Check {
    Check {
        remedy: reading.remedy.map(Into::into),
        source: Some(reading.source),
        ..Check::new(id, title, reading.verdict, reading.evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Pass, Skip, Unknown, Warn};

    /// A verdict, and words that its text must contain.
    type Expected = (Verdict, &'static str);

    /// Every signal, with the expected conclusion about membership and about ownership.
    const TABLE: [(MembershipSignal, Expected, Expected); 13] = [
        (MembershipSignal::InternalToken, (Skip, "a connection acts as itself"), (Skip, "Usually an owner")),
        (MembershipSignal::FoundButNotListed, (Warn, "Likely a guest"), (Unknown, "Guests don't own")),
        (MembershipSignal::NtnLogin, (Pass, "Full member at sign-in"), (Unknown, "doesn't report roles")),
        (MembershipSignal::Listed, (Unknown, "full or restricted"), (Unknown, "doesn't report roles")),
        (MembershipSignal::UserTokenListingPeople, (Unknown, "Not a PAT"), (Unknown, "doesn't report roles")),
        (
            MembershipSignal::UserTokenOnFree,
            (Unknown, "probably a full member"),
            (Unknown, "If this is a PAT, you were probably an owner"),
        ),
        (MembershipSignal::UserTokenOnPaid, (Unknown, "probably a full member"), (Unknown, "doesn't report roles")),
        (MembershipSignal::UserToken, (Unknown, "probably a full member"), (Unknown, "doesn't report roles")),
        (MembershipSignal::NtnLoginFailed, (Unknown, "caused the failure"), (Unknown, "may allow owners only")),
        (MembershipSignal::Unauthorized, (Unknown, "all get 401"), (Unknown, "may allow owners only")),
        (MembershipSignal::Restricted, (Unknown, "says nothing about your role"), (Unknown, "doesn't report roles")),
        (MembershipSignal::NotFound, (Unknown, "says nothing about your role"), (Unknown, "doesn't report roles")),
        (MembershipSignal::OwnerNotNamed, (Unknown, "did not say who"), (Unknown, "doesn't report roles")),
    ];

    #[test]
    fn every_documented_signal_tells_what_it_tells_and_no_more() {
        for (signal, (membership, of_member), (ownership, of_owner)) in TABLE {
            let (member, owner) = (signal.membership(), signal.ownership());
            assert_eq!((member.verdict, owner.verdict), (membership, ownership), "{signal:?}");
            assert!(member.evidence.contains(of_member), "{signal:?}: {}", member.evidence);
            assert!(owner.evidence.contains(of_owner), "{signal:?}: {}", owner.evidence);
        }
    }

    #[test]
    fn nobody_is_ever_declared_an_owner_and_only_a_login_of_ntn_proves_a_member() {
        for (signal, ..) in TABLE {
            assert_ne!(signal.ownership().verdict, Pass, "{signal:?}");
            assert_eq!(signal.membership().verdict == Pass, signal == MembershipSignal::NtnLogin, "{signal:?}");
        }
    }

    #[test]
    fn what_notion_cannot_tell_comes_with_what_to_ask() {
        for (signal, ..) in TABLE {
            for reading in [signal.membership(), signal.ownership()] {
                let open = matches!(reading.verdict, Unknown | Warn);
                assert_eq!(reading.remedy.is_some(), open, "{signal:?}");
            }
        }
    }

    #[test]
    fn the_strongest_of_several_signals_speaks() {
        let evidence =
            |signals: &[MembershipSignal]| membership_checks(signals).into_iter().map(|check| check.evidence).collect::<Vec<_>>();
        let both = evidence(&[MembershipSignal::UserTokenListingPeople, MembershipSignal::FoundButNotListed]);
        assert!(both.first().is_some_and(|membership| membership.starts_with("Likely a guest")), "{both:?}");
        assert_eq!(evidence(&[MembershipSignal::FoundButNotListed, MembershipSignal::UserTokenListingPeople]), both);
        assert!(evidence(&[]).is_empty());
    }
}
