"""Brings the classic configuration of a home to a version, up or down, in one write or not at all.

Only on request: a file is never rewritten because it was looked at. The cli layout belongs to the CLI.
"""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.config.migrations.definition import Migration
from codemie_core.config.migrations.registry import REGISTRY, Registry
from codemie_core.config.migrations.schema import SCHEMA_KEY, schema_of
from codemie_core.config.model.config import Config, config_of
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.store import ConfigLoader
from codemie_core.errors import ConfigCorrupt, ConfigTooLarge, MigrationImpossible, SchemaTooNew
from codemie_core.files.json.document import JsonDocument


@dataclass(frozen=True, slots=True)
class Plan:
    """What a migration would do, or did."""

    before: Config
    after: Config
    from_version: int
    to_version: int
    steps: tuple[Migration, ...]
    """In the order they are applied; down: the newest first."""

    @property
    def changes(self) -> bool:
        """Whether anything is different afterwards."""
        return self.before.document.text != self.after.document.text


class MigrationRunner:
    """Migrations of one home.

    Args:
        loader: of the home.
        registry: the migrations; the product's own unless given.
    """

    def __init__(self, loader: ConfigLoader, registry: Registry = REGISTRY) -> None:
        self._loader = loader
        self._registry = registry

    @property
    def latest(self) -> int:
        """The newest version there is."""
        return self._registry.latest

    def version(self) -> int:
        """Return the version the configuration has reached.

        Raises:
            MigrationImpossible: it has the cli layout.
            ConfigError: it can't be read, or does not say it in a number.
        """
        return self._version_of(self._loader.load())

    def pending(self) -> tuple[Migration, ...]:
        """Return what `up` would apply. Raises as `version`."""
        return self.plan().steps

    def plan(self, to_version: int | None = None) -> Plan:
        """Return what `run` would do, and write nothing. Arguments and errors as there."""
        return self._planned(self._loader.load(), to_version)

    def run(self, to_version: int | None = None) -> Plan:
        """Bring the configuration to a version.

        What it replaces is in the history before it is replaced. Where nothing is to be done nothing is
        written.

        Args:
            to_version: up or down to this one; the newest unless given.

        Raises:
            MigrationImpossible: there is no such version, or it is the cli layout.
            SchemaTooNew: a newer version of this product wrote it.
            ConfigError, StoreError: it can't be read or written; nothing was changed.
        """
        plans: list[Plan] = []

        def edit(config: Config) -> JsonDocument:
            plans.append(self._planned(config, to_version))
            return plans[-1].after.document

        self._loader.rewrite(edit)
        return plans[0]

    def _version_of(self, config: Config) -> int:
        if config.layout is not CLASSIC:
            raise MigrationImpossible(
                config.path, "belongs to the CLI, which migrates it itself; there is nothing to do"
            )
        return schema_of(config)

    def _upwards(self, document: JsonDocument, now: int, wanted: int) -> tuple[Migration, ...]:
        undone = tuple(
            step
            for step in self._registry.between(0, now)
            if step.lasting and step.upgraded(document).text != document.text
        )
        ahead = self._registry.between(now, wanted)
        return (
            *undone,
            *(step for step in ahead if step.superseded_by is None or wanted < step.superseded_by),
        )

    def _planned(self, config: Config, to_version: int | None) -> Plan:
        now = self._version_of(config)
        wanted = self.latest if to_version is None else to_version
        if now > self.latest:
            raise SchemaTooNew(
                config.path,
                f"a newer CodeMie Tray wrote it ({SCHEMA_KEY} {now}, this one knows {self.latest})",
                advice="Update CodeMie Tray.",
            )
        if not 0 <= wanted <= self.latest:
            raise MigrationImpossible(
                config.path, f"there is no schema version {wanted}; choose one from 0 to {self.latest}"
            )
        document = config.document
        if wanted < now:
            steps = tuple(reversed(self._registry.between(wanted, now)))
            for step in steps:
                document = step.downgraded(document)
        else:
            steps = self._upwards(document, now, wanted)
            for step in steps:
                document = step.upgraded(document)
        document = _stamped(document, wanted) if wanted != now else document
        try:
            after = config_of(document, path=config.path, layout=config.layout, mode=config.mode)
        except (ConfigCorrupt, ConfigTooLarge) as error:
            raise MigrationImpossible(
                config.path,
                f"the result would not be a configuration: {error.reason}",
                advice="Check that every profile in it is a JSON object.",
            ) from error
        return Plan(config, after, now, wanted, steps)


def _stamped(document: JsonDocument, version: int) -> JsonDocument:
    """Write the version that was reached; 0 is what a file is that never was migrated."""
    if version:
        return document.set_key(document.root, SCHEMA_KEY, str(version))
    if document.root.find(SCHEMA_KEY) is None:
        return document
    return document.remove_key(document.root, SCHEMA_KEY)
