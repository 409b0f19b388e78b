"""Problems with a form, as the sentence below each of its fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from codemie_core.config.model.profile import check_name
from codemie_core.config.model.typed_name import meant_by
from codemie_core.config.store.arrangement_store import checked_note
from codemie_core.errors import NoteInvalid, ProfileInvalid
from codemie_core.profiles.checks import Problem, Severity, is_unencrypted, why_no_token, why_not
from codemie_core.profiles.provider import Kind
from codemie_core.profiles.providers import provider_named
from codemie_core.profiles.tokens.origin import origin_of
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.pure.fields.form import Form
from codemie_tray.windows.pure.fields.token_shape import why_another_provider

NAME = "name"
TOKEN = "token"  # noqa: S105  the name of a field
NOTE = "(note)"
"""Keys of the fields that no provider lists."""

Problems = Mapping[str, Problem]
"""A field's name -> its worst problem."""


def problems_in(
    form: Form,
    *,
    names: Collection[str],
    before: Form | None,
    token: str = "",
    token_is_stored: bool = False,
) -> Problems:
    """Return the problems with a form.

    Args:
        form: its present content.
        names: of all profiles.
        before: the form as saved; None for a new profile. What an existing profile already lacks is only a
            warning, because it has worked without.
        token: the input in the token's field.
        token_is_stored: whether the profile's token is in the encrypted store, bound to its address.
    """
    found: dict[str, Problem] = {}
    if reason := why_no_name(form.name, names, own=before.name if before else None):
        found[NAME] = _error(NAME, reason)
    if reason := why_no_note(form):
        found[NOTE] = _error(NOTE, reason)
    provider = provider_named(form.provider)
    for field in provider.fields:
        text = form.text(field.name).strip()
        if reason := why_not(field, text):
            lacking = not text and before is not None and not before.text(field.name)
            found[field.name] = Problem(
                Severity.WARNING if lacking else Severity.ERROR, field.name, from_core(reason)
            )
        elif field.kind is Kind.ADDRESS and text and is_unencrypted(text):
            found[field.name] = _warning(
                field.name, _("http:// sends your token unencrypted. Fine on this computer, risky elsewhere.")
            )
        elif field.kind is Kind.ADDRESS and token_is_stored and not token and before is not None:
            old = before.text(field.name)
            if text and old and origin_of(text) != origin_of(old):
                found[field.name] = _warning(
                    field.name,
                    _("Your token was stored for {address}. Enter it again to send it here instead.").format(
                        address=origin_of(old)
                    ),
                )
    if provider.token is not None:
        if problem := _of_token(token, form.provider):
            found[TOKEN] = problem
        elif before is None and provider.token.needed and not token:
            found[TOKEN] = _error(TOKEN, from_core(f"{provider.token.asks} is required."))
    return found


def has_errors(problems: Problems) -> bool:
    """Return whether these problems prevent saving a form."""
    return any(problem.severity is Severity.ERROR for problem in problems.values())


def why_no_name(name: str, names: Collection[str], *, own: str | None = None) -> str:
    """Return why a profile can't have this name, as a sentence; empty if it can.

    Args:
        name: as typed.
        names: of all profiles.
        own: its present name.
    """
    try:
        check_name(name)
    except ProfileInvalid as error:
        return from_core(error.reason)
    if name != own and meant_by(name, names) is not None and meant_by(name, names) != own:
        return _("Another profile already has this name.")
    return ""


def why_no_note(form: Form) -> str:
    """Return why the note can't be saved, as a sentence; empty if it can."""
    try:
        checked_note(form.name, form.note)
    except NoteInvalid as error:
        return from_core(error.reason)
    return ""


def _of_token(token: str, provider: str) -> Problem | None:
    if not token:
        return None
    if reason := why_no_token(token):
        return _error(TOKEN, from_core(reason))
    if reason := why_another_provider(token, provider):
        return _warning(TOKEN, reason)
    return None


def _error(field: str, sentence: str) -> Problem:
    return Problem(Severity.ERROR, field, sentence)


def _warning(field: str, sentence: str) -> Problem:
    return Problem(Severity.WARNING, field, sentence)
