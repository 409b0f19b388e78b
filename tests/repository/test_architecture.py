"""The tables in docs/architecture.md are compared with the real imports."""

from __future__ import annotations

import ast
import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "architecture.md"
PACKAGES = {"codemie_core": ROOT / "core", "codemie_tray": ROOT / "tray"}
DISTRIBUTIONS = {"Pillow": "PIL"}
"""Packages whose name differs from that of the module."""


def module_of(file: Path, folder: Path) -> str:
    parts = file.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    """Return every module of the two packages and its file."""
    return {
        module_of(file, folder): file
        for name, folder in PACKAGES.items()
        for file in (folder / name).rglob("*.py")
    }


MODULES = sources()


def imports_of(source: str, *, at_run_time: bool = False) -> set[str]:
    """Return the full names of what a module imports, `from` names included where they are modules.

    Args:
        source: the module's text.
        at_run_time: leave out imports only for type checkers.
    """
    found: set[str] = set()
    for node in _nodes(ast.parse(source), at_run_time=at_run_time):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            assert node.module is not None
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if name in MODULES}
            found |= modules
            if modules != inner:
                found.add(node.module)
    return found


def _nodes(tree: ast.AST, *, at_run_time: bool) -> list[ast.AST]:
    if not at_run_time:
        return list(ast.walk(tree))
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        found += [node, *_nodes(node, at_run_time=True)]
    return found


