"""Whose token a text looks like, judging by its prefix: issuers choose and document that."""

from __future__ import annotations

from codemie_core.profiles.providers import is_known, provider_named
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core

_BEGINNINGS = (
    # The longest first: Anthropic's begin like OpenAI's.
    ("sk-ant-", "anthropic"),
    ("sk-proj-", "openai"),
    ("sk-svcacct-", "openai"),
    ("ABSK", "bedrock"),
    ("eyJ", "bearer-auth"),
)


def issuer_of(token: str) -> str:
    """Return the key of the provider whose token this looks like; empty if unclear."""
    return next((key for beginning, key in _BEGINNINGS if token.startswith(beginning)), "")


def why_another_provider(token: str, provider: str) -> str:
    """Return that a token looks like another provider's, as a sentence; empty if it does not.

    A gateway, or a provider we do not know, may accept any token.
    """
    issuer = issuer_of(token)
    if not issuer or issuer == provider or provider not in ("anthropic", "openai", "bearer-auth"):
        return ""
    chosen = from_core(provider_named(provider).title) if is_known(provider) else provider
    if issuer == "bearer-auth":
        text = _("This looks like a JSON Web Token, but the provider is {provider}.")
    elif issuer == "bedrock":
        text = _("This looks like an AWS Bedrock key, but the provider is {provider}.")
    else:
        text = _("This looks like a token from {issuer}, but the provider is {provider}.")
    return text.format(issuer=from_core(provider_named(issuer).title), provider=chosen)


def without_blanks(token: str) -> str:
    """Return a token without the spaces and line breaks copied along with it."""
    return "".join(token.split())
