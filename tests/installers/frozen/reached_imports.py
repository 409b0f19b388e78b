"""Every import that starting the program can reach, even inside functions, found in the sources."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import codemie_core
import codemie_tray
from installers.frozen import bundle

FOR_TESTS = "codemie_core.testing"
"""For tests of the core's users: imports pytest and is never part of the program."""
Edge = tuple[str, str]
"""A module, and one that it imports."""


def our_modules() -> list[str]:
    """Return the names of all modules that the program may contain."""
    names = []
    for package in (codemie_core, codemie_tray):
        names.append(package.__name__)
        names += [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [name for name in names if name != FOR_TESTS and not name.startswith(f"{FOR_TESTS}.")]


@functools.cache
def imports_of(module: str) -> tuple[str, ...]:
    """Return what a module imports anywhere, as full names; names that are no modules may be among them."""
    return tuple(_imports_of(module))


def _imports_of(module: str) -> Iterator[str]:
    origin, is_package = _source(module)
    if origin is None or not origin.endswith(".py"):
        return
    tree = ast.parse(Path(origin).read_text(encoding="utf-8"))
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def reached(start: Iterable[str], left_out: Callable[[str], str | None]) -> tuple[set[str], set[Edge]]:
    """Follow the imports from `start` on.

    Args:
        start: names of modules.
        left_out: the excluded module that covers a name; those are not followed.

    Returns:
        The modules found, and the imports that lead to an excluded one.
    """
    found: set[str] = set()
    edges: set[Edge] = set()
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        if _source(module)[0] is None and not _source(module)[1]:
            continue  # a function or a class, or not installed here
        found.add(module)
        waiting.append(module.rpartition(".")[0] or module)
        for name in imports_of(module):
            excluded = left_out(name)
            if excluded is None:
                waiting.append(name)
            else:
                edges.add((module, excluded))
    return found, edges


def left_out_on(platform: str) -> Callable[[str], str | None]:
    """Return a function that finds the excluded module of a platform's bundle that covers a name."""
    excluded = set(bundle.left_out(platform))

    def under(name: str) -> str | None:
        parts = name.split(".")
        return next((n for end in range(1, len(parts) + 1) if (n := ".".join(parts[:end])) in excluded), None)

    return under


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield everything except what is only for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node)


@functools.cache
def _source(module: str) -> tuple[str | None, bool]:
    """Return a module's file, and whether it is a package; nothing is imported."""
    parts = module.split(".")
    path: Iterable[str] | None = None
    spec = None
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        if end == 1:
            spec = importlib.machinery.BuiltinImporter.find_spec(name)
            spec = spec or importlib.machinery.PathFinder.find_spec(name)
        elif path is None:
            return None, False
        else:
            spec = importlib.machinery.PathFinder.find_spec(name, list(path))
        if spec is None:
            return None, False
        path = spec.submodule_search_locations
    assert spec is not None
    return spec.origin, path is not None
