"""The records in a session's files. Unknown fields are kept in `extra` and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from codemie_core.errors import CodeMieError

_Value = TypeVar("_Value")


class RecordInvalid(CodeMieError):
    """A JSON object that is not the expected record; the message names the field, not its value."""


@dataclass(frozen=True, slots=True)
class ConversationMessage:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str
    timestamp: str
    """ISO 8601."""
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> ConversationMessage:
        """Create it from a parsed JSON object.

        Raises:
            RecordInvalid: a field is missing or has the wrong type.
        """
        role = _required(record, "role", str)
        if role not in ("user", "assistant"):
            raise RecordInvalid("role: neither user nor assistant")
        return cls(
            role=cast(Literal["user", "assistant"], role),
            content=_required(record, "content", str),
            timestamp=_required(record, "timestamp", str),
            extra=_others(record, "role", "content", "timestamp"),
        )

    def to_json(self) -> dict[str, object]:
        """Return the JSON object."""
        return {"role": self.role, "content": self.content, "timestamp": self.timestamp, **self.extra}


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """One conversation, or an addition to it."""

    id: str
    timestamp: str
    """ISO 8601."""
    messages: tuple[ConversationMessage, ...]
    metadata: Mapping[str, object] | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> ConversationRecord:
        """Create it from a parsed JSON object.

        Raises:
            RecordInvalid: another type of record, or a field is missing or has the wrong type.
        """
        _of_type(record, "conversation")
        messages = _required(record, "messages", list)
        if not all(isinstance(message, Mapping) for message in messages):
            raise RecordInvalid("messages: not a list of objects")
        return cls(
            id=_required(record, "id", str),
            timestamp=_required(record, "timestamp", str),
            messages=tuple(ConversationMessage.from_json(message) for message in messages),
            metadata=_optional(record, "metadata", dict),
            extra=_others(record, "type", "id", "timestamp", "messages", "metadata"),
        )

    def to_json(self) -> dict[str, object]:
        """Return the JSON object."""
        record: dict[str, object] = {"type": "conversation", "id": self.id, "timestamp": self.timestamp}
        record["messages"] = [message.to_json() for message in self.messages]
        return _with_optional(record, {"metadata": self.metadata}, self.extra)


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """What one turn of a session used."""

    timestamp: str
    """ISO 8601."""
    session_id: str
    agent: str
    provider: str
    model: str
    tokens_used: int | None = None
    duration: float | None = None
    """Milliseconds."""
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> MetricRecord:
        """Create it from a parsed JSON object.

        Raises:
            RecordInvalid: another type of record, or a field is missing or has the wrong type.
        """
        _of_type(record, "metric")
        names = ("type", "timestamp", "sessionId", "agent", "provider", "model", "tokensUsed", "duration")
        return cls(
            timestamp=_required(record, "timestamp", str),
            session_id=_required(record, "sessionId", str),
            agent=_required(record, "agent", str),
            provider=_required(record, "provider", str),
            model=_required(record, "model", str),
            tokens_used=_optional(record, "tokensUsed", int),
            duration=_optional(record, "duration", (int, float)),
            extra=_others(record, *names),
        )

    def to_json(self) -> dict[str, object]:
        """Return the JSON object."""
        record: dict[str, object] = {
            "type": "metric",
            "timestamp": self.timestamp,
            "sessionId": self.session_id,
            "agent": self.agent,
            "provider": self.provider,
            "model": self.model,
        }
        return _with_optional(record, {"tokensUsed": self.tokens_used, "duration": self.duration}, self.extra)


def _of_type(record: Mapping[str, object], name: str) -> None:
    if record.get("type") != name:
        raise RecordInvalid(f"type: not {name}")


def _required(record: Mapping[str, object], name: str, kind: type[_Value]) -> _Value:
    value: _Value | None = _optional(record, name, kind)
    if value is None:
        raise RecordInvalid(f"{name}: missing")
    return value


def _optional(record: Mapping[str, object], name: str, kind: Any) -> Any:
    value = record.get(name)
    # JSON's true equals 1 in Python, but is not a number.
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise RecordInvalid(f"{name}: wrong type")
    return value


def _others(record: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in record.items() if name not in names}


def _with_optional(
    record: dict[str, object], optional: Mapping[str, object], extra: Mapping[str, object]
) -> dict[str, object]:
    record.update((name, value) for name, value in optional.items() if value is not None)
    record.update(extra)
    return record
