//! The skill file that tells an agent how to use this program (<https://agentskills.io>).

/// The folder of the skill, in an agent's folder of skills, and its name.
pub const SKILL_NAME: &str = "notion-auth";
pub const SKILL_FILE: &str = "SKILL.md";
pub const SKILL_TEXT: &str = include_str!("../../../assets/skill/SKILL.md");
