"""Which Debian packages provide the parts of the rig, and how to install them.

Run as `python -m tests.integration.desktop.rig.system_packages [--install]`. Standard library only: it runs
before the project's own environment exists.
"""

from __future__ import annotations

import argparse
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MISSING_EXIT_CODE = 3
"""Something is missing and was not installed; the user must run the printed command."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the desktop."""

    name: str
    package: str
    provides: str
    """A program looked for on PATH, or the absolute path of a file (`*` stands for the architecture)."""
    why: str

    def is_there(self) -> bool:
        """Return whether this machine has what the package provides."""
        if self.provides.startswith("/"):
            return bool(glob.glob(self.provides))
        return shutil.which(self.provides) is not None


_LIBRARIES = f"/usr/lib/{os.uname().machine if sys.platform != 'win32' else ''}-linux-gnu"

PARTS = (
    Part("x11", "xvfb", "Xvfb", "an X screen in memory"),
    Part("x11", "dbus-daemon", "dbus-daemon", "a private session bus"),
    Part("x11", "openbox", "openbox", "a window manager"),
    Part("x11", "xdotool", "xdotool", "the mouse and the keyboard"),
    Part("x11", "dunst", "dunst", "shows notifications"),
    Part("x11", "adwaita-icon-theme", "/usr/share/icons/Adwaita/index.theme", "icons, the same everywhere"),
    Part(
        "x11", "fonts-dejavu-core", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "a font, the same too"
    ),
    Part(
        "windows", "at-spi2-core", "/usr/libexec/at-spi-bus-launcher", "reads windows as a screen reader does"
    ),
    Part("windows", "libxcb-cursor0", f"{_LIBRARIES}/libxcb-cursor.so.0", "what Qt needs on X"),
    Part("windows", "libegl1", f"{_LIBRARIES}/libEGL.so.1", "what Qt needs to be loaded"),
    Part("windows", "libxkbcommon-x11-0", f"{_LIBRARIES}/libxkbcommon-x11.so.0", "what Qt needs on X"),
    Part("windows", "libxcb-icccm4", f"{_LIBRARIES}/libxcb-icccm.so.4", "what Qt needs on X"),
    Part("windows", "libxcb-keysyms1", f"{_LIBRARIES}/libxcb-keysyms.so.1", "what Qt needs on X"),
    Part("windows", "libxcb-randr0", f"{_LIBRARIES}/libxcb-randr.so.0", "what Qt needs on X"),
    Part("windows", "libxcb-shape0", f"{_LIBRARIES}/libxcb-shape.so.0", "what Qt needs on X"),
    Part("windows", "libxcb-sync1", f"{_LIBRARIES}/libxcb-sync.so.1", "what Qt needs on X"),
    Part("windows", "libxcb-xfixes0", f"{_LIBRARIES}/libxcb-xfixes.so.0", "what Qt needs on X"),
    Part(
        "fonts",
        "fonts-wqy-microhei",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "a small font for Japanese and Chinese",
    ),
    Part("xfce", "xfce4-panel", "xfce4-panel", "a panel with a tray (GTK)"),
    Part("xfce", "xfconf", "xfconf-query", "where that panel keeps its settings"),
    Part("lxqt", "lxqt-panel", "lxqt-panel", "a second panel with a tray (Qt)"),
    Part("wayland", "sway", "sway", "a Wayland screen in memory"),
    Part("wayland", "waybar", "waybar", "a Wayland panel with a tray"),
    Part("wayland", "grim", "grim", "pictures of a Wayland screen"),
    Part("gnome", "gnome-shell", "gnome-shell", "GNOME's desktop"),
    Part(
        "gnome",
        "gnome-shell-extension-appindicator",
        "/usr/share/gnome-shell/extensions/ubuntu-appindicators@ubuntu.com/metadata.json",
        "the tray that GNOME lacks",
    ),
    Part("gnome", "gjs", "gjs", "runs the shell's service that takes notifications"),
    Part("gnome", "gir1.2-gdm-1.0", "/usr/lib/*/girepository-1.0/Gdm-1.0.typelib", "its lock"),
    Part(
        "gnome",
        "python3-dbusmock",
        "/usr/lib/python3/dist-packages/dbusmock/__init__.py",
        "stands in for logind, which GNOME's desktop wants",
    ),
    Part("plasma", "plasma-workspace", "plasmashell", "KDE's panel and its notifications"),
    Part(
        "plasma",
        "plasma-desktop",
        "/usr/share/plasma/plasmoids/org.kde.plasma.taskmanager/metadata.json",
        "its layout",
    ),
    Part("plasma", "kwin-x11", "kwin_x11", "KDE's window manager"),
    Part("plasma", "kde-style-breeze", "/usr/lib/*/qt5/plugins/styles/breeze.so", "the look of its menus"),
    Part("plasma-wayland", "kwin-wayland", "kwin_wayland", "KDE's compositor"),
    Part(
        "plasma-wayland",
        "qtwayland5",
        "/usr/lib/*/qt5/plugins/platforms/libqwayland-generic.so",
        "lets KDE's programs use it",
    ),
    Part("mate", "mate-panel", "mate-panel", "MATE's panel with its notification area"),
    Part("cinnamon", "cinnamon", "cinnamon", "Cinnamon's panel, and its notifications"),
    Part(
        "cinnamon",
        "xapp-sn-watcher",
        "/usr/libexec/xapps/sn-watcher/xapp-sn-watcher",
        "holds its icons and draws their menus",
    ),
    Part("kwallet", "libkf5wallet-bin", "kwalletd5", "a keyring, as KDE has it"),
    Part(
        "kwallet",
        "libqca-qt5-2-plugins",
        "/usr/lib/*/qca-qt5/crypto/libqca-ossl.so",
        "lets programs reach it through the Secret Service",
    ),
    Part(
        "kwallet",
        "python3-dbus",
        "/usr/lib/python3/dist-packages/dbus/__init__.py",
        "lets programs reach it over its own interface",
    ),
    Part("keyring", "gnome-keyring", "gnome-keyring-daemon", "a keyring, as GNOME has it"),
    Part("keyring", "keepassxc", "keepassxc", "a second keyring"),
    Part("keyring", "dbus-bin", "dbus-send", "asks the bus who is there"),
    Part("login", "dex", "dex", "does at login what the XDG entry says"),
    Part("login", "desktop-file-utils", "desktop-file-validate", "checks the login entry"),
    Part("login", "libplist-utils", "plistutil", "checks the macOS login entry"),
    Part("shells", "zsh", "zsh", "checks the completion script for it"),
    Part("shells", "fish", "fish", "checks the completion script for it"),
    Part("shells", "direnv", "direnv", "loads the variables of a folder"),
    Part("login", "faketime", "faketime", "a clock that jumps"),
    Part("login", "libgtk-3-bin", "gtk-launch", "starts the login entry as a desktop does"),
    Part("systems", "debootstrap", "debootstrap", "bare systems to install into"),
    Part("packages", "rpm", "rpmbuild", "makes and installs the RPM package"),
    Part("packages", "lintian", "lintian", "checks the Debian package"),
    Part("packages", "desktop-file-utils", "desktop-file-validate", "checks the desktop entries"),
    Part("packages", "appstream", "appstreamcli", "checks the AppStream description"),
    Part("packages", "mandoc", "mandoc", "checks the manual page"),
    Part("packages", "xz-utils", "xz", "unpacks the portable archive"),
    Part("packages", "flatpak-builder", "flatpak-builder", "checks the Flatpak manifest"),
    Part("packages", "nsis", "makensis", "makes the Windows installer"),
    Part("appimage", "gcc", "gcc", "compiles the AppImage's runtime"),
    Part("appimage", "libc6-dev", f"{_LIBRARIES}/libc.a", "what the runtime is linked with"),
    Part("appimage", "libsquashfuse-dev", f"{_LIBRARIES}/libsquashfuse_ll.a", "what it reads its files with"),
    Part("appimage", "libfuse3-dev", f"{_LIBRARIES}/libfuse3.a", "what it mounts them with"),
    Part("appimage", "libzstd-dev", f"{_LIBRARIES}/libzstd.a", "what it decompresses them with"),
    Part("appimage", "squashfs-tools", "mksquashfs", "packs the AppImage"),
    Part(
        "appimage",
        "libappimage1.0abi1",
        f"{_LIBRARIES}/libappimage.so.1.0abi1",
        "reads it as file managers do",
    ),
    Part("appimage", "fuse3", "fusermount3", "mounts it, as most systems do"),
    Part("faults", "strace", "strace", "sees the mode a file is born with"),
    Part("faults", "xfsprogs", "mkfs.xfs", "a file system that loses power"),
    Part("faults", "btrfs-progs", "mkfs.btrfs", "a file system that loses power"),
    Part("faults", "nodejs", "node", "writes the configuration as the CLI does"),
)
DEMO = ("x11", "xfce")
"""What `make run` needs where there is no screen."""
TESTS = (
    *("x11", "windows", "fonts", "xfce", "lxqt", "wayland", "keyring", "kwallet"),
    *("login", "shells", "faults", "packages", "appimage"),
)
"""What `make test` needs."""
DESKTOPS = (
    *("x11", "gnome", "plasma", "plasma-wayland", "mate", "cinnamon", "keyring", "kwallet", "systems"),
)
"""What `make test-desktops` needs: 326 MB of archives, so `make test` does without."""
EVERYTHING = (*TESTS, "gnome", "plasma", "plasma-wayland", "mate", "cinnamon", "systems")


