"""What a durable, locked switch costs, side by side with writers that guarantee less.

`write-file-atomic` (npm) has no lock and no fsync of the folder; Node's in-place `writeFile`, which the CLI
uses, has no guarantees at all. Ours does more: it reads, checks, edits and checks again; `settle_seconds=0`
omits the wait for programs that take no lock.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.report.table import Row, at_most
from codemie_core import ConfigLoader, Home
from codemie_core.config.commit.commit import SETTLE_SECONDS

NODE_WRITER = """
const fs = require("node:fs");
const { createInterface } = require("node:readline");
const atomic = process.argv[3] === "atomic" ? require("write-file-atomic") : null;
const path = process.argv[2];
createInterface({ input: process.stdin }).on("line", async (count) => {
  const times = [];
  for (let number = 0; number < Number(count); number++) {
    const began = process.hrtime.bigint();
    const config = JSON.parse(await fs.promises.readFile(path, "utf8"));
    config.activeProfile = config.activeProfile === "a" ? "b" : "a";
    const data = JSON.stringify(config, null, 2);
    const read = process.hrtime.bigint();
    if (atomic) await atomic(path, data); else await fs.promises.writeFile(path, data);
    const done = process.hrtime.bigint();
    times.push([Number(done - read) / 1e9, Number(done - began) / 1e9]);
  }
  console.log(JSON.stringify(times));
});
"""


def config_text() -> str:
    """Return a configuration of ten profiles and about 10 KiB, as the CLI writes it."""
    fields = {
        "provider": "litellm",
        "model": "claude-4-5-sonnet",
        "haikuModel": "claude-4-5-haiku",
        "baseUrl": "https://litellm.example.com/v1",
        "timeout": 300,
        "debug": False,
        "codeMieIntegration": {"id": "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f", "alias": "litellm"},
        "allowedDirs": [f"/home/dev/projects/demo-{number}" for number in range(8)],
        "ignorePatterns": ["node_modules", ".git", "dist", "build", "*.log"],
    }
    profiles = {name: fields | {"name": name} for name in "abcdefghij"}
    return json.dumps({"version": 2, "activeProfile": "a", "profiles": profiles}, indent=2)


def run(*, quick: bool = False) -> list[Row]:
    """Measure in rounds, each with every candidate."""
    rounds, writes = (2, 10) if quick else (15, 40)
    with tempfile.TemporaryDirectory(dir=_folder()) as folder, _candidates(folder) as candidates:
        times: dict[str, list[float]] = {name: [] for name in candidates}
        for _ in range(rounds):
            for name, measure in candidates.items():
                times[name].append(statistics.median(measure(writes)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    peer = medians.get(ATOMIC)
    if peer is None:
        left_out = Row(ATOMIC, f"left out: {peers.node_packages()}")
        return [*(Row(name, f"{median * 1000:.3f} ms") for name, median in medians.items()), left_out]
    return [
        Row(
            name,
            f"{median * 1000:.3f} ms, {median / peer:.2f}x",
            at_most(median / peer, 0.5, "x") if name == OURS else (),
        )
        for name, median in medians.items()
    ]


OURS = "a switch, durable and locked"
FLOOR = "its calls that write, alone, in Python"
SETTLED = f"the same, with the wait of {SETTLE_SECONDS * 1000:g} ms"
ATOMIC = "npm write-file-atomic, the write alone"
ATOMIC_WHOLE = "npm write-file-atomic, read + parse + write"
IN_PLACE = "Node writeFile in place, the write alone"


@contextmanager
def _candidates(folder: str) -> Iterator[dict[str, Callable[[int], list[float]]]]:
    homes = {name: _home(folder, name) for name in ("ours", "floor", "settled", "atomic", "in-place")}
    candidates = {
        OURS: switches(ConfigLoader(Home(homes["ours"]), settle_seconds=0)),
        FLOOR: bare_writes(os.path.join(homes["floor"], "codemie-cli.config.json")),
        SETTLED: switches(ConfigLoader(Home(homes["settled"])), at_most=5),
    }
    with ExitStack() as running:
        if not peers.node():
            in_place = running.enter_context(_node(homes["in-place"], "in-place"))
            candidates[IN_PLACE] = lambda writes: [write for write, _ in in_place(writes)]
        if not peers.node_packages():
            atomic = running.enter_context(_node(homes["atomic"], "atomic"))
            candidates[ATOMIC] = lambda writes: [write for write, _ in atomic(writes)]
            candidates[ATOMIC_WHOLE] = lambda writes: [whole for _, whole in atomic(writes)]
        yield candidates


def _home(folder: str, name: str) -> str:
    home = os.path.join(folder, name)
    os.mkdir(home)
    Path(home, "codemie-cli.config.json").write_text(config_text(), encoding="utf-8")
    return home


def switches(loader: ConfigLoader, at_most: int = 1 << 30) -> Callable[[int], list[float]]:
    def measure(writes: int) -> list[float]:
        times = []
        for number in range(min(writes, at_most)):
            name = "ba"[number % 2]
            began = time.perf_counter()
            loader.switch_profile(name)
            times.append(time.perf_counter() - began)
        loader.switch_profile("a")
        return times

    return measure


def bare_writes(path: str) -> Callable[[int], list[float]]:
    """What every durable replace needs: nothing is read, locked, edited or checked."""
    data = config_text().encode()

    def measure(writes: int) -> list[float]:
        times = []
        for _ in range(writes):
            began = time.perf_counter()
            fd = os.open(f"{path}.tmp", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(fd, data)
            os.fsync(fd)
            os.close(fd)
            os.replace(f"{path}.tmp", path)
            fd = os.open(os.path.dirname(path), os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
            times.append(time.perf_counter() - began)
        return times

    return measure


@contextmanager
def _node(home: str, kind: str) -> Iterator[Callable[[int], list[tuple[float, float]]]]:
    command = ["node", "-e", NODE_WRITER, "--", os.path.join(home, "codemie-cli.config.json"), kind]
    # With -e, argv has no script name: the path is in its position.
    command.insert(4, "writer")
    peers.FOLDER.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=peers.FOLDER
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def measure(writes: int) -> list[tuple[float, float]]:
            stdin.write(f"{writes}\n")
            stdin.flush()
            times: list[tuple[float, float]] = json.loads(stdout.readline())
            return times

        yield measure
        stdin.close()


def _folder() -> Path:
    """Return a folder on the project's disk: a temporary one may be in memory."""
    folder = peers.FOLDER.parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder
