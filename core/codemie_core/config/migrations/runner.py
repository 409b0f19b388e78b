"""Migrates a home's classic configuration up or down to a version, in a single write or not at all.

It runs only on request: reading a file never rewrites it. The cli layout belongs to the CLI.
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
    """What a migration run would do, or did."""

    before: Config
    after: Config
    from_version: int
    to_version: int
    steps: tuple[Migration, ...]
    """In the order in which they are applied: newest first when migrating down."""

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.before.document.text != self.after.document.text


class MigrationRunner:
    """Migrations of one home.

    Args:
        loader: the home's loader.
        registry: the migrations; default: the product's own.
    """

    def __init__(self, loader: ConfigLoader, registry: Registry = REGISTRY) -> None:
        self._loader = loader
        self._registry = registry

    @property
    def latest(self) -> int:
        """The newest version."""
        return self._registry.latest

    def version(self) -> int:
        """Return the configuration's schema version.

        Raises:
            MigrationImpossible: it has the cli layout.
            ConfigError: it can't be read, or its version is not a number.
        """
        return self._version_of(self._loader.load())

    def pending(self) -> tuple[Migration, ...]:
        """Return what `up` would apply. Raises as `version`."""
        return self.plan().steps

    def plan(self, to_version: int | None = None) -> Plan:
        """Return what `run` would do, without writing anything. Arguments and errors as for `run`."""
        return self._planned(self._loader.load(), to_version)

    def run(self, to_version: int | None = None) -> Plan:
        """Migrate the configuration to a version.

        The old state is saved in the history first. If there is nothing to do, nothing is written.

        Args:
            to_version: the version to migrate up or down to; default: the newest.

        Raises:
            MigrationImpossible: there is no such version, or the configuration has the cli layout.
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
                f"was written by a newer CodeMie Tray ({SCHEMA_KEY} {now}; this one knows up to "
                f"{self.latest})",
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
    """Record the new version; 0 means never migrated."""
    if version:
        return document.set_key(document.root, SCHEMA_KEY, str(version))
    if document.root.find(SCHEMA_KEY) is None:
        return document
    return document.remove_key(document.root, SCHEMA_KEY)
