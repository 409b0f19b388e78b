"""The configuration as a value: which profiles there are and which one is active."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from codemie_core.config.layout import Layout
from codemie_core.config.profile import Profile
from codemie_core.errors import ConfigCorrupt, ProfileNotFound
from codemie_core.files.json_document import JsonDocument, JsonSyntaxError, Kind, Node, place_in


@dataclass(frozen=True, slots=True)
class Config:
    """One valid state of the file."""

    path: str
    """As the person knows it: a link is not resolved."""
    layout: Layout
    active: str | None
    """The value of `activeProfile`; it need not name a profile that exists."""
    profiles: tuple[Profile, ...]
    """In the order of the file."""
    mode: int | None
    """Permission bits of the file; None where there is no file yet, or no such bits."""
    document: JsonDocument = field(repr=False, compare=False)

    @property
    def active_profile(self) -> Profile | None:
        """The active profile, or None where none is or it does not exist."""
        return next((profile for profile in self.profiles if profile.name == self.active), None)

    def profile(self, name: str) -> Profile:
        """Return the profile of this name.

        Raises:
            ProfileNotFound: there is none.
        """
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise ProfileNotFound(name, f"There is no profile named {name!r}.")

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret that stands in the file in the clear, in whatever field."""
        return frozenset(self.each_secret())

    def each_secret(self) -> Iterator[str]:
        """Yield those secrets; nothing is looked for before the first is asked for."""
        from codemie_core.secret_detection.classifier import secrets_in_text  # not for a mere switch

        yield from (found.text for found in secrets_in_text(self.document.text))

    @property
    def exposed(self) -> bool:
        """Whether others on this machine may read a secret in it (bits for group or others are set)."""
        readable = self.mode is not None and bool(self.mode & 0o077)
        return readable and next(self.each_secret(), None) is not None


def parse_config(data: bytes, *, path: str, layout: Layout, mode: int | None = None) -> Config:
    """Read a configuration from the bytes of its file.

    Raises:
        ConfigCorrupt: with line and column: it is not UTF-8, not JSON, or not of the shape
            `{"activeProfile": NAME, "profiles": {NAME: {...}}}`. Both keys may be missing.
    """
    return config_of(_parse_document(data, path), path=path, layout=layout, mode=mode)


def config_of(document: JsonDocument, *, path: str, layout: Layout, mode: int | None = None) -> Config:
    """Read a configuration from a document.

    Raises:
        ConfigCorrupt: it has not the shape of one.
    """
    root = document.root
    if root.kind is not Kind.OBJECT:
        raise _wrong(document, path, root, "a configuration is an object in braces")
    return Config(path, layout, _active(document, path), _profiles(document, path), mode, document)


def _parse_document(data: bytes, path: str) -> JsonDocument:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = place_in(before, len(before))
        reason = "not UTF-8 text"
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            reason = "saved as UTF-16; save it as UTF-8"
        raise ConfigCorrupt(path, reason, line=line, column=column) from None
    try:
        return JsonDocument.parse(text)
    except JsonSyntaxError as error:
        line, column = place_in(text, error.offset)
        raise ConfigCorrupt(path, error.reason, line=line, column=column) from None


def _active(document: JsonDocument, path: str) -> str | None:
    member = document.root.find("activeProfile")
    if member is None:
        return None
    value = document.value(member.value)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(document, path, member.value, "activeProfile is the name of a profile")


def _profiles(document: JsonDocument, path: str) -> tuple[Profile, ...]:
    member = document.root.find("profiles")
    if member is None:
        return ()
    if member.value.kind is not Kind.OBJECT:
        raise _wrong(document, path, member.value, "profiles is an object in braces")
    return tuple(_profile(document, entry.key, entry.value) for entry in member.value.effective())


def _profile(document: JsonDocument, name: str, node: Node) -> Profile:
    if node.kind is not Kind.OBJECT:
        line, _ = document.place(node.start)
        return Profile(name, {}, f"line {line}: a profile is an object in braces, this is {node.kind.value}")
    fields = document.value(node)
    assert isinstance(fields, dict)  # noqa: S101 - for the type checker: the node is an object
    if not name:
        return Profile(name, fields, "it has no name, and the CLI takes an empty name for none")
    return Profile(name, fields)


def _wrong(document: JsonDocument, path: str, node: Node, expected: str) -> ConfigCorrupt:
    line, column = document.place(node.start)
    return ConfigCorrupt(path, f"{expected}, this is {node.kind.value}", line=line, column=column)
