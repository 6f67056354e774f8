"""How many files and connections this process may have open at once.

Must not: open any.
"""

import errno
import sys

if sys.platform != "win32":
    import resource

#: As many as we ask for: a program started by this one may close each possible one by one, and where the
#: system allows a billion it would do that for minutes.
ENOUGH = 65_536
#: Left for files, providers and screens.
OTHERS = 256
#: Never fewer connections than this.
FEWEST = 64
#: Errors that say there are no more.
USED_UP = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def raise_limit() -> int | None:
    """How many may be open from here on; None where the system has no such limit."""
    if sys.platform == "win32":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited:
        return None
    # macOS says "no limit" and then takes no more than this.
    for wanted in (ENOUGH, 10_240):
        allowed = wanted if hard == unlimited else min(wanted, hard)
        if allowed <= soft:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        except (OSError, ValueError):
            continue
        return allowed
    return soft


def for_connections(allowed: int | None, *, most: int) -> int:
    """How many connections may come in, where so many handles are allowed."""
    return most if allowed is None else min(most, max(FEWEST, allowed - OTHERS))
