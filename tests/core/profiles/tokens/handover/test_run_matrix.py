"""Whatever the files and the shell say, a program started by `run` sees one profile and its addresses only.

Every combination is created on disk and read by a model of the CLI.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.core.profiles.tokens.handover import cli_model
from tests.support.scale import on_windows, rounds

from codemie_core import ConfigLoader, Home
from codemie_core.credentials import CredentialStore
from codemie_core.errors import HandoverRefused, LinksUnavailable
from codemie_core.profiles.tokens.handover import handover
from codemie_core.profiles.tokens.handover.handover import Request
from codemie_core.profiles.tokens.handover.private_home import Place, PrivateHome, make_private_home, places
from codemie_core.profiles.tokens.handover.private_home_end import discard
from codemie_core.profiles.tokens.move import move_in
from codemie_core.system.process.foreign_environment import foreign_environment

BUNDLE = os.path.join(os.path.abspath(os.sep), "opt", "codemie-tray", "_internal")

KINDS: dict[str, dict[str, Any]] = {
    "litellm": {
        "provider": "litellm",
        "apiKey": "secret-of-NAME_key",
        "baseUrl": "https://NAME.example",
        "model": "model-of-NAME",
        "haikuModel": "haiku-of-NAME",
        "allowedDirs": ["/dir-of-NAME"],
    },
    "no-address": {"provider": "litellm", "apiKey": "secret-of-NAME_key", "reasoningEffort": "high"},
    "sso": {
        "provider": "ai-run-sso",
        "apiKey": "sso-provided",
        "baseUrl": "https://NAME.example/api",
        "codeMieUrl": "https://NAME.example",
        "codeMieProject": "project-of-NAME",
        "codeMieIntegration": {"id": "id-of-NAME", "alias": "alias-of-NAME"},
    },
    "bedrock-keys": {
        "provider": "bedrock",
        "apiKey": "AKIANOTAREALKEYATALL",
        "awsSecretAccessKey": "secret-of-NAME_aws",
        "awsRegion": "region-of-NAME",
        "baseUrl": "https://NAME.example",
        "model": "model-of-NAME",
    },
    "bedrock-profile": {
        "provider": "bedrock",
        "apiKey": "aws-profile",
        "awsProfile": "aws-of-NAME",
        "awsRegion": "region-of-NAME",
    },
    "jwt-own-variable": {
        "provider": "bearer-auth",
        "authMethod": "jwt",
        "jwtConfig": {"token": "secret-of-NAME_jwt", "tokenEnvVar": "OWN_JWT"},
        "baseUrl": "https://NAME.example",
    },
    "jwt-stored": {
        "provider": "bearer-auth",
        "authMethod": "jwt",
        "jwtConfig": {"token": "secret-of-NAME_jwt"},
        "codeMieUrl": "https://NAME.example",
    },
    "jwt-exported": {
        "provider": "bearer-auth",
        "authMethod": "jwt",
        "jwtConfig": {"tokenEnvVar": "CODEMIE_JWT_TOKEN"},
        "baseUrl": "https://NAME.example",
    },
    "ollama": {"provider": "ollama", "baseUrl": "http://localhost:11434", "timeout": 5, "debug": True},
}
PROJECTS = ("none", "other", "same name", "legacy", "dotenv", "home itself", "accepted", "not acceptable")
EXPORTED = {
    **{name: f"secret-of-z_{name}" for name in ("CODEMIE_API_KEY", "CODEMIE_AWS_SECRET_ACCESS_KEY")},
    **dict.fromkeys(("CODEMIE_BASE_URL", "CODEMIE_URL", "CODEMIE_SYNC_API_URL"), "https://z.example"),
    **{"CODEMIE_PROVIDER": "openai", "CODEMIE_MODEL": "model-of-z", "CODEMIE_HAIKU_MODEL": "haiku-of-z"},
    **{"CODEMIE_ALLOWED_DIRS": "/dir-of-z", "CODEMIE_IGNORE_PATTERNS": "of-z", "CODEMIE_TIMEOUT": "9"},
    **{"CODEMIE_INTEGRATION_ID": "id-of-z", "CODEMIE_INTEGRATION_ALIAS": "alias-of-z"},
    **{"CODEMIE_AUTH_METHOD": "manual", "CODEMIE_DEBUG": "true", "CODEMIE_PROJECT": "project-of-z"},
    **{"CODEMIE_PROFILE_CONFIG": '{"apiKey":"secret-of-z_config"}', "CODEMIE_REASONING_EFFORT": "of-z"},
    **{"CODEMIE_JWT_TOKEN": "exported-by-hand", "OWN_JWT": "own-by-hand"},
}
SPOILED = {
    "PATH": os.defpath,
    "LD_LIBRARY_PATH": BUNDLE,
    "_PYI_ARCHIVE_FILE": f"{BUNDLE}/x",
    "QT_PLUGIN_PATH": f"{BUNDLE}/qt",
    "XDG_DATA_DIRS": os.pathsep.join([f"{BUNDLE}/share", "/usr/share"]),
}


@dataclass(frozen=True)
class Case:
    active: str
    chosen: str
    is_active: bool
    """Whether the chosen profile is the active one."""
    in_store: bool
    project: str
    option: str
    """`--profile` of the CLI itself: `none`, `chosen`, `other`, or `other` to a program we do not know."""
    exported: bool

    @property
    def name(self) -> str:
        return f"{self.chosen}-b"


def fields_of(kind: str, name: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(json.dumps(KINDS[kind]).replace("NAME", name))
    return result


def make_home(folder: Path, active: str, chosen: str, *, is_active: bool, in_store: bool) -> Home:
    home = Home(str(folder / ".codemie"))
    os.makedirs(home.path)
    names = {f"{active}-a": fields_of(active, f"{active}-a"), f"{chosen}-b": fields_of(chosen, f"{chosen}-b")}
    text = json.dumps(
        {"version": 2, "activeProfile": f"{chosen}-b" if is_active else f"{active}-a", "profiles": names}
    )
    Path(home.join("codemie-cli.config.json")).write_text(text, encoding="utf-8")
    if in_store:
        move_in(ConfigLoader(home), CredentialStore(home))
    return home


def make_project(folder: Path, kind: str, name: str) -> str:
    if kind == "home itself":
        return str(folder)
    project = folder / "project" / kind
    (project / ".codemie").mkdir(parents=True, exist_ok=True)
    evil = {"provider": "openai", "baseUrl": "https://evil.example", "apiKey": "secret-of-evil_key"}
    contents = {
        "other": {"version": 2, "activeProfile": "evil", "profiles": {"evil": evil}},
        "same name": {"version": 2, "activeProfile": name, "profiles": {name: evil}},
        "legacy": evil,
        "accepted": {"version": 2, "activeProfile": name, "profiles": {name: {"model": "m", "debug": True}}},
        "not acceptable": {"version": 2, "activeProfile": name, "profiles": {name: evil}},
    }
    if kind in contents:
        path = project / ".codemie" / "codemie-cli.config.json"
        path.write_text(json.dumps(contents[kind]), encoding="utf-8")
    if kind == "dotenv":
        (project / ".env").write_text(
            "export CODEMIE_BASE_URL=https://evil.example\nCODEMIE_URL='https://evil.example'\n"
            "CODEMIE_API_KEY=secret-of-evil_key\nHTTPS_PROXY=https://evil.example\n"
            "CODEMIE_SYNC_API_URL=https://evil.example\nCODEMIE_PROVIDER=evil\nGREETING=hello\n",
            encoding="utf-8",
        )
    return str(project)


def command_of(case: Case) -> list[str]:
    return {
        "none": ["codemie-claude"],
        "chosen": ["codemie-claude", "--profile", case.name],
        "other": ["codemie-claude", f"--profile={case.active}-a"],
        "other, wrapped": ["wrapper", "--profile", f"{case.active}-a"],
    }[case.option]


def option_of(case: Case) -> str | None:
    return {"none": None, "chosen": case.name}.get(case.option, f"{case.active}-a")


def faults_in(seen: cli_model.Seen, case: Case, *, handed: bool) -> list[str]:
    """Return violations, judged only by the names that secrets and addresses have here."""
    texts = "\n".join(seen.texts)
    found = [f"a reference: {name}" for name in re.findall(r"credential:\S*", texts)]
    found += [f"the bundle's: {name}" for name, value in seen.environment.items() if BUNDLE in value]
    tokens = set(re.findall(r"secret-of-([^_\s]+)_", texts))
    reached = set(re.findall(r"https://([^./\s\"]+)\.example", texts))
    found += [f"a token of {owner} beside {other}" for owner in tokens for other in reached - {owner}]
    found += [f"a token of {owner}" for owner in tokens - {case.name}]
    if handed and case.option in ("none", "chosen"):
        expected = {**cli_model._DEFAULTS, **fields_of(case.chosen, case.name), "name": case.name}
        mine = {name: value for name, value in seen.fields.items() if name != "jwtConfig"}
        expected.pop("jwtConfig", None)
        if mine != expected:
            found.append(
                f"not the profile: {sorted(set(map(str, mine.items())) ^ set(map(str, expected.items())))}"
            )
        stored = (fields_of(case.chosen, case.name).get("jwtConfig") or {}).get("token")
        if stored and seen.jwt != stored:
            found.append(f"another JSON Web Token: {seen.jwt}")
        if case.chosen == "jwt-exported" and case.exported and seen.jwt != "exported-by-hand":
            found.append("what the person exported is gone")
    if (
        case.chosen not in ("jwt-exported", "ollama", "sso", "bedrock-profile")
        and "exported-by-hand" in texts
    ):
        found.append("a JSON Web Token that this profile does not use")
    return found


def must_be_refused(case: Case, *, has_links: bool) -> bool:
    in_real_home = case.project == "home itself" or not has_links
    if case.option == "other" or (case.option == "other, wrapped" and in_real_home):
        return True
    if in_real_home:
        by_file = case.in_store and (
            case.chosen in BESIDE_API_KEY or (case.option == "chosen" and has_token(case.chosen))
        )
        if not case.is_active or by_file:
            return True
    return case.project in ("other", "same name", "legacy", "not acceptable")


def on_disk(home: Home, _: object) -> tuple[Place, ...]:
    return (Place(os.path.join(home.tray, "run"), False),)


def no_links(home: Home, _: object) -> PrivateHome:
    raise LinksUnavailable(home.path, "as on a drive without junctions")


def has_token(kind: str) -> bool:
    return "secret-of" in json.dumps(KINDS[kind])


PAIRS = list(enumerate(itertools.product(KINDS, KINDS)))[:: rounds(2, 1) * on_windows(3, 1)]
LINKS_ARE_MADE_HERE = sys.platform != "win32"
"""Wine creates neither junctions nor links, so only what `run` does without them is tested there."""
BESIDE_API_KEY = ("bedrock-keys", "jwt-own-variable", "jwt-stored")
CHOICES = list(
    itertools.product((False, True), PROJECTS, ("none", "chosen", "other", "other, wrapped"), (False, True))
)


@pytest.mark.timeout(600)
def test_no_combination_sends_a_token_to_another_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: Counter[str] = Counter()
    monkeypatch.setattr(os, "fsync", lambda _: None)  # power cuts are not tested here
    wrong: list[str] = []
    for number, (active, chosen) in PAIRS:
        for in_store in (False, True):
            folder = tmp_path / f"{number}{'s' if in_store else ''}"
            is_active = number % 3 == 0
            home = make_home(folder, active, chosen, is_active=is_active, in_store=in_store)
            config = ConfigLoader(home).load()
            for index, (_, project, option, exported) in enumerate(c for c in CHOICES if c[0] == in_store):
                case = Case(active, chosen, is_active, in_store, project, option, exported)
                has_links = index % 3 != 2 and LINKS_ARE_MADE_HERE
                monkeypatch.setattr(handover, "places", (places, on_disk)[index % 2])
                monkeypatch.setattr(
                    handover, "make_private_home", make_private_home if has_links else no_links
                )
                where = make_project(folder, project, case.name)
                accepted = project in ("accepted", "not acceptable")
                request = Request(config.profile(case.name), command_of(case), where, accepted)
                spoiled = {**SPOILED, **(EXPORTED if exported else {})}
                counts["all"] += 1
                try:
                    handover.check(home, request)
                    given = handover.hand_over(
                        config, home, request, foreign_environment(spoiled, bundle=BUNDLE)
                    )
                except HandoverRefused:
                    counts["refused"] += 1
                    if not must_be_refused(case, has_links=has_links):
                        wrong.append(f"{case}: refused")
                    continue
                try:
                    counts["handed over"] += 1
                    if must_be_refused(case, has_links=has_links):
                        wrong.append(f"{case}: not refused")
                    alone = option == "chosen" or (option == "none" and project != "dotenv")
                    assert has_links == (given.private is not None)
                    path = given.environment["CODEMIE_HOME"]
                    seen = cli_model.start(path, given.environment, where, option_of(case))
                    wrong += [
                        f"{case}: {fault}"
                        for fault in faults_in(seen, case, handed=alone and project in ("none", "dotenv"))
                    ]
                    for file in Path(given.private.path).glob("*config*.json") if given.private else ():
                        text = file.read_text(encoding="utf-8")
                        if "credential:" in text or "secret-of-" in text.replace(
                            f"secret-of-{case.name}", ""
                        ):
                            wrong.append(f"{case}: {file.name} holds what is not the profile's")
                finally:
                    discard(given.private)
                if given.private and os.path.exists(given.private.folder):
                    wrong.append(f"{case}: the private home is still there")
    print(dict(counts))
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong[:12])
    assert counts["all"] >= 1000
    at_least = 1000 if LINKS_ARE_MADE_HERE else 50
    assert counts["handed over"] >= at_least, "a refusal of everything would pass"


def old_environment(fields: dict[str, Any], inherited: dict[str, str]) -> dict[str, str]:
    """As it was before: only variables, and the program reads the real home."""
    names = {
        **{"CODEMIE_PROVIDER": "provider", "CODEMIE_BASE_URL": "baseUrl", "CODEMIE_MODEL": "model"},
        **{"CODEMIE_URL": "codeMieUrl", "CODEMIE_AUTH_METHOD": "authMethod", "CODEMIE_API_KEY": "apiKey"},
    }
    environment = {name: value for name, value in inherited.items() if name not in names}
    environment.update({name: str(fields[field]) for name, field in names.items() if fields.get(field)})
    if token := (fields.get("jwtConfig") or {}).get("token"):
        environment["CODEMIE_JWT_TOKEN"] = token
    return environment


def test_the_control_that_uses_only_variables_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    caught: Counter[str] = Counter()
    for number, (active, chosen) in PAIRS:
        folder = tmp_path / str(number)
        home = make_home(folder, active, chosen, is_active=False, in_store=False)
        in_store = make_home(folder / "s", active, chosen, is_active=False, in_store=True)
        for stored, project, option, exported in CHOICES:
            case = Case(active, chosen, False, stored, project, option, exported)
            where = make_project(folder, project, case.name)
            environment = old_environment(
                fields_of(chosen, case.name), {**SPOILED, **(EXPORTED if exported else {})}
            )
            path = in_store.path if stored else home.path
            seen = cli_model.start(path, environment, where, option_of(case))
            for fault in faults_in(seen, case, handed=project == "none"):
                caught[fault.partition(":")[0].partition(" of ")[0]] += 1
    print(dict(caught))
    assert caught["a token"] > on_windows(100, 500)
    assert caught["a reference"] > on_windows(100, 500)
    assert caught["the bundle's"] > on_windows(300, 1000)
    assert caught["not the profile"] > rounds(200, 500) // on_windows(4, 1)
