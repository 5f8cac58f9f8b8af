use super::*;
use crate::domain::agents::text_change::TextChange;
use proptest::prelude::*;

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

fn entry() -> ServerEntry {
    let text =
        r#"{ "type": "stdio", "command": "C:\\Program Files\\notion-auth.exe", "args": ["mcp", "--workspace", "Acme \"1\""] }"#;
    ServerEntry::parse(text).unwrap()
}

fn server() -> Value {
    entry().to_value()
}

#[track_caller]
fn connect(format: ConfigFormat, text: &str, table: &[&str]) -> String {
    set_server(format, text, ServerPath { table: &keys(table), name: "notion" }, &entry()).unwrap()
}

/// The line comments of a text, in order.
fn comments(format: ConfigFormat, text: &str) -> Vec<&str> {
    let mark = if format == ConfigFormat::Toml { "# " } else { "// " };
    text.lines().filter_map(|line| line.split_once(mark).map(|(_, comment)| comment.trim())).collect()
}

#[test]
fn json_keeps_comments_order_indentation_and_commas() {
    let text = "{\n\t// first\n\t\"z\": 1,\n\t\"mcpServers\": {\n\t\t\"other\": { \"command\": \"x\" }, // same line\n\t\t// last\n\t},\n\t\"a\": [1, 2,],\n}\n";
    insta::assert_snapshot!(connect(ConfigFormat::Jsonc, text, &["mcpServers"]));
}

#[test]
fn strict_json_stays_strict() {
    for text in
        ["", "{}", "{\"a\": 1}", "{\n  \"mcpServers\": {}\n}\n", "{\n  \"mcpServers\": {\n    \"x\": {\"command\": \"y\"}\n  }\n}"]
    {
        let edited = connect(ConfigFormat::Json, text, &["mcpServers"]);
        let document: Value = serde_json::from_str(&edited).expect(&edited);
        assert_eq!(document["mcpServers"]["notion"], server(), "{edited}");
    }
}

#[test]
fn a_new_json_file_looks_as_a_person_would_write_it() {
    insta::assert_snapshot!(connect(ConfigFormat::Json, "", &["mcpServers"]));
}

#[test]
fn toml_keeps_comments_and_order() {
    let text = "# mine\nmodel = \"o\" # which\n\n[mcp_servers.other] # theirs\ncommand = \"x\"\n\n[zed]\na = 1\n# end\n";
    insta::assert_snapshot!(connect(ConfigFormat::Toml, text, &["mcp_servers"]));
}

#[test]
fn toml_servers_in_every_style() {
    for text in [
        "",
        "mcp_servers = {}\n",
        "mcp_servers = { x = { command = \"y\" } } # inline\n",
        "mcp_servers.x.command = \"y\"\n",
        "[mcp_servers]\nx = { command = \"y\" }\n",
        "[mcp_servers.notion] # ours\nurl = \"https://x.example\"\n\n[mcp_servers.notion.env]\nA = \"b\"\n",
        "mcp_servers = { notion = { url = \"https://x.example\" } }\n",
        "[a]\nb = 1",
    ] {
        let edited = connect(ConfigFormat::Toml, text, &["mcp_servers"]);
        assert_eq!(comments(ConfigFormat::Toml, text), comments(ConfigFormat::Toml, &edited), "{edited}");
        let path = keys(&["mcp_servers"]);
        let removed = remove_server(ConfigFormat::Toml, &edited, ServerPath { table: &path, name: "notion" }).unwrap();
        assert!(!removed.contains("notion-auth"), "{removed}");
    }
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    for (format, table, text) in [
        (ConfigFormat::Toml, "mcp_servers", "\u{feff}# a\r\n[x]\r\ny = 1\r\n"),
        (ConfigFormat::Json, "mcpServers", "\u{feff}{\r\n  \"a\": 1\r\n}\r\n"),
    ] {
        let edited = connect(format, text, &[table]);
        assert!(edited.starts_with('\u{feff}') && edited.replace("\r\n", "").find(['\r', '\n']).is_none(), "{edited:?}");
        assert_eq!(TextChange::between(text, &edited).removed.trim(), "", "{edited:?}");
    }
    let mixed = connect(ConfigFormat::Toml, "# a\n[x]\r\ny = 1\n", &["mcp_servers"]);
    assert!(mixed.starts_with("# a\n[x]\r\ny = 1\n"), "{mixed:?}");
}

