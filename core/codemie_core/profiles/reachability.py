"""Whether a server answers at a profile's address: a connection, TLS, and one request without any token."""

from __future__ import annotations

import os
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO

from codemie_core.config.profile import Profile
from codemie_core.profiles.checks import is_address
from codemie_core.tokens.origin import addresses_of, origin_of

TIMEOUT_SECONDS = 10.0

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where distributions keep their certificates: the frozen program's OpenSSL knows only one of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one address."""

    origin: str
    """Scheme, host and port: nothing else of the address is used or shown."""
    milliseconds: int
    status: int | None
    """The HTTP status; None: there was no answer."""
    problem: str = ""
    """Why not, in words for a person."""


def origins_to_try(profile: Profile) -> tuple[str, ...]:
    """Return the origins of a profile's addresses, each once, those that are no address left out."""
    origins = (origin_of(address) for _, address in addresses_of(profile.fields))
    return tuple(dict.fromkeys(one for one in origins if is_address(one)))


def try_origin(origin: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
    """Ask a server for its first page. Any answer counts, also that a token is missing.

    The system's proxy settings (`HTTPS_PROXY`) apply. Redirections are not followed.
    """
    began = time.monotonic()
    status: int | None = None
    problem = ""
    request = urllib.request.Request(  # noqa: S310 - http and https alone, see `origins_to_try`
        f"{origin}/", method="HEAD", headers={"User-Agent": "codemie-tray"}
    )
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=_certificates()), _NoRedirections()
    )
    try:
        with opener.open(request, timeout=timeout_seconds) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except urllib.error.URLError as error:
        problem = _in_words(error.reason, timeout_seconds)
    except (OSError, HTTPException, ValueError) as error:
        problem = _in_words(error, timeout_seconds)
    return Answer(origin, round((time.monotonic() - began) * 1000), status, problem)


class _NoRedirections(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: object, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> None:
        """Take the redirection itself for the answer."""


def _certificates() -> ssl.SSLContext:
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    given = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if not given and paths.cafile is None and not context.cert_store_stats()["x509_ca"]:
        found = next((path for path in _BUNDLES if os.path.isfile(path)), None)
        if found is not None:
            context.load_verify_locations(found)
    extra = os.environ.get("NODE_EXTRA_CA_CERTS")  # companies set it for the CLI, which runs on Node
    if extra and os.path.isfile(extra):
        context.load_verify_locations(extra)
    return context


def _in_words(reason: object, timeout_seconds: float) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate can't be verified: {reason.verify_message}"
    known: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLError, "it does not speak TLS as we know it; is it http:// ?"),
        (socket.gaierror, "its name can't be found; check the address and your network"),
        (TimeoutError, f"no answer within {timeout_seconds:g} seconds"),
        (ConnectionRefusedError, "nothing listens there"),
        (HTTPException, "the answer is not HTTP"),
    )
    words = next((words for kind, words in known if isinstance(reason, kind)), "")
    return words or (reason.strerror or "").lower() if isinstance(reason, OSError) else words or str(reason)
