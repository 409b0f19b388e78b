"""What `doctor` finds: each planted problem alone in a healthy home, and nothing in a healthy one."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from tests.core.audit.plants import DANGER, NOTE, PLANTS, WARNING
from tests.core.audit.scene import TOKEN, Scene

from codemie_core.audit import home_audit
from codemie_core.audit.home_audit import audit_home
from codemie_core.profiles.tokens.cli_files import CliMachine

if sys.platform == "win32":
    pytest.skip("owners and permission bits", allow_module_level=True)


def test_a_healthy_home_has_no_findings(scene: Scene) -> None:
    assert scene.findings() == ()
    assert scene.findings() == ()  # the first reading saves a version, which is fine too


@pytest.mark.parametrize("name", PLANTS)
def test_each_planted_problem_is_found_with_its_path_and_the_command_that_fixes_it(
    scene: Scene, name: str
) -> None:
    if "git" in name and shutil.which("git") is None:
        pytest.skip("git is not installed")
    expected = PLANTS[name](scene)
    found = [(one.severity, one.code, one.path, one.command) for one in scene.findings()]
    assert expected in found
    beside = {"token-in-clear"} if expected[1] in ("readable-secret", "token-not-found-by-cli") else set()
    others = [one for one in found if one != expected and one[1] not in beside]
    assert others == [], "a problem is reported once, and nothing else with it"


def test_every_code_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
    source = Path(home_audit.__file__).parent
    codes = {
        code
        for file in source.rglob("*.py")
        for code in re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",$', file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(codes) > 15
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_the_planted_problems_cover_many_kinds() -> None:
    assert len(PLANTS) >= 33


@pytest.mark.parametrize(
    ("address", "reported"),
    [
        ("http://b.example.com", True),
        ("http://10.0.0.1:8080/v1", True),
        ("http://localhost.evil.example", True),
        ("http://127.0.0.1.evil.example", True),
        ("http://user@b.example.com", True),
        ("ws://b.example.com", True),
        ("http://localhost:4000", False),
        ("http://127.8.0.1", False),
        ("http://[::1]:80/", False),
        ("http://llm.localhost", False),
        ("https://b.example.com", False),
        ("", False),
        ("no address", False),
    ],
)
def test_only_this_machine_may_be_reached_without_encryption(
    scene: Scene, address: str, reported: bool
) -> None:
    scene.edit("key", baseUrl=address)
    assert bool([one for one in scene.findings() if one.code == "token-over-http"]) is reported


def test_a_variable_that_a_profile_needs_may_be_exported(scene: Scene) -> None:
    scene.edit("jwt", provider="jwt", jwtConfig={"tokenEnvVar": "CODEMIE_JWT_TOKEN"})
    scene.environ["CODEMIE_JWT_TOKEN"] = TOKEN
    assert scene.findings() == ()


def test_the_home_itself_is_not_a_project(scene: Scene) -> None:
    found = audit_home(
        scene.store(), scene.home, CliMachine("h", "linux", "x64"), environ={}, folder=str(scene.place)
    ).findings
    assert found == ()


@pytest.mark.parametrize("name", PLANTS)
def test_no_finding_contains_a_secret(scene: Scene, name: str) -> None:
    if "git" in name and shutil.which("git") is None:
        pytest.skip("git is not installed")
    PLANTS[name](scene)
    text = repr(scene.findings())
    assert TOKEN not in text
    assert "AIza" not in text


def test_the_worst_is_reported_first(scene: Scene) -> None:
    for name in ("a project that overrides the profile", "others may read the debug logs"):
        PLANTS[name](scene)
    scene.path.chmod(0o777)
    severities = [one.severity for one in scene.findings()]
    assert severities == sorted(severities, reverse=True)
    assert set(severities) == {DANGER, WARNING, NOTE}


def test_a_home_that_the_user_chose_to_trust_is_a_note(scene: Scene) -> None:
    scene.path.chmod(0o777)
    scene.environ["CODEMIE_TRAY_SAFE_HOME"] = str(scene.path)
    (found,) = scene.findings()
    assert (found.severity, found.code) == (NOTE, "home-writable")
    scene.environ["CODEMIE_TRAY_SAFE_HOME"] = str(scene.place)
    assert [one.severity for one in scene.findings()] == [DANGER]


def test_a_folder_that_keeps_others_out_lowers_the_severity(scene: Scene) -> None:
    (scene.path / "sso-credentials.enc").chmod(0o644)
    (scene.path / "logs").chmod(0o755)
    scene.path.chmod(0o700)
    (found,) = scene.findings()
    assert (found.severity, found.code) == (WARNING, "readable-secret")
    assert "Only the folders above keep every user of this machine from reading" in found.message


def test_a_store_protected_by_a_keyring_is_not_opened_to_list_names(scene: Scene) -> None:
    golden = Path(__file__).parents[2] / "golden" / "credentials" / "opens" / "keyring-rekeyed.credentials"
    scene.write(".credentials", golden.read_bytes())
    (found,) = scene.findings()
    assert (found.severity, found.code) == (NOTE, "references-unchecked")
    assert found.command == "codemie-tray credentials list"


def test_a_damaged_store_and_a_broken_configuration_are_reported_without_stopping_the_audit(
    scene: Scene,
) -> None:
    scene.write(".credentials", b"\x89CMCRED\nxx")
    scene.config.write_text("{")
    (scene.path / "proxy-daemon.json").chmod(0o644)
    found = [one.code for one in scene.findings()]
    assert found == ["readable-secret", "credentials-unusable", "config-unusable"]
