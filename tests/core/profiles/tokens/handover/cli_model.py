"""How CodeMie CLI 0.14 combines its files and environment: a model of its rules, written for the tests.

From the rules as they were observed, and from nothing in this product: defaults, then the configuration's
profile, then the working folder's, then `.env` and the environment, then `--profile`, which switches most
of the environment off.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

Fields = dict[str, Any]

_DEFAULTS: Fields = {"provider": "openai", "timeout": 0, "debug": False, "allowedDirs": []}
_CONTEXT = ("codeMieProject", "codeMieIntegration", "codeMieUrl")
_OFF_WITH_PROFILE = (
    "baseUrl",
    "apiKey",
    "model",
    "provider",
    "codeMieUrl",
    "authMethod",
    "codeMieIntegration",
)


@dataclass(frozen=True)
class Seen:
    """What the CLI uses when it starts."""

    fields: Fields
    jwt: str
    environment: dict[str, str]

    @property
    def texts(self) -> list[str]:
        """Every text that could be sent, or decide where to."""
        return [*_texts(self.fields), self.jwt, *self.environment.values()]


def start(home: str, environment: dict[str, str], folder: str, profile: str | None = None) -> Seen:
    """Return what the CLI sees when it is started with this home and environment in this folder."""
    environment = {**_dotenv(folder), **environment}  # what is set, stays
    project = _json(os.path.join(folder, ".codemie", "codemie-cli.config.json"))
    chosen = profile or (str(project["activeProfile"]) if _is_multi(project) else None)
    ours = _global(_json(os.path.join(home, "codemie-cli.config.json")), chosen)
    local_name = _local_name(project, chosen)
    local = _local(project, local_name)
    if chosen and local_name and chosen != local_name:
        same = not local.get("codeMieUrl") or not ours.get("codeMieUrl")
        same = same or _bare(local["codeMieUrl"]) == _bare(ours["codeMieUrl"])
        keep = same and not (ours.get("codeMieProject") or ours.get("codeMieIntegration"))
        local = {name: local[name] for name in _CONTEXT if name in local} if keep else {}
    given = _from_environment(environment)
    if profile:
        given = {name: value for name, value in given.items() if name not in _OFF_WITH_PROFILE}
    fields = {**_DEFAULTS, **ours, **local, **given}
    config = fields.get("jwtConfig") or {}
    name = config.get("tokenEnvVar")
    jwt = (
        environment.get("CODEMIE_JWT_TOKEN" if name is None else name, "").strip()
        or config.get("token")
        or ""
    )
    return Seen(fields, str(jwt), environment)


def _global(content: Fields, chosen: str | None) -> Fields:
    if _is_multi(content):
        name = chosen or content["activeProfile"]
        if name not in content["profiles"]:
            if chosen:
                return {}
            raise LookupError(name)
        return {**content["profiles"][name], "name": name}
    return {**content, "name": "default"} if _is_legacy(content) else {}


def _local_name(project: Fields, chosen: str | None) -> str | None:
    if not _is_multi(project):
        return chosen
    names = list(project["profiles"])
    if chosen in names:
        return chosen
    if project["activeProfile"] in names:
        return str(project["activeProfile"])
    return names[0] if len(names) == 1 else chosen


def _local(project: Fields, name: str | None) -> Fields:
    if _is_multi(project):
        name = name or project["activeProfile"]
        return {**project["profiles"][name], "name": name} if name in project["profiles"] else {}
    if _is_legacy(project) and name in (None, "", "default"):
        return {**project, "name": "default"}
    return {}


def _is_multi(content: Fields) -> bool:
    return (
        content.get("version") == 2 and bool(content.get("profiles")) and bool(content.get("activeProfile"))
    )


def _is_legacy(content: Fields) -> bool:
    return not content.get("version") and any(content.get(key) for key in ("provider", "baseUrl", "apiKey"))


def _from_environment(environment: dict[str, str]) -> Fields:
    found: Fields = {}
    plain = {
        **{"provider": "PROVIDER", "baseUrl": "BASE_URL", "apiKey": "API_KEY", "model": "MODEL"},
        **{"codeMieUrl": "URL", "authMethod": "AUTH_METHOD"},
    }
    for field, name in plain.items():
        if value := environment.get(f"CODEMIE_{name}"):
            found[field] = value
    if value := environment.get("CODEMIE_TIMEOUT"):
        found["timeout"] = int(value)
    if value := environment.get("CODEMIE_DEBUG"):
        found["debug"] = value == "true"
    for field, name in (("allowedDirs", "ALLOWED_DIRS"), ("ignorePatterns", "IGNORE_PATTERNS")):
        if value := environment.get(f"CODEMIE_{name}"):
            found[field] = [part.strip() for part in value.split(",")]
    identifier = environment.get("CODEMIE_INTEGRATION_ID", "")
    alias = environment.get("CODEMIE_INTEGRATION_ALIAS", "")
    if identifier or alias:
        found["codeMieIntegration"] = {"id": identifier, "alias": alias}
    return found


def _dotenv(folder: str) -> dict[str, str]:
    try:
        with open(os.path.join(folder, ".env"), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError:
        return {}
    pairs = (re.fullmatch(r"\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*", line) for line in lines)
    return {pair[1]: pair[2].strip("'\"") for pair in pairs if pair}


def _json(path: str) -> Fields:
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _bare(url: str) -> str:
    return url.rstrip("/").lower()


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
