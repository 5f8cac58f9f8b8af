//! Rows of numbers beside their budgets, aligned.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fmt::Display;
use std::iter::once;

const NAME: usize = 38;
const CELL: usize = 14;

pub(crate) struct Table {
    /// Of these columns, so many are ours and are held to the budget; the others stand beside them.
    ours: usize,
}

pub(crate) struct BudgetRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) most: Option<f64>,
    /// A column each; what could not be measured is `None`.
    pub(crate) values: Vec<Option<f64>>,
}

impl Table {
    /// Prints the head.
    pub(crate) fn new(ours: &[&str], beside: &[&str]) -> Self {
        let heads = ours.iter().chain(beside).chain(once(&"budget"));
        println!("\n{:NAME$}{}", "", cells(heads));
        Self { ours: ours.len() }
    }

    /// Prints a row. Its budget is kept when all of ours keep it.
    pub(crate) fn row(&self, row: &BudgetRow<'_>) {
        let BudgetRow { name, unit, most, values } = row;
        let digits = if unit.is_empty() { 0 } else { 2 };
        let cell = |value: &Option<f64>| value.map_or("-".into(), |value| format!("{value:.digits$} {unit}").trim_end().to_owned());
        let cells = cells(values.iter().map(cell));
        let judged = most.map_or_else(String::new, |most| {
            let ours = values.get(..self.ours).unwrap_or_default();
            let verdict = match ours.iter().copied().collect::<Option<Vec<f64>>>() {
                None => "not measured",
                Some(ours) if ours.iter().all(|value| *value <= most) => "ok",
                Some(_) => "OVER",
            };
            format!("{:>CELL$}  {verdict}", format!("≤ {most} {unit}").trim_end())
        });
        println!("{}", format!("{name:NAME$}{cells}{judged}").trim_end());
    }
}

fn cells<T: Display>(texts: impl Iterator<Item = T>) -> String {
    texts.fold(String::new(), |line, text| format!("{line}{text:>CELL$}"))
}
