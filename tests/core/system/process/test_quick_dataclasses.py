from __future__ import annotations

import os
import subprocess
import sys


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


def test_whoever_imports_inspect_afterwards_gets_the_real_one() -> None:
    printed = run(QUICK + "import inspect\nprint(inspect.__file__ is not None, inspect.isclass(int))")
    assert printed == "True True"


def test_an_inspect_that_is_loaded_already_stays() -> None:
    printed = run("import inspect as first\n" + QUICK + "import inspect\nprint(inspect is first)")
    assert printed == "True"
