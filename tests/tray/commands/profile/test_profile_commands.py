"""`codemie-tray profile`, `switch`, `current` and `status` without a terminal, as scripts use them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.support.processes.program import PROGRAM, environ_for, run_program

from codemie_core import ConfigLoader, CredentialStore, Home
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.providers import PROVIDERS

TOKEN = "sk-ant-api03-made-up-for-this-test"  # noqa: S105
PROFILES = {
    "work": {"provider": "litellm", "model": "m1", "baseUrl": "https://a.example"},
    "personal": {"provider": "ollama", "model": "m2", "baseUrl": "http://localhost:11434/v1"},
}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    content = {"version": 2, "activeProfile": "work", "profiles": PROFILES}
    (home / "config.json").write_text(json.dumps(content, indent=2))
    return home


def given(home: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=text.encode(),  # unchanged: Windows would convert line endings
        capture_output=True,
        check=False,
        timeout=60,
        env=environ_for(home),
    )
    out, err = (said.decode().replace("\r\n", "\n") for said in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def config_of(home: Path) -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = json.loads((home / "config.json").read_text())
    return loaded


def error_of(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert result.stderr == ""
    error: dict[str, object] = json.loads(result.stdout)["error"]
    assert error["exitCode"] == result.returncode
    return error


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        ("opnai", "'opnai' is not a known provider. Did you mean 'openai'?"),
        (
            "zzz",
            "'zzz' is not a known provider. The known ones are ai-run-sso, bearer-auth, anthropic, openai, ",
        ),
    ],
)
def test_an_unknown_provider_is_named_as_such(sample: Path, provider: str, says: str) -> None:
    result = run_program(sample, "profile", "add", "x", "--provider", provider)
    assert result.returncode == 2
    assert result.stderr.startswith(f"codemie-tray profile add: {says}")
    assert " To use it anyway, add --base-url, --model.\n" in result.stderr
    assert "x" not in config_of(sample)["profiles"]
    options = ("--provider", provider, "--model", "m", "--base-url", "https://a.example")
    result = run_program(sample, "profile", "add", "x", *options)
    assert (result.returncode, config_of(sample)["profiles"]["x"]["provider"]) == (0, provider)
    assert result.stderr.startswith(f"codemie-tray: {says}")
    result = run_program(sample, "profile", "edit", "work", "--provider", provider)
    assert (result.returncode, f"codemie-tray: {says}" in result.stderr) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("rename", "work", ""), "Choose another name."),
        (("duplicate", "work", " padded"), "Choose another name."),
        (("set-token", "personal"), "If it should use another provider, change that first."),
    ],
)
def test_a_refused_name_or_token_ends_with_what_to_do(
    sample: Path, arguments: tuple[str, ...], advice: str
) -> None:
    result = given(sample, TOKEN, "profile", *arguments)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (5, advice)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("timeout.seconds=3", "--set timeout.seconds: timeout has no field seconds."),
        ("model.name=m", "--set model.name: model has no field name."),
        ("a.b.c=1", "a.b.c has more than two levels."),
    ],
)
def test_a_field_that_no_profile_can_have_is_refused(sample: Path, setting: str, says: str) -> None:
    before = (sample / "config.json").read_bytes()
    for command in (("add", "x", "--provider", "ollama", "--model", "m"), ("edit", "work")):
        result = run_program(sample, "profile", *command, "--set", setting)
        assert result.returncode != 0
        message, advice = result.stderr.splitlines()
        assert message == f"codemie-tray: {says}"
        assert advice.startswith("Nothing was changed. ")
        assert (sample / "config.json").read_bytes() == before


def test_no_profile_gets_the_name_that_switch_takes_for_the_previous_one(sample: Path) -> None:
    for command in (("add", "-", "--provider", "ollama", "--model", "m"), ("duplicate", "work", "-")):
        result = run_program(sample, "profile", *command)
        assert result.returncode == 5
        assert "A profile can't be named -, which stands for the previous profile." in result.stderr
    assert list(config_of(sample)["profiles"]) == ["work", "personal"]


def test_renaming_to_the_same_name_says_that_nothing_changed(sample: Path) -> None:
    result = run_program(sample, "profile", "rename", "work", "work")
    assert (result.returncode, result.stdout) == (0, "work already has that name. Nothing was changed.\n")


def test_the_help_lists_the_fields_of_each_provider() -> None:
    for command in ("add", "edit"):
        shown = subprocess.run(
            [*PROGRAM, "help", "profile", command], capture_output=True, text=True, check=True
        ).stdout
        for provider in PROVIDERS:
            line = next(line for line in shown.splitlines() if line.split()[:1] == [provider.key])
            fields = line.split(maxsplit=1)[1].split(", ")
            assert [field.strip("[]") for field in fields] == [field.name for field in provider.fields]
            required = [field.name for field in provider.needed if not field.default]
            assert [field for field in fields if not field.startswith("[")] == required


def test_switch_says_if_another_profile_still_applies_in_this_folder(sample: Path, tmp_path: Path) -> None:
    def switched(*arguments: str) -> str:
        done = subprocess.run(
            [*PROGRAM, "switch", *arguments],
            cwd=folder,
            env=environ_for(sample),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    folder = tmp_path / "project"
    (folder / ".codemie").mkdir(parents=True)
    path = folder / ".codemie" / "codemie-cli.config.json"
    path.write_text(json.dumps({"version": 2, "activeProfile": "work", "profiles": {}}))
    here = f"In this folder, work still applies, as {path} says. To change that: "
    assert switched("personal").splitlines()[1:] == [f"{here}codemie-tray profile use-here personal"]
    assert switched("personal").splitlines()[1:] == [f"{here}codemie-tray profile use-here personal"]
    assert "still applies" not in switched("work")
    assert set(json.loads(switched("personal", "--json"))) == {"active", "config", "changed"}


def test_changing_the_provider_removes_the_fields_of_the_old_one(sample: Path) -> None:
    options = ("--provider", "bearer-auth", "--model", "m", "--set", "codeMieUrl=https://c.example")
    assert run_program(sample, "profile", "add", "x", *options).returncode == 0
    changed = run_program(sample, "profile", "edit", "x", "--provider", "anthropic", "--json")
    assert set(json.loads(changed.stdout)["changed"]) == {
        "provider",
        "authMethod",
        "codeMieUrl",
        "jwtConfig.tokenEnvVar",
    }
    assert config_of(sample)["profiles"]["x"] == {
        "provider": "anthropic",
        "baseUrl": "https://c.example/code-assistant-api",
        "model": "m",
    }


def test_an_unknown_provider_is_reported_once(sample: Path) -> None:
    changed = run_program(sample, "profile", "edit", "work", "--provider", "nosuch")
    assert changed.stderr.count("is not a known provider") == 1


def test_without_any_profile_the_error_says_how_to_create_one(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    for command in (("switch", "a"), ("profile", "show", "a")):
        result = run_program(tmp_path, *command)
        assert (result.returncode, result.stderr.splitlines()) == (
            5,
            [
                "codemie-tray: There is no profile named 'a', nor any other.",
                "Create the first one: codemie-tray profile add",
            ],
        )


def test_a_sentence_about_one_profile_has_its_whole_name(sample: Path) -> None:
    name = "customer-engagement-platform-production-europe-central-frankfurt-team-alpha"
    assert name[:-1] + "b" in run_program(sample, "profile", "rename", "work", name[:-1] + "b").stdout
    assert name in run_program(sample, "profile", "duplicate", name[:-1] + "b", name).stdout
    assert run_program(sample, "switch", name).returncode == 0
    assert run_program(sample, "status").stdout.startswith(f"{name}  litellm")
    assert name in run_program(sample, "profile", "delete", name, "--yes").stdout


def test_without_a_terminal_add_names_the_missing_options(sample: Path) -> None:
    result = run_program(sample, "profile", "add")
    assert result.returncode == 2
    assert "missing: NAME, --provider" in result.stderr
    result = run_program(sample, "profile", "add", "p", "--provider", "openai")
    assert "missing: --model, --token-stdin (or --no-token)" in result.stderr
    result = run_program(sample, "profile", "add", "p", "--provider", "ai-run-sso")
    assert "missing: --set codeMieUrl=VALUE, --model" in result.stderr
    assert config_of(sample)["profiles"] == PROFILES


def test_a_token_among_the_arguments_is_refused_and_not_repeated(sample: Path) -> None:
    for words in (
        ("--set", f"apiKey={TOKEN}"),
        ("--set", f"jwtConfig.token={TOKEN}"),
        ("--set", f"anything={TOKEN}"),
        ("--model", TOKEN),
    ):
        result = run_program(sample, "profile", "edit", "work", *words)
        assert result.returncode == 2, words
        assert TOKEN not in result.stdout + result.stderr
    assert config_of(sample)["profiles"] == PROFILES


@pytest.mark.parametrize(
    "piped", [f"{TOKEN}\n", f"{TOKEN}\r\n", TOKEN, f"\ufeff{TOKEN}\r\n"], ids=["lf", "crlf", "bare", "mark"]
)
def test_a_piped_token_is_stored_as_intended(sample: Path, piped: str) -> None:
    result = given(
        sample, piped, "profile", "add", "p", "--provider", "openai", "--model", "m", "--token-stdin"
    )
    assert result.returncode == 0, result.stderr
    assert CredentialStore(Home(str(sample))).get("p/authToken").reveal() == TOKEN


def test_an_empty_or_broken_token_adds_nothing(sample: Path) -> None:
    for piped in ("", "\n", "two words", "line\nline"):
        result = given(
            sample, piped, "profile", "add", "p", "--provider", "openai", "--model", "m", "--token-stdin"
        )
        assert result.returncode in (1, 2)
        assert "nothing was changed" in result.stderr.lower()
    assert config_of(sample)["profiles"] == PROFILES
    assert not (sample / ".credentials").exists()


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_no_token_is_stored_in_a_home_that_others_can_change(sample: Path) -> None:
    sample.chmod(0o777)
    result = given(
        sample, TOKEN, "profile", "add", "p", "--provider", "openai", "--model", "m", "--token-stdin"
    )
    assert result.returncode == 14
    assert config_of(sample)["profiles"] == PROFILES


def test_deleting_can_be_undone_with_the_printed_command(sample: Path) -> None:
    before = (sample / "config.json").read_bytes()
    assert run_program(sample, "profile", "delete", "work").returncode == 2
    assert (sample / "config.json").read_bytes() == before
    said = run_program(sample, "profile", "delete", "work", "--yes").stdout
    assert "personal is now the active profile." in said
    assert set(config_of(sample)["profiles"]) == {"personal"}
    undo = said.partition("history restore ")[2].split()[0]
    assert run_program(sample, "history", "restore", undo).returncode == 0
    assert (sample / "config.json").read_bytes() == before


def test_a_restored_profile_works_again_with_its_token(sample: Path) -> None:
    given(sample, TOKEN, "profile", "add", "p", "--provider", "openai", "--model", "m", "--token-stdin")
    deleted = json.loads(run_program(sample, "profile", "delete", "p", "--yes", "--json").stdout)
    assert deleted["credentials"] == ["p/authToken"]
    assert run_program(sample, "history", "restore", deleted["undo"]).returncode == 0
    assert (
        json.loads(run_program(sample, "profile", "show", "p", "--json").stdout)["credential"]
        == "p/authToken"
    )
    assert CredentialStore(Home(str(sample))).get("p/authToken").reveal() == TOKEN


def test_show_hides_what_is_not_known_to_be_harmless(sample: Path) -> None:
    home = Home(str(sample))
    planted: dict[str, JsonValue] = {
        "apiKey": TOKEN,
        "note": "pAssw0rd-x9",
        "baseUrl": "https://me:pw@a.example",
        "list": ["x9f8q2"],
    }
    ConfigLoader(home).save_profile("work", planted)
    for words in (("show", "work"), ("show", "work", "--json"), ("export", "work"), ("test", "work")):
        said = run_program(sample, "profile", *words)
        for secret in (TOKEN, "pAssw0rd", "me:pw", "x9f8q2"):
            assert secret not in said.stdout + said.stderr, words
    assert "in the configuration, in the clear" in run_program(sample, "profile", "show", "work").stdout


def test_unknown_fields_and_the_spelling_of_others_survive_an_edit(sample: Path) -> None:
    text = '{"activeProfile": "w",\n "profiles": {"w": {"x": 1.0, "model": "m", "y": [1e3]}}, "z": 1}'
    (sample / "config.json").write_text(text)
    assert run_program(sample, "profile", "edit", "w", "--model", "n").returncode == 0
    assert (sample / "config.json").read_text() == text.replace('"m"', '"n"')
    assert (
        run_program(sample, "profile", "edit", "w", "--set", "timeout=300", "--set", "debug=true").returncode
        == 0
    )
    changed = config_of(sample)["profiles"]["w"]
    assert (changed["timeout"], changed["debug"]) == (300, True)


def test_an_import_changes_an_existing_profile_only_on_request(sample: Path, tmp_path: Path) -> None:
    file = tmp_path / "team.json"
    file.write_text(run_program(sample, "profile", "export").stdout)
    assert run_program(sample, "profile", "edit", "work", "--model", "mine").returncode == 0
    refused = run_program(sample, "profile", "import", str(file))
    assert refused.returncode == 5
    assert "--replace" in refused.stderr
    assert config_of(sample)["profiles"]["work"]["model"] == "mine"
    assert "would be replaced" in run_program(sample, "profile", "import", str(file), "--dry-run").stdout
    assert run_program(sample, "profile", "import", str(file), "--skip").returncode == 0
    assert config_of(sample)["profiles"]["work"]["model"] == "mine"
    assert given(sample, file.read_text(), "profile", "import", "-", "--replace").returncode == 0
    assert config_of(sample)["profiles"]["work"]["model"] == "m1"


def test_an_import_creates_the_first_configuration(tmp_path: Path, sample: Path) -> None:
    file = tmp_path / "team.json"
    assert run_program(sample, "profile", "export", "--out", str(file)).returncode == 0
    new = tmp_path / "new"
    assert run_program(new, "profile", "import", str(file)).returncode == 0
    assert config_of(new)["profiles"] == PROFILES


def test_switch_toggles_whoever_switched_last(sample: Path) -> None:
    none = run_program(sample, "switch", "-")
    assert (none.returncode, "switch NAME" in none.stderr) == (5, True)
    assert run_program(sample, "switch", "personal").returncode == 0
    assert "Switched to work." in run_program(sample, "switch", "-").stdout
    assert "Switched to personal." in run_program(sample, "switch", "-").stdout
    text = (sample / "config.json").read_text()
    (sample / "config.json").write_text(
        text.replace('"activeProfile": "personal"', '"activeProfile": "work"')
    )
    assert "Switched to personal." in run_program(sample, "switch", "-").stdout
    assert run_program(sample, "profile", "rename", "work", "office").returncode == 0
    assert run_program(sample, "switch", "-").returncode == 5  # the previous one has been renamed


def test_a_typo_gets_a_suggestion(sample: Path) -> None:
    for words in (
        ("switch", "wrok"),
        ("profile", "show", "PERS"),
        ("run", "--profile", "works", "--", "true"),
    ):
        result = run_program(sample, *words)
        assert result.returncode == 5
        assert "Did you mean '" in result.stderr, words
    assert "Available: work, personal." in run_program(sample, "switch", "zzz").stderr
    assert "Did you mean codemie-tray switch?" in run_program(sample, "swich").stderr


def test_errors_are_json_if_json_was_requested(sample: Path) -> None:
    assert error_of(run_program(sample, "switch", "nobody", "--json"))["code"] == "profile-not-found"
    assert error_of(run_program(sample, "status", "--json", "--nonsense"))["code"] == "wrong-usage"
    assert error_of(run_program(sample, "switch", "--json"))["code"] == "wrong-usage"
    assert error_of(run_program(sample, "--home", "", "status", "--json"))["code"] == "wrong-usage"
    (sample / "config.json").write_text('{\n "activeProfile": 1}')
    error = error_of(run_program(sample, "profiles", "--json"))
    assert (error["code"], error["path"], error["line"], error["column"]) == (
        "config-corrupt",
        str(sample / "config.json"),
        2,
        19,
    )
    assert run_program(sample, "run", "--", "echo", "--json").stdout == ""  # that is the output of echo


@pytest.mark.parametrize(
    ("words", "next_step"),
    [
        (("switch", "nobody"), "Available: work, personal."),
        (("profile", "add", "work", "--provider", "ollama", "--model", "m"), "profile edit work"),
        (("profile", "rename", "work", "personal"), "Choose another name"),
        (("profile", "add", "p", "--provider", "ollama"), "help profile add"),
        (
            ("profile", "add", "p", "--provider", "ollama", "--model", "m", "--token-stdin"),
            "Leave --token-stdin out",
        ),
        (("profile", "set-token", "personal"), "change that first"),
        (("profile", "import", "no-such-file"), "doctor|no-such-file"),
        (("profile", "delete", "work"), "--yes"),
        (("profile", "edit", "work"), "--model"),
        (("credentials", "get", "nothing"), "credentials list"),
        (("history", "show", "abc"), "history list"),
        (("current", "--format", "{x}"), "{{"),
        (("nonsense",), "codemie-tray help"),
    ],
)
def test_an_error_says_what_to_do_next(sample: Path, words: tuple[str, ...], next_step: str) -> None:
    result = run_program(sample, *words)
    assert result.returncode not in (0, 1) or words[1] == "import"
    assert any(step in result.stderr for step in next_step.split("|")), result.stderr


def test_help_version_and_another_home(sample: Path, tmp_path: Path) -> None:
    assert (
        run_program(sample, "help", "profile", "add").stdout
        == run_program(sample, "profile", "add", "--help").stdout
    )
    assert run_program(sample, "help").stdout == run_program(sample, "--help").stdout
    assert run_program(sample, "-V").stdout == run_program(sample, "--version").stdout
    elsewhere = run_program(tmp_path / "none", "--home", str(sample), "current")
    assert (elsewhere.returncode, elsewhere.stdout) == (0, "work\n")


def test_current_fills_in_a_format_and_prints_no_escape_sequence(sample: Path) -> None:
    assert run_program(sample, "current").stdout == "work\n"
    assert run_program(sample, "current", "--format", "[{name}|{provider}|{model}|{source}] {{}}").stdout == (
        "[work|litellm|m1|config] {}"
    )
    refused = run_program(sample, "current", "--format", "{token}")
    assert (refused.returncode, refused.stdout) == (2, "")
    ConfigLoader(Home(str(sample))).rename_profile("work", "w")
    text = (sample / "config.json").read_text().replace('"w"', '"a\\u001b[31m\\nb"')
    (sample / "config.json").write_text(text)
    assert run_program(sample, "current", "--format", "{name}").stdout == "a[31m b"


def test_status_says_which_profile_applies_in_the_folder_and_why(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert "In this folder" not in run_program(sample, "status").stdout
    assert run_program(sample, "profile", "use-here", "personal").returncode == 0
    path = folder / ".codemie" / "codemie-cli.config.json"
    assert (
        f"In this folder, personal applies instead of work, as {path} says."
        in run_program(sample, "status").stdout
    )
    assert run_program(sample, "current").stdout == "personal\n"
    here = json.loads(run_program(sample, "status", "--json").stdout)["here"]
    assert (here["profile"], here["source"], here["file"]) == ("personal", "folder", str(path))
    path.write_text(
        '{"version": 2, "activeProfile": "work", "profiles": {"work": {"baseUrl": "https://b.example"}}}'
    )
    (folder / ".env").write_text("CODEMIE_MODEL=other\n")
    said = run_program(sample, "status").stdout
    assert "overrides baseUrl of the profile" in said
    assert f"{folder / '.env'}, which sets CODEMIE_MODEL." in said
    path.write_text('{"version": 2, "activeProfile": "nobody", "profiles": {}}')
    assert (
        "names 'nobody' as the profile for this folder, but it does not exist"
        in run_program(sample, "status").stdout
    )
    assert run_program(sample, "profile", "use-here", "--undo").returncode == 0
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="`env` is a program of POSIX")
def test_run_uses_the_profile_of_the_folder(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run_program(sample, "profile", "use-here", "personal").returncode == 0
    ran = run_program(sample, "run", "--", "env")
    assert "CODEMIE_PROVIDER=ollama" in ran.stdout
    assert "personal is the profile of this folder" in ran.stderr
    assert run_program(sample, "run", "--profile", "work", "--", "env").returncode == 12


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({"provider": "openai", "model": "m", "apiKey": "k"}, "edit p --base-url VALUE"),
        ({"provider": "anthropic", "model": "m", "baseUrl": "https://a.example"}, "set-token p"),
        ({"provider": "no-such-provider"}, "edit p --provider VALUE"),
    ],
)
def test_a_check_that_finds_something_ends_with_the_command_that_fixes_it(
    sample: Path, fields: dict[str, object], step: str
) -> None:
    (sample / "config.json").write_text(json.dumps({"activeProfile": "p", "profiles": {"p": fields}}))
    result = run_program(sample, "profile", "test")
    assert result.stdout.splitlines()[-1].endswith(f"codemie-tray profile {step}"), result.stdout


def test_importing_a_missing_file_says_how_to_create_one(sample: Path) -> None:
    result = run_program(sample, "profile", "import", "no-such-file")
    assert result.returncode == 4
    assert result.stderr.splitlines() == [
        "codemie-tray: no-such-file: there is no such file",
        "`codemie-tray profile export --out FILE` writes one.",
    ]


@pytest.mark.parametrize(
    "text", ["[", '{"profiles": 1}', '{"format": "codemie-tray-profiles", "version": 1}']
)
def test_a_file_that_holds_no_profiles_is_refused_with_what_to_do(sample: Path, text: str) -> None:
    before = config_of(sample)
    (sample / "team.json").write_text(text)
    result = run_program(sample, "profile", "import", str(sample / "team.json"))
    assert (result.returncode, config_of(sample)) == (4, before)
    last = result.stderr.splitlines()[-1]
    assert last in (
        "`codemie-tray profile export --out FILE` writes one.",
        'Such a file has "format": "codemie-tray-profiles".',
    )


def test_a_folder_is_not_imported(sample: Path) -> None:
    result = run_program(sample, "profile", "import", str(sample))
    assert result.returncode == 4
    assert result.stderr.splitlines() == [
        f"codemie-tray: {sample}: is not a regular file",
        "Name a file, or pipe it to `profile import -`.",
    ]
