"""The files that the Linux packages install, checked by the tools that read them."""

from __future__ import annotations

import glob
import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from installers.linux.metadata import desktop_entry, man_page, metainfo
from installers.linux.scripts import shell
from tests.installers.linux.bare_system import run

from codemie_tray.commands.parser import build_parser, parse
from installers import product
from installers.linux import changelog, deb, rpm, tarball, tree

EPOCH = 1767225600


@pytest.fixture
def frozen(tmp_path: Path) -> str:
    """A folder shaped like the frozen program, made quickly."""
    folder = tmp_path / "frozen"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", folder / product.PROGRAM_NAME)
    for name in ("THIRD-PARTY-NOTICES.txt", "LICENSE", "LICENSE.GPL"):
        (folder / "_internal" / name).write_text("text\n")
    return str(folder)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"not installed: {program}")


@needs("desktop-file-validate")
@pytest.mark.parametrize("entry", [desktop_entry.application, desktop_entry.autostart])
def test_the_desktop_entries_are_valid(entry: object, tmp_path: Path) -> None:
    path = tmp_path / desktop_entry.FILE_NAME
    path.write_text(entry("/usr/bin/codemie-tray"))  # type: ignore[operator]
    assert run(["desktop-file-validate", str(path)]) == ""


@needs("appstreamcli")
def test_the_description_for_software_centres_is_valid(tmp_path: Path) -> None:
    path = tmp_path / metainfo.FILE_NAME
    path.write_text(metainfo.text(epoch=EPOCH))
    assert "Validation was successful" in run(["appstreamcli", "validate", "--no-net", str(path)])


@needs("mandoc")
def test_the_man_page_is_valid_and_has_every_command(tmp_path: Path) -> None:
    path = tmp_path / "page.1"
    path.write_text(man_page.text(epoch=EPOCH))
    run(["mandoc", "-T", "lint", "-W", "warning", str(path)])
    shown = run(["sh", "-c", f"mandoc -T ascii {path} | col -b"])
    commands = [words for words, _, _ in man_page.commands(build_parser())]
    assert {"switch", "credentials protect"} <= set(commands)
    for section in ("ENVIRONMENT", "FILES", "EXAMPLES"):
        assert f"\n{section}\n" in shown
    examples = shown.partition("\nEXAMPLES\n")[2].partition("\nSEE ALSO\n")[0]
    typed = re.findall(r"(?m)^[ \t]+(?:pass .*\| )?codemie-tray (.+)$", examples)
    assert len(typed) >= 8
    for line in typed:  # the page's examples are valid commands
        parse(line.removesuffix("\\").split())
    for words in commands:
        assert f"codemie-tray {words}" in shown
    assert {"usage", "usage export"} <= set(commands)
    synopsis = " ".join(shown.partition("\nDESCRIPTION\n")[0].split())
    assert "codemie-tray usage [--since WHEN]" in synopsis
    assert "-- CMD..." in synopsis
    assert "%(prog)s" not in shown


def test_the_scripts_are_posix_shell() -> None:
    for path in glob.glob(product.inside("installers", "linux", "scripts", "*.sh")):
        run(["dash", "-n", path] if shutil.which("dash") else ["sh", "-n", path])


@needs("dpkg-deb")
def test_the_debian_package_has_checksums_of_all_files_and_its_login_entry_is_a_conffile(
    frozen: str, tmp_path: Path
) -> None:
    path = deb.pack(frozen, str(tmp_path), str(tmp_path / "work"), machine="x86_64", epoch=EPOCH)
    root = str(tmp_path / "unpacked")
    run(["dpkg-deb", "--raw-extract", path, root])
    run(["sh", "-c", f"cd {root} && md5sum --check --quiet DEBIAN/md5sums"])
    assert Path(root, "DEBIAN", "conffiles").read_text() == f"{tree.AUTOSTART}\n"
    summed = {line.split("  ")[1] for line in Path(root, "DEBIAN", "md5sums").read_text().splitlines()}
    files = {str(p.relative_to(root)) for p in Path(root).rglob("*") if p.is_file() and not p.is_symlink()}
    assert files - summed - {tree.AUTOSTART[1:]} == {name for name in files if name.startswith("DEBIAN/")}


@needs("dpkg-deb")
def test_the_same_tree_gives_the_same_debian_package_and_archive(frozen: str, tmp_path: Path) -> None:
    made = []
    for number, umask in ((1, 0o022), (2, 0o077)):
        before = os.umask(umask)
        try:
            folder = tmp_path / str(number)
            folder.mkdir()
            for module in (deb, tarball):
                path = module.pack(frozen, str(folder), str(folder / "work"), machine="x86_64", epoch=EPOCH)
                made.append(Path(path).read_bytes())
        finally:
            os.umask(before)
    assert made[0] == made[2]
    assert made[1] == made[3]


@needs("rpmbuild")
def test_the_rpm_package_owns_what_it_installs(frozen: str, tmp_path: Path) -> None:
    path = rpm.pack(frozen, str(tmp_path), str(tmp_path / "work"), machine="x86_64", epoch=EPOCH)
    listed = run(["rpm", "--query", "--package", "--list", path])
    assert "/usr/share/zsh/site-functions/_codemie-tray\n" in listed
    assert "/usr/share/applications/codemie-tray.desktop\n" in listed
    assert f"{tree.AUTOSTART}\n" in run(["rpm", "--query", "--package", "--configfiles", path])


@needs("rpmbuild")
@needs("lintian")
@needs("dpkg-deb")
def test_lintian_is_silent_except_about_the_frozen_program(frozen: str, tmp_path: Path) -> None:
    path = deb.pack(frozen, str(tmp_path), str(tmp_path / "work"), machine="x86_64", epoch=EPOCH)
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(
        ["lintian", "--allow-root", path], env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_running_trays_are_distinguished_from_commands(tmp_path: Path) -> None:
    program = tmp_path / "a folder" / "codemie-tray"
    program.parent.mkdir()
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    # `sleep` takes one argument: as a command it has one, and a tray has none, so a link gives it none.
    command = subprocess.Popen([program, "60"])
    tray = subprocess.Popen(
        ["codemie-tray"], executable=shutil.copy("/bin/cat", f"{program}-tray"), stdin=subprocess.PIPE
    )
    try:
        script = tmp_path / "script"
        script.write_text(
            shell.running() + '\ntrays "$1"; trays "$1-tray"; echo -; trays "$1-tray" deleted\n'
        )
        assert run(["sh", str(script), str(program)]).split() == [str(tray.pid), "-"]
        os.unlink(f"{program}-tray")
        assert run(["sh", str(script), str(program)]).split() == [str(tray.pid), "-", str(tray.pid)]
    finally:
        for process in (command, tray):
            process.kill()
            process.communicate()


def test_the_changes_of_this_version_are_found() -> None:
    assert len(changelog.changes()) >= 1
    assert all("\n" not in entry for entry in changelog.changes())


def test_pages_and_archives_contain_no_build_time() -> None:
    page = gzip.compress(man_page.text(epoch=EPOCH).encode(), mtime=0)
    assert page[4:8] == b"\0\0\0\0"
