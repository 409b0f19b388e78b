"""Interrupt an operation at each of its system calls, one state at a time.

`run_every_fault` first runs the operation whole and notes its calls. Then, for each call and each fault, it
copies the folder as it was prepared, forks, lets the child run the operation with that one fault at that one
call, and hands the folder to `check` in the parent. So "killed after the third write" is a real SIGKILL of a
real process, and what `check` sees is what the next start of the program would see.

    def prepare(folder): ...          # the state before: old files. In the parent.
    def operation(folder): ...        # what is tried. In the child; its exceptions are sorted by `refusals`.
    def check(folder, end): ...       # in the parent; an AssertionError is a violation.

    report = run_every_fault(str(tmp_path), prepare, operation, check, refusals=(StoreError,))
    assert not report.violations, report

The faults (13 for a call that writes, 11 for the others): kill before, kill after, eight error numbers, the
same error from that call on (a disk that stays full); and for writes a short write, and a kill in the middle
of one. `close` fails after it closed, as on Linux. `Ended.REFUSED` is an exception of `refusals`;
any other exception and a child that hangs are violations by themselves, and so is a fault that never
happened (the operation took another way than when it was counted).

What it sees: calls made as `os.NAME(...)` and `fcntl.flock(...)`, also those within `os.path` and `shutil`.
What it does not see: `builtins.open`, `from os import NAME`, sqlite3 and everything else that calls the
system from C.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import itertools
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.disks.memory import memory_folder

if sys.platform == "win32":
    raise ImportError("there is no fork here; a test that uses this is skipped on Windows")

import fcntl

CALLS = (
    *(
        "open",
        "close",
        "read",
        "pread",
        "write",
        "pwrite",
        "lseek",
        "truncate",
        "ftruncate",
        "fsync",
        "fdatasync",
    ),
    *("stat", "lstat", "fstat", "scandir", "listdir", "mkdir", "rmdir", "unlink", "remove", "rename"),
    *("replace", "link", "symlink", "readlink", "chmod", "fchmod", "chown", "fchown", "utime", "flock"),
)
"""Where a fault can be injected; a call that an operation never makes costs nothing."""

ERRNOS = (
    *(errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EACCES),
    *(errno.EROFS, errno.EMFILE, errno.ENOMEM, errno.ESTALE),
)

HANG_SECONDS = 60
"""A child that runs longer is killed and counted as hung."""

_WRITES = ("write", "pwrite")

_RECENT_SECONDS = 3600.0
"""A state is prepared once, and its last copy is made minutes later."""


class Kind(enum.StrEnum):
    """What happens to the call."""

    KILL_BEFORE = "kill before"
    KILL_AFTER = "kill after"
    KILL_WITHIN = "kill within"
    SHORT = "short write"
    ERROR = "error"
    ERROR_FROM_HERE_ON = "error from here on"


class Ended(enum.StrEnum):
    """How the operation ended for its caller."""

    SUCCEEDED = "reported success"
    REFUSED = "reported an error"
    KILLED = "killed"
    CRASHED = "crashed"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one call."""

    call: str
    """Name of the function, e.g. `write`."""
    ordinal: int
    """Which of the calls with that name, from 0."""
    kind: Kind
    errno: int = 0

    def __str__(self) -> str:
        number = f" {errno.errorcode[self.errno]}" if self.errno else ""
        return f"{self.call} #{self.ordinal}: {self.kind}{number}"


@dataclass(frozen=True, slots=True)
class End:
    """What `check` receives besides the folder."""

    fault: Fault
    ended: Ended
    message: str = ""
    """The exception's, if there was one."""


