"""What the manual page says in addition to the parser's help texts."""

from __future__ import annotations

from installers.linux.metadata import desktop_entry

ENVIRONMENT = (
    ("CODEMIE_HOME", "Folder to work on instead of ~/.codemie. The option --home overrides it."),
    (
        "CODEMIE_PROVIDER, CODEMIE_MODEL, ...",
        "Variables by which the CLI overrides a profile; status names those set.",
    ),
    (
        "CODEMIE_TRAY_SAFE_HOME",
        "Path of a home to trust although other users could change it.",
    ),
    ("NO_COLOR", "If set, nothing is printed in bold."),
    ("HTTPS_PROXY, SSL_CERT_FILE", "Used by profile test --connect, which asks curl."),
    ("XDG_CONFIG_HOME", "Where the entry that starts the tray at login is written, instead of ~/.config."),
)
FILES = (
    ("~/.codemie/codemie-cli.config.json", "The profiles, as CodeMie CLI keeps them."),
    ("~/.codemie/config.json", "The profiles, if the file above does not exist."),
    ("~/.codemie/.credentials", "The encrypted credential store."),
    ("~/.codemie/tray/", "Settings, history, locks and the usage index of this program."),
    ("~/.codemie/logs/", "Daily logs; clean and the tray remove old ones."),
    (
        ".codemie/codemie-cli.config.json",
        "In a folder: the profile that applies there (profile use-here).",
    ),
    (
        f"/etc/xdg/autostart/{desktop_entry.FILE_NAME}",
        "Starts the tray at login. A file of this name in ~/.config/autostart with the line Hidden=true "
        "turns that off for one person.",
    ),
)
EXAMPLES = (
    ("Switch to another profile, and back:", "codemie-tray switch personal\ncodemie-tray switch -"),
    (
        "Add a profile, with its token from a password manager:",
        "pass show anthropic | codemie-tray profile add private --provider anthropic \\\n"
        "    --model claude-4-5-sonnet --token-stdin",
    ),
    ("Run one command with another profile:", "codemie-tray run --profile private -- codemie-claude"),
    ("Use a profile in this folder only:", "codemie-tray profile use-here private"),
    ("Undo what another program did to the profiles:", "codemie-tray history restore"),
    ("Find what puts your secrets at risk, and fix what can be fixed:", "codemie-tray doctor --fix"),
    ("The usage of the last seven days as JSON:", "codemie-tray usage --since 7d --json"),
)
