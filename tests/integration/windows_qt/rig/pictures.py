"""Takes the pictures of the windows for the README and docs/windows.md, light and dark.

    python -m tests.integration.windows_qt.rig.pictures docs/images

Beside them, it writes what they show: `test_pictures.py` fails if the windows show something else by now.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.integration.desktop.rig.tray.sample_home import LOG_AGES_DAYS, write_logs
from tests.integration.windows_qt.rig.looks import looks_of
from tests.integration.windows_qt.rig.usage_home import add_use

from codemie_core import ConfigLoader, Home
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.system.sha256 import sha256
from codemie_tray.windows.look.palette import DARK, LIGHT
from codemie_tray.windows.look.style_sheet import style_sheet

SHOWN = "window-texts.json"
"""The file that says what the pictures show."""
PROFILES_WIDTH, SETTINGS_WIDTH, USAGE_WIDTH = 920, 860, 920
_PAGES = ("general", "logs")
_MODELS = ("claude-sonnet-4-5", "claude-haiku-4-5", "gpt-5-codex", "gemini-3-pro", "qwen3-coder")
_AGENTS = ("codemie-claude", "gemini", "opencode")
_DAYS = 30


def make_home(folder: Path, config: str) -> Path:
    """Create a home as a user may have it: profiles with notes, logs, and 30 days of usage."""
    folder.mkdir(mode=0o700)
    path = folder / "config.json"
    path.write_text(config, encoding="utf-8", newline="")
    path.chmod(0o600)
    home = Home(str(folder))
    names = [profile.name for profile in ConfigLoader(home).load().profiles]
    store = ArrangementStore(home)
    store.set_note(names, "personal", "For evenings and weekends")
    store.move(names, "local proxy", "personal", after=False)
    write_logs(str(folder), datetime.datetime.now().astimezone(), LOG_AGES_DAYS)
    chance = random.Random(14)  # noqa: S311 - the same pictures each time
    for ago in range(_DAYS):
        for at, model in enumerate(_MODELS):
            if ago % 7 not in (2, 3) and chance.random() < 0.8:
                tokens = chance.randint(2_000, 90_000 // (at + 1))
                add_use(folder, _AGENTS[at % len(_AGENTS)], days_ago=ago, tokens=tokens, model=model)
    return folder


def take(home: Path, folder: Path) -> dict[str, object]:
    """Take the pictures, and return what they show.

    Args:
        home: what `make_home` created.
        folder: where they are saved, with one pixel per point.
    """
    shown: dict[str, object] = {"look": look()}
    for scheme in ("light", "dark"):
        picture = folder / f"profiles-{scheme}.png"
        found = looks_of("profiles", home, "1", scheme, picture, PROFILES_WIDTH, "plain")
        shown["profiles"] = found["texts"]
    shown["add"] = looks_of("add", home, "1", folder)["texts"]
    shown["usage"] = looks_of("usage", home, "1", folder, USAGE_WIDTH, "plain")["texts"]
    pages = looks_of("settings", home, "1", folder, SETTINGS_WIDTH, "plain")["texts"]
    shown["settings"] = {page: pages[page] for page in _PAGES}
    return shown


def look() -> str:
    """Return a digest of everything that colours and sizes the windows."""
    text = "".join(f"{colours}{style_sheet(colours)}" for colours in (LIGHT, DARK))
    return sha256(text.encode()).hexdigest()[:16]


def main() -> int:
    """Take them."""
    from tests.integration.windows_qt.conftest import CONFIG

    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as own:
        os.environ |= {
            "HOME": own,
            "XDG_CONFIG_HOME": f"{own}/.config",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
        }
        folder = Path(own, "pictures")
        folder.mkdir()
        shown = take(make_home(Path(own, ".codemie"), CONFIG), folder)
        names = ["profiles", "add", "usage", *(f"settings-{page}" for page in _PAGES)]
        for name in names:
            for scheme in ("light", "dark"):
                shutil.copyfile(folder / f"{name}-{scheme}.png", target / f"window-{name}-{scheme}.png")
    text = json.dumps(shown, indent=1, ensure_ascii=False)
    (target / SHOWN).write_text(f"{text}\n", encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
