//! Prints a claim of the catalog, always with its source, and with the guide's wording even if it is outdated.

use crate::domain::catalog::{Catalog, Claim, ClaimStatus};
use crate::frontends::console::Console;
use jiff::civil::Date;

/// Writes a current claim as it is; otherwise today's fact, then the guide's wording, marked with its status.
pub(super) fn write_claim(head: &str, claim: &Claim, catalog: &Catalog, console: &mut Console) {
    let indent = " ".repeat(head.len());
    let citation = source_and_date(&claim.source, claim.as_of, catalog);
    let status = match claim.verdict {
        ClaimStatus::Current => {
            console.write_data_wrapped(head, &claim.text);
            console.write_data_wrapped(&indent, &format!("[{citation}]"));
            return;
        }
        ClaimStatus::Partly => "partly right",
        ClaimStatus::Outdated => "outdated",
    };
    let mut head = head;
    if let Some(today) = &claim.today {
        console.write_data_wrapped(head, &today.text);
        console.write_data_wrapped(&indent, &format!("[{}]", source_and_date(&today.source, today.as_of, catalog)));
        head = &indent;
    }
    console.write_data_wrapped(head, &format!("The guide says ({status}): {}", claim.text));
    console.write_data_wrapped(&indent, &format!("[{citation}]"));
}

/// Returns the source and its date, unless the title already contains the date.
fn source_and_date(source: &str, as_of: Date, catalog: &Catalog) -> String {
    let title = catalog.source(source).map_or(source, |source| &source.title);
    if title.contains(&as_of.to_string()) { title.to_owned() } else { format!("{title}, {as_of}") }
}
