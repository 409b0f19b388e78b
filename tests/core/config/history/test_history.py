"""The history: what is saved, and what can never happen to it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.config.history.history_home import DAY, NOW, config, home, in_the_way, keep, loader_of, write

from codemie_core import Home, StoreError, VersionNotFound
from codemie_core.config.history import History, Origin, Version
from codemie_core.config.history.outline import LARGE_BYTES, fields_of, outline_from
from codemie_core.config.history.version import version_named, version_of
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.files.lock import StoreLock

__all__ = ["home"]


# ---- what is kept ----------------------------------------------------------------------------------


def test_our_change_saves_the_version_it_replaces_and_the_one_it_writes(home: Home) -> None:
    before = Path(home.join("config.json")).read_bytes()
    loader_of(home).switch_profile("personal")
    history = History(home)
    newest, older = history.entries()
    assert (newest.origin, older.origin) == (Origin.OWN, Origin.OTHER)
    assert history.read(newest) == Path(home.join("config.json")).read_bytes()
    assert history.read(older) == before
    assert (newest.profiles, newest.layout) == (2, CLASSIC)


def test_a_version_by_another_program_is_saved_once(home: Home) -> None:
    loader = loader_of(home)
    first = loader.keep_seen()
    assert first is not None
    assert first.origin is Origin.OTHER
    assert loader.keep_seen() == first
    write(home, config("work"))
    second = loader.keep_seen()
    assert loader.history.entries() == [second, first]


def test_a_version_written_while_nobody_watched_has_the_time_of_its_file(home: Home) -> None:
    an_hour_ago = time.time() - 3600
    os.utime(home.join("config.json"), (an_hour_ago, an_hour_ago))
    kept = loader_of(home).keep_seen()
    assert kept is not None
    assert abs(kept.at_microseconds - an_hour_ago * 1e6) < 2_000


def test_a_version_that_reappears_is_not_written_again_and_becomes_the_newest(home: Home) -> None:
    loader = loader_of(home)
    for _ in range(5):
        loader.switch_profile("personal")
        loader.switch_profile("work")
    entries = loader.history.entries()
    assert [loader.history.version(entry).active for entry in entries] == ["work", "personal"]
    assert len(os.listdir(home.history)) == 2


def test_times_increase_whatever_the_clock_and_the_files_say(home: Home) -> None:
    clock = [NOW]
    history = History(home, now=lambda: clock[0])
    for number, (now, made_at) in enumerate(
        [(NOW, None), (NOW - DAY, None), (NOW, NOW + DAY), (NOW, NOW - 5 * DAY), (NOW, 0), (NOW + 1, None)]
    ):
        clock[0] = now
        keep(history, b"%d" % number, made_at_microseconds=made_at)
    assert [history.read(entry) for entry in history.entries()] == [b"5", b"4", b"3", b"2", b"1", b"0"]
    times = [entry.at_microseconds for entry in history.entries()]
    assert times == sorted(set(times), reverse=True)


def test_a_broken_or_missing_or_half_written_file_is_not_kept(home: Home) -> None:
    loader = loader_of(home)
    for data in (b"", b"{", config("work")[:-3], b"[]", b"\xff\xfe", b'{"profiles": 1}'):
        write(home, data)
        assert loader.keep_seen() is None
    os.unlink(home.join("config.json"))
    assert loader.keep_seen() is None
    assert loader.history.entries() == []


def test_the_same_bytes_in_the_other_layout_are_a_different_version(home: Home) -> None:
    loader = loader_of(home)
    loader.keep_seen()
    os.rename(home.join("config.json"), home.join(CLI.config_name))
    loader.keep_seen()
    assert [entry.layout for entry in loader.history.entries()] == [CLI, CLASSIC]


def test_a_damaged_copy_is_not_mistaken_for_the_version_which_is_saved_again(home: Home) -> None:
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    with open(loader.history.path_of(entry), "r+b") as file:
        file.write(b"\0" * 20)
    with pytest.raises(VersionNotFound, match="gone or damaged"):
        loader.history.read(entry)
    loader.switch_profile("personal")
    entries = loader.history.entries()
    assert any(
        json.loads(loader.history.read(kept)) == json.loads(config("work", "personal"))
        for kept in entries
        if kept != entry
    )


def test_a_version_is_found_by_the_beginning_of_its_id(home: Home) -> None:
    history = History(home)
    entries = [keep(history, b"%d" % number) for number in range(8)]
    for entry in entries:
        assert history.find(entry.id) == entry
        assert history.find(entry.id.upper()) == entry
    for nobody in ("", "zz", "00000000", "../x"):
        with pytest.raises(VersionNotFound):
            history.find(nobody)
    starts = Counter(entry.id[0] for entry in entries)
    start, count = starts.most_common(1)[0]
    assert count > 1
    with pytest.raises(VersionNotFound, match="More than one"):
        history.find(start)


def test_unrelated_files_in_the_folder_are_neither_read_nor_removed(home: Home) -> None:
    loader_of(home).keep_seen()
    mine = Path(home.history, "notes.txt")
    mine.write_text("mine")
    odd = Path(home.history, "99-own-classic-1-1-00000000.json")
    odd.write_text("x")
    orphan = Path(home.history, ".1795391187184035-own-classic-2-317-413ab049.json.4711-0badcafe.tmp")
    orphan.write_text("half")
    loader_of(home).switch_profile("personal")
    assert mine.read_text() == "mine"
    assert odd.exists()
    assert not orphan.exists()
    assert len(History(home).entries()) == 2


NAMED = st.builds(
    version_of,
    st.binary(max_size=50),
    at_microseconds=st.integers(0, 10**16 - 1),
    origin=st.sampled_from(Origin),
    layout=st.sampled_from([CLASSIC, CLI]),
    profiles=st.integers(0, 999_999),
)


@given(NAMED)
def test_a_file_name_holds_all_metadata(entry: Version) -> None:
    assert version_named(entry.file_name) == entry


# ---- identity -------------------------------------------------------------------------------------


def with_the_checksum_of(data: bytes, wanted: int) -> bytes:
    """Return `data` with some of its `@`s replaced by `A`s so that it has the given CRC-32."""
    spots = [at for at, byte in enumerate(data) if byte == ord("@")]
    base = zlib.crc32(data)

    def flipped(chosen: set[int]) -> bytes:
        return bytes(byte | (at in chosen) for at, byte in enumerate(data))

    # CRC-32 is linear: each position flips the same bits, whatever the others do.
    rows: list[tuple[int, set[int]]] = []
    for spot in spots:
        bits, chosen = zlib.crc32(flipped({spot})) ^ base, {spot}
        for row_bits, row_spots in rows:
            if bits ^ row_bits < bits:
                bits, chosen = bits ^ row_bits, chosen ^ row_spots
        if bits:
            rows.append((bits, chosen))
            rows.sort(key=lambda row: row[0], reverse=True)
    left, chosen = base ^ wanted, set()
    for row_bits, row_spots in rows:
        if left ^ row_bits < left:
            left, chosen = left ^ row_bits, chosen ^ row_spots
    assert left == 0
    return flipped(chosen)


def crafted(whole: bytes) -> bytes:
    """Return a version without `personal` that has the size and CRC-32 of `whole`."""
    poor = config("work", filler="@" * 64)
    poor = config("work", filler="@" * (64 + len(whole) - len(poor)))
    forged = with_the_checksum_of(poor, zlib.crc32(whole))
    assert (len(forged), zlib.crc32(forged)) == (len(whole), zlib.crc32(whole))
    return forged


@pytest.mark.parametrize("by_an_earlier_release", [False, True])
def test_a_loss_is_detected_even_if_the_version_is_crafted_to_look_the_same(
    home: Home, by_an_earlier_release: bool
) -> None:
    whole = config("work", "personal", filler="x" * 200)
    write(home, whole)
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    if by_an_earlier_release:
        as_before = dataclasses.replace(entry, digest=f"{zlib.crc32(whole):08x}")
        os.rename(loader.history.path_of(entry), loader.history.path_of(as_before))
        loader = loader_of(home)
        assert loader.history.read(loader.history.entries()[0]) == whole
    write(home, crafted(whole))
    offer = loader.offer(loader.load())
    assert offer is not None
    assert offer.lost == ("personal",)
    loader.keep_seen()
    assert len(loader.history.entries()) == 2
    again = loader.offer(loader.load())
    assert again is not None
    assert again.lost == ("personal",)
    loader.restore(again.version)
    assert Path(home.join("config.json")).read_bytes() == whole


def test_the_control_with_a_32_bit_checksum_is_fooled_by_the_crafted_version() -> None:
    whole = config("work", "personal", filler="x" * 200)
    entry = dataclasses.replace(version_of(whole, **NOTHING), digest=f"{zlib.crc32(whole):08x}")
    assert entry.holds(crafted(whole))
    assert not version_of(whole, **NOTHING).holds(crafted(whole))


NOTHING: dict[str, Any] = {"at_microseconds": NOW, "origin": Origin.OTHER, "layout": CLASSIC, "profiles": 2}


def test_file_names_of_an_earlier_release_are_read_and_get_the_new_form_when_the_version_reappears(
    home: Home,
) -> None:
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    data = loader.history.read(entry)
    old = f"1700000000000000-own-classic-2-{len(data)}-{zlib.crc32(data):08x}.json"
    os.rename(loader.history.path_of(entry), os.path.join(home.history, old))
    found = loader.history.find(f"{zlib.crc32(data):08x}"[:5])
    assert (found.file_name, loader.history.read(found)) == (old, data)
    assert loader.keep_seen() == found, "the same bytes are the same state"
    write(home, config("work", "personal", x=1))
    loader.keep_seen()
    write(home, data)
    newest = loader.keep_seen()
    assert newest is not None
    assert len(newest.digest) == 64
    assert len(loader.history.entries()) == 2


def test_versions_with_the_same_prefix_are_distinguished_by_more_digits(home: Home) -> None:
    history = History(home)
    entry = keep(history, b"1")
    twin = dataclasses.replace(entry, at_microseconds=5, digest=entry.id + "0" * 56)
    Path(history.path_of(twin)).write_bytes(b"1")
    with pytest.raises(VersionNotFound, match="More than one") as caught:
        history.find(entry.id)
    assert entry.digest in caught.value.advice
    assert history.find(entry.digest) == entry


def test_a_large_version_is_summarized_like_a_small_one(home: Home) -> None:
    profiles = {
        f"p{number}": {"name": f"p{number}", "n": [1e3, number], "é": "\ud83d"} for number in range(1600)
    }
    for text in (
        json.dumps({"activeProfile": "p1", "profiles": profiles}),
        json.dumps({"activeProfile": "p1", "profiles": profiles}, indent=2, ensure_ascii=True),
        "\ufeff" + json.dumps({"activeProfile": "p1", "profiles": profiles}),
        json.dumps({"provider": "x", "apiKey": "k", "note": "y" * LARGE_BYTES}),
    ):
        data = text.encode()
        assert len(data) > LARGE_BYTES
        write(home, data)
        loader = loader_of(home)
        entry = loader.keep_seen()
        assert entry is not None
        whole, large = outline_from(loader.history.version(entry)), loader.history.outline(entry)
        assert large.active == whole.active
        assert {name: fields_of(found) for name, found in large.profiles.items()} == {
            name: fields_of(found) for name, found in whole.profiles.items()
        }


# ---- what a command reads --------------------------------------------------------------------------


def test_a_reading_command_saves_what_it_read_once(home: Home) -> None:
    loader = loader_of(home)
    assert loader.load_and_keep().active == "work"
    assert loader.trouble is None
    assert loader_of(home).load_and_keep().active == "work"
    assert [History(home).read(entry) for entry in History(home).entries()] == [config("work", "personal")]


@contextlib.contextmanager
def locked_by_another_thread(home: Home) -> Iterator[None]:
    """Hold the lock as another writer would."""
    ready, over = threading.Event(), threading.Event()

    def hold() -> None:
        with StoreLock(home.lock):
            ready.set()
            over.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert ready.wait(60)
    try:
        yield
    finally:
        over.set()
        holder.join()


@pytest.mark.parametrize("kind", ["in the way", "another program writes", "a home of another user"])
def test_a_reading_command_works_even_if_it_cannot_save_a_version(
    home: Home, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = loader_of(home)
    held = contextlib.nullcontext()
    if kind == "in the way":
        in_the_way(home)
    elif kind == "another program writes":
        held = locked_by_another_thread(home)  # type: ignore[assignment]
    elif os.name != "posix":
        pytest.skip("owners are POSIX")
    else:
        mine = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    began = time.monotonic()
    with held:
        assert loader.load_and_keep().active == "work"
    assert time.monotonic() - began < 30, "it waited for the other to finish"
    assert isinstance(loader.trouble, StoreError) == (kind == "in the way")
    if kind == "a home of another user":
        assert not os.path.exists(home.tray), "its owner could not enter"


def test_the_offer_does_not_depend_on_whether_the_current_version_was_saved(home: Home) -> None:
    """The dry run of a restore must not save, and the run does; both offer the same."""
    loader = loader_of(home)
    loader.switch_profile("personal")
    write(home, config("personal", active="personal"))
    planned = loader_of(home)
    before = sorted(os.listdir(home.history))
    offer = planned.offer(planned.load())
    assert offer is not None
    assert offer.lost == ("work",)
    assert sorted(os.listdir(home.history)) == before
    planned.keep_seen()
    assert planned.offer(planned.load()) == offer


# ---- secrets ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_every_history_file_is_private_from_its_creation(home: Home, tmp_path: Path, umask: int) -> None:
    trace = tmp_path / "trace"
    program = (
        "import os, sys; os.umask(int(sys.argv[2]))\n"
        "from codemie_core import ConfigLoader, Home\n"
        "loader = ConfigLoader(Home(sys.argv[1])); loader.keep_seen(); loader.switch_profile('personal')\n"
        "loader.restore(loader.history.entries()[1])\n"
    )
    calls = "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat"
    subprocess.run(
        ["strace", "-f", "-e", calls, "-o", str(trace), sys.executable, "-c", program, home.path, str(umask)],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    lines = [line for line in trace.read_text().splitlines() if f"{home.path}/tray" in line]
    created = [line for line in lines if "O_CREAT" in line and "/history/" in line]
    folders = [line for line in lines if "mkdir" in line]
    assert len(created) >= 2
    assert all("0600) =" in line for line in created), created
    assert folders
    assert all("0700) =" in line for line in folders), folders
    assert not any("chmod" in line for line in lines)
    for folder, _, files in os.walk(home.tray):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        for name in files:
            assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600


# ---- beside a program that knows no lock -----------------------------------------------------------


def test_the_history_never_contains_a_torn_version(home: Home) -> None:
    """Against rewrites in place of very different sizes, with pauses long enough for one reading."""
    program = (
        "import json, os, sys, time\n"
        "n, began = 0, time.monotonic()\n"
        "while n < 300 or not os.path.exists(sys.argv[2]):\n"
        "    n += 1\n"
        "    profiles = {f'p{i}': {'provider': 'x' * 50, 'n': n} for i in range(n % 40 + 1)}\n"
        "    text = json.dumps({'activeProfile': 'p0', 'profiles': profiles, 'count': len(profiles)})\n"
        "    with open(sys.argv[1], 'w') as file:\n"
        "        half = len(text) // 2\n"
        "        file.write(text[:half]); file.flush(); file.write(text[half:])\n"
        "    if n % 3 == 0:\n"
        "        time.sleep(max(0.002, int(sys.argv[3]) * (time.monotonic() - began)))\n"
        "        began = time.monotonic()\n"
        "print(n)\n"
    )
    enough = home.join("enough")
    # A reading takes as long as two or three writes; under Wine, as twenty.
    rest = "10" if sys.platform == "win32" else "1"
    writer = subprocess.Popen(
        [sys.executable, "-c", program, home.join("config.json"), enough, rest],
        stdout=subprocess.PIPE,
        text=True,
    )
    seen: set[str] = set()
    loader = loader_of(home)
    problems: list[str] = []

    def look() -> None:
        began = time.monotonic()
        while writer.poll() is None:
            passed = time.monotonic() - began
            if passed > 60 or (passed > 3 and len(seen) > 20):
                Path(enough).touch()
            loader.keep_seen()
            for entry in loader.history.entries():
                if entry.file_name in seen:
                    continue
                try:
                    written = json.loads(loader.history.read(entry))
                except VersionNotFound:
                    continue  # pruned meanwhile
                seen.add(entry.file_name)
                if (
                    "count" in written and len(written["profiles"]) != written["count"]
                ) or entry.profiles == 0:
                    problems.append(entry.file_name)

    thread = threading.Thread(target=look)
    thread.start()
    output, _ = writer.communicate(timeout=120)
    thread.join()
    print(f"{output.strip()} writes, {len(seen)} versions")
    assert len(seen) > 20
    assert not problems
