"""`codemie-tray run` starts what npm installs on Windows: batch files, which expand their arguments."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_tray.commands.launch import run as launch
from codemie_tray.commands.launch.batch_file import command_line

CMD, SCRIPT = r"C:\windows\system32\cmd.exe", r"C:\Users\Ada B\npm\codemie.cmd"


@pytest.mark.parametrize(
    ("argument", "quoted"),
    [
        ("plain", '"plain"'),
        ("", '""'),
        ("two words", '"two words"'),
        ("a&b|c>d^e", '"a&b|c>d^e"'),
        ('say "hi"', '"say ""hi"""'),
        ("C:\\folder\\", '"C:\\folder\\\\"'),
        ('a\\"b', '"a\\\\""b"'),
        ("100 %PATH%", '"100 %%cd:~,%PATH%%cd:~,%"'),
        ("wow!", '"wow!"'),
    ],
)
def test_each_argument_reaches_the_program_as_one(argument: str, quoted: str) -> None:
    line = command_line(CMD, SCRIPT, [argument])
    assert line == f'"{CMD}" /e:ON /v:OFF /d /s /c ""{SCRIPT}" {quoted}"'


@pytest.mark.parametrize("text", ["two\nlines", "a\rb", "a\0b"])
def test_a_line_break_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        command_line(CMD, SCRIPT, [text])


if sys.platform == "win32":

    @pytest.fixture
    def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
        folder = tmp_path / "a folder"
        folder.mkdir()
        (folder / "args.py").write_text(
            "import json, os, sys\n"
            "given = [sys.argv[1:], os.environ['CODEMIE_MODEL']]\n"
            "open(os.path.join(os.path.dirname(__file__), 'given'), 'w').write(json.dumps(given))\n"
            "sys.exit(7)\n"
        )
        (folder / "codemie.cmd").write_text(f'@"{sys.executable}" "%~dp0args.py" %*\r\n')
        monkeypatch.setenv("PATH", f"{folder};C:\\windows\\system32")
        home = Home(str(tmp_path / "home"))
        ConfigLoader(home).save_profile("work", {"provider": "sso", "model": "m1"})
        return home

    def test_a_batch_file_is_found_by_its_bare_name_and_gets_its_arguments(
        home: Home, tmp_path: Path
    ) -> None:
        arguments = ["a b", "", "x=1", "C:\\folder\\", "a&b"]
        assert launch.run(home, "work", ["--", "codemie", *arguments]) == 7
        assert json.loads((tmp_path / "a folder" / "given").read_text()) == [arguments, "m1"]

    def test_a_missing_program_is_not_found_and_a_line_break_is_reported(
        home: Home, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert launch.run(home, "work", ["--", "no-such-program"]) == 127
        assert launch.run(home, "work", ["--", "codemie", "two\nlines"]) == 126
        assert "can't have a line break" in capsys.readouterr().err
