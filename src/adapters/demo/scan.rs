//! The demo's plain text: the files of the invented home, searched by the code that searches a real one.

use super::home::DemoHome;
use crate::adapters::plain_text_scan::LocalScan;
use crate::domain::scan::shell_profile::SavedToken;
use crate::domain::scan::{ScanProgress, ScanReport, ScanRequest, ShellProfile, ShellProfileChange, ShellProfilePlan};
use crate::runtime::ports::{Job, PlainTextScan, ProgressCallback, StopSignal};
use std::sync::Arc;

pub struct DemoScan {
    home: Arc<DemoHome>,
    files: LocalScan,
}

impl DemoScan {
    pub fn new(home: Arc<DemoHome>) -> Self {
        Self { files: LocalScan::new(home.environment(), None), home }
    }
}

impl PlainTextScan for DemoScan {
    fn scan(&self, request: ScanRequest, on_progress: ProgressCallback<ScanProgress>, stop: StopSignal) -> Job<ScanReport> {
        self.home.with_files(|| self.files.scan(request, on_progress, stop))
    }

    fn plan(&self, profiles: Vec<ShellProfile>, saved: Vec<SavedToken>) -> Job<Vec<ShellProfilePlan>> {
        self.home.with_files(|| self.files.plan(profiles, saved))
    }

    fn apply(&self, change: ShellProfileChange) -> Job<String> {
        self.home.with_files(|| self.files.apply(change))
    }
}
