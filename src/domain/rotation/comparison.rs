//! Compares what the new token can do and see with what the old one can.

use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::Identity;
use crate::domain::problem::Problem;
use crate::domain::scan::counted;
use strum::IntoStaticStr;

/// Notion's answers about a token: who it is, what it may do, and what it sees.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenReach {
    pub identity: Identity,
    pub users: Result<CapabilityResponse<UserList>, Problem>,
    pub search: Result<CapabilityResponse<Reach>, Problem>,
}

/// The new token's reach in comparison with the old one's. The order is that of importance: of several aspects, the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ReachVerdict {
    Same,
    More,
    /// Notion's answer about one of the tokens is missing.
    Unknown,
    Less,
}

impl ReachVerdict {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A thing that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ReachAspect {
    /// Searching and reading content.
    Search,
    /// Listing people.
    People,
    /// The email addresses of people.
    Emails,
    /// Pages that a search finds.
    Pages,
    /// Data sources that a search finds.
    DataSources,
}

impl ReachAspect {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn text(self) -> &'static str {
        match self {
            Self::Search => "search content",
            Self::People => "list people",
            Self::Emails => "see email addresses",
            Self::Pages => "pages",
            Self::DataSources => "databases",
        }
    }
}

/// The comparison of one aspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AspectComparison {
    pub aspect: ReachAspect,
    pub verdict: ReachVerdict,
    /// A sentence that names both sides.
    pub text: String,
}

/// The verdict about all aspects.
pub fn overall_verdict(comparison: &[AspectComparison]) -> ReachVerdict {
    comparison.iter().map(|aspect| aspect.verdict).max().unwrap_or(ReachVerdict::Unknown)
}

/// Compares two tokens. `old` is the reason why nothing is known about the old one.
pub fn compare_reach(old: Result<&TokenReach, &Problem>, new: &TokenReach) -> Vec<AspectComparison> {
    let old = old.ok();
    let may_search = |reach: &TokenReach| is_granted(&reach.search);
    let may_list = |reach: &TokenReach| is_granted(&reach.users);
    let sees_emails = |reach: &TokenReach| match &reach.users {
        Ok(CapabilityResponse::Granted(list)) => Some(list.has_emails),
        _ => None,
    };
    let mut compared = vec![
        compare_capability(ReachAspect::Search, old.and_then(may_search), may_search(new)),
        compare_capability(ReachAspect::People, old.and_then(may_list), may_list(new)),
    ];
    // Without the list there are no addresses to compare.
    if let (Some(old), Some(new)) = (old.and_then(sees_emails), sees_emails(new)) {
        compared.push(compare_capability(ReachAspect::Emails, Some(old), Some(new)));
    }
    let seen = |reach: &TokenReach| match &reach.search {
        Ok(CapabilityResponse::Granted(reach)) => Some(*reach),
        _ => None,
    };
    if let (Some(old), Some(new)) = (old.and_then(seen), seen(new)) {
        compared.push(compare_counts(ReachAspect::Pages, (old.pages, old.has_more), (new.pages, new.has_more)));
        compared.push(compare_counts(ReachAspect::DataSources, (old.data_sources, old.has_more), (new.data_sources, new.has_more)));
    }
    compared
}

/// Returns `None` if Notion gave no answer.
fn is_granted<T>(answer: &Result<CapabilityResponse<T>, Problem>) -> Option<bool> {
    match answer {
        Ok(CapabilityResponse::Granted(_)) => Some(true),
        Ok(CapabilityResponse::Refused { .. }) => Some(false),
        Err(_) => None,
    }
}

/// `None` means that Notion gave no answer about this.
fn compare_capability(aspect: ReachAspect, old: Option<bool>, new: Option<bool>) -> AspectComparison {
    let what = aspect.text();
    let (verdict, text) = match (old, new) {
        (Some(true), Some(true)) => (ReachVerdict::Same, format!("Both can {what}.")),
        (Some(false), Some(false)) => (ReachVerdict::Same, format!("Neither can {what}.")),
        (Some(true), Some(false)) => (ReachVerdict::Less, format!("The new token can't {what}; the old one can.")),
        (Some(false), Some(true)) => (ReachVerdict::More, format!("The new token can {what}; the old one can't.")),
        (None, Some(true)) => (ReachVerdict::Unknown, format!("The new token can {what}; unknown for the old one.")),
        (None, Some(false)) => (ReachVerdict::Unknown, format!("The new token can't {what}; unknown for the old one.")),
        (_, None) => (ReachVerdict::Unknown, format!("It is unknown whether the new token can {what}.")),
    };
    AspectComparison { aspect, verdict, text }
}

