"""The AppStream metadata, which software centres show."""

from __future__ import annotations

import datetime
from xml.etree import ElementTree

from installers import product
from installers.linux.metadata import desktop_entry, translations

FILE_NAME = f"{product.IDENTIFIER}.metainfo.xml"


def text(*, epoch: int) -> str:
    """Return the metadata; `epoch` is the release's time in seconds since 1970."""
    root = ElementTree.Element("component", type="desktop-application")
    _add(root, "id", product.IDENTIFIER)
    _add(root, "name", product.NAME)
    _add(root, "summary", product.SUMMARY)
    for language, summary in translations.SUMMARIES.items():
        _add(root, "summary", summary, **{"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(root, "metadata_license", "CC0-1.0")
    _add(root, "project_license", product.LICENSE)
    developer = ElementTree.SubElement(root, "developer", id=product.IDENTIFIER)
    _add(developer, "name", product.PUBLISHER)
    # The element that older readers (AppStream before 1.0) know.
    _add(root, "developer_name", product.PUBLISHER)
    description = ElementTree.SubElement(root, "description")
    for paragraph in product.DESCRIPTION:
        _add(description, "p", paragraph)
    _add(root, "url", product.HOMEPAGE, type="homepage")
    _add(root, "url", f"{product.HOMEPAGE}/issues", type="bugtracker")
    _add(root, "launchable", desktop_entry.FILE_NAME, type="desktop-id")
    _add(ElementTree.SubElement(root, "categories"), "category", "Utility")
    _add(ElementTree.SubElement(root, "provides"), "binary", product.PROGRAM_NAME)
    _add(root, "icon", product.PROGRAM_NAME, type="stock")
    ElementTree.SubElement(root, "content_rating", type="oars-1.1")
    releases = ElementTree.SubElement(root, "releases")
    date = datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat()
    ElementTree.SubElement(releases, "release", version=product.VERSION, date=date)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _add(parent: ElementTree.Element, name: str, content: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = content
