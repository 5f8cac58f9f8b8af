//! The list of workspaces that `ntn` 0.4.0 shows if it knows some. It is read, and the marker is moved one row at a time until it
//! is where it should be: no row is counted blindly.

use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli::files::workspaces;
use crate::domain::login::LoginTarget;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::time::Duration;

/// The last row, below the workspaces.
const NEW_WORKSPACE_LABEL: &str = "Authenticate with new workspace";

const PROMPT_TEXT: &str = "Select a workspace";

/// Time limit for the next line; `ntn` draws at once.
const LINE_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerKey {
    Up,
    Down,
    Enter,
}

impl PickerKey {
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Up => b"\x1b[A",
            Self::Down => b"\x1b[B",
            Self::Enter => b"\r",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PickerStage {
    NotShown,
    Shown,
    Answered,
}

struct PickerRow {
    is_marked: bool,
    label: String,
}

pub struct WorkspacePicker {
    /// The labels that the wanted row may have. If two workspaces have the same name, their ids follow in brackets.
    wanted_labels: Vec<String>,
    /// The expected number of rows.
    row_count: usize,
    stage: PickerStage,
    rows: Vec<PickerRow>,
    moves: usize,
}

impl WorkspacePicker {
    pub fn new(environment: &Environment, target: &LoginTarget) -> Result<Self, Problem> {
        let known = workspaces::known_workspaces(environment)?;
        let wanted = match target {
            LoginTarget::New => vec![NEW_WORKSPACE_LABEL.to_owned()],
            LoginTarget::Stored(id) => {
                let unknown =
                    || Problem::new(ProblemCode::NtnFailed).with_evidence(format!("ntn no longer knows the workspace {id}"));
                let name = known.get(id).ok_or_else(unknown)?;
                vec![sanitize(name), sanitize(&format!("{name} ({id})"))]
            }
        };
        Ok(Self { wanted_labels: wanted, row_count: known.len() + 1, stage: PickerStage::NotShown, rows: Vec::new(), moves: 0 })
    }

    /// Returns the time limit for the next line, if one has to come.
    pub fn line_timeout(&self) -> Option<Duration> {
        (self.stage == PickerStage::Shown).then_some(LINE_TIMEOUT)
    }

    /// Reads one more line of the screen. Once the list is complete, returns the key that moves the marker nearer.
    pub fn push_line(&mut self, line: &str) -> Result<Option<PickerKey>, Problem> {
        // The marker is in the first column; further in, the character belongs to a name.
        let marked = line.trim_start_matches('\r').strip_prefix(['❯', '>']);
        let line = line.trim_start();
        match self.stage {
            PickerStage::NotShown if line.starts_with('?') && line.contains(PROMPT_TEXT) => self.stage = PickerStage::Shown,
            PickerStage::Shown if line.contains(PROMPT_TEXT) => self.stage = PickerStage::Answered,
            PickerStage::Shown => {
                self.rows.push(PickerRow { is_marked: marked.is_some(), label: sanitize(marked.unwrap_or(line)) });
                if self.rows.len() == self.row_count {
                    return self.next_key().map(Some);
                }
            }
            PickerStage::NotShown | PickerStage::Answered => {}
        }
        Ok(None)
    }

    fn next_key(&mut self) -> Result<PickerKey, Problem> {
        let rows = std::mem::take(&mut self.rows);
        let only = |is_it: &dyn Fn(&PickerRow) -> bool| {
            let mut places = rows.iter().enumerate().filter(|(_, row)| is_it(row)).map(|(place, _)| place);
            places.next().filter(|_| places.next().is_none()).ok_or_else(|| self.unreadable_problem())
        };
        let mark = only(&|row| row.is_marked)?;
        let wanted = only(&|row| self.wanted_labels.contains(&row.label))?;
        let has_its_end = rows.last().is_some_and(|row| row.label == NEW_WORKSPACE_LABEL);
        if !has_its_end || self.moves > rows.len() {
            return Err(self.unreadable_problem());
        }
        self.moves += 1;
        Ok(match mark.cmp(&wanted) {
            std::cmp::Ordering::Less => PickerKey::Down,
            std::cmp::Ordering::Equal => PickerKey::Enter,
            std::cmp::Ordering::Greater => PickerKey::Up,
        })
    }

    pub fn unreadable_problem(&self) -> Problem {
        let wanted = self.wanted_labels.first().map(String::as_str).unwrap_or_default();
        Problem::new(ProblemCode::NtnFailed).with_evidence(format!("couldn't choose \"{wanted}\" in ntn's list of workspaces"))
    }
}
