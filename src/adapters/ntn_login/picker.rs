//! The list of workspaces that `ntn` 0.4.0 shows if it knows some. It is read, and the marker is moved one row at a time until it
//! is where it should be: no row is counted blindly.

use crate::adapters::environment::Environment;
use crate::adapters::ntn_files::chosen;
use crate::domain::login::Target;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::time::Duration;

/// The last row, below the workspaces.
const NEW: &str = "Authenticate with new workspace";

const QUESTION: &str = "Select a workspace";

/// Time limit for the next line; `ntn` draws at once.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Up,
    Down,
    Enter,
}

impl Key {
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Up => b"\x1b[A",
            Self::Down => b"\x1b[B",
            Self::Enter => b"\r",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    NotShown,
    Shown,
    Answered,
}

struct Row {
    is_marked: bool,
    label: String,
}

pub struct Picker {
    /// The labels that the wanted row may have. If two workspaces have the same name, their ids follow in brackets.
    wanted: Vec<String>,
    /// The expected number of rows.
    length: usize,
    stage: Stage,
    rows: Vec<Row>,
    moves: usize,
}

impl Picker {
    pub fn new(environment: &Environment, target: &Target) -> Result<Self, Problem> {
        let known = chosen::workspaces(environment)?;
        let wanted = match target {
            Target::New => vec![NEW.to_owned()],
            Target::Stored(id) => {
                let unknown = || Problem::new(ProblemCode::NtnFailed).seen(format!("ntn no longer knows the workspace {id}"));
                let name = known.get(id).ok_or_else(unknown)?;
                vec![sanitize(name), sanitize(&format!("{name} ({id})"))]
            }
        };
        Ok(Self { wanted, length: known.len() + 1, stage: Stage::NotShown, rows: Vec::new(), moves: 0 })
    }

    /// Returns the time limit for the next line, if one has to come.
    pub fn patience(&self) -> Option<Duration> {
        (self.stage == Stage::Shown).then_some(PATIENCE)
    }

    /// Reads one more line of the screen. Once the list is complete, returns the key that moves the marker nearer.
    pub fn read(&mut self, line: &str) -> Result<Option<Key>, Problem> {
        // The marker is in the first column; further in, the character belongs to a name.
        let marked = line.trim_start_matches('\r').strip_prefix(['❯', '>']);
        let line = line.trim_start();
        match self.stage {
            Stage::NotShown if line.starts_with('?') && line.contains(QUESTION) => self.stage = Stage::Shown,
            Stage::Shown if line.contains(QUESTION) => self.stage = Stage::Answered,
            Stage::Shown => {
                self.rows.push(Row { is_marked: marked.is_some(), label: sanitize(marked.unwrap_or(line)) });
                if self.rows.len() == self.length {
                    return self.decide().map(Some);
                }
            }
            Stage::NotShown | Stage::Answered => {}
        }
        Ok(None)
    }

    fn decide(&mut self) -> Result<Key, Problem> {
        let rows = std::mem::take(&mut self.rows);
        let only = |is_it: &dyn Fn(&Row) -> bool| {
            let mut places = rows.iter().enumerate().filter(|(_, row)| is_it(row)).map(|(place, _)| place);
            places.next().filter(|_| places.next().is_none()).ok_or_else(|| self.not_understood())
        };
        let mark = only(&|row| row.is_marked)?;
        let wanted = only(&|row| self.wanted.contains(&row.label))?;
        let has_its_end = rows.last().is_some_and(|row| row.label == NEW);
        if !has_its_end || self.moves > rows.len() {
            return Err(self.not_understood());
        }
        self.moves += 1;
        Ok(match mark.cmp(&wanted) {
            std::cmp::Ordering::Less => Key::Down,
            std::cmp::Ordering::Equal => Key::Enter,
            std::cmp::Ordering::Greater => Key::Up,
        })
    }

    pub fn not_understood(&self) -> Problem {
        let wanted = self.wanted.first().map(String::as_str).unwrap_or_default();
        Problem::new(ProblemCode::NtnFailed).seen(format!("\"{wanted}\" could not be chosen in ntn's list of workspaces"))
    }
}
