"""What is a secret, and what is harmless and may be shown."""

from codemie_core.secret_detection.classifier import (
    ACCESS_KEY_ID,
    HIDDEN,
    PLACEHOLDERS,
    REFERENCE_PREFIX,
    FoundSecret,
    is_harmless,
    is_secret,
    secrets_in_fields,
    secrets_in_text,
    shown,
)
from codemie_core.secret_detection.shapes import holds_secret, secret_spans

__all__ = [
    "ACCESS_KEY_ID",
    "HIDDEN",
    "PLACEHOLDERS",
    "REFERENCE_PREFIX",
    "FoundSecret",
    "holds_secret",
    "is_harmless",
    "is_secret",
    "secret_spans",
    "secrets_in_fields",
    "secrets_in_text",
    "shown",
]
