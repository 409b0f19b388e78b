"""The RPM package, built by rpmbuild from a prepared tree."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess

from installers import product
from installers.linux import changelog, tree
from installers.linux.libraries import glibc, recommended
from installers.linux.scripts import shell


def pack(frozen: str, out: str, work: str, *, machine: str, epoch: int) -> str:
    """Build the package; arguments and result as for `deb.pack`."""
    top = os.path.join(work, "rpm")
    shutil.rmtree(top, ignore_errors=True)
    root = os.path.join(top, "tree")
    tree.stage(frozen, root, epoch=epoch)
    for place, wanted in (("zsh/vendor-completions", "zsh/site-functions"),):  # Debian uses another name
        os.rename(f"{root}/usr/share/{place}", f"{root}/usr/share/{wanted}")
    shutil.copy(product.inside("LICENSE"), root + tree.DOCUMENTATION)
    shutil.copy(product.inside("LICENSE.GPL"), root + tree.DOCUMENTATION)
    tree.set_modes(root)
    recipe = os.path.join(top, f"{product.PROGRAM_NAME}.spec")
    tree.write(recipe, spec(root, glibc.needed(frozen), machine=machine, epoch=epoch))
    command = ["rpmbuild", "-bb", "--quiet", "--target", machine, "--define", f"_topdir {top}"]
    command += ["--define", f"_rpmdir {top}/RPMS", "--buildroot", f"{top}/BUILDROOT", recipe]
    subprocess.run(command, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}, check=True)
    name = f"{product.PROGRAM_NAME}-{product.VERSION}-1.{machine}.rpm"
    return shutil.copy(os.path.join(top, "RPMS", machine, name), os.path.join(out, name))


def spec(root: str, libc: str, *, machine: str, epoch: int) -> str:
    """Return rpmbuild's spec for a tree that is already laid out."""
    date = datetime.datetime.fromtimestamp(epoch, datetime.UTC).strftime("%a %b %d %Y")
    entries = "\n".join(f"- {entry}" for entry in changelog.changes())
    return f"""\
# The tree is finished: nothing is compiled, stripped, or searched for what it needs.
%global debug_package %{{nil}}
%global __os_install_post %{{nil}}
%global _build_id_links none
%global _buildhost reproducible
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _binary_payload w9.xzdio

Name: {product.PROGRAM_NAME}
Version: {product.VERSION}
Release: 1
Summary: {product.SUMMARY}
License: {product.LICENSE}
URL: {product.HOMEPAGE}
ExclusiveArch: {machine}
AutoReqProv: no
Requires: libc.so.6(GLIBC_{libc})(64bit)
Recommends: xdg-utils
{os.linesep.join(f"Recommends: {name}" for name in recommended.rpm())}
Recommends: (gnome-shell-extension-appindicator if gnome-shell)

%description
{chr(10).join(product.DESCRIPTION)}

%install
cp -a {root}/. %{{buildroot}}/

%posttrans
{shell.running()}
renew_trays {tree.PROGRAM}

%preun
{shell.running()}
if [ "$1" = 0 ]; then
    end_trays {tree.PROGRAM}
fi

%files
%defattr(-,root,root,-)
%config(noreplace) {tree.AUTOSTART}
%license {tree.DOCUMENTATION}/LICENSE
%license {tree.DOCUMENTATION}/LICENSE.GPL
%doc {tree.DOCUMENTATION}/THIRD-PARTY-NOTICES.txt
%dir {tree.DOCUMENTATION}
{tree.PROGRAM_FOLDER}
{tree.COMMAND}
{os.linesep.join(_shared(root))}

%changelog
* {date} {product.CONTACT} - {product.VERSION}-1
{entries}
"""


def _shared(root: str) -> list[str]:
    """Return the files below /usr/share one by one, because their folders belong to the system."""
    found = []
    for parent, _, names in os.walk(f"{root}/usr/share"):
        found += [os.path.join(parent, name).removeprefix(root) for name in names]
    return sorted(name for name in found if not name.startswith(tree.DOCUMENTATION))
