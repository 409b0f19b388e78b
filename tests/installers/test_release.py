"""The workflows and manifests of a release, checked with schemas, shells and by generating them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from installers.parts import bill_of_materials
from installers.parts.inventory import Part
from installers.release import checksums, manifests

from installers import product

WORKFLOWS = sorted(Path(product.inside(".github", "workflows")).glob("*.yml"))


def check(path: Path) -> int:
    ran = CliRunner().invoke(
        check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(path)], catch_exceptions=False
    )
    return ran.exit_code


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflows_follow_githubs_schema(path: Path) -> None:
    assert check(path) == 0


def test_the_check_detects_an_unknown_key(tmp_path: Path) -> None:
    broken = tmp_path / "ci.yml"
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    broken.write_text(text.replace("runs-on:", "runs-in:", 1), encoding="utf-8")
    assert check(broken) != 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_make_target_of_a_workflow_exists(path: Path) -> None:
    makefile = Path(product.inside("Makefile")).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", path.read_text(encoding="utf-8")))
    assert named - {"on"} <= targets
    assert named


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in manifests.packages().values():
        (folder / name).write_text(name)
    return folder


@pytest.mark.skipif(shutil.which("flatpak-builder") is None, reason="not installed: flatpak-builder")
def test_flatpak_builder_reads_the_manifest(packages: Path, tmp_path: Path) -> None:
    written = manifests.write(str(packages), str(tmp_path / "out"))
    (path,) = [path for path in written if f"{os.sep}flatpak{os.sep}" in path]
    said = subprocess.check_output(["flatpak-builder", "--show-manifest", path], text=True, cwd=tmp_path)
    manifest = json.loads(said)
    assert manifest["id"] == product.IDENTIFIER
    assert manifest["command"] == product.PROGRAM_NAME
    assert "--filesystem=~/.codemie:create" in manifest["finish-args"]
    names = {arg.partition("=")[2] for arg in manifest["finish-args"] if arg.startswith("--talk-name=")}
    assert {"org.kde.StatusNotifierWatcher", "org.freedesktop.secrets"} <= names
    # The builder leaves out keys that it does not know.
    text = Path(path).read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE)) == set(manifest)


def test_the_manifests_contain_this_version_and_the_checksums(packages: Path, tmp_path: Path) -> None:
    written = manifests.write(str(packages), str(tmp_path / "out"))
    assert {os.path.basename(path) for path in written} == {
        "PKGBUILD",
        "codemie-tray.rb",
        "io.github.codemie-tray.yaml",
        "CodeMie.CodeMieTray.yaml",
        "CodeMie.CodeMieTray.installer.yaml",
        "CodeMie.CodeMieTray.locale.en-US.yaml",
    }
    texts = {os.path.basename(path): Path(path).read_text(encoding="utf-8") for path in written}
    for text in texts.values():
        assert not manifests._MARK.search(text)
        assert product.VERSION in text
    sums = {name: checksums.of(str(packages / name)) for name in manifests.packages().values()}
    linux = {digest for name, digest in sums.items() if "-linux-" in name}
    assert linux <= set(re.findall(r"\b[0-9a-f]{64}\b", texts["PKGBUILD"]))
    assert linux == set(re.findall(r"\b[0-9a-f]{64}\b", texts["io.github.codemie-tray.yaml"]))
    macos = {digest for name, digest in sums.items() if "-macos-" in name}
    assert macos == set(re.findall(r"\b[0-9a-f]{64}\b", texts["codemie-tray.rb"]))


def test_a_missing_package_stops_the_generation(packages: Path, tmp_path: Path) -> None:
    os.unlink(packages / manifests.packages()["MACOS_ARM64"])
    with pytest.raises(FileNotFoundError):
        manifests.write(str(packages), str(tmp_path / "out"))


def test_the_recipe_for_arch_is_valid_shell_and_installs_the_archive(packages: Path, tmp_path: Path) -> None:
    manifests.write(str(packages), str(tmp_path / "out"))
    recipe = tmp_path / "out" / "aur" / "PKGBUILD"
    source = tmp_path / f"codemie-tray-{product.VERSION}-linux-x86_64"
    for place in (
        "program/codemie-tray",
        "program/_internal/LICENSE",
        "share/applications/codemie-tray.desktop",
        "share/zsh/vendor-completions/_codemie-tray",
        "autostart/codemie-tray.desktop",
    ):
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        (source / place).write_text("Exec=@PROGRAM@\n")
    script = f"set -e; CARCH=x86_64 srcdir={tmp_path} pkgdir={tmp_path}/pkg; . {recipe}; package"
    subprocess.run(["bash", "-c", script], check=True)
    entry = (tmp_path / "pkg/etc/xdg/autostart/codemie-tray.desktop").read_text()
    assert entry == "Exec=/usr/bin/codemie-tray\n"
    assert os.path.samefile(
        tmp_path / "pkg/usr/bin/codemie-tray", tmp_path / "pkg/usr/lib/codemie-tray/codemie-tray"
    )
    assert (tmp_path / "pkg/usr/share/zsh/site-functions/_codemie-tray").exists()


PARTS = [
    Part("python package", "jeepney", "0.9.0", "MIT", ("text",)),
    Part("runtime", "CPython", "3.11.7", "PSF-2.0", ("text",)),
    Part("system library", "libz", "1.2.13", "", ()),
]


def test_the_bill_of_materials_follows_its_schema_and_is_reproducible() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = bill_of_materials.text(PARTS, epoch=1767225600)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == bill_of_materials.text(PARTS, epoch=1767225600)
    bill = json.loads(text)
    assert bill["metadata"]["timestamp"] == "2026-01-01T00:00:00+00:00"
    assert {(part["name"], part["version"]) for part in bill["components"]} == {
        (part.name, part.version) for part in PARTS
    }


def test_the_checksums_are_in_the_format_of_sha256sum(packages: Path) -> None:
    checksums.write(str(packages))
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=packages, check=True)


def test_the_locked_packages_of_the_frozen_program_are_those_it_is_tested_with() -> None:
    def pins(name: str) -> dict[str, str]:
        text = Path(product.inside("requirements", name)).read_text(encoding="utf-8")
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))

    frozen, run, dev = pins("freeze.txt"), pins("run.txt"), pins("dev.txt")
    assert run.items() <= frozen.items()
    assert run.items() <= dev.items()


@pytest.mark.skipif(sys.platform != "linux", reason="dpkg's architectures")
def test_every_processor_that_a_release_is_built_on_has_a_name_in_debian() -> None:
    from installers.linux import deb

    assert {"x86_64", "aarch64"} == set(deb.ARCHITECTURES)
