"""The list of all migrations, numbered 1, 2, 3, ... without gaps or duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codemie_core.config.migrations import keep_safe_from_cli, name_token_field, profiles_of_single_provider
from codemie_core.config.migrations.definition import Migration


class Registry:
    """Migrations in order.

    Raises:
        ValueError: a number is missing or duplicated, which is a bug that the first run reveals.
    """

    def __init__(self, migrations: Iterable[Migration]) -> None:
        self._migrations = tuple(migrations)
        for expected, migration in enumerate(self._migrations, start=1):
            if migration.version != expected:
                known = migration.version < expected
                raise ValueError(
                    f"migration {migration.version} ({migration.description}): "
                    + ("that number is already taken" if known else f"{expected} is missing")
                )

    @property
    def latest(self) -> int:
        """The newest version."""
        return len(self._migrations)

    def between(self, low: int, high: int) -> tuple[Migration, ...]:
        """Return the migrations from version `low` up to `high`, in order."""
        return self._migrations[low:high]

    def __iter__(self) -> Iterator[Migration]:
        return iter(self._migrations)


REGISTRY = Registry(
    (
        name_token_field.MIGRATION,
        profiles_of_single_provider.MIGRATION,
        keep_safe_from_cli.MIGRATION,
    )
)
