"""Every command of the installed program, as a user without Python types it."""

from __future__ import annotations

import ast
import datetime
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.installers.every_command import Ran, prepare_home, try_each
from tests.installers.frozen.reached_imports import FOR_TESTS, imports_of, our_modules
from tests.installers.linux.bare_system import BareSystem
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.tray.sample_home import make_sample_home

from installers import product

pytestmark = [
    *needs("systems"),
    pytest.mark.installers,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a bare system needs root (chroot, mount)"),
]

PERSON = "person"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[BareSystem]:
    """A Debian without Python and with one user."""
    shared = tmp_path / "shared"
    shared.mkdir()
    with BareSystem("bookworm", str(tmp_path / "system"), str(shared)) as made:
        made.run("sh", "-c", "! command -v python3 && ! command -v python")
        made.run("useradd", "--create-home", "--shell", "/bin/sh", PERSON)
        yield made


def test_every_command_of_the_installed_program_does_what_it_should(
    system: BareSystem, package: Callable[[str], str]
) -> None:
    system.run("dpkg", "-i", system.put(package(".deb")))
    home = Path(system.root, "home", PERSON, ".codemie")
    make_sample_home(str(home), datetime.datetime.now())
    prepare_home(home)
    (home.parent / "work").mkdir()  # the working folder of the commands
    system.run("chown", "-R", f"{PERSON}:", f"/home/{PERSON}")

    def run(words: tuple[str, ...], given: str) -> Ran:
        as_person = ["setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--init-groups", "--"]
        ran = subprocess.run(
            system.command(
                *as_person, "sh", "-c", f'cd /home/{PERSON}/work && exec "$@"', "sh", "codemie-tray", *words
            ),
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin",
                "HOME": f"/home/{PERSON}",
                "LANG": "C.UTF-8",
            },
            input=given.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        return Ran(ran.returncode, ran.stdout.decode())

    wrong = try_each(run, "linux")
    assert not wrong, "\n\n".join(wrong)


def test_the_bundle_contains_every_module_that_ours_import(packages: str) -> None:
    del packages  # made by then
    built = _built()
    _, modules = ast.literal_eval((built / "build" / "build" / "PYZ-00.toc").read_text(encoding="utf-8"))
    held = {name for name, _, _ in modules}
    internal = built / "frozen" / product.PROGRAM_NAME / "_internal"
    with zipfile.ZipFile(internal / "base_library.zip") as base:
        held |= {re.split(r"[/.]", name)[0] for name in base.namelist()}
    held |= {path.name.partition(".")[0] for path in internal.rglob("*.so")}  # extension modules
    held |= {*sys.builtin_module_names, "struct"}  # that one is what PyInstaller itself begins with
    ours = held & set(our_modules())
    assert {"codemie_core.sessions.usage.counting.part_counter", "codemie_tray.app.app"} <= ours
    assert not {FOR_TESTS, "pytest"} & held
    wanted = {name.partition(".")[0] for module in ours for name in imports_of(module)}
    assert wanted & sys.stdlib_module_names - held == OTHER_SYSTEMS


def test_nothing_but_the_loader_runs_before_the_program(packages: str) -> None:
    del packages
    program = (_built() / "frozen" / product.PROGRAM_NAME / product.PROGRAM_NAME).read_bytes()
    assert b"pyiboot01_bootstrap" in program, "the names of scripts can be read"
    assert set(re.findall(rb"pyi_rth_\w+", program)) <= {b"pyi_rth_utils"}, "only what such scripts import"


def _built() -> Path:
    """Return where the packages were made."""
    built = Path(product.inside("build", "installer"))
    if not (built / "frozen").exists():
        pytest.skip("the packages were made elsewhere")
    return built


OTHER_SYSTEMS = {"_winapi", "msvcrt", "winreg"}
"""Parts of Python that are not on Linux."""
