"""A profile as variables: what can't be one is said, and no secret with it."""

from __future__ import annotations

import sys

import pytest

from codemie_core import Profile, ProfileInvalid
from codemie_core.tokens.environment import environment_of

WINDOWS_TAKES_IT = pytest.mark.skipif(sys.platform == "win32", reason="variables are UTF-16 there")
HALF = pytest.param("\ud801", marks=WINDOWS_TAKES_IT, id="half a surrogate pair")
PATHS = [("provider",), ("codeMieIntegration", "id"), ("apiKey",), ("jwtConfig", "token")]


@pytest.mark.parametrize("text", [pytest.param("a\0b", id="NUL"), HALF])
@pytest.mark.parametrize("path", PATHS)
def test_a_character_that_no_variable_can_hold_is_told_by_its_field(path: tuple[str, ...], text: str) -> None:
    value: object = text
    for key in reversed(path[1:]):
        value = {key: value}
    profile = Profile("work", {path[0]: value})  # type: ignore[dict-item]
    with pytest.raises(ProfileInvalid, match=rf"^{'.'.join(path)} of 'work' holds a character") as caught:
        environment_of(profile, {})
    assert text not in str(caught.value)
