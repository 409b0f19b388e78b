"""Generates the table in docs/providers.md; run `python -m codemie_core.profiles.page` to print it."""

from __future__ import annotations

import sys

from codemie_core.profiles.provider import Field, Provider
from codemie_core.profiles.providers import PROVIDERS


def table() -> str:
    """Return the table as Markdown."""
    rows = ["| `--provider` | for | fields | token |", "|---|---|---|---|"]
    rows += [
        f"| `{one.key}` | {one.title} | {', '.join(map(_field, one.fields))} | {_token(one)} |"
        for one in PROVIDERS
    ]
    return "\n".join(rows) + "\n"


def _field(field: Field) -> str:
    if field.default:
        return f"`{field.name}` (`{field.default}`)"
    return f"**`{field.name}`**" if field.needed else f"`{field.name}`"


def _token(provider: Provider) -> str:
    rule = provider.token
    if rule is None:
        return "none"
    return f"{rule.asks}, in `{'.'.join(rule.path)}`{'' if rule.needed else '; optional'}"


if __name__ == "__main__":
    sys.stdout.write(table())
