//! The Workers runbook in lines, through the real `ntn` 0.4.0.
