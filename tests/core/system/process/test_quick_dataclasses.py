from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import codemie_core
import codemie_tray


def run(code: str) -> str:
    """Run code in a new Python that has imported nothing of ours yet, and return what it printed."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # -I would ignore PYTHONPATH; -S leaves out what an environment's .pth files import.
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import sys\n" + code],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


QUICK = "import codemie_core.system.process.quick_dataclasses\n"


def test_dataclasses_is_there_and_inspect_is_not() -> None:
    printed = run(QUICK + "print('dataclasses' in sys.modules, 'inspect' in sys.modules)")
    assert printed == "True False"


def test_a_class_without_a_docstring_gets_the_same_one() -> None:
    code = (
        "import dataclasses\n@dataclasses.dataclass\nclass Two:\n a: int\n b: str = 'x'\nprint(Two.__doc__)"
    )
    assert run(QUICK + code) == run(code) == "Two(a: int, b: str = 'x')"


def test_each_of_our_data_classes_has_a_docstring() -> None:
    """Without one, its module would load `inspect` to write it: 8 ms of each command that imports it."""
    packages = [Path(str(package.__file__)).parent for package in (codemie_core, codemie_tray)]
    found, without = 0, []
    for path in (path for package in packages for path in package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ClassDef) and "dataclass" in map(_name, node.decorator_list):
                found += 1
                if not ast.get_docstring(node):
                    without.append(f"{path}:{node.lineno}")
    assert found > 100, "data classes are recognized"
    assert not without


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)


def test_whoever_imports_inspect_afterwards_gets_the_real_one() -> None:
    printed = run(QUICK + "import inspect\nprint(inspect.__file__ is not None, inspect.isclass(int))")
    assert printed == "True True"


def test_an_import_hook_that_examines_each_module_gets_the_real_inspect() -> None:
    """As PySide6's does, which asks for the source of each module that is imported from then on."""
    hook = """
import builtins, inspect
first = builtins.__import__
def examined(*given):
    module = first(*given)
    inspect.unwrap(module)
    return module
builtins.__import__ = examined
"""
    code = "import dataclasses\n@dataclasses.dataclass\nclass One:\n a: int\nprint(One.__doc__)"
    assert run(hook + QUICK + code) == "One(a: int)"


def test_an_inspect_that_is_loaded_already_stays() -> None:
    printed = run("import inspect as first\n" + QUICK + "import inspect\nprint(inspect is first)")
    assert printed == "True"


CLASSES = """
import dataclasses

def raised(work, *given):
    try:
        return work(*given)
    except Exception as error:
        return f"{type(error).__name__}: {error}"

@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Point:
    "A point."
    x: int
    y: list = dataclasses.field(default_factory=list, compare=False)
    z: int = 3

@dataclasses.dataclass
class Base:
    "A base."
    a: int
    def __post_init__(self):
        self.b = self.a + 1

@dataclasses.dataclass
class Child(Base):
    "Calls its base's."
    c: int = 0
    def again(self):
        Base.__init__(self, 8)
        return self.a, self.b

point = Point(1, z=2)
print(point, Point(1, [7], 2) == point, point < Point(2), {point: 1}[Point(1, z=2)], point != 1, Base(2).b)
print(raised(Point), raised(setattr, point, "x", 2), raised(delattr, point, "x"), raised(hash, Base(1)))
print(raised(setattr, point, "w", 2), dataclasses.replace(point, x=5), dataclasses.asdict(point))
print(Child(1, 2), Child(1, 2).b, Child(1, 2) == Base(1), Point.__init__.__qualname__, Point.__match_args__)
print(Point.__eq__(point, 1), Point.__hash__(point) == hash(point), Child(4).__repr__(), Child(1).again())
"""


def test_methods_that_are_compiled_when_called_do_what_the_usual_ones_do() -> None:
    assert run(QUICK + CLASSES) == run("import inspect\n" + QUICK + CLASSES) == run(CLASSES)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="from 3.13 on they are compiled together")
def test_a_method_is_compiled_when_it_is_first_called() -> None:
    code = (
        "import dataclasses\n@dataclasses.dataclass(frozen=True, slots=True)\nclass One:\n '.'\n a: int\n"
        "def compiled():\n"
        " return [n for n in ('__init__', '__eq__', '__hash__', '__setattr__')"
        " if not hasattr(vars(One)[n], 'compiled')]\n"
        "print(compiled())\nOne(1)\nprint(compiled())\nOne(1) == One(2)\nprint(compiled())"
    )
    assert run(QUICK + code).splitlines() == ["[]", "['__init__']", "['__init__', '__eq__']"]


def test_threads_that_call_a_method_first_at_the_same_time_all_get_it() -> None:
    code = (
        "import dataclasses, threading\n@dataclasses.dataclass(frozen=True, slots=True)\nclass One:\n '.'\n"
        " a: int\nmade, start = [], threading.Barrier(8)\n"
        "def make(n):\n start.wait()\n made.append(One(n))\n"
        "threads = [threading.Thread(target=make, args=(n,)) for n in range(8)]\n"
        "[t.start() for t in threads]\n[t.join() for t in threads]\n"
        "print(sorted(one.a for one in made))"
    )
    assert run(QUICK + code) == str(list(range(8)))
