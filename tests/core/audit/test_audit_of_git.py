"""What `doctor` finds in the history of git, without running what a repository names."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from tests.core.audit.plants import DANGER
from tests.core.audit.scene import TOKEN, Scene

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
def test_a_file_that_git_tracks_is_a_danger_and_an_ignored_one_is_fine(scene: Scene) -> None:
    git = ["git", "-C", str(scene.place)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-f", ".codemie/.credentials"], check=True)
    (scene.path / ".gitignore").write_text("*\n")
    (found,) = scene.findings()
    path = str(scene.path / ".credentials")
    assert (found.severity, found.code, found.path) == (DANGER, "secret-in-git", path)
    subprocess.run(["sh", "-c", found.command], check=True, capture_output=True)
    assert scene.findings() == ()


@needs_git
def test_a_configuration_without_a_token_may_be_in_git(scene: Scene) -> None:
    dotfiles = scene.place / "dotfiles"
    dotfiles.mkdir()
    subprocess.run(["git", "init", "-q", str(dotfiles)], check=True)
    shutil.move(scene.config, dotfiles / "codemie.json")
    scene.config.symlink_to(dotfiles / "codemie.json")
    subprocess.run(["git", "-C", str(dotfiles), "add", "."], check=True)
    assert scene.findings() == ()
    scene.edit("key", apiKey=TOKEN)
    found = [one for one in scene.findings() if one.code == "secret-in-git"]
    assert [(one.severity, one.path) for one in found] == [(DANGER, str(dotfiles / "codemie.json"))]


@needs_git
def test_a_program_named_by_a_repository_is_not_run(scene: Scene) -> None:
    git = ["git", "-C", str(scene.place)]
    subprocess.run([*git, "init", "-q"], check=True)
    mark = scene.place / "it-ran"
    hook = scene.place / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    subprocess.run([*git, "config", "core.fsmonitor", str(hook)], check=True)
    scene.findings()
    assert not mark.exists()
    subprocess.run([*git, "status"], check=True, capture_output=True)
    assert mark.exists(), "the control: git by itself runs it"
