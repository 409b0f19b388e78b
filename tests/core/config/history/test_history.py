"""The history: what is saved, for how long, and what can never happen to it."""

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
from tests.support.other_users import NOBODY, as_root, become, folder_for_anybody, preload

from codemie_core import ConfigLoader, Home, StoreDenied, StoreError, StoreFull, VersionNotFound
from codemie_core.config.history import History, Origin, Version, loss_of
from codemie_core.config.history.outline import LARGE_BYTES, fields_of, outline_from
from codemie_core.config.history.pruning import DAYS, NEWEST, TOTAL_LIMIT_BYTES, dropped
from codemie_core.config.history.version import version_named, version_of
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.files.lock import StoreLock

DAY = 86_400_000_000
NOW = 1_800_000_000_000_000


def config(*names: str, active: str = "work", **more: object) -> bytes:
    profiles = {name: {"provider": "anthropic", "authToken": f"sk-{name}"} for name in names}
    return json.dumps({"activeProfile": active, "profiles": profiles, **more}, indent=2).encode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config.json").write_bytes(config("work", "personal"))
    return Home(str(tmp_path))


def loader_of(home: Home) -> ConfigLoader:
    return ConfigLoader(home, settle_seconds=0)


def write(home: Home, data: bytes, name: str = "config.json") -> None:
    with open(home.join(name), "wb") as file:
        file.write(data)


def keep(history: History, data: bytes, origin: Origin = Origin.OTHER, **more: object) -> Version:
    os.makedirs(os.path.dirname(history.folder), exist_ok=True)
    return history.keep(data, layout=CLASSIC, profiles=1, origin=origin, **more)  # type: ignore[arg-type]


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


# ---- how long --------------------------------------------------------------------------------------


def entries_at(*moments: tuple[int, int], size: int = 1000) -> list[Version]:
    """Entries of (time, number of profiles), newest first."""
    made = [Version(at, Origin.OTHER, CLASSIC, profiles, size, f"{at:064x}") for at, profiles in moments]
    return sorted(made, key=lambda entry: entry.at_microseconds, reverse=True)


