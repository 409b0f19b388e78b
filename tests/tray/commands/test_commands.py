"""The command line as users and scripts see it: real processes, real homes."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.other_users import as_root, folder_for_anybody, run_as_nobody
from tests.support.processes.program import run_program

CONFIG = {
    "activeProfile": "work",
    "profiles": {
        "work": {"provider": "sso", "model": "claude-4-5-sonnet", "baseUrl": "https://company.example.com"},
        "büro-测试": {
            "provider": "anthropic",
            "model": "claude-4-5-sonnet",
            "authToken": "sk-planted-secret",
        },
    },
}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG, indent=2, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o600)
    return tmp_path


def test_status_shows_the_active_profile(sample: Path) -> None:
    result = run_program(sample, "status")
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "work  sso · claude-4-5-sonnet",
        f"2 profiles in {sample / 'config.json'}",
        "The CLI would empty this file on its first start. To keep it safe, run `codemie-tray migrate up`.",
    ]
    assert json.loads(run_program(sample, "status", "--json").stdout)["cliWouldEmptyIt"] is True
    assert run_program(sample, "migrate", "up").returncode == 0
    assert len(run_program(sample, "status").stdout.splitlines()) == 2
    assert json.loads(run_program(sample, "status", "--json").stdout)["cliWouldEmptyIt"] is False


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_status_warns_of_a_token_that_others_can_read(sample: Path) -> None:
    with folder_for_anybody() as home:
        (home / "config.json").write_bytes((sample / "config.json").read_bytes())
        (home / "config.json").chmod(0o644)
        for mode, readable in ((0o755, True), (0o700, False)):
            home.chmod(mode)
            said = "other users of this machine can read it" in run_program(home, "status").stdout
            assert said is readable
            answer = json.loads(run_program(home, "status", "--json").stdout)
            assert answer["tokensReadableByOthers"] is readable


def test_status_names_what_overrides_the_profile(sample: Path) -> None:
    result = run_program(sample, "status", CODEMIE_MODEL="other")
    assert "Set in this shell, overriding the profile: CODEMIE_MODEL" in result.stdout


def test_status_of_an_empty_home_has_its_own_exit_code(tmp_path: Path) -> None:
    result = run_program(tmp_path, "status")
    assert (result.returncode, result.stdout) == (3, "")
    assert "there is no configuration yet" in result.stderr
    assert json.loads(run_program(tmp_path, "status", "--json").stdout)["state"] == "missing"


def test_status_of_a_broken_file_names_the_place(sample: Path) -> None:
    (sample / "config.json").write_text('{\n  "profiles": {,}\n}\n')
    os.utime(sample / "config.json", (0, 0))  # nobody is writing it
    result = run_program(sample, "status")
    assert result.returncode == 4
    assert result.stderr == (
        f"codemie-tray: {sample / 'config.json'}, line 2, column 16: "
        "expected a name in double quotes, found ','\n"
        "Fix it in an editor, or list earlier versions: codemie-tray history list\n"
    )
    answer = json.loads(run_program(sample, "status", "--json").stdout)
    assert (answer["state"], answer["line"], answer["column"]) == ("broken", 2, 16)


def test_profiles_are_listed_without_their_tokens(sample: Path) -> None:
    for arguments in (["profiles"], ["profiles", "--json"], ["profiles", "--names"], ["status", "--json"]):
        result = run_program(sample, *arguments)
        assert result.returncode == 0
        assert "sk-planted-secret" not in result.stdout + result.stderr
    assert run_program(sample, "profiles", "--names").stdout.splitlines() == ["work", "büro-测试"]
    table = run_program(sample, "profiles").stdout.splitlines()
    assert table[0].split() == ["*", "work", "sso", "claude-4-5-sonnet", "https://company.example.com"]
    answer = json.loads(run_program(sample, "profiles", "--json").stdout)
    assert [(row["name"], row["active"], row["hasToken"]) for row in answer["profiles"]] == [
        ("work", True, False),
        ("büro-测试", False, True),
    ]


def test_switch_changes_the_bytes_of_one_string(sample: Path) -> None:
    before = (sample / "config.json").read_bytes()
    result = run_program(sample, "switch", "büro-测试")
    assert result.returncode == 0
    assert result.stdout == "Switched to büro-测试. New sessions use it; running ones keep theirs.\n"
    after = (sample / "config.json").read_bytes()
    assert after == before.replace(b'"activeProfile": "work"', '"activeProfile": "büro-测试"'.encode())
    assert json.loads(run_program(sample, "switch", "work", "--json").stdout)["active"] == "work"


def test_switching_to_an_unknown_profile_lists_the_available_ones(sample: Path) -> None:
    result = run_program(sample, "switch", "nobody")
    assert result.returncode == 5
    assert result.stderr == (
        "codemie-tray: There is no profile named 'nobody'. Available: work, büro-测试.\n"
        "List the profiles: codemie-tray profiles\n"
    )


@as_root
def test_an_unwritable_home_is_reported_in_one_sentence_with_advice(sample: Path) -> None:
    before = (sample / "config.json").read_bytes()
    with folder_for_anybody() as place:
        home = place / "home"
        shutil.copytree(sample, home)
        home.chmod(0o755)
        (home / "config.json").chmod(0o644)
        code = "from codemie_tray.__main__ import main\nraise SystemExit(main(['switch', 'büro-测试']))\n"
        result = run_as_nobody(code, environ={"CODEMIE_HOME": str(home)})
        assert result.returncode == 7, result.stderr
        assert result.stderr.count("\n") == 2
        assert result.stderr.endswith(": codemie-tray doctor\n")
        assert "can't be written, nothing was changed: Permission denied" in result.stderr
        assert (home / "config.json").read_bytes() == before


@pytest.mark.parametrize("arguments", [["switch"], ["nonsense"], ["profiles", "--json", "--names"]])
def test_a_usage_error_is_exit_code_two(sample: Path, arguments: list[str]) -> None:
    assert run_program(sample, *arguments).returncode == 2


def test_output_works_on_a_terminal_without_unicode(sample: Path) -> None:
    result = run_program(sample, "profiles", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.returncode == 0
    assert "b\\xfcro-\\u6d4b\\u8bd5" in result.stdout


def test_a_closed_pipe_is_not_an_error(sample: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "codemie_tray", "completion", "bash"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CODEMIE_HOME": str(sample), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.close()
        assert writer.stderr.read() == b""
    assert writer.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_accepted_by_its_shell(sample: Path, tmp_path: Path, shell: str) -> None:
    script = tmp_path / f"completion.{shell}"
    script.write_text(run_program(sample, "completion", shell).stdout, encoding="utf-8")
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is missing")
    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
def test_tab_completes_the_profiles_of_the_home(sample: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "codemie-tray"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m codemie_tray "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "completion.bash"
    script.write_text(run_program(sample, "completion", "bash").stdout, encoding="utf-8")
    pressed = (
        f"source {script}; COMP_WORDS=(codemie-tray switch w); COMP_CWORD=2; "
        'COMP_LINE="codemie-tray switch w"; COMP_POINT=${#COMP_LINE}; '
        '$(complete -p codemie-tray | sed "s/.*-F \\([^ ]*\\).*/\\1/") codemie-tray w switch; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        ["bash", "-c", pressed],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "CODEMIE_HOME": str(sample),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    assert "work" in result.stdout.split(), result.stdout + result.stderr


@pytest.mark.parametrize(("stored", "typed"), [("cafe\u0301", "caf\u00e9"), ("caf\u00e9", "cafe\u0301")])
def test_a_name_in_another_normal_form_is_found(tmp_path: Path, stored: str, typed: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"version": 2, "activeProfile": "x", "profiles": {stored: {}, "x": {}}}))
    result = run_program(tmp_path, "switch", typed)
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(path.read_text())["activeProfile"] == stored


def test_a_switch_loads_no_module_that_only_other_commands_need(sample: Path) -> None:
    sample.joinpath("config.json").write_text('{"activeProfile": "a", "profiles": {"a": {}, "b": {}}}')

    def loaded(*words: str) -> set[str]:
        done = run_program(sample, *words, PYTHONPROFILEIMPORTTIME="1")
        assert done.returncode == 0, done.stderr
        return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    others = {
        "codemie_core.config.history.old_tokens",
        "codemie_core.config.migrations.step",
        "codemie_core.config.secret_detection.classifier",
        "codemie_core.credentials.store",
        "cryptography",
        "msgspec",
        "sqlite3",
    }
    modules = loaded("switch", "b")
    assert "codemie_core.config.history.store" in modules
    assert not modules & others
    # The control: these are real module names, some of which another command loads.
    assert "codemie_core.config.secret_detection.classifier" in loaded("profile", "show")
    for name in others:
        assert importlib.util.find_spec(name), name
