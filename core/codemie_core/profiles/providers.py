"""The table of known providers, shown in docs/providers.md.

The fields, defaults and placeholders are those that the setup of CodeMie CLI 0.14 writes. Its agents start
only if a profile, of whichever provider, has an address and a model (`src/agents/core/AgentCLI.ts`), and a
key or its placeholder if the provider takes one. `anthropic` and `openai` are what people write in the
classic layout.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.provider import Field, Kind, Provider, TokenRule

_MODEL = Field(("model",), "Model")
_API_KEY = TokenRule(("apiKey",), "API key")


def _address(default: str = "", asks: str = "Address") -> Field:
    return Field(("baseUrl",), asks, Kind.ADDRESS, default=default)


_CODEMIE = Field(("codeMieUrl",), "Address of your CodeMie", Kind.ADDRESS)
_CODEMIE_API = _address("{codeMieUrl}/code-assistant-api", "Address of its API")
_AWS = (
    Field(("awsRegion",), "AWS region", Kind.REGION, default="us-east-1"),
    _address("https://bedrock-runtime.{awsRegion}.amazonaws.com"),
    _MODEL,
)

PROVIDERS = (
    Provider(
        "ai-run-sso",
        "ai-run-sso",
        "CodeMie, signed in with SSO",
        (_CODEMIE, _CODEMIE_API, _MODEL, Field(("codeMieProject",), "Project", needed=False)),
        fixed={"apiKey": "sso-provided"},
        afterwards="Sign in with `codemie profile login --url {codeMieUrl}`.",
    ),
    Provider(
        "bearer-auth",
        "bearer-auth",
        "CodeMie, with a JSON Web Token",
        (
            _CODEMIE,
            _CODEMIE_API,
            _MODEL,
            Field(
                ("jwtConfig", "tokenEnvVar"),
                "Variable that holds the token",
                Kind.VARIABLE,
                default="CODEMIE_JWT_TOKEN",
            ),
        ),
        TokenRule(("jwtConfig", "token"), "JSON Web Token", needed=False),
        fixed={"authMethod": "jwt"},
    ),
    Provider(
        "anthropic", "anthropic", "Anthropic", (_address("https://api.anthropic.com"), _MODEL), _API_KEY
    ),
    Provider("openai", "openai", "OpenAI", (_address("https://api.openai.com/v1"), _MODEL), _API_KEY),
    Provider(
        "litellm",
        "litellm",
        "LiteLLM gateway",
        (_address("http://localhost:4000"), _MODEL),
        TokenRule(("apiKey",), "API key", needed=False, placeholder="not-required"),
    ),
    Provider(
        "bedrock",
        "bedrock",
        "AWS Bedrock, with a profile of the AWS CLI",
        (Field(("awsProfile",), "AWS profile", default="default"), *_AWS),
        fixed={"apiKey": "aws-profile"},
    ),
    Provider(
        "bedrock-keys",
        "bedrock",
        "AWS Bedrock, with an access key",
        (Field(("apiKey",), "Access key id", Kind.ACCESS_KEY_ID), *_AWS),
        TokenRule(("awsSecretAccessKey",), "Secret access key"),
    ),
    Provider(
        "ollama",
        "ollama",
        "Ollama on this machine",
        (_address("http://localhost:11434/v1"), _MODEL),
        fixed={"apiKey": "not-required"},
    ),
    Provider(
        "anthropic-subscription",
        "anthropic-subscription",
        "Claude subscription",
        (_address("https://api.anthropic.com"), _MODEL),
        afterwards="Sign in with `claude` if you haven't yet.",
    ),
    Provider(
        "moonshot-subscription",
        "moonshot-subscription",
        "Kimi subscription",
        (_address("https://api.moonshot.ai/v1"), _MODEL),
        afterwards="Sign in with `kimi` if you haven't yet.",
    ),
)
"""In the order in which they are offered to the user."""


def provider_named(key: str) -> Provider:
    """Return the provider with this key; one that is not in the table gets the fields common to all.

    Later versions of the CLI may know more providers than we do.
    """
    for provider in PROVIDERS:
        if provider.key == key:
            return provider
    return Provider(key, key, key, (_address(), _MODEL), TokenRule(("apiKey",), "Token", needed=False))


def is_known(key: str) -> bool:
    """Return whether this key is in the table."""
    return any(provider.key == key for provider in PROVIDERS)


def provider_of(fields: Mapping[str, JsonValue]) -> Provider:
    """Return the provider whose setup matches a profile's fields."""
    name = fields.get("provider")
    name = name if isinstance(name, str) else ""
    if name == "bedrock" and not fields.get("awsProfile") and fields.get("apiKey") != "aws-profile":
        name = "bedrock-keys"
    return provider_named(name)