def missing(parts: Sequence[str] = EVERYTHING) -> list[Part]:
    """Return the named parts that this machine lacks."""
    return [part for part in PARTS if part.name in parts and not part.is_there()]


def install_command(absent: Sequence[Part]) -> list[str]:
    """Return the command that installs `absent`, without sudo."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *dict.fromkeys(p.package for p in absent)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is missing; with `--install`, install it.

    Returns:
        0: all is there. `MISSING_EXIT_CODE`: something is missing still.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.integration.desktop.rig.system_packages")
    parser.add_argument("--install", action="store_true", help="install what is missing, with apt-get")
    parser.add_argument(
        "--parts", nargs="+", choices=EVERYTHING, default=list(TESTS), help="only these parts of the rig"
    )
    options = parser.parse_args(arguments)
    wanted = [part for part in PARTS if part.name in options.parts]
    return report("The virtual desktop and the tests", wanted, install=options.install)


def report(what: str, parts: Sequence[Part], *, install: bool) -> int:
    """Print which of `parts` are missing for `what`, and install them if asked to.

    Returns:
        0: all is there. `MISSING_EXIT_CODE`: something is missing still.
    """
    absent = [part for part in parts if not part.is_there()]
    if not absent:
        print(f"{what}: all system packages are here.")
        return 0
    print(f"{what}: these system packages are needed:", flush=True)
    for part in absent:
        print(f"  {part.package:20} {part.why}", flush=True)
    if install and _install(absent):
        return 0
    print("To install them:\n  sudo " + " ".join(install_command(absent)))
    return MISSING_EXIT_CODE


def _install(absent: Sequence[Part]) -> bool:
    if shutil.which("apt-get") is None:
        print("There is no apt-get here: the package names above are Debian's.")
        return False
    prefix = privilege(
        is_root=os.geteuid() == 0,
        has_terminal=sys.stdin.isatty(),
        sudo=shutil.which("sudo"),
        sudo_asks=lambda: (
            subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode != 0
        ),
    )
    if prefix is None:
        print("Installing needs root, and sudo can't be used without asking for a password here.")
        return False
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *install_command(absent)]
    print("Installing them now: " + " ".join(command), flush=True)
    if subprocess.run(command, check=False).returncode != 0:
        # The usual reason on a new machine: no package lists yet.
        update = [*prefix, "apt-get", "update"]
        print("That failed; with fresh package lists once more: " + " ".join(update), flush=True)
        subprocess.run(update, check=False)
        subprocess.run(command, check=False)
    return all(part.is_there() for part in absent)


def privilege(
    *, is_root: bool, has_terminal: bool, sudo: str | None, sudo_asks: Callable[[], bool]
) -> list[str] | None:
    """Return the prefix for a command that needs root, or None if no one could answer sudo."""
    if is_root:
        return []
    if sudo is None or (sudo_asks() and not has_terminal):
        return None
    return [sudo]


if __name__ == "__main__":
    sys.exit(main())
