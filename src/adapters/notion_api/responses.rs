//! The bodies of Notion's responses, parsed leniently: fields are optional, unknown ones ignored, text sanitised
//! (<https://developers.notion.com/reference/get-self>, <https://developers.notion.com/reference/get-users>).

use crate::domain::checks::{Reach, UserList};
use crate::domain::credentials::{Identity, Owner, Person, Workspace};
use crate::domain::sanitize::sanitize;
use serde::Deserialize;
use serde_json::Value;

/// The response of `GET /v1/users/me`, and every user in a list.
#[derive(Deserialize)]
pub(super) struct UserJson {
    object: Option<String>,
    id: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    person: Option<PersonJson>,
    bot: Option<BotJson>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct PersonJson {
    email: Option<String>,
}

/// The bot of a token; it may be empty.
#[derive(Deserialize)]
struct BotJson {
    owner: Option<OwnerJson>,
    workspace_id: Option<String>,
    workspace_name: Option<String>,
    /// A plan hint; an odd one must not cost the whole response.
    workspace_limits: Option<Value>,
}

#[derive(Deserialize)]
struct OwnerJson {
    #[serde(rename = "type")]
    kind: Option<String>,
    user: Option<Box<UserJson>>,
}

impl UserJson {
    /// Returns the owner of the token. A bot names its owner; a personal access token may also be answered with the person itself
    /// (<https://developers.notion.com/reference/get-self>).
    pub(super) fn into_identity(self, header_id: Option<String>) -> Option<Identity> {
        if self.object.as_deref() != Some("user") {
            return None;
        }
        let request_id = header_id.or_else(|| sanitize_nonempty(self.request_id.as_deref()));
        if self.kind.as_deref() != Some("bot") && self.bot.is_none() {
            let owner = self.person().map_or(Owner::Unknown, Owner::Person);
            return Some(Identity { owner, bot_id: None, bot_name: None, workspace: None, upload_limit: None, request_id });
        }
        let (bot_id, bot_name) = (sanitize_nonempty(self.id.as_deref()), sanitize_nonempty(self.name.as_deref()));
        let Some(bot) = self.bot else {
            return Some(Identity { owner: Owner::Unknown, bot_id, bot_name, workspace: None, upload_limit: None, request_id });
        };
        let name = sanitize_nonempty(bot.workspace_name.as_deref());
        let workspace = sanitize_nonempty(bot.workspace_id.as_deref()).map(|id| Workspace { id, name });
        let upload_limit = bot.workspace_limits.and_then(|limits| limits.get("max_file_upload_size_in_bytes")?.as_u64());
        Some(Identity {
            owner: bot.owner.map_or(Owner::Unknown, OwnerJson::into_owner),
            bot_id,
            bot_name,
            workspace,
            upload_limit,
            request_id,
        })
    }

    /// A partial user has an id and nothing else.
    fn person(&self) -> Option<Person> {
        let id = sanitize_nonempty(self.id.as_deref())?;
        Some(Person { id, name: sanitize_nonempty(self.name.as_deref()), email: sanitize_nonempty(self.email()) })
    }

