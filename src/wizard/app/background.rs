//! The replies of background tasks: findings about this machine, and whether a link was opened or a text copied.

use super::Model;
use crate::domain::credentials::RememberedAnswers;
use crate::wizard::msg::{Effect, Notice, Reply, Task, TaskOutcome, problem_of};

/// Handles the reply of a background task.
pub(super) fn on_reply(model: &mut Model, task: Task, reply: Reply, effects: &mut Vec<Effect>) {
    match (task, reply) {
        (Task::Probe(_), Ok(TaskOutcome::Probed(result))) => {
            if let Some(read) = result.record(&mut model.findings) {
                use_answers(model, read, effects);
            }
        }
        (Task::OpenLink(_), Ok(TaskOutcome::Completed)) => {
            model.notice = Some(Notice::info("Opening your browser. If nothing happens, open the link yourself."));
        }
        (Task::OpenLink(_), Err(problem)) => {
            let evidence = problem.evidence.map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            model.notice = Some(Notice::error(format!("Couldn't start a browser{evidence}. Open the link yourself.")));
        }
        (Task::Copy(_), Ok(TaskOutcome::Copied(program))) => {
            if let Some(text) = copy_notice(program.as_deref(), model.is_plain_mode) {
                model.notice = Some(Notice::info(text));
            }
        }
        (Task::WriteReminder(_), Ok(TaskOutcome::ReminderWritten(place))) => {
            model.notice = Some(Notice::info(format!("Wrote the reminder: {place}. Open it with your calendar.")));
        }
        // The answers changed while these were being written.
        (Task::RememberAnswers(written), _) if model.remembered != *written => model.save_answers(effects),
        (Task::RememberAnswers(_), Ok(TaskOutcome::Completed)) => {}
        (Task::RememberAnswers(_), Err(problem)) => {
            let evidence = problem.evidence.map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            model.notice = Some(Notice::error(format!("Couldn't save your answers{evidence}; they apply to this session only.")));
        }
        (_, reply) => model.notice = Some(Notice::problem(&problem_of(reply))),
    }
}

/// Uses the answers that were read from disk.
fn use_answers(model: &mut Model, read: RememberedAnswers, effects: &mut Vec<Effect>) {
    let redirect_before = model.ctx().redirect();
    // The latest answers may not be written to disk yet, so merge them into what was read.
    let latest = std::mem::replace(&mut model.remembered, read);
    model.remembered.merge(latest);
    model.apply_named_profile();
    if model.ctx().redirect() != redirect_before {
        model.probe_port(effects);
    }
}

/// Returns the notice after a copy. Plain mode does not use the terminal's clipboard, which would need an escape code.
fn copy_notice(program: Option<&str>, is_in_lines: bool) -> Option<String> {
    match (program, is_in_lines) {
        (Some(program), false) => Some(format!("Copied with {program} and via the terminal.")),
        (Some(program), true) => Some(format!("Copied with {program}.")),
        (None, false) => None,
        (None, true) => Some("No clipboard tool found. Copy the text above.".to_owned()),
    }
}
