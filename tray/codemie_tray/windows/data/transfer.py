"""Exports one profile to a file without its token, and imports such files."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core import Config, ConfigLoader, ConfigMissing
from codemie_core.profiles.transfer.file import portable_file, read_portable, text_of, write_portable
from codemie_core.profiles.transfer.importing import Existing, Fate, import_profiles, planned
from codemie_core.profiles.transfer.portable import portable
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import names, plain, short_path
from codemie_tray.windows.data.changes import Done
from codemie_tray.windows.data.undo import Undo
from codemie_tray.windows.pure.importing import Plan


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    sentence: str


def export(loader: ConfigLoader, name: str, path: str) -> Exported:
    """Write one profile, without its token, for another machine.

    Raises:
        ProfileNotFound: another program has removed it.
        ConfigError, StoreError: a file can't be read or written.
    """
    found = portable(name, loader.load().profile(name).fields)
    write_portable(path, text_of([found]))
    fields = {"name": plain(name), "path": short_path(path), "fields": ", ".join(found.left_out)}
    sentence = _("Saved {name} to {path}.").format(**fields)
    if found.left_out:
        sentence = _("Saved {name} to {path}. Left out: {fields}.").format(**fields)
    return Exported(sentence)


def plan_of(loader: ConfigLoader, path: str) -> Plan:
    """Read a file, and find out what importing it would do. Nothing is written.

    Raises:
        ConfigCorrupt: it is not such a file, or is from a later version.
        ProfileExists, ProfileInvalid: a profile in it can't be added.
        ConfigUnreadable: it can't be read, or does not exist.
    """
    profiles = read_portable(portable_file(path), path)
    return Plan(path, profiles, planned(profiles, _present(loader), Existing.REPLACE))


def carry_out(loader: ConfigLoader, plan: Plan, *, replace: bool) -> Done:
    """Import what a plan says, all or none.

    Args:
        loader: the configuration.
        plan: what the user saw.
        replace: also change the profiles that exist and differ; their tokens stay.

    Raises:
        ProfileExists, ProfileInvalid: another program has added such a profile since; nothing was changed.
        ConfigError, StoreError: as `ConfigLoader.switch_profile`.
    """
    before = _present(loader)
    fates = import_profiles(loader, plan.profiles, Existing.REPLACE if replace else Existing.SKIP)
    added = [one.name for one in plan.profiles if fates[one.name] is Fate.ADD]
    changed = [one.name for one in plan.profiles if fates[one.name] is Fate.REPLACE]
    sentences = [_("Added {names}.").format(names=names(added))] if added else []
    sentences += [_("Changed {names}.").format(names=names(changed))] if changed else []
    shown = next(iter(added or changed), None)
    undo = Undo(before, loader.load()) if before is not None and sentences else None
    return Done(" ".join(sentences) or _("Nothing was changed."), shown, undo)


def _present(loader: ConfigLoader) -> Config | None:
    try:
        return loader.load()
    except ConfigMissing:
        return None
