"""Merges the user's input with what another program wrote in the meantime."""

from __future__ import annotations

from dataclasses import dataclass, replace

from codemie_core.profiles.providers import provider_named
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.pure.fields.form import Form, with_text
from codemie_tray.windows.pure.fields.problems import NAME, NOTE

PROVIDER = "provider"
"""Key of the provider's field in a conflict."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, to different values."""

    field: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The form that results."""

    form: Form
    """Contains what only one side changed; if both did, what the user typed."""
    conflicts: tuple[Conflict, ...]


def merge(base: Form, theirs: Form, mine: Form) -> Merged:
    """Merge two changes of one form.

    Args:
        base: what both started from.
        theirs: the present content of the file.
        mine: the user's input.
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
    """Return the form after the user's choice.

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
    """Merge if the providers differ: then so do the fields, so one side is used as a whole."""
    name = mine.name if mine.name != base.name else theirs.name
    note = mine.note if mine.note != base.note else theirs.note
    if mine.provider == base.provider and mine.texts == base.texts:
        return Merged(replace(theirs, name=name, note=note), ())
    if theirs.provider == base.provider and theirs.texts == base.texts:
        return Merged(replace(mine, name=name, note=note), ())
    conflict = Conflict(
        PROVIDER,
        _("Provider"),
        from_core(provider_named(theirs.provider).title),
        from_core(provider_named(mine.provider).title),
    )
    return Merged(mine, (conflict,))


def _fields(form: Form) -> list[tuple[str, str]]:
    fields = provider_named(form.provider).fields
    return [
        (NAME, _("Name")),
        *((field.name, from_core(field.asks)) for field in fields),
        (NOTE, _("Your note")),
    ]


def _get(form: Form, field: str) -> str:
    return {NAME: form.name, NOTE: form.note}.get(field, form.text(field))


def _set(form: Form, field: str, text: str) -> Form:
    if field == NOTE:
        return replace(form, note=text)
    return replace(form, name=text) if field == NAME else with_text(form, field, text)
