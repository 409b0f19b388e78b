"""The rows of the list of profiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemie_core import Profile
from codemie_core.config.model.arrangement import NO_ARRANGEMENT, Arrangement
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.profiles.providers import is_known, provider_of
from codemie_tray.text.labels import labels
from codemie_tray.text.language import _, pgettext
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.text.plain_text import initial, plain
from codemie_tray.view.colour import colour_of

SEARCH_FROM = 8
"""The search field appears from this many profiles on."""
_LABEL_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One profile in the list."""

    name: str
    label: str
    """The name without characters that would disrupt the line; no two rows look alike."""
    details: str
    """`Anthropic · claude-4-5-sonnet`, or what is wrong with the profile."""
    initial: str
    colour: str
    """`#rrggbb`."""
    active: bool
    usable: bool
    note: str = ""
    """The user's note about it; empty if there is none."""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        parts = (
            self.label,
            self.details,
            self.note,
            pgettext("a profile, read aloud", "active") if self.active else "",
        )
        return ", ".join(part for part in parts if part)


def rows_of(
    profiles: Iterable[Profile], active: str | None, arrangement: Arrangement = NO_ARRANGEMENT
) -> tuple[Row, ...]:
    """Return a row per profile, in the user's order."""
    profiles = arrangement.sorted(profiles)
    label_of = labels([profile.name for profile in profiles], _LABEL_LIMIT)
    return tuple(
        Row(
            profile.name,
            label_of[profile.name] or _("(no name)"),
            details_of(profile),
            initial(profile.name),
            colour_of(profile.name),
            profile.name == active,
            profile.problem is None,
            plain(arrangement.note_on(profile.name), _LABEL_LIMIT),
        )
        for profile in profiles
    )


def details_of(profile: Profile) -> str:
    """Return the second line of a profile's row."""
    if profile.problem:
        return plain(from_core(profile.problem), _LABEL_LIMIT)
    provider = provider_of(profile.fields)
    title = short_title(provider.title) if is_known(provider.key) else shown(("provider",), profile.provider)
    return " · ".join(plain(part, _LABEL_LIMIT) for part in (title, shown(("model",), profile.model)) if part)


def short_title(title: str) -> str:
    """Return a provider's title up to its comma: `AWS Bedrock`."""
    head, comma, _rest = title.partition(",")
    return head if comma else from_core(title)


def found(rows: Sequence[Row], searched: str) -> tuple[Row, ...]:
    """Return the rows that have every word of the search in their name, provider, model or note."""
    words = searched.casefold().split()
    if not words:
        return tuple(rows)
    return tuple(
        row
        for row in rows
        if all(word in f"{row.name} {row.details} {row.note}".casefold() for word in words)
    )


def neighbour(rows: Sequence[Row], name: str, step: int) -> str | None:
    """Return the profile `step` rows below another one; None if there is none."""
    names = [row.name for row in rows]
    at = names.index(name) + step if name in names else -1
    return names[at] if 0 <= at < len(names) else None


def next_to(rows: Sequence[Row], name: str) -> str | None:
    """Return the profile to show once `name` is gone: the one below it, or else the one above."""
    names = [row.name for row in rows]
    if name not in names:
        return names[0] if names else None
    at = names.index(name)
    rest = [*names[at + 1 :], *reversed(names[:at])]
    return rest[0] if rest else None