/// Compares how much one search finds. If there is more than one search shows, the counts say nothing about the rest.
fn compare_counts(aspect: ReachAspect, (old, old_has_more): (usize, bool), (new, new_has_more): (usize, bool)) -> AspectComparison {
    let what = aspect.text();
    let count = |number| counted(number, what.trim_end_matches('s'));
    let differ = || format!("The new token sees {}; the old one sees {}.", count(new), count(old));
    let (verdict, text) = match (old_has_more, new_has_more) {
        (true, true) => (ReachVerdict::Same, format!("Both see more {what} than one search shows.")),
        (true, false) => {
            let text = format!("The new token sees {}; the old one sees more than one search shows.", count(new));
            (ReachVerdict::Less, text)
        }
        (false, true) => {
            let text = format!("The new token sees more {what} than one search shows; the old one sees {}.", count(old));
            (ReachVerdict::More, text)
        }
        (false, false) if new == old => (ReachVerdict::Same, format!("Both see {}.", count(new))),
        (false, false) if new < old => (ReachVerdict::Less, differ()),
        (false, false) => (ReachVerdict::More, differ()),
    };
    AspectComparison { aspect, verdict, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::Owner;
    use crate::domain::problem::ProblemCode;

    /// Notion's answer to a request.
    #[derive(Clone, Copy)]
    enum FakeAnswer<T> {
        Granted(T),
        Refused,
        Silent,
    }

    impl<T> FakeAnswer<T> {
        fn map<U>(self, response: impl FnOnce(T) -> U) -> Result<CapabilityResponse<U>, Problem> {
            match self {
                Self::Granted(value) => Ok(CapabilityResponse::Granted(response(value))),
                Self::Refused => Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() }),
                Self::Silent => Err(Problem::new(ProblemCode::TimedOut)),
            }
        }
    }

    fn reach(users: FakeAnswer<bool>, search: FakeAnswer<(usize, usize, bool)>) -> TokenReach {
        let users = users.map(|has_emails| UserList { people: Vec::new(), is_complete: true, has_emails });
        let search = search.map(|(pages, data_sources, has_more)| Reach { pages, data_sources, has_more });
        let identity = Identity {
            owner: Owner::Workspace,
            bot_id: None,
            bot_name: None,
            workspace: None,
            upload_limit: None,
            request_id: None,
        };
        TokenReach { identity, users, search }
    }

    #[test]
    fn a_token_that_can_do_or_see_less_is_named_and_silence_is_no_verdict() {
        use FakeAnswer::{Granted, Refused, Silent};
        use ReachVerdict::{Less, More, Same, Unknown};
        let sees = |pages, sources| Granted((pages, sources, false));
        let endless = Granted((100, 0, true));
        for (old, new, verdict, worst) in [
            (reach(Refused, sees(3, 1)), reach(Refused, sees(3, 1)), Same, None),
            (reach(Refused, sees(3, 1)), reach(Refused, sees(2, 1)), Less, Some(ReachAspect::Pages)),
            (reach(Refused, sees(3, 1)), reach(Refused, sees(3, 0)), Less, Some(ReachAspect::DataSources)),
            (reach(Refused, sees(3, 1)), reach(Refused, sees(4, 1)), More, Some(ReachAspect::Pages)),
            (reach(Refused, sees(9, 1)), reach(Refused, Refused), Less, Some(ReachAspect::Search)),
            (reach(Refused, Refused), reach(Refused, sees(9, 1)), More, Some(ReachAspect::Search)),
            (reach(Granted(true), sees(1, 1)), reach(Refused, sees(1, 1)), Less, Some(ReachAspect::People)),
            (reach(Granted(true), sees(1, 1)), reach(Granted(false), sees(1, 1)), Less, Some(ReachAspect::Emails)),
            (reach(Refused, sees(1, 1)), reach(Granted(false), sees(1, 1)), More, Some(ReachAspect::People)),
            (reach(Refused, endless), reach(Refused, endless), Same, None),
            (reach(Refused, endless), reach(Refused, sees(99, 0)), Less, Some(ReachAspect::Pages)),
            (reach(Refused, sees(1, 1)), reach(Silent, sees(1, 1)), Unknown, Some(ReachAspect::People)),
            (reach(Silent, sees(2, 1)), reach(Refused, sees(1, 1)), Less, Some(ReachAspect::Pages)),
        ] {
            let compared = compare_reach(Ok(&old), &new);
            assert_eq!(overall_verdict(&compared), verdict, "{compared:?}");
            let worst_aspect = compared.iter().find(|aspect| aspect.verdict == verdict).map(|aspect| aspect.aspect);
            assert_eq!(worst.or(Some(ReachAspect::Search)), worst_aspect, "{compared:?}");
        }
    }

    #[test]
    fn without_the_old_token_nothing_is_claimed() {
        let expired = Problem::new(ProblemCode::Unauthorized);
        let compared = compare_reach(Err(&expired), &reach(FakeAnswer::Refused, FakeAnswer::Granted((3, 1, false))));
        assert!(compared.iter().all(|aspect| aspect.verdict == ReachVerdict::Unknown), "{compared:?}");
        assert_eq!(overall_verdict(&[]), ReachVerdict::Unknown);
    }
}
