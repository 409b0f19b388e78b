"""Test isolation for users of the package: each test has its own home."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.testing import isolated_home

SUITE = """
import os
from codemie_core import ConfigLoader, Home

def test_one(codemie_home):
    assert os.listdir(codemie_home.path) == []
    assert Home.from_environ() == codemie_home
    ConfigLoader(codemie_home).save_profile("test", {"provider": "p", "model": "m"})
    assert ConfigLoader(Home.from_environ()).load().profile("test").model == "m"

test_two = test_one  # finds nothing of the first

def test_three():
    assert os.environ["CODEMIE_HOME"] == "/the/persons/own"
"""


@pytest.mark.skipif(
    not any("codemie_core" in point.value for point in entry_points(group="pytest11")),
    reason="codemie_core runs from its source here and is not installed",
)
def test_the_fixture_comes_with_the_package(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    environ = {**os.environ, "CODEMIE_HOME": "/the/persons/own"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", "test_suite.py"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_isolated_home_is_empty_and_removed_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEMIE_HOME", "/before")
    with isolated_home() as home:
        assert os.listdir(home.path) == []
        assert Home.from_environ() == home
        assert os.path.basename(home.path) == ".codemie"
        if sys.platform != "win32":
            assert os.stat(home.path).st_mode & 0o777 == 0o700
        ConfigLoader(home).save_profile("test", {"provider": "p"})
    assert not os.path.exists(os.path.dirname(home.path))
    assert os.environ["CODEMIE_HOME"] == "/before"


def test_a_failing_test_leaves_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODEMIE_HOME")
    homes = []

    def fails() -> None:
        with isolated_home() as home:
            homes.append(home.path)
            ConfigLoader(home).save_profile("test", {"provider": "p"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not os.path.exists(homes[0])
    assert "CODEMIE_HOME" not in os.environ


def test_a_different_environment_can_be_given() -> None:
    environ: dict[str, str] = {}
    with isolated_home(environ) as home:
        assert environ == {"CODEMIE_HOME": home.path}
        assert os.environ.get("CODEMIE_HOME") != home.path
    assert environ == {}
