"""What CHANGELOG.md says about this version, for the packages' own changelogs."""

from __future__ import annotations

import re

from installers import product


def changes(version: str = product.VERSION) -> list[str]:
    """Return the entries of a version, or the unreleased ones if it has none."""
    with open(product.inside("CHANGELOG.md"), encoding="utf-8") as file:
        sections = re.split(r"^## ", file.read(), flags=re.MULTILINE)[1:]
    by_title = {re.split(r"[\s\]]", section.lstrip("["), maxsplit=1)[0]: section for section in sections}
    section = by_title.get(version) or by_title.get("Unreleased") or ""
    entries = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    return [
        " ".join(re.sub(r"\n#.*", "", entry, flags=re.DOTALL).replace("`", "").split()) for entry in entries
    ]
