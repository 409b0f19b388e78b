"""`codemie-tray profile export` and `import`: profiles in a file, without any secret."""

from __future__ import annotations

import argparse
import sys

from codemie_core import Config, ConfigLoader, ConfigMissing, Home
from codemie_core.errors import ConfigUnreadable, ProfileExists
from codemie_core.profiles.providers import provider_of
from codemie_core.profiles.transfer.file import (
    LIMIT_BYTES,
    portable_file,
    read_portable,
    text_of,
    write_portable,
)
from codemie_core.profiles.transfer.importing import Existing, Fate, import_profiles, planned
from codemie_core.profiles.transfer.portable import Portable, portable
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import (
    print_error,
    print_json,
    print_line,
    print_text,
    warn_if_not_kept,
)
from codemie_tray.commands.console.wrong_usage import whole_path
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import names, plain

_STANDARD = "-"


def export(home: Home, options: argparse.Namespace) -> ExitCode:
    """Write profiles to a file, or to standard output."""
    config = ConfigLoader(home).load_and_keep()
    chosen = [resolve(config, name) for name in options.names] or [one.name for one in config.profiles]
    found = [portable(name, config.profile(name).fields) for name in dict.fromkeys(chosen)]
    text = text_of(found)
    if options.out is None:
        print_text(text.removesuffix("\n"))
    else:
        write_portable(whole_path("--out", options.out), text)
        print_error(f"{PROGRAM}: wrote {names([one.name for one in found])} to {options.out}")
    _say_what_stays(found, "exported")
    return ExitCode.OK


def import_(home: Home, options: argparse.Namespace) -> ExitCode:
    """Add the profiles from a file."""
    shown = "standard input" if options.file == _STANDARD else options.file
    found = read_portable(_read(options.file), shown)
    loader = ConfigLoader(home)
    existing = Existing.SKIP if options.skip else Existing.REPLACE if options.replace else Existing.REFUSE
    if options.dry_run:
        wanted = Existing.REPLACE if existing is Existing.REFUSE else existing
        fates = planned(found, _present(loader), wanted)
    else:
        try:
            fates = import_profiles(loader, found, existing)
        except ProfileExists as error:
            error.advice = "Use --replace to change them (tokens stay), or --skip to leave them as they are."
            raise
        warn_if_not_kept(loader)
    _print_fates(found, fates, options)
    return ExitCode.OK


def _print_fates(found: tuple[Portable, ...], fates: dict[str, Fate], options: argparse.Namespace) -> None:
    if options.json:
        print_json(
            {
                "dryRun": options.dry_run,
                "profiles": [
                    {"name": one.name, "action": fates[one.name].value, "leftOut": list(one.left_out)}
                    for one in found
                ],
            }
        )
        return
    would = "would be " if options.dry_run else ""
    same = "left as it is" if options.skip else "is the same already"
    words = {Fate.ADD: f"{would}added", Fate.REPLACE: f"{would}replaced", Fate.SAME: same}
    for one in found:
        print_line(f"{plain(one.name)}: {words[fates[one.name]]}")
    _say_what_stays(list(found), "imported")
    lacking = [one.name for one in found if fates[one.name] is Fate.ADD and _lacks_token(one)]
    if lacking and not options.dry_run:
        print_line(f"Set the token of {names(lacking)} with: {PROGRAM} profile set-token NAME")


def _lacks_token(one: Portable) -> bool:
    rule = provider_of(one.fields).token
    return rule is not None and rule.needed


def _say_what_stays(found: list[Portable], done: str) -> None:
    for one in found:
        if one.left_out:
            print_error(f"{PROGRAM}: not {done} from {plain(one.name)}: {', '.join(one.left_out)}")


def _present(loader: ConfigLoader) -> Config | None:
    try:
        return loader.load_and_keep(to_change=True)
    except ConfigMissing:
        return None


def _read(path: str) -> bytes:
    if path != _STANDARD:
        return portable_file(path)
    data = sys.stdin.buffer.read(LIMIT_BYTES + 1) if sys.stdin is not None else b""
    if len(data) > LIMIT_BYTES:
        raise ConfigUnreadable(
            "standard input",
            f"is larger than {LIMIT_BYTES >> 20} MB",
            advice="Export fewer profiles at a time: codemie-tray profile export NAME...",
        )
    return data
