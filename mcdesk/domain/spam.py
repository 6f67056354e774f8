"""Tells from how a number calls whether it looks like a machine that sells something.

Must not: look anything up, or block anybody: the answer is a reason for a person to look.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from mcdesk.domain.numbers import Number

#: No older calls are looked at, and no more than so many of the last.
LOOK_BACK, MOST_RINGS = timedelta(hours=24), 50
#: People who look for help try one or two of an office's numbers; dialing machines walk through all.
MANY_LINES, LINES_SPAN = 4, timedelta(minutes=10)
#: Nobody can pick up so fast: who hangs up by then, again and again, waits for no answer. A slip of the
#: finger happens once or twice.
SHORT, SHORT_TIMES, SHORT_SPAN = timedelta(seconds=3), 3, timedelta(hours=1)
#: A forged number alone may be a careless carrier's; one that keeps calling is not.
FORGED_TIMES = 3
#: A person dials again after looking at the phone: the pauses differ. A machine's do not. Calls that became
#: known together, after an outage, have no pauses and say nothing.
EVEN_TIMES, EVEN_WITHIN, EVEN_SPAN = 5, timedelta(seconds=2), timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=5)
#: Ringing, hearing nobody and dialing again takes a person longer than ten seconds.
FAST_TIMES, FAST_SPAN = 6, timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One call of a number that nobody answered."""

    at: datetime
    line: Number | None
    #: They hung up while it rang, and after how long; None where nobody knows.
    hung_up: bool = False
    rang: timedelta | None = None
    #: The phone network says the number is forged.
    forged: bool = False


def reasons(rings: Sequence[Ring]) -> tuple[str, ...]:
    """Why one number's calls within `LOOK_BACK`, oldest first, look like spam; none where they do not.

    Whoever wrote, was spoken with, or is in the CRM is no spam: do not ask about them."""
    if not rings:
        return ()
    return tuple(why for sign in _SIGNS if (why := sign(rings)) is not None)


def _many_lines(rings: Sequence[Ring]) -> str | None:
    lines = {ring.line for ring in _within(rings, LINES_SPAN) if ring.line is not None}
    if len(lines) < MANY_LINES:
        return None
    return f"it rang {len(lines)} of the office's lines within {_minutes(LINES_SPAN)}"


def _short(rings: Sequence[Ring]) -> str | None:
    last = _within(rings, SHORT_SPAN)
    short = sum(ring.rang is not None and ring.rang <= SHORT for ring in last)
    if short < SHORT_TIMES or not all(map(_may_be_short, last)):
        return None
    return f"it hung up within {SHORT.seconds} seconds {short} times in a row"


def _may_be_short(ring: Ring) -> bool:
    """Whoever once waited for an answer is no such machine."""
    return ring.hung_up and (ring.rang is None or ring.rang <= SHORT)


def _forged(rings: Sequence[Ring]) -> str | None:
    if len(rings) < FORGED_TIMES or not any(ring.forged for ring in rings):
        return None
    return f"the phone network says its number is forged, and it called {len(rings)} times within a day"


def _evenly(rings: Sequence[Ring]) -> str | None:
    last = _within(rings, EVEN_SPAN)[-EVEN_TIMES:]
    if len(last) < EVEN_TIMES:
        return None
    pauses = [after.at - before.at for before, after in pairwise(last)]
    if max(pauses) - min(pauses) > EVEN_WITHIN or min(pauses) < SHORTEST_PAUSE:
        return None
    return f"it called {EVEN_TIMES} times at even intervals of {round(pauses[-1].total_seconds())} seconds"


def _fast(rings: Sequence[Ring]) -> str | None:
    last = _within(rings, FAST_SPAN)
    if len(last) < FAST_TIMES:
        return None
    return f"it called {len(last)} times within {_minutes(FAST_SPAN)}"


_SIGNS: tuple[Callable[[Sequence[Ring]], str | None], ...] = (_many_lines, _short, _forged, _evenly, _fast)


def _within(rings: Sequence[Ring], span: timedelta) -> Sequence[Ring]:
    """Those of the span that ends with the last."""
    since = rings[-1].at - span
    return [ring for ring in rings if ring.at >= since]


def _minutes(span: timedelta) -> str:
    minutes = span.seconds // 60
    return f"{minutes} minutes" if minutes != 1 else "a minute"
