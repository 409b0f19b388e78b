import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from codemie_core import ConversationMessage, ConversationRecord, MetricRecord, RecordInvalid
from codemie_core.errors import LineTooLong, StoreBusy, StoreDenied, StoreError
from codemie_core.sessions.jsonl import JSONLReader, JSONLWriter, Tally
from codemie_core.sessions.jsonl import writer as writer_module
from codemie_core.sessions.jsonl.blocks import LINE_LIMIT_BYTES

METRIC = {
    **{"type": "metric", "timestamp": "2026-01-16T10:00:00.000Z", "sessionId": "s", "agent": "claude"},
    **{"provider": "sso", "model": "m", "tokensUsed": 12, "duration": 3.5, "later": {"unknown": [1]}},
}


def lines(path: Path) -> list[dict[str, object]]:
    return list(JSONLReader().read_lines(str(path)))


def test_an_appended_record_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    writer = JSONLWriter(durable=True)
    records: list[dict[str, object]] = [
        {"n": 0},
        {"n": "zwei ✓"},
        {"n": "\ud800 half a pair"},
        {"n": "line\nbreak"},
    ]
    writer.append_line(str(path), records[0])
    writer.append_batch(str(path), records[1:])
    writer.append_batch(str(path), [])
    assert lines(path) == records
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "✓".encode() in path.read_bytes()


def test_a_torn_last_line_is_terminated_and_does_not_swallow_the_next_record(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"n":0}\n{"n":1')
    os.utime(path, (1, 1))
    JSONLWriter().append_line(str(path), {"n": 2})
    assert path.read_bytes() == b'{"n":0}\n{"n":1\n{"n":2}\n'
    tally = Tally()
    assert list(JSONLReader().read_lines(str(path), tally=tally)) == [{"n": 0}, {"n": 2}]
    assert tally.bad == 1


def test_a_line_that_another_program_is_writing_gets_time_to_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "FOREIGN_WRITE_SECONDS", 30.0)  # a busy machine may delay the other
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"n":"half')
    late = subprocess.Popen(  # a writer that takes no lock and writes in pieces
        [
            *(sys.executable, "-c"),
            "import sys,time\nwith open(sys.argv[1],'ab',0) as f:\n"
            " time.sleep(0.02); f.write(b' and'); time.sleep(0.02); f.write(b' half\"}\\n')",
            str(path),
        ]
    )
    # The interpreter takes time to start: keep the last line growing until it has written.
    while path.stat().st_size == len(b'{"n":"half'):
        os.utime(path)
    JSONLWriter().append_line(str(path), {"n": 2})
    assert late.wait() == 0
    assert lines(path) == [{"n": "half and half"}, {"n": 2}]


def test_a_record_that_no_reader_would_accept_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    with pytest.raises(LineTooLong):
        JSONLWriter().append_line(str(path), {"n": "y" * LINE_LIMIT_BYTES})
    JSONLWriter().append_line(str(path), {"n": "y" * (LINE_LIMIT_BYTES - 20)})
    assert len(lines(path)) == 1


def test_a_record_that_is_not_json_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    for wrong in (float("nan"), {1, 2}, b"bytes"):
        with pytest.raises((TypeError, ValueError)):
            JSONLWriter().append_batch(str(path), [{"n": 1}, {"n": wrong}])
    assert not path.exists()


def test_a_writer_waits_for_another_only_until_its_timeout(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b"")
    with path.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy):
            JSONLWriter(timeout_seconds=0.05).append_line(str(path), {"n": 1})
    JSONLWriter(timeout_seconds=0.05).append_line(str(path), {"n": 1})
    assert lines(path) == [{"n": 1}]


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
def test_nothing_is_written_through_a_link_or_into_anything_but_a_file(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    (tmp_path / "link").symlink_to(victim)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe", "."):
        with pytest.raises(StoreError):
            JSONLWriter().append_line(str(tmp_path / name), {"n": 1})
    os.close(reader)
    assert victim.read_bytes() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="setpriv")
def test_a_folder_without_permission_is_reported_as_denied(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        path = "/proc/metrics.jsonl"  # refuses root, too
        with pytest.raises(StoreError):
            JSONLWriter().append_line(path, {"n": 1})
    else:
        tmp_path.chmod(0o500)
        with pytest.raises(StoreDenied):
            JSONLWriter().append_line(str(tmp_path / "metrics.jsonl"), {"n": 1})


def test_unknown_fields_of_records_survive() -> None:
    assert MetricRecord.from_json(METRIC).to_json() == METRIC
    message = {"role": "user", "content": "hi", "timestamp": "2026-01-16T10:00:00Z", "thoughts": ["..."]}
    conversation = {"type": "conversation", "id": "c", "timestamp": "t", "messages": [message], "v": 2}
    record = ConversationRecord.from_json(conversation)
    assert record.messages == (
        ConversationMessage("user", "hi", "2026-01-16T10:00:00Z", {"thoughts": ["..."]}),
    )
    assert record.to_json() == conversation


@pytest.mark.parametrize(
    "change", [{"type": "other"}, {"agent": None}, {"model": 1}, {"tokensUsed": "12"}, {"tokensUsed": True}]
)
def test_a_record_of_the_wrong_type_is_refused_without_its_values(change: dict[str, object]) -> None:
    with pytest.raises(RecordInvalid) as caught:
        MetricRecord.from_json(METRIC | change)
    assert json.dumps(next(iter(change.values()))) not in str(caught.value)


@pytest.mark.parametrize("record", [[1], "text", None, 7, (("a", 1),)], ids=repr)
def test_a_record_that_a_reader_would_skip_is_refused(tmp_path: Path, record: Any) -> None:
    path = tmp_path / "x.jsonl"
    with pytest.raises(TypeError, match=f"a record is a JSON object.*this is a {type(record).__name__}"):
        JSONLWriter().append_line(str(path), record)
    with pytest.raises(TypeError):
        JSONLWriter().append_batch(str(path), [{"a": 1}, record])
    assert not path.exists()


def test_a_record_too_deeply_nested_to_be_read_is_refused(tmp_path: Path) -> None:
    value: object = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(ValueError, match="nested so deeply"):
        JSONLWriter().append_line(str(tmp_path / "x.jsonl"), {"a": value})


def test_any_mapping_is_accepted_as_a_record(tmp_path: Path) -> None:
    path = str(tmp_path / "x.jsonl")
    JSONLWriter().append_line(path, MappingProxyType({"a": 1}))
    assert list(JSONLReader().read_lines(path)) == [{"a": 1}]
