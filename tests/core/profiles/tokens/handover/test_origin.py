"""Where a token may be sent: two addresses are equal only if every program would reach the same server."""

from __future__ import annotations

import pytest

from codemie_core import Profile
from codemie_core.credentials import Secret
from codemie_core.credentials.entries.contents import Entry
from codemie_core.errors import AddressNotAllowed
from codemie_core.profiles.tokens.allowed_address import origins_after_use
from codemie_core.profiles.tokens.origin import origin_of, origins_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://a.example", "https://a.example"),
        ("HTTPS://A.Example/v1?x#y", "https://a.example"),
        ("https://a.example:443/", "https://a.example"),
        ("https://a.example:0443/", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example", "http://a.example"),
        ("https://a.example:8443", "https://a.example:8443"),
        ("http://localhost:4000/", "http://localhost:4000"),
        ("http://[::1]:4000/v1", "http://[::1]:4000"),
        ("https://[::1]", "https://[::1]"),
    ],
)
def test_an_origin_is_scheme_host_and_port(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example@evil.example",
        "https://a.example\\@evil.example",
        "https://a.example:443@evil.example",
        "https://a.example\t.evil.example",
        "https://a.example%2eevil.example",
        "https://a\u3002example",
        "https:a.example",
        "//a.example",
        "a.example",
        "https://a.example:99999",
        "https://a.example:x",
        "https://",
    ],
)
def test_an_ambiguous_address_equals_only_itself(address: str) -> None:
    assert origin_of(address) == address
    assert origin_of(address) != origin_of("https://a.example")


@pytest.mark.parametrize("other", ["http://a.example", "https://a.example:8443", "https://b.a.example"])
def test_a_different_scheme_port_or_host_is_a_different_origin(other: str) -> None:
    assert origin_of(other) != origin_of("https://a.example")


def test_the_origins_of_a_profile_are_those_of_its_addresses_or_its_provider() -> None:
    fields = {
        "baseUrl": "https://a.example/v1",
        "codeMieUrl": "https://b.example",
        "authServerUrl": "https://a.example/auth",
        "ssoConfig": {"apiUrl": "https://c.example"},
        "model": "https://not.an.address",
        "someLaterUrl": "https://d.example",
    }
    assert origins_of(Profile("a", fields)) == tuple(f"https://{name}.example" for name in "abcd")  # type: ignore[arg-type]
    assert origins_of(Profile("a", {"provider": "openai"})) == ("the default of openai",)


def test_a_token_for_a_providers_default_is_not_sent_to_an_explicit_address() -> None:
    entry = Entry(Secret("x"), 0, origins_of(Profile("a", {"provider": "openai"})))
    changed = Profile("a", {"provider": "openai", "baseUrl": "https://evil.example"})
    with pytest.raises(AddressNotAllowed, match=r"default of openai.*now uses https://evil\.example"):
        origins_after_use("n", entry, changed)
    allowed = origins_after_use("n", entry, changed, allowed=["https://evil.example"])
    assert allowed == ("https://evil.example", "the default of openai")


def test_omitting_an_address_does_not_add_an_origin() -> None:
    entry = Entry(Secret("x"), 0, ("https://a.example", "https://b.example"))
    profile = Profile("a", {"baseUrl": "https://b.example"})
    assert origins_after_use("n", entry, profile) == entry.origins
