//! How a statement is written: never false, never without its source, and the guide's words never lost.

use crate::domain::catalog::{Catalog, Claim, Standing};
use crate::frontends::console::Console;
use jiff::civil::Date;

/// A statement that holds today; else what the guide says, how it stands, and what Notion says today.
pub(super) fn write_claim(head: &str, claim: &Claim, catalog: &Catalog, console: &mut Console) {
    let under = " ".repeat(head.len());
    let said = attributed(&claim.source, claim.as_of, catalog);
    let standing = match claim.verdict {
        Standing::Current => {
            console.data_wrapped(head, &claim.text);
            console.data_wrapped(&under, &format!("[{said}]"));
            return;
        }
        Standing::Partly => "partly right",
        Standing::Outdated => "outdated",
    };
    console.data_wrapped(head, &format!("guide says: {}", claim.text));
    console.data_wrapped(&under, &format!("[{standing}; {said}]"));
    if let Some(today) = &claim.today {
        console.data_wrapped(&under, &format!("Notion says today: {}", today.text));
        console.data_wrapped(&under, &format!("[{}]", attributed(&today.source, today.as_of, catalog)));
    }
}

/// The source and its date, which some titles bear already.
fn attributed(source: &str, as_of: Date, catalog: &Catalog) -> String {
    let title = catalog.source(source).map_or(source, |source| &source.title);
    if title.contains(&as_of.to_string()) { title.to_owned() } else { format!("{title}, {as_of}") }
}
