"""Where a profile sends its token: the origins of its addresses.

An origin is scheme, host and port (RFC 6454). A credential remembers the origins it may be sent to, so that
changing an address in the configuration does not redirect the token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codemie_core.config.model.profile import Profile
from codemie_core.files.json.document import JsonValue

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)(?:[/?#].*)?", re.IGNORECASE)


def origin_of(address: str) -> str:
    """Return `scheme://host[:port]` of an address, without the scheme's default port.

    If programs might parse an address differently (a backslash, a space, a name before the host, letters
    outside ASCII), all of it is returned, so that it equals only itself.
    """
    whole = address.strip()
    match = _URL.fullmatch(whole)
    if match is None or re.search(r"[\s\\\x00-\x1f\x7f]", whole):
        return whole
    scheme, authority = match[1].lower(), match[2].lower()
    host, port = authority, ""
    if (with_port := re.fullmatch(r"(.*):([0-9]*)", authority)) and not authority.endswith("]"):
        host, port = with_port[1], with_port[2]
    # A host of decimal or hexadecimal parts is an IP address that can be written in several ways.
    if not _HOST.fullmatch(host) or len(port) > 5 or (port and int(port) > 65535):
        return whole
    if not port or int(port) == _DEFAULT_PORTS.get(scheme):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}"


def origins_of(profile: Profile) -> tuple[str, ...]:
    """Return the sorted origins that a profile names; if it names none, its provider's default.

    An address is a field whose name ends with `url`: `baseUrl`, `codeMieUrl`, `authServerUrl`,
    `ssoConfig.apiUrl`, and any that a later CLI adds.
    """
    found = {origin_of(address) for _, address in addresses_of(profile.fields)}
    return tuple(sorted(found)) or (f"the default of {profile.provider or 'the provider'}",)


def addresses_of(fields: Mapping[str, JsonValue], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name (parts joined by dots) and the text of each field that holds an address."""
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from addresses_of(value, f"{above}{name}.")
        elif isinstance(value, str) and value.strip() and name.lower().endswith("url"):
            yield f"{above}{name}", value
