"""The live configuration of a home: reading, changing and restoring it.

The state that a change replaces is durably in the history before it is replaced, the new state right after.
If the history can't be written, a change that can be reversed (switch, rename, duplicate) is still made, and
`trouble` says why; one that discards something is refused. `commit/` makes the change beside other programs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from codemie_core.config.commit.commit import SETTLE_SECONDS, Commit
from codemie_core.config.commit.plan import Edit, Precondition, unconditional
from codemie_core.config.edits import edits
from codemie_core.config.edits.token_edits import TokenChanges, set_tokens
from codemie_core.config.history import Version
from codemie_core.config.history.restore import restored
from codemie_core.config.model.config import Config
from codemie_core.config.reader import Read, is_intact
from codemie_core.config.store.live_config import LiveConfig
from codemie_core.files.atomic_file import HeldFile, sweep_temporaries
from codemie_core.files.json.value import JsonInput
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS
from codemie_core.home import Home


class ConfigLoader(LiveConfig):
    """The live configuration of one home.

    Args:
        home: which home.
        lock_timeout_seconds: how long a change waits for another writer.
        settle_seconds: see `SETTLE_SECONDS`; 0 returns as soon as the change is durable.
        on_durable: called with each state that a change wrote as soon as it is durable. The change itself
            returns later: it waits for programs that may undo it. Must not raise.
    """

    def __init__(
        self,
        home: Home,
        *,
        lock_timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
        on_durable: Callable[[Config], None] = lambda _config: None,
    ) -> None:
        super().__init__(home, lock_timeout_seconds=lock_timeout_seconds)
        self._on_durable = on_durable
        self._settle_seconds = settle_seconds
        self.changed = False
        """Whether the last change wrote anything; if not, everything was already as requested."""

    def restore(self, entry: Version) -> Config:
        """Restore a version; the present state is kept first, whatever it is.

        If the live file has the version's layout, it is restored byte for byte. Otherwise its profiles are
        written in the live file's layout, and everything else in that file is kept.

        Returns:
            The state that was written.

        Raises:
            VersionNotFound: the version is gone, or was no configuration.
            ConfigUnreadable, ConfigConflict, SchemaTooNew: as `switch_profile`.
            StoreError: it can't be written, or the present state can't be kept; nothing was changed.
        """
        version = self.history.version(entry)
        return self._change(
            lambda config: restored(version, config),
            read=lambda: self._reader.read_or_stand_in(entry.layout),
            must_keep=True,
        )

    def switch_profile(self, name: str) -> Config:
        """Make `name` the active profile; if it already is, nothing is written.

        Returns:
            The state that was written.

        Raises:
            ProfileNotFound: no such profile.
            ProfileInvalid: the profile can't be used.
            ConfigError: the file is missing, unreadable or corrupt, or another program keeps undoing
                the change (`ConfigConflict`).
            StoreError: it can't be written; nothing was changed.
        """
        return self._change(lambda config: edits.switch(config, name))

    def save_profile(self, name: str, fields: Mapping[str, JsonInput]) -> Config:
        """Set fields of a profile; it is added if it does not exist.

        A field whose value is None is removed, and fields that are not named are kept. In a home without a
        configuration, this writes the first one.

        Raises:
            ProfileInvalid: the name is not valid for a new profile.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.save(config, name, fields),
            read=self._reader.read_or_begin,
            must_keep=True,
        )

    def add_profile(self, name: str, fields: Mapping[str, JsonInput]) -> Config:
        """Add a profile; in a home without a configuration this writes the first one.

        Raises:
            ProfileExists: a profile has this name.
            ProfileInvalid: the name is not valid, or JSON has no form for a value.
            ConfigError, StoreError: as `switch_profile`.
        """
        config = self._change(
            lambda config: edits.add(config, name, fields),
            precondition=lambda config: edits.check_add(config, name),
            read=self._reader.read_or_begin,
        )
        self.forget([name])
        return config

    def rename_profile(self, old: str, new: str) -> Config:
        """Give a profile another name; the active one stays active, and its place and its note go with it.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        config = self._change(
            lambda config: edits.rename(config, old, new),
            precondition=lambda config: edits.check_rename(config, old, new),
        )
        self.carry({old: new})
        return config

    def duplicate_profile(self, name: str, copy: str) -> Config:
        """Add a profile `copy` with all the fields of `name`, its token among them.

        Raises:
            ProfileNotFound, ProfileExists, ProfileInvalid: about the two names.
            ConfigError, StoreError: as `switch_profile`.
        """
        config = self._change(
            lambda config: edits.duplicate(config, name, copy),
            precondition=lambda config: edits.check_duplicate(config, name, copy),
        )
        self.forget([copy])
        return config

    def delete_profile(self, name: str) -> Config:
        """Remove a profile. If it was active, the first one left becomes active.

        Raises:
            ProfileNotFound: no such profile.
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(
            lambda config: edits.delete(config, name),
            precondition=lambda config: edits.check_delete(config, name),
            must_keep=True,
        )

    def rewrite(
        self, edit: Edit, *, precondition: Precondition = unconditional, may_begin: bool = False
    ) -> Config:
        """Change the document as a whole; refused if the present state can't be kept in the history.

        Args:
            edit: pure; called again if another program undid the change. If it raises, nothing was changed.
            precondition: called before the edit, on the state it is made from; again if the file changed
                before the write, but not if another program undid the change.
            may_begin: in a home without a configuration, write the first one.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        read = self._reader.read_or_begin if may_begin else None
        return self._change(edit, precondition=precondition, read=read, must_keep=True)

    def set_tokens(self, changes: TokenChanges) -> Config:
        """Replace tokens by references to the credential store, or the reverse.

        A field that holds something else by now is left unchanged.

        Raises:
            ConfigError, StoreError: as `switch_profile`.
        """
        return self._change(lambda config: set_tokens(config, changes))

    def forget_old_tokens(self, *, dry_run: bool = False) -> list[Version]:
        """Remove every version with a token in clear text that the configuration no longer has.

        Use it after tokens were moved into the credential store, or replaced. Everything else in those
        versions is lost as well.

        Raises:
            ConfigError: the configuration can't be read, so it is unknown which tokens are old.
            StoreError: a version can't be removed, or the lock timed out.
        """
        with self._lock():
            old = self.history.holding_tokens(self._reader.read().config)
            if not dry_run:
                self.history.forget(old)
        return old

    def sweep(self) -> int:
        """Remove the files that killed writers left, in the history, too; returns how many.

        Raises:
            StoreError: the lock timed out.
        """
        if not os.path.isdir(self.home.path):
            return 0
        target = os.path.realpath(self.home.join(self.layout.config_name))
        with self._lock():
            return sweep_temporaries(target) + self.history.sweep()

    def _intact(self, config: Config, written: HeldFile) -> bool:
        return is_intact(config, written)  # a method so that tests can interpose a concurrent writer

    def _change(
        self,
        edit: Edit,
        *,
        precondition: Precondition = unconditional,
        read: Callable[[], Read] | None = None,
        must_keep: bool = False,
    ) -> Config:
        commit = Commit(
            edit,
            precondition=precondition,
            read=read or self._reader.read_to_change,
            read_again=self._reader.read_to_change,
            history=self.history,
            lock=self._lock,
            must_keep=must_keep,
            settle_seconds=self._settle_seconds,
            intact=self._intact,
            on_durable=self._on_durable,
        )
        self._last_read = self._settled = None
        try:
            return commit.run()
        finally:
            self.changed, self.trouble, self._settled = commit.changed, commit.trouble, commit.settled
