//! A panic while a secret is asked for: the terminal shows what is typed again, before the message prints.
//!
//! The product has no way to be made to panic, so this test binary is started again, in a terminal, with a port that tells when.

use super::{FIRST, PlainConversation, WIDE};
use crate::support::fakes::FakeWorld;
use crate::support::harness::setup;
use crate::support::pty::{LineMode, TestTerminal};
use notion_auth::domain::link::Link;
use notion_auth::frontends::plain;
use notion_auth::runtime::Runtime;
use notion_auth::runtime::ports::{Browser, Job, World};
use notion_auth::wizard::app::Model;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

const CHILD: &str = "plain::panics::a_twin_whose_own_thread_panics";

#[test]
fn a_panic_shows_what_is_typed_again_before_its_message_prints() {
    let binary = std::env::current_exe().unwrap();
    let arguments = ["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"];
    let it = PlainConversation::new(TestTerminal::start(WIDE, binary, &arguments, &[("RUST_BACKTRACE", "0")]));
    it.hear(FIRST).say("1").hear("Press Enter (").say("").hear("hidden): ");
    assert!(!it.terminal.line_mode().echo, "it is hidden");
    it.say("o").hear("what is typed shows: true").hear("the twin's own thread panicked");
    assert!(!it.terminal.wait_exit().success());
    assert_eq!(it.terminal.line_mode(), LineMode::COOKED);
}

/// The test above starts this one in a terminal.
#[tokio::test]
#[ignore = "the test above starts it, in a terminal"]
async fn a_twin_whose_own_thread_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        use rustix::termios::{LocalModes, tcgetattr};
        let shows = tcgetattr(std::io::stdin()).unwrap().local_modes.contains(LocalModes::ECHO);
        writeln!(std::io::stdout(), "what is typed shows: {shows}").unwrap();
        before(panic);
    }));
    plain::restore_on_panic();
    let portal_opened = Arc::new(Notify::new());
    let browser = SecondOpenBrowser { has_opened: AtomicBool::new(false), portal_opened: Arc::clone(&portal_opened) };
    let world = World { browser: Arc::new(browser), ..FakeWorld::new().world() };
    let (mut runtime, inbox) = Runtime::new(world);
    let mut model = Model::for_plain_mode(setup());
    tokio::select! {
        ending = plain::run(&mut model, &mut runtime, inbox, false) => drop(ending.unwrap()),
        () = portal_opened.notified() => panic!("the twin's own thread panicked"),
    }
}

/// Tells of the second time: the first opens the portal on the way to the question for the token.
struct SecondOpenBrowser {
    has_opened: AtomicBool,
    portal_opened: Arc<Notify>,
}

impl Browser for SecondOpenBrowser {
    fn open(&self, _: Link) -> Job<()> {
        if self.has_opened.swap(true, Ordering::Relaxed) {
            self.portal_opened.notify_one();
        }
        Box::pin(async { Ok(()) })
    }
}
