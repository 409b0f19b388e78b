"""The language of what people read: marks texts for translation, and translates them.

The tray and the windows choose a language (`choice`). The command line never does, so that its output stays
English, and scripts can read it.
"""

from codemie_tray.text.language.message import Message, _, english, ngettext, pgettext

__all__ = ["Message", "_", "english", "ngettext", "pgettext"]
