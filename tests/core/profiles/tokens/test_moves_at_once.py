"""Concurrent move-in and move-out, and a kill during either: real processes on one home."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.core.credentials.child import ENVIRONMENT, python
from tests.support.scale import rounds

from codemie_core.config.store import ConfigLoader
from codemie_core.credentials import CredentialStore
from codemie_core.errors import CredentialNotFound
from codemie_core.home import Home
from codemie_core.profiles.tokens.move import move_in, move_out
from codemie_core.profiles.tokens.reference import tokens_of

TOKENS = {f"sk-made-up-{number}" for number in range(4)}

_HEAD = """
import sys, time
from codemie_core.config.store import ConfigLoader
from codemie_core.credentials import Secret
from codemie_core.errors import CredentialError, StoreError
from codemie_core.home import Home
from codemie_core.profiles.tokens.move import move_in, move_out
from codemie_core.profiles.tokens.reference import reference_to, token_fields
from tests.core.credentials.stores import store_in
store, _ = store_in(sys.argv[1])
loader = ConfigLoader(Home(sys.argv[1] + "/home"))
"""
_READY = "print('ready', flush=True); sys.stdin.readline()\n"
# Move-in starts as soon as there is something to move: in the middle of move-out.
_WAIT = """
until = time.monotonic() + 2
while not any(token.in_clear for token in token_fields(loader.load())) and time.monotonic() < until:
    pass
"""
_MOVES = {
    "in": _HEAD + _READY + _WAIT + "move_in(loader, store)\n",
    "out": _HEAD + _READY + "move_out(loader, store)\n",
}

# As both were before: the store's lock is released between the steps.
_CARELESS = {
    "in": _HEAD
    + _READY
    + _WAIT
    + """
tokens = [token for token in token_fields(loader.load()) if token.in_clear]
names = {f"{token.profile}/apiKey": token for token in tokens}
if names:
    store.set_many({name: token.value for name, token in names.items()})
    changes = {
        (token.profile, token.field_path): (token.value.reveal(), reference_to(name))
        for name, token in names.items()
    }
    time.sleep(0.05)
    loader.set_tokens(changes)
""",
    "out": _HEAD
    + _READY
    + """
tokens = [token for token in token_fields(loader.load()) if token.reference]
known = store.get_all()
changes = {
    (token.profile, token.field_path): (token.value.reveal(), known[token.reference].reveal())
    for token in tokens
}
loader.set_tokens(changes)
time.sleep(1)  # long enough for the other to have put its tokens into the store, under Wine, too
store.remove(*{token.reference for token in tokens})
""",
}


def _prepared(folder: str) -> tuple[ConfigLoader, CredentialStore]:
    from tests.core.credentials.stores import store_in

    home = os.path.join(folder, "home")
    os.makedirs(home, mode=0o700)
    profiles = {
        f"p{number}": {"provider": "litellm", "apiKey": token} for number, token in enumerate(sorted(TOKENS))
    }
    with open(os.path.join(home, "codemie-cli.config.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 2, "activeProfile": "p0", "profiles": profiles}, file)
    store, _ = store_in(folder)
    return ConfigLoader(Home(home), settle_seconds=0), store


def _lost(loader: ConfigLoader, store: CredentialStore) -> bool:
    secrets = store.get_all()
    try:
        found = {
            secret.reveal()
            for profile in loader.load().profiles
            for secret in tokens_of(profile, secrets).values()
        }
    except CredentialNotFound:
        return True
    return found != TOKENS


def _at_once(folder: str, programs: dict[str, str]) -> bool:
    """Run both at the same time; return whether a token is lost."""
    loader, store = _prepared(folder)
    move_in(loader, store)
    running = [
        subprocess.Popen(
            python(code, folder), env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for code in programs.values()
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
    return _lost(loader, store)


@pytest.mark.timeout(600)
def test_concurrent_move_in_and_move_out_lose_nothing(memory: Path) -> None:
    count = rounds(25, 200)
    lost = [number for number in range(count) if _at_once(str(memory / str(number)), _MOVES)]
    print(f"{len(lost)} of {count} rounds lost a token")
    assert lost == []


@pytest.mark.timeout(600)
def test_moves_that_lock_each_step_separately_are_caught_losing_tokens(tmp_path: object) -> None:
    """The control. The secret they lose is among the removed ones, and can be restored."""
    for number in range(rounds(60, 200)):
        folder = os.path.join(str(tmp_path), str(number))
        if _at_once(folder, _CARELESS):
            break
    else:
        pytest.fail("the control lost nothing")
    from tests.core.credentials.stores import store_in

    store, _ = store_in(folder)
    loader = ConfigLoader(Home(os.path.join(folder, "home")), settle_seconds=0)
    for info in store.removed():
        if info.name not in {one.name for one in store.list()}:
            store.restore(info.name)
    assert not _lost(loader, store)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_move_killed_at_a_random_moment_loses_nothing_and_can_be_completed(
    tmp_path: object, direction: str
) -> None:
    """test_token_move interrupts each system call; this is the real signal at any moment."""
    chance = random.Random(20261127)  # noqa: S311 - the moment of the kill is not secret
    for number in range(rounds(20, 200)):
        folder = os.path.join(str(tmp_path), str(number))
        loader, store = _prepared(folder)
        if direction == "out":
            move_in(loader, store)
        process = subprocess.Popen(
            python(_MOVES[direction], folder),
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(chance.random() * 0.25)
        process.kill()
        process.communicate()
        assert not _lost(loader, store), number
        (move_in if direction == "in" else move_out)(loader, store)
        assert not _lost(loader, store), number
        assert store.protection()
