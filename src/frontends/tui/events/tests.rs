//! Tests of bursts, incomplete sequences and their timeouts, on a paused clock.

use super::*;
use crate::wizard::msg::Edit;

#[cfg(unix)]
const ESCAPE_DELAY: Duration = Duration::from_millis(50);

fn queue_of(text: &str) -> InputQueue {
    let mut waiting = InputQueue::default();
    text.chars().for_each(|character| waiting.push(TerminalEvent::Key(char_to_key(character))));
    waiting
}

fn all_messages(mut waiting: InputQueue, mode: Mode) -> Vec<Msg> {
    let mut messages = Vec::new();
    while !waiting.is_empty() {
        messages.extend(waiting.next_message(mode));
    }
    messages
}

fn paste_message(text: &str) -> Msg {
    Msg::Input(Input::Paste(Secret::new(text)))
}

fn intent_message(intent: Intent) -> Msg {
    Msg::Input(Input::Do(intent))
}

#[test]
fn a_burst_of_keys_is_one_paste_and_its_enter_submits_nothing() {
    assert_eq!(all_messages(queue_of("ntn_fake\n"), Mode::Insert), [paste_message("ntn_fake\n")]);
}

#[test]
fn single_keys_are_typed_and_enter_confirms() {
    assert_eq!(
        all_messages(queue_of("q\n"), Mode::Insert),
        [Msg::Input(Input::Type(Edit::Insert('q'))), intent_message(Intent::Confirm)]
    );
}

#[test]
fn a_burst_runs_no_command_in_any_mode() {
    for text in ["qqqq", "quit", "1ntn_fake", "yyyy", "y\ny\n", "\n\n\n\n", "\t\t\t\tq", "    q", "ntn_fake\rq", "aaaaaaaa"] {
        for mode in [Mode::Normal, Mode::Confirm] {
            let messages = all_messages(queue_of(text), mode);
            assert!(matches!(messages.as_slice(), [Msg::Input(Input::Paste(_))]), "{text:?} {mode:?}: {messages:?}");
        }
    }
}

#[test]
fn what_arrives_with_the_key_that_asks_is_no_answer() {
    for answer in ["y", "\n"] {
        let mut waiting = queue_of(&format!("q{answer}"));
        assert_eq!(waiting.next_message(Mode::Normal), Some(intent_message(Intent::Quit)));
        assert_eq!(waiting.next_message(Mode::Confirm), None);
        assert!(waiting.is_empty());
        queue_of(answer).0.into_iter().for_each(|arrival| waiting.0.push_back(arrival));
        assert!(waiting.next_message(Mode::Confirm).is_some(), "what comes later is an answer");
    }
}

#[test]
fn a_movement_key_held_down_moves() {
    assert_eq!(
        all_messages(queue_of("jjjjj"), Mode::Normal),
        [
            intent_message(Intent::Down),
            intent_message(Intent::Down),
            intent_message(Intent::Down),
            intent_message(Intent::Down),
            intent_message(Intent::Down)
        ]
    );
    assert_eq!(all_messages(queue_of(&"j".repeat(1500)), Mode::Normal), [paste_message(&"j".repeat(1500))]);
}

#[test]
fn a_few_keys_typed_ahead_are_keys() {
    let mut waiting = queue_of("1n");
    assert_eq!(waiting.next_message(Mode::Normal), Some(intent_message(Intent::Pick(0))));
    assert_eq!(waiting.next_message(Mode::Insert), Some(Msg::Input(Input::Type(Edit::Insert('n')))));
    assert!(waiting.is_empty());
}

#[test]
fn a_command_ends_a_burst() {
    let mut waiting = queue_of("ntn_fake");
    waiting.push(TerminalEvent::Key(Key::Esc));
    assert_eq!(all_messages(waiting, Mode::Insert), [paste_message("ntn_fake"), intent_message(Intent::Back)]);
}

#[test]
fn beside_a_printed_line_any_key_comes_back_and_a_paste_or_a_new_size_does_not() {
    let mut waiting = queue_of("xq");
    waiting.push(TerminalEvent::Resized(70, 33));
    assert_eq!(waiting.drain_on_main_screen(), (true, vec![Msg::Resized(70, 33)]));
    waiting.push(TerminalEvent::Paste(Secret::new("y")));
    waiting.push(TerminalEvent::Resized(60, 20));
    assert_eq!(waiting.drain_on_main_screen(), (false, vec![Msg::Resized(60, 20)]));
    assert_eq!(queue_of("ntn_fake").drain_on_main_screen(), (false, Vec::new()));
    assert!(waiting.is_empty());
    for (letter, intent) in [('c', Intent::QuitNow), ('z', Intent::Suspend)] {
        waiting.push(TerminalEvent::Key(Key::Ctrl(letter)));
        assert_eq!(waiting.drain_on_main_screen(), (true, vec![intent_message(intent)]));
    }
}

#[cfg(unix)]
mod arriving {
    use super::*;
    use crate::frontends::tui::source::test_source;
    use tokio::sync::mpsc::Sender;
    use zeroize::Zeroizing;

    type InputSender = Sender<Zeroizing<Vec<u8>>>;

    fn events() -> (InputSender, Events) {
        let (terminal, source) = test_source();
        (terminal, Events { source, ..Events::new(ESCAPE_DELAY) })
    }

    async fn send(terminal: &InputSender, bytes: impl AsRef<[u8]>) {
        terminal.send(Zeroizing::new(bytes.as_ref().to_vec())).await.unwrap();
    }

