//! Decoder tests: bytes in, events out, for every way to split the bytes into reads.

use super::*;
use proptest::prelude::*;

/// Decodes these reads, without a timeout between them.
fn decoded<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> Vec<TerminalEvent> {
    let mut decoder = Decoder::default();
    let mut events = Vec::new();
    for read in reads {
        decoder.feed(read, |event| events.push(event));
    }
    while decoder.incomplete().is_some() {
        events.extend(decoder.time_out());
    }
    events
}

fn whole(bytes: &[u8]) -> Vec<TerminalEvent> {
    decoded([bytes])
}

fn keys(bytes: &[u8]) -> Vec<Key> {
    let key = |event| match event {
        TerminalEvent::Key(key) => key,
        other => panic!("{other:?}"),
    };
    whole(bytes).into_iter().map(key).collect()
}

fn paste(text: &str) -> TerminalEvent {
    TerminalEvent::Paste(Secret::new(text))
}

#[test]
fn every_key_is_known_as_terminals_send_it() {
    for (bytes, key) in [
        ("\x1b[A", Key::Up),
        ("\x1bOB", Key::Down),
        ("\x1b[1;5C", Key::Right),
        ("\x1b[D", Key::Left),
        ("\x1b[H", Key::Home),
        ("\x1b[4~", Key::End),
        ("\x1b[8~", Key::End),
        ("\x1b[3~", Key::Delete),
        ("\x1b[5~", Key::PageUp),
        ("\x1b[6;2~", Key::PageDown),
        ("\x1b[Z", Key::BackTab),
        ("\x1bOP", Key::Function(1)),
        ("\x1b[[A", Key::Function(1)),
        ("\x1b[11~", Key::Function(1)),
        ("\x1b[15~", Key::Function(5)),
        ("\x1b[17~", Key::Function(6)),
        ("\x1b[24~", Key::Function(12)),
        ("\x1b[97u", Key::Char('a')),
        ("\x1b[99;5u", Key::Ctrl('c')),
        ("\x1b[27u", Key::Esc),
        ("\r", Key::Enter),
        ("\t", Key::Tab),
        ("\x7f", Key::Backspace),
        ("\x03", Key::Ctrl('c')),
        ("\x1a", Key::Ctrl('z')),
        ("é", Key::Char('é')),
        ("漢", Key::Char('漢')),
        ("\u{1f511}", Key::Char('\u{1f511}')),
        ("\x1b", Key::Esc),
    ] {
        assert_eq!(keys(bytes.as_bytes()), [key], "{bytes:?}");
    }
}

#[test]
fn what_means_nothing_here_is_no_letter() {
    for bytes in [
        "\x1b[I",
        "\x1b[O",
        "\x1b[2~",
        "\x1b[201~",
        "\x1bq",
        "\x1bé",
        "\x1b[99;5:3u",
        "\x1b[<0;10;20M",
        "\x1b[M !!",
        "\x1b[?62;c",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b]11;rgb:q/q/q\x1b\\",
        "\x1bP1+r436f\x1b\\",
        "\x1b[12;40R",
        "\x1b[0m",
    ] {
        assert_eq!(whole(bytes.as_bytes()), [], "{bytes:?}");
    }
}

#[test]
fn ctrl_c_is_heard_inside_every_unfinished_sequence() {
    for begun in ["\x1b", "\x1b[", "\x1b[200", "\x1bO", "\x1b]0;", "\x1b]0;\x1b", "\x1bPq", "\x1b[M!", "\x1b[["] {
        assert_eq!(keys(format!("{begun}\x03").as_bytes()), [Key::Ctrl('c')], "{begun:?}");
    }
    assert_eq!(keys(b"\xe6\x03"), [Key::Ctrl('c')]);
    assert_eq!(keys(b"\x1b[200~half a token\x03"), [Key::Ctrl('c')]);
}

#[test]
fn a_ctrl_c_that_a_paste_brings_along_is_a_part_of_it() {
    assert_eq!(whole(b"\x1b[200~ntn\x03_fake\x1b[201~"), [paste("ntn\x03_fake")]);
}

#[test]
fn a_paste_without_its_end_is_held_and_then_given() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b[200~ntn_fake", |event| panic!("{event:?}"));
    assert_eq!(decoder.incomplete(), Some(Incomplete::Paste));
    assert_eq!(decoder.time_out(), Some(paste("ntn_fake")));
    assert_eq!(decoder.incomplete(), None);
}

