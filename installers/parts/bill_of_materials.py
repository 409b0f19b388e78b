"""The bill of materials (CycloneDX) of a bundle. The only file that imports cyclonedx."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Sequence

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from installers import product
from installers.parts.inventory import Part

_SPDX = {
    "LGPLv3": "LGPL-3.0-only",
    "GPLv2-or-later with a special exception which allows to use PyInstaller to build and distribute "
    "non-free programs (including commercial ones)": "GPL-2.0-or-later WITH Bootloader-exception",
}
"""What some parts' metadata says, as SPDX expressions."""


def text(parts: Sequence[Part], *, epoch: int) -> str:
    """Return the bill as JSON; the same parts yield the same text.

    Args:
        parts: the parts of the bundle.
        epoch: the time of the build.
    """
    licences = LicenseFactory()
    bom = Bom()
    program = Component(
        name=product.PROGRAM_NAME,
        version=product.VERSION,
        type=ComponentType.APPLICATION,
        bom_ref=product.PROGRAM_NAME,
        licenses=[licences.make_from_string(product.LICENSE)],
        external_references=[
            ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(product.HOMEPAGE))
        ],
    )
    bom.metadata.component = program
    bom.metadata.timestamp = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    contained = []
    for part in parts:
        if part.name == product.PROGRAM_NAME:
            continue
        said = _SPDX.get(part.licence, part.licence)
        component = Component(
            name=part.name,
            version=part.version or None,
            type=ComponentType.LIBRARY if part.kind != "runtime" else ComponentType.PLATFORM,
            bom_ref=f"{part.kind}:{part.name}",
            licenses=[licences.make_from_string(said)] if said else [],
            purl=_url(part),
        )
        bom.components.add(component)
        contained.append(component)
    bom.register_dependency(program, contained)
    # A number derived from the content, so a second build of the same parts yields the same bill.
    content = repr([(part.kind, part.name, part.version) for part in parts]).encode()
    bom.serial_number = uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=5)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2) + "\n"


def _url(part: Part) -> PackageURL | None:
    if part.kind == "python package" or part.name == "pyinstaller":
        return PackageURL("pypi", None, part.name.lower(), part.version)
    if part.kind == "runtime":
        return PackageURL("generic", None, part.name.lower(), part.version)
    return None