IMPORTS = {name: imports_of(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def table(heading: str) -> list[tuple[str, str]]:
    """Return the rows of the table below a heading of the page."""
    section = DOC.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [(left.strip(), right.strip()) for left, right in rows[1:]]


def names_in(text: str) -> list[str]:
    """Return the quoted names; the first one's package also applies to those after it."""
    names = re.findall(r"`([\w.*]+)`", text)
    package = names[0].partition(".")[0] if names else ""
    return [name if "." in name or not package else f"{package}.{name}" for name in names]


def matches(module: str, patterns: list[str]) -> bool:
    return any(
        fnmatchcase(module, pattern) or fnmatchcase(f"{module}.", pattern.removesuffix("*"))
        for pattern in patterns
    )


def permitted(own: list[str], rule: str) -> list[str]:
    """Read the right column: patterns of modules that may be imported."""
    package = own[0].partition(".")[0] if own else "codemie_tray"
    patterns = [*own, "codemie_tray"]  # the package itself: its name and version
    for found in re.findall(r"`([\w.*]+)`", rule):
        name = found if found.startswith("codemie_core.") else f"{package}.{found}"
        patterns += [name, f"{name}.*"]
    if "the core's `foreign_environment`" in rule:
        patterns.append("codemie_core.system.process.foreign_environment")
    elif "the core" in rule:
        patterns += ["codemie_core", "codemie_core.*"]
    if "everything in the tray" in rule:
        patterns += ["codemie_core", "codemie_core.*", "codemie_tray.*"]
    return patterns


RULES = [(names_in(left), right) for left, right in table("Who may import whom")]


@pytest.mark.parametrize(("own", "rule"), RULES, ids=[own[0] for own, _ in RULES])
def test_a_module_imports_only_what_the_table_allows(own: list[str], rule: str) -> None:
    patterns = permitted(own, rule)
    concerned = [module for module in MODULES if matches(module, own)]
    assert concerned, f"the table speaks of {own}, and there is no such module"
    wrong = {
        f"{module} imports {name}"
        for module in concerned
        for name in IMPORTS[module]
        if name.partition(".")[0] in PACKAGES and not matches(name, patterns)
    }
    assert not wrong


def test_the_table_is_parsed_as_intended() -> None:
    patterns = permitted(["codemie_tray.view.menu"], "nothing but each other: values")
    assert matches("codemie_tray.view.menu", patterns)
    assert not matches("codemie_tray.view.state", patterns)
    assert not matches("codemie_core.config", patterns)
    assert matches("codemie_core.config", permitted([], "the core"))
    assert matches("codemie_core.files.lock", permitted(["codemie_core.config.*"], "`files`"))
    assert len(RULES) >= 20


MOST_ENTRIES = 9
NOT_COUNTED = {
    "codemie_core": {"errors.py", "home.py", "py.typed"},
    "codemie_tray": {"__main__.py", "py.typed"},
    "tests": {"README.md", "conftest.py"},
}
"""Entries that a package's top must have; docs/architecture.md says why."""
HOMES = {**PACKAGES, **dict.fromkeys(("installers", "benchmarks", "tests"), ROOT)}
"""Folders whose rooms are counted, by the folder that they are in."""


def entries_of(folder: Path) -> set[str]:
    """Return the files and folders of a room, without Python's caches."""
    return {
        entry.name
        for entry in folder.iterdir()
        if entry.name not in ("__init__.py", "__pycache__") and (entry.is_file() or any(entry.rglob("*.py")))
    }


def crowded_rooms(root: Path, package: str) -> list[str]:
    """Return each folder of a package with more entries than a reader can take in at a glance."""
    found = []
    for folder in [root / package, *(root / package).rglob("*")]:
        if (
            folder.is_dir()
            and folder.name != "__pycache__"
            and root / "tests" / "golden" not in folder.parents
        ):
            name = folder.relative_to(root).as_posix()
            entries = entries_of(folder) - NOT_COUNTED.get(name, set())
            if len(entries) > MOST_ENTRIES:
                found.append(f"{name} has {len(entries)} entries: {', '.join(sorted(entries))}")
    return found


@pytest.mark.parametrize("package", HOMES)
def test_no_room_has_more_than_nine_entries(package: str) -> None:
    assert not crowded_rooms(HOMES[package], package)


def test_every_uncounted_entry_exists() -> None:
    for package, names in NOT_COUNTED.items():
        assert names <= entries_of(HOMES[package] / package)


def test_a_tenth_entry_is_found(tmp_path: Path) -> None:
    room = tmp_path / "package" / "room"
    room.mkdir(parents=True)
    for name in ("__init__", *"abcdefgh"):
        (room / f"{name}.py").touch()
    (room / "inner").mkdir()
    (room / "inner" / "x.py").touch()
    assert not crowded_rooms(tmp_path, "package")
    (room / "i.py").touch()
    assert crowded_rooms(tmp_path, "package") == [
        "package/room has 10 entries: a.py, b.py, c.py, d.py, e.py, f.py, g.py, h.py, i.py, inner"
    ]


def test_the_core_never_imports_the_tray() -> None:
    assert not [name for name in MODULES if name.startswith("codemie_core") and "codemie_tray" in tops(name)]


def tops(module: str) -> set[str]:
    return {name.partition(".")[0] for name in IMPORTS[module]}


def third_party() -> dict[str, set[str]]:
    """Return each foreign package and the modules that import it."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for name in tops(module) - set(sys.stdlib_module_names) - set(PACKAGES):
            if name.startswith("_"):
                continue  # a part of the standard library of another Python
            found.setdefault(name, set()).add(module)
    return found


def test_each_third_party_package_is_imported_only_where_the_table_says() -> None:
    allowed = {
        DISTRIBUTIONS.get(left.strip("`"), left.strip("`")): re.findall(r"`([\w.*]+)`", right)
        for left, right in table("Third-party packages")
    }
    wrong = [
        f"{module} imports {package}; the table in docs/architecture.md does not say so"
        for package, modules in third_party().items()
        for module in sorted(modules)
        if not matches(module, allowed.get(package, []))
    ]
    assert not wrong


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return every circle among the imports."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> None:
        if module in path:
            found.append([*path[path.index(module) :], module])
        elif module not in done:
            for name in sorted(graph.get(module, ())):
                walk(name, [*path, module])
            done.add(module)

    for module in sorted(graph):
        walk(module, [])
    return found


def test_there_are_no_import_circles_even_over_imports_in_functions() -> None:
    graph = {
        module: {
            name for name in imports_of(file.read_text(encoding="utf-8"), at_run_time=True) if name in MODULES
        }
        for module, file in MODULES.items()
    }
    assert not circles(graph)


def test_an_import_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == [["a", "b", "c", "a"]]


def test_the_store_uses_no_screen_and_prints_nothing() -> None:
    for module, file in MODULES.items():
        if module.startswith("codemie_core"):
            assert not tops(module) & {"tkinter", "curses", "argparse", "logging"}, module
            calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
            names = {node.id for node in calls if isinstance(node, ast.Name)}
            assert "print" not in names, module


def imported_by(module: str) -> set[str]:
    """Return all our modules that importing `module`, or calling any of its functions, may load."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in found:
            found.add(name)
            waiting += IMPORTS[name]
    return found


def test_the_stores_lock_cannot_be_taken_while_holding_the_configurations() -> None:
    """`home.LOCK_ORDER`: the store's comes first, so nothing below the configuration may know the store.

    `tests/support/test_run/lock_order.py` watches the same at run time, in every test.
    """
    holders = [name for name in MODULES if name.startswith("codemie_core.config")]
    holders.append("codemie_core.retention.clock_guard")
    for holder in holders:
        known = {name for name in imported_by(holder) if name.startswith("codemie_core.credentials")}
        assert not known, (holder, known)
    known = imported_by("codemie_core.profiles.tokens.move")
    assert "codemie_core.credentials.vault.vault" in known  # so the loop above would find it


def test_the_store_stays_open_across_another_file_in_two_places() -> None:
    users = [name for name, file in MODULES.items() if ".transaction()" in file.read_text(encoding="utf-8")]
    assert users == ["codemie_core.profiles.making", "codemie_core.profiles.tokens.move"]
    takers = {
        name for name, file in MODULES.items() if "credentials_lock" in file.read_text(encoding="utf-8")
    }
    assert takers == {"codemie_core.home", "codemie_core.credentials.vault.vault"}


OURSELVES = {
    "codemie_core.credentials.os_keyring.client": "the keyring's helper",
    "codemie_core.sessions.usage.counting.parallel": "a second process that reads",
    "codemie_tray.background.usage.usage_process": "`codemie-tray usage`",
    "codemie_tray.app.lifecycle.restart": "the tray itself; PyInstaller's bootloader must know",
}
"""Modules that start our own program, and which: it needs the bundle's environment."""

STARTS = re.compile(
    r"subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)"
    r"|os\.(exec\w+|spawn\w+|posix_spawnp?|system|popen|startfile)"
    r"|(multiprocessing|context)\.(Process|Pool|get_context)|pty\.spawn"
    r"|asyncio\.create_subprocess_\w+|webbrowser\.open\w*"
)
FOREIGN = {"foreign_environment", "in_foreign_environment"}
"""Functions that build the environment for a foreign program."""


def programs_started(source: str) -> list[tuple[int, bool]]:
    """Return each call that starts a program: its line, and whether it gets a foreign environment."""
    found: list[tuple[int, bool]] = []
    tree = ast.parse(source)
    inside = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and any(calls_one_of(item.context_expr) for item in node.items)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and STARTS.fullmatch(ast.unparse(node.func)):
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "env")]
            found.append((node.lineno, node in inside or any(calls_one_of(value) for value in given)))
    return found


