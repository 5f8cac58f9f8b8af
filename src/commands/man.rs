//! `man`: one manual page for all commands, generated from the clap definitions and the `--help` texts.

use crate::domain::variables::known_variables;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use clap::{Arg, Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::io;

/// Print the manual page
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ManArgs;

pub fn run(command: Command, console: &mut Console) -> u8 {
    console.write_preformatted(&manual_page(command), true);
    EXIT_SUCCESS
}

/// Generates the page in roff, for `man -l -` or a folder of the manual path; `command` is the whole command line.
fn manual_page(mut command: Command) -> String {
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
        let others: Vec<&str> = known_variables().iter().map(|variable| variable.name.as_str()).collect();
        let others = others.join(", ");
        let variables = ENVIRONMENT.iter().copied().chain([(others.as_str(), OTHER_VARIABLES)]);
        write_list(roff, "SH", "ENVIRONMENT", variables);
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

/// Environment variables and their effect; variables with the same effect share an entry.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("NOTION_API_TOKEN", "A token. It takes precedence over saved credentials, unless you name a workspace."),
    (
        "NOTION_WORKSPACE_ID",
        "The workspace to use, also for ntn. It selects a saved credential; if there is none, the command fails.",
    ),
    (
        "NOTION_KEYRING",
        "Set to 0, false, no or off to use the private file instead of the keychain, and ntn's file for a browser login.",
    ),
    (
        "NOTION_AUTH_HOME",
        "An absolute path: the folder for all of notion-auth's files. If other users share it, a subfolder notion-auth is created.",
    ),
    ("NOTION_MCP_URL", "Another MCP server: https, or http to loopback only. Anything else is refused."),
    ("NOTION_API_BASE_URL", "Another base URL for Notion's API: https, or http to loopback only. Anything else is refused."),
    ("BROWSER", "The program that opens links."),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The proxy (http, https or SOCKS), in upper or lower case. If it can't be parsed, nothing is sent.",
    ),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Certificates to trust instead of the system's (Linux)."),
    ("ESCDELAY", "Milliseconds to wait before a single ESC counts as the Esc key (default: 50, or 150 over SSH)."),
    ("NO_COLOR", "If set, disables color."),
    ("ACCESSIBLE", "Set to 1 for plain lines instead of the full screen, like --plain."),
    ("TERM", "If dumb, plain lines, like --plain."),
];

const OTHER_VARIABLES: &str =
    "Tokens for other programs. notion-auth lists them but never uses them by itself; run and env can set them.";

/// Storage places and their contents.
const FILES: &[(&str, &str)] = &[
    ("notion-auth.toml", "A team's answers, without secrets, in a project; see the command profile."),
    (
        "~/.config/notion-auth/credentials.json",
        "The saved credentials and where each is stored, without secrets. If there is no ~/.config: ~/.notion-auth.",
    ),
    ("~/.config/notion-auth/secrets.json", "The secrets in plain text, if you chose the file; readable only by your user."),
    ("~/.config/notion-auth/agents.json", "What was changed in the settings of coding agents, without secrets."),
    ("keychain, service notion-auth", "The secrets otherwise, one per entry, named <workspace id>/<path>@<bot id>."),
    (
        "~/.config/notion",
        "ntn's own logins, which notion-auth only reads. During a login through ntn, ntn writes its token there; notion-auth marks ntn's \
         update check as done in cache.json until the login ends, and makes auth.json private if ntn left it readable by others.",
    ),
];

const AFTER_HELP: &str = "\
Examples:
  notion-auth man | man -l -                         read it now
  notion-auth man > notion-auth.1                    save it for ~/.local/share/man/man1";
