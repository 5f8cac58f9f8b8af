//! The variables this program knows, grouped by the programs that get them. Nothing else of the environment is read, and no program
//! gets a variable that is not listed for it here. The token is in none of these lists.

/// Variables for this program alone.
const OWN_VARIABLES: &[&str] = &[
    "NOTION_WORKSPACE_ID",
    "NOTION_KEYRING",
    "NOTION_AUTH_HOME",
    "NOTION_MCP_URL",
    "NOTION_AUTH_NOW",
    "CODEX_HOME",
    "BROWSER",
    "NO_COLOR",
    "ACCESSIBLE",
    "LC_ALL",
    "LC_CTYPE",
    "SSH_CONNECTION",
    "SSH_TTY",
    "ESCDELAY",
    "CI",
    "container",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "TMUX",
    "STY",
];

/// Variables for every run of `ntn`: the locations of programs and of its files. Windows has none of its own without the ones in
/// mixed case, and programs fail in odd ways where they are missing.
pub const FOR_NTN: &[&str] = &[
    "PATH",
    "PATHEXT",
    "SystemRoot",
    "windir",
    "SystemDrive",
    "USERNAME",
    "TEMP",
    "TMP",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramData",
    "ComSpec",
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "NOTION_HOME",
    "TERM",
    "LANG",
];

/// The variables that name a proxy.
pub const PROXY_VARIABLES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];

/// The variables that list what is reached without a proxy.
pub const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Variables for network access: proxies and certificates.
pub const FOR_NETWORK: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Further variables for a login: the address of Notion, and the bus on which a keychain is asked.
pub const FOR_LOGIN: &[&str] = &["NOTION_ENV", "NOTION_BASE_URL", "NOTION_API_BASE_URL", "DBUS_SESSION_BUS_ADDRESS"];

/// Further variables for installing: the person's settings of npm, and those in which an installer finds the profile and the
/// temporary folder.
pub const FOR_INSTALLERS: &[&str] = &[
    "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_PREFIX",
    "npm_config_prefix",
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
    "NPM_CONFIG_USERCONFIG",
    "npm_config_userconfig",
    "NPM_CONFIG_GLOBALCONFIG",
    "npm_config_globalconfig",
    "NPM_CONFIG_CACHE",
    "npm_config_cache",
    "NPM_CONFIG_CAFILE",
    "npm_config_cafile",
    "NPM_CONFIG_IGNORE_SCRIPTS",
    "npm_config_ignore_scripts",
    "SHELL",
    "USER",
    "TMPDIR",
];

/// Further variables for the client of a secret manager; its own are listed with the manager.
pub const FOR_CLIENTS: &[&str] = &["USER", "LOGNAME", "TMPDIR"];

/// Variables for git: where it and its settings are. None of its own, which can name programs.
pub const FOR_GIT: &[&str] = &[
    "PATH",
    "PATHEXT",
    "SystemRoot",
    "windir",
    "TEMP",
    "TMP",
    "ProgramFiles",
    "ProgramData",
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "XDG_CONFIG_HOME",
    "TMPDIR",
];

/// Further variables in a hook, in which git names the repository and the index that the next commit is made of
/// (<https://git-scm.com/docs/githooks>).
pub const FOR_GIT_IN_A_HOOK: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"];

/// The variables of all lists.
pub fn known_variables() -> impl Iterator<Item = &'static str> {
    [OWN_VARIABLES, FOR_NTN, FOR_NETWORK, FOR_LOGIN, FOR_INSTALLERS, FOR_CLIENTS, FOR_GIT, FOR_GIT_IN_A_HOOK]
        .into_iter()
        .flatten()
        .copied()
}