    fn email(&self) -> Option<&str> {
        self.person.as_ref().and_then(|person| person.email.as_deref())
    }
}

impl OwnerJson {
    fn into_owner(self) -> Owner {
        match (self.kind.as_deref(), self.user) {
            (Some("workspace"), _) => Owner::Workspace,
            (Some("user"), Some(user)) => user.person().map_or(Owner::Unknown, Owner::Person),
            _ => Owner::Unknown,
        }
    }
}

/// One page of `GET /v1/users`.
#[derive(Deserialize)]
pub(super) struct UserPageJson {
    results: Vec<UserJson>,
    #[serde(default)]
    has_more: bool,
    next_cursor: Option<String>,
}

impl UserPageJson {
    /// Adds its people, and returns the cursor of the next page where there is one.
    pub(super) fn add_to(self, list: &mut UserList) -> Option<String> {
        for user in self.results.iter().filter(|user| user.kind.as_deref() == Some("person")) {
            list.has_emails |= user.email().is_some();
            list.people.extend(sanitize_nonempty(user.id.as_deref()));
        }
        self.next_cursor.filter(|_| self.has_more)
    }
}

/// The first page of `POST /v1/search`.
#[derive(Deserialize)]
pub(super) struct SearchPageJson {
    results: Vec<SearchHitJson>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
struct SearchHitJson {
    object: Option<String>,
}

impl SearchPageJson {
    pub(super) fn reach(&self) -> Reach {
        let count = |names: &[&str]| {
            let named = |found: &&SearchHitJson| found.object.as_deref().is_some_and(|object| names.contains(&object));
            self.results.iter().filter(named).count()
        };
        Reach { pages: count(&["page"]), data_sources: count(&["data_source", "database"]), has_more: self.has_more }
    }
}

/// Sanitises the text; returns `None` if nothing is left.
fn sanitize_nonempty(text: Option<&str>) -> Option<String> {
    text.map(sanitize).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn identity(body: Value) -> Option<Identity> {
        serde_json::from_value::<UserJson>(body).expect("the shape is readable").into_identity(None)
    }

    fn person(id: &str, name: Option<&str>, email: Option<&str>) -> Owner {
        Owner::Person(Person { id: id.into(), name: name.map(Into::into), email: email.map(Into::into) })
    }

    #[test]
    fn a_connection_is_owned_by_its_workspace() {
        let body = json!({"object": "user", "id": "b1", "name": "Sync", "avatar_url": null, "type": "bot", "request_id": "r1",
            "bot": {"owner": {"type": "workspace", "workspace": true}, "workspace_id": "w1", "workspace_name": "Acme",
                    "workspace_limits": {"max_file_upload_size_in_bytes": 5_368_709_120_u64}}});
        let expected = Identity {
            owner: Owner::Workspace,
            bot_id: Some("b1".into()),
            bot_name: Some("Sync".into()),
            workspace: Some(Workspace { id: "w1".into(), name: Some("Acme".into()) }),
            upload_limit: Some(5_368_709_120),
            request_id: Some("r1".into()),
        };
        assert_eq!(identity(body), Some(expected));
    }

    #[test]
    fn the_owner_is_read_from_every_documented_shape() {
        let owned = |owner: Value| json!({"object": "user", "id": "b1", "type": "bot", "bot": {"owner": owner}});
        let whole = json!({"type": "user", "user": {"object": "user", "id": "u1", "name": "Ada", "type": "person",
                           "person": {"email": "ada@example.com", "email_verified": true}}});
        for (body, owner) in [
            (owned(whole), person("u1", Some("Ada"), Some("ada@example.com"))),
            (owned(json!({"type": "user", "user": {"object": "user", "id": "u1"}})), person("u1", None, None)),
            (owned(json!({"type": "user", "user": {"id": "u1", "name": null, "person": {}}})), person("u1", None, None)),
            (owned(json!({"type": "user"})), Owner::Unknown),
            (owned(json!({"type": "team"})), Owner::Unknown),
            (owned(Value::Null), Owner::Unknown),
            (json!({"object": "user", "id": "b1", "type": "bot", "bot": {}}), Owner::Unknown),
            (json!({"object": "user", "id": "b1", "type": "bot", "bot": null}), Owner::Unknown),
            (
                json!({"object": "user", "id": "u1", "type": "person", "name": "Ada", "person": {"email": "ada@example.com"}}),
                person("u1", Some("Ada"), Some("ada@example.com")),
            ),
            (json!({"object": "user", "id": "u1"}), person("u1", None, None)),
            (json!({"object": "user"}), Owner::Unknown),
        ] {
            let text = body.to_string();
            assert_eq!(identity(body).map(|identity| identity.owner), Some(owner), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_user_is_no_identity() {
        assert_eq!(identity(json!({})), None);
        assert_eq!(identity(json!({"object": "list", "results": []})), None);
    }

    #[test]
    fn text_is_made_safe_and_an_odd_plan_hint_is_ignored() {
        let body = json!({"object": "user", "id": "b1", "name": "\u{1b}[2JSync\u{202e}", "type": "bot",
            "bot": {"workspace_id": "w1", "workspace_name": "\u{7}\u{200b}", "workspace_limits": {"max_file_upload_size_in_bytes": "many"}}});
        let identity = identity(body).expect("a user");
        assert_eq!(identity.bot_name.as_deref(), Some("[2JSync"));
        assert_eq!(identity.workspace, Some(Workspace { id: "w1".into(), name: None }));
        assert_eq!(identity.upload_limit, None);
    }

    #[test]
    fn only_people_are_listed_and_the_cursor_counts_only_with_more() {
        let page = |more: bool| {
            let users = json!([{"object": "user", "id": "u1", "type": "person", "person": {"email": "a@example.com"}},
                               {"object": "user", "id": "b1", "type": "bot", "bot": {}}]);
            serde_json::from_value::<UserPageJson>(json!({"results": users, "has_more": more, "next_cursor": "c2"}))
                .expect("a page")
        };
        let mut list = UserList { people: Vec::new(), is_complete: false, has_emails: false };
        assert_eq!(page(true).add_to(&mut list), Some("c2".into()));
        assert_eq!(page(false).add_to(&mut list), None);
        assert_eq!((list.people, list.has_emails), (vec!["u1".to_owned(), "u1".to_owned()], true));
    }

    #[test]
    fn databases_of_older_versions_count_as_data_sources() {
        let results = json!([{"object": "page"}, {"object": "page"}, {"object": "data_source"}, {"object": "database"}, {}]);
        let page: SearchPageJson = serde_json::from_value(json!({"results": results, "has_more": true})).expect("a page");
        assert_eq!(page.reach(), Reach { pages: 2, data_sources: 2, has_more: true });
    }
}
