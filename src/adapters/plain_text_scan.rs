//! The files and repositories in which tokens lie in plain text: searches them, and replaces lines of shell profiles.

mod git;
mod search;
mod walk;

use super::machine::agent_files::resolve;
use super::machine::environment::Environment;
use super::storage::agent_file;
use super::trace;
use crate::adapters::blocking_thread::run_blocking;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::scan::shell_profile::{SavedToken, without_tokens};
use crate::domain::scan::{
    GitSearch, PlainTextPlace, ScanProgress, ScanReport, ScanRequest, ShellProfile, ShellProfileChange, ShellProfilePlan, Skipped,
    known_files,
};
use crate::domain::token_text::without_secrets;
use crate::runtime::ports::{Job, PlainTextScan, ProgressCallback, StopSignal};
use git::Git;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use walk::FileSearch;

/// The plain text of this machine.
#[derive(Clone)]
pub struct LocalScan {
    environment: Arc<Environment>,
    /// The folder of our own files. A token in our private file is where the person wants it.
    own_folder: Option<PathBuf>,
}

/// Files and folders, in the order in which they are searched.
#[derive(Default)]
struct Roots {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

/// Ends a search on other threads when the job is dropped.
struct CancelSearchOnDrop(Arc<AtomicBool>);

impl Drop for CancelSearchOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Returns a path without control characters. A file may be named after a token.
fn displayable_path(path: &Path) -> String {
    without_secrets(&sanitize(&path.to_string_lossy()))
}

fn path_refused(path: &Path, reason: &str) -> Problem {
    Problem::new(ProblemCode::ScanPathRefused).with_evidence(format!("{}: {reason}", displayable_path(path)))
}

/// Returns the outcome of the work, or that it was stopped before its end.
async fn or_stopped<T>(stop: &mut StopSignal, work: impl Future<Output = T>) -> Result<T, Problem> {
    tokio::select! {
        biased;
        () = stop => Err(Problem::new(ProblemCode::Cancelled)),
        outcome = work => Ok(outcome),
    }
}

fn path_missing(path: &Path) -> Problem {
    path_refused(path, "there is no such file or folder")
}

impl LocalScan {
    pub fn new(environment: Arc<Environment>, own_folder: Option<PathBuf>) -> Self {
        Self { environment, own_folder: own_folder.map(|folder| canonical(&folder)) }
    }

    /// Returns the current folder; in the demo, the invented one.
    fn current_folder(&self) -> PathBuf {
        let folder = Path::new(".").join(self.environment.project_folder());
        std::path::absolute(&folder).unwrap_or(folder)
    }

