from __future__ import annotations

import json
import os
import shutil
import sys

import pytest
from tests.core.credentials.stores import store_in

from codemie_core import ConfigLoader
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.errors import (
    AddressNotAllowed,
    ConfigError,
    CredentialError,
    CredentialNotFound,
    StoreError,
)
from codemie_core.home import Home
from codemie_core.profiles.tokens.handover.child_profile import resolved
from codemie_core.profiles.tokens.handover.environment import environment_of
from codemie_core.profiles.tokens.movable import movable_tokens
from codemie_core.profiles.tokens.move import move_in, move_out
from codemie_core.profiles.tokens.reference import token_fields, tokens_of

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "cli-home")
TOKENS = ("sk-ant-sample-not-a-real-key", "sk-sample", "aws-made-up", "jwt-made-up")


def _prepared(folder: str) -> tuple[ConfigLoader, CredentialStore]:
    """Return a home in the CLI's layout whose profiles hold a token of every kind."""
    loader, store = _of(folder)
    os.mkdir(loader.home.path, 0o700)
    shutil.copy(os.path.join(GOLDEN, "codemie-cli.config.json"), loader.home.path)
    loader.save_profile(
        "work", {"awsSecretAccessKey": TOKENS[2], "jwtConfig": {"token": TOKENS[3], "x": 1.50}}
    )
    return loader, store


def _of(folder: str) -> tuple[ConfigLoader, CredentialStore]:
    store, _ = store_in(folder, lock_timeout_seconds=0.05)
    home = Home(os.path.join(folder, "home"))
    return ConfigLoader(home, settle_seconds=0, lock_timeout_seconds=0.05), store


def _text(loader: ConfigLoader) -> str:
    with open(loader.load().path, encoding="utf-8") as file:
        return file.read()


def _tokens_there(loader: ConfigLoader, store: CredentialStore) -> set[str]:
    """Return every token that `run` would find, following references."""
    secrets = store.get_all()
    config = loader.load()
    return {secret.reveal() for profile in config.profiles for secret in tokens_of(profile, secrets).values()}


def test_moving_in_and_out_restores_the_file_byte_for_byte(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    before = _text(loader)
    moves = move_in(loader, store)
    assert [(move.profile, move.field, move.credential) for move in moves] == [
        ("work", "awsSecretAccessKey", "work/awsSecretAccessKey"),
        ("work", "jwtConfig.token", "work/jwtConfig.token"),
        ("personal", "apiKey", "personal/apiKey"),
        ("büro-测试", "apiKey", "büro-测试/apiKey"),
    ]
    during = _text(loader)
    assert not any(token in during for token in TOKENS)
    assert during.count("credential:") == 4
    assert _tokens_there(loader, store) == set(TOKENS)
    assert movable_tokens(loader.load()) == ()
    move_out(loader, store)
    assert _text(loader) == before
    assert store.list() == ()


def test_each_operation_is_idempotent(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    text = _text(loader)
    assert move_in(loader, store) == ()
    assert _text(loader) == text
    move_out(loader, store)
    assert move_out(loader, store) == ()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_configuration_is_private_after_the_tokens_are_moved_back(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    os.chmod(loader.load().path, 0o644)
    move_out(loader, store)
    assert loader.load().mode == 0o600


def test_another_secret_with_the_same_name_is_not_overwritten(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    store.set("personal/apiKey", Secret("somebody else's"))
    moves = {move.profile: move.credential for move in move_in(loader, store)}
    assert moves["personal"] == "personal/apiKey 2"
    assert store.get("personal/apiKey").reveal() == "somebody else's"
    move_out(loader, store)
    assert [info.name for info in store.list()] == ["personal/apiKey"]


def test_a_dangling_reference_stops_moving_out_before_anything_changes(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    store.remove("personal/apiKey")
    before = _text(loader)
    with pytest.raises(CredentialNotFound):
        move_out(loader, store)
    assert _text(loader) == before
    assert len(store.list()) == 3


def test_a_token_is_not_moved_back_to_a_profile_with_another_address(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    path = loader.load().path
    with open(path, encoding="utf-8") as file:
        text = file.read()
    evil = text.replace("https://codemie.example.com", "https://evil.example")
    assert evil != text
    with open(path, "w", encoding="utf-8") as file:
        file.write(evil)
    with pytest.raises(AddressNotAllowed, match="evil"):
        move_out(loader, store)
    assert _text(loader) == evil
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    assert move_out(loader, store)


def test_a_shared_credential_stays_until_the_last_profile_is_moved_back(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    loader.duplicate_profile("personal", "copy")
    move_out(loader, store)
    assert loader.load().profile("copy").fields["apiKey"] == TOKENS[0]
    assert store.list() == ()


def test_a_token_in_a_duplicate_key_is_not_left_behind(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    path = loader.load().path
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            '{"version":2,"activeProfile":"a","profiles":{"a":{"apiKey":"sk-twice","apiKey":"sk-twice"}}}'
        )
    move_in(loader, store)
    assert "sk-twice" not in _text(loader)


def test_a_profile_becomes_the_clis_variables_without_leftovers_of_an_older_session(tmp_path: object) -> None:
    loader, store = _prepared(str(tmp_path))
    move_in(loader, store)
    profile = loader.load().profile("work")
    stale = {
        "CODEMIE_BASE_URL": "https://evil",
        "CODEMIE_API_KEY": "stale",
        "CODEMIE_HOME": "/h",
        "PATH": "/bin",
    }
    environment = environment_of(resolved(profile, store.get_all()), stale)
    assert environment == {
        "PATH": "/bin",
        "CODEMIE_HOME": "/h",
        "CODEMIE_PROVIDER": "ai-run-sso",
        "CODEMIE_BASE_URL": "https://codemie.example.com/code-assistant-api",
        "CODEMIE_MODEL": "claude-sonnet-4-5",
        "CODEMIE_TIMEOUT": "0",
        "CODEMIE_DEBUG": "false",
        "CODEMIE_URL": "https://codemie.example.com",
        "CODEMIE_AUTH_METHOD": "sso",
        **dict.fromkeys(("CODEMIE_API_KEY", "CODEMIE_ALLOWED_DIRS", "CODEMIE_IGNORE_PATTERNS"), ""),
        **dict.fromkeys(("CODEMIE_INTEGRATION_ID", "CODEMIE_INTEGRATION_ALIAS"), ""),
        "CODEMIE_JWT_TOKEN": TOKENS[3],
    }


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="the fault injector forks")
@pytest.mark.parametrize("direction", ["in", "out"])
def test_no_fault_at_any_call_loses_a_token_between_the_two_files(tmp_path: object, direction: str) -> None:
    from tests.faults.os_calls import End, run_every_fault
    from tests.support.scale import rounds

    move = move_in if direction == "in" else move_out

    def prepare(folder: str) -> None:
        loader, store = _prepared(folder)
        if direction == "out":
            move_in(loader, store)

    def operation(folder: str) -> None:
        move(*_of(folder))

    def check(folder: str, end: End) -> None:
        loader, store = _of(folder)
        assert _tokens_there(loader, store) == set(TOKENS), "a token is lost"
        move(loader, store)
        assert _tokens_there(loader, store) == set(TOKENS), "a token is lost the second time"
        assert all(
            (token.reference is not None) == (direction == "in") for token in token_fields(loader.load())
        )
        json.loads(_text(loader))

    report = run_every_fault(
        str(tmp_path),
        prepare,
        operation,
        check,
        refusals=(CredentialError, StoreError, ConfigError),
        every=rounds(7, 1),
    )
    print(report)
    assert not report.violations, report
    assert report.states > rounds(100, 700)
