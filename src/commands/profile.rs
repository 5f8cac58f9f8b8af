//! `profile`: writes the answers of this setup to a file that a team shares, and shows what such a file says.

use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::team_profile::{LoadedProfile, PROFILE_FILE_NAME, ProfileExport, ProfileKey, TeamProfile};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::runtime::ports::World;
use crate::runtime::team_profile;
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use strum::VariantArray;

/// Share your team's answers in a notion-auth.toml, and check one
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct ProfileArgs {
    #[command(subcommand)]
    pub command: ProfileCommand,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ProfileCommand {
    Export(ExportArgs),
    Show(ShowArgs),
}

/// Print the answers of this setup as a notion-auth.toml, or write them to a file
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = EXPORT_HELP)]
pub struct ExportArgs {
    /// The file to write (default, or -: print to stdout)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "file")]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Check a notion-auth.toml, and list its answers and what each does
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = SHOW_HELP)]
pub struct ShowArgs {
    /// The file (default: notion-auth.toml in this folder, or in the root of its git repository)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: ProfileArgs, world: &World, console: &mut Console) -> u8 {
    let (is_json, outcome) = match args.command {
        ProfileCommand::Export(args) => (args.json, export(args, world, console).await),
        ProfileCommand::Show(args) => (args.json, show(args, world, console).await),
    };
    match outcome {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) if is_json => {
            console.write_json(&json!({ "schema": 1, "file": null, "answers": {}, "problem": problem_json(&problem) }));
            problem.exit_code()
        }
        Err(problem) => console.write_problem(&problem),
    }
}

async fn export(args: ExportArgs, world: &World, console: &mut Console) -> Result<(), Problem> {
    let ProfileExport { profile, left_out } = team_profile::export(world).await?;
    let text = profile.to_toml();
    let place = match args.file.filter(|path| path.as_os_str() != "-") {
        Some(path) => Some(world.profiles.write(path, text.clone(), args.force).await?),
        None => None,
    };
    if args.json {
        let left_out: Vec<_> = left_out.iter().map(|(key, reason)| json!({ "key": key.name(), "reason": reason })).collect();
        console.write_json(
            &json!({ "schema": 1, "file": place, "answers": answers_json(&profile), "left_out": left_out, "text": text }),
        );
        return Ok(());
    }
    match &place {
        Some(place) => console.write_message(&format!("Written: {place}")),
        None => text.lines().for_each(|line| console.write_data(line)),
    }
    for (key, reason) in &left_out {
        console.write_message_under(&format!("  {:<8}", key.name()), &format!("left out: {reason}"));
    }
    if place.is_some() {
        console.write_message("It holds no secret. Review it, then share it with your team, for example in your repository.");
    }
    Ok(())
}

async fn show(args: ShowArgs, world: &World, console: &mut Console) -> Result<(), Problem> {
    let loaded = match args.file {
        Some(path) => team_profile::load(path, world).await?,
        None => team_profile::find(world).await?.ok_or_else(no_file_here)?,
    };
    let LoadedProfile { place, digest, profile } = loaded;
    if args.json {
        console.write_json(&json!({ "schema": 1, "file": place, "sha256": digest, "answers": answers_json(&profile) }));
        return Ok(());
    }
    console.write_message(&format!("{place} is valid."));
    for (key, value) in profile.answers() {
        console.write_data_wrapped(&format!("{:<8}", key.name()), &format!("{value} ({})", key.effect()));
    }
    if profile.is_empty() {
        console.write_message("It has no answers.");
    }
    Ok(())
}

fn no_file_here() -> Problem {
    let evidence = format!("there is no {PROFILE_FILE_NAME} in this folder, nor in the root of a git repository around it");
    Problem::new(ProblemCode::ProfileUnreadable).with_evidence(evidence)
}

/// Returns every question with its answer: a text, or `null`; of agents, the list of their IDs.
pub(super) fn answers_json(profile: &TeamProfile) -> Value {
    let answer = |key: &ProfileKey| {
        let values = profile.values(*key);
        let value = if *key == ProfileKey::Agents { json!(values) } else { json!(values.first()) };
        (key.name().to_owned(), value)
    };
    Value::Object(ProfileKey::VARIANTS.iter().map(answer).collect::<Map<_, _>>())
}

const AFTER_HELP: &str = "\
A notion-auth.toml pre-answers the wizard and `login` with what a team has agreed on: plan, policy, role, path, store and agents. It \
contains no secret and no address; a file with either is refused as a whole. Every answer is shown and can be changed, and you are still \
asked for consent.

In the wizard, a file in this folder or in the root of its git repository is offered until you decide, and again if it changes; press a to \
see it.

Examples:
  notion-auth profile export notion-auth.toml        write the answers of this setup
  notion-auth profile show                           check the file in this folder
  notion-auth profile show notion-auth.toml --json   the same for CI
  notion-auth --profile notion-auth.toml             the wizard with these answers
  notion-auth login --profile notion-auth.toml       sign in with these answers

Exit status: 0 if the file is valid or was written, 2 if it isn't valid, 1 if it exists already or can't be written, 4 if there is \
nothing to export.";

const EXPORT_HELP: &str = "\
Reads the role, plan and policy that you entered, the active credential's path and store, and the agents that are connected through \
notion-auth. What isn't known is left out, and named on stderr. No secret is read.";

const SHOW_HELP: &str = "\
Reads the file and changes nothing. Exit status: 0 if it is valid, 2 if not.";
