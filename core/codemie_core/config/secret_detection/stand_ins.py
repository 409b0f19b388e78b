"""Values of a token field that are not tokens: references, placeholders, AWS access key ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

TOKEN_FIELDS = (("authToken",), ("apiKey",))
"""The token fields of a profile, one per layout."""
REFERENCE_PREFIX = "credential:"
"""A token of this form names an entry in the credential store and is not a secret itself."""
PLACEHOLDERS = frozenset({"sso-provided", "aws-profile", "not-required"})
"""What the CLI's setup writes as the `apiKey` of profiles without a key: SSO, Bedrock with an AWS profile,
LiteLLM without a key. The CLI compares these words literally, so they must stay in its file."""
ACCESS_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{12,124}")
"""From AWS's "IAM identifiers": ids of long-lived access keys begin with AKIA, those of temporary ones with
ASIA. AWS itself shows them in logs, and they are useless without the secret access key, so they are hidden
without a warning."""


def is_of_aws(fields: Mapping[str, object]) -> bool:
    """Return whether a profile signs in to AWS, so its `apiKey` is the id of an access key."""
    return fields.get("provider") == "bedrock" or bool(fields.get("awsSecretAccessKey"))
