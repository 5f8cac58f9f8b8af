//! Prints one path in full: every claim with its source and date, and today's fact if the guide is outdated.

use crate::commands::claim::write_claim;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, Claim};
use crate::frontends::console::Console;

pub(super) fn write(catalog: &Catalog, id: AuthPath, console: &mut Console) {
    let path = catalog.path(id);
    console.write_data_wrapped("", &format!("{} ({id})", path.title));
    console.write_data_wrapped("", &path.promise);
    console.write_data_wrapped("", &format!("Name in the guide: {}", path.guide_title));
    write_claims("Best for", [&path.best_for], catalog, console);
    write_claims("What it is", [&path.brief], catalog, console);
    write_claims("When to use it", &path.when_to_use, catalog, console);
    write_claims("When not to use it", &path.when_not_to_use, catalog, console);
    write_claims("Limits", &path.limitations, catalog, console);
    write_claims("Facts", &path.facts, catalog, console);
    write_comparison(catalog, id, console);
    write_branches(catalog, id, console);
    write_entry(catalog, id, console);
    write_questions(catalog, id, console);
}

fn write_heading(title: &str, console: &mut Console) {
    console.write_data("");
    console.write_data(title);
}

fn write_claims<'a>(title: &str, claims: impl IntoIterator<Item = &'a Claim>, catalog: &Catalog, console: &mut Console) {
    let mut claims = claims.into_iter().peekable();
    if claims.peek().is_some() {
        write_heading(title, console);
    }
    for claim in claims {
        write_claim("  - ", claim, catalog, console);
    }
}

fn write_comparison(catalog: &Catalog, id: AuthPath, console: &mut Console) {
    write_heading("In the comparison", console);
    for row in &catalog.rows {
        write_claim(&format!("  {}: ", row.label), &row.cell(id).claim, catalog, console);
    }
}

/// Writes the branches of the decision tree that lead to this path.
fn write_branches(catalog: &Catalog, id: AuthPath, console: &mut Console) {
    for (number, branch) in catalog.decision_tree.iter().filter(|branch| branch.path == id).enumerate() {
        if number == 0 {
            write_heading("When the decision tree recommends it", console);
        }
        console.write_data_wrapped("  ", &format!("If {}:", branch.when));
        write_claim("    ", &branch.claim, catalog, console);
        console.write_data_wrapped("    Skill: ", &branch.skill);
    }
}

fn write_entry(catalog: &Catalog, id: AuthPath, console: &mut Console) {
    let entry = &catalog.path(id).entry;
    write_heading("How to sign in", console);
    for step in &entry.steps {
        console.write_data_wrapped("  - ", step);
    }
    for line in entry.notes.iter().chain(&entry.kinds) {
        console.write_data_wrapped("  ", line);
    }
    // URLs are not wrapped, so that they can be copied whole.
    for (label, address) in [("create it at", &entry.portal), ("revoke it at", &entry.revoke)] {
        console.write_data(&format!("  {label}: {address}"));
    }
    write_heading("Afterwards", console);
    for command in &entry.next {
        console.write_data_wrapped("  ", &format!("{}:", command.does));
        console.write_data(&format!("    {}", command.run));
    }
}

fn write_questions(catalog: &Catalog, id: AuthPath, console: &mut Console) {
    for (number, faq) in catalog.faq.iter().filter(|faq| faq.path == id).enumerate() {
        if number == 0 {
            write_heading("Questions", console);
        }
        console.write_data_wrapped("  ", &faq.question);
        write_claim("    ", &faq.answer, catalog, console);
    }
}
