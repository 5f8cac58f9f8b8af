//! A port that somebody else has: who it is, and that the wait goes on without it.

use super::{ListenerLimits, LoopbackListener, LoopbackWait, V4, V6, consent, free_port, get, say, status};
use crate::support::connection_fakes::CODE;
use notion_auth::adapters::loopback::check_port;
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::runtime::ports::Loopback;
use std::net::TcpListener;
use std::time::Duration;

fn evidence(state: &PortState) -> &str {
    match state {
        PortState::Free(port) => panic!("{port} is free"),
        PortState::Unavailable { evidence, .. } => evidence,
    }
}

#[tokio::test]
async fn a_taken_port_is_told_and_the_wait_goes_on_for_a_paste() {
    let port = free_port();
    let _taken = [TcpListener::bind((V4, port)).unwrap(), TcpListener::bind((V6, port)).unwrap()];
    let listener = LoopbackListener::default();
    let waiting = LoopbackWait::on(&listener, port).await;
    assert!(matches!(waiting.state, PortState::Unavailable { port: taken, .. } if taken == port));
    assert!(!waiting.job.is_finished());
    waiting.stop().await;

    let limits = ListenerLimits { callback_timeout: Duration::from_millis(20), ..ListenerLimits::default() };
    let waiting = LoopbackWait::on(&LoopbackListener::with_limits(limits), port).await;
    assert_eq!(waiting.end().await, Err(ProblemCode::AuthorizationExpired));
}

#[tokio::test]
async fn one_address_that_is_taken_is_told_and_the_other_still_answers() {
    let listener = LoopbackListener::default();
    for (taken, ours) in [(V4, V6), (V6, V4)] {
        let port = free_port();
        let _taken = TcpListener::bind((taken, port)).unwrap();
        let waiting = LoopbackWait::on(&listener, port).await;
        assert!(!evidence(&waiting.state).is_empty());
        let answer = say(ours, port, get(&format!("localhost:{port}"), &format!("/callback?{}", consent())).as_bytes()).await;
        assert_eq!(status(&answer), "200");
        assert_eq!(waiting.end().await, Ok(CODE.into()));
    }
}

#[tokio::test]
async fn looking_at_a_port_leaves_it_as_it_was() {
    let port = free_port();
    assert_eq!(check_port(port).await, PortState::Free(port));
    assert_eq!(check_port(port).await, PortState::Free(port));
    let waiting = LoopbackWait::on(&LoopbackListener::default(), port).await;
    assert_eq!(waiting.state, PortState::Free(port));
}

#[tokio::test]
async fn a_port_that_is_held_is_nobody_elses_until_its_callback_has_come() {
    let (listener, other) = (LoopbackListener::default(), LoopbackListener::default());
    let ports = vec![free_port(), free_port()];
    let reservation = listener.reserve(ports.clone()).await.unwrap().unwrap();
    let next = other.reserve(ports.clone()).await.unwrap().unwrap();
    assert_eq!([reservation.redirect.port, next.redirect.port], *ports);
    assert!(LoopbackListener::default().reserve(ports.clone()).await.unwrap().is_none());
    // A browser that comes early is answered as soon as the callback is waited for.
    let early = tokio::spawn(say(
        V4,
        ports[0],
        get(&format!("localhost:{}", ports[0]), &format!("/callback?{}", consent())).leak().as_bytes(),
    ));
    let waiting = LoopbackWait::on(&listener, ports[0]).await;
    assert_eq!(waiting.state, PortState::Free(ports[0]));
    drop(reservation);
    assert_eq!(status(&early.await.unwrap()), "200");
    assert_eq!(waiting.end().await, Ok(CODE.into()));
    drop(next);
    assert_eq!(check_port(ports[1]).await, PortState::Free(ports[1]), "without a callback it is free again");
}

