"""Tokens come from the agents' logs: each response once; unknown if nothing says how many."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import sys
from datetime import UTC
from pathlib import Path

import pytest
from tests.core.sessions.usage.agent_homes import (
    OTHER_SESSION,
    SESSION,
    START,
    claude_line,
    golden_home,
    write_log,
    write_session,
)

from codemie_core.home import Home
from codemie_core.sessions.usage import Calendar, Grouping, Question, Totals, Usage, ask, index_path
from codemie_core.sessions.usage.agent_logs.logs import logs_of_session


def asked(home: Home, by: Grouping = Grouping.DAY) -> Usage:
    """Return what is counted with and without an index; both must agree."""
    counted = ask(home, Question(by), calendar=Calendar(UTC))
    alone = ask(home, Question(by), calendar=Calendar(UTC), use_index=False)
    assert (counted.lines, counted.totals) == (alone.lines, alone.totals)
    return counted


def totals(home: Home) -> Totals:
    return asked(home).totals


def numbers(home: Home) -> tuple[int | None, ...]:
    """Return input, output, cache read, cache write."""
    counted = totals(home)
    return counted.input, counted.output, counted.cache_read, counted.cache_write


@pytest.fixture
def log(home: Home, tmp_path: Path) -> Path:
    """A log that a session of the home names but that does not exist yet."""
    path = tmp_path / ".claude" / "projects" / "-home-dev-demo" / "a1.jsonl"
    write_session(home, path)
    return path


def test_a_response_counts_once_however_many_blocks_it_has(home: Home, log: Path) -> None:
    write_log(log, [claude_line(), claude_line(), claude_line("m2", "r2", cache_creation_input_tokens=7)])
    assert numbers(home) == (200, 20, 2000, 7)
    assert totals(home).tokens == 2227


def test_the_tokens_of_a_response_that_streams_are_those_of_its_fullest_line(home: Home, log: Path) -> None:
    write_log(log, [claude_line(output=5), claude_line(output=90), claude_line(output=30)])
    assert numbers(home) == (100, 90, 1000, 0)


def test_tokens_grow_with_a_response_that_streams_between_two_scans(home: Home, log: Path) -> None:
    write_log(log, [claude_line(output=5)])
    for output in (5, 20, 90):
        with log.open("ab") as file:
            file.write(claude_line(output=output))
        assert numbers(home) == (100, output, 1000, 0)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_each_request_counts_by_its_fullest_line(home: Home, log: Path, seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311  the same lines each time, no secret
    of_a_side_chain = {(message, request): pick.random() < 0.4 for message in "abcdef" for request in "rst"}
    requests = pick.choices(list(of_a_side_chain), k=60)
    lines = [(*request, pick.randrange(1, 9), of_a_side_chain[request]) for request in requests]
    written = [claude_line(m, r, output=output, sidechain=aside) for m, r, output, aside in lines]
    fullest: dict[tuple[str, str], int] = {}
    for message in "abcdef":
        of_message = [line for line in lines if line[0] == message]
        main = [line for line in of_message if not line[3]]
        for _, request, output, _ in main or of_message:
            key = message, request if main else ""
            fullest[key] = max(fullest.get(key, 0), output)
    expected = sum(fullest.values())
    write_log(log, written)
    assert ask(home, Question(), use_index=False).totals.output == expected
    write_log(log, [])
    while written:
        some = [written.pop(0) for _ in range(min(len(written), pick.randrange(1, 12)))]
        with log.open("ab") as file:
            file.writelines(some)
        seen = ask(home, Question()).totals.output
    assert seen == expected


def test_without_a_request_id_a_response_counts_once_in_its_session(
    home: Home, log: Path, tmp_path: Path
) -> None:
    lines = [claude_line("msg_0", None, output=5), claude_line("msg_0", None, output=9)]
    write_log(log, lines)
    assert numbers(home) == (100, 9, 1000, 0)
    other = write_log(tmp_path / "b.jsonl", lines)
    write_session(home, other, session=OTHER_SESSION)
    assert numbers(home) == (200, 18, 2000, 0), "another session's: gateways use ids again"


def test_lines_without_any_id_all_count(home: Home, log: Path) -> None:
    write_log(log, [claude_line(None, None)] * 3)
    assert numbers(home) == (300, 30, 3000, 0)
    with log.open("ab") as file:
        file.write(claude_line(None, None))
    assert numbers(home) == (400, 40, 4000, 0)


def test_a_failed_retry_costs_nothing(home: Home, log: Path) -> None:
    write_log(log, [claude_line("e1", "r1", model="<synthetic>"), claude_line("m1", "r2")])
    assert numbers(home) == (100, 10, 1000, 0)


def advisor(model: object = "claude-opus-4-7", **usage: object) -> dict[str, object]:
    return {"type": "advisor_message", "model": model, "input_tokens": 50, "output_tokens": 5, **usage}


def test_what_an_advisor_used_counts_once_for_its_own_model(home: Home, log: Path) -> None:
    own = {"type": "message", "input_tokens": 100, "output_tokens": 10}
    asked_twice = [own, advisor(cache_read_input_tokens=3), own, advisor(output_tokens=6), advisor(None)]
    streaming = claude_line(output=3, iterations=[own, advisor(output_tokens=1)])
    write_log(log, [streaming, *[claude_line(iterations=asked_twice)] * 2])
    assert numbers(home) == (100 + 2 * 50, 10 + 5 + 6, 1000 + 3, 0)
    lines = {line.name: line.totals for line in asked(home, Grouping.MODEL).lines}
    assert (lines["claude-opus-4-7"].input, lines["claude-sonnet-4-5"].input) == (100, 100)


def test_fast_mode_has_a_line_and_a_price_of_its_own(home: Home, log: Path) -> None:
    write_log(
        log,
        [
            claude_line("m1", "r1", model="claude-opus-5", speed="fast"),
            claude_line("m2", "r2", model="claude-opus-5", speed="standard"),
            claude_line("m3", "r3", model="claude-haiku-4-5", speed="fast"),
        ],
    )
    counted = asked(home, Grouping.MODEL)
    lines = {line.name: line.totals for line in counted.lines}
    fast, standard = lines["claude-opus-5-fast"].cost_usd, lines["claude-opus-5"].cost_usd
    assert fast is not None
    assert standard is not None
    assert fast == pytest.approx(2 * standard)
    assert lines["claude-haiku-4-5-fast"].cost_usd is None, "not guessed"


def test_a_subagents_message_in_the_log_of_its_parent_counts_once(home: Home, log: Path) -> None:
    def progress(line: bytes) -> bytes:
        data = {"type": "agent_progress", "message": json.loads(line)}
        return json.dumps({"type": "progress", "data": data}).encode() + b"\n"

    both, only_there = claude_line("m2", "r2", sidechain=True), claude_line("m3", "r3", sidechain=True)
    others = [
        b'{"type":"progress","data":{"type":"hook_progress","command":"x"}}\n',
        b'{"type":"progress","data":{"type":"agent_progress","message":"text"}}\n',
        b'{"type":"queue","data":"text"}\n',
    ]
    write_log(log, [claude_line(), *[progress(both)] * 2, progress(only_there), *others])
    write_log(log.with_suffix("") / "subagents" / "agent-a1.jsonl", [both])
    assert numbers(home) == (300, 30, 3000, 0)
    assert asked(home).troubles == ()


def test_subagents_count_and_repetitions_by_a_side_question_do_not(home: Home, log: Path) -> None:
    write_log(log, [claude_line("m1", "r1"), claude_line("m2", "r2")])
    folder = log.with_suffix("") / "subagents"
    write_log(folder / "agent-1.jsonl", [claude_line("s1", "r3", sidechain=True, output=4)] * 2)
    assert numbers(home) == (300, 24, 3000, 0)
    repeated = [claude_line("m1", "r4", sidechain=True), claude_line("m2", "r5", sidechain=True)]
    write_log(folder / "agent-2.jsonl", [*repeated, claude_line("b1", "r6", sidechain=True, output=1)])
    assert numbers(home) == (400, 25, 4000, 0)
    log.unlink()
    assert numbers(home) == (400, 25, 4000, 0), "a message in side chains only counts once"


@pytest.mark.parametrize("first", ["the original", "the copy"])
def test_repetitions_by_a_resumed_session_count_for_the_original(
    home: Home, log: Path, tmp_path: Path, first: str
) -> None:
    original, new = [claude_line("m1", "r1"), claude_line("m2", "r2")], claude_line("m3", "r3")
    copy = tmp_path / "b.jsonl"
    if first == "the original":
        write_log(log, original)
        totals(home)
    write_log(copy, [*original, new])
    write_session(home, copy, session=OTHER_SESSION, startTime=START + 1)
    totals(home)
    write_log(log, original)
    by_session = {line.name: line.totals.output for line in asked(home, Grouping.SESSION).lines}
    assert by_session == {SESSION: 20, OTHER_SESSION: 10}
    log.unlink()
    by_session = {line.name: line.totals.output for line in asked(home, Grouping.SESSION).lines}
    assert by_session == {SESSION: None, OTHER_SESSION: 30}, "only the copy is left"


def test_a_log_named_by_two_sessions_counts_once(home: Home, log: Path) -> None:
    write_log(log, [claude_line()])
    write_session(home, log, session=OTHER_SESSION, startTime=START + 1)
    assert numbers(home) == (100, 10, 1000, 0)
    assert totals(home).unknown_sessions == 0


def test_only_what_was_appended_is_read(home: Home, log: Path) -> None:
    write_log(log, [claude_line(f"m{number}", "r") for number in range(2000)])
    first = ask(home, Question())
    assert first.read_bytes > log.stat().st_size
    with log.open("ab") as file:
        file.write(claude_line("new", "r"))
    again = ask(home, Question())
    assert again.read_bytes < 1000, "the line, and the session's own files, which are not settled yet"
    assert again.totals.output == 20_010


def test_a_continued_session_does_not_cause_its_log_to_be_read_again(home: Home, log: Path) -> None:
    write_log(log, [claude_line(f"m{number}", "r") for number in range(500)])
    ask(home, Question())
    write_session(home, log, activeDurationMs=5000)
    assert ask(home, Question()).read_bytes < 2000


# --- what is not known


UNKNOWN = (None, None, None, None)


def test_without_its_log_the_tokens_of_a_session_are_unknown_and_not_zero(home: Home, log: Path) -> None:
    counted = totals(home)
    assert (counted.tokens, counted.cost_usd, counted.turns, counted.unknown_sessions) == (None, None, 1, 1)
    assert numbers(home) == UNKNOWN
    write_log(log, [claude_line()])
    assert totals(home).tokens == 1110
    log.unlink()
    assert numbers(home) == UNKNOWN, "Claude Code removes logs after 30 days"


def test_known_tokens_are_shown_beside_sessions_with_unknown_ones(
    home: Home, log: Path, tmp_path: Path
) -> None:
    write_log(log, [claude_line()])
    write_session(home, tmp_path / "gone.jsonl", session=OTHER_SESSION)
    assert (totals(home).tokens, totals(home).unknown_sessions, totals(home).sessions) == (1110, 1, 2)
    by_session = {line.name: line.totals.tokens for line in asked(home, Grouping.SESSION).lines}
    assert by_session == {SESSION: 1110, OTHER_SESSION: None}


@pytest.mark.parametrize("agent", ["opencode", "kimi", "claude-desktop", "", "codemie-code"])
def test_the_tokens_of_an_agent_whose_logs_are_not_understood_are_unknown(
    home: Home, log: Path, agent: str
) -> None:
    write_log(log, [claude_line()])
    write_session(home, log, agent=agent)
    assert numbers(home) == UNKNOWN


@pytest.mark.parametrize(
    "name", ["", "a1.jsonl", "../a1.jsonl", "/dev/zero", "/etc/passwd", "\0.jsonl", "~/x.jsonl"]
)
def test_a_path_that_cannot_be_a_log_is_not_opened(home: Home, log: Path, name: str) -> None:
    write_session(home, name)
    assert numbers(home) == UNKNOWN


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe", "folder", "device"])
def test_anything_but_a_regular_file_is_not_read(home: Home, log: Path, tmp_path: Path, kind: str) -> None:
    log.parent.mkdir(parents=True)
    real = write_log(tmp_path / "real.jsonl", [claude_line()])
    if kind == "link":
        log.symlink_to(real)
    elif kind == "link to nothing":
        log.symlink_to(tmp_path / "nothing")
    elif kind == "pipe":
        os.mkfifo(log)
    elif kind == "folder":
        log.mkdir()
    else:
        write_session(home, "/dev/stdin.jsonl")
    assert numbers(home) == UNKNOWN


def test_a_log_of_one_object_that_is_too_large_is_not_read(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "session-1.json"
    message = {"id": "g", "tokens": {"input": 5}, "content": "x" * 5000}
    path.write_text(json.dumps({"messages": [message]}))
    write_session(home, path, agent="gemini")
    assert totals(home).input == 5
    monkeypatch.setattr("codemie_core.sessions.usage.refresh.logs.WHOLE_LIMIT_BYTES", 1000)
    path.write_text(json.dumps({"messages": [message, message]}))
    usage = asked(home)
    assert usage.totals.input is None
    assert [(trouble.path, trouble.reason) for trouble in usage.troubles] == [
        (str(path), "longer than 1000 bytes")
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no json",
        b"[]",
        b'{"message":[1]}',
        b'{"message":"words"}',
        b'{"message":{"usage":null}}',
        b'{"message":{"id":7,"usage":{}}}',
        b'{"message":{"usage":{"input_tokens":-1}}}',
        b'{"message":{"usage":{"input_tokens":"9"}}}',
        b'{"message":{"usage":{"input_tokens":1e400}}}',
        b'{"message":{"usage":{"input_tokens":99999999999999999999}}}',
        b'{"type":"user","message":{"role":"user","content":"x"},"isSidechain":null}',
        b'{"type":"file-history-snapshot","messageId":"x","snapshot":{}}',
    ],
    ids=repr,
)
def test_a_line_of_another_kind_or_a_damaged_one_changes_nothing(home: Home, log: Path, line: bytes) -> None:
    write_log(log, [claude_line("m1", "r1"), line + b"\n", claude_line("m2", "r2")])
    assert numbers(home) == (200, 20, 2000, 0)


def test_a_damaged_line_is_reported_with_its_log(home: Home, log: Path) -> None:
    write_log(log, [claude_line(), b"no record\n"])
    (trouble,) = asked(home).troubles
    assert (trouble.path, trouble.bad, trouble.places) == (
        str(log),
        1,
        ((len(claude_line()), "not a record"),),
    )


# --- which sessions, what is kept


def test_the_log_of_a_session_resumed_outside_of_the_cli_does_not_count(home: Home, log: Path) -> None:
    write_log(log, [claude_line()])
    write_session(home, log, origin="external-resume")
    assert totals(home) == Totals()


def test_both_names_of_a_session_count_its_log_once(home: Home, log: Path) -> None:
    write_log(log, [claude_line()])
    folder = Path(home.sessions)
    for end in (".json", "_metrics.jsonl"):
        shutil.copyfile(folder / f"{SESSION}{end}", folder / f"completed_{SESSION}{end}")
        shutil.copyfile(folder / f"{SESSION}{end}", folder / f"{SESSION} (1){end}")
    assert (totals(home).tokens, totals(home).sessions) == (1110, 1)


def test_a_turn_of_more_than_one_model_is_in_the_line_of_each_and_once_in_all(home: Home, log: Path) -> None:
    turn: dict[str, object] = {
        "recordId": "r",
        "sessionId": SESSION,
        "syncStatus": "synced",
        "tools": {"Read": 2},
    }
    turn |= {"models": ["claude-sonnet-4-5", "eu.anthropic.claude-haiku-4-5-v1:0"], "timestamp": START}
    Path(home.sessions, f"{SESSION}_metrics.jsonl").write_text(json.dumps(turn) + "\n")
    usage = asked(home, Grouping.MODEL)
    assert {line.name: line.totals.turns for line in usage.lines} == {
        "claude-sonnet-4-5": 1,
        "claude-haiku-4-5": 1,
    }
    assert (usage.totals.turns, usage.totals.tool_calls, usage.totals.sessions) == (1, 2, 1)


def test_projects_and_hours(home: Home, log: Path) -> None:
    write_log(log, [claude_line(), claude_line("m2", "r2", at="2026-11-18T12:59:59.999Z")])
    (project,) = asked(home, Grouping.PROJECT).lines
    assert (project.name, project.totals.tokens, project.totals.turns) == ("/home/dev/demo", 2220, 1)
    hours = [(line.name, line.totals.tokens, line.totals.turns) for line in asked(home, Grouping.HOUR).lines]
    assert hours == [("2026-11-18 10:00", 1110, 0), ("2026-11-18 11:00", 0, 1), ("2026-11-18 12:00", 1110, 0)]


def test_no_text_of_a_log_is_stored(home: Home, log: Path) -> None:
    write_log(log, [claude_line(f"m{number}", "r") for number in range(50)])
    assert totals(home).tokens
    dump = "\n".join(sqlite3.connect(index_path(home)).iterdump())
    assert "secret words" not in dump
    assert b"secret words" not in Path(index_path(home)).read_bytes()


# --- the other agents


def codex_event(
    *, total: int | None, last: int | None, at: str = "2026-11-18T10:27:00Z", cached: int = 0
) -> bytes:
    def block(count: int) -> dict[str, int]:
        return {"input_tokens": count, "cached_input_tokens": cached, "output_tokens": count // 10}

    info = {
        name: block(count)
        for name, count in (("total_token_usage", total), ("last_token_usage", last))
        if count
    }
    return _line({"timestamp": at, "type": "event_msg", "payload": {"type": "token_count", "info": info}})


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def codex_start(thread: str, model: str = "gpt-5-codex", **more: str) -> bytes:
    meta = {"type": "session_meta", "payload": {"id": thread, **more}}
    return _line(meta) + _line({"type": "turn_context", "payload": {"model": model}})


PARENT, CHILD = "019e1625-789d-76c0-80ab-3724b5ddb701", "019e1625-789d-76c0-80ab-3724b5ddb702"


def test_a_codex_request_counts_once_even_if_its_event_is_repeated(home: Home, tmp_path: Path) -> None:
    path = tmp_path / f"rollout-1-{PARENT}.jsonl"
    write_session(home, path, agent="codemie-codex")
    write_log(path, [codex_start(PARENT), codex_event(total=100, last=100), codex_event(total=100, last=100)])
    assert numbers(home) == (100, 10, 0, 0)
    with path.open(
        "ab"
    ) as file:  # the reader continues where it was: same total, then a new one of another model
        file.write(
            codex_event(total=100, last=100) + _line({"type": "turn_context", "payload": {"model": "gpt-5"}})
        )
        file.write(codex_event(total=300, last=200, cached=150))
    assert numbers(home) == (150, 30, 150, 0)
    assert {line.name for line in asked(home, Grouping.MODEL).lines} >= {"gpt-5-codex", "gpt-5"}
    with path.open("ab") as file:
        file.write(codex_event(total=350, last=None))
    assert totals(home).output == 35, "without the latest request's numbers it is what the total grew by"


@pytest.mark.parametrize("switched_by", ["an event", "a call"])
def test_a_thread_started_by_codex_counts_without_repetitions(
    home: Home, tmp_path: Path, switched_by: str
) -> None:
    path = tmp_path / f"rollout-1-{PARENT}.jsonl"
    write_session(home, path, agent="codex")
    payload: dict[str, object] = {"type": "collab_agent_spawn_end", "new_thread_id": CHILD}
    if switched_by == "a call":
        payload = {
            "type": "function_call",
            "name": "wait_agent",
            "arguments": json.dumps({"targets": [CHILD]}),
        }
    first = codex_event(total=100, last=100)
    write_log(path, [codex_start(PARENT), first, _line({"type": "event_msg", "payload": payload})])
    again = codex_event(total=100, last=100, at="2026-11-18T10:30:00Z")
    new = codex_event(total=140, last=40)
    child = [codex_start(CHILD, parent_thread_id=PARENT), again, new]
    write_log(tmp_path / f"rollout-2-{CHILD}.jsonl", child)
    write_log(
        tmp_path / "rollout-3-019e1625-789d-76c0-80ab-3724b5ddb703.jsonl", [codex_event(total=9, last=9)]
    )
    assert numbers(home) == (140, 14, 0, 0)


def test_identical_first_requests_of_two_threads_both_count(home: Home, tmp_path: Path) -> None:
    for session, thread in ((SESSION, PARENT), (OTHER_SESSION, CHILD)):
        path = tmp_path / f"rollout-1-{thread}.jsonl"
        write_session(home, path, session=session, agent="codex")
        write_log(path, [codex_start(thread), codex_event(total=100, last=100)])
    assert numbers(home) == (200, 20, 0, 0)


def test_a_gemini_message_counts_once_even_if_it_is_repeated(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "session-1.jsonl"
    write_session(home, path, agent="gemini")

    def message(**tokens: int) -> bytes:
        return _line({"id": "g1", "type": "gemini", "model": "gemini-2.5-pro", "tokens": tokens})

    lines = [_line({"sessionId": "x", "kind": "main"}), message(input=50, output=1), _line({"$set": {}})]
    write_log(path, [*lines, message(input=50, output=8, thoughts=2, cached=30, tool=5)])
    assert numbers(home) == (25, 10, 30, 0)
    assert totals(home).tokens == 65, "as the log's own total: input, output, thoughts, tools"


def test_fast_mode_of_codex_lasts_until_it_is_turned_off(home: Home, tmp_path: Path) -> None:
    def settings(**content: object) -> bytes:
        payload = {"type": "thread_settings_applied", "thread_settings": content}
        return _line({"type": "event_msg", "payload": payload})

    path = tmp_path / f"rollout-1-{PARENT}.jsonl"
    write_session(home, path, agent="codex")
    steps = [
        (b"", "gpt-5-codex"),
        (settings(service_tier="priority"), "gpt-5-codex-fast"),
        (settings(model="gpt-5-codex"), "gpt-5-codex-fast"),
        (settings(service_tier="flex"), "gpt-5-codex"),
        (settings(service_tier="fast"), "gpt-5-codex-fast"),
    ]
    write_log(path, [codex_start(PARENT)])
    expected: dict[str, int] = {}
    for number, (event, model) in enumerate(steps, 1):  # each time, the reader continues where it was
        with path.open("ab") as file:
            file.write(event + codex_event(total=100 * number, last=100))
        expected[model] = expected.get(model, 0) + 110
        lines = {line.name: line.totals.tokens for line in asked(home, Grouping.MODEL).lines}
        assert {name: tokens for name, tokens in lines.items() if tokens} == expected


def test_what_codex_writes_to_the_cache_is_no_input(home: Home, tmp_path: Path) -> None:
    path = tmp_path / f"rollout-1-{PARENT}.jsonl"
    write_session(home, path, agent="codex")
    block = {
        **{"input_tokens": 100, "cached_input_tokens": 40, "cache_write_input_tokens": 25},
        **{"output_tokens": 7, "reasoning_output_tokens": 3, "total_tokens": 107},
    }
    payload = {"type": "token_count", "info": {"total_token_usage": block, "last_token_usage": block}}
    write_log(path, [codex_start(PARENT), _line({"type": "event_msg", "payload": payload})])
    assert numbers(home) == (35, 7, 40, 25)
    assert totals(home).tokens == block["total_tokens"]


def test_the_recorded_logs_of_three_agents(tmp_path: Path) -> None:
    home = golden_home(tmp_path)
    by_agent = {line.name: line.totals.tokens for line in asked(home, Grouping.AGENT).lines}
    assert by_agent == {"claude": 305_861, "codemie-codex": 84_100, "gemini": 26_817}
    assert asked(home).totals.unknown_sessions == 0
    assert not asked(home).troubles


@pytest.mark.parametrize(
    "path", [r"C:\Users\a\.claude\projects\x\a.jsonl", "/home/a/.claude/projects/x/a.jsonl"]
)
def test_a_log_is_looked_up_only_by_a_path_of_this_system(path: str) -> None:
    here = path.startswith("C:") if sys.platform == "win32" else path.startswith("/")
    assert (logs_of_session(path, "claude", str) == [path]) is here
    for other in ("a.jsonl", r"\\server\share\a.jsonl", r"\\?\UNC\server\share\a.jsonl"):
        assert logs_of_session(other, "claude", str) == []
