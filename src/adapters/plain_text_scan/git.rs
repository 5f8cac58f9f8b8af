//! Asks git what was committed, what is staged, and which files it tracks.
//!
//! A repository is another person's data: its settings and attributes can name programs, which git would start. Every such setting is overridden,
//! nothing is fetched, and git gets no variable but those that it needs. What it writes is read line by line and kept nowhere.

mod patch_search;
mod tracked;

use super::{displayable_path, or_stopped, path_missing};
use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program::{Program, RunError};
use crate::adapters::process::program_search;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::scan::{NEEDLES, ScanProgress, ScanReport, Skipped, VARIABLE_NEEDLES};
use crate::domain::token_text::without_secrets;
use crate::runtime::ports::{ProgressCallback, StopSignal};
use patch_search::{MAX_FINDINGS, MAX_LINE_BYTES, PatchSearch};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;
use zeroize::Zeroizing;

/// Time limit of a search of a history.
const HISTORY_TIMEOUT: Duration = Duration::from_secs(300);
/// Time limit of a question about the repository.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// Options before the command: no pager, no replaced objects, and none of the settings that start a program or change what a patch says
/// (<https://git-scm.com/docs/git-config>).
const GLOBAL_OPTIONS: [&str; 24] = [
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "log.diffMerges=separate",
    "-c",
    "log.mailmap=false",
    "-c",
    "diff.relative=false",
    "-c",
    "diff.suppressBlankEmpty=false",
    "-c",
    "submodule.recurse=false",
    "--no-optional-locks",
];

/// Options of a patch: all files as text, no unchanged lines, and none of the repository's own programs, prefixes, colours or order.
const PATCH_OPTIONS: [&str; 14] = [
    "--patch",
    "--text",
    "--unified=0",
    "--inter-hunk-context=0",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-renames",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
    "--ignore-submodules=all",
    "--no-indent-heuristic",
    "-O/dev/null",
];

pub struct Git<'a> {
    program: PathBuf,
    environment: &'a Environment,
}

/// A repository that is searched.
struct Repository {
    /// The top of the work tree, or the folder of a bare repository.
    top: PathBuf,
    /// The folder that all its work trees share.
    common: PathBuf,
    is_shallow: bool,
}

fn failed(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::GitSearchFailed).with_evidence(evidence)
}

impl<'a> Git<'a> {
    /// Returns `None` if git is not installed.
    pub fn find(environment: &'a Environment) -> Option<Self> {
        program_search::find("git", environment).map(|program| Self { program, environment })
    }

    pub fn missing() -> Problem {
        failed("git is not installed")
    }

