"""What `codemie_core` exports: every public name and error, each loaded on first use."""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import codemie_core
from codemie_core import errors

PATTERNS = [
    "ConfigLoader",
    "JSONLReader",
    "JSONLWriter",
    "ConversationRecord",
    "ConversationMessage",
    "MetricRecord",
    "CredentialStore",
    "Migration",
    "Registry",
    "MigrationRunner",
    "cleanup_old_logs",
    "Home",
    "Secret",
]
ERRORS = [
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.CodeMieError)
]


@pytest.mark.parametrize("name", [*PATTERNS, *ERRORS])
def test_every_name_is_at_the_top(name: str) -> None:
    assert getattr(codemie_core, name).__name__ == name
    assert name in dir(codemie_core)
    assert name in vars(codemie_core).get("__all__", codemie_core.__getattr__("__all__"))


def test_an_unknown_name_is_an_attribute_error() -> None:
    for name in ("Nothing", "store_error", "annotations"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(codemie_core, name)
    with pytest.raises(ImportError):
        exec("from codemie_core import Nothing")  # noqa: S102 - a type checker would refuse it as code


def test_the_type_checker_sees_the_names_that_are_loaded() -> None:
    tree = ast.parse(Path(codemie_core.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name != "*"
    }
    loaded = {name: f"codemie_core.{module}" for name, module in codemie_core._MODULE_OF.items()}
    assert seen == loaded
    for name, module in loaded.items():
        assert hasattr(importlib.import_module(module), name)


def test_importing_the_package_loads_none_of_its_modules() -> None:
    code = (
        "import sys, codemie_core, json;"
        "print(json.dumps([m for m in sys.modules if m.startswith('codemie')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["codemie_core"]


def test_help_begins_with_what_it_is_and_where_things_are() -> None:
    first, *rest = (codemie_core.__doc__ or "").splitlines()
    assert first.startswith("The store behind CodeMie Tray")
    assert "Overview:" in rest
    for name in ("ConfigLoader", "JSONLReader", "CredentialStore", "codemie_core.testing"):
        assert any(name in line for line in rest)