#[tokio::test]
async fn many_that_begin_at_once_hold_a_port_each() {
    let ports: Vec<u16> = (0..4).map(|_| free_port()).collect();
    let listeners: Vec<LoopbackListener> = ports.iter().map(|_| LoopbackListener::default()).collect();
    let jobs: Vec<_> = listeners.iter().map(|listener| tokio::spawn(listener.reserve(ports.clone()))).collect();
    let mut held = Vec::new();
    for job in jobs {
        held.push(job.await.unwrap().unwrap().expect("there is a port for each"));
    }
    let mut taken: Vec<u16> = held.iter().map(|reservation| reservation.redirect.port).collect();
    taken.sort_unstable();
    let mut all = ports;
    all.sort_unstable();
    assert_eq!(taken, all);
}

#[cfg(target_os = "linux")]
mod holder {
    use super::{LoopbackListener, LoopbackWait, PortState, V4, V6, check_port, evidence, free_port};
    use crate::support::deadline::DEADLINE;
    use crate::support::subprocess::{RESULT_PREFIX, test_in_subprocess};
    use std::io::{BufRead, BufReader, Read};
    use std::net::{IpAddr, Ipv4Addr, TcpListener};
    use std::process::{Child, Stdio};
    use std::time::Duration;

    /// Tells the process of its own what to listen on.
    const ADDRESS_VARIABLE: &str = "NOTION_AUTH_TEST_ADDRESS";

    /// Another program, which has a port until its input ends.
    struct Other(Child);

    impl Other {
        fn listening(ip: IpAddr, port: u16) -> Self {
            let mut command = test_in_subprocess(&[], "loopback::port::holder::a_process_of_its_own");
            command.env(ADDRESS_VARIABLE, std::net::SocketAddr::new(ip, port).to_string());
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
            assert!(lines.any(|line| line.unwrap().contains(RESULT_PREFIX)), "it listens");
            Self(child)
        }

        /// Returns the evidence: its name in the kernel, and its process id.
        fn evidence(&self) -> String {
            let name = std::fs::read_to_string(format!("/proc/{}/comm", self.0.id())).unwrap();
            format!("used by {} (pid {})", name.trim(), self.0.id())
        }
    }

    impl Drop for Other {
        fn drop(&mut self) {
            drop(self.0.stdin.take());
            let _ = self.0.wait();
        }
    }

    #[test]
    #[ignore = "the tests below run it, in a process of its own"]
    #[expect(clippy::print_stdout, reason = "says that it listens")]
    fn a_process_of_its_own() {
        let Ok(address) = std::env::var(ADDRESS_VARIABLE) else { return };
        let listener = TcpListener::bind(address).unwrap();
        println!("\n{RESULT_PREFIX}{listener:?}");
        assert_eq!(std::io::stdin().read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[tokio::test]
    async fn the_program_that_has_the_port_is_named() {
        let listener = LoopbackListener::default();
        for ip in [V4, V6, IpAddr::V4(Ipv4Addr::UNSPECIFIED)] {
            let port = free_port();
            let other = Other::listening(ip, port);
            assert_eq!(evidence(&check_port(port).await), other.evidence(), "{ip}");
            let waiting = LoopbackWait::on(&listener, port).await;
            assert_eq!(evidence(&waiting.state), other.evidence(), "{ip}");
        }
    }

    #[tokio::test]
    async fn our_own_listener_is_in_nobodys_way() {
        let listener = LoopbackListener::default();
        let waiting = LoopbackWait::anywhere(&listener).await;
        let port = waiting.port;
        wait_until_free(port).await;
        waiting.consent().await;
        waiting.end().await.unwrap();
        // It answers reloads, and gives way.
        wait_until_free(port).await;
    }

    /// A child that another test starts holds a copy of the listener until it runs its program.
    async fn wait_until_free(port: u16) {
        let free = async {
            while check_port(port).await != PortState::Free(port) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(tokio::time::timeout(DEADLINE, free).await.is_ok(), "{:?}", check_port(port).await);
    }
}
