"""Our own log: the format of its lines, no secrets in it, and one file per day."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemie_core import Home
from codemie_tray.log.daily_file import DailyLog
from codemie_tray.log.redaction import Redactor

DAY_ONE = 1_795_046_399.5  # 2026-11-18, half a second before midnight UTC
LINE = re.compile(r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] \[[A-Z]+\] \[[\w.]+\] .*")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(str(tmp_path / "home"))


@pytest.fixture
def log(home: Home) -> Iterator[logging.Logger]:
    logger = logging.getLogger("codemie_tray.test")
    redactor = Redactor()
    redactor.learn(["planted-in-the-config-ü", "short"])
    handler = DailyLog(home, redactor)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield logger
    logger.removeHandler(handler)


def text(home: Home) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(Path(home.logs).iterdir()))


def test_each_event_is_one_line_with_time_level_and_module(home: Home, log: logging.Logger) -> None:
    log.info("first")
    log.warning("a message of\ntwo lines, [2026-01-01T00:00:00.000Z] [INFO] [app] forged \x1b[31m")
    lines = text(home).splitlines()
    assert len(lines) == 2
    assert all(LINE.fullmatch(line) for line in lines)
    assert "[INFO] [test] first" in lines[0]
    assert "\\n" in lines[1]
    assert "\x1b" not in lines[1]


def test_a_traceback_follows_on_separate_lines(home: Home, log: logging.Logger) -> None:
    try:
        raise ValueError("apiKey: sk-planted-in-a-traceback")
    except ValueError:
        log.exception("it failed")
    first, *rest = text(home).splitlines()
    assert first.endswith("it failed")
    assert all(line.startswith("  | ") for line in rest)
    assert rest[-1] == "  | ValueError: apiKey: [redacted]"


PLANTED = [
    "sk-ant-api03-AbCdEfGhIjKl_mnop-qrstuv",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "glpat-abcdefghij0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
    "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "planted-in-the-config-ü",
]


@pytest.mark.parametrize("secret", PLANTED)
@pytest.mark.parametrize(
    "around", ["{}", "the token {} was refused", '"authToken": "{}",', "GET /x?key={}&y=1", "{}, {}"]
)
def test_a_planted_token_is_not_in_the_log(home: Home, log: logging.Logger, secret: str, around: str) -> None:
    log.warning(around.replace("{}", "%s"), *[secret] * around.count("{}"))
    assert secret not in text(home)
    assert "[redacted]" in text(home)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ('{"password": "correct horse \\" battery", "model": "m"}', "battery"),
        ("apiKey=hunter22 model=m", "hunter22"),
        ("proxy https://ada:hunter22@proxy.example.com/", "hunter22"),
        ("cookiesEncrypted: 'abc def'", "abc def"),
    ],
)
def test_a_secret_of_unknown_form_is_recognised_by_what_precedes_it(
    home: Home, log: logging.Logger, said: str, kept: str
) -> None:
    log.warning("%s", said)
    assert kept not in text(home)


def test_ordinary_text_is_kept(home: Home, log: logging.Logger) -> None:
    said = "Switched to task-runner; /home/ada/.codemie/config.json, line 12: short, 3f2b8c1e-1d2a-4c55"
    log.warning("%s", said)
    assert said in text(home)


def test_the_day_of_the_event_names_the_file(home: Home) -> None:
    handler = DailyLog(home, Redactor())
    for number, moment in enumerate([DAY_ONE, DAY_ONE + 1]):
        record = logging.LogRecord("codemie_tray.x", logging.INFO, "", 0, f"event {number}", None, None)
        record.created = moment
        handler.handle(record)
    files = sorted(Path(home.logs).iterdir())
    assert [path.name for path in files] == ["tray-2026-11-18.log", "tray-2026-11-19.log"]
    assert [path.read_text().split()[-1] for path in files] == ["0", "1"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_its_mode_is_correct_and_a_planted_link_or_pipe_is_not_written_through(
    home: Home, log: logging.Logger, tmp_path: Path
) -> None:
    for umask, mode in ((0o077, 0o600), (0o022, 0o644), (0, 0o644)):
        before = os.umask(umask)
        try:
            log.info("x")
        finally:
            os.umask(before)
        (path,) = Path(home.logs).iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == mode
        path.unlink()
    log.info("x")
    path.unlink()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path.symlink_to(victim)
    log.info("x")
    assert victim.read_text() == "mine"
    path.unlink()
    os.mkfifo(path)
    log.info("not waiting for a reader")


def test_a_log_that_cannot_be_written_is_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file is in the way")
    handler = DailyLog(Home(str(tmp_path / "home")), Redactor())
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "message", None, None))
    assert (tmp_path / "home").read_text() == "a file is in the way"


def test_a_deleted_folder_is_created_again_by_the_next_event(home: Home, log: logging.Logger) -> None:
    log.info("one")
    (path,) = Path(home.logs).iterdir()
    path.unlink()
    os.rmdir(home.logs)
    log.info("two")
    assert "two" in text(home)
