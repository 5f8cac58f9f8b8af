//! Installing `ntn` in plain mode.

use super::PlainConversation;
use crate::support::headline;
use crate::support::sandbox::Sandbox;
use notion_auth::domain::problem::ProblemCode;

#[test]
fn installing_ntn_asks_first_and_tells_each_line_once_as_it_comes() {
    let home = Sandbox::new().with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    home.add_program("node", "echo v22.11.0");
    let root = home.path().display();
    let install = "echo fetching; echo fetching; echo 'npm error code EACCES' >&2; exit 243";
    home.add_program("npm", &format!("case \"$*\" in --version) echo 11.0.0;; 'root --global') echo {root};; *) {install};; esac"));
    let it = PlainConversation::at_the_first_question(&home, "");
    it.say("3")
        .hear("How do you want to sign in to the Notion CLI? ")
        .say("1")
        .hear("1. npm: npm install --global ntn")
        .hear("Run npm install --global ntn?");
    it.hear("y or n? ").say("").hear("Not an option.").hear("y or n? ");
    it.say("y")
        .hear("waiting: Installing with npm… (b cancels)")
        .hear(&format!("problem: {}", headline(ProblemCode::InstallFailed)))
        .hear("Press r (try again): ");
    it.say("q");
    it.assert_ended(130);
    let told = it.transcript(&[]);
    assert_eq!(told.matches("\nfetching\n").count() + told.matches("\nfetching\nfetching\n").count(), 2, "{told}");
    assert_eq!(told.matches("\nnpm error code EACCES\n").count(), 1, "{told}");
}
