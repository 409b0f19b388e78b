"""Output to a terminal: nothing from a file may control it, or change the writing direction."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.processes.program import PROGRAM, environ_for

from codemie_tray.text.terminal import escaped

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[1mas bold as ours\x1b[0m",
    "\x9b31m in one character",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "back\b\b\b\bspace and\rreturn",
    "two\nlines",
    "\u202egnp.exe",
    "\u2066isolated\u2069 \u200fright\u200e \u061cmark",
    "\u2028line\u2029paragraph",
    "\ufeffzero\u200bwidth\u2060joined",
    "\x00nul\x7fdelete",
    "\U000e0041tag",
    "half \ud83d",
]
SGR = re.compile(r"\x1b\[[01]m")


def test_control_characters_are_escaped_as_in_json() -> None:
    assert escaped("\x1b[31m\u202e\U000e0041\ud83d") == "\\u001b[31m\\u202e\\udb40\\udc41\\ud83d"
    assert escaped("a\tb\nc") == "a\\u0009b\\u000ac"
    assert escaped("a\tb\nc", keep="\t\n") == "a\tb\nc"


@pytest.mark.parametrize("text", ["work", "büro-测试", "👩‍💻", "می‌خواهم", "a b", "e\u0301"])
def test_ordinary_writing_is_kept(text: str) -> None:
    assert escaped(text) == text


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    for char in escaped(text):
        assert char in "\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    assert escaped(escaped(text)) == escaped(text)


pytestmark_posix = pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")


def on_a_terminal(home: str, *arguments: str) -> str:
    """Return what a command writes to a terminal, standard error among it."""
    if sys.platform == "win32":
        raise AssertionError("POSIX only")
    environment = environ_for(home, TERM="xterm", COLUMNS="200")
    environment.pop("NO_COLOR", None)
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # EIO: the other end is closed
                break
            if not piece:
                break
            said += piece
        process.wait(60)
    os.close(ours)
    text = said.decode("utf-8")
    assert "Traceback" not in text
    return text


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A home with a hostile path and hostile contents."""
    folder = tmp_path / "\x1b]0;owned\x07\u202ehome\u2028"
    folder.mkdir()
    profiles = {
        text: {"provider": text, "model": text, "baseUrl": f"https://{text}/", "apiKey": text, text: text}
        for text in HOSTILE
    }
    config = {"activeProfile": HOSTILE[0], "profiles": profiles}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / ".session-x").mkdir()
    lines = [
        {"timestamp": "2026-03-28T12:00:00.000Z", "sessionId": "s", "type": "metric", "tokensUsed": 5}
        | dict.fromkeys(("agent", "provider", "model"), text)
        for text in HOSTILE
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / ".session-x" / "metrics.jsonl").write_text(text + "no json \x1b[31m\n")
    return str(folder)


COMMANDS = [
    *(("status",), ("profiles",), ("profiles", "--names"), ("history", "list"), ("doctor",), ("clean",)),
    *(("switch", "\x1b[31mnobody"), ("migrate", "status"), ("migrate", "up", "--dry-run"), ("usage",)),
    *(("usage", "--by", "model"), ("usage", "--by", "agent", "--csv"), ("credentials", "list")),
    *(("switch", HOSTILE[2]), ("switch", HOSTILE[6]), ("history", "list"), ("history", "show", "{}")),
    *(("history", "diff", "{}"), ("history", "show", "\x1b[31m"), ("credentials", "get", "\x1b[31m")),
    *(("\x1b[31m",), ("usage", "--by", "\x1b[31m"), ("clean", "--older-than", "\x1b[31m"), ("--help",)),
    *(
        ("run", "--profile", "\x1b[31m", "--", "true"),
        ("run", "--", "\x1b[31mnot-there"),
        ("usage", "--since", "\x1b[1m"),
    ),
    *(("credentials", "move-in", "--yes"), ("credentials", "list"), ("credentials", "move-out", "--yes")),
    *(("migrate", "up"), ("history", "restore", "--dry-run"), ("status", "--json"), ("profiles", "--json")),
    *(("history", "forget-tokens"), ("doctor", "--fix"), ("doctor", "--json"), ("history", "list", "--json")),
]


@pytestmark_posix
def test_no_command_prints_terminal_controls_from_a_name(home: str) -> None:
    bold = 0
    for command in COMMANDS:
        words = command
        if "{}" in command:
            version = json.loads(on_a_terminal(home, "history", "list", "--json"))["versions"][-1]["id"]
            words = tuple(version if word == "{}" else word for word in command)
        said = on_a_terminal(home, *words)
        assert said or command == ("profiles", "--names"), command  # which omits such names
        bold += len(SGR.findall(said))
        left = SGR.sub("", said).replace("\r\n", "\n")
        wrong = {char for char in left if char not in "\n\t\u200c\u200d"}
        wrong = {char for char in wrong if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert not wrong, (command, left)
        if "bold as ours" in said:
            assert "\x1b[1mas bold" not in said.replace("\x1b[1m\\u001b", ""), command
    assert bold >= 4, "the control: it is a terminal, and our own bold is there"


@pytestmark_posix
def test_errors_about_a_broken_file_are_escaped(home: str) -> None:
    Path(home, "config.json").write_text('{"profiles": \x1b[31m}')
    for command in (("status",), ("profiles",), ("switch", "a"), ("doctor",), ("history", "restore")):
        said = on_a_terminal(home, *command)
        assert not re.search(r"\x1b(?!\[[01]m)|\x07|\u202e|\u2028", said), command
