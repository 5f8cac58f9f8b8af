//! Reads a team profile, and makes one of a setup that works.

use super::accounts::find_credentials;
use super::ports::World;
use crate::domain::problem::Problem;
use crate::domain::team_profile::{LoadedProfile, ProfileExport, ProfileFile};
use std::path::PathBuf;

/// Returns the profile in this folder, if there is one.
pub async fn find(world: &World) -> Result<Option<LoadedProfile>, Problem> {
    world.profiles.find().await?.map(ProfileFile::parse).transpose()
}

/// Returns the profile in a file that the person named.
pub async fn load(path: PathBuf, world: &World) -> Result<LoadedProfile, Problem> {
    world.profiles.read(path).await?.parse()
}

/// Returns the answers that are known here, and why the others are not.
pub async fn export(world: &World) -> Result<ProfileExport, Problem> {
    let inventory = find_credentials(world).await;
    let agents = world.machine.inspect_agents().await?;
    ProfileExport::new(&inventory, &agents)
}
