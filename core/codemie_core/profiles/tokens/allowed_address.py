"""Limits a stored token to the addresses it was stored for, and those the user agreed to."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile
from codemie_core.credentials.entries.contents import Entry
from codemie_core.errors import AddressNotAllowed
from codemie_core.profiles.tokens.handover.child_profile import references_in
from codemie_core.profiles.tokens.origin import origins_of
from codemie_core.system.command_word import command_word


def origins_after_use(
    name: str, entry: Entry, profile: Profile, *, allowed: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the sorted origins of a credential after it is handed over with a profile.

    If it was stored for no profile and never used, it gets those of the first profile that uses it.

    Args:
        name: the credential's name.
        entry: the credential.
        profile: a profile that refers to it.
        allowed: origins that the user agrees to now.

    Raises:
        AddressNotAllowed: the profile names an address that the credential was not stored for.
    """
    wanted, known = set(origins_of(profile)), set(entry.origins)
    new = wanted - known
    if known and new - set(allowed):
        options = " ".join(f"--allow-address {origin}" for origin in sorted(new))
        raise AddressNotAllowed(
            f"Credential {name!r} was stored for {', '.join(sorted(known))}. Profile {profile.name!r} now "
            f"uses {', '.join(sorted(new))}, so its token was held back. If you trust that address: "
            f"codemie-tray run {options} --profile {command_word(profile.name)} -- CMD"
        )
    return tuple(sorted(known | wanted))


def origins_of_users(config: Config, name: str) -> tuple[str, ...]:
    """Return the sorted origins of all profiles that refer to a credential; empty if none does."""
    users: Iterable[Profile] = (profile for profile in config.profiles if name in references_in(profile))
    return tuple(sorted({origin for profile in users for origin in origins_of(profile)}))