@dataclass(slots=True)
class Report:
    """The results of all states."""

    states: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    """How often the undisturbed operation makes each call."""
    states_by_call: Counter[str] = field(default_factory=Counter)
    ends: Counter[Ended] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        calls = ", ".join(f"{name} {count}" for name, count in self.states_by_call.most_common())
        ends = ", ".join(f"{count} {ended}" for ended, count in self.ends.most_common())
        head = f"{self.states} states ({calls}); {ends}; {len(self.violations)} violations"
        return "\n  ".join([head, *self.violations[:20]])


def run_every_fault(
    folder: str,
    prepare: Callable[[str], object],
    operation: Callable[[str], object],
    check: Callable[[str, End], object],
    *,
    refusals: tuple[type[BaseException], ...],
    calls: Iterable[str] = CALLS,
    errnos: Iterable[int] = ERRNOS,
    every: int = 1,
) -> Report:
    """Try `operation` with each fault at each of its calls.

    Args:
        folder: keeps the states that did not hold; all are made in memory, where the system has such a place.
        prepare: makes the state before, in the folder it is given; once, and each state begins with a copy.
        operation: what is tried, in the folder it is given.
        check: looks at the folder after; raises AssertionError for a violation.
        refusals: the exceptions by which the operation may tell its caller that it failed.
        calls: which functions get faults.
        errnos: which errors they fail with.
        every: only each so-manyth state, for an operation that takes long; below the number of faults a call
            gets (11 and more), so that no call goes without.
    """
    assert every < 11, "some calls would get no fault"
    with memory_folder(folder) as place:
        # Always the same path, since files may name it.
        prepared, state = str(place / "prepared"), str(place / "state")
        os.mkdir(state)
        prepare(state)
        os.rename(state, prepared)
        _copy(prepared, state)
        ended, message, trace, _ = _in_child(state, operation, refusals, tuple(calls), None)
        shutil.rmtree(state)
        if ended is not Ended.SUCCEEDED:
            raise AssertionError(f"the operation fails without any fault: {ended} {message}")
        report = Report(calls=Counter(trace))
        for fault in itertools.islice(_faults_of_all(report.calls, tuple(errnos)), 0, None, every):
            _copy(prepared, state)
            ended, message, _, happened = _in_child(state, operation, refusals, tuple(calls), fault)
            report.states += 1
            report.states_by_call[fault.call] += 1
            report.ends[ended] += 1
            violation = _violation(state, End(fault, ended, message), check, happened=happened)
            if violation is None:
                shutil.rmtree(state)
            else:
                report.violations.append(f"{fault} -> {ended}: {violation}")
                shutil.move(state, os.path.join(folder, f"{report.states:05}"))
    return report


def _copy(prepared: str, state: str) -> None:
    shutil.copytree(prepared, state, symlinks=True, copy_function=_copy_file)


def _copy_file(source: str, target: str) -> str:
    """Copy a file as if it had been prepared now, since a program may look at how long ago it was written.

    One that was prepared with an old time keeps that.
    """
    recent = time.time() - os.lstat(source).st_mtime < _RECENT_SECONDS
    return str((shutil.copy if recent else shutil.copy2)(source, target, follow_symlinks=False))


def _violation(state: str, end: End, check: Callable[[str, End], object], *, happened: bool) -> str | None:
    if end.ended in (Ended.CRASHED, Ended.HUNG):
        return end.message
    if not happened:
        return "the operation never made this call this time"
    try:
        check(state, end)
    except AssertionError as error:
        return str(error).partition("\n")[0] or "the check failed"
    return None


def _faults_of_all(calls: Counter[str], errnos: tuple[int, ...]) -> Iterator[Fault]:
    for name, count in calls.items():
        for ordinal in range(count):
            yield from _faults_of(name, ordinal, errnos)


def _faults_of(name: str, ordinal: int, errnos: tuple[int, ...]) -> list[Fault]:
    kinds = [Kind.KILL_BEFORE, Kind.KILL_AFTER]
    if name in _WRITES:
        kinds += [Kind.KILL_WITHIN, Kind.SHORT]
    faults = [Fault(name, ordinal, kind) for kind in kinds]
    faults += [Fault(name, ordinal, Kind.ERROR, number) for number in errnos]
    lasting = errno.ENOSPC if name in _WRITES else errno.EIO
    return [*faults, Fault(name, ordinal, Kind.ERROR_FROM_HERE_ON, lasting)]


