//! The environment variables and files that the manual page lists.

/// Environment variables and their effect; variables with the same effect share an entry.
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[
    ("NOTION_API_TOKEN", "A token. It goes before what is kept, unless a workspace is named."),
    ("NOTION_WORKSPACE_ID", "The workspace to use, as ntn reads it: it selects among what is kept, or the command fails."),
    ("NOTION_KEYRING", "0, false, no or off: the private file in place of the keychain, and ntn's file for a browser login."),
    (
        "NOTION_AUTH_HOME",
        "The folder for all our files, in place of the configuration folder: an absolute path. In one that others use too, we make notion-auth.",
    ),
    ("NOTION_API_BASE_URL", "Another address for Notion's API: https, or http to loopback only. Anything else is refused."),
    ("BROWSER", "The program that opens links."),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The proxy to Notion (http, https or SOCKS), in capitals or not. One that cannot be read: nothing is sent.",
    ),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Roots that are trusted beside the platform's own."),
    ("ESCDELAY", "Milliseconds that a lone ESC is held before it is taken for the Esc key: 50, and 150 over SSH."),
    ("NO_COLOR", "Anything: no colours."),
    ("ACCESSIBLE", "1: numbered lines in place of the full screen, as --plain."),
    ("TERM", "dumb: the same."),
];

/// Storage places and their contents.
pub(super) const FILES: &[(&str, &str)] = &[
    ("~/.config/notion-auth/credentials.json", "What is kept and where, without any secret. Without ~/.config: ~/.notion-auth."),
    ("~/.config/notion-auth/secrets.json", "The secrets, in plain text, where the file was chosen; readable by its owner alone."),
    ("keychain, service notion-auth", "The secrets otherwise, one an entry, under <workspace id>/<path>@<bot id>."),
    (
        "~/.config/notion",
        "Of ntn: its own logins, which are read. Only a login through ntn writes there: ntn its token; and notion-auth marks ntn's update \
         check as done in cache.json until the login ends, and closes an auth.json that ntn wrote to other users.",
    ),
];
