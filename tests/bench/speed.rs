//! Measures the budgets, in pseudo-terminals, so on Unix alone.

#[cfg(unix)]
mod budgets;

#[cfg(unix)]
fn main() -> budgets::session::BenchResult<()> {
    budgets::measure()
}

#[cfg(not(unix))]
fn main() {}