def calls_one_of(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Call) and ast.unparse(inner.func).rpartition(".")[2] in FOREIGN
        for inner in ast.walk(node)
    )


def test_every_foreign_program_gets_a_foreign_environment() -> None:
    started = {name: programs_started(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}
    wrong = [
        f"{name}, line {line}: starts a program without foreign_environment()"
        for name, calls in started.items()
        if name not in OURSELVES
        for line, foreign in calls
        if not foreign
    ]
    assert not wrong
    assert all(started[name] for name in OURSELVES), "remove modules that start nothing"
    assert sum(len(calls) for name, calls in started.items() if name not in OURSELVES) >= 6


def test_no_module_starts_programs_under_an_unchecked_name() -> None:
    for name, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"subprocess", "os", "pty", "webbrowser", "asyncio"}, name
            if isinstance(node, ast.Import):
                known = {"subprocess", "os", "pty", "webbrowser", "asyncio", "multiprocessing"}
                assert not [a for a in node.names if a.name in known and a.asname], name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("subprocess.run(['x'])", [False]),
        ("subprocess.run(['x'], env=os.environ)", [False]),
        ("subprocess.Popen(['x'], env=foreign_environment())", [True]),
        ("subprocess.run(['x'], env={**foreign_environment(), 'A': 'b'})", [True]),
        ("os.execvpe(a, b, c)", [False]),
        ("os.execvpe(a, b, foreign_environment(c))", [True]),
        ("os.startfile(p)", [False]),
        ("with in_foreign_environment():\n    os.startfile(p)", [True]),
        ("subprocess.list2cmdline(x)", []),
    ],
)
def test_a_program_started_in_our_own_environment_is_found(source: str, expected: list[bool]) -> None:
    assert [foreign for _, foreign in programs_started(source)] == expected


def test_every_test_that_the_security_page_names_exists() -> None:
    """A promise whose test was renamed or removed is untested."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`([\w/]+\.py)(?:::\w+)?`", text))
    files = {name for name in files if name.startswith(("core/", "integration/", "tray/"))}
    names = set(re.findall(r"\btest_\w+(?=`)(?<!\.py)", text))
    sources = "".join((ROOT / "tests" / name).read_text(encoding="utf-8") for name in files)
    assert not [name for name in names if f"def {name}(" not in sources]
    assert len(names) >= 12
    assert len(files) >= 10


def test_a_process_that_may_write_only_small_files_writes_no_bytecode() -> None:
    """A compiled module truncated at the limit would break every later process."""
    limiting = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if "RLIMIT_" + "FSIZE" in path.read_text(encoding="utf-8")
    }
    assert limiting == {"tests/support/disks/file_size.py"}
