"""A configuration read from a changed document is the one that reading all of it again gives."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.files.json.hostile_texts import configs
from tests.support.scale import rounds

from codemie_core.config.edits.document_profiles import with_active
from codemie_core.config.model.config import Config, config_after, config_of
from codemie_core.config.model.layout import CLI
from codemie_core.errors import ConfigError
from codemie_core.files.json.document import JsonDocument

SLOWLY = settings(
    max_examples=rounds(80, 2000), deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def read(document: JsonDocument) -> Config | None:
    try:
        return config_of(document, path="codemie-cli.config.json", layout=CLI)
    except ConfigError:
        return None


def state(config: Config | None) -> object:
    return config and (repr(config), [dict(profile.fields) for profile in config.profiles])


@SLOWLY
@given(configs(), st.text(max_size=8))
def test_after_a_switch(text: str, name: str) -> None:
    before = read(JsonDocument.parse(text))
    if before is not None:
        document = with_active(before.document, name)
        assert state(config_after(document, before)) == state(read(document))


@SLOWLY
@given(configs(), st.sampled_from(["activeProfile", "profiles", "version", "provider", "x"]), configs())
def test_after_any_other_change_of_the_top(text: str, key: str, raw: str) -> None:
    before = read(JsonDocument.parse(text))
    if before is None:
        return
    document = before.document.set_key(before.document.root, key, raw.strip("\ufeff \r\n"))
    wanted = read(document)
    try:
        changed = config_after(document, before)
    except ConfigError:
        changed = None
    assert state(changed) == state(wanted)


def test_a_switch_creates_no_profile_again() -> None:
    profiles = {name: {"provider": "sso"} for name in "ab"}
    before = read(JsonDocument.parse(json.dumps({"activeProfile": "a", "profiles": profiles})))
    assert before is not None
    after = config_after(with_active(before.document, "b"), before)
    assert after.active == "b"
    assert after.profiles is before.profiles
    assert after.secrets is not before.secrets