def _in_child(
    state: str,
    operation: Callable[[str], object],
    refusals: tuple[type[BaseException], ...],
    calls: tuple[str, ...],
    fault: Fault | None,
) -> tuple[Ended, str, list[str], bool]:
    """Run the operation in a forked child: how it ended, its message, its calls, whether the fault fell."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_the_child(state, operation, refusals, calls, fault=fault, writing=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) == signal.SIGKILL:
            return Ended.KILLED, "", [], True
        return Ended.HUNG, f"ended by signal {os.WTERMSIG(status)} after {HANG_SECONDS} s", [], True
    answer = json.loads(said)
    return Ended(answer["ended"]), answer["message"], answer["trace"], answer["happened"]


def _be_the_child(
    state: str,
    operation: Callable[[str], object],
    refusals: tuple[type[BaseException], ...],
    calls: tuple[str, ...],
    *,
    fault: Fault | None,
    writing: int,
) -> None:
    """Run, tell, and end; never returns (a returning child would go on with the parent's tests)."""
    really_write, really_exit = os.write, os._exit
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(HANG_SECONDS)
        shim = _Shim(fault)
        ended, message = Ended.SUCCEEDED, ""
        try:
            with shim.over(calls):
                operation(state)
        except refusals as error:
            ended, message = Ended.REFUSED, str(error)
        except BaseException:  # noqa: BLE001  the child's edge: the parent reports it
            ended, message = Ended.CRASHED, traceback.format_exc(limit=-6)
        reported = {"ended": ended, "message": message, "trace": shim.trace, "happened": shim.happened}
        left = memoryview(json.dumps(reported).encode())
        while left:
            left = left[really_write(writing, left) :]
    finally:
        really_exit(0)


class _Shim:
    """Wraps the real calls, records them, and injects the fault into one."""

    def __init__(self, fault: Fault | None) -> None:
        self.trace: list[str] = []
        self.happened = fault is None
        self._fault = fault

    @contextlib.contextmanager
    def over(self, calls: tuple[str, ...]) -> Any:
        """Replace the calls while the operation runs, and only then."""
        really: list[tuple[Any, str, Any]] = []
        for name in calls:
            module = fcntl if name == "flock" else os
            real = getattr(module, name)
            really.append((module, name, real))
            setattr(module, name, self._instead_of(name, real))
        try:
            yield
        finally:
            for module, name, real in really:
                setattr(module, name, real)

    def _instead_of(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            ordinal = self.trace.count(name)
            self.trace.append(name)
            fault = self._fault
            if fault is None or fault.call != name or not self._falls(fault, ordinal):
                return real(*args, **kwargs)
            self.happened = True
            return _struck(fault, real, args, kwargs)

        return call

    @staticmethod
    def _falls(fault: Fault, ordinal: int) -> bool:
        if fault.kind is Kind.ERROR_FROM_HERE_ON:
            return ordinal >= fault.ordinal
        return ordinal == fault.ordinal


def _struck(fault: Fault, real: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if fault.kind is Kind.KILL_BEFORE:
        _die()
    if fault.kind is Kind.KILL_AFTER:
        real(*args, **kwargs)
        _die()
    if fault.kind in (Kind.SHORT, Kind.KILL_WITHIN):
        fd, data, *rest = args
        view = memoryview(data)
        written = real(fd, view[: max(1, len(view) // 2)], *rest)
        if fault.kind is Kind.KILL_WITHIN:
            _die()
        return written
    if fault.call == "close":
        real(*args, **kwargs)
    raise OSError(fault.errno, os.strerror(fault.errno))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
