//! Tests of bursts, incomplete sequences and their timeouts, on a paused clock.

use super::*;
use crate::wizard::msg::Edit;

const ESCAPE_DELAY: Duration = Duration::from_millis(50);

fn typed(text: &str) -> Waiting {
    let mut waiting = Waiting::default();
    text.chars().for_each(|character| waiting.push(Event::Key(key_of(character))));
    waiting
}

fn all(mut waiting: Waiting, mode: Mode) -> Vec<Msg> {
    let mut messages = Vec::new();
    while !waiting.is_empty() {
        messages.extend(waiting.take(mode));
    }
    messages
}

fn pasted(text: &str) -> Msg {
    Msg::Input(Input::Paste(Secret::new(text)))
}

fn does(intent: Intent) -> Msg {
    Msg::Input(Input::Do(intent))
}

#[test]
fn a_burst_of_keys_is_one_paste_and_its_enter_submits_nothing() {
    assert_eq!(all(typed("ntn_fake\n"), Mode::Typing), [pasted("ntn_fake\n")]);
}

#[test]
fn single_keys_are_typed_and_enter_confirms() {
    assert_eq!(all(typed("q\n"), Mode::Typing), [Msg::Input(Input::Type(Edit::Insert('q'))), does(Intent::Confirm)]);
}

#[test]
fn a_burst_runs_no_command_in_any_mode() {
    for text in ["qqqq", "quit", "1ntn_fake", "yyyy", "y\ny\n", "\n\n\n\n", "\t\t\t\tq", "    q", "ntn_fake\rq", "aaaaaaaa"] {
        for mode in [Mode::Moving, Mode::Asking] {
            let messages = all(typed(text), mode);
            assert!(matches!(messages.as_slice(), [Msg::Input(Input::Paste(_))]), "{text:?} {mode:?}: {messages:?}");
        }
    }
}

#[test]
fn what_arrives_with_the_key_that_asks_is_no_answer() {
    for answer in ["y", "\n"] {
        let mut waiting = typed(&format!("q{answer}"));
        assert_eq!(waiting.take(Mode::Moving), Some(does(Intent::Quit)));
        assert_eq!(waiting.take(Mode::Asking), None);
        assert!(waiting.is_empty());
        typed(answer).0.into_iter().for_each(|arrival| waiting.0.push_back(arrival));
        assert!(waiting.take(Mode::Asking).is_some(), "what comes later is an answer");
    }
}

#[test]
fn a_movement_key_held_down_moves() {
    assert_eq!(
        all(typed("jjjjj"), Mode::Moving),
        [does(Intent::Down), does(Intent::Down), does(Intent::Down), does(Intent::Down), does(Intent::Down)]
    );
    assert_eq!(all(typed(&"j".repeat(1500)), Mode::Moving), [pasted(&"j".repeat(1500))]);
}

#[test]
fn a_few_keys_typed_ahead_are_keys() {
    let mut waiting = typed("1n");
    assert_eq!(waiting.take(Mode::Moving), Some(does(Intent::Pick(1))));
    assert_eq!(waiting.take(Mode::Typing), Some(Msg::Input(Input::Type(Edit::Insert('n')))));
    assert!(waiting.is_empty());
}

#[test]
fn a_command_ends_a_burst() {
    let mut waiting = typed("ntn_fake");
    waiting.push(Event::Key(Key::Esc));
    assert_eq!(all(waiting, Mode::Typing), [pasted("ntn_fake"), does(Intent::Back)]);
}

#[test]
fn beside_a_printed_line_any_key_comes_back_and_a_paste_or_a_new_size_does_not() {
    let mut waiting = typed("xq");
    waiting.push(Event::Resized(70, 33));
    assert_eq!(waiting.take_aside(), (true, vec![Msg::Resized(70, 33)]));
    waiting.push(Event::Paste(Secret::new("y")));
    waiting.push(Event::Resized(60, 20));
    assert_eq!(waiting.take_aside(), (false, vec![Msg::Resized(60, 20)]));
    assert_eq!(typed("ntn_fake").take_aside(), (false, Vec::new()));
    assert!(waiting.is_empty());
    for (letter, intent) in [('c', Intent::Leave), ('z', Intent::Suspend)] {
        waiting.push(Event::Key(Key::Ctrl(letter)));
        assert_eq!(waiting.take_aside(), (true, vec![does(intent)]));
    }
}

#[cfg(unix)]
mod arriving {
    use super::*;
    use crate::frontends::tui::source::sent;
    use tokio::sync::mpsc::Sender;
    use zeroize::Zeroizing;

    type Terminal = Sender<Zeroizing<Vec<u8>>>;

    fn events() -> (Terminal, Events) {
        let (terminal, source) = sent();
        (terminal, Events { source, ..Events::new(ESCAPE_DELAY) })
    }

    async fn send(terminal: &Terminal, bytes: impl AsRef<[u8]>) {
        terminal.send(Zeroizing::new(bytes.as_ref().to_vec())).await.unwrap();
    }

    /// Returns the next message and how long it took.
    async fn next(events: &mut Events, mode: Mode) -> (Option<Msg>, Duration) {
        let begun = Instant::now();
        events.ready().await.unwrap();
        (events.take(mode), begun.elapsed())
    }