#[test]
fn what_cannot_be_changed_safely_is_refused() {
    let path = keys(&["mcpServers"]);
    let path = ServerPath { table: &path, name: "notion" };
    for (format, text, failure) in [
        (ConfigFormat::Json, "{ broken", EditFailure::Malformed),
        (ConfigFormat::Json, "[1]", EditFailure::NoTable),
        (ConfigFormat::Json, "{\"mcpServers\": []}", EditFailure::NoTable),
        // The reader of the file decides which of the two counts.
        (ConfigFormat::Json, "{\"mcpServers\": {}, \"mcpServers\": {\"x\": 1}}", EditFailure::Unexpected),
        (ConfigFormat::Toml, "a = ", EditFailure::Malformed),
        (ConfigFormat::Toml, "mcpServers = 1", EditFailure::NoTable),
        (ConfigFormat::Toml, "[[mcpServers]]\na = 1", EditFailure::NoTable),
        (ConfigFormat::Yaml, "", EditFailure::NotEditable),
    ] {
        assert_eq!(set_server(format, text, path, &entry()), Err(failure), "{text}");
    }
}

#[test]
fn somebody_elses_change_survives_a_removal() {
    let path = keys(&["mcpServers"]);
    let path = ServerPath { table: &path, name: "notion" };
    let edited = "{\n  \"mcpServers\": {\n    // kept\n    \"notion\": {\"command\": \"notion-auth\"}, // ours\n    \"b\": {\"command\": \"x\"}\n  }\n}\n";
    let removed = remove_server(ConfigFormat::Jsonc, edited, path).unwrap();
    assert_eq!(comments(ConfigFormat::Jsonc, &removed), ["kept"]);
    assert!(removed.contains("\"b\": {\"command\": \"x\"}"), "{removed}");
}

/// A JSON value of a few levels, with names that could be ours.
fn json_text() -> impl Strategy<Value = String> {
    let leaf =
        prop_oneof![Just("1".to_owned()), Just("\"ü \\\" x\"".to_owned()), Just("null".to_owned()), Just("[1, 2]".to_owned())];
    let gap = prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\n\n\t"), Just(" /* c */ "), Just(" // d\n"), Just("\r\n")];
    let name = prop_oneof![Just("mcpServers"), Just("notion"), Just("a"), Just("b c")];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        (prop::collection::vec((name.clone(), inner, gap.clone(), gap.clone()), 0..3), gap.clone(), any::<bool>()).prop_map(
            |(fields, end, trailing)| {
                let mut names = std::collections::BTreeSet::new();
                let fields: Vec<_> = fields
                    .into_iter()
                    .filter(|(name, ..)| names.insert(*name))
                    .map(|(name, value, before, after)| format!("{before}\"{name}\":{after}{value}"))
                    .collect();
                let comma = if trailing && !fields.is_empty() { "," } else { "" };
                format!("{{{}{comma}{end}}}", fields.join(","))
            },
        )
    })
}

/// TOML of a few tables, with names that could be ours.
fn toml_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("a = 1 # c\n"),
        Just("# d\n"),
        Just("\n"),
        Just("x = \"\"\"\n# no comment\n\"\"\"\n"),
        Just("[other]\n"),
        Just("[mcp_servers.x] # e\n"),
        Just("[mcp_servers.notion]\n"),
        Just("command = 'y'\r\n"),
        Just("[mcp_servers]\n"),
        Just("mcp_servers.y.z = 1\n"),
    ];
    prop::collection::vec(line, 0..7).prop_map(|lines| lines.concat())
}

fn check_invariants(format: ConfigFormat, table: &str, text: &str) -> Result<(), TestCaseError> {
    let table = keys(&[table]);
    let path = ServerPath { table: &table, name: "notion" };
    let Ok(edited) = set_server(format, text, path, &entry()) else { return Ok(()) };
    let mut wanted = parse(format, text).unwrap();
    let replaced = table.iter().try_fold(&wanted, |value, key| value.get(key)).is_some_and(|table| table.get("notion").is_some());
    set_value(&mut wanted, path, server()).unwrap();
    prop_assert_eq!(parse(format, &edited).unwrap(), wanted);
    if !replaced {
        prop_assert_eq!(comments(format, text), comments(format, &edited), "{}", edited);
    }
    let change = TextChange::between(text, &edited);
    prop_assert_eq!(change.undo(&edited), Some(text.to_owned()));
    let removed = remove_server(format, &edited, path);
    prop_assert!(removed.as_ref().is_ok_and(|removed| is_same_otherwise(format, text, removed, path)), "{:?}", removed);
    Ok(())
}

/// A proptest found this one: a comment before the member, and its value on a line of its own.
#[test]
fn json_with_a_comment_before_an_empty_object_comes_back() {
    check_invariants(ConfigFormat::Jsonc, "mcpServers", "{ /* c */ \"mcpServers\":\n\n\t{}}").unwrap();
}

proptest! {
    #[test]
    fn json_is_what_was_wanted_and_comes_back(text in json_text()) {
        check_invariants(ConfigFormat::Jsonc, "mcpServers", &text)?;
    }

    #[test]
    fn toml_is_what_was_wanted_and_comes_back(text in toml_text()) {
        check_invariants(ConfigFormat::Toml, "mcp_servers", &text)?;
    }
}
