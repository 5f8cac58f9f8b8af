//! The names of enums: serde and strum derive them separately, and each variant must have one name in JSON, flags and files.

use notion_auth::domain::catalog::AuthPath;
use notion_auth::domain::checks::Verdict;
use notion_auth::domain::problem::ProblemCode;
use serde::Serialize;
use strum::VariantArray;

/// Returns the variants as JSON, and as strum names them.
fn names<T: VariantArray + Copy + Serialize + Into<&'static str>>() -> (Vec<serde_json::Value>, Vec<&'static str>) {
    let in_json = |variant: &T| serde_json::to_value(variant).unwrap();
    (T::VARIANTS.iter().map(in_json).collect(), T::VARIANTS.iter().map(|variant| (*variant).into()).collect())
}

#[test]
fn a_variant_has_one_name_everywhere() {
    for (in_json, from_strum) in [names::<AuthPath>(), names::<ProblemCode>(), names::<Verdict>()] {
        assert_eq!(in_json, from_strum);
    }
}

#[test]
fn an_array_of_variants_forgets_none() {
    assert_eq!(AuthPath::ALL.as_slice(), AuthPath::VARIANTS);
}