    /// Returns the next message and how long it took.
    async fn next(events: &mut Events, mode: Mode) -> (Option<Msg>, Duration) {
        let begun = Instant::now();
        events.ready().await.unwrap();
        (events.next_message(mode), begun.elapsed())
    }

    fn is_about(took: Duration, expected: Duration) -> bool {
        took >= expected && took <= expected + Duration::from_millis(2)
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_not_kept_waiting_and_a_lone_esc_is_held() {
        let (terminal, mut events) = events();
        for (bytes, intent) in [("q", Intent::Quit), ("\r", Intent::Confirm), ("\x1b[A", Intent::Up), ("\x03", Intent::QuitNow)] {
            send(&terminal, bytes).await;
            assert_eq!(next(&mut events, Mode::Normal).await, (Some(intent_message(intent)), Duration::ZERO), "{bytes:?}");
        }
        send(&terminal, "\x1b").await;
        let (msg, took) = next(&mut events, Mode::Normal).await;
        assert_eq!(msg, Some(intent_message(Intent::Back)));
        assert!(is_about(took, ESCAPE_DELAY), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sequence_that_comes_byte_by_byte_is_one() {
        for (sequence, expected) in
            [("\x1b[B", intent_message(Intent::Down)), ("\x1b[200~quit ntn_fake\r\x1b[201~", paste_message("quit ntn_fake\r"))]
        {
            let (terminal, mut events) = events();
            let trickle = async {
                for byte in sequence.bytes() {
                    send(&terminal, [byte]).await;
                    tokio::time::sleep(ESCAPE_DELAY * 9 / 10).await;
                }
            };
            let ((), (msg, _)) = tokio::join!(trickle, next(&mut events, Mode::Normal));
            assert_eq!(msg, Some(expected));
            assert!(!events.has_more());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_paste_whose_esc_came_long_before_runs_nothing_of_its_text() {
        let (terminal, mut events) = events();
        send(&terminal, "\x1b").await;
        assert_eq!(next(&mut events, Mode::Normal).await.0, Some(intent_message(Intent::Back)));
        tokio::time::sleep(Duration::from_millis(500)).await;
        send(&terminal, "[200~q\x1b[201~").await;
        assert_eq!(next(&mut events, Mode::Normal).await.0, Some(paste_message("q")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_paste_without_its_end_ends_by_itself_and_ctrl_c_ends_it_sooner() {
        let (terminal, mut events) = events();
        send(&terminal, "\x1b[200~ntn_fake").await;
        let (msg, took) = next(&mut events, Mode::Insert).await;
        assert_eq!(msg, Some(paste_message("ntn_fake")));
        assert!(is_about(took, PASTE_TIMEOUT), "{took:?}");
        send(&terminal, "\x1b[200~ntn_fake").await;
        send(&terminal, "\x03").await;
        let (msg, took) = next(&mut events, Mode::Insert).await;
        assert_eq!(msg, Some(intent_message(Intent::QuitNow)));
        assert!(is_about(took, ESCAPE_DELAY), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_in_many_reads_is_one_paste_of_bounded_size() {
        for mode in [Mode::Normal, Mode::Insert] {
            let (terminal, mut events) = events();
            let flood = async {
                for _ in 0..1280 {
                    send(&terminal, [b'q'; 4096]).await;
                }
            };
            let ((), (msg, _)) = tokio::join!(flood, next(&mut events, mode));
            assert_eq!(msg, Some(paste_message(&"q".repeat(MAX_PASTE_BYTES))));
            assert!(!events.has_more());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ctrl_c_ends_a_burst_at_once() {
        let (terminal, mut events) = events();
        send(&terminal, "ntn_fake\x03").await;
        assert_eq!(next(&mut events, Mode::Insert).await, (Some(paste_message("ntn_fake")), Duration::ZERO));
        assert_eq!(next(&mut events, Mode::Insert).await, (Some(intent_message(Intent::QuitNow)), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn keys_without_end_are_not_read_ahead() {
        let (terminal, mut events) = events();
        for _ in 0..6 {
            send(&terminal, [0x01; 4096]).await;
        }
        events.ready().await.unwrap();
        assert!(events.queue.len() <= READ_AHEAD_LIMIT + 4096, "{}", events.queue.len());
    }

    /// Replies from the runtime come first and cancel the wait for keys.
    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_dropped_loses_no_key() {
        let (terminal, mut events) = events();
        send(&terminal, "ntn_").await;
        assert!(tokio::time::timeout(BURST_TIMEOUT / 2, events.ready()).await.is_err(), "the burst may not be over");
        send(&terminal, "fake\x1b").await;
        assert_eq!(next(&mut events, Mode::Insert).await.0, Some(paste_message("ntn_fake")));
        assert!(tokio::time::timeout(ESCAPE_DELAY / 2, events.ready()).await.is_err(), "the sequence may not be over");
        send(&terminal, "[A").await;
        assert_eq!(next(&mut events, Mode::Normal).await.0, Some(intent_message(Intent::Up)));
        assert!(!events.has_more());
    }

    #[tokio::test(start_paused = true)]
    async fn at_rest_no_timer_runs() {
        let (terminal, mut events) = events();
        for bytes in ["q", "\x1b[A", "ntn_fake", "\x1b[200~x\x1b[201~"] {
            send(&terminal, bytes).await;
            let _ = next(&mut events, Mode::Normal).await;
            assert_eq!(
                (events.queue.may_be_burst(), events.decoder.incomplete(), events.has_more()),
                (false, None, false),
                "{bytes:?}"
            );
        }
    }
}