    fn program(&self, folder: &Path, is_hook: bool, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Program {
        let arguments = arguments.into_iter().map(Into::into);
        Program::new(&self.program)
            .args(GLOBAL_OPTIONS)
            .args(arguments)
            .environment(self.environment.for_git(is_hook))
            .folder(folder)
            .time_limit(QUESTION_TIMEOUT)
    }

    async fn ask(&self, folder: &Path, is_hook: bool, arguments: &[&str]) -> Result<String, Problem> {
        let output = self.program(folder, is_hook, arguments).capture().await.map_err(|error| run_problem(&error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(failed(git_message(folder, &output.stderr)))
    }

    async fn repository_of(&self, path: &Path, is_hook: bool) -> Result<Repository, Problem> {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let answer =
            self.ask(folder, is_hook, &["rev-parse", "--is-shallow-repository", "--git-common-dir", "--show-cdup"]).await?;
        let mut lines = answer.lines();
        let mut next = || lines.next().unwrap_or_default();
        let (is_shallow, common, up) = (next() == "true", next(), next());
        let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
        // On Windows, no program starts in a folder whose path is in the form of a canonical one.
        let top = if cfg!(windows) { folder.join(up) } else { canonical(folder.join(up)) };
        Ok(Repository { top, common: canonical(folder.join(common)), is_shallow })
    }

    /// True if the index has the path, or has a change of it. A path outside the repository is in none.
    async fn has_in_index(&self, folder: &Path, path: &Path) -> bool {
        for question in [["ls-files", "-z"].as_slice(), ["diff", "--cached", "--name-only", "--no-renames", "-z"].as_slice()] {
            let arguments = question.iter().copied().chain(["--"]).map(OsString::from).chain([path.into()]);
            let answer = self.program(folder, true, arguments).capture().await;
            if answer.is_ok_and(|output| output.status.success() && !output.stdout.is_empty()) {
                return true;
            }
        }
        false
    }

    /// Searches the commits of the repositories that the paths are in, each once. A repository that can't be searched costs only its own
    /// findings, and `stop` leaves what was found until then; the report has the problem.
    pub async fn search_history(
        &self,
        paths: &[PathBuf],
        short: &(dyn Fn(&Path) -> String + Sync),
        on_progress: &ProgressCallback<ScanProgress>,
        stop: &mut StopSignal,
    ) -> ScanReport {
        let mut report = ScanReport { commits: Some(0), ..ScanReport::default() };
        let mut known: Vec<PathBuf> = Vec::new();
        let mut problems: Vec<(String, Problem)> = Vec::new();
        for path in paths {
            let searched = match or_stopped(stop, self.repository_of(path, false)).await.flatten() {
                Ok(repository) if known.contains(&repository.common) => continue,
                Ok(repository) => {
                    known.push(repository.common.clone());
                    self.search_repository(&repository, short, on_progress, stop, &mut report).await
                }
                Err(problem) => Err(problem),
            };
            let Err(problem) = searched else { continue };
            let is_cancelled = problem.code == ProblemCode::Cancelled;
            problems.push((short(path), problem));
            if is_cancelled {
                break;
            }
        }
        // The report has one problem: the first, or that the search was cancelled. The others are listed.
        let is_last = problems.last().is_some_and(|(_, problem)| problem.code == ProblemCode::Cancelled);
        let one = if is_last { problems.pop() } else { (!problems.is_empty()).then(|| problems.remove(0)) };
        report.problem = one.map(|(_, problem)| problem);
        report.skipped.extend(problems.into_iter().map(|(path, problem)| Skipped {
            path,
            reason: problem.evidence.as_deref().unwrap_or_else(|| problem.headline()).to_owned(),
        }));
        report
    }

    async fn search_repository(
        &self,
        repository: &Repository,
        short: &(dyn Fn(&Path) -> String + Sync),
        on_progress: &ProgressCallback<ScanProgress>,
        stop: &mut StopSignal,
        report: &mut ScanReport,
    ) -> Result<(), Problem> {
        let mut skip = |reason: String| report.skipped.push(Skipped { path: short(&repository.top), reason });
        if repository.is_shallow {
            skip("a shallow clone: older commits are not here (git fetch --unshallow)".to_owned());
        }
        // All refs and the HEAD of each work tree. A commit comes before its parents, whatever their clocks say.
        let arguments =
            ["log", "--all", "--topo-order", "-m", "--format=commit %H", "--no-show-signature", "--no-notes", "--no-decorate"];
        let pattern: String = NEEDLES.iter().chain(&VARIABLE_NEEDLES).copied().collect::<Vec<_>>().join("|");
        let arguments = arguments.map(OsString::from).into_iter().chain(PATCH_OPTIONS.map(OsString::from));
        let arguments = arguments.chain(["-G".into(), pattern.into()]);
        let program = self.program(&repository.top, false, arguments).time_limit(HISTORY_TIMEOUT);
        let mut search = PatchSearch::new(&repository.top, short, Some(on_progress));
        let ended = or_stopped(stop, program.stream_bytes(|bytes| search.push(bytes))).await;
        let found = search.finish();
        if found.findings.len() == MAX_FINDINGS {
            skip(format!("{MAX_FINDINGS} findings or more; the rest is not listed"));
        }
        if found.is_cut {
            skip(format!("a line longer than {} KiB was cut", MAX_LINE_BYTES / 1024));
        }
        let outcome = match ended {
            Ok(Err(RunError::TimedOut(limit))) => {
                skip(format!("stopped after {} s: older commits were not searched", limit.as_secs()));
                Ok(())
            }
            ended => ended.and_then(|ended| check_end(&repository.top, ended)),
        };
        report.commits = report.commits.map(|commits| commits + found.commits);
        report.findings.extend(found.findings);
        outcome
    }

    /// Searches what the next commit would add, of these paths or of all. In a hook, git's own variables name the index. A named path has
    /// to be in the folder, in the index, or among the changes of the index, as that of a deleted file is.
    pub async fn search_staged(
        &self,
        folder: &Path,
        paths: &[PathBuf],
        short: &(dyn Fn(&Path) -> String + Sync),
        stop: &mut StopSignal,
    ) -> Result<ScanReport, Problem> {
        let repository = or_stopped(stop, self.repository_of(folder, true)).await.flatten()?;
        for path in paths {
            if folder.join(path).symlink_metadata().is_err() && !self.has_in_index(folder, path).await {
                return Err(path_missing(&folder.join(path)));
            }
        }
        let arguments = ["diff", "--cached"].map(OsString::from).into_iter().chain(PATCH_OPTIONS.map(OsString::from));
        let limits = (!paths.is_empty()).then(|| std::iter::once("--".into()).chain(paths.iter().map(OsString::from)));
        let program = self.program(folder, true, arguments.chain(limits.into_iter().flatten()));
        let mut search = PatchSearch::new(&repository.top, short, None);
        let ended = or_stopped(stop, program.stream_bytes(|bytes| search.push(bytes))).await;
        let found = search.finish();
        let problem = ended.and_then(|ended| check_end(folder, ended)).err();
        Ok(ScanReport { findings: found.findings, files: found.files, problem, ..ScanReport::default() })
    }
}

/// Returns why git failed, if it did.
fn check_end(folder: &Path, ended: Result<(ExitStatus, Zeroizing<Vec<u8>>), RunError>) -> Result<(), Problem> {
    match ended {
        Ok((status, _)) if status.success() => Ok(()),
        Ok((_, stderr)) => Err(failed(git_message(folder, &stderr))),
        Err(error) => Err(run_problem(&error)),
    }
}

fn run_problem(error: &RunError) -> Problem {
    match error {
        RunError::NotStarted(reason) => failed(format!("git can't be started: {reason}")),
        RunError::TimedOut(limit) => failed(format!("git did not finish within {} s", limit.as_secs())),
        RunError::Lost(error) => failed(format!("git was lost: {error}")),
    }
}

/// Returns the first line of git's error message.
fn git_message(folder: &Path, stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("git ended with an error");
    let message = without_secrets(&sanitize(line.trim_start_matches("fatal: ")));
    format!("{}: {message}", displayable_path(folder))
}