#[test]
fn a_paste_without_end_takes_no_more_memory_than_its_limit() {
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b[200~", |event| panic!("{event:?}"));
    for _ in 0..1280 {
        decoder.feed(&[b'a'; 4096], |event| panic!("{event:?}"));
    }
    let Some(TerminalEvent::Paste(text)) = decoder.time_out() else { panic!("no paste") };
    assert_eq!(text.len(), MAX_PASTE_BYTES);
}

#[test]
fn no_sequence_is_too_long_to_end() {
    let long = format!("\x1b[{}Aq", "1;".repeat(50_000));
    assert_eq!(keys(long.as_bytes()), [Key::Char('q')]);
}

#[test]
fn the_rest_of_an_esc_that_was_given_up_is_no_letters() {
    for (rest, expected) in
        [("[A", TerminalEvent::Key(Key::Up)), ("OB", TerminalEvent::Key(Key::Down)), ("[200~q\x1b[201~", paste("q"))]
    {
        let mut decoder = Decoder::default();
        decoder.feed(b"\x1b", |event| panic!("{event:?}"));
        assert_eq!(decoder.time_out(), Some(TerminalEvent::Key(Key::Esc)));
        let mut events = Vec::new();
        decoder.feed(rest.as_bytes(), |event| events.push(event));
        assert_eq!(events, [expected], "{rest:?}");
    }
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b", |event| panic!("{event:?}"));
    decoder.time_out();
    decoder.forget_escape();
    let mut events = Vec::new();
    decoder.feed(b"[A", |event| events.push(event));
    assert_eq!(events, [TerminalEvent::Key(Key::Char('[')), TerminalEvent::Key(Key::Char('A'))]);
}

/// Whole and partial sequences that terminals send.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "\x1b",
        "\x1b[",
        "[",
        "O",
        "\x1b[A",
        "\x1bOB",
        "\x1b[3~",
        "\x1b[200~",
        "\x1b[201~",
        "\x1b[20",
        "\x1b]0;x",
        "\x07",
        "\x1b\\",
        "\x1b[M",
        "\x1b[<0;1;1M",
        "q",
        "ntn_fake",
        "é",
        "漢",
        "\u{1f511}",
        "\r",
        "\n",
        "\t",
        "\x03",
        "\x1a",
        "\x1b\x1b",
        "\x1b[[",
        "~",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    /// The events depend on the bytes alone, not on how they are split into reads.
    #[test]
    fn every_way_of_cutting_gives_the_same(pieces in prop::collection::vec(piece(), 0..20), cuts in prop::collection::vec(1_usize..7, 1..8)) {
        let bytes = pieces.concat();
        let mut reads = Vec::new();
        let mut rest = bytes.as_slice();
        for length in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (read, after) = rest.split_at((*length).min(rest.len()));
            reads.push(read);
            rest = after;
        }
        prop_assert_eq!(decoded(reads), whole(&bytes));
        prop_assert_eq!(decoded(bytes.chunks(1)), whole(&bytes));
    }

    /// After any input, Ctrl-C is decoded at once or after the ESC timeout, and nothing stays incomplete.
    #[test]
    fn ctrl_c_is_heard_after_anything(pieces in prop::collection::vec(piece(), 0..20)) {
        let mut decoder = Decoder::default();
        decoder.feed(&pieces.concat(), drop);
        let mut events = Vec::new();
        decoder.feed(b"\x03", |event| events.push(event));
        if decoder.incomplete() == Some(Incomplete::Escape) {
            events.extend(decoder.time_out());
        }
        prop_assert_eq!(events.last(), Some(&TerminalEvent::Key(Key::Ctrl('c'))));
        prop_assert_eq!(decoder.incomplete(), None);
    }

    /// A paste is one event with exactly what was pasted, cut anywhere.
    #[test]
    fn a_paste_stays_whole(text in "[ -~\r\n\té]{0,200}", length in 1_usize..30) {
        let sent = format!("\x1b[200~{text}\x1b[201~");
        prop_assert_eq!(decoded(sent.as_bytes().chunks(length)), [paste(&text)]);
    }
}
