//! Tasks beside each other, and the answers within one inspection.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_slow_look_never_delays_the_others() {
    let fakes = FakeWorld::new();
    fakes.store.probe_keychain.push(ScriptedAnswer::Never);
    let mut work = Work::on(fakes.world());
    let keychain = work.start(Task::Probe(Probe::Keychain));
    for probe in [Probe::Browser, Probe::Ntn, Probe::Network, Probe::Inventory] {
        work.start(Task::Probe(probe));
    }
    for _ in 0..4 {
        assert!(matches!(work.next().await, (0, Msg::Reply(from, _)) if from != keychain));
    }
    assert_eq!(work.next().await, (6, Msg::Reply(keychain, Ok(probed(ProbeResult::Keychain(KeychainState::TimedOut))))));
}

#[tokio::test(start_paused = true)]
async fn an_inspection_tells_each_answer_as_it_comes() {
    let fakes = FakeWorld::new();
    let list = UserList { people: vec!["person-1".into()], is_complete: true, has_emails: true };
    let reach = Reach { pages: 2, data_sources: 0, has_more: false };
    fakes.notion.users.push(ScriptedAnswer::After(Duration::from_secs(1), Ok(CapabilityResponse::Granted(list.clone()))));
    fakes.notion.search.push(ScriptedAnswer::After(Duration::from_secs(3), Ok(CapabilityResponse::Granted(reach))));
    let mut work = Work::on(fakes.world());
    let id = work.start(inspect());
    assert_eq!(work.next().await, (1, Msg::Progress(id, Progress::Users(Ok(CapabilityResponse::Granted(list))))));
    assert_eq!(work.next().await, (3, Msg::Progress(id, Progress::Search(Ok(CapabilityResponse::Granted(reach))))));
    assert_eq!(work.next().await, (3, Msg::Reply(id, Ok(TaskOutcome::Completed))));
    assert!(work.stays_silent().await);
}

/// Returns true if the person is requested by id after this response to the list of people.
async fn looks_the_person_up(list: CapabilityResponse<UserList>) -> bool {
    let fakes = FakeWorld::new();
    fakes.notion.users.push(ScriptedAnswer::Now(Ok(list)));
    let mut work = Work::on(fakes.world());
    work.start(inspect());
    let mut told = Vec::new();
    loop {
        match work.next().await.1 {
            Msg::Reply(_, reply) => break assert_eq!(reply, Ok(TaskOutcome::Completed)),
            message => told.push(message),
        }
    }
    let was_told =
        told.iter().any(|message| matches!(message, Msg::Progress(_, Progress::OwnerFound(Ok(CapabilityResponse::Granted(true))))));
    let was_asked = fakes.notion.calls.all().contains(&"user person-1".to_owned());
    assert_eq!(was_told, was_asked);
    was_asked
}

#[tokio::test(start_paused = true)]
async fn a_person_is_looked_up_only_where_a_whole_list_lacks_them() {
    let list = |people: &[&str], is_complete| {
        let people = people.iter().map(|id| (*id).to_owned()).collect();
        CapabilityResponse::Granted(UserList { people, is_complete, has_emails: false })
    };
    assert!(looks_the_person_up(list(&["person-9"], true)).await);
    assert!(!looks_the_person_up(list(&["person-9"], false)).await);
    assert!(!looks_the_person_up(list(&["person-1", "person-9"], true)).await);
    assert!(!looks_the_person_up(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() }).await);
}
