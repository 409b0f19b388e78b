"""The pure functions behind the Profiles window: forms, problems, merging, rows, names."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemie_core import Profile
from codemie_core.config.model.profile import field_at
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import Severity
from codemie_core.profiles.making import merged
from codemie_core.profiles.providers import PROVIDERS, provider_named
from codemie_tray.windows.look.palette import DARK, LIGHT, contrast
from codemie_tray.windows.pure.fields.form import (
    Form,
    changes_between,
    form_of,
    new_form,
    with_provider,
    with_text,
)
from codemie_tray.windows.pure.fields.merge import merge, resolved
from codemie_tray.windows.pure.fields.other_fields import other_fields
from codemie_tray.windows.pure.fields.problems import NAME, TOKEN, has_errors, problems_in
from codemie_tray.windows.pure.fields.token_place import TokenPlace, hint, token_place
from codemie_tray.windows.pure.fields.token_shape import issuer_of, without_blanks
from codemie_tray.windows.pure.names import copy_name, free_name
from codemie_tray.windows.pure.offers import matching, models_for, needs
from codemie_tray.windows.pure.rows import found, next_to, rows_of
from codemie_tray.windows.pure.run_command import run_command

KEYS = [provider.key for provider in PROVIDERS]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
"""The time of an example means nothing here: other tests run at the same time."""


@st.composite
def forms(draw: st.DrawFn, key: str | None = None) -> Form:
    provider = provider_named(key or draw(st.sampled_from(KEYS)))
    texts = {field.name: draw(TEXTS).strip() for field in provider.fields}
    name = draw(TEXTS).strip() or "p"
    return Form(name, provider.key, {name: text for name, text in texts.items() if text})


def as_profile(form: Form) -> Profile:
    """Return the profile that adding a form would create."""
    provider = provider_named(form.provider)
    fields: dict[str, JsonValue] = {"provider": provider.name, **provider.fixed, "kept": {"a": [1]}}
    if provider.key == "bedrock":
        fields["awsProfile"] = "x"
    fields |= merged(fields, {tuple(name.split(".")): text for name, text in form.texts.items()})
    return Profile(form.name, fields)


def saved(profile: Profile, before: Form, after: Form) -> Profile:
    fields = dict(profile.fields)
    for key, value in merged(fields, changes_between(before, after)).items():
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    return Profile(after.name, fields)


@UNTIMED
@given(forms())
def test_an_untouched_form_changes_nothing(form: Form) -> None:
    shown = form_of(as_profile(form))
    assert changes_between(shown, shown) == {}


@UNTIMED
@given(st.data())
def test_saving_writes_what_the_form_shows_and_keeps_unknown_fields(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([key for key in KEYS if not key.startswith("bedrock")]))
    profile = as_profile(data.draw(forms(key)))
    before, after = form_of(profile), data.draw(forms(key))
    result = saved(profile, before, after)
    assert form_of(result) == after
    assert result.fields["kept"] == {"a": [1]}


@UNTIMED
@given(forms(), st.sampled_from([key for key in KEYS if not key.startswith("bedrock")]))
def test_changing_the_provider_removes_the_old_ones_fields(form: Form, key: str) -> None:
    profile = as_profile(form)
    before = form_of(profile)
    after = with_provider(before, key)
    result = saved(profile, before, after)
    old, new = provider_named(before.provider), provider_named(key)
    for field in old.fields:
        if new.field_named(field.name) is None and field.name not in new.fixed:
            assert field_at(result.fields, field.path) is None
    assert result.fields["provider"] == new.name


def test_a_default_address_follows_the_provider_and_a_typed_one_is_kept() -> None:
    form = new_form(provider_named("anthropic"), "p")
    assert with_provider(form, "openai").text("baseUrl") == "https://api.openai.com/v1"
    typed = with_text(form, "baseUrl", "https://gateway.example.com")
    assert with_provider(typed, "openai").text("baseUrl") == "https://gateway.example.com"


TYPED = "x" * 20
ANTHROPIC = Form("p", "anthropic", {"baseUrl": "https://api.anthropic.com", "model": "m"})


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        (Form("", "anthropic", ANTHROPIC.texts), NAME, "A profile needs a name."),
        (Form("other", "anthropic", ANTHROPIC.texts), NAME, "Another profile already has this name."),
        (with_text(ANTHROPIC, "baseUrl", "htps:/x"), "baseUrl", "must begin with https:// or http://"),
        (with_text(ANTHROPIC, "baseUrl", "https://"), "baseUrl", "name a host"),
        (with_text(ANTHROPIC, "model", "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3), "model", "looks like a token"),
    ],
)
def test_a_value_that_cannot_be_saved_is_an_error(form: Form, field: str, says: str) -> None:
    problems = problems_in(form, names=["p", "other"], before=ANTHROPIC)
    assert says in problems[field].sentence
    assert has_errors(problems)


def test_a_value_that_may_still_be_saved_is_a_warning() -> None:
    address = with_text(ANTHROPIC, "baseUrl", "http://gateway.example.com")
    problems = problems_in(address, names=["p"], before=ANTHROPIC)
    assert problems["baseUrl"].severity is Severity.WARNING
    assert not has_errors(problems)
    lacking = Form("p", "anthropic", {})
    assert not has_errors(problems_in(lacking, names=["p"], before=lacking))  # it worked without one
    assert has_errors(problems_in(lacking, names=["p"], before=ANTHROPIC))  # it was just cleared
    assert has_errors(problems_in(lacking, names=[], before=None))  # a new one is complete


def test_a_changed_address_says_that_the_stored_token_stays_with_the_old_one() -> None:
    moved = with_text(ANTHROPIC, "baseUrl", "https://gateway.example.com")
    problems = problems_in(moved, names=["p"], before=ANTHROPIC, token_is_stored=True)
    assert "stored for https://api.anthropic.com" in problems["baseUrl"].sentence
    assert "baseUrl" not in problems_in(
        moved, names=["p"], before=ANTHROPIC, token=TYPED, token_is_stored=True
    )


@pytest.mark.parametrize(
    ("token", "provider", "says"),
    [
        ("sk-proj-1", "anthropic", "This looks like a token from OpenAI, but the provider is Anthropic."),
        ("sk-ant-1", "openai", "This looks like a token from Anthropic, but the provider is OpenAI."),
        ("eyJhbGci", "anthropic", "a JSON Web Token"),
        ("sk-ant-1", "anthropic", ""),
        ("sk-ant-1", "litellm", ""),
        ("anything", "openai", ""),
        ("a b", "openai", "The token contains a space or a line break"),
        ("a\n", "openai", "The token contains a space or a line break"),
    ],
)
def test_the_form_checks_the_shape_of_a_token(token: str, provider: str, says: str) -> None:
    form = new_form(provider_named(provider), "p")
    problem = problems_in(form, names=[], before=form, token=token).get(TOKEN)
    assert (says in problem.sentence) if says and problem else (problem is None and not says)
    assert without_blanks(" a\nb\t") == "ab"
    assert issuer_of("sk-something") == ""


@UNTIMED
@given(st.data())
def test_a_merge_takes_each_sides_changes_and_asks_about_conflicts(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS))
    base, theirs, mine = (data.draw(forms(key)) for _ in range(3))
    result = merge(base, theirs, mine)
    asked = {conflict.field for conflict in result.conflicts}
    for name in [field.name for field in provider_named(key).fields]:
        was, other, ours = base.text(name), theirs.text(name), mine.text(name)
        expected = other if ours == was else ours
        assert result.form.text(name) == expected
        assert (name in asked) == (other not in (was, ours) and ours != was)
    everything = resolved(result.form, result.conflicts, frozenset(asked))
    for conflict in result.conflicts:
        got = everything.name if conflict.field == NAME else everything.text(conflict.field)
        assert got == conflict.theirs


@UNTIMED
@given(forms(), forms())
def test_a_merge_without_their_change_keeps_what_was_typed(base: Form, mine: Form) -> None:
    assert merge(base, base, mine).form == mine
    assert merge(base, mine, base).form == mine
    assert not merge(base, mine, mine).conflicts


def test_two_changed_providers_are_one_question() -> None:
    mine, theirs = with_provider(ANTHROPIC, "openai"), with_provider(ANTHROPIC, "ollama")
    result = merge(ANTHROPIC, theirs, mine)
    assert [conflict.label for conflict in result.conflicts] == ["Provider"]
    assert result.form == mine


def test_rows_are_found_by_every_word_and_look_different() -> None:
    profiles = [
        Profile("work", {"provider": "anthropic", "model": "claude-4-5-sonnet"}),
        Profile("home", {"provider": "openai", "model": "gpt-5-codex"}),
        Profile("", {}, "it has no name"),
        Profile("x\u200b", {}),
        Profile("x", {"model": "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3}),
    ]
    rows = rows_of(profiles, "home")
    assert [row.active for row in rows] == [False, True, False, False, False]
    assert len({row.label for row in rows}) == len(rows)
    assert [row.name for row in found(rows, "GPT open")] == ["home"]
    assert rows[0].spoken == "work, Anthropic · claude-4-5-sonnet"
    assert "sk-ant" not in rows[4].details
    assert (next_to(rows, "work"), next_to(rows, "x"), next_to(rows[:1], "work")) == ("home", "x\u200b", None)


def test_other_fields_show_no_secret() -> None:
    fields: dict[str, JsonValue] = {
        "provider": "anthropic",
        "model": "m",
        "timeout": 300,
        "authToken": "credential:x",
        "hooks": {"before": "curl -H 'x: y'"},
        "awsSecretAccessKey": "q7Wb9xKc2LmZq7Wb9xKc2LmZ",
        "name": "p",
    }
    rows = dict(other_fields(fields, provider_named("anthropic")))
    assert rows == {"timeout": "300", "hooks.before": "(hidden)", "awsSecretAccessKey": "(hidden)"}


def test_the_location_of_a_token_is_shown_without_the_token() -> None:
    assert token_place({"provider": "anthropic", "authToken": "credential:x"}) is TokenPlace.STORE
    assert token_place({"provider": "litellm", "apiKey": "not-required"}) is TokenPlace.NONE
    assert token_place({"provider": "anthropic", "authToken": "sk-ant-1"}) is TokenPlace.CONFIG
    said = hint(
        TokenPlace.CONFIG, config_name="config.json", typed=False, in_store=True, cli_reads_config=True
    )
    assert "config.json" in said


@UNTIMED
@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_a_proposed_name_is_not_in_use(wanted: str, names: list[str]) -> None:
    assert free_name(wanted, names) not in names
    assert copy_name(wanted, [*names, f"{wanted} copy"]) not in [*names, f"{wanted} copy"]


def test_each_provider_says_what_it_needs_and_is_found() -> None:
    assert all(needs(provider) for provider in PROVIDERS)
    assert [provider.key for provider in matching("bed key")] == ["bedrock-keys"]
    used = Profile("p", {"provider": "openai", "model": "mine"})
    assert models_for("openai", [used]) == ("mine", "gpt-5-codex")


def test_the_command_to_copy_is_safe_for_any_name() -> None:
    assert run_command("it's $HOME", windows=False).endswith("""'it'"'"'s $HOME' -- codemie-claude""")
    assert '"a b"' in run_command("a b", windows=True)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_texts_are_readable_light_and_dark(colours: object) -> None:
    c = LIGHT if colours is LIGHT else DARK
    for text in (c.text, c.muted, c.bad, c.good, c.warning):
        for behind in (c.window, c.card):
            assert contrast(text, behind) >= 4.5, (text, behind)
    assert contrast(c.text, c.notice) >= 4.5
    assert contrast(c.text, c.selected) >= 4.5
    assert contrast(c.on_accent, c.accent) >= 4.5
    assert contrast(c.muted, c.selected) >= 4.5
    assert contrast(c.muted, c.field) >= 4.5
    for behind in (c.window, c.field):
        assert contrast(c.accent, behind) >= 3  # the ring around the focused widget (WCAG 2.2, 1.4.11)
