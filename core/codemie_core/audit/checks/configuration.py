"""The configuration itself: plaintext tokens, unencrypted addresses, and what the CLI makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from codemie_core.audit.finding import FIX, PROGRAM, Finding, MoveTokens, Severity
from codemie_core.audit.subject import Subject, editing
from codemie_core.config.migrations.schema import in_danger, unread_by_cli
from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile
from codemie_core.config.model.single_provider import NAME as SINGLE
from codemie_core.config.model.token_field import profiles_without_a_token_for_the_cli
from codemie_core.config.store import ConfigLoader
from codemie_core.errors import ConfigMissing
from codemie_core.profiles.tokens.movable import why_it_stays
from codemie_core.profiles.tokens.reference import token_fields, token_fields_of

_ADDRESSES = ("baseUrl", "codeMieUrl", "authServerUrl")


def check(subject: Subject, loader: ConfigLoader) -> Iterator[Finding]:
    """Yield what is wrong with the configuration and its saved versions."""
    config, error = subject.config, subject.config_error
    if config is None:
        if error is not None and not isinstance(error, ConfigMissing):
            command = f"{PROGRAM} history restore" if loader.offer(error) else editing(error.path)
            yield Finding(
                Severity.WARNING,
                "config-unusable",
                error.path,
                f"The configuration can't be used: {error}",
                command,
            )
        return
    yield from _in_the_clear(config)
    for profile in config.profiles:
        yield from _unencrypted_addresses(config, profile)
    if overlooked := profiles_without_a_token_for_the_cli(config):
        several = "s" if len(overlooked) > 1 else ""
        yield Finding(
            Severity.WARNING,
            "token-not-found-by-cli",
            config.path,
            f"The CLI does not find the token{several} of {' and '.join(overlooked)}: "
            "it reads apiKey, but only authToken is set.",
            FIX,
            MoveTokens.FOR_CLI,
        )
    if in_danger(config):
        yield Finding(
            Severity.WARNING,
            "config-in-danger",
            config.path,
            f"The CLI's first start would empty {config.path}, because the file has no version that the CLI "
            "recognizes.",
            f"{PROGRAM} migrate up",
        )
    if why := unread_by_cli(config):
        yield Finding(
            Severity.WARNING,
            "config-unread-by-cli",
            config.path,
            f"The CLI treats {config.path} as empty, and would overwrite it: {why}. "
            'Unless a newer CLI wrote it, set "version": 2 at its top.',
            editing(config.path),
        )


def old_tokens(folder: str, count: int) -> Iterator[Finding]:
    """Report that `count` saved versions hold tokens that the configuration no longer has.

    Args:
        folder: where the versions are.
        count: how many.
    """
    if count:
        versions = "1 earlier version" if count == 1 else f"{count} earlier versions"
        yield Finding(
            Severity.WARNING,
            "old-tokens",
            folder,
            f"{versions} of the configuration still hold{'s' if count == 1 else ''} tokens in the clear "
            "that you no longer use.",
            f"{PROGRAM} history forget-tokens",
        )


def _in_the_clear(config: Config) -> Iterator[Finding]:
    known = set()
    profiles = {profile.name: profile for profile in config.profiles}
    for token in token_fields(config):
        known.add((token.profile, token.field_path))
        if token.in_clear:
            stays = why_it_stays(profiles[token.profile], token.field_path)
            why = f" It can't be moved into the encrypted store: {stays}." if stays else ""
            yield Finding(
                Severity.WARNING,
                "token-in-clear",
                config.path,
                f"The token of profile {token.profile} is in the clear ({'.'.join(token.field_path)}).{why}",
                editing(config.path) if stays else f"{PROGRAM} credentials move-in",
            )
    command = editing(config.path)
    for found in config.secret_fields():
        profile = SINGLE if found.profile is None and config.single_provider else found.profile or ""
        if (profile, found.path) not in known:
            known.add((profile, found.path))
            where = f"Profile {profile}" if profile else "The configuration"
            yield Finding(
                Severity.WARNING,
                "secret-in-unknown-field",
                config.path,
                f"{where} seems to hold a secret in {'.'.join(found.path)}, which can't be moved into the "
                "encrypted store.",
                command,
            )


def _unencrypted_addresses(config: Config, profile: Profile) -> Iterator[Finding]:
    sends = any(token.in_clear or token.reference is not None for token in token_fields_of(profile))
    for field in _ADDRESSES:
        address = profile.fields.get(field)
        # Someone logged in by SSO sends cookies there.
        if isinstance(address, str) and (sends or field == "codeMieUrl") and _is_unencrypted(address):
            yield Finding(
                Severity.DANGER,
                "token-over-http",
                config.path,
                f"Profile {profile.name} sends its token over http:// ({field}): "
                "anyone on the network can read it.",
                editing(config.path),
            )


def _is_unencrypted(address: str) -> bool:
    if not address.strip().lower().startswith(("http:", "ws:")):
        return False
    import ipaddress  # slow to load, and most addresses are https
    from urllib.parse import urlsplit

    try:
        host = (urlsplit(address.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return True
    if not host or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
