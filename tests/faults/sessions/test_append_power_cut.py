import os
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("mounts images", allow_module_level=True)

from tests.faults.power_cut import FILE_SYSTEMS, cut_after, missing

from codemie_core.sessions.jsonl import JSONLReader, JSONLWriter, Tally

pytestmark = pytest.mark.faults

RECORDS = [{"n": number, "pad": "p" * (number * 37 % 900)} for number in range(200)]


def survivors(folder: str) -> tuple[list[object], int]:
    path = os.path.join(folder, "metrics.jsonl")
    if not os.path.exists(path):
        return [], 0
    tally = Tally()
    return list(JSONLReader().read_lines(path, tally=tally)), tally.bad


@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_every_durable_append_survives_a_power_cut(tmp_path: Path, file_system: str) -> None:
    if reason := missing(file_system):
        pytest.skip(reason)

    def append(folder: str) -> None:
        for record in RECORDS:
            JSONLWriter(durable=True).append_line(os.path.join(folder, "metrics.jsonl"), record)

    found: list[tuple[list[object], int]] = []
    cut_after(str(tmp_path), file_system, append, lambda folder: found.append(survivors(folder)))
    assert found == [(RECORDS, 0)]


@pytest.mark.parametrize("file_system", FILE_SYSTEMS)
def test_appends_that_are_not_durable_are_lost_in_the_power_cut(tmp_path: Path, file_system: str) -> None:
    if reason := missing(file_system):
        pytest.skip(reason)

    def append(folder: str) -> None:
        for record in RECORDS:
            JSONLWriter().append_line(os.path.join(folder, "metrics.jsonl"), record)

    found: list[tuple[list[object], int]] = []
    cut_after(str(tmp_path), file_system, append, lambda folder: found.append(survivors(folder)))
    ((records, bad),) = found
    assert records == RECORDS[: len(records)]
    assert len(records) < len(RECORDS)
    assert bad <= 1
