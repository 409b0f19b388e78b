"""The configuration as a value: which profiles there are and which one is active."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codemie_core.config.model.layout import Layout
from codemie_core.config.model.limits import (
    FIELD_NAMES_LIMIT,
    PROFILES_LIMIT,
    TOO_LARGE_ADVICE,
    VALUES_LIMIT,
    field_names_in,
    values_in,
)
from codemie_core.config.model.profile import Profile
from codemie_core.config.model.single_provider import NAME as SINGLE
from codemie_core.config.model.single_provider import single_provider
from codemie_core.errors import ConfigCorrupt, ConfigTooLarge, ProfileNotFound
from codemie_core.files.json.document import JsonDocument, JsonSyntaxError, JsonValue, Node, place_in
from codemie_core.files.json.syntax import uncollected

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from typing import SupportsIndex, overload

    from codemie_core.config.secret_detection.search import FoundSecret, SecretTexts


class Profiles(tuple[Profile, ...]):
    """The profiles of a configuration in the order of its file, also to be found by name.

    `"work" in config.profiles` tells whether there is one, `config.profiles["work"]` returns it.
    """

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        """Tell whether a profile is among them, or one of this name."""
        if isinstance(name, str):
            return any(profile.name == name for profile in self)
        return super().__contains__(name)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, which: SupportsIndex | str) -> Profile: ...
        @overload
        def __getitem__(self, which: slice) -> tuple[Profile, ...]: ...

    def __getitem__(self, which: SupportsIndex | str | slice) -> Profile | tuple[Profile, ...]:
        """Return a profile by its name or position.

        Raises:
            ProfileNotFound: there is none of this name. It is a `KeyError`.
        """
        if not isinstance(which, str):
            return super().__getitem__(which)
        for profile in self:
            if profile.name == which:
                return profile
        raise ProfileNotFound(which, f"There is no profile named {which!r}.")


@dataclass(frozen=True, slots=True)
class Config:
    """One valid state of the file."""

    path: str
    """As the user knows it; links are not resolved."""
    layout: Layout
    active: str | None
    """The value of `activeProfile`; it need not name a profile that exists."""
    profiles: Profiles
    """In the order of the file; `config.profiles["work"]` is the one of that name."""
    mode: int | None
    """Permission bits of the file; None where there is no file yet, or no such bits."""
    document: JsonDocument = field(repr=False, compare=False)
    single_provider: bool = False
    """It has the CLI's old form: one provider at the top, which is shown as the profile `default`."""
    _secrets: list[SecretTexts] = field(default_factory=list, init=False, repr=False, compare=False)
    """The cached result of `secrets`, which `doctor` needs six times."""

    @property
    def active_profile(self) -> Profile | None:
        """The active profile, or None if none is named or it does not exist."""
        return next((profile for profile in self.profiles if profile.name == self.active), None)

    def profile(self, name: str) -> Profile:
        """Return the profile of this name.

        Raises:
            ProfileNotFound: there is none.
        """
        return self.profiles[name]

    def nodes(self) -> dict[str, Node]:
        """Return each profile's node in the document."""
        if self.single_provider:
            return {SINGLE: self.document.root}
        profiles = self.document.root.find("profiles")
        return {member.key: member.value for member in profiles.value.effective()} if profiles else {}

    @property
    def secrets(self) -> SecretTexts:
        """All secrets in clear text in the file, in any field, each judged when it is needed."""
        if not self._secrets:
            from codemie_core.config.secret_detection.search import SecretTexts

            with uncollected():
                self._secrets.append(SecretTexts.in_configuration(self.document.text))
        return self._secrets[0]

    def secret_fields(self) -> Iterator[FoundSecret]:
        """Yield the first secret of each field that holds one."""
        from codemie_core.config.secret_detection.search import secret_fields_in

        return secret_fields_in(self.document.text)

    def each_secret(self) -> Iterator[str]:
        """Yield those secrets; the search starts with the first one requested."""
        from codemie_core.config.secret_detection.search import secrets_in_text  # not for a mere switch

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
        ConfigTooLarge: it has more values, field names or profiles than we read.
    """
    return config_of(_parse_document(data, path), path=path, layout=layout, mode=mode)


def config_of(document: JsonDocument, *, path: str, layout: Layout, mode: int | None = None) -> Config:
    """Read a configuration from a document.

    Raises:
        ConfigCorrupt: it has not the shape of one.
        ConfigTooLarge: it has more values than `VALUES_LIMIT`, more different field names than
            `FIELD_NAMES_LIMIT`, or more profiles than `PROFILES_LIMIT`.
    """
    if (values := values_in(document.text)) > VALUES_LIMIT:
        raise ConfigTooLarge(
            path,
            f"has {values:,} values; CodeMie Tray reads up to {VALUES_LIMIT:,}",
            advice=TOO_LARGE_ADVICE,
        )
    root = document.decoded
    if not isinstance(root, dict):
        raise _wrong(document, path, document.root, "the configuration must be a JSON object")
    if values > FIELD_NAMES_LIMIT and (names := field_names_in(root)) > FIELD_NAMES_LIMIT:
        raise ConfigTooLarge(
            path,
            f"has {names:,} different field names; CodeMie Tray reads up to {FIELD_NAMES_LIMIT:,}",
            advice=TOO_LARGE_ADVICE,
        )
    if fields := single_provider(root):
        profile = Profile(SINGLE, fields)
        return Config(path, layout, SINGLE, Profiles((profile,)), mode, document, single_provider=True)
    active = root.get("activeProfile")
    if active is not None and not isinstance(active, str):
        raise _wrong(
            document, path, _value(document, "activeProfile"), "activeProfile must be a profile's name"
        )
    return Config(path, layout, active, _profiles(document, root, path), mode, document)


def config_after(document: JsonDocument, before: Config) -> Config:
    """Read a configuration from a document that was made from another one's.

    Raises:
        ConfigCorrupt, ConfigTooLarge: as `config_of`.
    """
    now, old = document.decoded, before.document.decoded
    if (
        isinstance(now, dict)
        and isinstance(old, dict)
        and now.keys() == old.keys()
        and not before.single_provider
        and all(now[key] is old[key] for key in now if key != "activeProfile")
        and isinstance(active := now.get("activeProfile"), str)
    ):
        return replace(before, active=active, document=document)
    return config_of(document, path=before.path, layout=before.layout)


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


def _profiles(document: JsonDocument, root: dict[str, JsonValue], path: str) -> Profiles:
    profiles = root.get("profiles", {})
    if not isinstance(profiles, dict):
        raise _wrong(document, path, _value(document, "profiles"), "profiles must be a JSON object")
    if len(profiles) > PROFILES_LIMIT:
        raise ConfigTooLarge(
            path,
            f"has {len(profiles):,} profiles; CodeMie Tray reads up to {PROFILES_LIMIT:,}",
            advice="Move the ones you don't use to another file.",
        )
    return Profiles(_profile(document, name, fields) for name, fields in profiles.items())


def _profile(document: JsonDocument, name: str, fields: JsonValue) -> Profile:
    if not isinstance(fields, dict):
        entry = _value(document, "profiles").find(name)
        assert entry is not None  # noqa: S101 - for the type checker: it was decoded from there
        line, _ = document.place(entry.value.start)
        return Profile(
            name, {}, f"line {line}: a profile must be a JSON object, not {entry.value.kind.value}"
        )
    if not name:
        return Profile(name, fields, "its name is empty, which the CLI treats as no profile")
    return Profile(name, fields)


def _value(document: JsonDocument, key: str) -> Node:
    member = document.root.find(key)
    assert member is not None  # noqa: S101 - for the type checker: the caller has seen its value
    return member.value


def _wrong(document: JsonDocument, path: str, node: Node, expected: str) -> ConfigCorrupt:
    line, column = document.place(node.start)
    return ConfigCorrupt(path, f"{expected}, not {node.kind.value}", line=line, column=column)
