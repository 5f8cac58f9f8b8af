//! Roles and themes: what each looks like, told apart without colour, legible on light and dark.

use super::accept;
use notion_auth::wizard::theme::{Glyph, Role, Theme};
use ratatui::style::{Color, Style};
use strum::VariantArray;

const COLOURED: Theme = Theme { mono: false, ascii: false, plain: false };
const MONO: Theme = Theme { mono: true, ascii: false, plain: false };

#[test]
fn every_role_looks_as_it_did() {
    let row = |&role: &Role| format!("{:8} {:34} {}\n", format!("{role:?}"), written(COLOURED, role), written(MONO, role));
    accept("themes", &Role::VARIANTS.iter().map(row).collect::<String>());
}

fn written(theme: Theme, role: Role) -> String {
    let Style { fg, bg, add_modifier, .. } = theme.style(role);
    let is_own_ground = matches!(role, Role::Paper | Role::Ink);
    assert!(bg.is_none() || is_own_ground, "a ground of our own is wrong on somebody's terminal");
    let ground = bg.map(|colour| format!(" on {colour}")).unwrap_or_default();
    let colour = fg.map(|colour| format!("{colour}{ground}"));
    let weight = Some(format!("{add_modifier:?}")).filter(|_| !add_modifier.is_empty());
    let parts: Vec<String> = colour.into_iter().chain(weight).collect();
    if parts.is_empty() { "plain".to_owned() } else { parts.join(", ") }
}

#[test]
fn what_stands_side_by_side_differs_without_colour() {
    for (one, other) in [
        (Role::Text, Role::Dim),
        (Role::Text, Role::Title),
        (Role::Text, Role::Accent),
        (Role::Text, Role::Bad),
        (Role::Text, Role::Link),
        (Role::Text, Role::Focus),
        (Role::Text, Role::Field),
        (Role::Field, Role::OtherField),
        (Role::Title, Role::Focus),
        (Role::Title, Role::Dim),
        (Role::Dim, Role::Focus),
        (Role::Dim, Role::Accent),
        (Role::Dim, Role::Key),
    ] {
        assert_ne!(MONO.style(one), MONO.style(other), "{one:?} {other:?}");
        assert_ne!(COLOURED.style(one), COLOURED.style(other), "{one:?} {other:?}");
    }
}

#[test]
fn verdicts_are_told_apart_by_their_shape() {
    let marks = [Glyph::Pass, Glyph::Warn, Glyph::Fail, Glyph::Unknown, Glyph::Skip, Glyph::Waiting];
    for theme in [MONO, Theme { ascii: true, ..MONO }] {
        let mut shapes = marks.map(|mark| theme.glyph(mark));
        shapes.sort_unstable();
        assert!(shapes.windows(2).all(|pair| pair[0] != pair[1]), "{shapes:?}");
    }
}

type Rgb = [u8; 3];

/// The palettes of xterm and of VGA text screens, for the colours that may be used for text.
const PALETTES: [(&str, &[(Color, Rgb)]); 2] = [
    ("xterm", &[(Color::Magenta, [205, 0, 205]), (Color::LightMagenta, [255, 0, 255]), (Color::LightRed, [255, 0, 0])]),
    ("VGA", &[(Color::Magenta, [170, 0, 170]), (Color::LightMagenta, [255, 85, 255]), (Color::LightRed, [255, 85, 85])]),
];
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
/// WCAG 2.2, large or bold text and marks.
const LEGIBLE: f64 = 3.0;

#[test]
fn colours_that_carry_words_are_legible_on_light_and_dark() {
    for role in [Role::Accent, Role::Field, Role::Bad] {
        let colour = COLOURED.style(role).fg.expect("a coloured role");
        for (palette, colours) in PALETTES {
            for ground in [BLACK, WHITE] {
                let contrast = contrast(rgb(colours, colour), ground);
                assert!(contrast >= LEGIBLE, "{role:?} on {ground:?} in the palette of {palette}: {contrast:.2}");
            }
        }
    }
}

/// Text screens draw bold as bright, and their ground is dark.
#[test]
fn bold_drawn_as_bright_stays_legible_on_dark() {
    for (palette, colours) in PALETTES {
        let contrast = contrast(rgb(colours, Color::LightMagenta), BLACK);
        assert!(contrast >= LEGIBLE, "Accent, bright, in the palette of {palette}: {contrast:.2}");
    }
}

fn rgb(palette: &[(Color, Rgb)], colour: Color) -> Rgb {
    palette.iter().find(|(named, _)| *named == colour).expect("its values are listed").1
}

/// WCAG 2.2: relative luminance and contrast ratio.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (lighter, darker) = (luminance(one).max(luminance(other)), luminance(one).min(luminance(other)));
    (lighter + 0.05) / (darker + 0.05)
}

fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] = rgb.map(|value| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
