"""What the Add sheet says and suggests for each provider in the table."""

from __future__ import annotations

from collections.abc import Iterable

from codemie_core import Profile
from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import PROVIDERS
from codemie_tray.text.language import _

_TOKEN_PAGES = {
    "anthropic": "https://console.anthropic.com/settings/keys",
    "openai": "https://platform.openai.com/api-keys",
}
_MODELS = {
    "ai-run-sso": ("claude-4-5-sonnet", "claude-4-5-haiku"),
    "bearer-auth": ("claude-4-5-sonnet", "claude-4-5-haiku"),
    "anthropic": ("claude-4-5-sonnet", "claude-4-5-haiku"),
    "openai": ("gpt-5-codex",),
}
_NAMES = {"ai-run-sso": "codemie", "bearer-auth": "codemie", "bedrock-keys": "bedrock"}


def _needs() -> dict[str, str]:
    return {
        "ai-run-sso": _("Your company's sign-in. Needs its address."),
        "bearer-auth": _("A JSON Web Token from a variable."),
        "anthropic": _("Needs an API key (sk-ant-…)."),
        "openai": _("Needs an API key (sk-…)."),
        "litellm": _("Your team's gateway. Needs its address."),
        "bedrock": _("Uses a profile of the AWS CLI; no token."),
        "bedrock-keys": _("Needs an access key and its secret."),
        "ollama": _("Runs on this computer; no token."),
        "anthropic-subscription": _("Uses the sign-in of claude; no token."),
        "moonshot-subscription": _("Uses the sign-in of kimi; no token."),
    }


def needs(provider: Provider) -> str:
    """Return one line that says what a provider requires."""
    return _needs().get(provider.key, "")


def token_page(provider: Provider) -> str:
    """Return the address where its tokens are created; empty if there is none for everyone."""
    return _TOKEN_PAGES.get(provider.key, "")


def proposed_name(provider: Provider) -> str:
    """Return the name for a first profile with a provider."""
    return _NAMES.get(provider.key, provider.key)


def models_for(provider: str, profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Return the models to choose from: those in the user's profiles, then the well-known ones.

    Args:
        provider: its key.
        profiles: all existing profiles.
    """
    name = next((one.name for one in PROVIDERS if one.key == provider), provider)
    used = [profile.model for profile in profiles if profile.provider == name and profile.model]
    return tuple(dict.fromkeys([*used, *_MODELS.get(provider, ())]))


def matching(text: str) -> tuple[Provider, ...]:
    """Return the providers with every typed word in their title or key, in the order they are offered."""
    words = text.casefold().split()
    return tuple(
        one for one in PROVIDERS if all(word in f"{one.title} {one.key}".casefold() for word in words)
    )
