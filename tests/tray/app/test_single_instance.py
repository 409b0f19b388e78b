"""One tray per home."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from codemie_core import Home, StoreError
from codemie_tray.app.lifecycle import single_instance
from codemie_tray.app.lifecycle.single_instance import SingleInstance


def test_the_second_claim_fails_until_the_first_is_released(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    first, second = SingleInstance(home), SingleInstance(home)
    assert first.claim()
    assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


def test_a_killed_instance_does_not_block_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from codemie_core import Home\n"
        "from codemie_tray.app.lifecycle.single_instance import SingleInstance\n"
        "assert SingleInstance(Home(sys.argv[1])).claim()\n"
        "print('claimed', flush=True)\n"
        "time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    instance = SingleInstance(Home(str(tmp_path)))
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"claimed"
        assert not instance.claim()
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    assert instance.claim()
    instance.release()


def test_two_homes_have_a_tray_each(tmp_path: Path) -> None:
    one, two = SingleInstance(Home(str(tmp_path / "a"))), SingleInstance(Home(str(tmp_path / "b")))
    assert one.claim()
    assert two.claim()
    one.release()
    two.release()


def test_a_request_is_answered_by_the_running_instance(tmp_path: Path) -> None:
    first, second = SingleInstance(Home(str(tmp_path))), SingleInstance(Home(str(tmp_path)))
    assert first.claim()
    seen: list[bool] = []

    def serve() -> None:
        deadline = time.monotonic() + 60
        while not seen and time.monotonic() < deadline:
            if first.answer():
                seen.append(True)
            time.sleep(0.005)

    thread = threading.Thread(target=serve)
    thread.start()
    assert second.ask_to_show()
    thread.join()
    assert seen
    first.release()


def test_an_unanswered_request_is_withdrawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "ANSWER_SECONDS", 0.05)
    first, second = SingleInstance(Home(str(tmp_path))), SingleInstance(Home(str(tmp_path)))
    assert first.claim()
    assert not second.ask_to_show()
    assert not os.path.exists(second.request)
    first.release()


def test_a_file_in_place_of_the_home_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(StoreError, match="a folder is needed here"):
        SingleInstance(Home(str(tmp_path / "home"))).claim()


def test_a_request_is_answered_before_its_sender_has_closed_it(tmp_path: Path) -> None:
    first = SingleInstance(Home(str(tmp_path)))
    assert first.claim()
    fd = os.open(first.request, os.O_CREAT | os.O_WRONLY, 0o600)
    closing = threading.Timer(0.1, os.close, (fd,))
    closing.start()
    assert first.answer()
    assert not os.path.exists(first.request)
    closing.join()
    first.release()
