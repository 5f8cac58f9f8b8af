//! The people and connections of the demo. Their tokens are plain fakes: nothing Notion issues looks like them.

/// A token that the demo knows.
#[derive(Debug)]
pub struct ExampleToken {
    pub token: &'static str,
    /// Its owner.
    pub who: &'static str,
    /// The effect of using it, for a person.
    pub what_happens: &'static str,
    pub(super) account: Account,
}

impl ExampleToken {
    /// A row of the portal's table. The texts below hold nothing that HTML would have to escape.
    pub(super) fn as_row(&self) -> String {
        format!("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", self.token, self.who, self.what_happens)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// A personal access token: may not list users.
    Member,
    OwnerOnFree,
    /// A token of a person's OAuth connection, which may list users.
    Guest,
    Connection,
    /// A connection without shared pages at first; by the second search some are shared.
    EmptyConnection,
    Revoked,
    /// A member who sent too many requests a moment ago.
    RateLimited,
    /// A rule of the network answers in Notion's place.
    Blocked,
    /// A member during an outage of Notion.
    Trouble,
}

pub(super) const EXAMPLES: &[ExampleToken] = &[
    ExampleToken {
        token: "ntn_demo_member_on_a_paid_plan_0001",
        who: "Mika, member of a paid workspace",
        what_happens: "works at once and sees 42 pages",
        account: Account::Member,
    },
    ExampleToken {
        token: "ntn_demo_owner_on_the_free_plan_0002",
        who: "Olu, owner of a free workspace",
        what_happens: "works; the upload limit tells the plan, the plan tells the role",
        account: Account::OwnerOnFree,
    },
    ExampleToken {
        token: "ntn_demo_guest_through_oauth_0003",
        who: "Gia, guest, through an OAuth connection",
        what_happens: "works; Gia can be found but is not on the list of members",
        account: Account::Guest,
    },
    ExampleToken {
        token: "ntn_demo_connection_with_pages_0004",
        who: "an internal connection",
        what_happens: "works and acts as its own bot",
        account: Account::Connection,
    },
    ExampleToken {
        token: "ntn_demo_connection_without_pages_0005",
        who: "a new internal connection",
        what_happens: "works and sees nothing; after the second look, 3 pages are shared",
        account: Account::EmptyConnection,
    },
    ExampleToken {
        token: "ntn_demo_revoked_by_its_creator_0006",
        who: "nobody any more",
        what_happens: "is refused: revoked, expired and mistyped look the same",
        account: Account::Revoked,
    },
    ExampleToken {
        token: "ntn_demo_rate_limited_at_first_0007",
        who: "Mika, in a hurry",
        what_happens: "is asked to wait 2 seconds, then works",
        account: Account::RateLimited,
    },
    ExampleToken {
        token: "ntn_demo_blocked_by_the_network_0008",
        who: "Mika, behind a strict filter",
        what_happens: "is answered by the network, not by Notion",
        account: Account::Blocked,
    },
    ExampleToken {
        token: "ntn_demo_trouble_at_notion_first_0009",
        who: "Mika, on a bad day",
        what_happens: "meets an outage once, then works",
        account: Account::Trouble,
    },
];

/// Returns the example with this token.
pub(super) fn account_of(token: &str) -> Option<&'static ExampleToken> {
    EXAMPLES.iter().find(|example| example.token == token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_short_distinct_and_plainly_fake() {
        for (index, example) in EXAMPLES.iter().enumerate() {
            assert!(example.token.starts_with("ntn_demo_") && (20..=44).contains(&example.token.len()), "{}", example.token);
            assert!(example.token.ends_with(&format!("_{:04}", index + 1)), "the last four characters tell them apart");
            assert!(!example.as_row().replace("<t", "").replace("</t", "").contains(['&', '"', '\'']), "{}", example.token);
        }
    }
}
