"""What is not as safe in a home as it could be, found without opening the store or asking a keyring."""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass

from codemie_core.config.profile import Profile
from codemie_core.config.store import ConfigLoader
from codemie_core.config.token_field import profiles_without_a_token_for_the_cli
from codemie_core.credentials.protection import Level, Protection
from codemie_core.credentials.store import CredentialStore
from codemie_core.credentials.vault import FILE_NAME
from codemie_core.errors import ConfigError, ConfigMissing, CredentialError, StoreError, store_error
from codemie_core.home import Home
from codemie_core.tokens.cli_files import CliCredential, CliMachine, read_cli_files, url_hash
from codemie_core.tokens.reference import token_fields


@dataclass(frozen=True, slots=True)
class LooseFile:
    """Something that holds a secret and that other users of this machine may read."""

    path: str
    mode: int
    """Its permission bits now."""
    wanted: int
    """The bits it should have."""


@dataclass(frozen=True, slots=True)
class PlainToken:
    """A token that stands in the configuration in the clear."""

    profile: str
    field: str


@dataclass(frozen=True, slots=True)
class CliLogin:
    """One credential file of the CLI, and the profiles it belongs to."""

    credential: CliCredential
    profiles: tuple[str, ...]
    account: str
    """Who is logged in, from the token or the profile's `userEmail`; empty where neither tells."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """All of it, as values."""

    protection: Protection
    loose: tuple[LooseFile, ...]
    tokens: tuple[PlainToken, ...]
    logins: tuple[CliLogin, ...]
    store_problem: str = ""
    """Why the store's file could not be looked at; empty: it was, or there is none."""
    config_problem: str = ""
    """Why the configuration could not be looked at; empty: it was, or there is none."""
    old_tokens: int = 0
    """How many earlier versions hold a token in the clear that the configuration no longer holds."""
    overlooked: tuple[str, ...] = ()
    """Profiles whose token stands where the CLI does not look."""

    @property
    def found(self) -> bool:
        """Whether there is something a person should do."""
        problems = (self.store_problem, self.config_problem)
        return any((self.loose, self.tokens, self.old_tokens, self.overlooked, *problems))


def check_home(store: CredentialStore, home: Home, machine: CliMachine) -> Checkup:
    """Look at a home. Never raises for what is in it.

    Args:
        store: the home's credential store; only its header is read.
        home: the home.
        machine: what the CLI's key is made of.
    """
    protection, store_problem = Protection(Level.NONE), ""
    try:
        protection = store.protection()
    except CredentialError as error:
        store_problem = str(error)
    profiles: tuple[Profile, ...] = ()
    tokens: tuple[PlainToken, ...] = ()
    secret_paths = [home.join(FILE_NAME)]
    problem, old_tokens = "", 0
    overlooked: tuple[str, ...] = ()
    loader = ConfigLoader(home)
    try:
        config = loader.load()
    except ConfigMissing:
        pass
    except ConfigError as error:
        problem = str(error)
    else:
        profiles = config.profiles
        found = [token for token in token_fields(config) if token.in_clear]
        tokens = tuple(PlainToken(token.profile, ".".join(token.field_path)) for token in found)
        old_tokens = len(loader.history.holding_tokens(config.secrets))
        overlooked = profiles_without_a_token_for_the_cli(config)
        if tokens:
            secret_paths.append(config.path)
    credentials = read_cli_files(home, machine)
    secret_paths += [credential.path for credential in credentials]
    loose = [entry for path in secret_paths if (entry := _loose(path, 0o600))]
    folder = _loose(home.tray, 0o700)
    if folder:
        loose.append(folder)
    logins = tuple(_login(credential, profiles) for credential in credentials)
    return Checkup(protection, tuple(loose), tokens, logins, store_problem, problem, old_tokens, overlooked)


def tighten(entry: LooseFile) -> None:
    """Take the group's and the others' bits away; a link is followed, as its reader follows it.

    Raises:
        StoreError: the system refused, or it is no file or folder of this user any more.
    """
    try:
        fd = os.open(entry.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(fd)
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                raise OSError(errno.EINVAL, "no file and no folder")
            if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                raise StoreError(entry.path, "has a second name (a hard link); nothing was changed")
            if sys.platform != "win32":
                os.fchmod(fd, stat.S_IMODE(status.st_mode) & entry.wanted)
        finally:
            os.close(fd)
    except OSError as error:
        raise store_error(entry.path, error) from error


def _loose(path: str, wanted: int) -> LooseFile | None:
    if os.name != "posix":
        return None  # Windows: the profile folder's access list keeps others out, and there are no bits
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return None
    return LooseFile(path, mode, wanted) if mode & 0o077 else None


def _login(credential: CliCredential, profiles: tuple[Profile, ...]) -> CliLogin:
    name = os.path.basename(credential.path)
    ours = [profile for profile in profiles if _belongs(profile, name)]
    emails = [email for profile in ours if isinstance(email := profile.fields.get("userEmail"), str)]
    return CliLogin(
        credential, tuple(profile.name for profile in ours), credential.account or next(iter(emails), "")
    )


def _belongs(profile: Profile, file_name: str) -> bool:
    url = profile.fields.get("codeMieUrl")
    return isinstance(url, str) and url_hash(url) in file_name
