//! Two commands end as if they had come one after the other.

use super::{Act, FIRST, SECOND, search};

/// Each of these beside itself and each later one.
fn pairs(acts: &[Act]) -> Vec<[Act; 2]> {
    acts.iter().enumerate().flat_map(|(at, first)| acts[at..].iter().map(|second| [*first, *second])).collect()
}

fn search_pairs(pairs: &[[Act; 2]]) {
    search(&pairs.iter().map(<[Act; 2]>::as_slice).collect::<Vec<_>>(), 1);
}

#[test]
fn of_tokens() {
    let mut all = pairs(&[FIRST, Act::Switch, Act::Note, Act::Remember, Act::Logout, Act::Reset]);
    all.extend([[FIRST, SECOND], [FIRST, Act::LoginElsewhere], [Act::Logout, Act::LoginElsewhere]]);
    search_pairs(&all);
}

#[test]
fn of_a_rotation_and_its_copies() {
    let others = [FIRST, Act::Switch, Act::Rotate, Act::RememberCopy, Act::Logout, Act::Reset];
    search_pairs(&others.map(|other| [[Act::Rotate, other], [Act::RememberCopy, other]]).concat());
}

#[test]
fn of_an_own_connection() {
    let acts = [Act::Refresh, Act::Authorize, Act::LogoutConnection];
    let mut all = pairs(&acts);
    all.extend(acts.map(|act| [FIRST, Act::Reset].map(|other| [act, other])).concat());
    search_pairs(&all);
}
