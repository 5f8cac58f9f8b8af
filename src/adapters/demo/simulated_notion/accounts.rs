//! The people and connections of the demo. Their tokens are plain fakes: nothing Notion issues looks like them.

/// A token that the demo knows.
#[derive(Debug)]
pub struct ExampleToken {
    pub token: &'static str,
    /// Its owner.
    pub owner: &'static str,
    /// The effect of using it, for a person.
    pub effect: &'static str,
    pub(super) account: DemoAccount,
}

impl ExampleToken {
    /// A row of the portal's table. The texts below hold nothing that HTML would have to escape.
    pub(super) fn as_row(&self, is_revoked: bool) -> String {
        let Self { token, owner, effect, .. } = self;
        let end = if is_revoked {
            "Revoked".to_owned()
        } else {
            format!("<form method=post><button name=revoke value={token}>Revoke</button></form>")
        };
        format!("<tr><td><code>{token}</code></td><td>{owner}</td><td>{effect}</td><td>{end}</td></tr>")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DemoAccount {
    /// A personal access token: may not list users.
    Member,
    /// A second token of the same member.
    MemberAgain,
    /// A token of the same member, which lies in plain text in a file of the invented home.
    Scripts,
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
        owner: "Mika, member of a paid workspace",
        effect: "works, and sees 42 pages",
        account: DemoAccount::Member,
    },
    ExampleToken {
        token: "ntn_demo_owner_on_the_free_plan_0002",
        owner: "Olu, owner of a free workspace",
        effect: "works; its upload limit reveals the plan",
        account: DemoAccount::OwnerOnFree,
    },
    ExampleToken {
        token: "ntn_demo_guest_through_oauth_0003",
        owner: "Gia, a guest, through OAuth",
        effect: "works, but is not in the member list",
        account: DemoAccount::Guest,
    },
    ExampleToken {
        token: "ntn_demo_connection_with_pages_0004",
        owner: "An internal connection",
        effect: "works, and acts as its own bot",
        account: DemoAccount::Connection,
    },
    ExampleToken {
        token: "ntn_demo_connection_without_pages_0005",
        owner: "A new internal connection",
        effect: "sees nothing at first, then 3 pages",
        account: DemoAccount::EmptyConnection,
    },
    ExampleToken {
        token: "ntn_demo_revoked_by_its_creator_0006",
        owner: "A revoked token",
        effect: "rejected, like an expired or mistyped one",
        account: DemoAccount::Revoked,
    },
    ExampleToken {
        token: "ntn_demo_rate_limited_at_first_0007",
        owner: "Mika, in a hurry",
        effect: "rate limited for 2 seconds, then works",
        account: DemoAccount::RateLimited,
    },
    ExampleToken {
        token: "ntn_demo_blocked_by_the_network_0008",
        owner: "Mika, behind a strict filter",
        effect: "the network answers instead of Notion",
        account: DemoAccount::Blocked,
    },
    ExampleToken {
        token: "ntn_demo_trouble_at_notion_first_0009",
        owner: "Mika, on a bad day",
        effect: "one outage at Notion, then works",
        account: DemoAccount::Trouble,
    },
    ExampleToken {
        token: "ntn_demo_member_with_a_new_token_0010",
        owner: "Mika, with a second token",
        effect: "works like the first one, to rotate to",
        account: DemoAccount::MemberAgain,
    },
];

/// A token of exactly the form that Notion issues, so that a scan of the demo is certain about it. Nobody is offered it as an example.
pub(super) static FOUND: ExampleToken = ExampleToken {
    token: concat!("ntn_", "31415926535", "DemoTokenInTheFormNotionIssuesA0011"),
    owner: "Mika, for scripts",
    effect: "works; a shell profile of the demo contains it",
    account: DemoAccount::Scripts,
};

/// Returns the example with this token.
pub(super) fn find_example(token: &str) -> Option<&'static ExampleToken> {
    EXAMPLES.iter().chain([&FOUND]).find(|example| example.token == token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::token_text::has_issued_form;

    #[test]
    fn the_token_that_a_scan_finds_has_the_issued_form() {
        assert!(has_issued_form(FOUND.token), "{}", FOUND.token.len());
        assert!(find_example(FOUND.token).is_some());
    }

    #[test]
    fn examples_are_short_distinct_and_plainly_fake() {
        for (index, example) in EXAMPLES.iter().enumerate() {
            assert!(example.token.starts_with("ntn_demo_") && (20..=44).contains(&example.token.len()), "{}", example.token);
            assert!(example.token.ends_with(&format!("_{:04}", index + 1)), "the last four characters tell them apart");
            assert!(!example.as_row(true).replace("<t", "").replace("</t", "").contains(['&', '"', '\'']), "{}", example.token);
        }
    }
}
