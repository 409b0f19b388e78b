"""Every command of docs/commands.md as a user types it, in one sequence on one home, with the results."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from codemie_core.sessions.usage.counting import parallel
from installers import product

PAGE = Path(product.inside("docs", "commands.md"))


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    exit_code: int
    output: str
    """Its output on both streams."""


Run = Callable[[tuple[str, ...], str], Ran]
"""Runs a command of the installed program; the second argument is its standard input."""


@dataclass(frozen=True, slots=True)
class Case:
    """One command line."""

    words: tuple[str, ...]
    """`{newest}` and `{oldest}` stand for versions of the configuration."""
    says: str
    """A regular expression that the output must match."""
    exit_code: int = 0
    given: str = ""
    """Standard input."""
    where: str = ""
    """The only system it is for: `linux` or `win32`."""


def case(line: str, says: str, exit_code: int = 0, *, given: str = "", where: str = "") -> Case:
    """Return the case for a typed line whose words contain no spaces."""
    return Case(tuple(line.split()), says, exit_code, given, where)


# ---- the page ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the page says can be typed."""

    command: tuple[str, ...]
    option: str = ""
    """Empty: the command itself."""
    value: str = ""
    """One of several that are spelt out, as `model` in `--by day|model`."""

    def is_in(self, words: tuple[str, ...]) -> bool:
        """Return whether a command line contains it."""
        if words[: len(self.command)] != self.command:
            return False
        own = words[: words.index("--")] if "--" in words else words
        if not self.option:
            return not any(word.startswith("--") for word in own)
        if self.option not in own:
            return False
        return not self.value or own[own.index(self.option) + 1] == self.value


def named(page: str) -> list[Named]:
    """Return everything that the table of commands names."""
    table = page.partition("| command | does |")[2].partition("\n\n")[0]
    found: list[Named] = []
    for row in table.splitlines()[2:]:
        cell = row.replace(r"\|", "\0").split("|")[1].replace("\0", "|")
        group: tuple[str, ...] = ()
        for span in re.findall(r"`([^`]+)`", cell):
            words = span.split()
            if group:
                words = [*group, *words]  # `credentials protect`, `unprotect`
            group = tuple(words[:1]) if len(words) > 1 and words[1][0].islower() else ()
            found += _of_span(" ".join(words))
    return list(dict.fromkeys(found))


def _of_span(span: str) -> Iterable[Named]:
    """Yield everything that a usage line names, as in `usage [--since 30d] [--by day|model]`."""
    span = span.partition(" -- ")[0]
    words: list[str] = []
    for word in span.replace("[", " [").split():
        if not re.fullmatch(r"[a-z][a-z|-]*", word):
            break
        words.append(word)
    options = re.findall(r"(\[?)(--[a-z-]+)(?: ((?!\|)[^\s\]\[]+))?", span)
    for command in _each(words):
        if all(bracket or _inside_brackets(span, option) for bracket, option, _ in options):
            yield Named(command)
        for _, option, value in options:
            choices = value.split("|") if "|" in value else [""]
            for choice in choices:
                yield Named(command, option, choice)


def _each(words: list[str]) -> list[tuple[str, ...]]:
    """Spell out alternatives: `autostart on|off`."""
    found: list[tuple[str, ...]] = [()]
    for word in words:
        found = [(*before, choice) for before in found for choice in word.split("|")]
    return found


def _inside_brackets(span: str, option: str) -> bool:
    before = span[: span.index(option)]
    return before.count("[") > before.count("]")


# ---- the home ----------------------------------------------------------

TOKENS_OF_A_RECORD = 3
_RECORD = {
    "timestamp": "2026-01-16T10:00:00.000Z",
    "sessionId": "large",
    "agent": "claude",
    "profile": "work",
    "model": "claude-4-5-sonnet",
    "tokensUsed": TOKENS_OF_A_RECORD,
    "note": "x" * 200,
}
_LINE = json.dumps(_RECORD).encode() + b"\n"
_LINES_AT_ONCE = 4096
_ROUNDS = parallel.LEAST_BYTES // (len(_LINE) * _LINES_AT_ONCE) + 2
RECORDS = _LINES_AT_ONCE * _ROUNDS
"""Lines in the large file: enough for two processes to count them."""


