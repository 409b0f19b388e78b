"""Bringing together what a person typed and what another program wrote meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

from codemie_core.profiles.providers import provider_named
from codemie_tray.windows.pure.fields.form import Form, with_text
from codemie_tray.windows.pure.fields.problems import NAME

PROVIDER = "provider"
"""Key of the provider's field in a conflict."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, each to something else."""

    field: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The form that results."""

    form: Form
    """What only one side changed is in it; where both did, what the person typed."""
    conflicts: tuple[Conflict, ...]


def merge(base: Form, theirs: Form, mine: Form) -> Merged:
    """Merge two changes of one form.

    Args:
        base: what both began with.
        theirs: as the file has it now.
        mine: as it was typed.
    """
    if theirs.provider != mine.provider:
        return _with_other_provider(base, theirs, mine)
    form, conflicts = mine, []
    for name, label in _fields(mine):
        ours, other, before = _get(mine, name), _get(theirs, name), _get(base, name)
        if other in (before, ours):
            continue
        if ours == before:
            form = _set(form, name, other)
        else:
            conflicts.append(Conflict(name, label, other, ours))
    return Merged(form, tuple(conflicts))


def resolved(form: Form, conflicts: tuple[Conflict, ...], theirs: frozenset[str]) -> Form:
    """Return the form once a person has chosen.

    Args:
        form: the merged one.
        conflicts: its conflicts.
        theirs: the fields in which the other program's text was chosen.
    """
    for conflict in conflicts:
        if conflict.field in theirs:
            form = _set(form, conflict.field, conflict.theirs)
    return form


def _with_other_provider(base: Form, theirs: Form, mine: Form) -> Merged:
    """Merge where the providers differ: the fields then do as well, so one side is taken as a whole."""
    if mine.provider == base.provider and mine.texts == base.texts:
        return Merged(replace(theirs, name=mine.name if mine.name != base.name else theirs.name), ())
    if theirs.provider == base.provider and theirs.texts == base.texts:
        return Merged(replace(mine, name=theirs.name if mine.name == base.name else mine.name), ())
    conflict = Conflict(
        PROVIDER, "Provider", provider_named(theirs.provider).title, provider_named(mine.provider).title
    )
    return Merged(mine, (conflict,))


def _fields(form: Form) -> list[tuple[str, str]]:
    return [(NAME, "Name"), *((field.name, field.asks) for field in provider_named(form.provider).fields)]


def _get(form: Form, field: str) -> str:
    return form.name if field == NAME else form.text(field)


def _set(form: Form, field: str, text: str) -> Form:
    return replace(form, name=text) if field == NAME else with_text(form, field, text)
