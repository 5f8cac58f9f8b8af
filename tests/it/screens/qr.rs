//! The QR code, read off the screen as a phone would read it: by the light of each part of each cell.

use crate::support::frames::buffer_text;
use notion_auth::domain::link::Link;
use notion_auth::wizard::context::Size;
use notion_auth::wizard::theme::Theme;
use notion_auth::wizard::widgets::{chrome, qr};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

const LINK: &str = "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY";
const CAPTION: &str = "Approve only if the phone shows VAF-HWY too. v comes back.";

const COLOURED: Theme = Theme { mono: false, ascii: false, plain: false };
const MONO: Theme = Theme { mono: true, ascii: false, plain: false };
const ASCII: Theme = Theme { mono: false, ascii: true, plain: false };
const PLAIN: Theme = Theme { mono: true, ascii: true, plain: false };

/// A terminal's text and background brightness.
#[derive(Clone, Copy, Debug)]
struct Ground {
    letters: u8,
    ground: u8,
}

const DARK: Ground = Ground { letters: 229, ground: 0 };
const LIGHT: Ground = Ground { letters: 0, ground: 255 };

/// Pixels of a cell.
const WIDE: usize = 3;
const HIGH: usize = 2 * WIDE;

fn drawn(theme: Theme, (columns, rows): (u16, u16), link: &str) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let sheet = qr::sheet(theme, Size { columns, rows }, &Link::parse(link).unwrap(), CAPTION);
    let body = chrome::body_area(Rect::new(0, 0, columns, rows), true, &[]);
    terminal.draw(|frame| drop(sheet.draw(frame, body, None))).unwrap();
    terminal.backend().buffer().clone()
}

fn light(cell: &Cell, is_upper: bool, terminal: Ground) -> u8 {
    let of = |colour: Color, own: u8| match colour {
        Color::Black => 0,
        Color::White => 255,
        Color::Reset => own,
        other => panic!("{other} has no place in a code"),
    };
    let (mut ink, mut paper) = (of(cell.fg, terminal.letters), of(cell.bg, terminal.ground));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let is_inked = match cell.symbol() {
        "█" => true,
        "▀" => is_upper,
        "▄" => !is_upper,
        _ => false,
    };
    if is_inked { ink } else { paper }
}

/// Decodes the QR code as a phone would; returns `None` if there is none.
fn read(buffer: &Buffer, terminal: Ground) -> Option<String> {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(columns * WIDE, rows * HIGH, |x, y| {
        let at = |pixel: usize, of: usize| u16::try_from(pixel / of).unwrap();
        light(&buffer[(at(x, WIDE), at(y, HIGH))], y % HIGH < HIGH / 2, terminal)
    });
    let grids = image.detect_grids();
    grids.first().and_then(|grid| grid.decode().ok()).map(|(_, content)| content)
}

#[test]
fn a_phone_reads_the_link_off_every_terminal() {
    for (theme, terminals) in [(COLOURED, &[DARK, LIGHT][..]), (ASCII, &[DARK, LIGHT]), (MONO, &[DARK]), (PLAIN, &[DARK])] {
        for size in [(80, 24), (120, 60)] {
            if theme.ascii && size == (80, 24) {
                continue;
            }
            let buffer = drawn(theme, size, LINK);
            for terminal in terminals {
                assert_eq!(
                    read(&buffer, *terminal).as_deref(),
                    Some(LINK),
                    "{theme:?} {size:?} {terminal:?}\n{}",
                    buffer_text(&buffer)
                );
            }
            assert!(!theme.ascii || buffer_text(&buffer).is_ascii());
        }
    }
}

#[test]
fn links_of_every_length_are_read() {
    for length in [1, 20, 90, 200, 350] {
        let link = format!("http://localhost:3000/{}", "aZ9-_~%2F".chars().cycle().take(length).collect::<String>());
        assert_eq!(read(&drawn(COLOURED, (120, 60), &link), DARK), Some(link));
    }
}

#[test]
fn what_to_compare_stands_beside_it_or_beneath() {
    let beside = buffer_text(&drawn(COLOURED, (80, 24), LINK));
    assert!(beside.lines().any(|line| line.contains('█') && line.contains("Approve only")), "{beside}");
    let beneath = buffer_text(&drawn(COLOURED, (50, 40), LINK));
    assert!(beneath.lines().any(|line| line.trim().starts_with("Approve only")), "{beneath}");
}

#[test]
fn where_it_does_not_fit_the_size_that_does_is_told() {
    for theme in [COLOURED, ASCII] {
        let smallest = buffer_text(&drawn(theme, (40, 12), LINK)).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(smallest.ends_with("this one has 40 and 12."), "{smallest}");
        let mut numbers = smallest.split(' ').filter_map(|word| word.parse::<u16>().ok());
        let (columns, rows) = (numbers.next().unwrap(), numbers.next().unwrap());
        assert_eq!(read(&drawn(theme, (columns, rows), LINK), DARK).as_deref(), Some(LINK), "{columns} x {rows}");
        for (columns, rows) in [(columns - 1, rows), (columns, rows - 1)] {
            let small = buffer_text(&drawn(theme, (columns, rows), LINK));
            assert!(small.contains("The QR code needs"), "{columns} x {rows}: {small}");
        }
    }
    let long = format!("https://notion.example/{}", "x".repeat(3000));
    assert!(buffer_text(&drawn(COLOURED, (120, 60), &long)).contains("This link is too long for a QR code."));
}
