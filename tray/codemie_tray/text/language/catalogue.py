"""A file of translations, as `msgfmt` and Babel write it. A missing or broken one means English."""

from __future__ import annotations

import logging
import os
import struct
from typing import Protocol

LOG = logging.getLogger(__name__)

DOMAIN = "codemie-tray"
_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "locale")
"""In the package; `tray/catalogues.py` compiles the files there when the package is built."""
_TRIED, _NUMBERS = "file", (0, 1, 2, 5, 11, 22, 100)
"""Their plural forms are tried when a file is loaded, so that a broken rule is found at once."""


class Catalogue(Protocol):
    """The translations of one language."""

    def gettext(self, message: str) -> str:
        """Return the translation of a text, or the text itself."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation in the plural form for a number."""

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of a text in a context."""


def load(language: str, folder: str = _FOLDER) -> Catalogue | None:
    """Return the translations of a language; None if there are none that can be used.

    Args:
        language: such as `de` or `zh_CN`.
        folder: where `LANGUAGE/LC_MESSAGES/codemie-tray.mo` is.
    """
    path = os.path.join(folder, language, "LC_MESSAGES", f"{DOMAIN}.mo")
    import gettext  # only for languages other than English

    try:
        with open(path, "rb") as file:
            found = gettext.GNUTranslations(file)
        for number in _NUMBERS:
            found.ngettext(_TRIED, _TRIED, number)
    except FileNotFoundError:
        LOG.info("no translations for %s: %s does not exist", language, path)
    except (OSError, ValueError, LookupError, struct.error, ArithmeticError, RecursionError) as error:
        LOG.warning("the translations for %s can't be used: %s: %s", language, path, error)
    else:
        return found
    return None
