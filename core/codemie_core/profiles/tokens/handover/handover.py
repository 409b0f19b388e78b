"""Hands one profile to a program: makes all checks, then its environment and its private home.

The order matters: whatever may refuse runs before anything is written, and the store is opened last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile
from codemie_core.credentials.secret import Secret
from codemie_core.errors import AddressNotAllowed, CredentialNotFound, HandoverRefused, LinksUnavailable
from codemie_core.home import ENVIRONMENT_VARIABLE, PRIVATE_HOME_VARIABLE, REAL_HOME_VARIABLE, Home
from codemie_core.profiles.tokens.allowed_address import origins_after_use
from codemie_core.profiles.tokens.handover.child_command import check_command, reads_configuration_alone
from codemie_core.profiles.tokens.handover.child_profile import (
    config_texts,
    references_in,
    refers_beside_api_key,
    resolved,
)
from codemie_core.profiles.tokens.handover.environment import environment_of
from codemie_core.profiles.tokens.handover.private_home import PrivateHome, make_private_home, places
from codemie_core.profiles.tokens.handover.private_home_end import discard, sweep
from codemie_core.profiles.tokens.handover.project_override import check_project, project_in, without_steering
from codemie_core.profiles.tokens.origin import origin_of, origins_of
from codemie_core.system.command_word import command_word


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for."""

    profile: Profile
    command: Sequence[str]
    """The program and its arguments."""
    folder: str
    """The working folder."""
    with_project: bool = False
    """Accept harmless settings of the folder's project."""
    allow_addresses: Sequence[str] = ()
    """Addresses that the profile's credentials may be sent to from now on."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What the program is started with."""

    environment: dict[str, str] = field(repr=False)
    private: PrivateHome | None
    """None if folders can't be linked here; then only the variables select the profile."""


def check(home: Home, request: Request) -> tuple[str, ...]:
    """Check a request without opening or writing anything; return warnings for the user.

    Raises:
        HandoverRefused: the subclass and the message say why, and what to do.
    """
    profile = request.profile
    project = project_in(request.folder, home)
    check_command(request.command, profile, any_program=project.is_home)
    unknown = {origin_of(address) for address in request.allow_addresses} - set(origins_of(profile))
    if unknown:
        raise AddressNotAllowed(
            f"Profile {profile.name!r} does not use {', '.join(sorted(unknown))}; its addresses are: "
            f"{', '.join(origins_of(profile))}"
        )
    return check_project(
        project,
        profile,
        by_variables=_variables_suffice(request),
        allowed=request.with_project,
    )


def hand_over(
    config: Config,
    home: Home,
    request: Request,
    inherited: Mapping[str, str],
    *,
    before_secrets: Callable[[PrivateHome], object] = lambda _: None,
) -> Handover:
    """Create the private home and the environment for a request that `check` accepted.

    Args:
        config: the configuration.
        home: the real home.
        request: what to start, and with which profile.
        inherited: the environment for a foreign program, to add to.
        before_secrets: called after the home is created and before any secret is read.

    Raises:
        HandoverRefused, CredentialError, StoreError, ProfileInvalid: nothing is left behind.
    """
    candidates = places(home, inherited)
    sweep(candidates)
    try:
        private = make_private_home(home, candidates)
    except LinksUnavailable:
        return _by_variables(config, home, request, inherited)
    try:
        before_secrets(private)
        profile = resolved(request.profile, secrets_for(home, request))
        every = private.place.in_memory or reads_configuration_alone(request.command)
        private.write_configuration(config_texts(config, profile, with_every_token=every))
        environment = _environment(profile, home, request, inherited)
        environment[ENVIRONMENT_VARIABLE] = environment[PRIVATE_HOME_VARIABLE] = private.path
        environment[REAL_HOME_VARIABLE] = home.path
    except BaseException:
        discard(private)
        raise
    return Handover(environment, private)


def _by_variables(config: Config, home: Home, request: Request, inherited: Mapping[str, str]) -> Handover:
    # Without a private home, the CLI reads the real one and lays the variables over its active profile.
    check_command(request.command, request.profile, any_program=True)
    if config.active != request.profile.name or not _variables_suffice(request):
        raise HandoverRefused(
            f"The drive of {home.path} does not support links, so a program can only use the active "
            f"profile. Run: codemie-tray switch {command_word(request.profile.name)}"
        )
    profile = resolved(request.profile, secrets_for(home, request))
    environment = _environment(profile, home, request, inherited)
    environment[ENVIRONMENT_VARIABLE] = home.path
    return Handover(environment, None)


def _environment(
    profile: Profile, home: Home, request: Request, inherited: Mapping[str, str]
) -> dict[str, str]:
    return without_steering(environment_of(profile, inherited), project_in(request.folder, home))


def _variables_suffice(request: Request) -> bool:
    references = bool(references_in(request.profile))
    alone = reads_configuration_alone(request.command)
    return not (refers_beside_api_key(request.profile) or (references and alone))


def secrets_for(home: Home, request: Request) -> Mapping[str, Secret]:
    """Return the secrets that a request's profile refers to, each only for addresses it was stored for.

    Raises:
        AddressNotAllowed: the profile names another address, and the user did not allow it.
        CredentialNotFound: a reference names a credential that does not exist.
    """
    references = references_in(request.profile)
    if not references:
        return {}
    from codemie_core.credentials import CredentialStore  # loads cryptography, so only where needed

    store = CredentialStore(home)
    entries = store.entries()
    allowed = {origin_of(address) for address in request.allow_addresses}
    learned: dict[str, tuple[str, ...]] = {}
    for name in references:
        if name not in entries:
            raise CredentialNotFound(name)
        origins = origins_after_use(name, entries[name], request.profile, allowed=allowed)
        if origins != entries[name].origins:
            learned[name] = origins
    if learned:
        store.set_origins(learned)
    return {name: entries[name].secret for name in references}
