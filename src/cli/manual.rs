//! `man`: one manual page for all commands, generated from the clap definitions and the `--help` texts.

use super::manual_lists::{ENVIRONMENT, FILES};
use super::public_command;
use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;

/// Generates the page in roff, for `man -l -` or a folder of the manual path.
pub fn manual_page() -> String {
    let mut command = public_command();
    command.build();
    let help = HelpExtras::parse(&command);
    let page = Man::new(shorten_usage(command.clone())).title("NOTION-AUTH").manual("Notion");
    let mut text = String::from(PREAMBLE);
    text += &render_section(|out| page.render_title(out));
    text += &render_section(|out| page.render_name_section(out));
    text += &render_section(|out| page.render_synopsis_section(out));
    text += &render_section(|out| page.render_description_section(out));
    text += &render_roff(|roff| help.write_paragraphs(roff));
    text += &render_section(|out| page.render_options_section(out));
    text += ".SH COMMANDS\n";
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        text += &render_command(command);
    }
    text += &render_roff(|roff| {
        for (title, rows) in &help.lists {
            let title = if title == "Exit codes" { "EXIT STATUS".into() } else { title.to_uppercase() };
            write_list(roff, "SH", &title, rows.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str())));
        }
        write_list(roff, "SH", "ENVIRONMENT", ENVIRONMENT.iter().copied());
        write_list(roff, "SH", "FILES", FILES.iter().copied());
    });
    escape_non_ascii(&text)
}

/// Defines the apostrophe for each roff dialect. clap_mangen repeats it before every section; the page needs it once.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

fn render_section(render: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = render(&mut out);
    String::from_utf8_lossy(&out).replace(PREAMBLE, "")
}

/// Replaces non-ASCII characters with roff escapes, which every roff reads in any locale.
fn escape_non_ascii(text: &str) -> String {
    let named = |character: char| match character {
        _ if character.is_ascii() => character.to_string(),
        // A terminal without Unicode has no glyph for an ellipsis.
        '…' => "...".to_owned(),
        _ => format!("\\[u{:04X}]", u32::from(character)),
    };
    text.chars().map(named).collect()
}

/// Shows the usage as `--help` does, and the possible values of an option on one line.
fn shorten_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    command.override_usage(usage.trim_start_matches("Usage: ").to_owned()).mut_args(|arg| {
        let values: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        match arg.get_help() {
            Some(help) if !values.is_empty() && arg.get_action().takes_values() => {
                let help = format!("{help} ({})", values.join(", "));
                arg.help(help).hide_possible_values(true)
            }
            _ => arg,
        }
    })
}

fn render_roff(write: impl FnOnce(&mut Roff)) -> String {
    let mut roff = Roff::new();
    write(&mut roff);
    roff.to_roff()
}

/// Renders one command: synopsis, description, its own options, and the text below them in its help.
fn render_command(command: &Command) -> String {
    let title = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let help = HelpExtras::parse(command);
    let page = Man::new(shorten_usage(command.clone()).mut_args(hide_global));
    // A manual page has each section once, so the headings inside a command are dropped.
    let without_heading = |text: String| text.split_once('\n').map(|(_, body)| body.to_owned()).unwrap_or_default();
    let mut text = render_roff(|roff| {
        roff.control("SS", [title.as_str()]);
    });
    text += &without_heading(render_section(|out| page.render_synopsis_section(out)));
    text += ".PP\n";
    text += &without_heading(render_section(|out| page.render_description_section(out)));
    text += &without_heading(render_section(|out| page.render_options_section(out)));
    text += &render_roff(|roff| {
        help.write_paragraphs(roff);
        for (title, rows) in &help.lists {
            roff.control("PP", []);
            roff.text([bold(format!("{title}:"))]);
            for (name, meaning) in rows {
                write_row(roff, name, meaning);
            }
        }
    });
    text
}

/// Hides the global options, which the page lists once.
fn hide_global(arg: Arg) -> Arg {
    let is_everywhere = arg.is_global_set() || arg.get_id() == "help";
    if is_everywhere { arg.hide(true) } else { arg }
}

fn write_list<'a>(roff: &mut Roff, macro_name: &str, title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    roff.control(macro_name, [title]);
    rows.for_each(|(name, meaning)| write_row(roff, name, meaning));
}

fn write_row(roff: &mut Roff, name: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(meaning)]);
}

/// The text below the options in a command's help: paragraphs, and lists under a title (`Examples:`).
struct HelpExtras {
    paragraphs: Vec<String>,
    lists: Vec<(String, Vec<(String, String)>)>,
}

impl HelpExtras {
    fn parse(command: &Command) -> Self {
        let text = command.get_after_long_help().or_else(|| command.get_after_help()).map(ToString::to_string);
        let mut help = Self { paragraphs: Vec::new(), lists: Vec::new() };
        for block in text.unwrap_or_default().split("\n\n") {
            let (title, rows): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| !line.starts_with("  "));
            match title.as_slice() {
                [title] if !rows.is_empty() => {
                    let rows = rows.into_iter().map(split_columns).collect();
                    help.lists.push((title.trim_end_matches(':').to_owned(), rows));
                }
                _ => help.paragraphs.push(block.lines().map(str::trim).collect::<Vec<_>>().join(" ")),
            }
        }
        help
    }

    fn write_paragraphs(&self, roff: &mut Roff) {
        for paragraph in self.paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
            roff.control("PP", []);
            roff.text([roman(paragraph)]);
        }
    }
}

/// Splits a list line into its name and its meaning, which two or more spaces separate.
fn split_columns(line: &str) -> (String, String) {
    let (name, meaning) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
    (name.to_owned(), meaning.trim().to_owned())
}

pub(super) const AFTER_HELP: &str = "\
Examples:
  notion-auth man | man -l -                         read it
  notion-auth man > notion-auth.1                    a file for ~/.local/share/man/man1";
