"""How to recognize a CodeMie home: in a folder without any of these signs, nothing is removed.

`CODEMIE_HOME` can name any folder, even by mistake, and other programs name their files as we name logs.
What a running tray creates in any home (locks, `cleanup.json`) is not a sign.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from codemie_core.files.atomic_file import read_whole
from codemie_core.home import DEFAULT_NAME, Home

_LIMIT_BYTES = 16 << 20
_CREDENTIALS_BEGIN = b"\x89CMCRED\n"
"""docs/credentials-file.md"""

_Objects = dict[str, Any]


def is_codemie_home(home: Home) -> bool:
    """Whether a folder is certainly a home of the CLI or of this product."""
    return (
        os.path.basename(home.path) == DEFAULT_NAME
        or any(
            os.path.lexists(home.join(name)) for name in ("codemie-cli.config.json", "sso-credentials.enc")
        )
        or os.path.lexists(os.path.join(home.tray, "settings.json"))
        or _holds(home.join("config.json"), _is_config)
        or _holds(home.join("migrations.json"), _is_list_of_migrations)
        or _begins_as_credentials(home.join(".credentials"))
        or _has_history(home)
    )


def _is_config(values: _Objects) -> bool:
    one_provider = isinstance(values.get("provider"), str) and {"model", "baseUrl", "apiKey"} & values.keys()
    return isinstance(values.get("profiles"), dict) or bool(one_provider)


def _is_list_of_migrations(values: _Objects) -> bool:
    return isinstance(values.get("migrations"), list)


def _holds(path: str, is_ours: Callable[[_Objects], bool]) -> bool:
    try:
        values = json.loads(read_whole(path, limit_bytes=_LIMIT_BYTES)[0].decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(values, dict) and is_ours(values)


def _begins_as_credentials(path: str) -> bool:
    try:
        return read_whole(path, limit_bytes=_LIMIT_BYTES)[0].startswith(_CREDENTIALS_BEGIN)
    except OSError:
        return False


def _has_history(home: Home) -> bool:
    try:
        return any(name.endswith(".json") and not name.startswith(".") for name in os.listdir(home.history))
    except OSError:
        return False
