"""The help for users without a profile fits their home, and never replaces their own text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, CredentialStore, Home, StoreError
from codemie_core.audit.home_audit import audit_home
from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.config.model.token_field import profiles_without_a_token_for_the_cli
from codemie_core.profiles.tokens.cli_files import CliMachine
from codemie_tray.app.lifecycle.first_profile import FILE_NAME, help_for, write_help


@pytest.mark.parametrize("layout", [CLASSIC, CLI], ids=lambda layout: layout.name)
def test_its_example_is_a_valid_configuration(tmp_path: Path, layout: Layout) -> None:
    if layout is CLI:
        (tmp_path / "sessions").mkdir()
    home = Home(str(tmp_path))
    text = Path(write_help(home)).read_text(encoding="utf-8")
    assert f"Save this as {layout.config_name} in this folder" in text
    (tmp_path / layout.config_name).write_text(text[text.index("{") : text.rindex("}") + 1])
    config = ConfigLoader(home).load()
    assert (config.layout, config.active) == (layout, "work")
    assert not config.secrets, "the placeholder for a token must not count as one"
    assert json.loads(config.document.text)["version"] == 2
    assert profiles_without_a_token_for_the_cli(config) == ()


def test_an_outdated_text_is_rewritten_and_the_users_own_is_kept(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    path = Path(write_help(home))
    assert path.read_text(encoding="utf-8") == help_for(CLASSIC)
    (tmp_path / "sessions").mkdir()
    write_help(home)
    assert path.read_text(encoding="utf-8") == help_for(CLI)
    path.write_text("my notes\n" + help_for(CLASSIC), encoding="utf-8")
    write_help(home)
    assert path.read_text(encoding="utf-8") == "my notes\n" + help_for(CLASSIC)


def test_a_help_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match=f"{FILE_NAME}: is a folder, not a file; remove it"):
        write_help(Home(str(tmp_path)))
    assert os.listdir(tmp_path) == [FILE_NAME]


def test_doctor_does_not_report_the_help_file_as_a_leftover(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    home = Home(str(tmp_path))
    path = write_help(home)
    store, machine = CredentialStore(home), CliMachine.this()
    assert path not in {finding.path for finding in audit_home(store, home, machine).findings}
    Path(path).write_text(Path(path).read_text().replace("<your-token>", "sk-9f8Kq2LmZ7xTb4RwYc1N"))
    assert path in {finding.path for finding in audit_home(store, home, machine).findings}
