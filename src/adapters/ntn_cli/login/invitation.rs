//! Reads the link and the code of a login from the output of `ntn`.

use crate::domain::link::Link;
use crate::domain::login::ApprovalRequest;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;

/// Reads the invitation of a newer `ntn`, which prints everything and ends.
pub fn parse_two_steps(text: &str) -> Option<Result<ApprovalRequest, Problem>> {
    let link = match check_link(first_url(text)?) {
        Ok(link) => link,
        Err(problem) => return Some(Err(problem)),
    };
    let printed =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric())).find(|word| is_code(word));
    let code = printed.map(str::to_owned).or_else(|| code_in_link(&link));
    Some(Ok(ApprovalRequest { link, code, ends_at: None }))
}

pub fn first_url(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))
}

/// Notion's own pages, in all of its environments; `local` is this machine.
const NOTION_HOSTS: [&str; 2] = ["notion.so", "notion.com"];
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The URL itself is not quoted, because it grants the login.
pub fn check_link(address: &str) -> Result<Link, Problem> {
    let refused = |why: String| Problem::new(ProblemCode::LoginLinkRefused).with_evidence(why);
    let link = Link::parse(address.trim()).map_err(|error| refused(format!("the address that ntn opens: {error}")))?;
    let host = link.host();
    let is_notions =
        NOTION_HOSTS.iter().any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if is_notions || LOCAL_HOSTS.contains(&host.as_str()) {
        Ok(link)
    } else {
        Err(refused(format!("ntn would open a page of {host}")))
    }
}

/// True for `VAF-HWY` and `ABCD-1234`: capitals and digits, with hyphens between.
fn is_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let fits =
        |part: &&str| (3..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (2..=4).contains(&parts.len()) && parts.iter().all(fits)
}

/// Reads the code from the link, which carries it along.
fn code_in_link(link: &Link) -> Option<String> {
    let (_, query) = link.as_str().split_once('?')?;
    let code = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("verificationCode="))?;
    Some(sanitize(code)).filter(|code| is_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Option<String>) {
        let invitation = parse_two_steps(text).expect("an address").expect("a good one");
        (invitation.link.to_string(), invitation.code)
    }

    #[test]
    fn the_code_is_the_printed_one_else_that_of_the_link() {
        let link = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";
        assert_eq!(read(&format!("Open {link}\nand compare:\n\n  ABCD-1234\n")), (link.into(), Some("ABCD-1234".into())));
        assert_eq!(read(&format!("Your code is QQQ-777.\n{link}")), (link.into(), Some("QQQ-777".into())));
        assert_eq!(read(&format!("Visit {link}\nThen run: ntn login poll")), (link.into(), Some("VAF-HWY".into())));
        assert_eq!(read("Visit https://notion.so/x?verificationCode=%1b[2J&a=b").1, None, "what is no code is not shown");
        assert_eq!(read("At 2026-11-22 visit https://notion.so/x"), ("https://notion.so/x".into(), None), "a date is no code");
    }

    #[test]
    fn an_address_that_is_not_safe_is_refused_and_not_quoted() {
        let problem = parse_two_steps("http://notion.so/x?verificationCode=VAF-HWY").expect("an address").expect_err("no https");
        assert_eq!(problem.code, ProblemCode::LoginLinkRefused);
        assert!(!problem.evidence.expect("evidence").contains("VAF"));
        assert!(parse_two_steps("no address here").is_none());
    }
}