CLI_HOME = Path(product.inside("tests", "golden", "cli-home"))
TOKEN = "sk-ant-api03-made-up-for-this-test"  # noqa: S105


def prepare_home(home: Path) -> None:
    """Give a sample home a token in the clear, the CLI's logins, an old session, and much to count."""
    config = json.loads((home / "config.json").read_text(encoding="utf-8"))
    config["profiles"]["personal"]["authToken"] = TOKEN
    (home / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    for name in ("credentials", "sessions"):
        shutil.copytree(CLI_HOME / name, home / name)
    shutil.copy(CLI_HOME / "sso-credentials.enc", home)
    for path in (home / "sessions").iterdir():
        os.utime(path, (time.time() - 40 * 86400,) * 2)
    folder = home / ".session-claude"
    folder.mkdir()
    with (folder / "metrics.jsonl").open("wb") as file:
        for _ in range(_ROUNDS):
            file.write(_LINE * _LINES_AT_ONCE)


# ---- the cases ---------------------------------------------------------

CODE = r"\b[A-Z2-7]{4}(-[A-Z2-7]{4}){7}\b"
"""A recovery code."""
_STORE = "Encrypted for this machine"

CASES = (
    # Reading, before anything changes.
    case("status", r"work +sso . claude-4-5-sonnet"),
    case("status --json", r'"active": "work"'),
    case("profiles", r"(?m)^\W*personal"),
    case("profiles --json", r'"hasToken": true'),
    # Windows writes to a pipe in the user's code page, hence the dots.
    case("profiles --names", r"(?m)^B.ro \(Proxy\)$"),
    case("history list", "The history is empty|today|ago|:"),
    case("migrate status", "pending +2"),
    case("migrate status --json", r'"pending": \['),
    # More metrics than one process counts: the first command reads them, the others read the index.
    case("usage", r"claude-|tokens"),
    case("usage --since 2026-01-16", "2026-01-16"),
    case("usage --by day", "2026-01-16"),
    case("usage --by model", "claude-4-5-sonnet"),
    case("usage --by agent", r"(?m)^claude"),
    case("usage --by profile", r"(?m)^work"),
    case("usage --by hour", "2026-01-16 1"),
    case("usage --by project", r"\(none\)"),
    case("usage --by session", "large"),
    case("usage --until 2026-01-15", "No usage"),
    case("usage --utc", "2026-01-16"),
    case("usage --json", rf'"tokens": {RECORDS * TOKENS_OF_A_RECORD}\b'),
    case("usage --csv", r"(?m)^2026-01-16,\d+"),
    # A folder that exists on every system; on Windows, on the current drive.
    case("usage export --out /tmp/codemie-usage", r"[1-9]\d* days? written to"),
    case("usage export --out /tmp/codemie-usage --since 2026-01-01", "0 days written to"),
    case("usage export --out /tmp/codemie-usage --until 2026-01-31", "0 days written to"),
    case("usage export --out /tmp/codemie-usage --with-names", r"[1-9]\d* days? written to"),
    case("usage export --out /tmp/codemie-usage --json", r'"written": [1-9]'),
    # Switching, and its history.
    case("switch personal", "Switched to personal"),
    case("switch -", "Switched to work"),
    case("switch -", "Switched to personal"),
    case("switch work --json", r'"active": "work"'),
    case("switch nobody", "There is no profile named 'nobody'", 5),
    case("history list", "personal"),
    case("history list --json", r'"origin": "own"'),
    case("history show {newest}", r'"activeProfile": "work"'),
    case("history show {newest} --json", r'"text": '),
    case("history diff {oldest}", "activeProfile|authToken|same|differ"),
    case("history diff {oldest} {newest} --json", r'"difference": \['),
    case("history restore", "history list", 5),
    case("history restore {oldest} --dry-run", r"activeProfile|No difference|same"),
    case("history restore {oldest} --json", r'"restored": '),
    case("switch work", "work"),
    # The encrypted store.
    case("credentials list", "Nothing is stored"),
    case("credentials set extra", f"Stored extra.*{_STORE}", given="first secret\n"),
    case("credentials set more/of-it", "Stored", given="second secret\n"),
    case("credentials list", "more/of-it"),
    case("credentials list --json", r'"protection": "machine"'),
    case("credentials get extra", r"(?m)^first secret$"),
    case("credentials get absent", "absent", 9),
    case("credentials rekey", "Encrypted everything again"),
    case("credentials protect", "keyring", 10, where="linux"),
    case("credentials protect", "Windows Credential Manager", where="win32"),
    case("credentials unprotect", "Nothing to do", where="linux"),
    case("credentials unprotect", _STORE, where="win32"),
    case("credentials recovery", CODE),
    case("credentials recovery", "--replace makes a new one", 1),
    case("credentials recovery --replace", CODE),
    case("credentials recovery --check", "This is the recovery code for this store", given="{code}\n"),
    case("credentials recovery --check", "code", 1, given="AAAA\n"),
    case("credentials recovery --use", "Opened with the recovery code", given="{code}\n"),
    case("credentials recovery --use --machine", "Opened with the recovery code", given="{code}\n"),
    case("credentials move-in", "--yes", 1),
    case("credentials move-in --yes", "personal"),
    case("history forget-tokens --dry-run", "version"),
    case("history forget-tokens --json", r'"dryRun": false'),
    case("history forget-tokens", "No version holds a token"),
    case("credentials remove extra more/of-it", "Removed extra"),
    case("credentials get extra", "extra", 9),
    case("credentials list --removed", "more/of-it"),
    case("credentials list --removed --json", r'"removed": '),
    case("credentials restore extra", "Restored extra"),
    case("credentials get extra", "first secret"),
    case("credentials remove --for-good extra", "Removed extra"),
    case("credentials restore extra", "extra", 9),
    case("credentials accept", "Nothing to accept"),
    # With a profile's environment; on Linux `run` executes the program, on Windows it waits for it.
    case("run -- env", "CODEMIE_PROVIDER=sso", where="linux"),
    case("run --profile personal -- env", TOKEN, where="linux"),
    case("run -- cmd /c set", "CODEMIE_PROVIDER=sso", where="win32"),
    # Wine can't link folders, so no private home can be made, and only the active profile is passed on.
    case("run --profile personal -- cmd /c set", "does not support links", 12, where="win32"),
    case("run --with-project -- env", "CODEMIE_PROVIDER=sso", where="linux"),
    case("run --with-project -- cmd /c set", "CODEMIE_PROVIDER=sso", where="win32"),
    case("run --allow-address https://api.example.com -- env", "does not use https://api.example.com", 12),
    case("run -- no-such-program", "not found", 127),
    case("run --profile nobody -- env", "nobody", 5),
    case("credentials move-out", "--yes", 1),
    case("credentials move-out --yes", "personal"),
    # Profiles: created, changed, checked, exported, and removed.
    case("current", r"(?m)^work$"),
    case("current --json", r'"source": "config"', where="linux"),
    case("current --format <{name}>", r"<work>$"),
    case("switch --json", r'"code": "wrong-usage"', 2, where="linux"),
    case("profile add", "missing: NAME, --provider", 2, where="linux"),
    case(
        "profile add made --provider anthropic --model claude-4-5-sonnet --base-url https://api.example.com"
        " --token-stdin --json",
        r'"credential": "made/authToken"',
        given=f"{TOKEN}-2\n",
    ),
    case(
        "profile add clear --provider litellm --model m --token-stdin --token-in-config",
        "in the clear",
        given="sk-1\n",
    ),
    case(
        "profile add sso --provider ai-run-sso --model m --set codeMieUrl=https://codemie.example.com --use",
        "It is the active profile",
    ),
    case("profile add keyless --provider openai --model m --no-token", "set-token", where="linux"),
    case(
        "profile add made --provider ollama --model m",
        "There is already a profile named 'made'",
        5,
        where="linux",
    ),
    case("profile edit made --note =mine", "Changed note of made", where="linux"),
    case("profile show made", "(?m)^note +=mine$", where="linux"),
    case("profile move made --first", "made is number 1 of", where="linux"),
    case("profile move made --last --json", r'"profile": "made"', where="linux"),
    case("profile move made --before sso", "made is number", where="linux"),
    case("profile move made --after sso", "made is number"),
    case("profile add noted --provider ollama --model m --note for_tests", "Added noted", where="linux"),
    case("profile show made", "in the encrypted store, as made/authToken"),
    case("profile show", r"(?m)^\W*(1m)?sso", where="linux"),
    case("profile show made --json", r'"token": "store"', where="linux"),
    case("profile test made", "looks right"),
    case("profile test", "looks right", where="linux"),
    case("profile test keyless --json", r'"severity": "error"', 5, where="linux"),
    case("profile edit made --base-url http://127.0.0.1:9", "held back"),
    case("profile test made --connect", "nothing is listening there|refused|No|no", 1),
    case("profile set-token made", "--allow-address", 12, given=f"{TOKEN}-3\n", where="linux"),
    case(
        "profile set-token made --allow-address http://127.0.0.1:9 --json",
        "made/authToken",
        given=f"{TOKEN}-3\n",
    ),
    case("profile set-token clear --token-in-config", "in the clear", given="sk-2\n"),
    case("profile edit made --provider anthropic --model m2 --set timeout=300", "Changed"),
    case("profile edit made --unset timeout --json", r'"timeout"', where="linux"),
    case("profile edit made", "no changes given", 2, where="linux"),
    case("profile duplicate made copy", "Copied made to copy"),
    case("profile duplicate made copy2 --json", r'"profile": "copy2"', where="linux"),
    case("profile rename copy other", "Renamed copy to other"),
    case("profile rename copy2 other2 --json", r'"profile": "other2"', where="linux"),
    case("profile export made --out exported.json", "wrote made", where="linux"),
    case("profile export", r'"format": "codemie-tray-profiles"', where="linux"),
    case("profile import exported.json", "made: is the same already", where="linux"),
    case("profile import exported.json --dry-run", "made: is the same", where="linux"),
    case("profile import exported.json --json", r'"action": "same"', where="linux"),
    case("profile edit made --model m3", "Changed model", where="linux"),
    case("profile import exported.json", "--replace", 5, where="linux"),
    case("profile import exported.json --skip", "left as it is", where="linux"),
    case("profile import exported.json --replace", "made: replaced", where="linux"),
    case("profile use-here made", "made is now the profile of", where="linux"),
    case("current", r"(?m)^made$", where="linux"),
    case("status", "made", where="linux"),
    case("profile use-here made --json", r'"profile": "made"', where="linux"),
    case("profile use-here --undo", "applies here again: sso", where="linux"),
    case("profile delete other", "--yes", 2, where="linux"),
    case("profile delete other --yes", "history restore"),
    case("profile delete other2 --yes --json", r'"undo": "', where="linux"),
    case("switch work", "work"),
    case("env", "export CODEMIE_PROVIDER='sso'"),
    case("env --profile work", "export CODEMIE_PROVIDER='sso'", where="linux"),
    *(
        case(f"env --shell {shell}", line, where="" if shell == "powershell" else "linux")
        for shell, line in (
            ("sh", "export CODEMIE_PROVIDER='sso'"),
            ("bash", "export CODEMIE_PROVIDER='sso'"),
            ("zsh", "export CODEMIE_PROVIDER='sso'"),
            ("fish", "set -gx CODEMIE_PROVIDER 'sso'"),
            ("powershell", r"\$env:CODEMIE_PROVIDER = 'sso'"),
        )
    ),
    case("env --with-project", "CODEMIE_PROVIDER", where="linux"),
    case("env --allow-address https://api.example.com", "does not use", 12, where="linux"),
    case("env --profile made", rf"export CODEMIE_API_KEY='{TOKEN}-3'", 0, where="linux"),
    *(case(f"profile delete {name} --yes", "Deleted") for name in ("made", "clear", "sso")),
    case("profile delete keyless --yes", "Deleted", where="linux"),
    case("credentials remove --for-good made/authToken", "Removed"),
    case("help", "COMMAND", where="linux"),
    case("help profile add", "--token-stdin"),
    # Upkeep.
    case("doctor", "personal", 13),
    case("doctor --json", r'"findings": \[', 13),
    case("doctor --fix", "Removed other users' access", 11, where="linux"),
    case("doctor --fix", "personal", 13, where="win32"),
    case("clean --dry-run", "3 "),
    case("clean --older-than 2w", "Nothing|nothing|0 |No "),
    case("clean --json", r'"files": 3'),
    case("clean", "Nothing|nothing|0 |No "),
    case("clean --sessions", "--older-than 30d", 2),
    case("clean --sessions --older-than 30d", "1 session"),
    # The classic layout's schema.
    case("migrate up --dry-run", "traySchema"),
    case("migrate up --to 1", "1"),
    case("migrate up --json", r'"to": 3'),
    case("migrate up", "already|newest|Nothing"),
    case("migrate down --to 1 --dry-run", "traySchema"),
    case("migrate down --to 1 --json", r'"to": 1'),
    case("migrate down --to 0", "0"),
    # Login, and the shells.
    # There is no screen here. On Windows there is one, where each would stay open.
    case("window profiles", "no screen to show a window on", 15, where="linux"),
    case("window profiles --add", "no screen to show a window on", 15, where="linux"),
    case("window usage", "no screen to show a window on", 15, where="linux"),
    case("window settings", "no screen to show a window on", 15, where="linux"),
    case("window settings --page history", "no screen to show a window on", 15, where="linux"),
    case("autostart on", "."),
    case("autostart on --json", r'"state": "on"'),
    case("autostart status", "The tray starts at login"),
    case("autostart status --json", r'"startsThisProgram": true'),
    case("autostart off", "."),
    case("autostart off --json", r'"state": "(off|disabled)"'),
    case("completion bash", "complete .*codemie-tray"),
    case("completion zsh", "#compdef codemie-tray"),
    case("completion fish", "complete -c codemie-tray"),
    case("status", "work"),
    case("nonsense", "there is no command 'nonsense'", 2),
    case("-V", r"codemie-tray \d"),
    case("--home no-such-folder status", "no configuration yet", 3),
)


def try_each(run: Run, system: str) -> list[str]:
    """Run every case for `system`, and return a text for each failure."""
    wrong: list[str] = []
    known: dict[str, str] = {}
    for each in CASES:
        if each.where not in ("", system):
            continue
        if "{newest}" in each.words or "{oldest}" in each.words:
            versions = json.loads(run(("history", "list", "--json"), "").output)["versions"]
            known |= {"{newest}": versions[0]["id"], "{oldest}": versions[-1]["id"]}
        words = tuple(known.get(word, word) for word in each.words)
        ran = run(words, each.given.replace("{code}", known.get("{code}", "")))
        code = re.search(CODE, ran.output)
        if code:
            known["{code}"] = code[0]
        problems = []
        if ran.exit_code != each.exit_code:
            problems.append(f"exit code {ran.exit_code}, not {each.exit_code}")
        if not re.search(each.says, ran.output):
            problems.append(f"does not say {each.says!r}")
        if "Traceback" in ran.output or "crashed by" in ran.output:
            problems.append("broke")
        if problems:
            wrong.append(f"{' '.join(each.words)}: {'; '.join(problems)}\n{ran.output}")
    return wrong
