//! The shipped comparison.

use notion_auth::domain::catalog::Catalog;

#[test]
fn the_shipped_catalog_parses() {
    assert_eq!(Catalog::shipped().err(), None);
}
