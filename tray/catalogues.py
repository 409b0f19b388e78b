"""The translations: collects the program's texts, adds new ones to the catalogues, and compiles them.

    python tray/catalogues.py update      after a text was added or changed: bring the .po files up to date
    python tray/catalogues.py compile     make the .mo files, which the program reads

Hatch calls it when it builds or installs the package, so `make setup` and `make installer` compile, too.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "tray" / "codemie_tray"
FOLDER = SOURCES / "locale"
DOMAIN = "codemie-tray"
_WIDTH = 110
_HEADER = """\
# {name} translation of CodeMie Tray. See docs/languages.md.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def languages() -> list[str]:
    """Return the codes of the languages that have a catalogue."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def source(language: str) -> Path:
    """Return where a language's translations are written."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def extracted(sources: Path = SOURCES) -> Catalog:
    """Return all texts that are marked for translation."""
    found = Catalog()
    for name, _line, message, comments, context in extract_from_dir(
        sources, [("**.py", "python")], keywords=DEFAULT_KEYWORDS, comment_tags=("Translators:",)
    ):
        where = (sources / name).relative_to(sources).as_posix()
        found.add(message, None, [(where, 0)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """Return a language's translations.

    Raises:
        babel.messages.pofile.PoFileError: the file is not a catalogue.
    """
    with source(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def update(language: str) -> None:
    """Add new texts to a catalogue, without a translation, and remove those that are no longer used."""
    new = Catalog(locale=language, domain=DOMAIN)
    old = new
    if source(language).exists():
        old = read(language)
        new.mime_headers = old.mime_headers  # the rule for plural forms may be simpler than the CLDR's
    for message in sorted((one for one in extracted() if one.id), key=_place):
        known = old.get(message.id, message.context)
        new.add(
            message.id,
            known.string if known else "",
            sorted(set(message.locations)),
            auto_comments=message.auto_comments,
            context=message.context,
        )
    write(new, language)


def _place(message: Message) -> tuple[list[tuple[str, int]], str, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return sorted(set(message.locations)), message.context or "", text


def write(catalogue: Catalog, language: str) -> None:
    """Write a catalogue without dates and line numbers, which would change with every commit."""
    locale = catalogue.locale
    header = _HEADER.format(
        name=locale.english_name if locale else language, code=language, plural_forms=catalogue.plural_forms
    )
    source(language).parent.mkdir(parents=True, exist_ok=True)
    with source(language).open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=_WIDTH, omit_header=True, include_lineno=False)


def compile_all() -> Iterator[Path]:
    """Compile every catalogue. Yields the files made."""
    for language in languages():
        made = source(language).with_suffix(".mo")
        compiled = io.BytesIO()
        write_mo(compiled, read(language))
        if not made.exists() or made.read_bytes() != compiled.getvalue():
            # A running program may be reading the old file, so no half of a new one may be seen.
            unfinished = made.with_name(f"{made.name}.{os.getpid()}")
            unfinished.write_bytes(compiled.getvalue())
            unfinished.replace(made)
        yield made


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatch's name for what it calls before it collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch's
        """Compile, and include the compiled files, which git ignores."""
        made = [path.relative_to(ROOT).as_posix() for path in compile_all()]
        build_data["artifacts"] += [f"/{name}" for name in made]


def main() -> int:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["update"]:
            for language in languages():
                update(language)
                missing = [message.id for message in read(language) if message.id and not message.string]
                print(f"{source(language).relative_to(ROOT)}: {len(missing)} texts to translate")
        case ["compile"]:
            print(*(path.relative_to(ROOT) for path in compile_all()), sep="\n")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