    /// Returns a path that a person named, without dots in it.
    fn absolute(&self, path: &Path) -> PathBuf {
        let path = self.current_folder().join(path);
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Returns the path as a person would write it: below the current folder, else with `~` for the home folder.
    fn short(&self, path: &Path) -> String {
        let home = self.environment.home();
        let project = self.current_folder();
        let in_project = path.strip_prefix(&project).ok().filter(|rest| home != Some(&project) && !rest.as_os_str().is_empty());
        let in_home = || home.and_then(|home| path.strip_prefix(home).ok()).map(|rest| Path::new("~").join(rest));
        let short = in_project.map(Path::to_owned).or_else(in_home).unwrap_or_else(|| path.to_owned());
        displayable_path(&short)
    }

    /// Sorts the paths that are named, or else the known places of this user, into files and folders. A named path has to exist.
    fn roots(&self, paths: &[PathBuf]) -> Result<Roots, Problem> {
        let mut roots = Roots::default();
        for path in paths {
            let path = self.absolute(path);
            match path.metadata() {
                Ok(metadata) if metadata.is_file() => roots.files.push(path),
                // A folder behind a link is walked where it is.
                Ok(metadata) if metadata.is_dir() => roots.folders.push(if path.is_symlink() { canonical(&path) } else { path }),
                Ok(_) => return Err(path_refused(&path, "it is neither a file nor a folder")),
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(path_missing(&path)),
                Err(error) => return Err(path_refused(&path, &error.kind().to_string())),
            }
        }
        if paths.is_empty() {
            roots.folders.push(self.current_folder());
            for path in known_files().filter_map(|path| resolve(path, &self.environment)) {
                match path.metadata() {
                    Ok(metadata) if metadata.is_file() => roots.files.push(path),
                    Ok(metadata) if metadata.is_dir() => roots.folders.push(canonical(&path)),
                    _ => {}
                }
            }
        }
        roots.without_repetitions();
        Ok(roots)
    }

    /// Searches the files; `stop` leaves what was found until then, with the problem.
    async fn search_files(
        &self,
        roots: Roots,
        on_progress: Arc<ProgressCallback<ScanProgress>>,
        stop: &mut StopSignal,
    ) -> Result<ScanReport, Problem> {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let guard = CancelSearchOnDrop(Arc::clone(&is_cancelled));
        let scan = self.clone();
        let mut search = run_blocking("search of files", move || {
            let short = |path: &Path| scan.short(path);
            let mut report = FileSearch::new(&short, &on_progress, &is_cancelled)
                .without(scan.own_folder.clone())
                .run(&roots.files, &roots.folders);
            // A file is listed under the link that a program reads it by, which says what it is, and not under its own name again.
            let links = roots.files.iter().filter(|file| file.is_symlink());
            let targets: Vec<PathBuf> = links.map(|file| canonical(file)).collect();
            report.findings.retain(|finding| !targets.contains(&finding.path));
            Ok(report)
        });
        let ended = or_stopped(stop, &mut search).await;
        let problem = ended.as_ref().err().cloned();
        let report = if let Ok(ended) = ended {
            ended?
        } else {
            drop(guard);
            search.await?
        };
        Ok(ScanReport { problem, ..report })
    }

    async fn search(
        &self,
        request: ScanRequest,
        on_progress: ProgressCallback<ScanProgress>,
        mut stop: StopSignal,
    ) -> Result<ScanReport, Problem> {
        let short = |path: &Path| self.short(path);
        let on_progress = Arc::new(on_progress);
        let git = Git::find(&self.environment);
        if request.git == GitSearch::Staged {
            let git = git.ok_or_else(Git::missing)?;
            return git.search_staged(&self.current_folder(), &request.paths, &short, &mut stop).await;
        }
        let roots = self.roots(&request.paths)?;
        let mut report = self.search_files(roots, Arc::clone(&on_progress), &mut stop).await?;
        if report.is_cancelled() {
            return Ok(report);
        }
        // That nothing was found says nothing if nothing was searched.
        let is_unsearched = request.git == GitSearch::None && !request.paths.is_empty() && report.files + report.binary_files == 0;
        if let Some(Skipped { path, reason }) = report.skipped.first().filter(|_| is_unsearched) {
            return Err(Problem::new(ProblemCode::ScanPathRefused).with_evidence(format!("{path}: {reason}")));
        }
        if let Some(git) = git.as_ref().filter(|_| !report.findings.is_empty()) {
            git.mark_tracked(&mut report.findings).await;
        }
        match (request.git, &git) {
            (GitSearch::History, None) => report.problem = Some(Git::missing()),
            (GitSearch::History, Some(git)) => {
                let mut paths: Vec<PathBuf> = request.paths.iter().map(|path| self.absolute(path)).collect();
                if paths.is_empty() {
                    paths.push(self.current_folder());
                }
                let history = git.search_history(&paths, &short, &on_progress, &mut stop).await;
                report.commits = history.commits;
                report.findings.extend(history.findings);
                report.skipped.extend(history.skipped);
                report.problem = history.problem;
            }
            _ => {}
        }
        if report.skipped.len() >= walk::MAX_SKIPPED {
            report.skipped.push(Skipped { path: "…".to_owned(), reason: "more are not listed".to_owned() });
        }
        Ok(report)
    }

    fn plan_profile(&self, profile: &ShellProfile, saved: &[SavedToken]) -> ShellProfilePlan {
        ShellProfilePlan { short_path: self.short(&profile.path), change: self.plan_change(profile, saved) }
    }

    fn plan_change(&self, profile: &ShellProfile, saved: &[SavedToken]) -> Result<Option<Box<ShellProfileChange>>, Problem> {
        // A profile is often a link into a repository of settings: the link stays, and the file behind it is changed.
        let path = behind_link(&profile.path);
        let Some(before) = agent_file::read(&path).map_err(shell_profile_refused)? else {
            return Err(shell_profile_refused(agent_file::refused(&path, "it is gone")));
        };
        let place = PlainTextPlace::of(&profile.path);
        let Some(edit) = profile.shell.replace_tokens(&before, saved, place) else { return Ok(None) };
        let backup = without_tokens(&before, place, &profile.secrets);
        let short_path = if path == profile.path {
            self.short(&path)
        } else {
            format!("{} → {}", self.short(&profile.path), self.short(&path))
        };
        let (diff, lines) = (edit.diff, edit.lines);
        Ok(Some(Box::new(ShellProfileChange {
            path,
            found_path: profile.path.clone(),
            short_path,
            before,
            after: edit.text,
            backup,
            diff,
            lines,
        })))
    }

    fn apply_blocking(&self, change: &ShellProfileChange) -> Result<String, Problem> {
        let copy = agent_file::keep_copy(&change.path, &change.backup).map_err(shell_profile_refused)?;
        if let Err(problem) = agent_file::replace(&change.path, Some(&change.before), &change.after) {
            let _ = agent_file::remove(&copy, Some(&change.backup), &[]);
            return Err(shell_profile_refused(problem));
        }
        Ok(self.short(&copy))
    }

    fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> T + Send + 'static) -> Job<T> {
        let scan = self.clone();
        run_blocking("shell profiles", move || Ok(work(&scan)))
    }
}

impl Roots {
    /// Leaves out what is found in another folder anyway. A link is not followed there.
    fn without_repetitions(&mut self) {
        let folders = std::mem::take(&mut self.folders);
        for folder in folders {
            if !self.folders.iter().any(|known| folder.starts_with(known)) {
                self.folders.retain(|known| !known.starts_with(&folder));
                self.folders.push(folder);
            }
        }
        let mut files = std::mem::take(&mut self.files);
        files.sort_unstable();
        files.dedup();
        let folders: Vec<PathBuf> = self.folders.iter().map(|folder| canonical(folder)).collect();
        files.retain(|file| file.is_symlink() || !folders.iter().any(|folder| canonical(file).starts_with(folder)));
        self.files = files;
    }
}

/// Returns the file itself. A path without links stays as it is, because on Windows a canonical one is in another form.
fn behind_link(path: &Path) -> PathBuf {
    if path.is_symlink() { canonical(path) } else { path.to_owned() }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The files of agents are changed by the same code.
fn shell_profile_refused(mut problem: Problem) -> Problem {
    // Its folder may be named after a token.
    problem.evidence = problem.evidence.as_deref().map(without_secrets);
    Problem { code: ProblemCode::ShellProfileRefused, ..problem }
}

impl PlainTextScan for LocalScan {
    fn scan(&self, request: ScanRequest, on_progress: ProgressCallback<ScanProgress>, stop: StopSignal) -> Job<ScanReport> {
        let scan = self.clone();
        trace::job("scan", "scan", async move { scan.search(request, on_progress, stop).await })
    }

    fn plan(&self, profiles: Vec<ShellProfile>, saved: Vec<SavedToken>) -> Job<Vec<ShellProfilePlan>> {
        let plan = self.run_blocking(move |scan| {
            let mut files = Vec::new();
            let mut is_new = |profile: &&ShellProfile| {
                let file = behind_link(&profile.path);
                let is_new = !files.contains(&file);
                files.push(file);
                is_new
            };
            profiles.iter().filter(&mut is_new).map(|profile| scan.plan_profile(profile, &saved)).collect()
        });
        trace::job("scan", "plan", plan)
    }

    fn apply(&self, change: ShellProfileChange) -> Job<String> {
        let applied = self.run_blocking(move |scan| scan.apply_blocking(&change));
        trace::job("scan", "apply", async move { applied.await? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_token_in_it_is_named_without_it() {
        let token = "ntn_fake_member_0000000000000000000000000000";
        let path = Path::new("/tmp").join(token).join(".zshrc");
        let refused = shell_profile_refused(agent_file::refused(&path, "it is gone"));
        for problem in [path_refused(&path, "it is gone"), refused] {
            let evidence = problem.evidence.unwrap_or_default();
            assert!(!evidence.contains(token) && evidence.contains(".zshrc: it is gone"), "{evidence}");
        }
    }
}
