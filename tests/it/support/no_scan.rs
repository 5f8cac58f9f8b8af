//! A machine without files to search, for tests about something else.

use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::scan::shell_profile::SavedToken;
use notion_auth::domain::scan::{ScanProgress, ScanReport, ScanRequest, ShellProfile, ShellProfileChange, ShellProfilePlan};
use notion_auth::runtime::ports::{Job, PlainTextScan, ProgressCallback, StopSignal};

pub(crate) struct NoScan;

impl PlainTextScan for NoScan {
    fn scan(&self, _: ScanRequest, _: ProgressCallback<ScanProgress>, _: StopSignal) -> Job<ScanReport> {
        Box::pin(std::future::ready(Ok(ScanReport::default())))
    }

    fn plan(&self, _: Vec<ShellProfile>, _: Vec<SavedToken>) -> Job<Vec<ShellProfilePlan>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn apply(&self, _: ShellProfileChange) -> Job<String> {
        Box::pin(std::future::ready(Err(Problem::new(ProblemCode::ShellProfileRefused))))
    }
}
