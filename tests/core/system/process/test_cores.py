"""How many cores this process may use, by its affinity and by the limits of its control groups."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core.system.process.cores import usable_cores

if sys.platform != "linux":
    pytest.skip("control groups are Linux's", allow_module_level=True)


@pytest.fixture(autouse=True)
def many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with 16 cores; this one may have fewer."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)))


def cores(folder: Path, own: str, **files: str) -> int:
    """Return the cores of a process in the group `own`; in names of files, `__` separates folders."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("cpu_", "cpu.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own_cgroups = folder / "own"
    own_cgroups.write_text(own)
    return usable_cores(cgroups=str(folder), own_cgroups=str(own_cgroups))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("max 100000\n", 16),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("50000 100000\n", 1),
        ("6400000 100000\n", 16),
        ("0 0\n", 16),
        ("nonsense\n", 16),
        ("", 16),
    ],
)
def test_a_containers_limit_counts_rounded_up(tmp_path: Path, limit: str, expected: int) -> None:
    assert cores(tmp_path, "0::/\n", cpu_max=limit) == expected


def test_a_limit_of_a_group_above_counts_too(tmp_path: Path) -> None:
    limits = {"user__cpu_max": "300000 100000\n", "user__app__cpu_max": "max 100000\n"}
    assert cores(tmp_path, "1:name=systemd:/x\n0::/user/app\n", **limits) == 3


def test_version_1_has_quota_and_period_in_two_files(tmp_path: Path) -> None:
    quota, period = "cpu__cpu_cfs_quota_us", "cpu__cpu_cfs_period_us"
    assert cores(tmp_path, "4:cpu:/\n", **{quota: "-1\n", period: "100000\n"}) == 16
    assert cores(tmp_path, "4:cpu:/\n", **{quota: "400000\n", period: "100000\n"}) == 4


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert usable_cores(cgroups=nowhere, own_cgroups=nowhere) == 16


def test_a_process_bound_to_one_core_sees_one() -> None:
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from codemie_core.system.process.cores import usable_cores; print(usable_cores())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
