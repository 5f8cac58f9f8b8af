//! Draws a link as a QR code, so that a phone can open it instead of this machine.
//!
//! Always dark on light, whatever the terminal's colours are, because not every reader accepts inverted codes. A cell holds
//! two modules, one above the other, which makes them square; in ASCII, a module is two cells of background colour.

use super::chrome;
use super::sheet::Sheet;
use crate::domain::link::Link;
use crate::domain::sanitize::wrap;
use crate::wizard::context::Size;
use crate::wizard::theme::{Role, Theme};
use fast_qr::{ECL, QRBuilder};
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Light modules around the code: the four that the standard (ISO/IEC 18004) requires, or the two that readers accept.
const QUIET_ZONES: [usize; 2] = [4, MIN_QUIET_ZONE];
const MIN_QUIET_ZONE: usize = 2;

/// Columns between the code and the caption beside it, and the fewest columns that a caption needs.
const GAP_COLUMNS: usize = 3;
const MIN_CAPTION_COLUMNS: usize = 24;

/// Returns the page with the code. `caption` is beside or below it: what to compare, and how to go back.
///
/// If the code does not fit, the page shows the required size instead.
pub fn sheet(theme: Theme, size: Size, link: &Link, caption: &str) -> Sheet {
    let mut sheet = Sheet::wide(theme, size);
    let Some(code) = QrCode::encode(link) else {
        sheet.text(Role::Text, "This link is too long for a QR code.");
        return sheet;
    };
    let fits = |quiet: &&usize| {
        let (columns, rows) = code.cells(**quiet, theme.ascii);
        columns <= sheet.width() && rows <= body_rows(size)
    };
    match QUIET_ZONES.iter().find(fits) {
        Some(quiet) => {
            sheet.hide_cursor();
            code.draw(&mut sheet, *quiet, caption);
        }
        None => sheet.text(Role::Text, &too_small_text(size, code.cells(MIN_QUIET_ZONE, theme.ascii))),
    }
    sheet
}

/// Rows of a page on a terminal of this size.
fn body_rows(size: Size) -> usize {
    usize::from(chrome::body_area(Rect::new(0, 0, size.columns, size.rows), true, &[]).height)
}

fn too_small_text(size: Size, (columns, rows): (usize, usize)) -> String {
    let columns = columns + usize::from(size.columns).saturating_sub(size.full_width());
    let at = |rows| Size { columns: columns.try_into().unwrap_or(u16::MAX), rows };
    let rows = (0..u16::MAX).find(|enough| body_rows(at(*enough)) >= rows).unwrap_or(u16::MAX);
    let here = format!("this one has {} and {}", size.columns, size.rows);
    format!("The QR code needs a terminal of {columns} columns and {rows} rows; {here}.")
}

/// The modules; true is dark.
struct QrCode(Vec<Vec<bool>>);

impl QrCode {
    /// Encodes the link as the smallest code that holds it; a screen has no dirt, so error correction is minimal.
    fn encode(link: &Link) -> Option<Self> {
        let code = QRBuilder::new(link.as_str()).ecl(ECL::L).build().ok()?;
        let row = |y: usize| code[y].iter().map(|module| module.value()).collect();
        Some(Self((0..code.size).map(row).collect()))
    }

    /// Returns the side length in modules, including the quiet zone.
    fn side(&self, quiet: usize) -> usize {
        self.0.len() + 2 * quiet
    }

    /// Returns the columns and rows that the code takes.
    fn cells(&self, quiet: usize, ascii: bool) -> (usize, usize) {
        let side = self.side(quiet);
        if ascii { (2 * side, side) } else { (side, side.div_ceil(2)) }
    }

    fn is_dark(&self, x: usize, y: usize, quiet: usize) -> bool {
        let row = y.checked_sub(quiet).and_then(|y| self.0.get(y));
        let module = row.and_then(|row| row.get(x.checked_sub(quiet)?));
        module.copied().unwrap_or(false)
    }

    fn draw(&self, sheet: &mut Sheet, quiet: usize, caption: &str) {
        let (columns, rows) = self.cells(quiet, sheet.theme().ascii);
        let room = sheet.width().saturating_sub(columns + GAP_COLUMNS);
        let beside = if room >= MIN_CAPTION_COLUMNS { wrap(caption, room) } else { Vec::new() };
        for row in 0..rows {
            let mut spans = if sheet.theme().ascii {
                self.background_cells(sheet, row, quiet)
            } else {
                vec![self.half_blocks(sheet, row, quiet)]
            };
            // The caption starts one row down, next to the code itself.
            if let Some(line) = row.checked_sub(1).and_then(|line| beside.get(line)) {
                spans.push(Span::raw(" ".repeat(GAP_COLUMNS)));
                spans.push(sheet.span(Role::Text, line));
            }
            sheet.line(spans);
        }
        if beside.is_empty() {
            sheet.text(Role::Text, caption);
        }
    }

    /// Draws two rows of modules as one row of half blocks.
    fn half_blocks(&self, sheet: &Sheet, row: usize, quiet: usize) -> Span<'static> {
        let half = |x: usize| match (self.is_dark(x, 2 * row, quiet), self.is_dark(x, 2 * row + 1, quiet)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let text: String = (0..self.side(quiet)).map(half).collect();
        sheet.span(Role::Paper, &text)
    }

    /// Draws one row of modules as background colour, two cells per module.
    fn background_cells(&self, sheet: &Sheet, row: usize, quiet: usize) -> Vec<Span<'static>> {
        let role = |x: usize| if self.is_dark(x, row, quiet) { Role::Ink } else { Role::Paper };
        (0..self.side(quiet)).map(|x| sheet.span(role(x), "  ")).collect()
    }
}
