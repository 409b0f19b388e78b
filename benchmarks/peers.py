"""The programs we compare with, in their own environment: `build/bench`.

None of them is a dependency of ours. What can't be installed (no network, no npm) is named in the table and
skipped.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "build" / "bench"
PYTHON_PACKAGES = ("duckdb", "orjson")
NODE_PACKAGES = ("write-file-atomic",)


@cache
def python() -> str:
    """Return the Python whose environment has `PYTHON_PACKAGES`, as far as they could be installed."""
    folder = FOLDER / "python"
    executable = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not executable.exists():
        venv.create(folder, with_pip=True)
    missing = [name for name in PYTHON_PACKAGES if not has_module(str(executable), name)]
    if missing:
        pip = [str(executable), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *missing], check=False)
    return str(executable)


def has_module(executable: str, name: str) -> bool:
    """Return whether that Python can import a module."""
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    return subprocess.run([executable, "-c", code], check=False).returncode == 0


def absent_module(name: str) -> str:
    """Return why a package of `PYTHON_PACKAGES` can't be used; empty if it can."""
    return "" if has_module(python(), name) else f"{name} could not be installed"


def node() -> str:
    """Return why Node can't be used; empty if it can."""
    return "" if shutil.which("node") else "Node is not installed"


@cache
def node_packages() -> str:
    """Install `NODE_PACKAGES` into `FOLDER`; return why that failed, empty if it did not."""
    if node():
        return node()
    if all((FOLDER / "node_modules" / name).is_dir() for name in NODE_PACKAGES):
        return ""
    if shutil.which("npm") is None:
        return "npm is not installed"
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    done = subprocess.run([*command, *NODE_PACKAGES], check=False)
    return "" if done.returncode == 0 else "npm could not install it"


@cache
def versions() -> list[str]:
    """Return name and version of everything that was compared."""
    found = [f"Python {platform.python_version()}"]
    code = "import importlib.metadata as m, sys\nfor name in sys.argv[1:]: print(name, m.version(name))"
    present = [name for name in PYTHON_PACKAGES if not absent_module(name)]
    listed = subprocess.run([python(), "-c", code, *present], capture_output=True, text=True, check=False)
    found += listed.stdout.splitlines()
    if not node():
        printed = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
        found.append(f"Node {printed.stdout.strip().lstrip('v')}")
    for name in () if node_packages() else NODE_PACKAGES:  # installed first: all parts name the same versions
        description = FOLDER / "node_modules" / name / "package.json"
        found.append(f"{name} {json.loads(description.read_text(encoding='utf-8'))['version']}")
    return found


def machine() -> str:
    """Return a one-line description of the machine that was measured."""
    processor = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
        processor = names[0] if names else processor
        with open("/proc/meminfo", encoding="ascii") as file:
            memory = f", {int(file.readline().split()[1]) / (1 << 20):.0f} GiB of memory"
    except OSError:
        memory = ""
    return f"{platform.system()} {platform.release()}, {os.cpu_count()} x {processor}{memory}"


def load() -> str:
    """Return how many programs wanted a processor in the last minute; empty where the system does not say."""
    return f"{os.getloadavg()[0]:.1f}" if sys.platform != "win32" else ""
