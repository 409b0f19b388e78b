"""The form of one profile as a value: the content of its fields, and what saving it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from codemie_core import Profile
from codemie_core.config.model.profile import FieldPath, field_at
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.making import filled, with_defaults
from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import provider_named, provider_of


@dataclass(frozen=True, slots=True)
class Form:
    """What the user can edit in a profile. Its token is never part of this."""

    name: str
    provider: str
    """Key in the provider table, or whatever the profile says."""
    texts: Mapping[str, str]
    """The provider's fields by name; a field without a text is missing or empty."""
    note: str = ""
    """The user's note about the profile, which is not part of the configuration."""

    def text(self, field: str) -> str:
        """Return the content of a field; empty if it has none."""
        return self.texts.get(field, "")


def form_of(profile: Profile, note: str = "") -> Form:
    """Return the form that shows a profile and the note about it as saved."""
    provider = provider_of(profile.fields)
    found = {field.name: field_at(profile.fields, field.path) for field in provider.fields}
    texts = {name: _as_text(value) for name, value in found.items() if value is not None}
    return Form(profile.name, provider.key, {name: text for name, text in texts.items() if text}, note)


def new_form(provider: Provider, name: str) -> Form:
    """Return the form of a new profile, with its defaults filled in."""
    return Form(name, provider.key, with_defaults(provider, {}))


def with_text(form: Form, field: str, text: str) -> Form:
    """Return the form after the user typed into a field."""
    texts = {name: value for name, value in form.texts.items() if name != field}
    if text:
        texts[field] = text
    return replace(form, texts=texts)


def with_provider(form: Form, key: str) -> Form:
    """Return the form after another provider was chosen.

    Input stays in the fields that both have. A text that was only the old provider's default is replaced by
    the new one's.
    """
    old, new = provider_named(form.provider), provider_named(key)
    typed = {}
    for field in new.fields:
        before, text = old.field_named(field.name), form.text(field.name)
        if text and not (before and text == filled(before.default, form.texts)):
            typed[field.name] = text
    return replace(form, provider=key, texts=with_defaults(new, typed))


def changes_between(before: Form, after: Form) -> dict[FieldPath, JsonValue]:
    """Return what saving `after` changes in the profile shown by `before`; None removes a field.

    The name and the note are not part of it. Fields that the provider table does not know are never touched.
    """
    changes: dict[FieldPath, JsonValue] = {}
    old, new = provider_named(before.provider), provider_named(after.provider)
    if old.key != new.key:
        fixed_before: dict[FieldPath, JsonValue] = {(name,): None for name in old.fixed}
        changes |= fixed_before | {field.path: None for field in old.fields if before.text(field.name)}
        changes[("provider",)] = new.name
        changes |= {(name,): text for name, text in new.fixed.items()}
    for field in new.fields:
        text = after.text(field.name).strip()
        same = old.key == new.key and text == before.text(field.name)
        if not same and (text or before.text(field.name)):
            changes[field.path] = text or None
    return changes


def _as_text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""
