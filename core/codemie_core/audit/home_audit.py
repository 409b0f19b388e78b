"""All checks of a home that need no keyring, and what else `doctor` shows: protection and logins."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.audit.checks import configuration, exposure, leftovers, ownership, references, surroundings
from codemie_core.audit.finding import Finding, Severity, worst_first
from codemie_core.audit.subject import Subject
from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile
from codemie_core.config.store import ConfigLoader
from codemie_core.credentials.protection_level import Level, Protection
from codemie_core.credentials.store import CredentialStore
from codemie_core.errors import ConfigError, CredentialError
from codemie_core.home import Home
from codemie_core.profiles.tokens.cli_files import CliCredential, CliMachine, read_cli_files, url_hash


@dataclass(frozen=True, slots=True)
class CliLogin:
    """One credential file of the CLI, and the profiles it belongs to."""

    credential: CliCredential
    profiles: tuple[str, ...]
    account: str
    """Who is logged in, from the token or the profile's `userEmail`; empty if neither says."""


@dataclass(frozen=True, slots=True)
class HomeAudit:
    """The result of an audit."""

    protection: Protection
    logins: tuple[CliLogin, ...]
    findings: tuple[Finding, ...]
    """The worst first."""
    config: Config | None
    """None if there is no configuration, or it can't be read."""
    versions_with_old_tokens: int = 0
    """How many saved versions hold a plaintext token that the configuration no longer has."""

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst finding; None if there are no findings."""
        return self.findings[0].severity if self.findings else None

    def of_kind(self, code: str) -> tuple[Finding, ...]:
        """Return the findings of one kind."""
        return tuple(finding for finding in self.findings if finding.code == code)


def audit_home(
    store: CredentialStore,
    home: Home,
    machine: CliMachine,
    *,
    environ: Mapping[str, str] | None = None,
    folder: str | None = None,
) -> HomeAudit:
    """Audit a home. Never raises because of what is in it.

    Args:
        store: the home's credential store. Asks no keyring; opens only the machine's slot, for the names.
        home: the home.
        machine: what the CLI's key is made of.
        environ: the environment to judge; default: that of this process.
        folder: the working directory to judge; default: that of this process.
    """
    loader = ConfigLoader(home)
    config, config_error = None, None
    try:
        config = loader.load_and_keep()
    except ConfigError as error:
        config_error = error
    environ = os.environ if environ is None else environ
    subject = Subject(home, config, config_error, environ, _working_folder() if folder is None else folder)
    protection, findings = Protection(Level.NONE), list[Finding]()
    try:
        protection = store.protection()
    except CredentialError as error:
        message = f"The stored credentials can't be used: {error}"
        findings.append(Finding(Severity.WARNING, "credentials-unusable", store.path, message, ""))
    else:
        findings += references.check(subject, store, protection)
    findings += ownership.check(subject)
    findings += exposure.check(subject)
    findings += leftovers.check(subject)
    findings += configuration.check(subject, loader)
    findings += surroundings.check(subject)
    profiles = config.profiles if config else ()
    logins = tuple(_login(credential, profiles) for credential in read_cli_files(home, machine))
    old = len(loader.history.holding_tokens(config)) if config else 0
    findings += configuration.old_tokens(loader.history.folder, old)
    return HomeAudit(protection, logins, worst_first(tuple(findings)), config, old)


def mode_of(path: str) -> int | None:
    """Return the permission bits of a path; None if they can't be read."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return None


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return os.sep  # it was removed


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
