"""The tray as a login starts it: with `pythonw`, which has no console and no standard streams."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"

import json
import os
import subprocess
import time
from pathlib import Path

COUNT = (
    "import sys\n"
    "from codemie_core import Home\n"
    "from codemie_tray.background.usage.usage_process import count_today\n"
    "today = count_today(Home(sys.argv[1]))\n"
    "with open(sys.argv[2], 'w') as file:\n"
    "    file.write(f'{sys.executable} {sys.stdout} {today.tokens} {today.sessions} {today.turns}')\n"
)


def test_todays_usage_is_counted_without_a_console(tmp_path: Path) -> None:
    home = tmp_path / "Büro & Co"
    folder = home / ".session-claude"
    folder.mkdir(parents=True)
    record = {"timestamp": int(time.time() * 1000), "sessionId": "s", "tokensUsed": 1000, "model": "m"}
    (folder / "metrics.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    windowless = Path(sys.executable).with_name("pythonw.exe")
    result = tmp_path / "result"
    subprocess.run(
        [str(windowless), "-c", COUNT, str(home), str(result)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=None,
        check=True,
        timeout=60,
    )
    executable, *numbers = result.read_text(encoding="utf-8").rsplit(" ", 3)
    assert executable.lower().startswith(str(windowless).lower())
    assert numbers == ["1000", "1", "1"]
