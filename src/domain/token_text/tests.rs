use super::*;

const FAKE: &str = "ntn_fake_fake_fake_fake_fake_fake";

fn reading(text: &str) -> TokenScan {
    scan(&Secret::new(text))
}

fn tokens(text: &str) -> Vec<String> {
    reading(text).tokens.iter().map(|token| token.secret.expose().to_owned()).collect()
}

/// Fake secrets of other services, assembled at run time so that secret scanners do not report this file.
fn foreign() -> Vec<String> {
    foreign_formats()
        .iter()
        .flat_map(|format| {
            let rest = format!("fake0fake0{}fake0fake0fake0", format.contains.as_deref().unwrap_or_default());
            format.prefixes.iter().map(move |prefix| format!("{prefix}{rest}"))
        })
        .collect()
}

#[test]
fn every_wrapping_around_a_token_is_removed() {
    for pasted in [
        FAKE.to_owned(),
        format!("  {FAKE}\n"),
        format!("\"{FAKE}\""),
        format!("'{FAKE}',"),
        format!("“{FAKE}”"),
        format!("‹{FAKE}›"),
        format!("«{FAKE}»"),
        format!("<{FAKE}>"),
        format!("({FAKE});"),
        format!("{{{FAKE}}}"),
        format!("Bearer {FAKE}"),
        format!("bearer {FAKE}"),
        format!("Authorization: Bearer {FAKE}"),
        format!("export NOTION_API_TOKEN={FAKE}"),
        format!("export NOTION_API_TOKEN=\"{FAKE}\"\n"),
        format!("NOTION_TOKEN='{FAKE}'"),
        format!("set NOTION_API_TOKEN={FAKE}"),
        format!("set -gx NOTION_API_TOKEN {FAKE}"),
        format!("setx NOTION_API_TOKEN \"{FAKE}\""),
        format!("$env:NOTION_API_TOKEN = \"{FAKE}\""),
        format!("[Environment]::SetEnvironmentVariable('NOTION_API_TOKEN', '{FAKE}', 'User')"),
        format!("\"token\": \"{FAKE}\","),
        format!("{{\"token\":\"{FAKE}\"}}"),
        format!("export AUTH=\"Bearer {FAKE}\""),
        format!("\u{feff}{FAKE}\r\n"),
        format!("{}\u{200b}{}", &FAKE[..9], &FAKE[9..]),
        format!("A=1\0NOTION_TOKEN={FAKE}\0B=2\0"),
        format!("+NOTION_TOKEN={FAKE}"),
        format!("令牌{FAKE}。"),
        format!("The token is {FAKE}."),
        format!("https://example.com/?token={FAKE}&x=1"),
        format!("https://example.com/?q=%22{FAKE}%22"),
        format!("https://user:{FAKE}@example.com/"),
        format!("curl https://api.notion.com/v1/users/me -H 'Authorization: Bearer {FAKE}' -H 'Notion-Version: 2026-03-11'"),
        r#"{"mcpServers":{"notion":{"env":{"OPENAPI_MCP_HEADERS":"{\"Authorization\":\"Bearer TOKEN\",\"Notion-Version\":\"2022-06-28\"}"}}}}"#
            .replace("TOKEN", FAKE),
        format!(r#""{{\"text\":\"NOTION_TOKEN={FAKE}\nOTHER=1\"}}""#),
        format!(r#""\n{FAKE}\u0022""#),
    ] {
        assert_eq!(tokens(&pasted), [FAKE], "{pasted:?}");
    }
}

#[test]
fn of_several_values_the_one_that_looks_like_notions_is_found() {
    for other in foreign() {
        for text in [
            format!("NOTION_TOKEN={FAKE}\nOTHER={other}\n"),
            format!("{other}\n{FAKE}"),
            format!("{{\"a\":\"{other}\",\"b\":\"{FAKE}\"}}"),
            format!("{FAKE},{other}"),
        ] {
            assert_eq!(tokens(&text), [FAKE], "{text}");
        }
        for text in [other.clone(), format!("NOTION_API_TOKEN={other}"), format!("Bearer {other}")] {
            let reading = reading(&text);
            assert_eq!(reading.tokens, [], "{text}");
            assert!(matches!(reading.shape, TokenShape::Foreign(_)), "{text}: {reading:?}");
            assert!(!reading.shape.can_be_sent() && !reading.shape.is_plausible(), "{text}");
        }
    }
}

#[test]
fn what_goes_with_a_token_is_no_token() {
    let answer = format!(
        r#"{{"access_token":"{FAKE}","refresh_token":"nrt_fake_fake_fake_fake_fake","bot_id":"0123456789abcdef0123456789abcdef"}}"#
    );
    assert_eq!(tokens(&answer), [FAKE]);
    let file = format!(
        "NOTION_CLIENT_ID=dead0000-0000-4000-8000-00000000c11d\nNOTION_CLIENT_SECRET=secret_fake_fake_fake_fake_fake\n\
         NOTION_WEBHOOK_VERIFICATION_TOKEN=secret_fake_hook_fake_fake_fake\nNOTION_TOKEN={FAKE}\nNOTION_VERSION=2026-03-11\n"
    );
    let reading = reading(&file);
    assert_eq!(reading.tokens, [FoundToken { secret: Secret::new(FAKE), name: Some("NOTION_TOKEN".into()) }]);
    assert_eq!(reading.client_id, Some(Secret::new("dead0000-0000-4000-8000-00000000c11d")));
    assert_eq!(reading.client_secret, Some(Secret::new("secret_fake_fake_fake_fake_fake")));
}

#[test]
fn several_tokens_are_told_apart_by_their_names_and_each_once() {
    let other = "secret_fake_fake_fake_fake_fake";
    let reading = reading(&format!("ACME={FAKE}\nBETA={other}\nAGAIN={FAKE}\n"));
    let names: Vec<_> = reading.tokens.iter().map(|token| token.name.as_deref()).collect();
    assert_eq!(names, [Some("ACME"), Some("BETA")]);
    assert!(!reading.summary().contains("fake"), "{}", reading.summary());
}

#[test]
fn a_name_of_notions_makes_a_token_of_any_form_and_another_does_not() {
    let unknown = "some.new/form";
    let new_form = "fakeFormOfTomorrow0123456789";
    assert_eq!(tokens(&format!("NOTION_API_TOKEN={new_form}\nA=b")), [new_form]);
    assert_eq!(tokens(&format!("DATABASE_KEY={new_form}\nA=b")), [""; 0]);
    assert_eq!(tokens(&format!("NOTION_API_TOKEN={new_form}{unknown}\nA=b")), [""; 0], "a part of a value is none");
    assert_eq!(tokens(new_form), [""; 0]);
    assert_eq!(reading(new_form).shape, TokenShape::Unknown);
}

#[test]
fn a_token_broken_over_lines_is_put_together_only_where_its_length_tells_that_it_was_one() {
    let whole = format!("ntn_{}", "fake0".repeat(9) + "f");
    assert_eq!(whole.len(), TOKEN_LENGTH);
    for broken in [format!("{}\n{}", &whole[..40], &whole[40..]), format!("{}\r\n  {}\r\n", &whole[..7], &whole[7..])] {
        let reading = reading(&broken);
        assert_eq!(reading.tokens.iter().map(|token| token.secret.expose()).collect::<Vec<_>>(), [whole.as_str()]);
        assert_eq!(reading.removed, ["line breaks"]);
    }
    assert_eq!(tokens(&format!("{whole}\nfake-password")), [whole.as_str()], "what follows a whole token is not its rest");
    let two = "ntn_fakefakefakefakefaken\ntn_fakefakefakefakefakefa";
    assert_eq!(tokens(two), ["ntn_fakefakefakefakefaken"], "joined, it would hold the beginning of another");
    let piece = reading("ntn_fake\nfake_fake_fake");
    assert_eq!((piece.tokens, piece.pieces), (vec![], Some(Secret::new("ntn_fakefake_fake_fake"))));
}

#[test]
fn a_clean_token_is_left_alone_and_nothing_is_reported() {
    assert!(reading(FAKE).removed.is_empty());
    assert_eq!(reading("export X=\"ntn_fake\"").removed, ["the name before it", "quotes"]);
}

#[test]
fn a_single_value_is_meant_whole() {
    for token in ["ntn_fake_fake_fake/fake+fake==", "ntn_fake_fake_fake_fake!fake"] {
        assert_eq!(tokens(token), [token]);
    }
}

#[test]
fn things_pasted_by_mistake_are_recognised() {
    for (pasted, expected) in [
        ("", TokenShape::Empty),
        ("\"\"", TokenShape::Empty),
        (FAKE, TokenShape::Token),
        ("secret_fake_fake_fake_fake_fake", TokenShape::OlderTokenOrClientSecret),
        ("NOTION_CLIENT_SECRET=secret_fake_fake_fake_fake", TokenShape::ClientSecret),
        ("\"refresh_token\": \"fake_fake_fake_fake_fake\"", TokenShape::RefreshToken),
        ("nrt_fake_fake_fake_fake_fake", TokenShape::RefreshToken),
        ("https://www.notion.so/Page-0123456789abcdef0123456789abcdef", TokenShape::Address),
        ("0123456789abcdef0123456789abcdef", TokenShape::NotionId),
        ("01234567-89ab-cdef-0123-456789abcdef", TokenShape::NotionId),
        ("ntn_", TokenShape::TooShort),
        ("ntn_short", TokenShape::TooShort),
        ("secret_short", TokenShape::TooShort),
        ("ntn_fake fake fake fake fake", TokenShape::HasSpaces),
        ("ntn_fäke_fake_fake_fake_fake_fake", TokenShape::Unsendable),
        ("something_else_entirely_fake", TokenShape::Unknown),
    ] {
        let reading = reading(pasted);
        assert_eq!(reading.shape, expected, "{pasted:?}");
        assert_eq!(!reading.tokens.is_empty(), expected.is_notion_like(), "{pasted:?}");
    }
    assert_eq!(reading(&"x".repeat(5000)).shape, TokenShape::TooLong);
}

#[test]
fn a_variable_loses_its_wrapping() {
    for value in [
        format!("\"{FAKE}\""),
        format!("'{FAKE}'"),
        format!("Bearer {FAKE}"),
        format!("‹{FAKE}›"),
        format!("{FAKE},"),
        format!("\u{feff}{FAKE}\r"),
    ] {
        assert_eq!(in_variable("V", &Secret::new(value)), Ok(Some(Secret::new(FAKE))));
    }
    assert_eq!(in_variable("V", &Secret::new(" aFormOfTomorrow ")), Ok(Some(Secret::new("aFormOfTomorrow"))));
    assert_eq!(in_variable("V", &Secret::new(" \n")), Ok(None));
}

#[test]
fn a_variable_with_more_than_one_value_is_a_problem_that_shows_last_fours() {
    let other = "ntn_else_else_else_else_else";
    for (value, code, says) in [
        (format!("{FAKE} {other}"), ProblemCode::VariableUnclear, "V: it contains 2 tokens: …fake, …else"),
        (format!("{FAKE}\n{other}"), ProblemCode::VariableUnclear, "V: it contains 2 tokens: …fake, …else"),
        (format!("\"{FAKE} mine\""), ProblemCode::VariableUnclear, "V: it contains more than the token …fake"),
        (format!("{FAKE}{FAKE}{FAKE} mine"), ProblemCode::VariableUnclear, "V: it contains more than the token …fake"),
        ("a form of tomorrow".into(), ProblemCode::VariableUnclear, "V: it contains several values"),
        (format!("{FAKE}{other}"), ProblemCode::VariableUnclear, "V: "),
        (foreign().remove(0), ProblemCode::ForeignSecret, "V contains "),
    ] {
        let problem = in_variable("V", &Secret::new(value.as_str())).expect_err(&value);
        let evidence = problem.evidence.unwrap_or_default();
        assert_eq!(problem.code, code, "{value}");
        assert!(evidence.starts_with(says) && !evidence.contains("fake_"), "{value}: {evidence}");
    }
    let broken = format!("{} {}", &FAKE[..20], "0".repeat(30));
    assert_eq!(in_variable("V", &Secret::new(broken.as_str())), Ok(Some(Secret::new(broken.replace(' ', "")))));
}

#[test]
fn a_bare_prefix_is_no_secret_and_a_longer_word_is_one() {
    for word in ["ntn_", "what is secret_?", "ntn_…", "nrt_", "ghp_", "sk-", "a normal sentence"] {
        assert!(!contains_secret(&Secret::new(word)), "{word}");
    }
    for word in PREFIXES.map(|(prefix, _)| format!("{prefix}fake")).into_iter().chain(foreign()) {
        assert!(contains_secret(&Secret::new(format!("is {word} a token?"))), "{word}");
    }
}

#[test]
fn a_text_that_is_read_as_a_token_is_never_harmless() {
    for text in [
        "ntn_a\u{200b}ke_fake_fake_fake",
        "n\u{feff}tn_fake_fake_fake_fake",
        "is \u{2060}ntn_\u{ad}fake_fake_fake_fake right?",
        "ntn_ fakefakefakefak fakefakefakefak fakefakefakefake",
        "\"ntn_\nfakefakefakefakefakefakefakefakefakefakefakefa\"",
        "ntn_!fake!fake!fake!fake",
        "is _ntn_fake_fake_fake_fake right?",
    ] {
        let secret = Secret::new(text);
        assert_eq!(scan(&secret).tokens.len(), 1, "{text:?}");
        assert!(contains_secret(&secret) && may_contain_secret(&secret), "{text:?}");
    }
}

#[test]
fn every_foreign_form_names_a_public_source_and_none_is_notions() {
    assert!(foreign_formats().len() >= 13);
    for format in foreign_formats() {
        assert!(format.source.starts_with("https://"), "{format:?}");
        for prefix in &format.prefixes {
            assert!(PREFIXES.iter().all(|(notions, _)| !prefix.starts_with(notions) && !notions.starts_with(prefix.as_str())));
            assert!(prefix.len() + format.at_least >= 10, "{prefix} is found in words of ten characters and more");
        }
    }
}

#[test]
fn no_name_that_is_told_holds_a_secret() {
    for name in ["ntn_fake_fake_fake", ".ntn_fake_fake_fake", "_ntn_fake_fake_fake", "name_ntn_fake_fake_fake", "a.ntn_fake"] {
        assert_eq!(reading(&format!("{name}=value")).summary(), "It contains no Notion token.", "{name}");
    }
    for name in ["client_secret_id", "NTN_TOKEN", "my.notion-token"] {
        assert!(reading(&format!("{name}=value")).summary().contains(name), "{name}");
    }
}

#[test]
fn a_token_glued_to_other_letters_is_withheld() {
    for glued in ["\u{584}ntn_fake_fake_fake", "32mntn_fake_fake_fake", "\u{e9}secret_fake_fake", "x_nrt_fake_fake_fake"] {
        assert_eq!(without_secrets(&format!("it says {glued}.")), "it says (withheld).", "{glued}");
    }
    for name in ["oauth_client_secret_of_the_worker", "a_longer_ntn_name"] {
        assert_eq!(without_secrets(name), name);
    }
}

/// The test needs no time limit: quadratic work would take hours and be noticed.
#[test]
fn a_megabyte_is_read_in_one_pass() {
    // If each part were compared with the rest of the text, either size would take longer than anybody waits for a test.
    for (size, parts) in [
        (1_000_000, &["ntn_fake0fake0fake0fake0 ", "\"{"][..]),
        (100_000, &["a", "a b ", "ntn_", "A_B=c\n", "\\", "Bearer ", "“(", "eyJ.", "%22", "set ", "sk-fake0fake0 "][..]),
    ] {
        for part in parts {
            assert!(scan(&Secret::new(part.repeat(size / part.len()))).tokens.len() <= MAX_TOKENS + 1, "{part:?}");
        }
    }
}

#[test]
fn a_token_with_another_secret_glued_to_it_is_no_candidate() {
    let (of_letters, others): (Vec<_>, Vec<_>) = foreign().into_iter().partition(|other| other.chars().all(char::is_alphanumeric));
    // As long as such a key is, and in its letters.
    let of_letters = of_letters.into_iter().map(|other| format!("{}{}", &other[..4], "FAKE0".repeat(7)));
    let of_notion = [FAKE.to_owned(), "nrt_fake_fake_fake_fake_fake".to_owned()];
    for other in others.into_iter().chain(of_letters).chain(of_notion) {
        let glued = format!("{FAKE}{other}");
        assert_eq!(tokens(&glued), Vec::<String>::new(), "{glued}");
        assert_eq!(tokens(&format!("NOTION_API_TOKEN={glued}")), Vec::<String>::new(), "{glued}");
        assert!(!reading(&glued).shape.can_be_sent(), "{glued}");
    }
    assert_eq!(tokens(FAKE), [FAKE]);
}

#[test]
fn dots_in_place_of_a_value_are_none() {
    let reading = reading("CLIENT_ID=...\nCLIENT_SECRET=.\n");
    assert_eq!((reading.client_id, reading.client_secret), (None, None));
}

#[test]
fn no_token_is_taken_for_a_client_secret_whatever_its_name_and_length() {
    for token in [FAKE, "ntn_cut_off", "development_ntn_fake_fake_fake", "nrt_fake_fake_fake_fake_fake"] {
        for words in [token.to_owned(), format!("NOTION_CLIENT_SECRET={token}"), format!("CLIENT_ID=x\nCLIENT_SECRET={token}\n")] {
            let reading = reading(&words);
            assert!(!reading.can_be_client_secret() && reading.client_secret.is_none(), "{words}: {reading:?}");
        }
    }
    for secret in ["secret_fake_fake_fake_fake_fake", "fakeFormOfTomorrow0123456789"] {
        for words in [secret.to_owned(), format!("NOTION_CLIENT_SECRET={secret}")] {
            assert!(reading(&words).can_be_client_secret(), "{words}");
        }
    }
}

#[test]
fn letters_that_begin_a_key_elsewhere_may_stand_in_a_token_by_chance() {
    for letters in ["AKIA", "ASIA", "AIza"] {
        let token = format!("ntn_fake0fake0fake0fake{letters}fake0fake0fake0fake0");
        assert_eq!(tokens(&token), [token.as_str()]);
        assert!(reading(&token).shape.can_be_sent(), "{token}");
    }
}
