//! Whatever ends the listening gives the port back, and the terminal.

use super::{ConnectionSandbox, TerminalKey, over};
use crate::support::pty::TestTerminal;
use crate::support::sandbox::poll_until;
use rustix::process::Signal;
use std::net::TcpListener;

/// On both addresses.
#[track_caller]
fn until_free(port: u16) {
    for ip in ["127.0.0.1", "::1"] {
        poll_until("the port is free", || TcpListener::bind((ip, port)).ok());
    }
}

#[test]
fn every_way_out_gives_the_port_and_the_terminal_back() {
    fn ends(leave: impl Fn(&TestTerminal), code: u32) {
        let desk = ConnectionSandbox::new();
        let terminal = desk.asking();
        leave(&terminal);
        over(&terminal, code);
        until_free(desk.port);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| ends(|terminal| terminal.send_key(TerminalKey::Ctrl('c')), 130));
        scope.spawn(|| ends(|terminal| terminal.send_text("q"), 130));
        scope.spawn(|| ends(|terminal| terminal.signal(Signal::TERM), 143));
        scope.spawn(|| ends(|terminal| terminal.signal(Signal::HUP), 129));
    });
}

#[test]
fn esc_frees_the_port_keeps_both_texts_and_listens_again() {
    let desk = ConnectionSandbox::new();
    let terminal = desk.asking();
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Where to find the client ID and secret");
    until_free(desk.port);
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(&desk.listening());
    terminal.assert_silent();
    terminal.send_key(TerminalKey::Ctrl('c'));
    over(&terminal, 130);
    until_free(desk.port);
}
