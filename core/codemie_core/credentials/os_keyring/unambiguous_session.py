"""Sessions of the Secret Service whose keys every daemon reads alike.

A session encrypts secrets on the bus with a key that both sides derive from a Diffie-Hellman exchange
(https://specifications.freedesktop.org/secret-service-spec/latest/transfer-secrets.html). Before Frameworks
6.25, KDE's daemons read the other side's public key as a signed number, and shorten the shared number if it
begins with a zero byte (https://bugs.kde.org/show_bug.cgi?id=514194). So in one session of 170 they derive
another key than we do: storing a secret fails, and reading one returns noise. `open_session` repeats the
exchange until no number in it can be read in two ways.

Like `helper`, this module runs only in the keyring's own process.
"""

from __future__ import annotations

from typing import Any

_LENGTH = 128
"""Bytes of a number in the exchange, which is modulo a prime of 1024 bits."""
_WITHOUT_ZERO = b"\x01"
"""Numbers from here on begin with a byte that nobody leaves out."""
_REPEATS_ITS_SIGN = b"\xff\x80"
"""Numbers from here on, read as signed ones, are as good as with one byte less."""


def use_unambiguous_sessions(backend: Any) -> None:
    """Make keyring's backend for the Secret Service open its sessions with `open_session`.

    Raises:
        AttributeError: the library has changed, and the backend finds its collection in another way.
    """
    preferred = backend.get_preferred_collection

    def collection() -> Any:
        found = preferred()
        found.session = open_session(found.connection)
        return found

    backend.get_preferred_collection = collection


def open_session(bus: Any) -> Any:
    """Return a session that encrypts, or None if the service has no encryption.

    Args:
        bus: SecretStorage's connection.

    Raises:
        secretstorage.exceptions.SecretStorageException: there is no such service.
        jeepney.DBusErrorResponse: the service refused.
    """
    from jeepney import DBusErrorResponse
    from secretstorage.defines import ALGORITHM_DH, DBUS_NOT_SUPPORTED, SS_PATH
    from secretstorage.dhcrypto import DH_PRIME_1024, Session
    from secretstorage.util import SERVICE_IFACE, DBusAddressWrapper

    service = DBusAddressWrapper(SS_PATH, SERVICE_IFACE, bus)
    while True:
        session = Session()
        public = session.my_public_key.to_bytes(_LENGTH, "big")
        if not _WITHOUT_ZERO <= public < _REPEATS_ITS_SIGN:
            continue
        try:
            (_, theirs), path = service.call("OpenSession", "sv", ALGORITHM_DH, ("ay", public))
        except DBusErrorResponse as error:
            if error.name == DBUS_NOT_SUPPORTED:
                return None  # the library then asks for a session without encryption
            raise
        key = int.from_bytes(theirs, "big")
        shared = pow(key, session.my_private_key, DH_PRIME_1024).to_bytes(_LENGTH, "big")
        if shared >= _WITHOUT_ZERO:
            session.set_server_public_key(key)
            session.object_path = path
            return session
        # The service forgets the unused session when this process exits.
