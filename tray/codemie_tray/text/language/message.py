"""Texts that can be translated, with gettext's usual function names, so that its tools find them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codemie_tray.text.language.catalogue import Catalogue

Render = Callable[["Catalogue | None"], str]
"""Returns a text in the language of a catalogue; None is English."""


class Message(str):
    """A text in the language chosen when it was made, which can be had in another one later.

    A window keeps the messages that it shows, and shows them again when another language is chosen. The log is
    in English whatever is shown.
    """

    _render: Render

    @classmethod
    def of(cls, render: Render) -> Message:
        """Return the text that `render` returns for the present language."""
        made = cls(render(_catalogue))
        made._render = render
        return made

    def in_language(self, catalogue: Catalogue | None) -> str:
        """Return the text as a catalogue has it; None is English."""
        return self._render(catalogue)

    @property
    def now(self) -> str:
        """The text in the present language."""
        return self._render(_catalogue)

    def format(self, *_positions: object, **fields: object) -> Message:
        """Fill in the fields, by name; those that are messages follow the language, too."""
        template = self._render

        def render(catalogue: Catalogue | None) -> str:
            values = {
                name: value._render(catalogue) if isinstance(value, Message) else value
                for name, value in fields.items()
            }
            try:
                return template(catalogue).format(**values)
            except (LookupError, ValueError, AttributeError):
                # A translation with other fields, which only a damaged file has.
                return template(None).format(**values)

        return Message.of(render)


_catalogue: Catalogue | None = None
"""The translations of the chosen language; None for English."""


def use(catalogue: Catalogue | None) -> None:
    """Translate with a catalogue from now on, in all threads; None for English."""
    global _catalogue  # noqa: PLW0603 - a process has one language
    _catalogue = catalogue


def _(text: str) -> Message:
    """Return the translation of a text."""
    return Message.of(lambda catalogue: text if catalogue is None else catalogue.gettext(text))


def ngettext(one: str, many: str, number: int) -> Message:
    """Return the translation of a text in the plural form for a number."""

    def render(catalogue: Catalogue | None) -> str:
        if catalogue is None:
            return one if number == 1 else many
        return catalogue.ngettext(one, many, number)

    return Message.of(render)


def pgettext(context: str, text: str) -> Message:
    """Return the translation of a short text that has several meanings.

    Args:
        context: which meaning, for translators.
        text: the text.
    """
    return Message.of(lambda catalogue: text if catalogue is None else catalogue.pgettext(context, text))


def english(text: str) -> str:
    """Return a message in English, for the log; any other text as it is."""
    return text.in_language(None) if isinstance(text, Message) else text
