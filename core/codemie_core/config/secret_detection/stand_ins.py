"""Values of a token field that are not tokens: references, placeholders, AWS access key ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

TOKEN_FIELDS = (("authToken",), ("apiKey",))
"""The field of a profile's token, in either layout."""
REFERENCE_PREFIX = "credential:"
"""A token of this form names an entry of the credential store and is no secret itself."""
PLACEHOLDERS = frozenset({"sso-provided", "aws-profile", "not-required"})
"""What the CLI's setup writes as `apiKey` of profiles that have no key: SSO, Bedrock by an AWS profile,
LiteLLM without a key. The CLI compares these words literally, so they must stay in its file."""
ACCESS_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{12,124}")
"""AWS, "IAM identifiers": AKIA begins the id of a long-lived access key, ASIA that of a temporary one. AWS
itself shows it in logs, and without the secret access key it is of no use: hidden, and nobody is warned."""


def is_of_aws(fields: Mapping[str, object]) -> bool:
    """Return whether a profile signs in to AWS, so that its `apiKey` is the id of an access key."""
    return fields.get("provider") == "bedrock" or bool(fields.get("awsSecretAccessKey"))
