"""The CLI's credential files, as it wrote them (tests/golden/cli-home)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import sys

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from codemie_core.home import Home
from codemie_core.profiles.tokens.cli_files import CliMachine, read_cli_files, url_hash

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden")


def _machine() -> CliMachine:
    with open(os.path.join(GOLDEN, "cli-machine.json"), encoding="utf-8") as file:
        machine = json.load(file)
    return CliMachine(machine["hostname"], machine["platform"], machine["arch"])


@pytest.fixture
def home(tmp_path: object) -> Home:
    folder = os.path.join(str(tmp_path), "home")
    shutil.copytree(os.path.join(GOLDEN, "cli-home"), folder)
    for path, _, names in os.walk(folder):
        for name in names:
            os.chmod(os.path.join(path, name), 0o644)
    return Home(folder)


def _write(home: Home, name: str, content: object, *, tag_bytes: int = 16) -> None:
    nonce = os.urandom(12)
    sealed = AESGCM(_machine().key()).encrypt(nonce, json.dumps(content).encode(), None)
    ciphertext, tag = sealed[:-16], sealed[-16:][:tag_bytes]
    with open(home.join("credentials", name), "w", encoding="ascii") as file:
        file.write(f"{nonce.hex()}:{tag.hex()}:{ciphertext.hex()}")


def _named(home: Home, name: str):  # type: ignore[no-untyped-def]
    return next(one for one in read_cli_files(home, _machine()) if one.path.endswith(name))


def test_the_key_is_the_clis() -> None:
    with open(os.path.join(GOLDEN, "cli-machine.json"), encoding="utf-8") as file:
        assert _machine().key().hex() == json.load(file)["aesKeyHex"]


def test_this_machine_is_named_as_node_names_it() -> None:
    machine = CliMachine.this()
    assert machine.hostname == socket.gethostname()
    assert machine.platform == sys.platform
    assert machine.architecture in ("x64", "arm64", "ia32", "arm")


def test_every_file_that_the_cli_wrote_is_opened(home: Home) -> None:
    found = read_cli_files(home, _machine())
    assert [one.problem for one in found] == [""] * 4
    reported = {os.path.basename(one.path)[:8]: (one.kind, one.api_url, one.expires_ms) for one in found}
    assert reported == {
        "jwt-sso-": ("jwt", "https://codemie.example.com", 1893456000000),
        "legacy-c": ("sso", "https://old.example.com", None),
        "sso-e9cd": ("sso", "https://codemie.example.com/code-assistant-api", 1893456000000),
        "sso-cred": ("sso", "https://codemie.example.com", 1893456000000),
    }
    assert [one.authenticated for one in found].count(False) == 1
    assert all(one.exposed == (os.name == "posix") for one in found)


def test_no_report_contains_a_secret_of_the_cli(home: Home) -> None:
    reported = repr(read_cli_files(home, _machine()))
    for secret in ("sample.jwt.token", "sample-cookie", "global-cookie", "legacy-cookie"):
        assert secret not in reported


def test_a_file_is_named_after_its_address() -> None:
    name = "e9cd9fb9372d677d2b078c4752fae7bf136c9369255b9e89ee4fd107198edccc"
    assert url_hash("https://codemie.example.com") == name
    assert url_hash("HTTPS://CodeMie.example.com/") == name
    assert url_hash("https://codemie.example.com//") != name


def test_another_hostname_is_reported_and_not_raised(home: Home) -> None:
    found = read_cli_files(home, CliMachine("renamed", "linux", "x64"))
    assert all("another hostname" in one.problem for one in found)


@pytest.mark.parametrize("tag_bytes", [0, 4, 8, 12, 13, 14, 15])
def test_a_truncated_tag_is_refused_although_the_cli_accepts_it(home: Home, tag_bytes: int) -> None:
    _write(home, "sso-cut.enc", {"cookies": {}, "apiUrl": "https://evil.example.com"}, tag_bytes=tag_bytes)
    assert _named(home, "sso-cut.enc").problem
    assert _named(home, "sso-cut.enc").api_url == ""


@pytest.mark.parametrize(
    "text", ["", ":", "::", "zz:zz:zz", "00:00", "00" * 12 + "::", "a:b:c:d", "é", "00" * 16 + ":" + "00" * 7]
)
def test_any_file_content_is_reported_and_nothing_raised(home: Home, text: str) -> None:
    with open(home.join("credentials", "sso-odd.enc"), "w", encoding="utf-8") as file:
        file.write(text)
    assert _named(home, "sso-odd.enc").problem


@pytest.mark.parametrize("content", [[], "text", 5, None])
def test_content_of_another_shape_is_reported(home: Home, content: object) -> None:
    _write(home, "sso-odd.enc", content)
    assert _named(home, "sso-odd.enc").problem


@pytest.mark.parametrize("expires", ["soon", -1, 1e300, None, {}])
def test_an_invalid_expiry_is_ignored(home: Home, expires: object) -> None:
    _write(home, "sso-odd.enc", {"cookies": {}, "expiresAt": expires})
    assert _named(home, "sso-odd.enc").expires_ms is None


def test_the_account_is_read_from_the_token(home: Home) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "1", "email": "ann@example.com"}).encode())
    token = f"e30.{claims.decode().rstrip('=')}.c2ln"
    _write(home, "jwt-sso-ann.enc", {"token": token, "apiUrl": "https://x.example.com"})
    found = _named(home, "jwt-sso-ann.enc")
    assert found.account == "ann@example.com"
    assert token not in repr(found)


@pytest.mark.parametrize("token", ["a.b.c", "..", "a.W10.c", "a.\u00e9.c", "a." + "A" * 5 + ".c"])
def test_an_invalid_token_names_no_account(home: Home, token: str) -> None:
    _write(home, "jwt-sso-odd.enc", {"token": token})
    assert _named(home, "jwt-sso-odd.enc").account == ""


def test_a_home_without_cli_logins_has_none(tmp_path: object) -> None:
    assert read_cli_files(Home(str(tmp_path)), _machine()) == ()
