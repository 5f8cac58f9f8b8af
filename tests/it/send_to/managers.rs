//! The shipped managers: whole, and none of them could be given the secret in an argument.

use notion_auth::domain::secret_manager::{SecretManager, SendPlan, SendRequest, managers};
use std::collections::BTreeMap;

fn with_everything(manager: &'static SecretManager) -> SendPlan {
    let options = manager.options.iter().map(|option| (option.id.clone(), format!("the-{}", option.id))).collect();
    SendRequest { name: None, options }.validate(manager).unwrap()
}

fn least(manager: &'static SecretManager) -> SendPlan {
    let needed = manager.options.iter().filter(|option| option.needed);
    let options: BTreeMap<_, _> = needed.map(|option| (option.id.clone(), "x".to_owned())).collect();
    SendRequest { name: None, options }.validate(manager).unwrap()
}

fn texts(handing: &SendPlan) -> Vec<String> {
    let mut texts = handing.commands();
    texts.extend(handing.write_commands().into_iter().filter_map(|run| run.input));
    texts.extend(handing.reference());
    texts
}

#[test]
fn all_that_were_promised_are_there() {
    let ids: Vec<&str> = managers().iter().map(|manager| manager.id.as_str()).collect();
    assert_eq!(ids, ["github", "gitlab", "aws", "vault", "1password", "kubernetes", "doppler", "infisical"]);
}

#[test]
fn every_place_is_filled_in_and_what_was_left_open_is_left_out() {
    for manager in managers() {
        for handing in [with_everything(manager), least(manager)] {
            for text in texts(&handing) {
                let left = text.replace("{secret}", "").replace("{secret_base64}", "").replace("{{", "").replace("}}", "");
                let is_template = |place: &str| left.contains(&format!("{{{place}}}"));
                let places = manager.options.iter().map(|option| option.id.as_str()).chain(["name"]);
                assert_eq!(places.filter(|place| is_template(place)).collect::<Vec<_>>(), [""; 0], "{text}");
            }
        }
        for option in &manager.options {
            let used = with_everything(manager).commands().iter().any(|line| line.contains(&format!("the-{}", option.id)));
            let used = used
                || with_everything(manager)
                    .write_commands()
                    .iter()
                    .any(|run| run.input.as_ref().is_some_and(|input| input.contains(&format!("the-{}", option.id))));
            assert!(used, "{} is given --{} in vain", manager.id, option.flag());
        }
    }
}

#[test]
fn the_secret_is_in_the_input_of_each_write_and_in_no_argument() {
    for manager in managers().iter().filter(|manager| manager.unsupported_reason(false).is_none()) {
        let handing = least(manager);
        assert!(!handing.write_commands().is_empty() && handing.read_back_command().is_some(), "{}", manager.id);
        for run in handing.write_commands() {
            let input = run.input.unwrap();
            assert!(input.contains("{secret}") || input.contains("\"{secret_base64}\""), "{}: {input}", manager.id);
            assert!(input == "{secret}" || serde_json::from_str::<serde_json::Value>(&input).is_ok(), "{input}");
        }
        assert!(!handing.commands().iter().any(|line| line.contains("{secret")), "{:?}", handing.commands());
    }
}

#[test]
fn each_has_a_source_a_remedy_and_no_variable_of_notions() {
    for manager in managers() {
        for link in [&manager.source, &manager.install] {
            assert!(link.starts_with("https://"), "{link}");
        }
        assert!(!manager.login.is_empty() && !manager.holds.is_empty(), "{}", manager.id);
        assert!(manager.variables.iter().all(|name| !name.starts_with("NOTION") && name != "*"), "{}", manager.id);
    }
}

#[test]
fn nothing_can_be_smuggled_into_an_argument_or_a_manifest() {
    for manager in managers() {
        for evil in ["-x", "a\"b", "a\nb", "a\\b", "{secret}", "a\u{0}b", &"x".repeat(201)] {
            for option in &manager.options {
                let options = BTreeMap::from([(option.id.clone(), evil.to_owned())]);
                assert!(
                    SendRequest { name: None, options }.validate(manager).is_err(),
                    "{} --{} {evil:?}",
                    manager.id,
                    option.flag()
                );
            }
            let named = SendRequest { name: Some(evil.to_owned()), options: with_needed(manager) };
            assert!(named.validate(manager).is_err(), "{} {evil:?}", manager.id);
        }
    }
}

fn with_needed(manager: &'static SecretManager) -> BTreeMap<String, String> {
    manager.options.iter().filter(|option| option.needed).map(|option| (option.id.clone(), "x".to_owned())).collect()
}
