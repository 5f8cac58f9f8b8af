//! Three commands end as if they had come one after another. Each group is a test of its own, so that they run beside each other.

use super::{Act, FIRST, SECOND, search};

#[test]
fn two_logins_and_a_logout() {
    search(&[&[FIRST, SECOND, Act::Logout]], 1);
}

#[test]
fn a_login_a_logout_and_a_reset() {
    search(&[&[FIRST, Act::Logout, Act::Reset]], 1);
}

#[test]
fn a_switch_a_login_elsewhere_and_a_logout() {
    search(&[&[Act::Switch, Act::LoginElsewhere, Act::Logout]], 1);
}

#[test]
fn two_refreshes_and_a_logout() {
    search(&[&[Act::Refresh, Act::Refresh, Act::LogoutConnection]], 1);
}

#[test]
fn a_refresh_an_authorization_and_a_logout() {
    search(&[&[Act::Refresh, Act::Authorize, Act::LogoutConnection]], 1);
}

#[test]
fn a_refresh_an_authorization_and_a_reset() {
    search(&[&[Act::Refresh, Act::Authorize, Act::Reset]], 1);
}

#[test]
fn a_noted_login_answers_and_a_logout() {
    search(&[&[Act::Note, Act::Remember, Act::Logout]], 1);
}

#[test]
fn a_copy_a_rotation_and_a_logout() {
    search(&[&[Act::RememberCopy, Act::Rotate, Act::Logout]], 1);
}
