//! Chooses the store of a secret for a command, and probes the keychain only if the choice depends on it.

use super::ports::World;
use crate::domain::credentials::StoreKind;
use crate::domain::problem::Problem;
use crate::domain::store_choice::{StoreChoice, StoreRequest, UndecidedStore};

/// Returns the store. `on_undecided` returns the problem if a person has to choose first.
pub async fn choose_store(
    world: &World,
    request: StoreRequest,
    on_undecided: impl FnOnce(UndecidedStore) -> Problem,
) -> Result<StoreKind, Problem> {
    let choice = match request.choose(None) {
        StoreChoice::ProbeFirst => request.choose(Some(&world.store.probe_keychain().await?)),
        choice => choice,
    };
    match choice {
        StoreChoice::Use(store) => Ok(store),
        StoreChoice::Undecided(undecided) => Err(on_undecided(undecided)),
        StoreChoice::Refused(problem) => Err(problem),
        StoreChoice::ProbeFirst => Err(Problem::bug("the store is not chosen although the keychain was probed")),
    }
}
