"""Identifies one run of the machine, from boot to shutdown.

Linux and macOS generate a random id at each boot. Windows has the boot time, which is adjusted when the clock
is set; `boot_time_bias` holds the sum of the adjustments, so the difference stays constant.
"""

from __future__ import annotations

import os
import sys

_PROCESS = os.urandom(8).hex()

if sys.platform == "linux":

    def _name_by_the_system() -> str:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()

elif sys.platform == "darwin":

    def _name_by_the_system() -> str:
        import ctypes

        buffer = ctypes.create_string_buffer(64)
        size = ctypes.c_size_t(len(buffer))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.sysctlbyname(b"kern.bootsessionuuid", buffer, ctypes.byref(size), None, ctypes.c_size_t(0)):
            raise OSError(ctypes.get_errno(), "kern.bootsessionuuid")
        return buffer.value.decode("ascii")

elif sys.platform == "win32":

    def _name_by_the_system() -> str:
        import ctypes

        class TimeOfDay(ctypes.Structure):
            """SYSTEM_TIMEOFDAY_INFORMATION; times and durations in units of 100 ns."""

            _fields_ = (
                ("boot_time", ctypes.c_int64),
                ("current_time", ctypes.c_int64),
                ("time_zone_bias", ctypes.c_int64),
                ("time_zone_id", ctypes.c_uint32),
                ("reserved", ctypes.c_uint32),
                ("boot_time_bias", ctypes.c_int64),
                ("sleep_time_bias", ctypes.c_int64),
            )

        system_time_of_day = 3
        times, size = TimeOfDay(), ctypes.c_ulong()
        status = ctypes.WinDLL("ntdll").NtQuerySystemInformation(
            system_time_of_day, ctypes.byref(times), ctypes.sizeof(times), ctypes.byref(size)
        )
        if status or not times.boot_time:
            raise OSError(f"NtQuerySystemInformation: {status & 0xFFFFFFFF:#010x}")
        return f"started {times.boot_time - times.boot_time_bias}"


def boot_id() -> str:
    """Return the id of this run of the machine; if the system has none, one unique to this process."""
    try:
        return _name_by_the_system()
    except (OSError, AttributeError):
        return f"process {os.getpid()} {_PROCESS}"
