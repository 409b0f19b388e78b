"""How many processor cores this process may use, by its affinity mask and its container's limit.

`os.cpu_count()` is the machine's. More processes than cores only add memory and the cost of switching.
"""

from __future__ import annotations

import math
import os
import sys

if sys.platform == "linux":

    def usable_cores(*, cgroups: str = "/sys/fs/cgroup", own_cgroups: str = "/proc/self/cgroup") -> int:
        """Return the number of cores, at least 1.

        Args:
            cgroups: where the control groups are mounted; version 2, or 1 with its `cpu` controller.
            own_cgroups: the file that names those of this process, see cgroups(7).
        """
        version_1 = os.path.join(cgroups, "cpu")
        limits = [_limit(version_1, "cpu.cfs_quota_us", "cpu.cfs_period_us")]
        group = _own_group(own_cgroups)
        limits.append(_limit(os.path.join(cgroups, group), "cpu.max"))
        while group:  # a group's limit holds for the groups in it, too
            group = os.path.dirname(group)
            limits.append(_limit(os.path.join(cgroups, group), "cpu.max"))
        affinity = len(os.sched_getaffinity(0))
        return min([affinity, *(math.ceil(limit) for limit in limits if limit)])

    def _own_group(own_cgroups: str) -> str:
        """Return the path of this process's group in version 2's hierarchy, relative to its root."""
        lines = _words(own_cgroups, "\n")
        return next((line[4:] for line in lines if line.startswith("0::/")), "")

    def _limit(folder: str, *names: str) -> float:
        """Return how many cores a group may use on average; 0 if it has no limit."""
        words = [word for name in names for word in _words(os.path.join(folder, name))]
        try:
            quota, period = map(int, words)
            return max(0, quota / period)
        except (ValueError, ZeroDivisionError):  # "max", or there is no such file
            return 0

    def _words(path: str, separator: str | None = None) -> list[str]:
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read().split(separator)
        except OSError:
            return []

else:

    def usable_cores() -> int:
        """Return the number of cores, at least 1."""
        return os.cpu_count() or 1