    fn is_about(took: Duration, expected: Duration) -> bool {
        took >= expected && took <= expected + Duration::from_millis(2)
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_not_kept_waiting_and_a_lone_esc_is_held() {
        let (terminal, mut events) = events();
        for (bytes, intent) in [("q", Intent::Quit), ("\r", Intent::Confirm), ("\x1b[A", Intent::Up), ("\x03", Intent::Leave)] {
            send(&terminal, bytes).await;
            assert_eq!(next(&mut events, Mode::Moving).await, (Some(does(intent)), Duration::ZERO), "{bytes:?}");
        }
        send(&terminal, "\x1b").await;
        let (msg, took) = next(&mut events, Mode::Moving).await;
        assert_eq!(msg, Some(does(Intent::Back)));
        assert!(is_about(took, ESCAPE_DELAY), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sequence_that_comes_byte_by_byte_is_one() {
        for (sequence, expected) in
            [("\x1b[B", does(Intent::Down)), ("\x1b[200~quit ntn_fake\r\x1b[201~", pasted("quit ntn_fake\r"))]
        {
            let (terminal, mut events) = events();
            let trickle = async {
                for byte in sequence.bytes() {
                    send(&terminal, [byte]).await;
                    tokio::time::sleep(ESCAPE_DELAY * 9 / 10).await;
                }
            };
            let ((), (msg, _)) = tokio::join!(trickle, next(&mut events, Mode::Moving));
            assert_eq!(msg, Some(expected));
            assert!(!events.has_more());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_paste_whose_esc_came_long_before_runs_nothing_of_its_text() {
        let (terminal, mut events) = events();
        send(&terminal, "\x1b").await;
        assert_eq!(next(&mut events, Mode::Moving).await.0, Some(does(Intent::Back)));
        tokio::time::sleep(Duration::from_millis(500)).await;
        send(&terminal, "[200~q\x1b[201~").await;
        assert_eq!(next(&mut events, Mode::Moving).await.0, Some(pasted("q")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_paste_without_its_end_ends_by_itself_and_ctrl_c_ends_it_sooner() {
        let (terminal, mut events) = events();
        send(&terminal, "\x1b[200~ntn_fake").await;
        let (msg, took) = next(&mut events, Mode::Typing).await;
        assert_eq!(msg, Some(pasted("ntn_fake")));
        assert!(is_about(took, PASTE_TIMEOUT), "{took:?}");
        send(&terminal, "\x1b[200~ntn_fake").await;
        send(&terminal, "\x03").await;
        let (msg, took) = next(&mut events, Mode::Typing).await;
        assert_eq!(msg, Some(does(Intent::Leave)));
        assert!(is_about(took, ESCAPE_DELAY), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_in_many_reads_is_one_paste_of_bounded_size() {
        for mode in [Mode::Moving, Mode::Typing] {
            let (terminal, mut events) = events();
            let flood = async {
                for _ in 0..1280 {
                    send(&terminal, [b'q'; 4096]).await;
                }
            };
            let ((), (msg, _)) = tokio::join!(flood, next(&mut events, mode));
            assert_eq!(msg, Some(pasted(&"q".repeat(PASTE_LIMIT))));
            assert!(!events.has_more());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ctrl_c_ends_a_burst_at_once() {
        let (terminal, mut events) = events();
        send(&terminal, "ntn_fake\x03").await;
        assert_eq!(next(&mut events, Mode::Typing).await, (Some(pasted("ntn_fake")), Duration::ZERO));
        assert_eq!(next(&mut events, Mode::Typing).await, (Some(does(Intent::Leave)), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn keys_without_end_are_not_read_ahead() {
        let (terminal, mut events) = events();
        for _ in 0..6 {
            send(&terminal, [0x01; 4096]).await;
        }
        events.ready().await.unwrap();
        assert!(events.waiting.len() <= READ_AHEAD + 4096, "{}", events.waiting.len());
    }

    /// Replies from the runtime come first and cancel the wait for keys.
    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_dropped_loses_no_key() {
        let (terminal, mut events) = events();
        send(&terminal, "ntn_").await;
        assert!(tokio::time::timeout(PAUSE / 2, events.ready()).await.is_err(), "the burst may not be over");
        send(&terminal, "fake\x1b").await;
        assert_eq!(next(&mut events, Mode::Typing).await.0, Some(pasted("ntn_fake")));
        assert!(tokio::time::timeout(ESCAPE_DELAY / 2, events.ready()).await.is_err(), "the sequence may not be over");
        send(&terminal, "[A").await;
        assert_eq!(next(&mut events, Mode::Moving).await.0, Some(does(Intent::Up)));
        assert!(!events.has_more());
    }

    #[tokio::test(start_paused = true)]
    async fn at_rest_no_timer_runs() {
        let (terminal, mut events) = events();
        for bytes in ["q", "\x1b[A", "ntn_fake", "\x1b[200~x\x1b[201~"] {
            send(&terminal, bytes).await;
            let _ = next(&mut events, Mode::Moving).await;
            assert_eq!((events.waiting.may_grow(), events.decoder.hold(), events.has_more()), (false, None, false), "{bytes:?}");
        }
    }
}
