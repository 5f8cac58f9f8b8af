//! The requests that have no answer yet, each with the task that will bring it.

use super::BridgeLimits;
use crate::domain::mcp::RequestId;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task::{AbortHandle, Id};

#[derive(Debug, Default)]
pub(super) struct Unanswered(Mutex<PendingMessages>);

#[derive(Debug, Default)]
struct PendingMessages {
    last_number: u64,
    list: Vec<PendingMessage>,
}

#[derive(Debug)]
struct PendingMessage {
    number: u64,
    /// `None` until the task is started.
    task: Option<AbortHandle>,
    requests: Vec<RequestId>,
    /// The length of the message.
    bytes: usize,
}

impl Unanswered {
    fn entries(&self) -> MutexGuard<'_, PendingMessages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of the delivery that will bring the answers.
    pub(super) fn add(&self, requests: Vec<RequestId>, bytes: usize) -> u64 {
        let mut entries = self.entries();
        entries.last_number += 1;
        let number = entries.last_number;
        entries.list.push(PendingMessage { number, task: None, requests, bytes });
        number
    }

    pub(super) fn set_task(&self, number: u64, task: AbortHandle) {
        if let Some(entry) = self.entries().list.iter_mut().find(|entry| entry.number == number) {
            entry.task = Some(task);
        }
    }

    /// True if a message with so many requests and bytes can be sent in addition to those in flight.
    pub(super) fn has_room_for(&self, requests: usize, bytes: usize, limits: &BridgeLimits) -> bool {
        let add = |(requests, bytes), entry: &PendingMessage| (requests + entry.requests.len(), bytes + entry.bytes);
        let (requests, bytes) = self.entries().list.iter().fold((requests, bytes), add);
        requests <= limits.max_requests && bytes <= limits.pending_bytes
    }

    /// Records that requests of this delivery are answered.
    pub(super) fn mark_answered(&self, number: u64, answered: &[RequestId]) {
        if let Some(entry) = self.entries().list.iter_mut().find(|entry| entry.number == number) {
            entry.requests.retain(|request| !answered.contains(request));
        }
    }

    /// Returns the requests of this delivery that have no answer.
    pub(super) fn of(&self, number: u64) -> Vec<RequestId> {
        let entries = self.entries();
        entries.list.iter().find(|entry| entry.number == number).map(|entry| entry.requests.clone()).unwrap_or_default()
    }

    /// Removes an ended task, and returns the requests that it left unanswered.
    pub(super) fn remove(&self, task: Id) -> Vec<RequestId> {
        let list = &mut self.entries().list;
        let at = list.iter().position(|entry| entry.task.as_ref().is_some_and(|own| own.id() == task));
        at.map(|at| list.swap_remove(at).requests).unwrap_or_default()
    }

    /// Drops the HTTP request of a request that the agent has cancelled, which wants no answer any more. The rest of a batch goes on.
    pub(super) fn cancel(&self, request: &RequestId) {
        if let Some(entry) = self.entries().list.iter_mut().find(|entry| entry.requests.contains(request)) {
            entry.requests.retain(|other| other != request);
            if let (true, Some(task)) = (entry.requests.is_empty(), &entry.task) {
                task.abort();
            }
        }
    }

    pub(super) fn take_all(&self) -> Vec<RequestId> {
        self.entries().list.drain(..).flat_map(|entry| entry.requests).collect()
    }
}
