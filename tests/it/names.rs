//! The names of enums: serde and strum derive them separately, and each variant must have one name in JSON, flags and files.

use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::Verdict;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::prerequisites::{MemberRole, Plan, TokenPolicy};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::WorkerStep;
use serde::Serialize;
use strum::VariantArray;

/// Returns the variants as JSON, and as strum names them.
fn names<T: VariantArray + Copy + Serialize + Into<&'static str>>() -> (Vec<serde_json::Value>, Vec<&'static str>) {
    let in_json = |variant: &T| serde_json::to_value(variant).unwrap();
    (T::VARIANTS.iter().map(in_json).collect(), T::VARIANTS.iter().map(|variant| (*variant).into()).collect())
}

#[test]
fn a_variant_has_one_name_everywhere() {
    for (in_json, from_strum) in [names::<AuthPath>(), names::<ProblemCode>(), names::<StoreKind>(), names::<Verdict>()] {
        assert_eq!(in_json, from_strum);
    }
}

#[test]
fn the_answers_in_the_options_of_advise_are_those_in_the_file_with_hyphens() {
    for (in_json, from_strum) in [names::<MemberRole>(), names::<Plan>(), names::<TokenPolicy>()] {
        let with_hyphens: Vec<_> = in_json.iter().map(|name| name.as_str().unwrap().replace('_', "-")).collect();
        assert_eq!(with_hyphens, from_strum);
    }
    assert_eq!(names::<MemberRole>().1, ["owner", "member", "restricted", "guest", "not-sure"]);
    assert_eq!(names::<Plan>().1, ["free", "plus", "business", "enterprise", "not-sure"]);
    assert_eq!(names::<TokenPolicy>().1, ["owners-only", "owners-and-groups", "all-members", "not-sure"]);
    assert_eq!(names::<StoreKind>().1, ["keychain", "file", "none", "ntn"]);
}

#[test]
fn an_array_of_variants_forgets_none() {
    assert_eq!(AuthPath::ALL.as_slice(), AuthPath::VARIANTS);
    assert_eq!(WorkerStep::ALL.as_slice(), WorkerStep::VARIANTS);
}
