"""Whose token a text looks like, judging by its prefix: issuers choose and document that."""

from __future__ import annotations

from codemie_core.profiles.providers import is_known, provider_named

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
    titles = {"bearer-auth": "a JSON Web Token", "bedrock": "an AWS Bedrock key"}
    looks_like = titles.get(issuer) or f"a token from {provider_named(issuer).title}"
    chosen = provider_named(provider).title if is_known(provider) else provider
    return f"This looks like {looks_like}, but the provider is {chosen}."


def without_blanks(token: str) -> str:
    """Return a token without the spaces and line breaks copied along with it."""
    return "".join(token.split())