def test_the_newest_twenty_and_one_per_day_for_thirty_days_are_kept() -> None:
    entries = entries_at(*((NOW - number * DAY // 4, 3) for number in range(200)))
    gone = dropped(entries, now_microseconds=NOW)
    left = [entry for entry in entries if entry not in gone]
    assert left[:NEWEST] == entries[:NEWEST]
    days = [entry.at_microseconds // DAY for entry in left]
    assert set(days) == {NOW // DAY - age for age in range(DAYS)}
    assert all(days.count(day) == 1 for day in days if day < min(days[:NEWEST]))


def test_a_flood_of_poor_versions_does_not_push_out_the_best_one_of_the_day() -> None:
    start = NOW // DAY * DAY
    entries = entries_at((start, 3), *((start + 1 + number, number % 3) for number in range(500)))
    left = set(entries) - set(dropped(entries, now_microseconds=NOW))
    assert entries[-1] in left
    assert len(left) == NEWEST + 1


def left_of(entries: list[Version]) -> list[Version]:
    gone = dropped(entries, now_microseconds=NOW)
    return [entry for entry in entries if entry not in gone]


def test_the_total_size_is_limited_and_the_oldest_of_equal_sizes_are_removed() -> None:
    entries = entries_at(*((NOW - number, 3) for number in range(20)), size=1 << 20)
    assert left_of(entries) == entries[: 2 + (TOTAL_LIMIT_BYTES >> 20)]  # the newest two do not count


@pytest.mark.parametrize("profiles", [0, 1])
def test_two_huge_versions_do_not_push_out_a_good_one(profiles: int) -> None:
    good = entries_at(*((NOW - DAY // 4 * number - 10, 3) for number in range(40)))
    huge = entries_at((NOW, profiles), (NOW - 1, profiles), size=16 << 20)
    left = left_of([*huge, *good])
    assert set(good[: NEWEST - 2]) < set(left)
    assert len({entry.at_microseconds // DAY for entry in left}) == 10 + 1
    # When they reappear later and are no longer the newest two, they are removed first.
    later = entries_at((NOW + 1, 3), (NOW + 2, 3))
    assert not set(huge) & set(left_of([*reversed(later), *huge, *good]))


def test_the_largest_is_removed_first_but_never_a_days_best_or_our_newest() -> None:
    own = Version(NOW - 9 * DAY, Origin.OWN, CLASSIC, 1, 1 << 20, "0" * 64)
    best = [entry for number in range(1, 9) for entry in entries_at((NOW - number * DAY, 9), size=1 << 20)]
    poor = entries_at(*((NOW - number, 1) for number in range(5)), size=2 << 20)
    flood = entries_at(*((NOW - 100 - number, 1) for number in range(15)), size=1 << 20)
    entries = [*poor, *flood, *best, own]
    left = left_of(entries)
    assert {own, *best, *poor[:2]} <= set(left)
    assert set(entries) - set(left) == set(poor[3:]), "the largest that may be removed, the oldest of those"


def test_our_newest_version_is_kept_behind_any_number_of_others() -> None:
    own = Version(NOW - DAY // 8, Origin.OWN, CLASSIC, 1, 1000, "0" * 64)
    others = entries_at(*((NOW - number, 2) for number in range(500)))
    assert own in left_of([*others, own])


def test_a_version_too_large_to_read_is_never_a_days_best() -> None:
    huge = entries_at((NOW - 10, 200_000), size=16 << 20)
    good = entries_at((NOW - 20, 3))
    flood = entries_at(*((NOW - number, 1) for number in range(9)), size=1 << 20)
    left = left_of([*flood, *huge, *good])
    assert good[0] in left
    assert huge[0] not in left


@given(
    st.lists(
        st.tuples(st.integers(NOW - 60 * DAY, NOW + 60 * DAY), st.integers(0, 3)), max_size=120, unique=True
    )
)
def test_pruning_is_idempotent_and_always_keeps_the_newest(moments: list[tuple[int, int]]) -> None:
    entries = entries_at(*moments)
    left = [entry for entry in entries if entry not in dropped(entries, now_microseconds=NOW)]
    assert dropped(left, now_microseconds=NOW) == []
    assert left[:NEWEST] == entries[:NEWEST]


def test_pruning_happens_on_disk(home: Home) -> None:
    loader = loader_of(home)
    for number in range(40):
        loader.save_profile("work", {"timeout": number})
    assert NEWEST <= len(os.listdir(home.history)) <= NEWEST + 2  # two days, where midnight passed


# ---- what other programs took ----------------------------------------------------------------------


def states(
    *described: tuple[Origin, dict[str, bytes]],
) -> tuple[list[Version], dict[Version, dict[str, bytes]]]:
    """States, oldest first as given; returned newest first."""
    made = {
        Version(NOW + number, origin, CLASSIC, len(profiles), 1, f"{number:064x}"): profiles
        for number, (origin, profiles) in enumerate(described)
    }
    return list(reversed(made)), made


A, B, C = {"a": b"1"}, {"b": b"2"}, {"c": b"3"}


@pytest.mark.parametrize(
    ("described", "lost", "best"),
    [
        ([(Origin.OTHER, A | B)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OTHER, {})], ("a", "b"), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A)], ("b",), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A), (Origin.OTHER, {})], ("a", "b"), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A), (Origin.OTHER, C)], ("a", "b"), 0),
        ([(Origin.OTHER, A | B), (Origin.OWN, A)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OWN, A), (Origin.OTHER, A)], (), None),
        ([(Origin.OTHER, A | B), (Origin.ACCEPTED, {}), (Origin.OTHER, C)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OTHER, {}), (Origin.OTHER, A | B)], (), None),
        ([(Origin.OTHER, {"a": b"1"}), (Origin.OTHER, {"renamed": b"1"})], (), None),
        ([(Origin.OTHER, {"a": b"1", "twin": b"1"}), (Origin.OTHER, {"twin": b"1"})], ("a",), 0),
        ([(Origin.OTHER, {"a": b"1", "b": b"1"}), (Origin.OTHER, {"renamed": b"1"})], ("b",), 0),
        ([(Origin.OTHER, A | B), (Origin.BROKEN, {}), (Origin.OTHER, A)], ("b",), 0),
    ],
)
def test_profiles_that_others_removed_since_our_last_write_are_lost(
    described: list[tuple[Origin, dict[str, bytes]]], lost: tuple[str, ...], best: int | None
) -> None:
    entries, contents = states(*described)
    loss = loss_of(entries, contents.__getitem__)
    assert (loss.lost if loss else ()) == lost
    assert (loss.version if loss else None) == (None if best is None else list(reversed(entries))[best])


def test_an_accepted_loss_is_not_reported(home: Home) -> None:
    loader = loader_of(home)
    loader.keep_seen()
    write(home, config("work"))
    loader.keep_seen()
    offer = loader.offer(loader.load())
    assert offer is not None
    assert offer.lost == ("personal",)
    loader.accept()
    assert loader.offer(loader.load()) is None
    assert loader.history.entries()[0].origin is Origin.ACCEPTED


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
        f"p{number}": {"name": f"p{number}", "n": [1e3, number], "é": "\ud83d"} for number in range(2000)
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


# ---- when it can't be written ----------------------------------------------------------------------


def in_the_way(home: Home) -> None:
    """Put a file in place of the history's folder: no version can be saved, all else can be written."""
    os.makedirs(home.tray, exist_ok=True)
    Path(home.history).write_text("in the way")


def test_a_switch_works_without_the_history_and_says_so(home: Home) -> None:
    in_the_way(home)
    loader = loader_of(home)
    loader.switch_profile("personal")
    assert loader.load().active == "personal"
    assert isinstance(loader.trouble, StoreError)
    os.unlink(home.history)
    loader.switch_profile("work")
    assert loader.trouble is None


@pytest.mark.parametrize("change", ["delete", "save", "restore", "rewrite"])
def test_a_change_that_discards_something_is_refused_without_the_history(
    home: Home, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    write(home, config("work"))
    aside = home.history + ".aside"
    os.rename(home.history, aside)
    in_the_way(home)
    before = Path(home.join("config.json")).read_bytes()
    if change == "restore":  # the version can be read until the moment it is written
        data = Path(aside, entry.file_name).read_bytes()
        monkeypatch.setattr(loader.history, "read", lambda _entry: data)
    with pytest.raises(StoreError, match="history"):
        {
            "delete": lambda: loader.delete_profile("work"),
            "save": lambda: loader.save_profile("work", {"authToken": "sk-new"}),
            "restore": lambda: loader.restore(entry),
            "rewrite": lambda: loader.rewrite(lambda c: c.document.set_key(c.document.root, "x", "1")),
        }[change]()
    assert Path(home.join("config.json")).read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on what a process writes is POSIX's")
def test_a_full_disk_loses_no_saved_version(home: Home) -> None:
    loader = loader_of(home)
    loader.keep_seen()
    kept = {name: Path(home.history, name).read_bytes() for name in os.listdir(home.history)}
    big = config("work", "personal", filler="x" * 9000)
    write(home, big)
    program = (
        "import sys\n"
        "from codemie_core import ConfigLoader, Home, StoreFull\n"
        "from tests.support.disks.file_size import limit_file_sizes\n"
        "limit_file_sizes(4096)\n"
        "loader = ConfigLoader(Home(sys.argv[1]), settle_seconds=0)\n"
        "for change in (loader.keep_seen, lambda: loader.delete_profile('work')):\n"
        "    try: change()\n"
        "    except StoreFull: continue\n"
        "    sys.exit('it reported success')\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, home.path],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert {name: Path(home.history, name).read_bytes() for name in os.listdir(home.history)} == kept
    assert Path(home.join("config.json")).read_bytes() == big


def test_a_full_history_device_does_not_stop_a_switch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history is on its own full device, so only its writes fail."""
    loader = loader_of(home)
    loader.keep_seen()
    really_open, really_write = os.open, os.write
    opened: dict[int, str] = {}

    def remember(path: str, *rest: int, **more: int) -> int:
        fd = really_open(path, *rest, **more)
        opened[fd] = path
        return fd

    def full(fd: int, data: bytes) -> int:
        if os.path.dirname(opened[fd]) == home.history:
            raise OSError(28, "No space left on device")
        return really_write(fd, data)

    monkeypatch.setattr(os, "open", remember)
    monkeypatch.setattr(os, "write", full)
    loader.switch_profile("personal")
    assert loader.load().active == "personal"
    assert isinstance(loader.trouble, StoreFull)
    write(home, config("work", "personal", active="personal", x=1))
    with pytest.raises(StoreFull):
        loader.delete_profile("work")
    assert not [name for name in os.listdir(home.history) if name.endswith(".tmp")]


@as_root
def test_a_read_only_history_is_reported_as_such() -> None:
    with folder_for_anybody() as folder:
        home = Home(str(folder))
        write(home, config("work", "personal"))
        loader = loader_of(home)
        loader.keep_seen()
        for path in (home.path, home.tray, home.lock, home.history, home.join("config.json")):
            os.chown(path, NOBODY, NOBODY)
        os.chmod(home.history, 0o500)
        write(home, config("work", "personal", x=1))
        preload()
        child = os.fork()
        if child == 0:
            try:
                become()
                loader.switch_profile("personal")
                os._exit(0 if isinstance(loader.trouble, StoreDenied) else 2)
            finally:
                os._exit(3)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert loader.load().active == "personal"


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
                    told = json.loads(loader.history.read(entry))
                except VersionNotFound:
                    continue  # pruned meanwhile
                seen.add(entry.file_name)
                if ("count" in told and len(told["profiles"]) != told["count"]) or entry.profiles == 0:
                    problems.append(entry.file_name)

    thread = threading.Thread(target=look)
    thread.start()
    output, _ = writer.communicate(timeout=120)
    thread.join()
    print(f"{output.strip()} writes, {len(seen)} versions")
    assert len(seen) > 20
    assert not problems
