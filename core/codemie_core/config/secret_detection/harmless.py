"""Fields that are known to hold nothing secret, and the form of each field's values.

The values of all other fields are hidden, and so is a value that does not have its field's form: someone may
have pasted a token into the model field.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.names import REMEMBERED
from codemie_core.config.secret_detection.randomness import looks_random
from codemie_core.config.secret_detection.shapes.spans import holds_secret

Form = Callable[[str], bool]

_LABEL = re.compile(r"[^\W_](?:[\w .,:;/@+#&'()!?\u2019\u2013\u2014-]{0,198}[\w.)!?])?\Z")
_MODEL_IDS = Pattern(
    r":(?:application-inference-profile|provisioned-model|imported-model|custom-model-deployment)/[a-z0-9]{12}\Z"
)
_NAME = Pattern(r"[\w.$@/:*+ -]{1,80}\Z")
_VARIABLE = Pattern(r"[A-Za-z_][A-Za-z0-9_]{0,80}\Z")
_PATH = Pattern(r"[^\x00-\x1f\x7f\"<>|]{1,400}\Z")
_EMAIL = Pattern(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\Z")
_UUID = Pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_ID = Pattern(r"[\w.:-]{1,60}\Z")
_MOMENT = Pattern(
    r"\d{1,14}\Z|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z"
)
_NUMBER = Pattern(r"-?\d{1,10}(?:\.\d{1,6})?(?:[eE][+-]?\d{1,2})?(?: ?[A-Za-z%]{1,3})?\Z")
_COMMIT = Pattern(r"[0-9a-f]{7,64}\Z")
_VERSION = Pattern(r"v?\d{1,5}(?:\.\d{1,8}){0,3}(?:[-+.][\w.+-]{1,40})?\Z")
_ADDRESS = Pattern(
    r"(?P<scheme>https?|wss?)://(?:(?P<login>[^\s/?#]*)@)?(?P<host>[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?P<port>:\d{1,5})?"
    r"(?P<path>/[^\s?#]*)?(?P<query>\?[^\s#]*)?(?P<fragment>#\S*)?\Z",
    re.IGNORECASE,
)
_PARAMETERS = frozenset(
    ("api-version", "apiversion", "version", "v", "region", "location", "model", "lang", "locale")
)
"""Query parameters whose values are shown."""


def _plain(value: str) -> bool:
    return not looks_random(value) and not holds_secret(value)


def _label(value: str) -> bool:
    return _LABEL.match(value) is not None and _plain(value)


def _model(value: str) -> bool:
    return _label(_MODEL_IDS.sub("", value) if value.startswith("arn:") else value)


def _text(value: str) -> bool:
    return len(value) <= _LONGEST_TEXT and _plain(value)


def _matching(pattern: Pattern) -> Form:
    return lambda value: pattern.match(value) is not None and _plain(value)


def _exactly(pattern: Pattern) -> Form:
    return lambda value: pattern.match(value) is not None


def _id(value: str) -> bool:
    return _UUID.match(value) is not None or (_ID.match(value) is not None and _plain(value))


def _address(value: str) -> bool:
    return shown_address(value, "") == value


def shown_address(value: str, hidden: str) -> str | None:
    """Hide the parts of an address that are not known to be harmless; return None if it is not an address.

    Args:
        value: the address.
        hidden: the text that replaces each such part.
    """
    found = _ADDRESS.match(value)
    if found is None or not _plain(found["host"]):
        return None
    login = f"{hidden}@" if found["login"] is not None else ""
    port = found["port"] or ""
    path = "/".join(_part(part, hidden) for part in (found["path"] or "").split("/"))
    query = found["query"]
    if query:
        query = "?" + "&".join(_parameter(part, hidden) for part in query[1:].split("&"))
    fragment = f"#{_part(found['fragment'][1:], hidden)}" if found["fragment"] else ""
    return f"{value[: found.end('scheme')]}://{login}{found['host']}{port}{path}{query or ''}{fragment}"


def _part(part: str, hidden: str) -> str:
    return part if not part or (_PART.match(part) and _plain(part)) else hidden


_PART = Pattern(r"[\w.,:;@+!$'()*~=-]{1,120}\Z")


def _parameter(part: str, hidden: str) -> str:
    name, equals, value = part.partition("=")
    if not equals or not (_VARIABLE.match(name.replace("-", "_")) and _plain(name)):
        return hidden if part else part
    return part if name.lower() in _PARAMETERS and _label(value) else f"{name}={hidden}"


_LONGEST_TEXT = 2000
WORD: Form = _label
PATH = _matching(_PATH)
NUMBER, MOMENT = _exactly(_NUMBER), _exactly(_MOMENT)

_OF_A_CATALOGUE_ENTRY: dict[str, Form] = {
    "id": _id,
    "name": _label,
    "slug": _label,
    "alias": _label,
    "description": _text,
    "project": _label,
    "version": _matching(_VERSION),
    "commit": _exactly(_COMMIT),
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "registeredAt": MOMENT,
    "installedAt": MOMENT,
}
_FORMS: dict[tuple[str, ...], Form] = {
    **dict.fromkeys((("provider",), ("authMethod",), ("reasoningEffort",), ("awsRegion",)), WORD),
    **dict.fromkeys((("awsProfile",), ("codeMieProject",), ("authRealm",), ("name",)), _label),
    **dict.fromkeys((("model",), ("haikuModel",), ("sonnetModel",), ("opusModel",)), _model),
    **dict.fromkeys((("baseUrl",), ("codeMieUrl",), ("authServerUrl",), ("skillsSearchUrl",)), _address),
    **dict.fromkeys(
        (("timeout",), ("maxOutputTokens",), ("maxThinkingTokens",), ("claudeAutocompactPct",)), NUMBER
    ),
    **dict.fromkeys((("version",), ("traySchema",), ("debug",), ("maxTokens",)), NUMBER),
    ("userEmail",): _matching(_EMAIL),
    ("allowedDirs",): PATH,
    ("ignorePatterns",): PATH,
    ("activeProfile",): _label,
    ("codeMieIntegration", "id"): _id,
    ("codeMieIntegration", "alias"): _label,
    ("jwtConfig", "tokenEnvVar"): _matching(_VARIABLE),
    ("jwtConfig", "expiresAt"): MOMENT,
    **{
        (catalogue, key): form
        for catalogue in ("codemieSkills", "codemieAssistants", "skills", "assistants")
        for key, form in _OF_A_CATALOGUE_ENTRY.items()
    },
}


@functools.lru_cache(maxsize=REMEMBERED)
def is_harmless_name(name: str) -> bool:
    """Return whether a field's name may be shown: people put secrets in names, too."""
    return _NAME.match(name) is not None and _plain(name)


def form_of(path: Sequence[str]) -> Form | None:
    """Return a check whether a value has the field's form; None if the field may hold a secret."""
    return _FORMS.get(tuple(path))


def is_address_field(path: Sequence[str]) -> bool:
    """Return whether a field holds an address, of which parts may be shown."""
    return form_of(path) is _address
