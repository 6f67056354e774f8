"""What the one gate costs: microseconds for each `policy.may_text`.

Must not: measure the looking up of facts; that is part of every text's way and measured there.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from mcdesk.domain.hours import UNKNOWN_PLACE, Place
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import Facts, TextClass, may_text
from tests.bench.figures import Figure

#: 9 pm in Los Angeles, midnight in New York.
NIGHT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DAY = NIGHT + timedelta(hours=15)
ACK = Facts(
    text_class=TextClass.ACK,
    now=DAY,
    to=Number("+14155550142"),
    body="Rivera & Cole: Sorry we missed your call. Reply STOP to opt out, HELP for help.",
    firm="Rivera & Cole",
    place=Place(("America/Los_Angeles",), ("CA",)),
    opted_out=False,
    landline=False,
    machine=False,
    on_the_line=False,
    ended=None,
    call_at=DAY,
    spoken_to=False,
    acknowledge_within=timedelta(minutes=10),
    acknowledgements=0,
    automatic=0,
)
CASES = {
    "first text, sent": ACK,
    "follow-up by day, sent": replace(ACK, text_class=TextClass.FOLLOWUP),
    "follow-up at night, unknown place, held": replace(
        ACK, text_class=TextClass.FOLLOWUP, now=NIGHT, place=UNKNOWN_PLACE
    ),
    "opted out, refused": replace(ACK, opted_out=True),
}
REPEATS = 5


def measure(*, quick: bool) -> list[Figure]:
    """All figures of this part."""
    turns = 500 if quick else 5000
    return [
        Figure(what=f"may_text: {what}", measured=_best(partial(may_text, facts), turns), unit="µs")
        for what, facts in CASES.items()
    ]


def _best(work: Callable[[], object], turns: int) -> float:
    """The quickest of some repeats: what the work takes when nothing else disturbs it."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(turns):
            work()
        seconds.append(time.perf_counter() - began)
    return min(seconds) / turns * 1e6
