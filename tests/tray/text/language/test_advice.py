"""What to install for the icon, and why starting at login may stop working, in every language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tray.text.language.conftest import TRANSLATED

from codemie_tray.desktop.autostart.lasting import why_it_will_not_last
from codemie_tray.desktop.tray_host import System, advice
from codemie_tray.text.language import english

Use = Callable[[str], None]
SYSTEMS = [
    System(("gnome",), (), wsl=True),
    *(
        System((desktop,), distributions)
        for desktop in ("gnome", "sway", "i3", "kde", "xfce", "mate", "budgie", "lxqt", "x-cinnamon", "")
        for distributions in (("debian",), ("nixos",))
    ),
]


@pytest.mark.parametrize("language", TRANSLATED)
def test_advice_on_the_tray_is_translated_and_keeps_its_command(language: str, in_language: Use) -> None:
    before = {str(advice(system)) for system in SYSTEMS}
    in_language(language)
    after = {str(advice(system)) for system in SYSTEMS}
    assert len(after) == len(before)
    assert not after & before
    assert {english(advice(system)) for system in SYSTEMS} == before
    assert "`sudo apt install gnome-shell-extension-appindicator`" in advice(System(("gnome",), ("debian",)))
    assert "https://waybar.org" in advice(System(("sway",), ()))


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_reason_why_login_may_not_last_is_translated(
    language: str, in_language: Use, tmp_path: Path
) -> None:
    program = str(tmp_path / "codemie-tray")
    environ = {"TMPDIR": str(tmp_path)}
    before = why_it_will_not_last((program,), environ)
    in_language(language)
    reason = why_it_will_not_last((program,), environ)
    assert before is not None
    assert reason is not None
    assert program in reason
    assert "`pipx install codemie-tray`" in reason
    assert reason != before
    assert english(reason) == before
