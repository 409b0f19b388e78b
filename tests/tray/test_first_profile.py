"""What a person with no profile yet is told fits the home, and never replaces what they wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home, StoreError
from codemie_core.config.layout import CLASSIC, CLI, Layout
from codemie_core.config.token_field import profiles_without_a_token_for_the_cli
from codemie_tray.text.first_profile import FILE_NAME, help_for, write_help


@pytest.mark.parametrize("layout", [CLASSIC, CLI], ids=lambda layout: layout.name)
def test_saved_as_it_says_it_is_a_configuration_that_its_reader_understands(
    tmp_path: Path, layout: Layout
) -> None:
    if layout is CLI:
        (tmp_path / "sessions").mkdir()
    home = Home(str(tmp_path))
    text = Path(write_help(home)).read_text(encoding="utf-8")
    assert f"Save this as {layout.config_name} in this folder" in text
    (tmp_path / layout.config_name).write_text(text[text.index("{") : text.rindex("}") + 1])
    config = ConfigLoader(home).load()
    assert (config.layout, config.active) == (layout, "work")
    assert config.secrets == {"your token"}
    assert json.loads(config.document.text)["version"] == 2
    assert profiles_without_a_token_for_the_cli(config) == ()


def test_a_text_that_holds_no_more_is_written_anew_and_a_persons_own_stays(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    path = Path(write_help(home))
    assert path.read_text(encoding="utf-8") == help_for(CLASSIC)
    (tmp_path / "sessions").mkdir()
    write_help(home)
    assert path.read_text(encoding="utf-8") == help_for(CLI)
    path.write_text("my notes\n" + help_for(CLASSIC), encoding="utf-8")
    write_help(home)
    assert path.read_text(encoding="utf-8") == "my notes\n" + help_for(CLASSIC)


def test_where_it_can_not_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match=f"{FILE_NAME}: is a folder where a file belongs; remove it"):
        write_help(Home(str(tmp_path)))
    assert os.listdir(tmp_path) == [FILE_NAME]
