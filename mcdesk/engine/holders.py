"""The names engines hold leases under, and what a name tells: the PC, the process, whether it is gone.

Must not: touch leases (`store/leases` does).
"""

import ctypes
import os
import socket
import sys
import uuid
from pathlib import Path

#: Windows: "query limited information", and the exit code of a process that has none yet.
_MAY_ASK, _STILL_RUNS = 0x1000, 259


def new_holder() -> str:
    """``PC:process:random``; no two engines ever have the same."""
    return f"{_here()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def is_surely_gone(holder: str) -> bool:
    """Whether it was a process of this PC that is no more. False where that cannot be known."""
    here, process = _parts(holder)
    return here == _here() and process is not None and not _runs(process)


def in_words(holder: str) -> str:
    """``OFFICE-PC, process 4711``"""
    here, process = _parts(holder)
    host = here.partition("/")[0]
    return f"{host}, process {process}" if process is not None else host


def _parts(holder: str) -> tuple[str, int | None]:
    here, _, rest = holder.rpartition(":")[0].rpartition(":")
    return here, int(rest) if rest.isdecimal() else None


def _here() -> str:
    """This PC, and where containers number their processes apart, which container."""
    try:
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


def _runs(process: int) -> bool:
    if sys.platform == "win32":
        return _runs_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        # somebody else's process
        return True
    return True


def _runs_on_windows(process: int) -> bool:
    # os.kill asks nothing there, it ends the process
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - other systems' ctypes has no such name
    handle = kernel.OpenProcess(_MAY_ASK, False, process)
    if not handle:
        return False
    try:
        code = ctypes.c_ulong()
        return not kernel.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value == _STILL_RUNS
    finally:
        kernel.CloseHandle(handle)
