//! The Workers runbook.
